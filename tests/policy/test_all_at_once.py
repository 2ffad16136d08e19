"""All problems of all files at once: structure and expressions together."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.errors import InvalidInput
from auditor.policy.check import checked_policies

TWO_KINDS_OF_MISTAKES = """\
version: 1
policy: bad
title: Bad
colour: red
params:
  a: {type: durration, default: 3}
rules:
  - id: AA-001
    title: x
    severity: loud
    kind: version
    require: statuss == 'ACTIVE'
  - id: AA-002
    title: x
    severity: low
    kind: version
    require: age(createTime) < param('a') && status == 'ACTVE'
"""
EXPRESSIONS_ONLY = """\
version: 1
policy: other
title: Other
rules:
  - {id: BB-001, title: x, severity: low, kind: version, require: naem == 'x'}
"""


def test_a_mistake_of_structure_hides_no_mistake_of_an_expression(tmp_path: Path) -> None:
    """Neither in the same rule, nor in another rule, nor in another file."""
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    one.write_text(TWO_KINDS_OF_MISTAKES)
    two.write_text(EXPRESSIONS_ONLY)
    with pytest.raises(InvalidInput) as caught:
        checked_policies([one, two])
    found = [(Path(p.path).name, p.line, p.column, p.code) for p in caught.value.problems]
    assert found == [
        ("one.yaml", 4, 1, "unknown-key"),
        ("one.yaml", 6, 13, "unknown-value"),
        ("one.yaml", 10, 15, "unknown-value"),
        ("one.yaml", 12, 14, "unknown-field"),
        ("one.yaml", 17, 56, "unknown-enum-value"),
        ("two.yaml", 5, 67, "unknown-field"),
    ]


def test_a_parameter_that_is_broken_is_reported_once(tmp_path: Path) -> None:
    """The rules that read it are not blamed for what is wrong with its declaration."""
    file = tmp_path / "one.yaml"
    file.write_text(TWO_KINDS_OF_MISTAKES.replace("statuss", "status").replace("ACTVE", "ACTIVE"))
    with pytest.raises(InvalidInput) as caught:
        checked_policies([file])
    assert [p.code for p in caught.value.problems] == [
        "unknown-key",
        "unknown-value",
        "unknown-value",
    ]
