"""Waivers and the comparison with an earlier run, on a screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from auditor.model import Compared, Past, Report, Verdict, WaiverUsed
from auditor.report import headline
from auditor.report.terminal import summary
from tests.report import samples
from tests.report.screens import rendered


def waiver(status: str, detail: str = "some words", number: int = 1) -> WaiverUsed:
    """A waiver of a made-up model."""
    return WaiverUsed(
        rule="CRML-001",
        arn=samples.model_arn(number),
        version="BASE",
        reason="known",
        owner="ml team",
        expires="2026-12-01T00:00:00.000Z",
        status=status,
        detail=detail,
    )


def shown(report: Report) -> str:
    """The summary of a run, its lines joined."""
    screen = summary(report, samples.highlights(()), Path("reports"), samples.FILES)
    return " ".join(rendered(screen, 80).split())


@pytest.mark.parametrize("status", ["expired", "lapsed", "expiring", "unmatched", "unseen"])
def test_a_waiver_that_needs_somebody_is_listed(status: str) -> None:
    """With what became of it, and who answers for it."""
    said = shown(replace(samples.compliant()[0], waivers=(waiver(status), waiver("used"))))
    assert f"{status.upper()} CRML-001" in said
    assert "some words. Owner: ml team" in said
    assert said.count("Owner: ") == 1


def test_waivers_that_are_used_are_only_counted() -> None:
    """Nobody has to look at them."""
    said = shown(replace(samples.compliant()[0], waivers=(waiver("used"),) * 3))
    assert "Waivers: 3, 3 in use" in said
    assert "Owner: " not in said


def test_many_waivers_are_a_few_and_a_number() -> None:
    """The summary stays short."""
    many = tuple(waiver("unmatched", number=number) for number in range(20))
    said = shown(replace(samples.compliant()[0], waivers=many))
    assert said.count("Owner: ") == 5
    assert "and 15 more: nothing needs them" in said


def test_a_run_without_waivers_and_baseline_says_nothing_of_them() -> None:
    """What was not asked for is no news."""
    said = shown(samples.compliant()[0])
    assert "Waivers" not in said
    assert "Since" not in said


def test_the_comparison_is_one_sentence_and_a_warning() -> None:
    """What is new comes first, in whatever order it was read; what is carried is not gone."""
    past = (Past(samples.finding(), carried=True),)
    counts = {"carried": 1, "existing": 0, "new": 2, "reopened": 1, "resolved": 0}
    compared = Compared("20261122T070000Z-000000", "reports/x", past, counts)
    said = shown(replace(samples.compliant()[0], compared=compared))
    assert "Since 20261122T070000Z-000000" in said
    assert "2 new, 1 reopened and 1 carried." in said
    assert "1 finding was not looked for this time: nobody knows." in said


def known_failures(verdict: Verdict) -> Report:
    """A run that only fails on what is new; 20 failures are old, and 2 new where it fails."""
    new = 2 if verdict is Verdict.NON_COMPLIANT else 0
    rules = [samples.count("CRML-001", substantive=1, fail=20 + new, fresh=new)]
    return replace(samples.report(verdict, rules), fail_on_new=True)


def test_only_new_failures_are_said_to_decide_where_that_was_asked_for() -> None:
    """The old ones are said as well: a compliant run with failures must not hide them."""
    failed = list(headline.sentences(known_failures(Verdict.NON_COMPLIANT)))
    assert failed[0] == "2 new failures of 1 rule: 2 low."
    assert "20 failures of the baseline do not decide the verdict." in failed
    passed = list(headline.sentences(known_failures(Verdict.COMPLIANT)))
    assert passed[0].endswith(": nothing new failed.")
    assert "20 failures of the baseline do not decide the verdict." in passed
