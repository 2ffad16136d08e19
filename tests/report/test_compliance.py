"""A control is satisfied only where nothing about it is in doubt."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.model import Coverage, Report, RuleCount, Severity, Unjudged, Verdict
from auditor.policy.load import load_policies, shipped
from auditor.report.compliance import TITLES, Control, Standing, control_view
from auditor.report.document import report_json
from tests.report import samples

SI_12 = {"nist-800-53-r5": ("SI-12",)}


def rule(name: str = "AA-001", **numbers: Any) -> RuleCount:
    """A rule that is evidence for one control."""
    return RuleCount(name, "own", "A rule", Severity.LOW, "version", controls=SI_12, **numbers)


def report(
    rules: Iterable[RuleCount],
    *,
    coverage: Coverage | None = None,
    interrupted: bool = False,
    unjudged: tuple[Unjudged, ...] = (),
) -> Report:
    """A run with these rules."""
    made = samples.report(Verdict.INCOMPLETE, ())
    return replace(
        made,
        rules=tuple(rules),
        coverage=coverage or Coverage(models=1, versions=2),
        interrupted=interrupted,
        unjudged=unjudged,
    )


def control(run: Report) -> Control:
    """The one control of a run."""
    ((control,),) = (framework.controls for framework in control_view(run))
    return control


def test_a_control_is_satisfied_if_its_rules_judged_everything_and_nothing_failed() -> None:
    """With how much that is."""
    found = control(report([rule(substantive=3), rule("AA-002", substantive=1, vacuous=4)]))
    assert (found.standing, found.why) == (Standing.SATISFIED, "4 passes")
    assert [each.rule for each in found.rules] == ["AA-001", "AA-002"]


def test_one_failure_violates_a_control_whatever_its_severity() -> None:
    """What a run was told to fail on has nothing to do with it."""
    run = replace(report([rule(substantive=9, fail=1)]), fail_on=Severity.CRITICAL)
    found = control(run)
    assert (found.standing, found.why) == (Standing.VIOLATED, "1 failure")


def test_a_failure_is_certain_though_other_things_are_not() -> None:
    """The doubts are said as well."""
    found = control(report([rule(fail=2, unknown=1)], interrupted=True))
    assert found.standing is Standing.VIOLATED
    assert found.why == "2 failures; the run was stopped before its end; 1 outcome unknown"


@pytest.mark.parametrize(
    ("numbers", "why"),
    [
        ({"substantive": 3, "unknown": 2}, "2 outcomes unknown"),
        ({"substantive": 3, "unknown": 1, "blind": 1}, "1 outcome unknown"),
        (
            {"substantive": 3, "waived": 1},
            "1 outcome waived, and an accepted exception is no evidence",
        ),
        ({"vacuous": 3}, "there was nothing that its rules are about"),
        ({"not_applicable": 3}, "there was nothing that its rules are about"),
        ({}, "there was nothing that its rules are about"),
    ],
)
def test_any_doubt_leaves_a_control_not_determined(numbers: dict[str, Any], why: str) -> None:
    """Unknown, blind, waived, vacuous and not applicable are no evidence."""
    found = control(report([rule(**numbers)]))
    assert (found.standing, found.why) == (Standing.NOT_DETERMINED, why)


def test_a_control_of_a_run_with_gaps_is_not_determined() -> None:
    """What was not read may be what violates it."""
    passes = [rule(substantive=3)]
    unread = report(passes, coverage=Coverage(models=1, unread=(samples.denied(3),)))
    assert control(unread).standing is Standing.NOT_DETERMINED
    assert control(unread).why == "not everything was read"
    assert control(report(passes, interrupted=True)).standing is Standing.NOT_DETERMINED


def test_a_doubt_about_another_control_leaves_this_one_alone() -> None:
    """An unknown outcome of a rule that is no evidence for it says nothing about it."""
    other = replace(rule("AA-002", unknown=1), controls={"soc-2": ("C1.2",)})
    first, second = control_view(report([rule(substantive=1), other]))
    assert first.controls[0].standing is Standing.SATISFIED
    assert second.controls[0].standing is Standing.NOT_DETERMINED


def test_a_control_is_not_satisfied_by_half_of_its_rules() -> None:
    """A rule that was left out could have failed."""
    left_out = Unjudged("AA-002", SI_12, asked=True)
    found = control(report([rule(substantive=1)], unjudged=(left_out,)))
    assert (found.standing, found.why) == (
        Standing.NOT_DETERMINED,
        "AA-002 was not judged in this run",
    )
    assert found.unjudged == ("AA-002",)


def test_a_rule_of_a_policy_that_was_not_asked_for_is_no_doubt() -> None:
    """A policy that needs what this user has not is none of this run's business."""
    elsewhere = Unjudged("AA-002", SI_12, asked=False)
    found = control(report([rule(substantive=1)], unjudged=(elsewhere,)))
    assert (found.standing, found.why) == (
        Standing.SATISFIED,
        "1 pass; AA-002 is evidence too, and no part of this run",
    )


