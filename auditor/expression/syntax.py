"""Text to tree: JMESPath as the `jmespath` package parses it, within bounds."""

from __future__ import annotations

from typing import Any

from jmespath import exceptions

from auditor.expression.convert import Converter
from auditor.expression.nodes import (
    Filter,
    Literal,
    MultiDict,
    MultiList,
    Node,
    children,
)
from auditor.expression.placed import PlacedParser

LONGEST = 10_000
"""Characters that an expression may have."""
DEEPEST = 120
"""Levels of nesting that an expression may have; a chain of `&&` or `.` counts each link."""


class SyntaxProblem(ValueError):
    """The text is no expression; ``start`` and ``end`` say where it stops being one."""

    def __init__(self, message: str, start: int, end: int, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end
        self.hint = hint


def parse(text: str) -> Node:
    """The tree of an expression.

    Raises SyntaxProblem, also for what is too long or nested too deeply to be meant.
    """
    if len(text) > LONGEST:
        raise SyntaxProblem(f"an expression has at most {LONGEST} characters", 0, len(text))
    parser = PlacedParser()
    try:
        tree = Converter(text).convert(parser.tree(text), (0, len(text)))
    except RecursionError as error:
        raise _too_deep(text) from error
    except exceptions.LexerError as error:
        raise _lexer_problem(error) from error
    except exceptions.IncompleteExpressionError as error:
        raise SyntaxProblem("the expression ends too early", len(text), len(text) + 1) from error
    except exceptions.EmptyExpressionError as error:
        raise SyntaxProblem("the expression is empty", 0, 1) from error
    except exceptions.ParseError as error:
        raise _parse_problem(parser, error) from error
    except ValueError as error:
        raise SyntaxProblem("a number here is too long", 0, len(text)) from error
    if _depth(tree) > DEEPEST:
        raise _too_deep(text)
    return tree


def _depth(tree: Node) -> int:
    """Levels of nesting; what needs two brackets in generated code counts twice.

    NOTE: the levels of a literal count too: comparing with a deep value can exhaust the stack.
    """
    deepest, todo = 0, [(tree, 1)]
    while todo:
        node, level = todo.pop()
        if isinstance(node, Literal):
            level += _levels(node.value)
        deepest = max(deepest, level)
        below = level + 1 + isinstance(node, (Filter, MultiList, MultiDict))
        todo += [(child, below) for child in children(node)]
    return deepest


def _levels(value: Any) -> int:
    """Lists and objects that a value has around its innermost part."""
    deepest, todo = 0, [(value, 0)]
    while todo:
        part, level = todo.pop()
        deepest = max(deepest, level)
        if isinstance(part, (list, dict)):
            inner = part if isinstance(part, list) else part.values()
            todo += [(each, level + 1) for each in inner]
    return deepest


def _too_deep(text: str) -> SyntaxProblem:
    message = f"the expression is nested more than {DEEPEST} levels deep"
    return SyntaxProblem(message, 0, len(text), "split the rule in two")


def _lexer_problem(error: exceptions.LexerError) -> SyntaxProblem:
    start = error.lexer_position
    message = str(error.message).replace("Unknown token", "there is no such sign:")
    hint = "compare with `==`" if "'='" in message else ""
    return SyntaxProblem(message, start, start + 1, hint)


def _parse_problem(parser: PlacedParser, error: exceptions.ParseError) -> SyntaxProblem:
    kind = str(error.token_type).lower()
    start, end = parser.place(error.lex_position)
    if kind == "eof":
        return SyntaxProblem("the expression ends too early", start, end)
    if kind == "lparen" and error.lex_position == 0:
        start, end = parser.place_of_quoted_function()
        return SyntaxProblem("the name of a function has no quotes", start, end)
    hints = {
        "number": "write a number in backticks: `30`",
        "eq": "compare with `==`, and write text in single quotes",
    }
    message = f"`{error.token_value}` cannot stand here"
    return SyntaxProblem(message, start, end, hints.get(kind, ""))
