"""As many threads read at the same time as keep a core busy."""

from __future__ import annotations

from threading import Event, Thread

import pytest

from auditor.source.executor import crowd
from auditor.source.executor.crowd import Crowd


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """The time that passed, and how much of it somebody was busy."""
    now = {"passed": 0.0, "busy": 0.0}
    monkeypatch.setattr(crowd, "monotonic", lambda: now["passed"])
    monkeypatch.setattr(crowd, "_busy", lambda: now["busy"])
    return now


@pytest.mark.parametrize(
    ("busy", "let_in"),
    [
        pytest.param(1.0, 2, id="busy"),
        pytest.param(2.5, 2, id="many-wait-for-a-core"),
        pytest.param(0.9, 2, id="nearly-busy"),
        pytest.param(0.8, 3, id="a-little-idle"),
        pytest.param(0.4, 5, id="more-than-half-idle"),
        pytest.param(0.1, 12, id="waiting-for-answers"),
        pytest.param(0.0, 12, id="doing-nothing"),
    ],
)
def test_as_many_are_let_in_as_would_have_something_to_do(
    clock: dict[str, float], busy: float, let_in: int
) -> None:
    """Twice as many where half of the time nobody had; never more than were asked for."""
    threads = Crowd(12)
    assert threads.let_in == 2
    clock.update(passed=1.0, busy=busy)
    threads.look()
    assert threads.let_in == let_in
    assert threads.is_small is (let_in == 2)


def test_only_the_time_since_the_last_look_counts(clock: dict[str, float]) -> None:
    """What was idle at the beginning may be busy later."""
    threads = Crowd(12)
    clock.update(passed=1.0, busy=0.5)
    threads.look()
    clock.update(passed=2.0, busy=1.5)
    threads.look()
    assert threads.let_in == 4


@pytest.mark.parametrize("most", [1, 2])
def test_there_are_no_more_than_were_asked_for(clock: dict[str, float], most: int) -> None:
    """However idle they are."""
    threads = Crowd(most)
    clock.update(passed=1.0)
    threads.look()
    assert threads.let_in == most


def test_who_is_not_let_in_waits_until_there_is_a_place(clock: dict[str, float]) -> None:
    """Because somebody left, or because more are let in."""
    threads, inside, leave = Crowd(3), [], Event()

    def enter() -> None:
        with threads:
            inside.append(1)
            leave.wait(10)

    crew = [Thread(target=enter) for _ in range(4)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join(0.05)
    assert len(inside) == 2
    clock.update(passed=1.0)
    threads.look()
    for thread in crew:
        thread.join(0.05)
    assert len(inside) == 3
    leave.set()
    for thread in crew:
        thread.join(10)
    assert len(inside) == 4


def test_a_process_that_computes_is_busy_and_one_that_sleeps_is_not() -> None:
    """As the system tells it."""
    before = crowd._busy()
    assert sum(number * number for number in range(300_000)) > 0
    computed = crowd._busy() - before
    Event().wait(0.2)
    assert computed > 0.002
    assert crowd._busy() - before - computed < 0.1
