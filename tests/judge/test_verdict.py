"""From counts to one word."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.judge.ages import NEWER_THAN_NOW
from auditor.judge.verdict import is_complete, verdict
from auditor.model import Anomaly, Coverage, RuleCount, Severity, Verdict
from tests.judge.models import PLACE, denied


def count(severity: Severity = Severity.MEDIUM, **numbers: Any) -> RuleCount:
    """The counts of one rule."""
    return RuleCount("AA-001", "trial", "A rule", severity, "version", **numbers)


NEWER = Anomaly(PLACE, NEWER_THAN_NOW, "made later")
ODD = Anomaly(PLACE, "RowsDiffer", "listed twice")


@pytest.mark.parametrize(
    ("counts", "coverage", "interrupted", "complete"),
    [
        ([count(substantive=1)], Coverage(), False, True),
        ([count(not_applicable=1)], Coverage(), False, True),
        ([count(fail=1)], Coverage(), False, True),
        ([count(substantive=1, unknown=1)], Coverage(), False, False),
        ([count(substantive=1, unknown=1, blind=1)], Coverage(), False, True),
        ([count(substantive=1)], Coverage(unread=(denied(),)), False, False),
        ([count(substantive=1)], Coverage(anomalies=(NEWER,)), False, False),
        ([count(substantive=1)], Coverage(anomalies=(ODD,)), False, True),
        ([count(substantive=1)], Coverage(), True, False),
        ([count()], Coverage(), False, False),
        ([], Coverage(), False, False),
    ],
)
def test_a_run_is_complete_only_if_all_was_read_and_judged(
    counts: list[RuleCount], coverage: Coverage, interrupted: bool, complete: bool
) -> None:
    """Anything unread or unknown, or nothing judged at all, makes a run incomplete."""
    assert is_complete(counts, coverage, interrupted=interrupted) is complete


@pytest.mark.parametrize(
    ("counts", "fail_on", "complete", "word"),
    [
        ([count(substantive=1)], Severity.INFO, True, Verdict.COMPLIANT),
        ([count(substantive=1)], Severity.INFO, False, Verdict.INCOMPLETE),
        ([count(fail=1)], Severity.INFO, True, Verdict.NON_COMPLIANT),
        ([count(fail=1)], Severity.INFO, False, Verdict.NON_COMPLIANT),
        ([count(fail=1)], Severity.MEDIUM, True, Verdict.NON_COMPLIANT),
        ([count(fail=1)], Severity.HIGH, True, Verdict.COMPLIANT),
        ([count(fail=1)], Severity.HIGH, False, Verdict.INCOMPLETE),
        ([count(waived=1)], Severity.INFO, True, Verdict.COMPLIANT),
    ],
)
def test_a_certain_failure_decides_before_completeness_does(
    counts: list[RuleCount], fail_on: Severity, complete: bool, word: Verdict
) -> None:
    """A failure at or above the bound is certain whatever else was not seen."""
    assert verdict(counts, fail_on, complete=complete) is word


def test_the_exit_codes_are_the_contract() -> None:
    """0, 1 and 3; 2 is for runs that were none."""
    assert {each.word: each.exit_code for each in Verdict} == {
        "compliant": 0,
        "non_compliant": 1,
        "incomplete": 3,
    }
