"""What is kept of a stream of findings."""

from __future__ import annotations

from auditor.model import Outcome
from auditor.report.highlights import KEPT, HighlightsCollector
from tests.report import samples


def test_the_first_of_each_rule_and_outcome_are_kept() -> None:
    """Many findings of one kind leave room for the few of another, and keep their order."""
    collector = HighlightsCollector()
    for number in range(1000):
        collector.add(samples.finding(message=str(number)))
    collector.add(samples.finding(outcome=Outcome.UNKNOWN, message="last"))
    kept = collector.highlights()
    failed = kept.of("CRML-001", Outcome.FAIL)
    assert [finding.message for finding in failed] == [str(number) for number in range(KEPT)]
    assert [finding.message for finding in kept.of("CRML-001", Outcome.UNKNOWN)] == ["last"]


def test_nothing_is_kept_of_what_did_not_come() -> None:
    """A rule without findings has no highlights."""
    assert HighlightsCollector().highlights().of("CRML-001", Outcome.FAIL) == ()


def test_highlights_do_not_change_afterwards() -> None:
    """What was given stays as it was when more findings come."""
    collector = HighlightsCollector()
    before = collector.highlights()
    collector.add(samples.finding())
    assert before.findings == {}
