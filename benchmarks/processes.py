"""Whole processes, measured from outside: wall and processor time, and memory with all children."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_GLANCE = 0.05  # seconds between two looks at the memory
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Measured:
    """One process that ended: seconds of wall and processor time, and resident bytes at most.

    Both count its children too.
    """

    wall: float
    cpu: float
    memory: int
    output: str


def measured(
    command: Sequence[str | Path], environment: Mapping[str, str], ends: Sequence[int] = (0,)
) -> Measured:
    """Runs a command to its end; RuntimeError where its exit code is none of ``ends``."""
    before = os.times()
    began = time.perf_counter()
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        memory = max(_memory(process), default=0)
        wall = time.perf_counter() - began
        output = process.stdout.read() if process.stdout else ""
    after = os.times()
    if process.returncode not in ends:
        raise RuntimeError(f"{' '.join(map(str, command))} ended with {process.returncode}")
    cpu = after.children_user + after.children_system
    cpu -= before.children_user + before.children_system
    return Measured(wall, cpu, memory, output)


def _memory(process: subprocess.Popen[str]) -> Iterator[int]:
    """Resident bytes of a process and its descendants, until it ends."""
    while process.poll() is None:
        yield sum(map(_resident, [process.pid, *_descendants(process.pid)]))
        time.sleep(_GLANCE)


def _descendants(pid: int) -> Iterator[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    except OSError:
        return
    for child in map(int, children):
        yield child
        yield from _descendants(child)


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * _PAGE
    except OSError:
        return 0
