"""How old the versions of a run are, by their status."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from typing import Any

from auditor import timestamps
from auditor.model import AGE_BANDS, Anomaly, ModelRecord, StatusAges

_DAY = 86_400_000
_BOUNDS = tuple(days * _DAY for days in (365, 90, 30, 7, 1))
_NOT_KNOWN = len(AGE_BANDS) - 1
_YEAR_ONE = -62_135_596_800_000


NEWER_THAN_NOW = "NewerThanNow"
"""The code of a model with versions that are younger than the moment that ages are counted to."""


Ages = Counter[tuple[str, int]]
"""How many versions there are of a status and an age: a place in `AGE_BANDS`."""


class Calendar:
    """Says of models which of their versions were made later than a day after ``now``.

    A day, because the clocks of AWS and of this machine differ, and a scan takes its time. What is
    said of the age of such a version means nothing, so that nothing may pass by it.
    """

    def __init__(self, now: str) -> None:
        self._end = timestamps.from_milliseconds(round(timestamps.seconds(now) * 1000) + _DAY)

    def anomaly(self, record: ModelRecord) -> Anomaly | None:
        """What is odd about a model; None for nearly every one."""
        created = [str(row.get("createTime", "")) for row in record.versions]
        if max(created, default="") <= self._end:
            return None
        later = sum(moment > self._end for moment in created)
        why = f"made after the moment that ages are counted to: {later} of its versions"
        return Anomaly(record.place, NEWER_THAN_NOW, why)


class AgeCounter:
    """Sees every model of a run go by and counts its versions by status and age at ``now``."""

    def __init__(self, now: str) -> None:
        moment = round(timestamps.seconds(now) * 1000)
        # The order of the texts is the order of time, so that no row's timestamp is parsed.
        self._bounds = [
            timestamps.from_milliseconds(max(moment - bound, _YEAR_ONE)) for bound in _BOUNDS
        ]
        self._counts: Counter[tuple[str, int]] = Counter()

    def add(self, ages: Ages) -> None:
        """Count the versions of one model."""
        self._counts.update(ages)

    def counted(self, record: ModelRecord) -> Ages:
        """How old the versions of one model are."""
        rows = record.versions
        statuses = [str(row.get("status", "none")) for row in rows]
        bands = self._bands([row.get("createTime") for row in rows])
        return Counter(zip(statuses, bands, strict=True))

    def ages(self) -> tuple[StatusAges, ...]:
        """What was counted so far, the most frequent status first."""
        counted = (
            StatusAges(status, tuple(self._counts[status, band] for band in range(len(AGE_BANDS))))
            for status in {status for status, _ in self._counts}
        )
        return tuple(sorted(counted, key=lambda one: (-one.total, one.status)))

    def _bands(self, created: Sequence[Any]) -> list[int]:
        bounds, last = self._bounds, len(self._bounds)
        if timestamps.have_one_form(created):
            return [last - bisect_left(bounds, each) for each in created]
        return [
            last - bisect_left(bounds, each) if timestamps.have_one_form([each]) else _NOT_KNOWN
            for each in created
        ]
