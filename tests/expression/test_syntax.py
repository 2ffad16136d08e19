"""Text to tree: every text is an expression or a `SyntaxProblem`, and every part has its place."""

from __future__ import annotations

import warnings
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from auditor.expression.nodes import (
    Current,
    Field,
    Flatten,
    Index,
    Literal,
    MultiList,
    Node,
    Slice,
    Sub,
    Values,
    children,
    walk,
)
from auditor.expression.syntax import DEEPEST, LONGEST, SyntaxProblem, parse
from tests.language import grammar

LANGUAGE = "ab_1-. \t\n*@&|!=<>()[]{},:?'\"`\\é\ud800\x00$#"


def problem(text: str) -> SyntaxProblem:
    """What is wrong with a text that is no expression."""
    with pytest.raises(SyntaxProblem) as caught:
        parse(text)
    return caught.value


def parsed_or_refused(text: str) -> Node | None:
    """The tree; None where the text is refused, and the problem's place is then in the text."""
    try:
        return parse(text)
    except SyntaxProblem as found:
        refused = found
    assert 0 <= refused.start <= len(text)
    assert refused.start < refused.end <= len(text) + 1
    assert refused.message
    return None


@settings(deadline=None, max_examples=500)
@given(st.text(max_size=40) | st.text(LANGUAGE, max_size=40))
@example("[")
@example("`" + "[" * 2000)
@example("'\\")
@example('"\\ud800"')
@example("foo[" + "9" * 5000 + "]")
@example("`" + "9" * 5000 + "`")
def test_any_text_is_an_expression_or_a_problem(text: str) -> None:
    """Nothing else ever comes out, however odd the text is."""
    parsed_or_refused(text)


@pytest.mark.parametrize(
    "part", ["(", "!", "[", "a.", "a[?", "&", "a||", "a|", "`[", "{a:", "f(", "[]"]
)
@pytest.mark.parametrize("times", [DEEPEST, 2000, LONGEST, 200_000])
def test_a_hostile_text_is_a_problem_too(part: str, times: int) -> None:
    """Thousands of openings neither exhaust the stack nor take long."""
    parsed_or_refused(part * times)
    parsed_or_refused(part * times + "a" + ")" * times)


@pytest.mark.parametrize(
    ("text", "start", "end", "message"),
    [
        ("", 0, 1, "the expression is empty"),
        ("a.", 2, 3, "the expression ends too early"),
        ("n > 1", 4, 5, "`1` cannot stand here"),
        ("a = b", 2, 3, "there is no such sign: '='"),
        ("a == 'b", 5, 6, "Unclosed ' delimiter"),
        ("a ] b", 2, 3, "`]` cannot stand here"),
        ("a # b", 2, 3, "there is no such sign: #"),
        ("a &&", 4, 5, "the expression ends too early"),
        ("a `1e3`", 2, 7, "`1000.0` cannot stand here"),
        ("a 'b c'  ", 2, 7, "`b c` cannot stand here"),
        ('a && "f"(b)', 5, 8, "the name of a function has no quotes"),
        ('"a" "b"', 4, 7, "`b` cannot stand here"),
        ("foo[" + "9" * 5000 + "]", 0, 5005, "a number here is too long"),
        ("a" * (LONGEST + 1), 0, LONGEST + 1, f"an expression has at most {LONGEST} characters"),
    ],
)
def test_a_problem_says_where_and_what(text: str, start: int, end: int, message: str) -> None:
    """The place is the one at which the text stops being an expression."""
    found = problem(text)
    assert (found.start, found.end, found.message) == (start, end, message)


@pytest.mark.parametrize(
    ("text", "hint"),
    [("n > 30", "backticks"), ("a = 'x'", "=="), ("a == ==", "single quotes")],
)
def test_a_usual_mistake_is_told_what_to_write(text: str, hint: str) -> None:
    """Numbers stand in backticks, text in quotes, and equality is two signs."""
    assert hint in problem(text).hint


@pytest.mark.parametrize(
    "text",
    [
        "(" * 600 + "a" + ")" * 600,
        "!" * (DEEPEST + 1) + "a",
        ".".join("a" * (DEEPEST + 1)),
        " && ".join("a" * (DEEPEST + 1)),
        "`" + "[" * DEEPEST + "1" + "]" * DEEPEST + "`",
        "`" + '{"a":' * DEEPEST + "1" + "}" * DEEPEST + "`",
        "`" + "[" * 4000 + "]" * 4000 + "`",
    ],
)
def test_what_is_nested_too_deeply_is_refused(text: str) -> None:
    """It could not be compiled, or compared, in every place where it might stand."""
    assert str(DEEPEST) in problem(text).message


