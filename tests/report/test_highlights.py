"""What is kept of a stream of findings."""

from __future__ import annotations

from msgspec.structs import replace

from auditor.model import Outcome, State
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


def test_what_is_new_comes_before_what_was_there() -> None:
    """Against a baseline the findings that it does not have are kept first."""
    collector = HighlightsCollector(3)
    for message, state in (
        *(("old", State.EXISTING) for _ in range(5)),
        ("new", State.NEW),
        ("again", State.REOPENED),
    ):
        collector.add(replace(samples.finding(message=message), state=state))
    kept = collector.highlights().of("CRML-001", Outcome.FAIL)
    assert [finding.message for finding in kept] == ["new", "again", "old"]
