"""The rules in tests/language/rules: a broken one is refused in the right place, no sound one is.

The files are policies. In broken/ a comment under a line says what is wrong with that line:

    require: statuss == 'ACTIVE'
    #        ^^^^^^^ unknown-field

marks the text that is wrong and names the code. ``(1 up)`` at its end means one line further up,
for a scalar of several lines. Policies whose name begins with ``shipped`` are checked as shipped.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import DataObject, data

from auditor.errors import Problem
from auditor.expression.codes import CODES
from auditor.expression.program import Program
from auditor.policy.check import MESSAGES, ReadyRule, policy_problems, ready_rules
from auditor.policy.load import load_policies, load_policy, shipped
from auditor.policy.params import resolve_params
from auditor.policy.rule import EXAMPLE_NOW
from auditor.policy.types import document_type
from tests.language.conforming import values

RULES = Path(__file__).with_name("rules")
BROKEN = sorted((RULES / "broken").glob("*.yaml"))
SOUND = sorted((RULES / "sound").glob("*.yaml"))

_MARK = re.compile(r" *# *(?P<span>\^+) (?P<code>[a-z-]+)(?: \((?P<up>\d+) up\))?")

Mark = tuple[int, int, int, str]
"""Line, column and length of what is marked, and the code."""


@cache
def problems(path: Path) -> tuple[Problem, ...]:
    """Everything that is wrong with a policy file under its parameters' defaults."""
    policy = load_policy(path)
    shipped = policy.name.startswith("shipped")
    return tuple(policy_problems(policy, resolve_params([policy]), shipped=shipped))


@cache
def starts(path: Path) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """The lines on which the parts of a policy begin, and their names; what is above is ''."""
    rules = load_policy(path).rules
    return (0, *(rule.node.line for rule in rules)), ("", *(rule.id for rule in rules))


def owner(path: Path, line: int) -> str:
    """The id of the rule that a line belongs to, '' above the rules."""
    lines, names = starts(path)
    return names[bisect_right(lines, line) - 1]


def expected(path: Path) -> list[Mark]:
    """What the caret lines of a file say."""
    marks: list[Mark] = []
    marked = 0
    for number, text in enumerate(path.read_text().splitlines(), start=1):
        found = _MARK.fullmatch(text)
        if found is None:
            marked = number
            continue
        line = marked - int(found["up"] or 0)
        marks.append((line, found.start("span") + 1, len(found["span"]), found["code"]))
    return marks


def cases(paths: list[Path]) -> list[tuple[Path, str]]:
    """Every rule of every file."""
    return [(path, rule.id) for path in paths for rule in load_policy(path).rules]


def name(value: object) -> str:
    """A case's name: the file's, or the rule's."""
    return value.stem if isinstance(value, Path) else str(value)


@pytest.mark.parametrize(("path", "rule"), cases(BROKEN), ids=name)
def test_a_broken_rule_is_refused_where_it_is_broken(path: Path, rule: str) -> None:
    """The problems of a broken rule have the codes and places that are marked, and no others."""
    wanted = Counter(mark for mark in expected(path) if owner(path, mark[0]) == rule)
    found = Counter(
        (each.line, each.column, each.length, each.code)
        for each in problems(path)
        if owner(path, each.line) == rule
    )
    assert found == wanted
    assert found


@pytest.mark.parametrize("path", BROKEN, ids=name)
def test_what_stands_above_the_rules_is_refused_too(path: Path) -> None:
    """Problems of parameters have the codes and places that are marked, and no others."""
    wanted = {mark for mark in expected(path) if not owner(path, mark[0])}
    above = [each for each in problems(path) if not owner(path, each.line)]
    assert {(each.line, each.column, each.length, each.code) for each in above} == wanted


@pytest.mark.parametrize(("path", "rule"), cases(SOUND), ids=name)
def test_a_sound_rule_is_accepted(path: Path, rule: str) -> None:
    """No problem is found in a rule that means what it says, and its examples do what they say."""
    found = [str(each) for each in problems(path) if owner(path, each.line) in (rule, "")]
    assert found == []


def test_every_code_has_a_broken_rule() -> None:
    """Each code of an expression or a rule is marked at least once."""
    marked = {mark[3] for path in BROKEN for mark in expected(path)}
    assert marked == {*CODES, *MESSAGES}


def test_there_are_many_rules_of_each_sort() -> None:
    """There are at least 60 broken and 60 sound rules, with ids that differ."""
    broken, sound = ([rule for _, rule in cases(paths)] for paths in (BROKEN, SOUND))
    assert len(set(broken)) == len(broken) >= 60
    assert len(set(sound)) == len(sound) >= 60


@pytest.mark.parametrize("path", BROKEN, ids=name)
def test_a_problem_says_what_is_wrong_in_one_line(path: Path) -> None:
    """So does what to write instead; neither ends with a full stop."""
    for problem in problems(path):
        assert problem.message
        assert problem.hint
        for text in (problem.message, problem.hint):
            assert "\n" not in text
            assert not text.endswith(".")


@cache
def sound_program(kind: str) -> tuple[list[ReadyRule], Program]:
    """Every sound rule about a kind, the shipped ones too, and the program that they make."""
    rules: list[ReadyRule] = []
    for group in (*([path] for path in SOUND), [shipped()]):
        policies = load_policies(group)
        rules += ready_rules(policies, resolve_params(policies), EXAMPLE_NOW)
    rules = [ready for ready in rules if ready.rule.kind == kind]
    return rules, Program([ready.compiled() for ready in rules], document_type(kind))


@pytest.mark.parametrize("kind", ["version", "model"])
@given(data())
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_what_is_accepted_never_raises(kind: str, drawn: DataObject) -> None:
    """On documents that are as their type promises, a sound rule passes, fails or is not asked."""
    rules, program = sound_program(kind)
    tallies = program.judge([drawn.draw(values(document_type(kind)))])
    unknown = {
        ready.rule.id: tally.unknown
        for ready, tally in zip(rules, tallies, strict=True)
        if tally.unknown
    }
    assert unknown == {}
