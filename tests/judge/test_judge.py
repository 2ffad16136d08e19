"""Outcomes, findings and counts."""

from __future__ import annotations

from auditor.model import Outcome
from tests.judge.conftest import Judging
from tests.judge.models import ARN, OLD, RECENT, denied, record, version

FAILED = """
  - id: AA-001
    title: Failed versions go
    severity: low
    kind: version
    when: status == 'CREATE_FAILED'
    require: age(updateTime) <= duration('30d')
    message: version {versionIdentifier} failed {age(updateTime)} ago
"""
COUNT = """
  - id: AA-002
    title: Few versions
    severity: medium
    kind: model
    require: length(versions[?status != 'INACTIVE']) <= `1`
"""
EACH = """
  - id: AA-003
    title: Deletions end
    severity: high
    kind: model
    deny_each: versions[?status == 'DELETE_FAILED']
    message: "{versionIdentifier} of {name}"
"""
DETAILS = """
  - id: AA-004
    title: Own key
    severity: high
    kind: version
    when: status == 'ACTIVE'
    require: "!details || details.kmsKeyArn"
"""
FACTS = """
  - id: AA-005
    title: One active version
    severity: high
    kind: version
    deny: facts.isSuperseded
"""


def test_a_failing_version_gives_a_finding_with_its_message(judging: Judging) -> None:
    """The base version is called BASE, and an age is spoken."""
    (finding,) = judging(FAILED).findings(record(version(None, "CREATE_FAILED", OLD)))
    assert finding.outcome is Outcome.FAIL
    assert finding.resource.version == "BASE"
    assert finding.message == "version BASE failed 326d ago"
    assert finding.observed == {"status": "CREATE_FAILED", "updateTime": OLD}


def test_an_age_of_exactly_the_bound_passes(judging: Judging) -> None:
    """`<=` 30 days holds 30 days after, to the millisecond."""
    bound, over = "2026-10-24T00:00:00.000Z", "2026-10-23T23:59:59.999Z"
    assert judging(FAILED).findings(record(version("v1", "CREATE_FAILED", bound))) == []
    assert len(judging(FAILED).findings(record(version("v1", "CREATE_FAILED", over)))) == 1


def test_counts_tell_what_passed_failed_and_did_not_apply(judging: Judging) -> None:
    """Every version is counted once for each rule."""
    judge = judging(FAILED)
    judge.findings(
        record(
            version("v1", "CREATE_FAILED", OLD),
            version("v2", "CREATE_FAILED", RECENT),
            version("v3", "ACTIVE", OLD),
        )
    )
    (count,) = judge.counts
    assert (count.fail, count.substantive, count.not_applicable, count.unknown) == (1, 1, 1, 0)


def test_a_model_is_one_resource_without_a_version(judging: Judging) -> None:
    """A finding about a model names its ARN and no version."""
    (finding,) = judging(COUNT).findings(record(version("v1"), version("v2")))
    assert (finding.resource.kind, finding.resource.arn, finding.resource.version) == (
        "model",
        ARN,
        None,
    )


def test_deny_each_gives_a_finding_for_each_version_that_it_names(judging: Judging) -> None:
    """The finding's resource is the version, and its texts are about it."""
    findings = judging(EACH).findings(
        record(version(), version("v1", "DELETE_FAILED"), version("v2", "DELETE_FAILED"))
    )
    assert [(f.resource.kind, f.resource.version, f.message) for f in findings] == [
        ("version", "v1", "v1 of churn"),
        ("version", "v2", "v2 of churn"),
    ]


def test_what_was_not_read_is_unknown_whatever_the_expression_makes_of_null(
    judging: Judging,
) -> None:
    """`!details ||` would be true of details that nobody read."""
    (finding,) = judging(DETAILS).findings(record(version("v1")))
    assert finding.outcome is Outcome.UNKNOWN
    assert finding.reason == "the details of this version were not read"


def test_what_does_not_apply_needs_no_details(judging: Judging) -> None:
    """A `when` that list data alone makes false is enough."""
    assert judging(DETAILS).findings(record(version("v1", "INACTIVE"))) == []


def test_half_a_list_is_judged_as_far_as_it_goes(judging: Judging) -> None:
    """A version that was seen fails for certain; what needs the whole list is unknown."""
    findings = judging(FAILED + COUNT + FACTS).findings(
        record(version("v1", "CREATE_FAILED", OLD), unread=denied())
    )
    assert [(f.rule, f.outcome) for f in findings] == [
        ("AA-002", Outcome.UNKNOWN),
        ("AA-001", Outcome.FAIL),
        ("AA-005", Outcome.UNKNOWN),
    ]


def test_a_model_of_which_nothing_was_read_is_unknown(judging: Judging) -> None:
    """Its rules are not silent: each says that it cannot be judged, and why."""
    (finding,) = judging(COUNT).findings(record(unread=denied()))
    assert finding.outcome is Outcome.UNKNOWN
    assert "AccessDeniedException" in finding.message
    assert finding.resource.arn == ARN


def test_a_finding_keeps_its_id_when_everything_but_its_resource_changes(judging: Judging) -> None:
    """Neither time nor status nor message is part of a finding's identity."""
    one = judging(FAILED).findings(record(version("v1", "CREATE_FAILED", OLD)))[0]
    two = judging(FAILED.replace("low", "high")).findings(
        record(version("v1", "CREATE_FAILED", "2026-02-01T00:00:00.000Z"), version("v2"))
    )[0]
    other = judging(FAILED).findings(record(version("v9", "CREATE_FAILED", OLD)))[0]
    assert one.id == two.id != other.id


def test_an_expression_that_raises_is_unknown_without_the_value(judging: Judging) -> None:
    """A row that is not as AWS promises gives unknown, and its value is not repeated."""
    rule = FAILED.replace("when: status == 'CREATE_FAILED'\n", "\n")
    (finding,) = judging(rule).findings(record(version("v1", updateTime="s3cret")))
    assert finding.outcome is Outcome.UNKNOWN
    assert "s3cret" not in f"{finding.reason}{finding.message}"


def test_a_pass_over_nothing_is_vacuous(judging: Judging) -> None:
    """A filter that selected nothing passes, and the count says so."""
    judge = judging(EACH)
    judge.findings(record(version("v1")))
    (count,) = judge.counts
    assert (count.substantive, count.vacuous) == (0, 1)


def test_a_gate_hears_every_rule_on_one_version(judging: Judging) -> None:
    """Passes and rules that do not apply are said too; other versions' failures are not."""
    said = judging(FAILED + COUNT + EACH).sayings(
        record(version("v1"), version("v2", "DELETE_FAILED")), "v1"
    )
    assert [(each.rule, each.outcome) for each in said] == [
        ("AA-001", Outcome.NOT_APPLICABLE),
        ("AA-002", Outcome.FAIL),
        ("AA-003", Outcome.PASS),
    ]
