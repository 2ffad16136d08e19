"""docs/language.md: every member and function is in its tables, and what the page shows is true."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from auditor.expression.check import Scope
from auditor.expression.codes import CODES
from auditor.expression.emit import Emitter, Run, evaluator
from auditor.expression.functions import FUNCTIONS
from auditor.expression.rulecheck import RuleText, check_rule
from auditor.expression.syntax import parse
from auditor.expression.types import Type
from auditor.policy.types import document_type
from auditor.timestamps import canonical, duration
from tests.documented import bare, page, rows

PAGE = page("language.md")
FUNCTION_ROWS = rows(PAGE, "Functions")
ABSENT = rows(PAGE, "What may be absent")
TRAPS = rows(PAGE, "Traps")
LINK = re.compile(r"\[([a-z-]+)\]\(problems\.md#\1\)")


def objects(kind: Type) -> Iterator[Type]:
    """A document's type and the types of all objects in it, each as often as it occurs."""
    if kind.base == "object":
        yield kind
        for member in kind.fields.values():
            yield from objects(member)
    elif kind.item is not None:
        yield from objects(kind.item)


OBJECTS = {
    kind.name: kind for name in ("version", "model") for kind in objects(document_type(name))
}


def word(kind: Type) -> str:
    """How a member's type is written in the tables."""
    return ("enum" if kind.declared is not None else kind.noun) + "?" * kind.nullable


def codes(test: str, kind: str) -> set[str]:
    """The codes of the flaws of a rule's test."""
    checked = check_rule(RuleText("require", test), Scope(document_type(kind)))
    return {flaw.code for flaws in checked.flaws.values() for flaw in flaws}


@pytest.mark.parametrize("name", sorted(OBJECTS))
def test_every_member_is_in_its_table(name: str) -> None:
    """Each kind of object has a table with its members in order, their types and a meaning."""
    table = rows(PAGE, name)
    members = [(f"`{member}`", word(kind)) for member, kind in OBJECTS[name].fields.items()]
    assert [(cells[0], cells[1]) for cells in table] == members
    assert all(cells[2] for cells in table)


def test_every_function_is_in_the_table() -> None:
    """In the order of their names, each with as many arguments as it takes."""
    signatures = [re.fullmatch(r"`(\w+)\((.*)\)`", cells[0]) for cells in FUNCTION_ROWS]
    found = {each[1]: [arg for arg in each[2].split(", ") if arg] for each in signatures if each}
    assert list(found) == sorted(FUNCTIONS)
    for name, arguments in found.items():
        assert len(arguments) - ("…" in arguments) == len(FUNCTIONS[name].arguments), name
        assert ("…" in arguments) == FUNCTIONS[name].variadic, name


@pytest.mark.parametrize("cells", FUNCTION_ROWS, ids=lambda cells: cells[0])
def test_every_example_of_a_function_gives_what_it_says(cells: list[str]) -> None:
    """On the document, at the moment and with the parameter that the page names."""
    (block,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    run = Run(canonical("2026-11-23T00:00:00Z"), {"longest": duration("30d")})
    given = evaluator(parse(bare(cells[2])), Emitter(run))(json.loads(block))
    assert given == json.loads(bare(cells[3]))


@pytest.mark.parametrize("cells", ABSENT, ids=lambda cells: cells[0])
def test_what_may_be_absent_is_refused_until_it_is_guarded(cells: list[str]) -> None:
    """What stands on the left has a problem, what stands beside it has none."""
    assert codes(bare(cells[0]), "version")
    assert not codes(bare(cells[1]), "version")


@pytest.mark.parametrize("cells", TRAPS, ids=lambda cells: cells[0])
def test_every_trap_is_refused(cells: list[str]) -> None:
    """With the code that the row links to."""
    (code,) = LINK.findall(cells[2])
    assert {code} in (codes(bare(cells[0]), "version"), codes(bare(cells[0]), "model"))


def test_the_rule_that_shows_narrowing_is_accepted() -> None:
    """The one block of YAML is a rule without problems."""
    (test,) = re.findall(r"```yaml\nkind: model\nrequire: >-\n(.*?)```", PAGE, re.DOTALL)
    assert not codes(test, "model")


@pytest.mark.parametrize("name", ["language.md", "policies.md"])
def test_every_link_to_a_problem_leads_to_one(name: str) -> None:
    """The anchors are codes."""
    linked = set(re.findall(r"problems\.md#([a-z-]+)", page(name)))
    assert linked <= set(CODES)
    assert linked