def test_several_rules_that_were_left_out_are_named_in_one_sentence() -> None:
    """Whether nothing else is evidence for the control, or only a part is missing."""
    left_out = tuple(Unjudged(name, SI_12, asked=True) for name in ("AA-002", "AA-003"))
    assert control(report([], unjudged=left_out)).why.endswith("; AA-002 and AA-003 are")
    missing = control(report([rule(substantive=1)], unjudged=left_out))
    assert missing.why == "AA-002 and AA-003 were not judged in this run"


@pytest.mark.parametrize("asked", [True, False])
def test_a_control_that_only_other_rules_are_evidence_for_is_not_covered(asked: bool) -> None:
    """It is listed, so that nobody takes silence for an answer."""
    found = control(report([], unjudged=(Unjudged("AA-009", SI_12, asked=asked),)))
    assert (found.standing, found.rules) == (Standing.NOT_COVERED, ())
    assert "AA-009" in found.why


def test_a_rule_that_had_nothing_to_judge_is_named_beside_those_that_had() -> None:
    """The control rests on the others."""
    found = control(report([rule(substantive=1), rule("AA-002", not_applicable=3)]))
    assert (found.standing, found.why) == (Standing.SATISFIED, "1 pass; nothing there for AA-002")


def test_controls_come_in_the_order_in_which_people_count() -> None:
    """A.5.9 before A.5.26."""
    names = ("A.5.26", "A.8.1", "A.5.9")
    many = replace(rule(substantive=1), controls={"iso-27001-2022": names})
    (framework,) = control_view(report([many]))
    assert [each.control for each in framework.controls] == ["A.5.9", "A.5.26", "A.8.1"]
    assert framework.title == "ISO/IEC 27001:2022, Annex A"
    assert framework.count(Standing.SATISFIED) == 3


def test_a_gate_has_no_controls() -> None:
    """One version proves nothing about a control."""
    run = replace(samples.gate(Verdict.COMPLIANT), rules=(rule(substantive=1),))
    assert control_view(run) == ()


def test_the_view_is_in_the_report() -> None:
    """With rules, counts and the reason."""
    (framework,) = report_json(report([rule(substantive=2, fail=1)]))["controls"]
    assert framework["framework"] == "nist-800-53-r5"
    assert framework["controls"] == [
        {
            "control": "SI-12",
            "standing": "violated",
            "why": "1 failure",
            "rules": ["AA-001"],
            "unjudged": (),
            "outcomes": {"pass": 2, "fail": 1, "waived": 0, "unknown": 0, "not_applicable": 0},
        }
    ]


def test_every_framework_of_the_shipped_policies_has_a_name() -> None:
    """People do not read keys."""
    policies = load_policies((shipped(), Path(shipped()) / "optional"))
    used = {name for policy in policies for each in policy.rules for name in each.controls}
    assert used <= set(TITLES)
