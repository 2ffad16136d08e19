"""The verdict in words."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from auditor.model import Coverage, Place, Report, Severity, Unjudged, Unread, Verdict
from auditor.report.headline import sentences, unread_things, word
from tests.report import samples


def _said(report: Report) -> str:
    return " ".join(sentences(report))


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("compliant", "COMPLIANT"),
        ("non_compliant", "NON-COMPLIANT"),
        ("incomplete", "INCOMPLETE"),
        ("failing_and_incomplete", "NON-COMPLIANT and INCOMPLETE"),
    ],
)
def test_the_word_is_that_of_the_verdict(state: str, expected: str) -> None:
    """A run that failed and did not see everything says both."""
    assert word(samples.STATES[state]()[0]) == expected


@pytest.mark.parametrize("state", ["incomplete", "failing_and_incomplete"])
def test_what_was_not_seen_is_never_called_compliant(state: str) -> None:
    """An incomplete run says plainly that it proves nothing about the rest."""
    said = _said(samples.STATES[state]()[0])
    assert "not proof of compliance" in said or "not proven compliant" in said


def test_nothing_judged_is_said() -> None:
    """A run that judged nothing says so, and does not say that all is well."""
    run = samples.report(Verdict.INCOMPLETE, [], Coverage())
    assert _said(run) == (
        "Nothing failed, but this is not proof of compliance: nothing was judged."
    )


def test_an_incomplete_run_without_a_known_gap_still_says_that_it_is_one() -> None:
    """The sentence holds even where the report does not say what is missing."""
    run = samples.report(Verdict.INCOMPLETE, [samples.count("CRML-001", substantive=1)])
    assert "not proof of compliance: not everything was read and judged." in _said(run)


def test_an_interruption_is_said() -> None:
    """A stopped run says that it was stopped."""
    run = replace(samples.incomplete()[0], interrupted=True)
    assert "the run was stopped before its end; 1 membership and 5 models could" in _said(run)


def test_failures_below_the_threshold_are_not_hidden() -> None:
    """What does not decide the verdict is counted all the same."""
    rules = [samples.count("CRML-001", fail=1), samples.count("CRML-007", substantive=1)]
    run = replace(samples.report(Verdict.COMPLIANT, rules), fail_on=Severity.HIGH)
    assert _said(run) == (
        "2 rules judged on 1,040 versions of 4 models: nothing failed at or above high."
        " 1 failure below high does not decide the verdict."
    )


def test_rules_that_were_left_out_are_counted() -> None:
    """A run of some rules says so, and says nothing of policies that nobody asked for."""
    unjudged = (Unjudged("CRML-002", {}, asked=True), Unjudged("OTHER-001", {}, asked=False))
    run = replace(samples.report(Verdict.COMPLIANT, [samples.count("CRML-001")]), unjudged=unjudged)
    assert _said(run).endswith("1 rule of these policies was left out.")


def test_what_was_not_read_is_counted_by_its_kind() -> None:
    """Targets, memberships, models and versions are told apart."""
    whole = Unread(Place("ads-prod", "", "", ""), "AssumeRole", "AccessDenied")
    details = replace(samples.denied(1), version="BASE")
    unread = (samples.denied(1), samples.denied(2), whole, details)
    assert unread_things(unread) == "1 target, 2 models and 1 version"
