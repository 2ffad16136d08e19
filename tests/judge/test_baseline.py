"""What a finding is against an earlier run, and what became of those that did not come again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from auditor.errors import AuditorError
from auditor.judge.baseline import REMEMBERED, Baseline
from auditor.judge.earlier import earlier
from auditor.judge.judge import Judge
from auditor.judge.waivers import Waivers
from auditor.model import ModelRecord, Outcome, SourceRecord, State, Unjudged, Unread, Verdict
from auditor.policy.check import ReadyRule, ready_rules
from auditor.policy.load import load_policies
from auditor.policy.waiver import Waiver
from auditor.report.jsonl import finding_line
from auditor.report.read import report_in
from tests.judge.models import ARN, NOW, OLD, PLACE, denied, record, version
from tests.judge.runs import Done, failing, run

RULES = """
  - {id: AA-001, title: No failures, severity: low, kind: version,
     deny: "status == 'CREATE_FAILED'"}
  - {id: AA-002, title: Few versions, severity: medium, kind: model,
     require: "length(versions) <= `9`"}
  - {id: AA-003, title: Deletions end, severity: high, kind: model,
     deny_each: "versions[?status == 'DELETE_FAILED']"}
  - {id: AA-004, title: Own key, severity: high, kind: version, when: "status == 'INACTIVE'",
     require: details.kmsKeyArn}
