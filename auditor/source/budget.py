"""How many requests one account may send in one region, shared by everything that is read there.

A budget paces requests (`auditor.source.pace`) and knows when a service answers nothing at all any
more: asking on would take hours and tell nobody anything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import inf
from threading import Lock

from auditor.source.clock import Clock
from auditor.source.pace import Pace
from auditor.source.refusal import Refusal

PATIENCE = 120.0
"""Seconds without one good answer after which no more is asked, but for `PROBE_EVERY`."""

PROBE_EVERY = 10.0
"""Seconds between two requests that are sent all the same, to see whether that is over."""

_GLANCE = 0.5


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
        """Waits until a request may be sent, and gives the moment.

        Where it is no use to ask at present, gives the reason instead. Raises Stopped.
        """
        while True:
            with self._lock:
                now = self._clock.now()
                closed = self._closed(now)
                if closed is not None:
                    return closed
                wait = self._pace.wait(now)
                if wait <= 0:
                    return now
            # The rate may change meanwhile, so nobody waits for long without looking.
            self._clock.sleep(min(wait, _GLANCE))

    def answered(self) -> None:
        """The service answered a request, if only to refuse it for good."""
        with self._lock:
            self._failing_since = None
            self._pace.good(self._clock.now())

    def throttled(self, sent_at: float, retry_after: float, refusal: Refusal) -> None:
        """The service refused a request, sent at a moment of `turn`, as one too many."""
        with self._lock:
            now = self._clock.now()
            self._pace.throttled(now, sent_at, retry_after)
            self._fail(now, refusal)

    def failed(self, refusal: Refusal) -> None:
        """A request got no answer, or one that could not be used."""
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

    def __init__(self, make: Callable[[str, str], Budget]) -> None:
        self._make = make
        self._lock = Lock()
        self._budgets: dict[tuple[str, str], Budget] = {}

    def of(self, account: str, region: str) -> Budget:
        """The budget of an account in a region, always the same one."""
        with self._lock:
            if (account, region) not in self._budgets:
                self._budgets[account, region] = self._make(account, region)
            return self._budgets[account, region]


def _given_up(last: Refusal) -> Refusal:
    why = f"not asked any more: nothing was answered for {PATIENCE:.0f} seconds; at last"
    return replace(last, message=f"{why} {last.code}: {last.message}", attempts=0)
