"""What a person reads about a policy file with many mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.errors import Problem
from auditor.policy.check import policy_problems
from auditor.policy.load import load_policy
from auditor.policy.params import resolve_params
from auditor.report.problems import PROBLEM_FORMATS

SNAPSHOTS = Path(__file__).with_name("snapshots")


@pytest.fixture
def problems(monkeypatch: pytest.MonkeyPatch) -> list[Problem]:
    """The problems of ten-mistakes.yaml, in the order of its lines."""
    monkeypatch.chdir(SNAPSHOTS)
    policy = load_policy("ten-mistakes.yaml")
    return sorted(policy_problems(policy, resolve_params([policy])))


def test_ten_mistakes_are_ten_problems(problems: list[Problem]) -> None:
    """All are reported at once, and none twice."""
    assert len(problems) == 10
    assert len({(each.line, each.column) for each in problems}) == 10


def test_each_caret_stands_under_what_is_wrong(problems: list[Problem]) -> None:
    """In plain, quoted, folded and literal scalars, and in messages."""
    text = PROBLEM_FORMATS["text"](problems)
    assert text == (SNAPSHOTS / "ten-mistakes.txt").read_text("utf-8")
