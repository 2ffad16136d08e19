"""docs/emulate.md says what the endpoint does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from auditor.kinds import OPERATIONS
from auditor.source import emulator
from auditor.source.emulator import load_faults
from auditor.source.emulator.actions import ACTIONS
from auditor.source.emulator.faultfile import FAULT

DOCUMENT = (Path(__file__).parents[3] / "docs" / "emulate.md").read_text(encoding="utf-8")
REACHES = {
    "any": "everything",
    "json": "all but STS",
    "list": "lists",
    "models": "lists of models and versions",
}


def test_the_example_of_a_fault_file_is_one(tmp_path: Path) -> None:
    """What the page shows is accepted."""
    example = re.search(r"```yaml\n(version: 1\nfaults:.*?)```", DOCUMENT, re.DOTALL)
    assert example is not None
    path = tmp_path / "faults.yaml"
    path.write_text(example[1])
    assert len(load_faults(path)) == 6


def test_every_action_has_a_row_with_what_it_does_and_to_what() -> None:
    """The table of the page is the table of the code."""
    _, *rows = re.findall(r"^\| `(\w+)` \| (.+) \| ([\w ]+) \|$", DOCUMENT, re.MULTILINE)
    assert [(name, reach) for name, _, reach in rows] == [
        (name, REACHES[action.reach]) for name, action in ACTIONS.items()
    ]
    for name, says, _ in rows:
        first = re.split(r"[;:,]| from page", ACTIONS[name].summary)[0]
        assert says.replace("`", "").startswith(first.replace("`", "")), name


@pytest.mark.parametrize("key", FAULT.keys)
def test_every_key_is_explained(key: str) -> None:
    """Each key of a fault stands on the page in code."""
    assert re.search(rf"`[^`\n]*\b{key}\b[^`\n]*`", DOCUMENT)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_is_named(name: str) -> None:
    """The page lists what can be asked for."""
    assert name in DOCUMENT


@pytest.mark.parametrize("name", sorted({*emulator.__all__} - {"Server", "from_inventory"}))
def test_every_public_function_is_named(name: str) -> None:
    """The page names what Python programs may use."""
    assert name in DOCUMENT
