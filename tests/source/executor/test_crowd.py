"""As many threads read at the same time as keep a core busy."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from threading import Event
from time import monotonic

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


@pytest.fixture
def done() -> Iterator[Event]:
    """Set at the end: until then every thread works."""
    event = Event()
    yield event
    event.set()


def _work(done: Event) -> None:
    done.wait(10)


def _crowd(most: int, done: Event) -> Crowd:
    threads = Crowd(most, partial(_work, done))
    threads.begin()
    return threads


def _look(threads: Crowd, clock: dict[str, float], *parts: float) -> None:
    """A look after each second, of which some part was busy."""
    for part in parts:
        clock["passed"] += 1.0
        clock["busy"] += part
        threads.look()


@pytest.mark.parametrize(
    ("busy", "many"),
    [
        pytest.param(1.0, 1, id="busy"),
        pytest.param(2.5, 1, id="many-wait-for-a-core"),
        pytest.param(0.8, 1, id="nearly-busy"),
        pytest.param(0.7, 2, id="a-little-idle"),
        pytest.param(0.3, 3, id="two-thirds-idle"),
        pytest.param(0.05, 12, id="waiting-for-answers"),
        pytest.param(0.0, 12, id="doing-nothing"),
    ],
)
def test_there_are_as_many_as_would_have_something_to_do(
    clock: dict[str, float], done: Event, busy: float, many: int
) -> None:
    """Three times as many where in two thirds of the time nobody had; never more than may be."""
    threads = _crowd(12, done)
    assert len(threads) == 1
    _look(threads, clock, busy, busy, busy, busy)
    assert len(threads) == many


def test_how_many_are_enough_is_told_by_the_last_looks(
    clock: dict[str, float], done: Event
) -> None:
    """A thread that begins has more to do than one that only waits for answers."""
    threads = _crowd(12, done)
    _look(threads, clock, 1, 0.1, 0.1, 0.1)
    assert len(threads) == 10


def test_a_pause_adds_nobody(clock: dict[str, float], done: Event) -> None:
    """One look may fall into one; it is looked at several times."""
    threads = _crowd(12, done)
    _look(threads, clock, 1, 1, 0.1, 1, 1, 1, 1, 0.2, 1)
    assert len(threads) == 1


def test_only_the_last_looks_count(clock: dict[str, float], done: Event) -> None:
    """However busy it was before."""
    threads = _crowd(12, done)
    _look(threads, clock, *[1] * 50, *[0.5] * 6)
    assert len(threads) == 2


def test_what_was_before_more_were_added_says_nothing(clock: dict[str, float], done: Event) -> None:
    """What was idle with one may be busy with two."""
    threads = _crowd(12, done)
    _look(threads, clock, 0.5, 0.5, 0.5, 0.5)
    assert len(threads) == 2
    _look(threads, clock, 1, 1, 1, 1)
    assert len(threads) == 2


@pytest.mark.parametrize("most", [1, 2])
def test_there_are_no_more_than_were_asked_for(
    clock: dict[str, float], done: Event, most: int
) -> None:
    """However idle they are."""
    threads = _crowd(most, done)
    _look(threads, clock, 0, 0, 0, 0, 0, 0)
    assert len(threads) == most


def test_it_is_waited_for_all_of_them(done: Event) -> None:
    """As long as somebody has time to, and no longer."""
    threads = _crowd(3, done)
    threads.join(monotonic() + 0.05)
    assert all(each.is_alive() for each in threads._threads)
    done.set()
    threads.join(monotonic() + 10)
    assert not any(each.is_alive() for each in threads._threads)


def test_a_process_that_computes_is_busy_and_one_that_sleeps_is_not() -> None:
    """As the system tells it."""
    before = crowd._busy()
    assert sum(number * number for number in range(300_000)) > 0
    computed = crowd._busy() - before
    Event().wait(0.2)
    assert computed > 0.002
    assert crowd._busy() - before - computed < 0.1
