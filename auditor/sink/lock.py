"""Who is writing a directory: held by the process itself, so that it ends when the process does."""

from __future__ import annotations

import os
import sys
from pathlib import Path


class Hold:
    """Says of a directory that this process writes it, until `release` or the process's end.

    NOTE: systems without `flock` hold nothing; there nobody can tell a run that goes on from one
    that was killed.
    """

    def __init__(self, directory: Path) -> None:
        self._descriptor = _opened(directory)
        if self._descriptor is not None:
            _lock(self._descriptor)

    def release(self) -> None:
        """Says it no more."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def is_held(directory: Path) -> bool:
    """Whether some process is writing a directory."""
    descriptor = _opened(directory)
    if descriptor is None:
        return False
    try:
        return not _lock(descriptor)
    finally:
        os.close(descriptor)


def _opened(directory: Path) -> int | None:
    return None if sys.platform == "win32" else os.open(directory, os.O_RDONLY)


def _lock(descriptor: int) -> bool:
    """Whether nobody else has the lock; it is this process's then."""
    if sys.platform == "win32":
        return True
    import fcntl  # noqa: PLC0415  # not there on every system

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
