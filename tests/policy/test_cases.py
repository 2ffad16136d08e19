"""Policy files as data: each stands beside the problems that it must have, and no others.

A line of a ``.problems`` file is ``LINE:COLUMN+LENGTH CODE``; a sound policy has an empty one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest

from auditor.errors import InvalidInput, Problem
from auditor.policy.codes import CODES, FILE, STRUCTURE
from auditor.policy.document import load_document
from auditor.policy.load import load_policies
from auditor.policy.schema import policy_schema

CASES = sorted(Path(__file__).with_name("cases").glob("*.yaml"))
SEEN_BY_EDITORS = {*STRUCTURE, "wrong-kind", "bad-default"}
"""The codes of what JSON Schema can say."""


def expected(case: Path) -> list[str]:
    """The lines beside a case."""
    return case.with_suffix(".problems").read_text().splitlines()


def problems(case: Path) -> tuple[Problem, ...]:
    """What loading a case reports."""
    try:
        load_policies([case])
    except InvalidInput as error:
        return error.problems
    return ()


def found(case: Path) -> list[str]:
    """What the loader says of a case."""
    return [f"{at.line}:{at.column}+{at.length} {at.code}" for at in problems(case)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_file_has_the_problems_that_stand_beside_it(case: Path) -> None:
    """Every problem is reported, each with its code, its place and the length of its caret."""
    assert found(case) == expected(case)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_every_problem_says_what_to_write_instead(case: Path) -> None:
    """What is wrong is one half; the other is what to do about it."""
    assert [str(problem) for problem in problems(case) if not problem.hint] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_json_schema_agrees_with_the_loader(case: Path) -> None:
    """An editor underlines a file exactly if the loader has a problem that a schema can express."""
    try:
        data: Any = load_document(case).root.plain()
    except InvalidInput:
        return
    codes = {line.split()[1] for line in expected(case)}
    validator = jsonschema.Draft202012Validator(policy_schema())
    assert validator.is_valid(data) is not bool(codes & SEEN_BY_EDITORS)


def test_every_code_that_one_file_can_have_is_in_a_case() -> None:
    """No code of a file's text or structure goes untried."""
    tried = {line.split()[1] for case in CASES for line in expected(case)}
    on_disk = {"missing-file", "unreadable-file", "file-too-large"}
    assert {*FILE, *STRUCTURE} - on_disk <= tried


def test_a_code_is_explained_in_one_sentence() -> None:
    """Every problem of every case has a code that the documentation can explain."""
    tried = {line.split()[1] for case in CASES for line in expected(case)}
    assert tried <= set(CODES)
    assert all(sentence.endswith(".") and "\n" not in sentence for sentence in CODES.values())
