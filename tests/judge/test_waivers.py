"""The life of a waiver: used, expiring, expired, lapsed, unmatched, unseen."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from auditor.judge.digest import rule_digest, seen_digest
from auditor.judge.judge import Judge
from auditor.judge.one_version import VersionJudge
from auditor.judge.verdict import is_complete, verdict
from auditor.judge.waivers import Waivers
from auditor.model import Coverage, Finding, ModelRecord, Outcome, Severity, Verdict, WaiverUsed
from auditor.policy.check import ReadyRule, ready_rules
from auditor.policy.load import load_policies
from auditor.policy.params import resolve_params
from auditor.policy.waiver import EVERY, Waiver
from auditor.report.document import finding_json
from auditor.report.encoding import line
from auditor.report.read import finding_of
from tests.judge.models import ARN, NOW, OLD, RECENT, denied, record, version

RULES = """
params:
  age: {type: duration, default: 30d}
rules:
  - id: AA-001
    title: Failed versions go
    severity: low
    kind: version
    when: status == 'CREATE_FAILED'
    require: age(updateTime) <= param('age')
    message: version {versionIdentifier} failed
  - id: AA-002
    title: Few versions
    severity: medium
    kind: model
    require: length(versions) <= `1`
  - id: AA-003
    title: Deletions end
    severity: high
    kind: model
    deny_each: versions[?status == 'DELETE_FAILED']
  - id: AA-004
    title: Own key
    severity: high
    kind: version
    when: status == 'INACTIVE'
    require: details.kmsKeyArn
