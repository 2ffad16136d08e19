"""What a run did to a finding, as a SIEM is told."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace

from auditor.model import Compared, Outcome, Past, State, Verdict
from auditor.report.formats import FORMATS
from auditor.report.jsonl import finding_line
from auditor.report.read_finding import finding_of
from auditor.report.siem import Activity, activity, controls, milliseconds, rationale, resolved
from tests.report import samples
from tests.report.hostile import hostile_findings, hostile_report

CASES = {
    None: Activity.CREATE,
    State.NEW: Activity.CREATE,
    State.REOPENED: Activity.CREATE,
    State.EXISTING: Activity.UPDATE,
    State.CARRIED: Activity.UPDATE,
}


@pytest.mark.parametrize("state", [None, *State])
def test_each_state_is_an_activity(state: State | None) -> None:
    """What is new or open again is created, what was there before is updated."""
    assert activity(replace(samples.finding(), state=state)) is CASES[state]


def test_without_a_baseline_nothing_is_resolved() -> None:
    """There is nothing to compare with."""
    assert list(resolved(samples.report(Verdict.COMPLIANT, ()))) == []


def test_only_what_could_be_seen_is_resolved() -> None:
    """A finding whose resource was not read is still open."""
    seen, unseen = samples.finding("CRML-001"), samples.finding("CRML-007")
    compared = Compared("a-run", "reports/a-run", (Past(seen, False), Past(unseen, True)))
    report = replace(samples.report(Verdict.INCOMPLETE, ()), compared=compared)
    assert [finding.rule for finding in resolved(report)] == ["CRML-001"]


def test_what_is_resolved_asks_for_nothing() -> None:
    """Its identity stays; a command that may delete something does not."""
    past = replace(
        samples.finding(outcome=Outcome.UNKNOWN, reason="denied"),
        state=State.NEW,
        waiver={"reason": "agreed"},
    )
    compared = Compared("a-run", "reports/a-run", (Past(past, carried=False),))
    report = replace(samples.report(Verdict.COMPLIANT, ()), compared=compared)
    (finding,) = resolved(report)
    assert (finding.id, finding.rule, finding.resource) == (past.id, past.rule, past.resource)
    assert finding.message == f"not found again, before: {past.message}"
    left = (finding.remediation, finding.reason, finding.waiver, finding.state)
    assert left == ("", None, None, None)


def test_milliseconds_are_whole() -> None:
    """The last digit is not lost to floating point."""
    assert milliseconds("2026-11-23T07:00:03.241Z") == 1795417203241


def test_controls_name_their_framework() -> None:
    """In the order of frameworks."""
    assert controls(samples.finding()) == ["iso-27001-2022 A.8.10", "nist-800-53-r5 SI-12"]


def test_a_finding_that_was_read_again_has_its_rule_s_rationale() -> None:
    """So a past run renders to the same bytes as when it was made."""
    finding = samples.finding()
    rule = replace(samples.count(finding.rule), rationale=finding.rationale)
    report = samples.report(Verdict.NON_COMPLIANT, [rule])
    assert rationale(report, replace(finding, rationale="")) == finding.rationale
    assert rationale(samples.report(Verdict.NON_COMPLIANT, ()), finding) == finding.rationale
    assert rationale(report, samples.finding("CRML-007")) != ""
    assert rationale(report, replace(samples.finding("CRML-007"), rationale="")) == ""


@pytest.mark.parametrize("name", ["ocsf", "asff", "ecs", "cef"])
def test_a_past_run_renders_to_the_same_bytes(name: str) -> None:
    """From its findings as they are read again."""
    made = hostile_findings()
    again = [finding_of(json.loads(finding_line(finding))) for finding in made]
    lines = FORMATS[name].lines
    assert list(lines(hostile_report(), again)) == list(lines(hostile_report(), made))
