"""How often requests may be sent: a rate that is learnt from the answers. Pure; time is given.

Nobody publishes the service's limits, and they differ from account to account. So requests go out
freely until the service throttles one. From then on the rate is halved whenever it throttles and
grows by steady steps while answers are good: quickly up to where it went wrong last, slowly beyond.
"""

from __future__ import annotations

from collections import deque
from math import inf

WINDOW = 2.0
"""Seconds over which good answers are counted."""

ROUND = 1.0
"""Seconds between two halvings at least: what is throttled sooner was sent too early to count."""

SLOWEST = 0.1
"""Requests a second that are always allowed, so that a recovery is noticed."""

LONGEST_PAUSE = 60.0
"""Seconds that one ``Retry-After`` can hold requests back."""

_NEAR = 0.9  # of the rate that was too high: so far growth is quick
_RECOVERY = 1.0  # seconds in which it gets there
_PROBE = 0.1  # of that rate, a second: growth beyond
_LEAST_STEP = 0.5
_SHORTEST = 0.25  # seconds that a count has to span to be a rate
_BURST = 0.05  # seconds of requests that may go at once
_WHOLE = 1 - 1e-9  # a request, but for what adding up fractions loses


class Pace:
    """The rate of one service for one account and region. Times are seconds of one clock.

    ``limit`` is the most requests a second, whatever the service would take. Not thread safe.
    """

    def __init__(self, limit: float = inf) -> None:
        self.rate = limit
        self._limit = limit
        self._ceiling = limit
        self._ready = 1.0
        self._filled_at = -inf
        self._grown_at = -inf
        self._cut_at = -inf
        self._not_before = -inf
        self._sent = _Recent()
        self._good = _Recent()

    def wait(self, now: float) -> float:
        """Seconds until a request may be sent; at 0 it counts as sent."""
        if now < self._not_before:
            return self._not_before - now
        if self.rate < inf:
            self._fill(now)
            if self._ready < _WHOLE:
                return (1 - self._ready) / self.rate
            self._ready -= 1
        self._sent.add(now)
        return 0.0

    def free(self, now: float) -> None:
        """Lets the next request go at once, whatever the rate."""
        self._not_before = now
        self._ready = 1.0

    def good(self, now: float) -> None:
        """A request was answered as it should be."""
        self._good.add(now)
        if self.rate < self._limit and self._cut_at > -inf:
            # Not answered for long: nothing was learnt in that time.
            passed = min(now - self._grown_at, 1.0)
            self.rate = min(self._limit, self.rate + passed * self._step())
            self._ceiling = max(self._ceiling, self.rate)
        self._grown_at = now

    def throttled(self, now: float, sent_at: float, retry_after: float = 0.0) -> None:
        """A request was refused because there were too many; the service may say how long."""
        self._not_before = max(self._not_before, now + min(retry_after, LONGEST_PAUSE))
        if sent_at < self._cut_at or now - self._cut_at < ROUND:
            return
        tried = self.rate if self.rate < inf else self._sent.rate(now)
        answered = self._good.rate(now)
        self.rate = max(SLOWEST, min(tried / 2, answered))
        self._ceiling = max(self.rate, min(tried, 2 * answered))
        self._cut_at = self._grown_at = now
        self._ready = 0.0

    def _step(self) -> float:
        """By how much the rate grows in a second."""
        near = _NEAR * self._ceiling
        if self.rate < near:
            return max(_LEAST_STEP, near / 2 / _RECOVERY)
        return max(_LEAST_STEP, _PROBE * self._ceiling)

    def _fill(self, now: float) -> None:
        most = max(1.0, self.rate * _BURST)
        self._ready = min(most, self._ready + (now - self._filled_at) * self.rate)
        self._filled_at = now


class _Recent:
    """Counts events of the last `WINDOW` seconds."""

    def __init__(self) -> None:
        self._since = inf
        self._times: deque[float] = deque()

    def add(self, now: float) -> None:
        self._since = min(self._since, now)
        self._times.append(now)
        while self._times[0] < now - WINDOW:
            self._times.popleft()

    def rate(self, now: float) -> float:
        """Events a second."""
        count = sum(time >= now - WINDOW for time in self._times)
        return count / min(WINDOW, max(_SHORTEST, now - self._since))
