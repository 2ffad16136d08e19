"""How many threads of a process read at the same time."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from threading import Semaphore
from time import monotonic, process_time
from types import TracebackType

LOOK = 0.02
"""Seconds between two looks."""

_FEWEST = 2  # one reads while the other waits
_BUSY = 0.85  # the part of the time in which some thread should have something to do
_TASKS = Path("/proc/self/task")
_NANO = 1e-9


class Crowd:
    """As many as keep a core busy, and ``most`` at most; each of them reads inside the block.

    Every model that was begun is held in memory. Where answers come at once, two models keep a
    core busy, and eight of them cost a sixth more: what is looked at lies further apart. Where
    answers take long, all are let in within a moment.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._let_in = min(_FEWEST, most)
        self._places = Semaphore(self._let_in)
        self._looked = (monotonic(), _busy())

    @property
    def let_in(self) -> int:
        """How many may be inside."""
        return self._let_in

    @property
    def is_small(self) -> bool:
        """Whether as few are enough as there can be."""
        return self._let_in <= _FEWEST

    def __enter__(self) -> None:
        self._places.acquire()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._places.release()

    def look(self) -> None:
        """Lets in more, if nobody had anything to do for a part of the time since the last look."""
        if self._let_in == self._most:
            return
        before, self._looked = self._looked, (monotonic(), _busy())
        passed, busy = (now - then for now, then in zip(self._looked, before, strict=True))
        if busy < _BUSY * passed:
            # So many would have kept it busy, if all of them did what these did.
            enough = round(self._let_in * passed / busy) if busy > 0 else self._most
            more = min(max(enough, self._let_in + 1), self._most) - self._let_in
            self._let_in += more
            self._places.release(more)


def _busy() -> float:
    """Seconds in which threads of this process ran, or would have if there had been a core.

    What the system does not tell of the second counts as nothing.
    """
    waited = 0
    for task in _TASKS.glob("*/schedstat"):
        with suppress(OSError, ValueError, IndexError):
            waited += int(task.read_text("ascii").split()[1])
    return process_time() + waited * _NANO