"""
V1 = ("AA-001", "v1")
V2 = ("AA-001", "v2")

Runs = Callable[..., Done]
FAILS = version("v1", "CREATE_FAILED", OLD)
WELL = version("v1", "ACTIVE", OLD)
ALSO_FAILS = version("v2", "CREATE_FAILED", OLD)


@pytest.fixture
def rules(tmp_path: Path) -> tuple[ReadyRule, ...]:
    """The rules of these tests."""
    path = tmp_path / "own.yaml"
    path.write_text(f"version: 1\npolicy: own\ntitle: Own\nrules:{RULES}", "utf-8")
    return ready_rules(load_policies([path]), {}, NOW)


@pytest.fixture
def runs(tmp_path: Path, rules: tuple[ReadyRule, ...]) -> Runs:
    """Makes one run after the other."""
    made: list[Path] = []

    def make(*records: SourceRecord, **more: object) -> Done:
        made.append(tmp_path / f"run-{len(made)}")
        ready = more.pop("ready", rules)
        return run(made[-1], ready, *records, **more)  # type: ignore[arg-type]  # passed on

    return make


def other(name: str, *rows: dict[str, object], unread: Unread | None = None) -> ModelRecord:
    """Another model."""
    place = replace(PLACE, arn=ARN.replace("churn", name))
    return ModelRecord(place, tuple(rows), unread)


def test_what_the_baseline_has_not_is_new_and_what_it_has_is_existing(runs: Runs) -> None:
    """By the id of the finding, which no time and no status is part of."""
    before = runs(record(FAILS))
    after = runs(record(FAILS, ALSO_FAILS), against=before)
    assert after.states == {V1: State.EXISTING, V2: State.NEW}
    assert after.report.compared is not None
    assert after.report.compared.counts == {
        "new": 1,
        "existing": 1,
        "reopened": 0,
        "resolved": 0,
        "carried": 0,
    }
    assert after.report.compared.run == before.folder.name


def test_without_a_baseline_a_finding_has_no_state(runs: Runs) -> None:
    """Nothing is claimed about a time that was not looked at."""
    done = runs(record(FAILS))
    assert done.states == {V1: None}
    assert done.report.compared is None


def test_the_first_run_of_all_finds_only_new_things(rules: tuple[ReadyRule, ...]) -> None:
    """Where the last run was asked for and there is none, nothing is excused."""
    baseline = Baseline(None)
    judge = Judge(rules, [baseline])
    (finding,) = judge.findings(record(FAILS))
    assert finding.state is State.NEW
    assert judge.counts[0].fresh == 1


def test_what_passes_now_is_resolved(runs: Runs) -> None:
    """It was looked for, and it is not there."""
    after = runs(record(WELL), against=runs(record(FAILS)))
    assert (after.resolved, after.carried) == ([V1], [])


def test_what_is_no_longer_in_a_list_that_was_read_is_resolved(runs: Runs) -> None:
    """The version is gone, and its failure with it."""
    after = runs(record(version("v9")), against=runs(record(FAILS)))
    assert after.resolved == [V1]


def test_the_findings_of_an_unread_model_are_carried(runs: Runs) -> None:
    """A denied call must not look like a mended model."""
    after = runs(record(unread=denied()), against=runs(record(FAILS)))
    assert (after.resolved, after.carried) == ([], [V1])


def test_a_version_behind_the_break_of_its_list_is_carried_and_one_before_it_is_not(
    runs: Runs,
) -> None:
    """What was read was judged."""
    before = runs(record(FAILS, ALSO_FAILS))
    after = runs(record(WELL, unread=denied()), against=before)
    assert (after.resolved, after.carried) == ([V1], [V2])


def test_the_findings_of_a_model_that_nobody_looked_at_are_carried(runs: Runs) -> None:
    """Its membership was denied, the configuration is narrower, or the run was stopped."""
    before = runs(record(FAILS))
    membership = replace(denied(), place=replace(PLACE, arn=None))
    assert runs(membership, other("b", WELL), against=before).carried == [V1]
    assert runs(other("b", WELL), against=before).carried == [V1]


def test_what_a_rule_named_version_by_version_is_carried_where_it_could_not_be_judged(
    runs: Runs,
) -> None:
    """The rule is unknown on the model; whether it would have named the version nobody knows."""
    stuck = version("v1", "DELETE_FAILED")
    after = runs(record(stuck, unread=denied()), against=runs(record(stuck)))
    assert after.findings[-1].outcome is Outcome.UNKNOWN
    assert after.carried == [("AA-003", "v1")]


def test_what_was_unknown_and_is_judged_is_resolved(runs: Runs) -> None:
    """The doubt is gone."""
    before = runs(record(unread=denied()))
    assert [each.rule for each in before.findings] == ["AA-002", "AA-003"]
    after = runs(record(WELL), against=before)
    assert after.resolved == [("AA-002", None), ("AA-003", None)]


def test_what_was_unknown_and_fails_is_new(runs: Runs) -> None:
    """Nobody had seen that failure before, so it decides."""
    before = runs(record(version("v1", "INACTIVE")))
    assert before.findings[0].outcome is Outcome.UNKNOWN
    read = version("v1", "INACTIVE", details={"membershipIdentifier": "x"})
    after = runs(record(read), against=before, fail_on_new=True)
    assert after.states == {("AA-004", "v1"): State.NEW}
    assert after.report.verdict is Verdict.NON_COMPLIANT


def test_what_fails_and_becomes_unknown_is_existing(runs: Runs) -> None:
    """It is the same finding; that it is unknown now makes the run incomplete."""
    read = version("v1", "INACTIVE", details={"membershipIdentifier": "x"})
    after = runs(record(version("v1", "INACTIVE")), against=runs(record(read)), fail_on_new=True)
    assert after.states == {("AA-004", "v1"): State.EXISTING}
    assert after.report.verdict is Verdict.INCOMPLETE


def waived() -> Waivers:
    """A waiver of a failed version."""
    held = Waiver("AA-001", ARN, "v1", "known", "ml", "2027-01-01T00:00:00.000Z")
    return Waivers([held], {}, NOW)


def test_what_was_waived_and_fails_again_is_reopened(runs: Runs) -> None:
    """The waiver has ended: somebody has to look at it again."""
    before = runs(record(FAILS), steps=[waived()])
    assert before.findings[0].outcome is Outcome.WAIVED
    after = runs(record(FAILS), against=before)
    assert after.states == {V1: State.REOPENED}


def test_what_fails_and_is_waived_is_existing(runs: Runs) -> None:
    """It is the same finding, and no failure any more."""
    after = runs(record(FAILS), against=runs(record(FAILS)), steps=[waived()])
    assert after.states == {V1: State.EXISTING}
    assert after.findings[0].outcome is Outcome.WAIVED


def test_what_was_resolved_and_fails_again_is_reopened(runs: Runs) -> None:
    """Also several runs later."""
    done = runs(record(FAILS))
    for _ in range(3):
        done = runs(record(WELL), against=done)
    assert done.report.compared is not None
    assert len(done.report.compared.resolved_before) == 1
    back = runs(record(FAILS), against=done)
    assert back.states == {V1: State.REOPENED}
    assert back.report.compared is not None
    assert back.report.compared.resolved_before == ()


def test_what_is_carried_over_several_runs_is_not_new_when_it_is_seen_again(runs: Runs) -> None:
    """One night without permission must not make a thousand new findings the next day."""
    done = runs(record(FAILS))
    for _ in range(3):
        done = runs(record(unread=denied()), against=done)
    assert done.carried == [V1]
    assert runs(record(FAILS), against=done).states[V1] is State.EXISTING
    assert V1 in runs(record(WELL), against=done).resolved


def test_the_findings_of_a_rule_that_was_left_out_are_carried(
    runs: Runs, rules: tuple[ReadyRule, ...]
) -> None:
    """`--rule` judges less; it mends nothing."""
    left_out = (Unjudged("AA-001", {}, asked=True),)
    after = runs(record(WELL), against=runs(record(FAILS)), ready=rules[1:], unjudged=left_out)
    assert after.carried == [V1]


def test_the_findings_of_another_policy_are_carried(
    runs: Runs, rules: tuple[ReadyRule, ...]
) -> None:
    """A run with other policies says nothing about this one's findings."""
    before = runs(record(FAILS))
    path = before.folder / "findings.jsonl"
    path.write_text(path.read_text("utf-8").replace('"own"', '"else"'), "utf-8")
    assert runs(record(WELL), against=before, ready=rules[1:]).carried == [V1]


