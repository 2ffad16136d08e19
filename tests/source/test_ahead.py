"""Work done by a few threads, handed over in order."""

from __future__ import annotations

import threading
import time
from contextvars import ContextVar
from threading import Event

import pytest

from auditor.source.ahead import GRACE, ahead


def test_results_come_in_the_order_of_the_work() -> None:
    """However long each takes."""

    def slow_at_first(number: int) -> int:
        time.sleep(0.002 * (20 - number))
        return number

    assert list(ahead(range(20), slow_at_first, 4, Event())) == list(range(20))


def test_no_more_is_begun_than_twice_the_threads_beyond_what_was_taken() -> None:
    """Results that nobody takes must not fill the memory."""
    begun: list[int] = []

    def note(number: int) -> int:
        begun.append(number)
        return number

    results = ahead(range(100), note, 2, Event())
    assert next(results) == 0
    time.sleep(0.05)
    assert len(begun) <= 5
    results.close()  # type: ignore[attr-defined]  # it is a generator
    time.sleep(0.05)
    assert len(begun) <= 5


def test_no_more_threads_work_at_once_than_were_asked_for() -> None:
    """Each thread is one request in flight."""
    lock = threading.Lock()
    working, most = 0, 0

    def count(_: int) -> None:
        nonlocal working, most
        with lock:
            working += 1
            most = max(most, working)
        time.sleep(0.005)
        with lock:
            working -= 1

    list(ahead(range(30), count, 3, Event()))
    assert most == 3


def test_an_error_is_raised_where_its_result_would_stand() -> None:
    """A mistake of this project is not hidden among the results."""

    def divide(number: int) -> float:
        return 1 / number

    results = ahead([1, 2, 0, 4], divide, 2, Event())
    assert [next(results), next(results)] == [1.0, 0.5]
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_a_stop_leaves_out_what_was_not_begun() -> None:
    """What is done is handed over still."""
    stop = Event()

    def stop_at_three(number: int) -> int:
        if number == 3:
            stop.set()
        return number

    assert list(ahead(range(1000), stop_at_three, 1, stop)) == [0, 1, 2, 3]


def test_a_stop_does_not_wait_for_work_that_hangs() -> None:
    """A thread that sleeps between attempts cannot be woken."""
    stop, release = Event(), Event()

    def hang(number: int) -> int:
        if number == 1:
            stop.set()
            release.wait(30)
        return number

    began = time.monotonic()
    assert list(ahead(range(10), hang, 1, stop)) == [0]
    assert time.monotonic() - began < GRACE + 0.8
    release.set()


def test_threads_know_the_context_of_the_one_who_asked() -> None:
    """Logs carry the run's id in a context variable."""
    run: ContextVar[str] = ContextVar("run", default="none")
    run.set("the-run")
    assert list(ahead(range(4), lambda _: run.get(), 2, Event())) == ["the-run"] * 4


def test_nothing_to_do_gives_nothing() -> None:
    """No thread is started for it."""
    before = threading.active_count()
    assert list(ahead([], lambda item: item, 4, Event())) == []
    assert threading.active_count() == before
