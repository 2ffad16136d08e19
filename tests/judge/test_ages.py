"""How old the versions of a run are."""

from __future__ import annotations

import pytest

from auditor.judge.ages import AgeCounter, Calendar
from auditor.model import AGE_BANDS, ModelRecord
from tests.judge.models import PLACE, record, version
from tests.report import samples


def _record(*rows: dict[str, object]) -> ModelRecord:
    return ModelRecord(samples.place(samples.model_arn(1)), rows)


def _counted(*rows: dict[str, object]) -> dict[str, dict[str, int]]:
    counter = AgeCounter(samples.NOW)
    for row in rows:
        counter.add(counter.counted(_record(row)))
    return {
        each.status: {
            band: count for band, count in zip(AGE_BANDS, each.counts, strict=True) if count
        }
        for each in counter.ages()
    }


def test_versions_are_counted_by_status_and_age() -> None:
    """The age is that of the creation, at the moment of the run."""
    assert _counted(
        {"status": "ACTIVE", "createTime": "2026-11-23T06:59:59.000Z"},
        {"status": "ACTIVE", "createTime": "2026-11-22T07:00:00.000Z"},
        {"status": "ACTIVE", "createTime": "2025-11-01T07:00:00.000Z"},
        {"status": "CREATE_FAILED", "createTime": "2026-10-01T07:00:00.000Z"},
    ) == {
        "ACTIVE": {"under a day": 1, "1 to 6 days": 1, "a year and more": 1},
        "CREATE_FAILED": {"30 to 89 days": 1},
    }


def test_an_age_that_is_not_known_is_not_guessed() -> None:
    """A row without a creation time that can be read has a column of its own."""
    rows: list[dict[str, object]] = [
        {"status": "ACTIVE"},
        {"status": "ACTIVE", "createTime": "soon"},
    ]
    assert _counted(*rows) == {"ACTIVE": {"not known": 2}}


def test_a_version_from_the_future_is_young() -> None:
    """A clock that is ahead is no reason to fail."""
    row: dict[str, object] = {"status": "ACTIVE", "createTime": "2026-11-24T07:00:00.000Z"}
    assert _counted(row) == {"ACTIVE": {"under a day": 1}}


def test_the_most_frequent_status_stands_first() -> None:
    """By count, then by name."""
    counter = AgeCounter(samples.NOW)
    rows: list[dict[str, object]] = [{"status": name} for name in "BACC"]
    counter.add(counter.counted(_record(*rows)))
    assert [(each.status, each.total) for each in counter.ages()] == [("C", 2), ("A", 1), ("B", 1)]


@pytest.mark.parametrize(
    ("created", "band"),
    [
        ("2026-11-22T07:00:00.001Z", "under a day"),
        ("2026-11-22T07:00:00.000Z", "1 to 6 days"),
        ("2026-11-16T07:00:00.001Z", "1 to 6 days"),
        ("2026-11-16T07:00:00.000Z", "7 to 29 days"),
        ("2026-10-24T07:00:00.000Z", "30 to 89 days"),
        ("2026-08-25T07:00:00.000Z", "90 to 364 days"),
        ("2025-11-23T07:00:00.001Z", "90 to 364 days"),
        ("2025-11-23T07:00:00.000Z", "a year and more"),
    ],
)
def test_a_band_begins_at_its_whole_days(created: str, band: str) -> None:
    """A version that is exactly so many days old belongs to the older band."""
    assert _counted({"status": "ACTIVE", "createTime": created}) == {"ACTIVE": {band: 1}}


def test_the_first_year_has_no_time_before_it() -> None:
    """A run at the first moment there is counts too."""
    counter = AgeCounter("0001-01-02T00:00:00.000Z")
    row: dict[str, object] = {"status": "A", "createTime": "0001-01-01T12:00:00.000Z"}
    counter.add(counter.counted(_record(row)))
    assert counter.ages()[0].counts == (1, 0, 0, 0, 0, 0, 0)


def test_versions_from_after_the_moment_are_told() -> None:
    """A day is left for clocks that differ; what is newer has no age that means anything."""
    calendar = Calendar("2026-11-23T00:00:00.000Z")
    assert calendar.anomaly(record(version("a", created="2026-11-24T00:00:00.000Z"))) is None
    told = calendar.anomaly(
        record(
            version("a", created="2026-11-24T00:00:00.001Z"),
            version("b", created="2026-11-20T00:00:00.000Z"),
        )
    )
    assert told is not None
    assert (told.code, told.place) == ("NewerThanNow", PLACE)
    assert told.message.endswith("counted to: 1 of its versions")
