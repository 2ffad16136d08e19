"""Requests are counted, and only so many are on their way at the same time."""

from __future__ import annotations

from threading import Barrier, Event, Lock, Thread
from time import sleep

import pytest

from auditor.source.client import Calls
from auditor.source.clock import Stopped
from auditor.source.meter import Meter

EVENT = "before-send.cleanroomsml.ListTrainedModelVersions"


def test_no_more_are_on_their_way_than_may_be() -> None:
    """The others wait until an answer is there."""
    calls, lock, begin = Calls(Meter(), Event(), 2), Lock(), Barrier(5)
    now, most = [0], [0]

    def ask() -> None:
        begin.wait()
        for _ in range(5):
            calls.sent(event_name=EVENT)
            with lock:
                now[0] += 1
                most[0] = max(most[0], now[0])
            sleep(0.002)
            with lock:
                now[0] -= 1
            calls.answered()

    threads = [Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert (now, most) == ([0], [2])


def test_a_request_that_is_sent_again_takes_one_place() -> None:
    """And gives it back once, whether there was an answer or not."""
    calls = Calls(Meter(), Event(), 1)
    for _ in range(3):
        calls.sent(event_name=EVENT)
        calls.sent(event_name=EVENT)
        calls.answered()
        calls.answered()
    assert calls.attempts("ListTrainedModelVersions") == 6


def test_nothing_is_sent_after_a_stop() -> None:
    """Not even what has waited for its place."""
    stop = Event()
    meter = Meter()
    calls = Calls(meter, stop, 1)
    stop.set()
    with pytest.raises(Stopped):
        calls.sent(event_name=EVENT)
    assert meter.requests == {}
    calls.answered()
