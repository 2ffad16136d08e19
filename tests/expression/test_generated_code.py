"""What is compiled: Python that holds nothing of a policy's text, however hostile that is."""

from __future__ import annotations

import builtins
import re
from bisect import bisect
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from auditor.expression import emit
from auditor.expression.emit import Emitter, Run, evaluator, vocabulary
from auditor.expression.program import CheckedRule, Program
from auditor.expression.syntax import DEEPEST, SyntaxProblem, parse
from auditor.expression.values import EvaluationError
from auditor.policy.types import document_type
from tests.language import versions

NOW = "2026-11-23T07:00:00.000Z"
VERSION = document_type("version")
ROW = {
    "status": "ACTIVE",
    "name": "crml",
    "createTime": NOW,
    "updateTime": NOW,
    "trainedModelArn": "arn",
}
MARK = "ZQXJ"
MARKED = [
    "status == 'ZQXJ'",
    'ZQXJ == `"ZQXJ"`',
    '"ZQXJ" || "Z\\u0051XJ"',
    '@.ZQXJ."ZQXJ ".*',
    '{ZQXJ: a, "ZQXJ": b}',
    "contains(['ZQXJ', 'ACTIVE'], status)",
    'contains(`["ZQXJ"]`, name)',
    "starts_with(name, 'ZQXJ') || ends_with(status, 'ZQXJ')",
    "contains(name, 'ZQXJ') && contains(status, 'ZQXJ')",
    "matches(name, 'ZQXJ')",
    "param('ZQXJ') == name",
    "name == param('word')",
    "contains(param('words'), status)",
    "ZQXJ(name)",
    "no_ZQXJ_such(@, &ZQXJ)",
    "incrementalTrainingDataChannels[0].ZQXJ == 'ZQXJ'",
    "sort_by(@, &ZQXJ)[?ZQXJ].ZQXJ",
    "duration('ZQXJ') < age(createTime)",
    "name < 'ZQXJ'",
    'length(ZQXJ || `["ZQXJ"]`) > `0`',
]
RUN = Run(NOW, {"ZQXJ": "ZQXJ", "word": "ZQXJ", "words": ["ZQXJ"]})

HOSTILE = [
    "__import__('os')._exit(3)",
    "'); import os; os._exit(3)  #",
    "{0.__class__}",
    "{row}\n}",
    "\\",
    "'''\"\"\"",
    "\x00",
    "\u2028\r\n    return None",
    "k1",
    "row",
    "field",
    "__class__",
    "None",
    "lambda: 1",
]


