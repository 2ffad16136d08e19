"""A pace finds the rate of a service that nobody knows, in simulated time."""

from __future__ import annotations

from itertools import count, pairwise
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.source.pace import LONGEST_PAUSE, ROUND, SLOWEST, Pace
from tests.source.service import Bucket, simulated


@settings(max_examples=40, deadline=None)
@given(rate=st.floats(2, 200), latency=st.floats(0.01, 0.2))
def test_a_pace_comes_within_four_fifths_of_any_rate(rate: float, latency: float) -> None:
    """Whatever the service takes, most of it is used, and little is asked for beyond it."""
    seen = simulated(Pace(), Bucket(rate).takes, seconds=60, workers=64, latency=latency)
    good = seen.rate(seen.good, 30, 60)
    assert good >= 0.8 * rate
    assert seen.rate(seen.throttled, 30, 60) <= 0.5 * good


@settings(max_examples=20, deadline=None)
@given(workers=st.integers(1, 64), latency=st.floats(0.001, 0.5))
def test_a_service_that_refuses_everything_is_asked_less_and_less(
    workers: int, latency: float
) -> None:
    """Under a permanent 429 the rate falls to one request in ten seconds: there is no storm."""
    pace = Pace()
    seen = simulated(pace, lambda _now: False, seconds=300, workers=workers, latency=latency)
    parts = [seen.rate(seen.sent, start, start + 60) for start in range(0, 300, 60)]
    assert all(one >= other for one, other in pairwise(parts))
    assert parts[-1] <= SLOWEST * 1.1
    assert pace.rate == SLOWEST


def test_a_service_that_never_throttles_is_never_held_back() -> None:
    """Only the workers and the latency limit the rate."""
    pace = Pace()
    seen = simulated(pace, lambda _now: True, seconds=10, workers=16, latency=0.05)
    assert pace.rate == inf
    assert seen.rate(seen.good, 1, 9) == pytest.approx(320, rel=0.01)


def test_a_limit_of_the_user_is_kept_from_the_first_request() -> None:
    """However much the service would take."""
    seen = simulated(Pace(limit=5), lambda _now: True, seconds=20)
    assert seen.rate(seen.sent, 0, 20) == pytest.approx(5, rel=0.05)
    assert sum(moment < 1 for moment in seen.sent) <= 6


def test_a_limit_is_not_exceeded_after_a_throttle_either() -> None:
    """The rate grows back to the limit and stays there."""
    pace = Pace(limit=20)
    simulated(pace, lambda now: not 5 < now < 6, seconds=60)
    assert pace.rate == 20


def test_each_throttle_halves_the_rate_once_a_round() -> None:
    """A burst of refusals is one piece of news, and so is what was sent before the last cut."""
    pace = Pace(limit=64)
    for number in range(64):
        pace.good(number / 64)
    pace.throttled(10.0, 9.0)
    halved = pace.rate
    assert halved <= 32
    for late in range(5):
        pace.throttled(10.1 + late / 100, 10.05)
    assert pace.rate == halved
    pace.throttled(10.0 + 2 * ROUND, 9.9)
    assert pace.rate == halved
    pace.throttled(10.0 + 2 * ROUND, 10.0 + ROUND)
    assert pace.rate == max(halved / 2, SLOWEST)


def test_a_rate_grows_while_answers_are_good_and_only_then() -> None:
    """What is not answered teaches nothing, and neither does time that passes."""
    pace = Pace(limit=64)
    for number in range(128):
        pace.good(number / 64)
    pace.throttled(2.0, 1.9)
    low = pace.rate
    assert pace.wait(100.0) == 0
    assert pace.rate == low
    pace.good(100.0)
    assert low < pace.rate < 64


def test_a_service_that_says_how_long_to_wait_is_left_alone_so_long() -> None:
    """`Retry-After` holds for every request of the budget."""
    pace = Pace()
    pace.throttled(5.0, 4.9, retry_after=7.0)
    assert pace.wait(5.0) == 7.0
    assert pace.wait(11.0) == pytest.approx(1.0)


def test_no_answer_can_hold_requests_back_for_ever() -> None:
    """What a service asks for is followed within bounds."""
    pace = Pace()
    pace.throttled(0.0, 0.0, retry_after=1e9)
    assert pace.wait(0.0) == LONGEST_PAUSE


def test_throttling_that_has_nothing_to_do_with_the_rate_does_not_stop_everything() -> None:
    """A service that refuses each third request, whatever the rate, still gives its answers."""
    turns = count()
    seen = simulated(Pace(), lambda _now: next(turns) % 3 != 2, seconds=60, latency=0.01)
    assert seen.rate(seen.good, 30, 60) >= 2


def test_a_rate_comes_back_after_an_outage() -> None:
    """Half a minute without a service costs the next minute, not the rest of the scan."""
    bucket = Bucket(20)
    seen = simulated(Pace(), lambda now: bucket.takes(now) and not 30 < now < 60, seconds=150)
    assert seen.rate(seen.good, 120, 150) >= 0.8 * 20
