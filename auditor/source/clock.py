"""Time as the live source sees it: seconds that pass, waits that a stop ends, and jitter."""

from __future__ import annotations

import random
from threading import Event
from time import monotonic


class Stopped(Exception):
    """A request was not sent because the scan was stopped."""


class Clock:
    """The machine's own clock. ``stop`` ends every wait."""

    def __init__(self, stop: Event) -> None:
        self._stop = stop

    def now(self) -> float:
        """Seconds since some moment of the past."""
        return monotonic()

    def sleep(self, seconds: float) -> None:
        """Waits; raises Stopped where the scan is stopped before or meanwhile."""
        if self._stop.wait(seconds):
            raise Stopped("the scan was stopped")

    def jitter(self) -> float:
        """A part of a pause, from a half to the whole: callers that failed together part."""
        return random.uniform(0.5, 1.0)  # noqa: S311  # nothing secret hangs on it
