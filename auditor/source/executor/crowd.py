"""How many threads of a process read at the same time."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from time import monotonic, process_time

LOOK = 0.02
"""Seconds between two looks."""

_BUSY = 0.75  # the part of the time in which some thread should have something to do
_FEWEST, _MOST = 4, 6  # looks that are taken together: one alone may fall into a pause
_TASKS = "/proc/self/task"
_NANO = 1e-9


class Crowd:
    """Threads that do the same work, as many as keep a core busy, and ``most`` at most.

    It begins with one. Where answers come at once, two cost a tenth more: they take the core from
    each other thirty times for a page, and every model that was begun is held in memory. Where
    answers take long, there are as many as may be within a moment.
    """

    def __init__(self, most: int, work: Callable[[], None]) -> None:
        self._most = most
        self._work = work
        self._threads: list[Thread] = []
        self._looks: deque[tuple[float, float]] = deque(maxlen=_MOST)

    def __len__(self) -> int:
        return len(self._threads)

    def begin(self) -> None:
        """Lets the first one work."""
        self._add(1)

    def look(self) -> None:
        """Adds more, if nobody had anything to do for a part of the time of the last looks."""
        if len(self) == self._most:
            return
        self._looks.append((monotonic(), _busy()))
        if len(self._looks) > _FEWEST and self._busy_part(0) < _BUSY:
            # So many would have kept it busy of late, if all of them did what these did: at first
            # there is more to do than later.
            part = self._busy_part(-_FEWEST)
            enough = round(len(self) / part) if part > 0 else self._most
            self._add(min(max(enough, len(self) + 1), self._most) - len(self))

    def _busy_part(self, since: int) -> float:
        """The part of the time since one of the looks in which somebody had something to do."""
        (then, before), (now, after) = self._looks[since], self._looks[-1]
        return (after - before) / (now - then)

    def join(self, until: float) -> None:
        """Waits for all of them to end, up to a moment of `time.monotonic`."""
        for thread in self._threads:
            thread.join(max(0.0, until - monotonic()))

    def _add(self, more: int) -> None:
        self._looks.clear()
        self._looks.append((monotonic(), _busy()))
        for _ in range(more):
            thread = Thread(target=self._work, daemon=True)
            self._threads.append(thread)
            thread.start()


def _busy() -> float:
    """Seconds in which threads of this process ran, or would have if there had been a core.

    What the system does not tell of the second counts as nothing.
    """
    waited = 0
    with suppress(OSError):
        # NOTE: this is done fifty times a second, and a `Path` takes longer than what it reads.
        for task in os.listdir(_TASKS):  # noqa: PTH208
            with (
                suppress(OSError, ValueError, IndexError),
                open(f"{_TASKS}/{task}/schedstat", "rb") as file,  # noqa: PTH123
            ):
                waited += int(file.read().split()[1])
    return process_time() + waited * _NANO
