"""Expressions with the value of every part beneath its text."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.expression.emit import Emitter, Run
from auditor.expression.syntax import parse
from auditor.expression.trace import Tracer
from auditor.model import Unavailable, Why

NOW = "2026-11-23T00:00:00.000Z"
VERSION = {
    "status": "CREATE_FAILED",
    "updateTime": "2026-11-20T00:00:00.000Z",
    "description": None,
    "details": Unavailable(Why.UNREAD, "denied"),
}
MODEL = {"versions": [{"status": s} for s in ("ACTIVE", "INACTIVE", "ACTIVE", "ACTIVE")]}


def drawn(text: str, document: Any) -> str:
    """The lines of a trace."""
    run = Run(NOW, {"longest": 2592000.0})
    trace = Tracer(text, Emitter(run), frozenset({"longest"})).trace(parse(text), document)
    return "\n".join(trace.lines())


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "status == 'ACTIVE'",
            [
                "status == 'ACTIVE'",
                "|      false  <- decided",
                '"CREATE_FAILED"',
            ],
        ),
        (
            "age(updateTime) <= param('longest')",
            [
                "age(updateTime) <= param('longest')",
                "|   |           |  30d",
                "|   |           true  <- decided",
                '|   "2026-11-20T00:00:00.000Z"',
                "3d",
            ],
        ),
        (
            "description && length(description) > `3`",
            [
                "description && length(description) > `3`",
                "|           |                      (not reached)",
                "|           null",
                "null  <- decided",
            ],
        ),
        (
            "!description || status == 'ACTIVE'",
            [
                "!description || status == 'ACTIVE'",
                "||           |         (not reached)",
                "||           true",
                "|null  <- decided",
                "true",
            ],
        ),
        (
            "details.kmsKeyArn",
            ["details.kmsKeyArn", "not read: denied  <- decided"],
        ),
    ],
)
def test_every_part_has_its_value_beneath_it(text: str, lines: list[str]) -> None:
    """What was not reached says so, and what decided is marked."""
    assert drawn(text, VERSION).splitlines() == lines


def test_what_cannot_be_computed_says_why_without_the_value() -> None:
    """An error names types only."""
    text = drawn("length(description) > `3`", VERSION)
    assert "error: length() was given null as argument 1" in text


@pytest.mark.parametrize(
    "text",
    ["length(versions[?status == 'ACTIVE']) <= `2`", "any(versions, &status == 'ACTIVE')"],
)
def test_what_is_asked_of_elements_is_shown_for_the_first_three(text: str) -> None:
    """A filter and an `&` expression are taken apart on elements, each with its truth."""
    lines = drawn(text, MODEL).splitlines()
    titles = [line for line in lines if line.startswith("element ")]
    assert titles == [
        "element 1 of 4: true",
        "element 2 of 4: not true",
        "element 3 of 4: true",
    ]
    assert lines.count("  status == 'ACTIVE'") == 3


def test_hostile_text_is_escaped() -> None:
    """What another company wrote cannot move the cursor."""
    text = drawn("status == 'x'", {"status": "\x1b[2Jcleared\u202e"})
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_an_expression_over_several_lines_keeps_its_places() -> None:
    """A folded scalar is shown on one line, character by character."""
    lines = drawn("status == 'A'\n&& description", VERSION).splitlines()
    assert lines[0] == "status == 'A' && description"
    assert lines[-1] == '"CREATE_FAILED"'
