"""The published JSON of a run back to the report."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from auditor.errors import DamagedRun
from auditor.model import (
    Compared,
    Outcome,
    Past,
    PolicyUsed,
    Report,
    RuleCount,
    Severity,
    Unjudged,
    Verdict,
    WaiverUsed,
)
from auditor.report.coverage import coverage_of
from auditor.report.document import REPORT, WAIVERS, report_json
from auditor.report.encoding import line
from auditor.report.read_finding import finding_of
from auditor.report.strict import REMEDY, Value, joined

_VERDICTS = {verdict.word: verdict for verdict in Verdict}
_WORDS = re.compile(r"\bcontrols\[\d+\]\.(title|controls\[\d+\]\.why)$")
"""Sentences for people, which another version of the tool may word otherwise."""
_GATE = ("arn", "asked", "version", "name", "status", "createTime", "outcomes")


def report_of(value: Any, where: str = "report") -> Report:
    """The report that such JSON says; DamagedRun where it has not that form, or contradicts itself.

    ``where`` is what the error calls it, such as ``report.json:``.
    """
    said = Value(value, where)
    said["schema"].exactly(REPORT)
    report = _report_of(said)
    _check_sense(report, said)
    # Every count, sum and exit code is computed anew, so none of them can have been changed alone.
    different = _difference(_again(report_json(report)), value, where)
    if different:
        raise DamagedRun(
            f"{different} is not what the rest says",
            REMEDY,
        )
    return report


def _report_of(said: Value) -> Report:
    counts = said["counts"]
    baseline = said["baseline"]
    return Report(
        run=said["run"].text(),
        verdict=_verdict_of(said["verdict"]),
        complete=said["complete"].flag(),
        fail_on=said["fail_on"].word(Severity),
        now=said["now"].timestamp(),
        started_at=said["started_at"].timestamp(),
        finished_at=said["finished_at"].timestamp(),
        tool=said["tool"].map_of_texts(),
        rules=tuple(map(_rule_of, counts["rules"].items())),
        coverage=coverage_of(said["coverage"]),
        policies=tuple(map(_policy_of, said["policies"].items())),
        interrupted=said["interrupted"].flag(),
        allowed=tuple(item.map_of_texts() for item in said["allowed"].items()),
        gate=_gate_of(said["gate"]) if "gate" in said.object() else None,
        resumes=said["resumes"].text() if "resumes" in said.object() else None,
        waivers=tuple(_waivers_of(said["waivers"])),
        compared=None if baseline.json is None else _compared_of(baseline),
        fail_on_new=said["fail_on_new"].flag(),
        unjudged=tuple(map(_unjudged_of, said["unjudged"].items())),
    )


def _gate_of(said: Value) -> dict[str, Any]:
    said["arn"].text()
    said["asked"].text()
    for name in ("version", "name", "status", "createTime"):
        said[name].maybe_text()
    for each in said["outcomes"].items():
        each.map_of_texts()
        each["rule"].text()
        each["title"].text()
        each["severity"].word(Severity)
        each["outcome"].word(Outcome)
        each["message"].text()
    return said.only(_GATE).object()


def _verdict_of(said: Value) -> Verdict:
    if said.text() not in _VERDICTS:
        raise said.wrong(f"must be one of {', '.join(_VERDICTS)}")
    return _VERDICTS[said.text()]


def _rule_of(said: Value) -> RuleCount:
    outcomes, passes = said["outcomes"], said["passes"]
    return RuleCount(
        rule=said["rule"].text(),
        policy=said["policy"].text(),
        title=said["title"].text(),
        severity=said["severity"].word(Severity),
        kind=said["kind"].text(),
        rationale=said["rationale"].text(),
        controls=said["controls"].map_of_lists(),
        path=said["path"].text(),
        line=said["line"].count(),
        when=said["when"].text(),
        wants=said["wants"].text(),
        digest=said["digest"].text(),
        substantive=passes["substantive"].count(),
        vacuous=passes["vacuous"].count(),
        fail=outcomes["fail"].count(),
        fresh=said["fresh"].count(),
        waived=outcomes["waived"].count(),
        unknown=outcomes["unknown"].count(),
        blind=said["blind"].count(),
        not_applicable=outcomes["not_applicable"].count(),
    )


def _policy_of(said: Value) -> PolicyUsed:
    return PolicyUsed(
        policy=said["policy"].text(),
        title=said["title"].text(),
        path=said["path"].text(),
        sha256=said["sha256"].text(),
        rules=said["rules"].texts(),
        params=said["params"].object(),
    )


def _waivers_of(said: Value) -> Iterator[WaiverUsed]:
    for status in WAIVERS:
        for waiver in said[status].items():
            yield WaiverUsed(
                rule=waiver["rule"].text(),
                arn=waiver["arn"].text(),
                version=waiver["version"].maybe_text(),
                reason=waiver["reason"].text(),
                owner=waiver["owner"].text(),
                expires=waiver["expires"].text(),
                status=status,
                ticket=waiver["ticket"].text(),
                detail=waiver["detail"].text(),
            )


def _compared_of(said: Value) -> Compared:
    past = [
        Past(finding_of(finding.json, finding.path), carried=name == "carried")
        for name in ("resolved", "carried")
        for finding in said[name].items()
    ]
    return Compared(
        run=said["run"].text(),
        path=said["path"].text(),
        past=tuple(past),
        counts=said["counts"].map_of_counts(),
        resolved_before=said["resolved_before"].texts(),
    )


def _unjudged_of(said: Value) -> Unjudged:
    return Unjudged(
        rule=said["rule"].text(),
        controls=said["controls"].map_of_lists(),
        asked=said["asked"].flag(),
    )


def _check_sense(report: Report, said: Value) -> None:
    """NOTE: a run with gaps that calls itself complete is what must never be shown."""
    gaps = report.interrupted or report.coverage.unread
    if report.complete and (gaps or report.verdict is Verdict.INCOMPLETE):
        raise said["complete"].wrong("must be false")
    if not report.complete and report.verdict is Verdict.COMPLIANT:
        raise said["verdict"].wrong("must not be compliant, because the run is not complete")
    ages = report.coverage.ages
    if ages and sum(each.total for each in ages) != report.coverage.versions:
        raise said["coverage"]["ages"].wrong("must count every version once")


def _again(value: Any) -> Any:
    """The value as it is after it was written and read."""
    return json.loads(line(value))


def _difference(expected: Any, found: Any, path: str) -> str:
    """The path of the first difference between two JSON values; empty where there is none."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for name in sorted(expected.keys() | found.keys()):
            there = joined(path, name)
            if name not in expected or name not in found:
                return there
            inner = _difference(expected[name], found[name], there)
            if inner:
                return inner
        return ""
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        each = enumerate(zip(expected, found, strict=True))
        inside = (_difference(*pair, f"{path}[{number}]") for number, pair in each)
        return next(filter(None, inside), "")
    if isinstance(expected, str) and isinstance(found, str) and _WORDS.search(path):
        return ""
    return "" if expected == found and type(expected) is type(found) else path
