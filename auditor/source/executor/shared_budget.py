"""One budget for each account and region of a whole cluster, kept by its scheduler.

Workers ask the scheduler before each request and tell it how the request went. A worker that dies
holds nothing, so nothing has to be taken back from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from threading import Event
from typing import Any

from distributed import SchedulerPlugin, Worker
from distributed.utils import sync
from msgspec.structs import asdict

from auditor.source.budget import Budget, Budgets, Turn, turn_from
from auditor.source.clock import Clock, Stopped
from auditor.source.refusal import Refusal

STOPPED = "stopped"


class BudgetKeeper(SchedulerPlugin):  # type: ignore[misc]  # its types are not read
    """The budgets of one scan, as a part of the scheduler; ``name`` is what workers call it."""

    def __init__(self, name: str, max_rate: float) -> None:
        self.name = name
        self._max_rate = max_rate

    def start(self, scheduler: Any) -> None:
        """Begins to answer."""
        self._stopped = False
        self._handlers = scheduler.handlers
        clock = Clock(Event())
        self._budgets = Budgets(lambda _account, _region: Budget(clock, self._max_rate))
        self._handlers[self.name] = self.answer
        self._handlers[f"{self.name}-stop"] = self.stop

    def stop(self) -> None:
        """From here on no request may be sent."""
        self._stopped = True

    def answer(
        self, account: str, region: str, word: str, told: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        """What a worker hears: whether it may send a request, or nothing for what it told."""
        budget = self._budgets.of(account, region)
        assert isinstance(budget, Budget)
        refusal = Refusal(**told["refusal"]) if "refusal" in told else None
        match word:
            case "ask":
                return {STOPPED: True} if self._stopped else asdict(budget.ask())
            case "answered":
                budget.answered()
            case "throttled" if refusal:
                budget.throttled(told["sent_at"], told["retry_after"], refusal)
            case "failed" if refusal:
                budget.failed(refusal)
        return None


class SharedBudget:
    """A worker's way to the budget of an account in a region."""

    def __init__(self, worker: Worker, keeper: str, account: str, region: str) -> None:
        self._worker = worker
        self._keeper = keeper
        self._place = {"account": account, "region": region}
        self._clock = Clock(Event())

    def turn(self) -> float | Refusal:
        """As `Turns.turn`; the moment is one of the scheduler's clock."""
        return turn_from(self._ask, self._clock)

    def answered(self) -> None:
        """As `Turns.answered`."""
        self._call("answered", {})

    def throttled(self, sent_at: float, retry_after: float, refusal: Refusal) -> None:
        """As `Turns.throttled`."""
        told = {"sent_at": sent_at, "retry_after": retry_after, "refusal": asdict(refusal)}
        self._call("throttled", told)

    def failed(self, refusal: Refusal) -> None:
        """As `Turns.failed`."""
        self._call("failed", {"refusal": asdict(refusal)})

    def _ask(self) -> Turn | Refusal:
        heard = self._call("ask", {}) or {}
        if STOPPED in heard:
            raise Stopped("the scan was stopped")
        return Turn(**heard) if "wait" in heard else Refusal(**heard)

    def _call(self, word: str, told: Mapping[str, Any]) -> Mapping[str, Any] | None:
        call = getattr(self._worker.scheduler, self._keeper)
        heard: Mapping[str, Any] | None = sync(
            self._worker.loop, call, **self._place, word=word, told=told
        )
        return heard
