"""The flow: what a source gives is kept, judged and counted; then the run says one word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from msgspec import Struct, field

from auditor import timestamps
from auditor.judge.ages import AgeCounter
from auditor.judge.assessment import Assessment, Assessor
from auditor.judge.judge import Judge
from auditor.judge.verdict import is_complete, verdict
from auditor.model import (
    Anomaly,
    BlindSpot,
    Coverage,
    ModelRecord,
    PolicyUsed,
    Report,
    Severity,
    SourceRecord,
    Unread,
    Unrecognised,
)
from auditor.source.interface import AssessedRecord, Source


class Run(Struct, frozen=True):
    """What a run is called, and what it was asked to do."""

    id: str
    now: str
    fail_on: Severity
    tool: Mapping[str, str]
    policies: tuple[PolicyUsed, ...]
    allowed: tuple[Mapping[str, str], ...] = ()
    fail_on_new: bool = False


def audit(
    source: Source,
    judge: Judge,
    run: Run,
    keep_record: Callable[[SourceRecord], None],
    keep: Callable[[Assessment], None],
) -> Report:
    """Judges everything that a source gives, one model at a time, and reports.

    Memory holds one model's versions and the counts; records and what is said of them go to the two
    callbacks as they come, in the order of ARNs. A model that was assessed where it was read is
    not assessed again.
    """
    seen, assess = _Seen(AgeCounter(run.now)), Assessor(judge, run.now)
    for record in source.records():
        keep_record(record)
        seen.add(record)
        if isinstance(record, ModelRecord):
            known = record.assessment if isinstance(record, AssessedRecord) else None
            assessment = known if isinstance(known, Assessment) else assess(record)
            seen.add_assessment(assessment)
            judge.add(assessment.counts)
            keep(assessment)
    return _report(source, judge, run, seen.coverage(source))


def _report(source: Source, judge: Judge, run: Run, coverage: Coverage) -> Report:
    counts = judge.counts
    complete = is_complete(counts, coverage, interrupted=source.interrupted)
    return Report(
        run=run.id,
        verdict=verdict(counts, run.fail_on, complete=complete, only_fresh=run.fail_on_new),
        complete=complete,
        fail_on=run.fail_on,
        now=run.now,
        started_at=source.header.started_at,
        finished_at=timestamps.now(),
        tool=run.tool,
        rules=counts,
        coverage=coverage,
        policies=run.policies,
        interrupted=source.interrupted,
        allowed=run.allowed,
        fail_on_new=run.fail_on_new,
    )


class _Seen(Struct):
    """What was looked at so far, and what could not be."""

    ages: AgeCounter
    models: int = 0
    versions: int = 0
    anomalies: list[Anomaly] = field(default_factory=list)
    blind_spots: list[BlindSpot] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    unrecognised: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def add(self, record: SourceRecord) -> None:
        """Counts a record; the versions themselves are not kept."""
        if isinstance(record, Unread):
            self.unread.append(record)
            return
        if isinstance(record, BlindSpot):
            self.blind_spots.append(record)
            return
        self.models += 1
        self.versions += len(record.versions)
        if record.unread is not None:
            self.unread.append(record.unread)
        self.unread += record.details_unread
        for each in record.unrecognised:
            self.unrecognised[each.what, each.name, each.operation] += each.count
        self.anomalies += record.anomalies
        self.blind_spots += record.blind_spots

    def add_assessment(self, assessment: Assessment) -> None:
        """Counts what was made of a model."""
        self.ages.add(assessment.ages)
        self.anomalies += filter(None, (assessment.anomaly,))

    def coverage(self, source: Source) -> Coverage:
        """Everything that was looked at and everything that was not."""
        return Coverage(
            targets=len(source.header.targets),
            models=self.models,
            versions=self.versions,
            ages=self.ages.ages(),
            api_calls=dict(source.api_calls),
            unread=tuple(self.unread),
            blind_spots=tuple(self.blind_spots),
            anomalies=tuple(self.anomalies),
            unrecognised=tuple(
                Unrecognised(*key, count) for key, count in sorted(self.unrecognised.items())
            ),
        )
