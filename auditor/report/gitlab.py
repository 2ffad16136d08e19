"""``code-quality.json``: what GitLab shows in a merge request as Code Quality.

GitLab takes what is not in the file for mended. So whatever is not certain is in it too: unknown
outcomes, what was not read, and findings of the baseline of which nobody knows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from auditor.model import Finding, Outcome, Report, Severity, Unread
from auditor.report.encoding import line
from auditor.report.headline import gaps
from auditor.report.hostile import visible
from auditor.report.identity import recognisable
from auditor.report.unread import refusal, remedy
from auditor.report.written import Spot, carried, known_rules, spot

_SEVERITIES = {
    Severity.INFO: "info",
    Severity.LOW: "minor",
    Severity.MEDIUM: "major",
    Severity.HIGH: "critical",
    Severity.CRITICAL: "blocker",
}
_INCOMPLETE = "auditor-incomplete"
_UNREAD = "auditor-unread"
_LONGEST = 1000


def code_quality(report: Report, findings: Iterable[Finding]) -> Iterator[str]:
    """A JSON array with an issue a line."""
    before = "[\n"
    for issue in chain(_of_the_run(report), _of_findings(report, findings)):
        yield before + line(issue)[:-1]
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _of_findings(report: Report, findings: Iterable[Finding]) -> Iterator[Mapping[str, Any]]:
    spots = {name: spot(rule) for name, rule in known_rules(report).items()}
    for finding in findings:
        if finding.outcome is not Outcome.WAIVED:
            yield _issue(finding, spots[finding.rule], "")
    for finding in carried(report):
        if finding.outcome is not Outcome.WAIVED:
            yield _issue(finding, spots[finding.rule], "not read in this run; before: ")


def _issue(finding: Finding, at: Spot, before: str) -> dict[str, Any]:
    who = recognisable(finding.resource, {})
    said = f"{finding.rule} {finding.title}: {who}: {before}{finding.message}"
    return {
        "description": visible(said, _LONGEST),
        "check_name": finding.rule,
        "fingerprint": finding.id,
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": at.path, "lines": {"begin": at.line}},
    }


def _of_the_run(report: Report) -> Iterator[Mapping[str, Any]]:
    """What keeps the run from being complete; nothing where it is complete."""
    if report.complete:
        return
    first = min(map(spot, report.rules), key=lambda at: at.path, default=Spot("auditor.yaml", 1))
    at = {"path": first.path, "lines": {"begin": 1}}
    yield {
        "description": f"INCOMPLETE: {'; '.join(gaps(report)) or 'not everything was judged'}",
        "check_name": _INCOMPLETE,
        "fingerprint": _fingerprint(_INCOMPLETE),
        "severity": "critical",
        "location": at,
    }
    for unread in report.coverage.unread:
        yield {
            "description": visible(f"Not read: {refusal(unread)}. {remedy(unread)}", _LONGEST),
            "check_name": _UNREAD,
            "fingerprint": _fingerprint(_UNREAD, *_identity(unread)),
            "severity": "major",
            "location": at,
        }


def _identity(unread: Unread) -> tuple[str | None, ...]:
    """What tells an unread from every other, the same in the next run."""
    place = unread.place
    where = (place.target, place.account, place.region, place.membership, place.arn)
    return (*where, unread.version, unread.operation, unread.code)


def _fingerprint(*parts: str | None) -> str:
    return hashlib.sha256(line(parts).encode()).hexdigest()[:32]
