"""docs/policies.md: every shipped rule, parameter and key is on the page as it is in the files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from auditor.policy.check import policy_problems
from auditor.policy.load import load_policy
from auditor.policy.node import Mapping
from auditor.policy.params import TYPES, resolve_params
from auditor.policy.rule import Parameter
from auditor.policy.schema import POLICY, RULE
from tests.documented import bare, page

PAGE = page("policies.md")
ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "policies").rglob("*.yaml"))
CATALOGUE = {f"CRML-{number:03d}" for number in range(1, 49)}


def relative(path: Path) -> str:
    """A file's path as the page names it."""
    return path.relative_to(ROOT).as_posix()


def section(path: Path) -> str:
    """What the page says of a file."""
    after: str = PAGE.split(f"\n### {relative(path)}\n")[1]
    return re.split(r"\n##+ ", after)[0]


def cells(text: str) -> list[list[str]]:
    """The rows of all tables in a text."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]


def default(param: Parameter) -> str:
    """How the page writes a parameter's default."""
    assert isinstance(param.node, Mapping)
    node = param.node.values.get("default")
    if node is None:
        return "none: it must be given"
    value = node.plain()
    return f"`{', '.join(value) if isinstance(value, list) else value}`"


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_a_shipped_policy_has_its_section(path: Path) -> None:
    """With its description, and every rule and parameter in the order of the file."""
    policy = load_policy(path)
    assert section(path).startswith(f"\n{policy.description}\n")
    rules = [[r.id, r.title, r.severity.value, r.kind] for r in policy.rules]
    params = [
        [f"`{name}`", param.type, default(param), param.description]
        for name, param in policy.params.items()
    ]
    heads = (["rule", *_RULE_HEAD], ["parameter", *_PARAM_HEAD])
    table = [row for row in cells(section(path)) if row not in heads]
    assert table == rules + params


_RULE_HEAD = ["requirement", "severity", "kind"]
_PARAM_HEAD = ["type", "default", "meaning"]


def test_every_rule_of_the_catalogue_is_shipped_or_said_to_be_missing() -> None:
    """None of the 48 is forgotten, and none is both."""
    every = {rule.id for path in FILES for rule in load_policy(path).rules}
    shipped = {name for name in every if name.startswith("CRML-")}
    missing = {row[0] for row in cells(PAGE.split("\n## What is not judged\n")[1])} - {"rule"}
    assert shipped | missing == CATALOGUE
    assert not shipped & missing


@pytest.mark.parametrize("key", [*POLICY.keys, *RULE.keys])
def test_every_key_is_explained(key: str) -> None:
    """A row for each key of a policy and of a rule."""
    assert f"\n| `{key}` | " in PAGE


def test_every_type_of_parameters_is_explained() -> None:
    """A row for each, in the order of the table in the code."""
    table = PAGE.split("\n## Parameters\n")[1].split("\n\n")[0]
    assert [bare(row[0]) for row in cells(table)[1:]] == list(TYPES)


def test_the_policy_on_the_page_is_sound(tmp_path: Path) -> None:
    """Whoever copies it has no problem, and its examples do what they say."""
    (block,) = re.findall(r"```yaml\n(version: 1\n.*?)```", PAGE, re.DOTALL)
    path = tmp_path / "own.yaml"
    path.write_text(block, "utf-8")
    policy = load_policy(path)
    assert list(policy_problems(policy, resolve_params([policy]))) == []