def test_the_findings_of_a_rule_that_its_policy_no_longer_has_are_resolved(
    runs: Runs, rules: tuple[ReadyRule, ...]
) -> None:
    """Who takes a rule out does not want to hear of it for ever."""
    after = runs(record(WELL), against=runs(record(FAILS)), ready=rules[1:])
    assert after.resolved == [V1]


def test_only_what_is_new_decides_where_that_was_asked_for(runs: Runs) -> None:
    """Known failures stay in the report, and leave the exit code alone."""
    before = runs(record(FAILS))
    same = runs(record(FAILS), against=before, fail_on_new=True)
    more = runs(record(FAILS, ALSO_FAILS), against=before, fail_on_new=True)
    assert (failing(same), same.report.verdict) == (1, Verdict.COMPLIANT)
    assert (failing(more), more.report.verdict) == (2, Verdict.NON_COMPLIANT)
    counts = {each.rule: each for each in more.report.rules}
    assert (counts["AA-001"].fail, counts["AA-001"].fresh) == (2, 1)
    assert runs(record(FAILS), against=before).report.verdict is Verdict.NON_COMPLIANT


def test_a_known_failure_does_not_make_an_incomplete_run_complete(runs: Runs) -> None:
    """Nothing new failed, as far as was seen."""
    before = runs(record(FAILS))
    after = runs(record(FAILS, unread=denied()), against=before, fail_on_new=True)
    assert after.report.verdict is Verdict.INCOMPLETE


def test_what_came_back_decides(runs: Runs) -> None:
    """A failure that was mended and is there again is no old acquaintance."""
    mended = runs(record(WELL), against=runs(record(FAILS)))
    after = runs(record(FAILS), against=mended, fail_on_new=True)
    assert after.report.verdict is Verdict.NON_COMPLIANT


def test_a_report_that_was_read_back_says_the_same(runs: Runs) -> None:
    """What became of the baseline's findings is part of the report."""
    before = runs(record(FAILS), other("b", FAILS))
    after = runs(record(WELL), against=before)
    read = report_in(after.folder)
    assert read.compared is not None
    assert after.report.compared is not None
    assert read.compared.counts == after.report.compared.counts
    assert read.compared.resolved_before == after.report.compared.resolved_before
    ids = [(past.finding.id, past.carried) for past in after.past]
    assert sorted((past.finding.id, past.carried) for past in read.compared.past) == sorted(ids)


def test_a_file_of_findings_is_a_baseline_too(runs: Runs, rules: tuple[ReadyRule, ...]) -> None:
    """Of it nothing else is known: no past, no history."""
    before = runs(record(FAILS))
    baseline = Baseline(earlier(before.folder / "findings.jsonl"))
    (finding,) = Judge(rules, [baseline]).findings(record(FAILS))
    assert finding.state is State.EXISTING


def test_a_gate_compares_only_its_own_model(runs: Runs, rules: tuple[ReadyRule, ...]) -> None:
    """It looked at no other, and has nothing to say of them."""
    before = runs(record(FAILS), other("b", FAILS))
    baseline = Baseline(earlier(before.folder), ARN)
    Judge(rules, [baseline]).findings(record(WELL))
    compared = baseline.compared(before.report)
    assert compared is not None
    assert [(past.finding.resource.arn, past.carried) for past in compared.past] == [(ARN, False)]


def test_a_baseline_that_changes_meanwhile_is_no_damaged_inventory(runs: Runs) -> None:
    """The run is not thrown away for it: what was gathered is kept."""
    before = runs(record(FAILS))
    baseline = Baseline(earlier(before.folder))
    (before.folder / "findings.jsonl").write_text("", "utf-8")
    with pytest.raises(AuditorError, match="changed while"):
        baseline.compared(before.report)


def test_only_so_many_resolved_findings_are_remembered(runs: Runs) -> None:
    """The latest ones: a report does not grow for ever."""
    before = runs(record(FAILS))
    finding = before.findings[0]
    many = (replace(finding, id=f"{number:032x}") for number in range(REMEMBERED + 5))
    path = before.folder / "findings.jsonl"
    path.write_text("".join(map(finding_line, many)), "utf-8")
    after = runs(record(WELL), against=before)
    assert after.report.compared is not None
    assert len(after.report.compared.resolved_before) == REMEMBERED
    assert after.report.compared.counts["resolved"] == REMEMBERED + 5
