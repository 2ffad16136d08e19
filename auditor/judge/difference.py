"""Two recorded runs against each other: what became of every finding of either."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from auditor.judge.baseline import Baseline
from auditor.judge.earlier import Earlier
from auditor.model import Finding, ModelRecord, Outcome, Report, SourceRecord, State
from auditor.report.difference import Change, Changed


def changes(
    before: Earlier,
    after: Report,
    records: Iterable[SourceRecord],
    findings: Iterable[Finding],
) -> Iterator[Changed]:
    """What became of every finding: those of the later run first, then what is only in the earlier.

    ``records`` and ``findings`` are those of the later run. What it did not look for is carried.
    """
    baseline = Baseline(before)
    for record in records:
        if isinstance(record, ModelRecord):
            baseline.saw(record)
    for finding in findings:
        stated, was = baseline.stated(finding)
        yield Changed(_change(stated, was), stated, was)
    compared = baseline.compared(after)
    for past in compared.past if compared else ():
        change = Change.CARRIED if past.carried else Change.RESOLVED
        yield Changed(change, past.finding, past.finding.outcome)


def _change(finding: Finding, was: Outcome | None) -> Change:
    if finding.state is State.NEW and was is None:
        return Change.NEW
    if finding.state is State.REOPENED:
        return Change.REOPENED
    return Change.UNCHANGED if was is finding.outcome else Change.CHANGED
