"""What a run keeps of one model: what is said of it, as it is written, and what is counted of it.

Models are independent of each other, so each is assessed by itself, in whichever process.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pickle import PickleBuffer

from msgspec import Struct

from auditor.judge.ages import AgeCounter, Ages, Calendar
from auditor.judge.counts import Counts
from auditor.judge.judge import Judge
from auditor.model import Anomaly, ModelRecord
from auditor.report.highlights import Position


class Assessment(Struct, frozen=True):
    """What a run keeps of one model.

    ``lines`` are those of its findings, some in each text, and can be gone through once; ``first``
    says which of them are the first of their rule. ``anomaly`` is what
    is odd about the age of its versions.
    """

    lines: Iterable[bytes]
    first: Sequence[Position]
    counts: Counts
    ages: Ages
    anomaly: Anomaly | None

    def __reduce__(self) -> tuple[object, ...]:
        # What is sent has all of its lines, which go on as they are.
        lines = tuple(map(PickleBuffer, self.lines))
        return Assessment, (lines, self.first, self.counts, self.ages, self.anomaly)


class Assessor:
    """Assesses one model after the other, at the moment ``now``."""

    def __init__(self, judge: Judge, now: str) -> None:
        self._judge = judge
        self._ages = AgeCounter(now)
        self._calendar = Calendar(now)

    def __call__(self, record: ModelRecord) -> Assessment:
        """The assessment of a model, whose lines are written when they are asked for."""
        written = self._judge.written(record)
        return Assessment(
            lines=written.lines,
            first=written.first,
            counts=written.counts,
            ages=self._ages.counted(record),
            anomaly=self._calendar.anomaly(record),
        )
