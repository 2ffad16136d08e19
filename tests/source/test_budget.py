"""What all requests of one account and region share."""

from __future__ import annotations

import threading
from threading import Event

import pytest

from auditor.source.budget import PATIENCE, PROBE_EVERY, Budget, Budgets
from auditor.source.clock import Clock, Stopped
from auditor.source.refusal import Refusal

THROTTLED = Refusal("ListTrainedModelVersions", "ThrottlingException", "slow down", "id-1", 8)


class Frozen(Clock):
    """A clock that stands still but for the waits."""

    def __init__(self) -> None:
        super().__init__(Event())
        self.time = 1000.0
        self.waits: list[float] = []

    def now(self) -> float:
        """The moment at which the clock stands."""
        return self.time

    def sleep(self, seconds: float) -> None:
        """Moves the clock on."""
        self.waits.append(seconds)
        self.time += seconds


def sent(budget: Budget) -> float:
    """The moment at which the next request may go; it may."""
    moment = budget.turn()
    assert isinstance(moment, float)
    return moment


def test_requests_go_out_freely_until_the_service_throttles_one() -> None:
    """Nothing is held back on suspicion."""
    clock = Frozen()
    budget = Budget(clock)
    for _ in range(1000):
        budget.answered()
        assert budget.turn() == clock.time
    assert clock.waits == []


def test_a_turn_is_waited_for() -> None:
    """With two requests a second, the third comes a second after the first."""
    clock = Frozen()
    budget = Budget(clock, max_rate=2)
    moments = [sent(budget) for _ in range(3)]
    assert moments == pytest.approx([1000.0, 1000.5, 1001.0])


def test_a_retry_after_holds_every_request_back() -> None:
    """Also those that were not refused themselves."""
    clock = Frozen()
    budget = Budget(clock)
    budget.throttled(sent(budget), 7.0, THROTTLED)
    assert sent(budget) >= 1007.0


def test_a_budget_closes_when_nothing_was_answered_for_long() -> None:
    """Asking on would take hours; what is left is refused with the last code at once."""
    clock = Frozen()
    budget = Budget(clock)
    budget.failed(THROTTLED)
    clock.time += PATIENCE - 1
    assert sent(budget) == clock.time
    clock.time += 1
    assert sent(budget) == clock.time, "one request goes out to see whether that is over"
    closed = budget.turn()
    assert isinstance(closed, Refusal)
    assert (closed.code, closed.request_id, closed.attempts) == ("ThrottlingException", "id-1", 0)
    assert "slow down" in closed.message
    clock.time += PROBE_EVERY
    assert sent(budget) == clock.time


def test_a_closed_budget_opens_with_the_first_answer() -> None:
    """What was not asked meanwhile stays unread; the rest is read."""
    clock = Frozen()
    budget = Budget(clock)
    budget.failed(THROTTLED)
    clock.time += 2 * PATIENCE
    sent(budget)
    assert isinstance(budget.turn(), Refusal)
    budget.answered()
    assert sent(budget) == clock.time


def test_a_good_answer_among_the_bad_keeps_a_budget_open() -> None:
    """Only a service that gives nothing at all is given up."""
    clock = Frozen()
    budget = Budget(clock)
    for _ in range(20):
        budget.failed(THROTTLED)
        clock.time += PATIENCE / 2
        budget.answered()
        budget.failed(THROTTLED)
        assert sent(budget) == clock.time


def test_a_wait_ends_when_the_budget_closes() -> None:
    """Nobody stands in a queue that leads nowhere."""
    clock = Frozen()
    budget = Budget(clock, max_rate=0.001)
    budget.failed(THROTTLED)
    sent(budget)
    began = clock.time
    assert sent(budget) - began == pytest.approx(PATIENCE, abs=1)
    assert isinstance(budget.turn(), Refusal)


def test_a_stop_ends_the_wait_for_a_turn() -> None:
    """Ctrl-C does not wait for a slow service."""
    stop = Event()
    budget = Budget(Clock(stop), max_rate=0.01)
    budget.turn()
    threading.Timer(0.05, stop.set).start()
    with pytest.raises(Stopped):
        budget.turn()


def test_threads_share_one_rate() -> None:
    """Eight threads together send no more than one would."""
    budget = Budget(Clock(Event()), max_rate=200)
    moments: list[float] = []

    def ask() -> None:
        moments.extend(sent(budget) for _ in range(10))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(moments) == 80
    # Ten may go at once.
    assert max(moments) - min(moments) >= (80 - 11) / 200


def test_an_account_has_one_budget_in_a_region() -> None:
    """Two targets with the same credentials do not get twice the rate."""
    budgets = Budgets(lambda _account, _region: Budget(Frozen()))
    one = budgets.of("111122223333", "us-east-1")
    assert budgets.of("111122223333", "us-east-1") is one
    assert budgets.of("111122223333", "eu-west-1") is not one
    assert budgets.of("444455556666", "us-east-1") is not one
