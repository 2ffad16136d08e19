"""One version of a model: which is meant, and what counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.judge.one_version import VersionJudge, chosen
from auditor.model import Outcome
from auditor.policy.check import ready_rules
from auditor.policy.load import load_policies
from tests.judge.models import NOW, OLD, RECENT, denied, record, version

ONE = "11111111-0000-0000-0000-000000000000"
TWO = "22222222-0000-0000-0000-000000000000"
BOTH = record(version(ONE, "CREATE_FAILED", OLD), version(TWO, "ACTIVE", RECENT))

RULES = """
  - {id: AA-001, title: Not failed, severity: low, kind: version,
     require: "status != 'CREATE_FAILED'"}
  - {id: AA-002, title: One version, severity: medium, kind: model,
     require: "length(versions) == `1`"}
  - {id: AA-003, title: No failures, severity: high, kind: model,
     deny_each: "versions[?status == 'CREATE_FAILED']"}
  - {id: AA-004, title: Newest, severity: info, kind: version, when: "status == 'ACTIVE'",
     require: facts.isLatest}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The policy of these tests."""
    file = tmp_path / "trial.yaml"
    file.write_text(f"version: 1\npolicy: trial\ntitle: A trial\nrules:{RULES}", "utf-8")
    return file


def judge(path: Path, asked: str) -> VersionJudge:
    """A judge of one version."""
    return VersionJudge(ready_rules(load_policies([path]), {}, NOW), asked)


def outcomes(judged: VersionJudge) -> dict[str, Outcome]:
    """What each rule said."""
    return {said.rule: said.outcome for said in judged.said}


def test_the_latest_version_has_the_newest_create_time() -> None:
    """Whatever the order of the list."""
    assert chosen(BOTH, "latest") == version(TWO, "ACTIVE", RECENT)


def test_of_equally_new_versions_the_greater_identifier_is_the_latest() -> None:
    """So that the answer is the same every time."""
    twins = record(version(ONE, created=RECENT), version(TWO, created=RECENT))
    row = chosen(twins, "latest")
    assert row is not None
    assert row["versionIdentifier"] == TWO


def test_the_latest_of_a_list_that_broke_off_is_not_known() -> None:
    """The newest may be on the page that was not read; a version that was read is there."""
    part = record(version(ONE), unread=denied())
    assert chosen(part, "latest") is None
    assert chosen(part, ONE) is not None


def test_only_the_version_and_its_model_count(path: Path) -> None:
    """A rule that names versions one by one counts where it names this one."""
    judged = judge(path, TWO)
    found = judged.findings(BOTH)
    assert outcomes(judged) == {
        "AA-001": Outcome.PASS,
        "AA-002": Outcome.FAIL,
        "AA-003": Outcome.PASS,
        "AA-004": Outcome.PASS,
    }
    assert [finding.rule for finding in found] == ["AA-002"]
    assert [(count.fail, count.substantive) for count in judged.counts] == [
        (0, 1),
        (1, 0),
        (0, 1),
        (0, 1),
    ]


def test_a_version_that_a_rule_names_fails(path: Path) -> None:
    """`deny_each` fails for the versions that it names."""
    judged = judge(path, ONE)
    found = judged.findings(BOTH)
    assert outcomes(judged) == {
        "AA-001": Outcome.FAIL,
        "AA-002": Outcome.FAIL,
        "AA-003": Outcome.FAIL,
        "AA-004": Outcome.NOT_APPLICABLE,
    }
    assert sorted(finding.rule for finding in found) == ["AA-001", "AA-002", "AA-003"]
    assert [count.judged for count in judged.counts] == [1, 1, 1, 1]


def test_a_version_that_was_not_seen_is_judged_by_no_rule(path: Path) -> None:
    """Nothing passes, nothing fails: a run of it is incomplete."""
    judged = judge(path, "33333333-0000-0000-0000-000000000000")
    assert judged.findings(BOTH) == []
    assert judged.row is None
    assert [count.judged for count in judged.counts] == [0, 0, 0, 0]


def test_what_needs_the_whole_list_is_unknown_where_it_broke_off(path: Path) -> None:
    """A version that was read is judged by what can be said of it alone."""
    judged = judge(path, ONE)
    found = judged.findings(record(version(ONE, "ACTIVE"), unread=denied()))
    assert outcomes(judged) == {
        "AA-001": Outcome.PASS,
        "AA-002": Outcome.UNKNOWN,
        "AA-003": Outcome.UNKNOWN,
        "AA-004": Outcome.UNKNOWN,
    }
    assert {finding.outcome for finding in found} == {Outcome.UNKNOWN}
    assert [count.unknown for count in judged.counts] == [0, 1, 1, 1]
