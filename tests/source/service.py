"""A service of unknown rate with its clients, simulated: no thread, no socket, no second passes."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from auditor.source.pace import Pace

GLANCE = 0.5


@dataclass(slots=True)
class Bucket:
    """Takes ``rate`` requests a second, and a second's worth of them at once."""

    rate: float
    left: float = 0.0
    at: float = 0.0

    def __post_init__(self) -> None:
        self.left = self.rate

    def takes(self, now: float) -> bool:
        """Whether a request at a moment is answered, and not one too many."""
        self.left = min(max(1.0, self.rate), self.left + (now - self.at) * self.rate)
        self.at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


@dataclass(slots=True)
class Seen:
    """The moments of what happened."""

    sent: list[float] = field(default_factory=list)
    good: list[float] = field(default_factory=list)
    throttled: list[float] = field(default_factory=list)

    def rate(self, moments: list[float], start: float, end: float) -> float:
        """How many of these moments lie in a stretch of time, by the second."""
        return sum(start <= moment < end for moment in moments) / (end - start)


def simulated(
    pace: Pace,
    takes: Callable[[float], bool],
    seconds: float,
    workers: int = 16,
    latency: float = 0.05,
) -> Seen:
    """What happens when workers send one request after another at a pace.

    A request that is throttled is sent again after a pause that doubles each time.
    """
    seen, order = Seen(), count()
    events = [(0.0, next(order), 0, -1.0) for _ in range(workers)]
    while events:
        now, _, tries, sent_at = heapq.heappop(events)
        if now > seconds:
            break
        if sent_at >= 0:
            if takes(now):
                pace.good(now)
                seen.good.append(now)
                tries = 0
            else:
                pace.throttled(now, sent_at)
                seen.throttled.append(now)
                tries = (tries + 1) % 8
                now += 0.075 * 2**tries
            heapq.heappush(events, (now, next(order), tries, -1.0))
        elif (wait := pace.wait(now)) > 0:
            heapq.heappush(events, (now + min(wait, GLANCE), next(order), tries, -1.0))
        else:
            seen.sent.append(now)
            heapq.heappush(events, (now + latency, next(order), tries, now))
    return seen