"""

FAILED = record(version("v1", "CREATE_FAILED", OLD), version("v2", "CREATE_FAILED", OLD))

Rules = Callable[..., tuple[ReadyRule, ...]]


@pytest.fixture
def rules(tmp_path: Path) -> Rules:
    """Makes the rules of these tests, with changed text and parameters."""

    def make(old: str = "", new: str = "", **params: str) -> tuple[ReadyRule, ...]:
        path = tmp_path / "own.yaml"
        text = RULES.replace(old, new) if old else RULES
        path.write_text(f"version: 1\npolicy: own\ntitle: Own\n{text}", "utf-8")
        policies = load_policies([path])
        return ready_rules(policies, resolve_params(policies, given=params), NOW)

    return make


def waiver(
    rule: str = "AA-001",
    about: str | None = "v1",
    expires: str = "2027-01-01T00:00:00.000Z",
    digest: str | None = None,
) -> Waiver:
    """A waiver of one of the rules."""
    return Waiver(rule, ARN, about, "known", "ml", expires, "T-1", digest=digest)


def settle(
    ready: tuple[ReadyRule, ...], *waivers: Waiver, of: ModelRecord = FAILED
) -> tuple[list[Finding], tuple[WaiverUsed, ...], Judge]:
    """The findings of a model under waivers, what became of these, and the judge."""
    held = Waivers(waivers, {each.rule.id: rule_digest(each.rule) for each in ready}, NOW)
    judge = Judge(ready, [held])
    found = judge.findings(of)
    return found, held.used({each.rule.id for each in ready}), judge


def outcomes(findings: list[Finding]) -> dict[tuple[str, str | None], Outcome]:
    """The outcome of each finding by rule and version."""
    return {(each.rule, each.resource.version): each.outcome for each in findings}


def digest_of(ready: tuple[ReadyRule, ...], about: str = "v1") -> str:
    """What `auditor waive` would write for the finding of a version."""
    (finding,) = (each for each in settle(ready)[0] if each.resource.version == about)
    return seen_digest(rule_digest(ready[0].rule), finding.observed)


def test_a_waiver_covers_the_finding_of_its_rule_and_version(rules: Rules) -> None:
    """The finding says who accepted what until when; others are as they were."""
    findings, (used,), _ = settle(rules(), waiver())
    assert outcomes(findings)["AA-001", "v1"] is Outcome.WAIVED
    assert outcomes(findings)["AA-001", "v2"] is Outcome.FAIL
    (covered,) = (each for each in findings if each.outcome is Outcome.WAIVED)
    assert covered.waiver == {
        "reason": "known",
        "owner": "ml",
        "ticket": "T-1",
        "expires": "2027-01-01T00:00:00.000Z",
    }
    assert (used.status, used.detail) == ("used", "covers 1 finding")
    assert (used.rule, used.arn, used.version) == ("AA-001", ARN, "v1")


def test_a_waived_failure_counts_as_waived_and_does_not_decide(rules: Rules) -> None:
    """It is no failure any more, and it is no pass."""
    _, _, judge = settle(rules(), waiver(about=EVERY), waiver("AA-002", None), of=FAILED)
    counts = {each.rule: each for each in judge.counts}
    assert (counts["AA-001"].fail, counts["AA-001"].waived) == (0, 2)
    assert (counts["AA-002"].fail, counts["AA-002"].waived) == (0, 1)
    assert counts["AA-001"].substantive == 0
    complete = is_complete(judge.counts, Coverage(), interrupted=False)
    assert verdict(judge.counts, Severity.INFO, complete=complete) is Verdict.COMPLIANT


def test_nothing_that_does_not_match_is_touched(rules: Rules) -> None:
    """Neither another rule, nor another model, nor another version, nor the model itself."""
    other = replace(waiver(), arn=ARN.replace("churn", "other"))
    findings, _, judge = settle(rules(), other, waiver("AA-003"), waiver(about="v9"))
    assert Outcome.WAIVED not in outcomes(findings).values()
    assert sum(each.waived for each in judge.counts) == 0


def test_a_waiver_of_every_version_is_not_one_of_the_model(rules: Rules) -> None:
    """The star stands for versions; the model as a whole is another resource."""
    findings, _, _ = settle(rules(), waiver("AA-002", EVERY))
    assert outcomes(findings)["AA-002", None] is Outcome.FAIL


def test_a_waiver_that_covers_several_says_how_many(rules: Rules) -> None:
    """A star may cover more than somebody thinks."""
    _, (used,), _ = settle(rules(), waiver(about=EVERY))
    assert used.detail == "covers 2 findings"


@pytest.mark.parametrize(
    ("expires", "status"),
    [
        ("2026-12-07T00:00:00.001Z", "used"),
        ("2026-12-07T00:00:00.000Z", "expiring"),
        ("2026-11-23T00:00:00.001Z", "expiring"),
        ("2026-11-23T00:00:00.000Z", "expired"),
        ("2026-01-01T00:00:00.000Z", "expired"),
    ],
)
def test_a_waiver_ends_at_its_moment_and_says_so_two_weeks_before(
    rules: Rules, expires: str, status: str
) -> None:
    """Up to the millisecond before `expires` it holds; then what it covered fails again."""
    findings, (used,), _ = settle(rules(), waiver(expires=expires))
    holds = outcomes(findings)["AA-001", "v1"] is Outcome.WAIVED
    assert used.status == status
    assert holds is (status != "expired")


def test_an_expired_waiver_is_listed_with_what_it_no_longer_covers(rules: Rules) -> None:
    """So that somebody looks at it."""
    _, (used,), judge = settle(rules(), waiver(about=EVERY, expires="2026-11-20T00:00:00.000Z"))
    assert used.detail == "expired 3d ago: 2 findings not covered any more"
    assert judge.counts[0].fail == 2


def test_an_expired_waiver_of_one_version_does_not_end_that_of_every_one(rules: Rules) -> None:
    """The other one is a decision of its own."""
    over = waiver(expires=RECENT)
    findings, (one, every), _ = settle(rules(), over, waiver(about=EVERY))
    assert outcomes(findings)["AA-001", "v1"] is Outcome.WAIVED
    assert (one.status, every.status) == ("expired", "used")


def test_a_bound_waiver_holds_while_rule_and_values_are_the_same(rules: Rules) -> None:
    """Titles, messages and the age that grows every day change nothing."""
    bound = waiver(digest=digest_of(rules()))
    _, (used,), _ = settle(rules("Failed versions go", "Failed versions are deleted"), bound)
    assert used.status == "used"


@pytest.mark.parametrize(
    ("old", "new", "detail"),
    [
        ("<= param('age')", "< param('age')", "the rule changed since it was written"),
        (
            "when: status == 'CREATE_FAILED'",
            "when: status != 'ACTIVE'",
            "the rule changed since it was written",
        ),
        (
            "    when: status == 'CREATE_FAILED'\n    require: age",
            "    when: name && status == 'CREATE_FAILED'\n    require: age",
            "the rule and what the rule read changed since it was written",
        ),
    ],
)
def test_a_bound_waiver_lapses_when_the_rule_changes(
    rules: Rules, old: str, new: str, detail: str
) -> None:
    """What was accepted was this rule, as it was written."""
    bound = waiver(digest=digest_of(rules()))
    findings, (used,), _ = settle(rules(old, new), bound)
    assert outcomes(findings)["AA-001", "v1"] is Outcome.FAIL
    assert (used.status, used.detail) == ("lapsed", detail)


def test_a_bound_waiver_lapses_when_a_value_changes(rules: Rules) -> None:
    """Another moment of the failure is another failure."""
    bound = waiver(digest=digest_of(rules()))
    later = record(version("v1", "CREATE_FAILED", "2026-02-01T00:00:00.000Z"))
    findings, (used,), _ = settle(rules(), bound, of=later)
    assert outcomes(findings)["AA-001", "v1"] is Outcome.FAIL
    assert (used.status, used.detail) == (
        "lapsed",
        "what the rule read changed since it was written",
    )


def test_a_bound_waiver_lapses_when_a_parameter_changes(rules: Rules) -> None:
    """The parameter is one of the values that the rule read."""
    bound = waiver(digest=digest_of(rules()))
    _, (used,), _ = settle(rules(age="20d"), bound)
    assert used.status == "lapsed"


def test_a_finding_that_was_read_back_has_the_same_digest(rules: Rules) -> None:
    """`auditor waive` reads it from disk, and the next run judges anew."""
    (finding, *_) = settle(rules())[0]
    again = finding_of(json.loads(line(finding_json(finding))))
    assert seen_digest("", again.observed) == seen_digest("", finding.observed)


def test_a_waiver_that_nothing_needs_any_more_is_unmatched(rules: Rules) -> None:
    """The version passes now."""
    healthy = record(version("v1", "ACTIVE", OLD))
    _, (used,), _ = settle(rules(), waiver(), of=healthy)
    assert used.status == "unmatched"
    assert used.detail == "nothing there fails or is unknown; the waiver can be removed"


def test_a_waiver_of_a_version_that_is_gone_is_unmatched(rules: Rules) -> None:
    """The whole list was read, and the version is not in it."""
    _, (used,), _ = settle(rules(), waiver(about="v9"))
    assert used.status == "unmatched"
    assert used.detail == "the model has no such version; the waiver can be removed"


def test_a_waiver_of_a_model_that_was_not_read_is_unseen(rules: Rules) -> None:
    """Nobody knows whether it is needed, so nobody is told to remove it."""
    held = Waivers([waiver()], {}, NOW)
    (used,) = held.used({"AA-001"})
    assert (used.status, used.detail) == ("unseen", "its model was not read in this run")


@pytest.mark.parametrize("about", ["v9", EVERY])
def test_a_waiver_of_a_version_beyond_the_break_is_unseen(rules: Rules, about: str) -> None:
    """The list broke off; the version may stand behind the break."""
    part = record(version("v1", "ACTIVE"), unread=denied())
    _, (used,), _ = settle(rules(), waiver(about=about), of=part)
    assert used.status == "unseen"
    assert "ListTrainedModelVersions gave AccessDeniedException" in used.detail


def test_a_version_that_was_read_before_the_break_is_known(rules: Rules) -> None:
    """It was judged like any other."""
    part = record(version("v1", "ACTIVE"), unread=denied())
    _, (used,), _ = settle(rules(), waiver(), of=part)
    assert used.status == "unmatched"


def test_a_waiver_of_a_rule_that_was_left_out_is_unseen(rules: Rules) -> None:
    """`--rule` must not make every other waiver look needless."""
    held = Waivers([waiver()], {}, NOW)
    held.settled(FAILED, [])
    assert held.used({"AA-002"})[0].detail == "its rule was not judged in this run"


def test_a_waiver_of_a_rule_that_could_not_be_judged_on_the_model_is_unseen(rules: Rules) -> None:
    """The rule would have named the version, or not: nobody knows."""
    part = record(version("v1", "DELETE_FAILED"), unread=denied())
    _, (used,), _ = settle(rules(), waiver("AA-003"), of=part)
    assert (used.status, used.detail) == (
        "unseen",
        "its rule could not be judged on the model",
    )


def test_an_expired_waiver_of_what_was_not_read_claims_nothing(rules: Rules) -> None:
    """It does not say that nothing fails there."""
    held = Waivers([waiver(expires=RECENT)], {}, NOW)
    (used,) = held.used({"AA-001"})
    assert (used.status, used.detail) == (
        "expired",
        "expired 3d ago: its model was not read in this run",
    )


def test_a_waiver_of_something_unknown_waives_the_unknown(rules: Rules) -> None:
    """Then the unknown does not make the run incomplete; the finding still says why it was."""
    ready, unread = rules(), record(version("v1", "INACTIVE"))
    findings, _, judge = settle(ready, of=unread)
    assert outcomes(findings) == {("AA-004", "v1"): Outcome.UNKNOWN}
    assert not is_complete(judge.counts, Coverage(), interrupted=False)
    findings, (used,), judge = settle(ready, waiver("AA-004"), of=unread)
    assert outcomes(findings) == {("AA-004", "v1"): Outcome.WAIVED}
    assert findings[0].reason == "the details of this version were not read"
    assert used.status == "used"
    (count,) = (each for each in judge.counts if each.rule == "AA-004")
    assert (count.unknown, count.blind, count.waived) == (0, 0, 1)
    assert is_complete(judge.counts, Coverage(), interrupted=False)


def test_an_unread_model_keeps_a_run_incomplete_whatever_is_waived(rules: Rules) -> None:
    """The outcome is accepted; that the model was not read is still the case."""
    part = record(unread=denied())
    _, _, judge = settle(rules(), waiver("AA-002", None), waiver("AA-003", None), of=part)
    assert sum(each.unknown for each in judge.counts) == 0
    assert not is_complete(judge.counts, Coverage(unread=(denied(),)), interrupted=False)


def test_a_gate_says_what_is_waived(rules: Rules) -> None:
    """The rule is waived for the version that was asked about, and says until when."""
    ready = rules()
    held = Waivers([waiver()], {}, NOW)
    judge = VersionJudge(ready, "v1", [held])
    judge.findings(FAILED)
    said = {each.rule: each for each in judge.said}
    assert said["AA-001"].outcome is Outcome.WAIVED
    assert said["AA-001"].message.endswith("(waived until 2027-01-01T00:00:00.000Z)")
    assert said["AA-002"].outcome is Outcome.FAIL
    counts = {each.rule: each for each in judge.counts}
    assert (counts["AA-001"].fail, counts["AA-001"].waived) == (0, 1)