def test_the_deepest_that_is_allowed_is_allowed() -> None:
    """The bound itself is within it, for expressions and for literals."""
    assert isinstance(parse(".".join("a" * DEEPEST)), Sub)
    inner = DEEPEST - 1
    assert isinstance(parse("`" + "[" * inner + "1" + "]" * inner + "`"), Literal)


def complete(node: Node) -> bool:
    """Whether a node can stand alone as a text.

    ``@`` may be unwritten; a slice and a flattening stand before the projection that they
    start; ``[*]`` behind a dot is a list of one.
    """
    behind_a_dot = isinstance(node, MultiList) and isinstance(node.items[0], Values)
    return not isinstance(node, (Current, Slice, Flatten)) and not behind_a_dot


@settings(deadline=None, max_examples=500)
@given(st.randoms(use_true_random=False))
def test_a_node_stands_where_its_span_says(rng: Random) -> None:
    """What a node's span cuts out of the text is, parsed alone, an equal node."""
    text = grammar.expression(rng)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        tree = parsed_or_refused(text)
    for node in walk(tree) if tree else ():
        start, end = node.span
        assert 0 <= start < end <= len(text)
        if complete(node):
            assert parse(text[start:end]) == node


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("(a.b).c", {"(a.b).c", "a.b", "a", "b", "c"}),
        ("(a[0])[1].b", {"(a[0])[1].b", "(a[0])[1]", "a[0]", "a", "b"}),
        ("[0][1]", {"[0][1]", "[0]"}),
        (" a  ||  ! b ", {"a  ||  ! b", "a", "! b", "b"}),
        ("f( a , 'x' )", {"f( a , 'x' )", "a", "'x'"}),
        ("a[? b == 'x' ].c", {"a[? b == 'x' ].c", "a", "b == 'x'", "b", "'x'", "c"}),
    ],
)
def test_spans_are_what_a_reader_would_underline(text: str, parts: set[str]) -> None:
    """Brackets belong to what stands in them, white space around a part does not."""
    nodes = [node for node in walk(parse(text)) if not isinstance(node, Current)]
    assert {text[slice(*node.span)] for node in nodes} == parts


def test_literals_that_python_takes_for_equal_are_told_apart() -> None:
    """1 is not true and 0 is not false, so that one constant never stands for both."""
    assert parse("`1`") != parse("`true`")
    assert parse("`0`") != parse("`false`")
    assert parse("`1`") == parse(" `1` ")
    assert parse("'1'") != parse("`1`")


@pytest.mark.parametrize("text", ["`foo`", "`[1,]`", "`{a`", "`'a'`", "`" + "9" * 5000 + "`"])
def test_a_literal_that_is_no_json_is_known_as_such(text: str) -> None:
    """The package reads it as text; the checker refuses it."""
    found = parse(text)
    assert isinstance(found, Literal)
    assert not found.sound
    assert isinstance(found.value, str)


@pytest.mark.parametrize("text", ["`1`", "'`'", '` "a" `', '`"\\`"`', "(`[1]`)"])
def test_a_literal_that_is_json_is_known_as_such(text: str) -> None:
    """Quotes, escapes and brackets around it change nothing."""
    found = parse(text)
    assert isinstance(found, Literal)
    assert found.sound


@pytest.mark.parametrize(
    ("text", "commas"),
    [
        ("f(a, b)", True),
        ("f(a b)", False),
        ("f(a, b,)", False),
        ("f()", True),
        ("f(',' 'x')", False),
    ],
)
def test_a_missing_comma_is_known(text: str, commas: bool) -> None:
    """The package takes arguments without commas; the checker refuses them."""
    (call,) = (node for node in walk(parse(text)) if hasattr(node, "commas"))
    assert call.commas is commas


def test_the_children_of_a_node_come_in_the_order_of_the_text() -> None:
    """Names of members are no nodes."""
    node = parse("{x: a, y: b.c}")
    assert [type(child) for child in children(node)] == [Field, Sub]


def test_indexes_of_one_chain_are_nested() -> None:
    """``a[0][1]`` is the second of the first."""
    found = parse("a[0][1]")
    assert isinstance(found, Index)
    assert isinstance(found.base, Index)
    assert (found.number, found.base.number) == (1, 0)
