"""Code Quality for GitLab."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.model import Compared, Finding, Outcome, Past, Report, Severity, Verdict
from auditor.report.gitlab import code_quality
from tests.report import samples
from tests.report.hostile import hostile_findings, hostile_report

_RULES = tuple(
    replace(samples.count(rule), path="policies/baseline.yaml", line=line)
    for line, rule in enumerate(samples.TITLES, start=10)
)


def _issues(report: Report, findings: Iterable[Finding]) -> list[dict[str, Any]]:
    issues: list[dict[str, Any]] = json.loads("".join(code_quality(report, findings)))
    return issues


def _run(report: Report | None = None) -> Report:
    return replace(report or samples.report(Verdict.NON_COMPLIANT, ()), rules=_RULES)


def test_a_failure_is_an_issue_on_its_rule_s_line() -> None:
    """What GitLab asks for is there, and nothing else."""
    found = samples.finding("CRML-002", message="62 versions", about=samples.resource(2))
    (issue,) = _issues(_run(), [found])
    assert issue == {
        "description": "CRML-002 Version count per model is bounded: churn-predictor"
        " 00000002-0000-4000-8000-000000000002: 62 versions",
        "check_name": "CRML-002",
        "fingerprint": found.id,
        "severity": "major",
        "location": {"path": "policies/baseline.yaml", "lines": {"begin": 11}},
    }


@pytest.mark.parametrize(
    ("severity", "said"),
    [
        (Severity.INFO, "info"),
        (Severity.LOW, "minor"),
        (Severity.MEDIUM, "major"),
        (Severity.HIGH, "critical"),
        (Severity.CRITICAL, "blocker"),
    ],
)
def test_severities_are_gitlab_s(severity: Severity, said: str) -> None:
    """Their five words in our order."""
    (issue,) = _issues(_run(), [replace(samples.finding(), severity=severity)])
    assert issue["severity"] == said


def test_nothing_at_all_is_an_empty_list() -> None:
    """A run that is complete and found nothing."""
    assert "".join(code_quality(samples.report(Verdict.COMPLIANT, ()), [])) == "[]\n"


def test_unknown_is_an_issue_and_waived_is_none() -> None:
    """What nobody knows is not mended; what is accepted is."""
    findings = [samples.finding(outcome=one) for one in (Outcome.UNKNOWN, Outcome.WAIVED)]
    assert len(_issues(_run(), findings)) == 1


def test_an_incomplete_run_is_never_an_empty_list() -> None:
    """GitLab would say that all is mended: so the gaps, and each unread thing, are issues."""
    run = _run(samples.incomplete()[0])
    issues = _issues(run, [])
    assert [issue["check_name"] for issue in issues] == [
        "auditor-incomplete",
        *["auditor-unread"] * 6,
    ]
    assert issues[0]["description"].startswith("INCOMPLETE: 1 membership and 5 models could not")
    assert samples.model_arn(3)[-36:] in issues[1]["description"]
    assert "AccessDeniedException" in issues[1]["description"]
    assert "cleanrooms:PassMembership)" in issues[1]["description"]
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    assert [issue["fingerprint"] for issue in _issues(run, [])] == [
        issue["fingerprint"] for issue in issues
    ]


def test_a_run_that_judged_nothing_is_an_issue_too() -> None:
    """Without a rule there is no policy to point at."""
    run = replace(samples.report(Verdict.INCOMPLETE, ()), complete=False)
    (issue,) = _issues(run, [])
    assert issue["description"] == "INCOMPLETE: nothing was judged"
    assert issue["location"] == {"path": "auditor.yaml", "lines": {"begin": 1}}


def test_findings_of_the_baseline_that_nobody_looked_for_stay() -> None:
    """They are not mended because a model was not read; those that are resolved are gone."""
    lost, gone = samples.finding("CRML-007"), samples.finding("CRML-016")
    past = (Past(replace(lost, id="a" * 32), carried=True), Past(gone, carried=False))
    run = replace(_run(), compared=Compared("before", "reports/before", past))
    (issue,) = _issues(run, [])
    assert issue["fingerprint"] == "a" * 32
    assert "not read in this run; before: " in issue["description"]


def test_a_carried_finding_of_a_rule_that_is_gone_has_a_place() -> None:
    """Its rule is not among those of the run."""
    run = replace(
        samples.report(Verdict.COMPLIANT, ()),
        compared=Compared("before", "", (Past(samples.finding(), carried=True),)),
    )
    (issue,) = _issues(run, [])
    assert issue["location"]["path"] == "auditor/policies/baseline.yaml"


def test_the_hostile_run_is_what_gitlab_takes() -> None:
    """Every member that it asks for, fingerprints that differ, and no byte order mark."""
    text = "".join(code_quality(hostile_report(), hostile_findings()))
    assert text.isascii()
    issues = json.loads(text)
    words = {"info", "minor", "major", "critical", "blocker"}
    for issue in issues:
        assert issue["description"].isprintable()
        assert issue["description"].strip()
        assert issue["check_name"]
        assert issue["severity"] in words
        assert not issue["location"]["path"].startswith(("/", "./"))
        assert issue["location"]["lines"]["begin"] >= 1
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    known = [one.id for one in hostile_findings() if one.outcome is not Outcome.WAIVED]
    assert {issue["fingerprint"] for issue in issues} >= set(known)