@pytest.fixture
def sources(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Everything that the emitter hands to Python's own compiler."""
    given_to_python: list[str] = []

    def noting(source: str, names: dict[str, Any]) -> Any:
        given_to_python.append(source)
        return builtins.eval(source, names)  # noqa: S307  # what the emitter would have done

    monkeypatch.setattr(emit, "eval", noting, raising=False)
    yield given_to_python
    assert given_to_python


def quoted(text: str, sign: str) -> str:
    """A text as JMESPath writes it in ``sign``."""
    escaped = text.replace("\\", "\\\\") if sign == '"' else text
    for plain, written in (
        ("\n", "\\n"),
        ("\r", "\\r"),
        ("\x00", "\\u0000"),
        ("\u2028", "\\u2028"),
    ):
        escaped = escaped.replace(plain, written) if sign == '"' else escaped
    return sign + escaped.replace(sign, "\\" + sign) + sign


@pytest.mark.parametrize("text", MARKED)
def test_nothing_of_a_policy_is_in_the_code(text: str, sources: list[str]) -> None:
    """Literals and names, of members, parameters and unknown functions, are constants beside it."""
    tree = parse(text)
    program = Program(
        [CheckedRule("deny", tree, tree, RUN), CheckedRule("require", tree, None, RUN)], VERSION
    )
    program.judge([ROW, {"status": None}])
    evaluator(tree, Emitter(RUN, vocabulary(VERSION)))
    assert MARK not in "".join([program.source, *sources])


@pytest.mark.parametrize("text", MARKED)
def test_the_constants_of_a_rule_are_named(text: str, sources: list[str]) -> None:
    """The code that is shown to a reader has its constants written below it, as comments."""
    tree = parse(text)
    program = Program([CheckedRule("deny", tree, tree, RUN)], VERSION)
    lines = program.code(0).splitlines()
    program.general(0)
    assert [line.split(" = ")[0] for line in lines[:2]] == ["applies", "deny"]
    assert all(line.startswith("# k") for line in lines[2:])
    assert MARK not in lines[0] + lines[1]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_only_a_name(name: str) -> None:
    """As a quoted name it finds the member of that name, in the loop and outside it."""
    identifier = quoted(name, '"')
    emitter = Emitter(RUN, vocabulary(VERSION))
    assert evaluator(parse(f"@.{identifier}"), emitter)({name: 7}) == 7
    assert evaluator(parse(f"{{{identifier}: a}}"), emitter)({"a": 1}) == {name: 1}
    assert evaluator(parse(f"{identifier}.b"), emitter)({name: {"b": 2}}) == 2


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_only_a_text(name: str) -> None:
    """As a literal it equals itself, and a row that holds it fails the rule that denies it."""
    literal = quoted_literal(name)
    conditions = [f"name == {literal}", f"contains(name, {literal})", f"status == {literal}"]
    rules = [CheckedRule("deny", parse(text), None, RUN) for text in conditions]
    program = Program(rules, VERSION)
    tallies = program.judge([ROW, {**ROW, "name": name, "status": name}])
    assert all(program.fused(number) for number in range(len(rules)))
    assert [tally.failed for tally in tallies] == [[1], [1], [1]]


@pytest.mark.parametrize("name", [name for name in HOSTILE if not name.isidentifier()])
def test_a_hostile_name_of_a_function_is_a_syntax_problem(name: str) -> None:
    """Only plain names can be called at all."""
    with pytest.raises(SyntaxProblem):
        parse(f"{quoted(name, chr(34))}(a)")


@pytest.mark.parametrize("name", ["eval", "exec", "__import__", "open", "print", "k1", "row"])
def test_functions_of_python_are_not_functions_of_the_language(name: str) -> None:
    """What the language does not know fails where it is reached."""
    with pytest.raises(EvaluationError) as caught:
        evaluator(parse(f"{name}('1')"), Emitter(RUN))({})
    assert caught.value.kind == "unknown-function"
    assert name not in str(caught.value)


def test_an_expression_is_compiled_once_for_a_run() -> None:
    """The same node gives the same function again, an equal one at another place its own."""
    emitter = Emitter(RUN)
    first, second = parse("a.b"), parse("a.b")
    assert evaluator(first, emitter) is evaluator(first, emitter)
    assert evaluator(first, emitter) is not evaluator(second, emitter)
    assert evaluator(first, emitter)({"a": {"b": 1}}) == 1


@settings(deadline=None, max_examples=300)
@given(st.text(min_size=1, max_size=20), st.text(max_size=20))
def test_any_name_and_any_text_are_harmless(name: str, text: str) -> None:
    """A member of any name is found and compared with any text."""
    tree = parse(f"{quoted_by_json(name)} == {quoted_literal(text)}")
    assert evaluator(tree, Emitter(RUN, vocabulary(VERSION)))({name: text}) is True


def quoted_by_json(name: str) -> str:
    """A name as JMESPath writes it, escaped as in JSON."""
    return '"' + "".join(f"\\u{unit:04x}" for unit in _units(name)) + '"'


def quoted_literal(text: str) -> str:
    """A JSON literal of a text."""
    return '`"' + "".join(f"\\u{unit:04x}" for unit in _units(text)) + '"`'


def _units(text: str) -> Iterator[int]:
    raw = text.encode("utf-16-be", "surrogatepass")
    return (raw[at] * 256 + raw[at + 1] for at in range(0, len(raw), 2))


WRAPS = (
    "({})",
    "!{}",
    "!({})",
    "a && ({})",
    "{} && a",
    "a || ({})",
    "{} || a",
    "{}.a",
    "a.[{}]",
    "a.{{b: {}}}",
    "{}[0]",
    "{}[1:]",
    "{}[]",
    "{}[*]",
    "{}[*].a",
    "{}.*",
    "{}[?a]",
    "a[?{}]",
    "a[?b].[{}]",
    "a == ({})",
    "({}) < a",
    "[{}]",
    "[a, {}]",
    "{{a: {}}}",
    "length({})",
    "map(&({}), @)",
    "max_by({}, &a)",
    "{} | a",
    "a | ({})",
    "not_null(a, {})",
    "&({})",
    "status == 'A' && ({})",
    "!(status == 'A' || {})",
    "age(createTime) > duration('1d') || ({})",
    "contains(['A'], status) && ({})",
)


def deepest(wraps: list[str]) -> str:
    """The deepest expression of these wraps, in turns, that is still accepted."""
    texts = ["status"]
    for turn in range(2 * DEEPEST):
        texts.append(wraps[turn % len(wraps)].format(texts[-1]))
    return texts[bisect(texts, False, key=refused) - 1]


def refused(text: str) -> bool:
    """Whether a text is no expression, or too deep."""
    try:
        parse(text)
    except SyntaxProblem:
        return True
    return False


@settings(deadline=None, max_examples=25)
@given(st.lists(st.sampled_from(WRAPS), min_size=1, max_size=5))
@example(["{}.a", "{} | a"])
def test_whatever_is_accepted_can_be_compiled(wraps: list[str]) -> None:
    """The bound on nesting is below every bound of Python's own compiler, and of the stack."""
    tree = parse(deepest(wraps))
    program = Program(
        [CheckedRule("deny", tree, tree, RUN), CheckedRule("deny_each", tree, None, RUN)], VERSION
    )
    tallies = program.judge([ROW, {"status": None, "a": [[]]}])
    assert all(tally.applied <= 2 for tally in tallies)


@settings(deadline=None, max_examples=100)
@given(st.randoms(use_true_random=False))
def test_the_code_is_made_of_few_words(rng: Random) -> None:
    """Names of our own functions, of known members, numbered constants and variables: no more."""
    rules = [versions.rule(rng) for _ in range(3)]
    source = versions.program(rules).source
    texts = set(re.findall(r"'([^']*)'", source)) - {"utf-8", "replace"}
    assert texts <= vocabulary(VERSION)
    assert '"' not in source
