"""How many requests one account may send in one region, shared by everything that is read there.

A budget paces requests (`auditor.source.pace`) and knows when a service answers nothing at all any
more: asking on would take hours and tell nobody anything.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from threading import Lock
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from auditor.source.clock import Clock
from auditor.source.pace import Pace
from auditor.source.refusal import Refusal

PATIENCE = 120.0
"""Seconds without one good answer after which no more is asked, but for `PROBE_EVERY`."""

PROBE_EVERY = 10.0
"""Seconds between two requests that are sent all the same, to see whether that is over."""

_GLANCE = 0.5


class Turn(Struct, frozen=True):
    """That a request may be sent ``at`` this moment, or how many seconds it has to ``wait``."""

    at: float
    wait: float


class Turns(Protocol):
    """What a connection asks before each request, and tells after it."""

    def turn(self) -> float | Refusal:
        """Waits until a request may be sent, and gives the moment.

        Where it is no use to ask at present, gives the reason instead. Raises Stopped.
        """

    def answered(self) -> None:
        """The service answered a request, if only to refuse it for good."""

    def throttled(self, sent_at: float, retry_after: float, refusal: Refusal) -> None:
        """The service refused a request, sent at a moment of `turn`, as one too many."""

    def failed(self, refusal: Refusal) -> None:
        """A request got no answer, or one that could not be used."""


def turn_from(ask: Callable[[], Turn | Refusal], clock: Clock) -> float | Refusal:
    """What `Turns.turn` gives, by asking as often as it takes."""
    while True:
        found = ask()
        if isinstance(found, Refusal):
            return found
        if found.wait <= 0:
            return found.at
        # The rate may change meanwhile, so nobody waits for long without looking.
        clock.sleep(min(found.wait, _GLANCE))


class Budget:
    """The requests of one account in one region; safe for many threads."""

    def __init__(self, clock: Clock, max_rate: float = inf) -> None:
        self._clock = clock
        self._lock = Lock()
        self._pace = Pace(max_rate)
        self._failing_since: float | None = None
        self._last: Refusal | None = None
        self._probed_at = -inf

    @property
    def rate(self) -> float:
        """Requests a second that are allowed now; infinite until something limited them."""
        with self._lock:
            return self._pace.rate

    def turn(self) -> float | Refusal:
        """As `Turns.turn`."""
        return turn_from(self.ask, self._clock)

    def ask(self) -> Turn | Refusal:
        """Whether a request may be sent now; it counts as sent if it may."""
        with self._lock:
            now = self._clock.now()
            closed = self._closed(now)
            return closed or Turn(now, max(0.0, self._pace.wait(now)))

    def answered(self) -> None:
        """As `Turns.answered`."""
        with self._lock:
            self._failing_since = None
            self._pace.good(self._clock.now())

    def throttled(self, sent_at: float, retry_after: float, refusal: Refusal) -> None:
        """As `Turns.throttled`."""
        with self._lock:
            now = self._clock.now()
            self._pace.throttled(now, sent_at, retry_after)
            self._fail(now, refusal)

    def failed(self, refusal: Refusal) -> None:
        """As `Turns.failed`."""
        with self._lock:
            self._fail(self._clock.now(), refusal)

    def _closed(self, now: float) -> Refusal | None:
        if self._failing_since is None or now - self._failing_since < PATIENCE:
            return None
        if now - self._probed_at >= PROBE_EVERY:
            self._probed_at = now
            self._pace.free(now)
            return None
        return self._last and _given_up(self._last)

    def _fail(self, now: float, refusal: Refusal) -> None:
        self._last = refusal
        if self._failing_since is None:
            self._failing_since = now


class Budgets:
    """One budget for each account and region."""

    def __init__(self, make: Callable[[str, str], Turns]) -> None:
        self._make = make
        self._lock = Lock()
        self._budgets: dict[tuple[str, str], Turns] = {}

    def of(self, account: str, region: str) -> Turns:
        """The budget of an account in a region, always the same one."""
        with self._lock:
            if (account, region) not in self._budgets:
                self._budgets[account, region] = self._make(account, region)
            return self._budgets[account, region]


def _given_up(last: Refusal) -> Refusal:
    why = f"not asked any more: nothing was answered for {PATIENCE:.0f} seconds; at last"
    return replace(last, message=f"{why} {last.code}: {last.message}", attempts=0)
