"""Fault files: strict, and every mistake at once with its place.

In faultfiles/bad each line with a mistake ends with ``# !`` and the code of its problem.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.errors import InvalidInput
from auditor.kinds import OPERATIONS
from auditor.source.emulator import load_faults
from auditor.source.emulator.actions import ACTIONS
from auditor.source.emulator.fault import Fault, reaches

CASES = Path(__file__).parent / "faultfiles"
BAD = sorted((CASES / "bad").glob("*.yaml"))
MARK = "  # ! "


def test_a_file_becomes_faults_in_its_order() -> None:
    """Every key arrives, and what is not said stays as it is in `Fault`."""
    assert load_faults(CASES / "good" / "everything.yaml") == (
        Fault("throttle", times=2, retry_after=1),
        Fault("denied", operation="ListTrainedModelVersions", model="*/fraud", page=2),
        Fault("denied", operation="AssumeRole", account="4444*"),
        Fault("slow", ms=1500, every=3),
        Fault("not_found", membership="11111111-2222-3333-4444-555555555555"),
        Fault(
            "wrong_types",
            set={
                "status": 7,
                "name": None,
                "updateTime": "yesterday",
                "tags": {"Owner": [1, 2.5, True]},
            },
        ),
    )


def test_json_is_yaml_too() -> None:
    """A program may write the file as JSON."""
    assert load_faults(CASES / "good" / "as-json.yaml") == (Fault("error500", every=3),)


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_every_mistake_is_reported_with_its_line(path: Path) -> None:
    """Exactly the marked lines have problems, each with the marked code."""
    lines = path.read_text().splitlines()
    expected = [
        (number, line.partition(MARK)[2]) for number, line in enumerate(lines, 1) if MARK in line
    ]
    with pytest.raises(InvalidInput) as caught:
        load_faults(path)
    assert [(problem.line, problem.code) for problem in caught.value.problems] == expected
    assert all(problem.path == str(path) and problem.column for problem in caught.value.problems)


def test_a_near_miss_is_answered_with_what_was_meant() -> None:
    """A misspelt word comes with the word that is near."""
    with pytest.raises(InvalidInput) as caught:
        load_faults(CASES / "bad" / "unknown-words.yaml")
    assert [problem.hint for problem in caught.value.problems] == [
        "did you mean `throttle`?",
        "did you mean `ListTrainedModelVersions`?",
    ]


def test_a_file_that_is_not_there_is_a_problem_too(tmp_path: Path) -> None:
    """The file is named, nothing is raised but InvalidInput."""
    with pytest.raises(InvalidInput) as caught:
        load_faults(tmp_path / "none.yaml")
    assert caught.value.problems[0].path == str(tmp_path / "none.yaml")


@pytest.mark.parametrize("do", ACTIONS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_what_has_no_effect_is_refused_and_nothing_else(
    tmp_path: Path, do: str, operation: str
) -> None:
    """An action is accepted for exactly the operations that it reaches."""
    path = tmp_path / "faults.yaml"
    ms = ", ms: 1" if do == "slow" else ""
    path.write_text(f"version: 1\nfaults: [{{do: {do}, operation: {operation}{ms}}}]\n")
    if reaches(ACTIONS[do].reach, operation):
        assert [fault.do for fault in load_faults(path)] == [do]
    else:
        with pytest.raises(InvalidInput, match="1 problem"):
            load_faults(path)
