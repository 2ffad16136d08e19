"""What a page can draw beyond one run's report and findings, where somebody has it."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from auditor import timestamps
from auditor.model import ModelRecord, Severity, Verdict

BANDS = (
    "under a day",
    "1 to 6 days",
    "7 to 29 days",
    "30 to 89 days",
    "90 to 364 days",
    "a year and more",
    "not known",
)
"""The ages that versions are grouped by."""

_DAY = 86_400
_BOUNDS = tuple(days * _DAY for days in (1, 7, 30, 90, 365))


class HistoryPoint(Protocol):
    """One past run, such as `auditor.report.history.Point`.

    Where it is not complete its failures are a lower bound, and fewer are no improvement.
    """

    @property
    def run(self) -> str:
        """The id of the run."""

    @property
    def now(self) -> str:
        """The moment that ages were counted to."""

    @property
    def verdict(self) -> Verdict:
        """What it said."""

    @property
    def complete(self) -> bool:
        """Whether everything that was asked for was read and judged."""

    @property
    def failures(self) -> Mapping[Severity, int]:
        """How many findings failed, by severity."""

    @property
    def unknown(self) -> int:
        """How many outcomes are not known."""


@dataclass(frozen=True, slots=True)
class StatusAges:
    """How many versions of one status there are of each age; ``counts`` has a number per band."""

    status: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """How many versions have this status."""
        return sum(self.counts)


@dataclass(slots=True)
class AgeCounter:
    """Sees every model of a run go by and counts its versions by status and age at ``now``."""

    now: str
    _counts: dict[str, Counter[int]] = field(default_factory=dict)

    def add(self, record: ModelRecord) -> None:
        """Count the versions of one model."""
        now = timestamps.seconds(self.now)
        for row in record.versions:
            status = str(row.get("status", "none"))
            self._counts.setdefault(status, Counter())[_band(row.get("createTime"), now)] += 1

    def ages(self) -> tuple[StatusAges, ...]:
        """What was counted so far, the most frequent status first."""
        counted = (
            StatusAges(status, tuple(counts[band] for band in range(len(BANDS))))
            for status, counts in self._counts.items()
        )
        return tuple(sorted(counted, key=lambda one: (-one.total, one.status)))


def _band(created: object, now: float) -> int:
    try:
        return bisect_right(_BOUNDS, now - timestamps.seconds(str(created)))
    except ValueError:
        return len(BANDS) - 1
