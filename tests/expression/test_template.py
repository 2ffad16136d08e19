"""Texts with expressions in braces: where they are found, and how they are put into the text."""

from __future__ import annotations

import shlex
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.expression.emit import Emitter, Run, evaluator
from auditor.expression.nodes import Field
from auditor.expression.syntax import parse
from auditor.expression.template import Piece, pieces, rendered

RUN = Run("2026-11-23T07:00:00.000Z")


def cut(template: str) -> list[str]:
    """The pieces of a template: plain text as it is, expressions in <>, flaws in their words."""
    return [_shown(piece) for piece in pieces(template)]


def _shown(piece: Piece) -> str:
    if piece.flaw is not None:
        return f"!{piece.flaw.message}"
    return piece.text if piece.tree is None else f"<{piece.text}>"


def text_of(template: str, document: Any, base: str = "any", **options: Any) -> str:
    """A rendered template, all of whose expressions have the type ``base``."""
    parts = tuple(
        Piece(piece.text, piece.start, piece.tree, base if piece.tree else "any")
        for piece in pieces(template)
    )

    def evaluate(piece: Piece) -> Any:
        assert piece.tree is not None
        return evaluator(piece.tree, Emitter(RUN))(document)

    return rendered(parts, evaluate, options.pop("when_null", {}), **options)


@pytest.mark.parametrize(
    ("template", "shown"),
    [
        ("", []),
        ("no braces", ["no braces"]),
        ("{a}", ["<a>"]),
        ("x {a} y {b.c} z", ["x ", "<a>", " y ", "<b.c>", " z"]),
        ("{ a }", ["< a >"]),
        ("{a}{b}", ["<a>", "<b>"]),
        ("{{a}}", ["{", "a", "}"]),
        ("{{{a}}}", ["{", "<a>", "}"]),
        ("{a}}}", ["<a>", "}"]),
        ("{ {x: a} }", ["< {x: a} >"]),
        ("{ {x: {y: a}}.x.y }", ["< {x: {y: a}}.x.y >"]),
        ("{a || '}'}", ["<a || '}'>"]),
        ("{a || '{'} b", ["<a || '{'>", " b"]),
        ('{`"}"`}', ['<`"}"`>']),
        ('{"}"}', ['<"}">']),
        ("{'it\\'s }'}", ["<'it\\'s }'>"]),
        ("{a", ["!this { is never closed"]),
        ("{a || '}", ["!this { is never closed"]),
        ("{ {x: a }", ["!this { is never closed"]),
        ("a } b", ["a ", "!a } without a {", " b"]),
        ("{}", ["!the expression is empty"]),
        ("{a.}", ["!the expression ends too early"]),
        ("{n > 1} {b}", ["!`1` cannot stand here", " ", "<b>"]),
    ],
)
def test_a_template_is_cut_where_a_reader_would(template: str, shown: list[str]) -> None:
    """Quotes hide braces, braces nest, doubled ones are text, and flaws end nothing else."""
    assert cut(template) == shown


@pytest.mark.parametrize(
    ("template", "start", "end"),
    [("ab {c", 3, 5), ("ab } c", 3, 4), ("ab {c.}", 6, 7), ("ab {n > 1}", 8, 9), ("{}", 1, 2)],
)
def test_a_flaw_stands_where_the_template_has_it(template: str, start: int, end: int) -> None:
    """Places count from the beginning of the whole text, not of the expression."""
    (flaw,) = (piece.flaw for piece in pieces(template) if piece.flaw is not None)
    assert (flaw.start, flaw.end, flaw.code) == (start, end, "syntax")


def test_a_piece_knows_its_tree_and_where_it_stands() -> None:
    """The place is that of the expression, behind the brace."""
    (piece,) = (piece for piece in pieces("v {name}") if piece.tree is not None)
    assert (piece.text, piece.start, piece.tree) == ("name", 3, Field("name"))


@settings(deadline=None)
@given(st.text("{}'\"`\\ab.:\n", max_size=30))
def test_any_text_is_cut_to_its_end(template: str) -> None:
    """Nothing raises, and every expression stands in the text where its piece says."""
    for piece in pieces(template):
        if piece.tree is not None:
            assert template[piece.start : piece.start + len(piece.text)] == piece.text
            assert parse(piece.text) == piece.tree


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "none"),
        ("a\nb", "a\nb"),
        ("", ""),
        (True, "true"),
        (False, "false"),
        (3, "3"),
        (3.0, "3"),
        (0.25, "0.25"),
        (1 / 3, "0.333333"),
        (1234567.0, "1234567"),
        (1234567.5, "1234567.5"),
    ],
)
def test_a_value_is_spoken(value: Any, text: str) -> None:
    """Numbers stand without needless digits, absence is a word."""
    assert text_of("<{a}>", {"a": value}) == f"<{text}>"


def test_absence_can_have_a_word_of_its_own() -> None:
    """What a member's absence means is known to the kind, such as BASE for no identifier."""
    words = {"versionIdentifier": "BASE"}
    assert text_of("{versionIdentifier} { versionIdentifier }", {}, when_null=words) == "BASE BASE"
    assert text_of("{a.versionIdentifier}", {}, when_null=words) == "none"


@pytest.mark.parametrize(
    ("value", "text"),
    [(2592000.0, "30d"), (93600, "1d 2h"), (None, "none"), ("(not known)", "(not known)")],
)
def test_a_duration_is_spoken_in_its_units(value: Any, text: str) -> None:
    """What could not be evaluated is said in words and is no length of time."""
    assert text_of("{a}", {"a": value}, base="duration") == text


@pytest.mark.parametrize(
    "value", ["plain", "", "a b", "$(rm -rf ~)", "; true", "'", "a\nb", "`id`", "--flag", "é"]
)
def test_a_command_holds_what_others_wrote_as_one_word(value: str) -> None:
    """A name that is itself a command does nothing when the command is copied."""
    line = text_of("tool --name {name} end", {"name": value}, for_shell=True)
    assert shlex.split(line) == ["tool", "--name", value, "end"]


def test_a_command_holds_what_was_computed_as_it_is() -> None:
    """A fact may be a whole option; what stands deeper in the facts is AWS's own text."""
    facts = {"versionOption": "--version-identifier 7", "parent": {"versionIdentifier": "a b"}}
    document = {"facts": facts}
    assert text_of("t {facts.versionOption}", document, for_shell=True) == (
        "t --version-identifier 7"
    )
    assert text_of("t {facts.parent.versionIdentifier}", document, for_shell=True) == "t 'a b'"
    assert text_of("t {facts.versionOption || 'a b'}", document, for_shell=True) == (
        "t '--version-identifier 7'"
    )
