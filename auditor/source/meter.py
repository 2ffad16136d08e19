"""How much a source has done so far: requests by operation, and progress."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from threading import Lock

from msgspec import Struct, field

from auditor.source.plan import Listener, Progress


class Done(Struct, frozen=True):
    """What was done in some time: progress, and requests by operation."""

    progress: Progress = field(default_factory=Progress)
    requests: Mapping[str, int] = field(default_factory=dict)


class Meter:
    """Adds up what is done and tells the listener, one call at a time; safe for many threads."""

    def __init__(self, listener: Listener | None = None) -> None:
        self._listener = listener
        self._lock = Lock()
        self._progress = Progress()
        self._requests: Counter[str] = Counter()
        self._taken = Done()

    @property
    def requests(self) -> Mapping[str, int]:
        """Requests so far, in the order of their operations."""
        with self._lock:
            return dict(sorted(self._requests.items()))

    def sent(self, operation: str) -> None:
        """Counts one request."""
        with self._lock:
            self._requests[operation] += 1

    def add(self, progress: Progress) -> None:
        """Adds to the progress."""
        with self._lock:
            self._progress = self._progress.plus(progress)
            if self._listener is not None:
                self._listener(self._progress)

    def add_done(self, done: Done) -> None:
        """Adds what was done elsewhere."""
        with self._lock:
            self._requests.update(done.requests)
        if done.progress != Progress():
            self.add(done.progress)

    def take(self) -> Done:
        """What was done since the last time that it was taken."""
        with self._lock:
            before = self._taken
            self._taken = Done(self._progress, Counter(self._requests))
        new = Counter(self._taken.requests)
        new.subtract(before.requests)
        return Done(self._taken.progress.minus(before.progress), +new)
