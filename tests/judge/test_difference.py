"""Two recorded runs against each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.judge.difference import changes
from auditor.judge.earlier import earlier
from auditor.judge.waivers import Waivers
from auditor.model import ModelRecord, Outcome
from auditor.policy.check import ReadyRule, ready_rules
from auditor.policy.load import load_policies
from auditor.policy.waiver import Waiver
from auditor.report.difference import Change
from tests.judge.models import ARN, NOW, OLD, denied, record, version
from tests.judge.runs import Done, run

RULE = """
  - {id: AA-001, title: No failures, severity: low, kind: version,
     deny: "status == 'CREATE_FAILED'"}
"""
Became = dict[str | None, tuple[Change, Outcome | None]]


@pytest.fixture
def rules(tmp_path: Path) -> tuple[ReadyRule, ...]:
    """One rule."""
    path = tmp_path / "own.yaml"
    path.write_text(f"version: 1\npolicy: own\ntitle: Own\nrules:{RULE}", "utf-8")
    return ready_rules(load_policies([path]), {}, NOW)


def became(before: Done, after: Done, *records: ModelRecord) -> Became:
    """What became of the finding of each version, and its outcome before."""
    found = changes(earlier(before.folder), after.report, records, after.findings)
    return {each.finding.resource.version: (each.change, each.was) for each in found}


def test_every_finding_of_either_run_is_named_once(
    tmp_path: Path, rules: tuple[ReadyRule, ...]
) -> None:
    """New, unchanged and resolved; the outcome before stands beside it."""
    failed = [version(name, "CREATE_FAILED", OLD) for name in ("v1", "v2", "v3")]
    later = record(version("v1"), failed[1], failed[2])
    before = run(tmp_path / "a", rules, record(failed[0], failed[1]))
    after = run(tmp_path / "b", rules, later)
    assert became(before, after, later) == {
        "v2": (Change.UNCHANGED, Outcome.FAIL),
        "v3": (Change.NEW, None),
        "v1": (Change.RESOLVED, Outcome.FAIL),
    }


def test_a_finding_with_another_outcome_has_changed(
    tmp_path: Path, rules: tuple[ReadyRule, ...]
) -> None:
    """Waived is not resolved; and what was waived and fails is reopened."""
    failed = record(version("v1", "CREATE_FAILED", OLD))
    waiver = Waiver("AA-001", ARN, "v1", "known", "ml", "2027-01-01T00:00:00.000Z")
    plain = run(tmp_path / "a", rules, failed)
    waived = run(tmp_path / "b", rules, failed, steps=[Waivers([waiver], {}, NOW)])
    assert became(plain, waived, failed) == {"v1": (Change.CHANGED, Outcome.FAIL)}
    assert became(waived, plain, failed) == {"v1": (Change.REOPENED, Outcome.WAIVED)}


def test_what_the_later_run_did_not_read_is_carried(
    tmp_path: Path, rules: tuple[ReadyRule, ...]
) -> None:
    """Nobody knows, and nobody says that it is resolved."""
    before = run(tmp_path / "a", rules, record(version("v1", "CREATE_FAILED", OLD)))
    part = record(unread=denied())
    after = run(tmp_path / "b", rules, part)
    assert became(before, after, part) == {"v1": (Change.CARRIED, Outcome.FAIL)}
    assert became(before, after) == {"v1": (Change.CARRIED, Outcome.FAIL)}
