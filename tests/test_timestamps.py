"""Moments and lengths of time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import timestamps

MOMENTS = st.integers(min_value=0, max_value=220_000_000_000_000).map(
    lambda milliseconds: datetime.fromtimestamp(milliseconds / 1000, UTC)
)


@given(MOMENTS, MOMENTS)
def test_timestamps_order_as_text_like_the_moments_they_name(one: datetime, two: datetime) -> None:
    """The order of two timestamps as text is their order in time, cut to milliseconds."""
    first, second = timestamps.written(one), timestamps.written(two)
    assert len(first) == len(second) == 24
    if first != second:
        assert (first < second) == (one < two)


@given(MOMENTS)
def test_a_timestamp_is_its_own_one_form(moment: datetime) -> None:
    """Reading a timestamp and writing it again changes nothing."""
    text = timestamps.written(moment)
    assert timestamps.canonical(text) == text


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("2026-11-23T07:00:00Z", "2026-11-23T07:00:00.000Z"),
        ("2026-11-23T09:00:00.1239+02:00", "2026-11-23T07:00:00.123Z"),
        ("2026-11-23T07:00:00.000000+00:00", "2026-11-23T07:00:00.000Z"),
    ],
)
def test_every_zone_and_precision_becomes_the_one_form(written: str, form: str) -> None:
    """Zones are turned to UTC and what is finer than a millisecond is cut."""
    assert timestamps.canonical(written) == form


@pytest.mark.parametrize(
    "text",
    ["2026-11-23T07:00:00", "yesterday", "", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00"],
)
def test_what_names_no_moment_is_refused(text: str) -> None:
    """A text without a zone could mean any moment, so it means none."""
    with pytest.raises(ValueError, match=r".+"):
        timestamps.canonical(text)


@given(MOMENTS)
def test_milliseconds_and_back(moment: datetime) -> None:
    """A timestamp made from its own milliseconds is the same timestamp."""
    text = timestamps.written(moment)
    count = round(timestamps.seconds(text) * 1000)
    assert timestamps.from_milliseconds(count) == text


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("30d", timedelta(days=30)),
        ("36h", timedelta(hours=36)),
        ("1d12h", timedelta(hours=36)),
        ("2w", timedelta(days=14)),
        ("90s", timedelta(seconds=90)),
        ("0s", timedelta()),
    ],
)
def test_durations(text: str, length: timedelta) -> None:
    """A duration is numbers with units, and a day is 24 hours."""
    assert timestamps.duration(text) == length.total_seconds()


@pytest.mark.parametrize(
    "text", ["30", "d", "30 d", "-1d", "1.5h", "30days", "", "99999999w", "\u0663d"]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    """A number without a unit, a sign, a fraction or a century is no duration."""
    with pytest.raises(ValueError, match=r"duration"):
        timestamps.duration(text)


@pytest.mark.parametrize(
    ("length", "words"),
    [(0, "0s"), (59, "59s"), (3600, "1h"), (90061, "1d 1h"), (86400 * 326, "326d"), (-60, "-1m")],
)
def test_durations_are_spoken_in_their_two_largest_units(length: float, words: str) -> None:
    """A person reads `41d 3h`, not 3553200."""
    assert timestamps.spoken(length) == words


def test_now_is_a_timestamp_of_this_moment() -> None:
    """The clock is read in the one form."""
    read = datetime.fromisoformat(timestamps.now())
    assert abs(datetime.now(timezone(timedelta(hours=5))) - read) < timedelta(minutes=1)
