"""Whole runs, made in memory and written as a run writes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from auditor.judge.baseline import Baseline
from auditor.judge.earlier import earlier
from auditor.judge.judge import Judge, Step
from auditor.model import (
    Finding,
    Outcome,
    Past,
    PolicyUsed,
    Report,
    Severity,
    SourceRecord,
    State,
    Unjudged,
)
from auditor.policy.check import ReadyRule
from auditor.report.document import report_text
from auditor.report.jsonl import finding_line
from auditor.scan import Run, audit
from auditor.source.interface import ScanHeader
from tests.judge.kept import keep
from tests.judge.models import NOW


@dataclass(frozen=True, slots=True)
class Records:
    """A source of records that are there already."""

    given: Sequence[SourceRecord]
    interrupted: bool = False
    api_calls: Mapping[str, int] = field(default_factory=dict)

    @property
    def header(self) -> ScanHeader:
        """A scan of one target."""
        return ScanHeader(NOW, NOW, {"auditor": "0"}, ("ads-prod",))

    def records(self) -> Iterator[SourceRecord]:
        """The records."""
        return iter(self.given)


@dataclass(frozen=True, slots=True)
class Done:
    """A run that is over: its folder, its report and its findings."""

    folder: Path
    report: Report
    findings: tuple[Finding, ...]

    @property
    def states(self) -> dict[tuple[str, str | None], State | None]:
        """The state of each finding by rule and version."""
        return {(each.rule, each.resource.version): each.state for each in self.findings}

    @property
    def past(self) -> tuple[Past, ...]:
        """What the baseline had and this run has not."""
        return tuple(self.report.compared.past) if self.report.compared else ()

    @property
    def resolved(self) -> list[tuple[str, str | None]]:
        """Rule and version of what is resolved."""
        return [_names(past) for past in self.past if not past.carried]

    @property
    def carried(self) -> list[tuple[str, str | None]]:
        """Rule and version of what is carried."""
        return [_names(past) for past in self.past if past.carried]


def _names(past: Past) -> tuple[str, str | None]:
    return past.finding.rule, past.finding.resource.version


def run(
    folder: Path,
    ready: Iterable[ReadyRule],
    *records: SourceRecord,
    against: Done | None = None,
    steps: Iterable[Step] = (),
    fail_on_new: bool = False,
    unjudged: tuple[Unjudged, ...] = (),
) -> Done:
    """Judge the records and write what a run writes of it."""
    ready = tuple(ready)
    baseline = Baseline(earlier(against.folder)) if against else None
    judge = Judge(ready, [*steps, *([baseline] if baseline else [])])
    found: list[Finding] = []
    used = PolicyUsed("own", "Own", "own.yaml", "0" * 64, tuple(r.rule.id for r in ready), {})
    asked = Run(folder.name, NOW, Severity.INFO, {}, (used,), fail_on_new=fail_on_new)
    source = Records(records)
    report = audit(source, judge, asked, lambda _record: None, partial(keep, found))
    report = replace(report, unjudged=unjudged)
    if baseline:
        report = replace(report, compared=baseline.compared(report))
    folder.mkdir()
    (folder / "findings.jsonl").write_text("".join(map(finding_line, found)), "utf-8")
    (folder / "report.json").write_text(report_text(report), "utf-8")
    return Done(folder, report, tuple(found))


def failing(done: Done) -> int:
    """How many findings of a run fail."""
    return sum(each.outcome is Outcome.FAIL for each in done.findings)
