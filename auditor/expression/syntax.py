"""Text to tree: JMESPath as the `jmespath` package parses it, with the place of each part.

The package's own parser does the parsing, so the grammar cannot drift from it. `_Parser` only adds
what the package leaves out: from where to where each node stands in the text.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from functools import cache
from itertools import pairwise
from typing import Any

from jmespath import exceptions
from jmespath.parser import Parser

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


@dataclass(frozen=True, slots=True)
class Node:
    """A part of an expression. Equality ignores where it stands."""

    span: tuple[int, int] = field(compare=False, kw_only=True, default=(0, 0))


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A constant. ``key`` is its JSON text, which tells 1 from true."""

    key: str
    value: Any = field(compare=False)
    sound: bool = field(compare=False, default=True)


@dataclass(frozen=True, slots=True)
class Current(Node):
    """``@``, or the unwritten place where a projection continues."""


@dataclass(frozen=True, slots=True)
class Field(Node):
    """A member of the current object."""

    name: str


@dataclass(frozen=True, slots=True)
class Sub(Node):
    """``left.right`` or ``left | right``: right is evaluated on the result of left."""

    left: Node
    right: Node
    pipe: bool = False


@dataclass(frozen=True, slots=True)
class Index(Node):
    """``base[number]``."""

    base: Node
    number: int


@dataclass(frozen=True, slots=True)
class Slice(Node):
    """``base[start:stop:step]``, without the projection that follows it."""

    base: Node
    start: int | None
    stop: int | None
    step: int | None


@dataclass(frozen=True, slots=True)
class Flatten(Node):
    """``base[]``, without the projection that follows it."""

    base: Node


@dataclass(frozen=True, slots=True)
class Projection(Node):
    """``base[*].right``: right on every element, nulls dropped."""

    base: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Values(Node):
    """``base.*.right``: right on every value of an object, nulls dropped."""

    base: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Filter(Node):
    """``base[?condition].right``."""

    base: Node
    right: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """``left operator right``; the operator is one of eq, ne, lt, lte, gt, gte."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class And(Node):
    """``left && right``: left where it is false, else right."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Or(Node):
    """``left || right``: left where it is true, else right."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Not(Node):
    """``!operand``."""

    operand: Node


@dataclass(frozen=True, slots=True)
class MultiList(Node):
    """``[a, b]``; null where the current value is null."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class MultiDict(Node):
    """``{a: x, b: y}``; null where the current value is null."""

    names: tuple[str, ...]
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Call(Node):
    """``name(arguments)``; ``commas`` is False where a comma between two arguments is missing."""

    name: str
    arguments: tuple[Node, ...]
    commas: bool = field(compare=False, default=True)


@dataclass(frozen=True, slots=True)
class Reference(Node):
    """``&body``: an expression handed to a function."""

    body: Node


OPERATORS = {"eq": "==", "ne": "!=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


def parse(text: str) -> Node:
    """The tree of an expression.

    Raises SyntaxProblem, also for what is too long or nested too deeply to be meant.
    """
    if len(text) > LONGEST:
        raise SyntaxProblem(f"an expression has at most {LONGEST} characters", 0, len(text))
    parser = _Parser()
    try:
        tree = _Converter(text).convert(parser.tree(text), (0, len(text)))
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


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below a node, in the order of the text."""
    for name in _parts(type(node)):  # type: ignore[arg-type]  # a class can be hashed
        value = getattr(node, name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from (item for item in value if isinstance(item, Node))


@cache
def _parts(kind: Any) -> tuple[str, ...]:
    """The members of a kind of node that can hold nodes."""
    return tuple(part.name for part in fields(kind) if part.name != "span")


def walk(node: Node) -> Iterator[Node]:
    """A node and everything below it."""
    yield node
    for child in children(node):
        yield from walk(child)


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


def _parse_problem(parser: _Parser, error: exceptions.ParseError) -> SyntaxProblem:
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


class _Parser(Parser):  # type: ignore[misc]  # the package has no annotations
    """The package's parser, noting from where to where each node stands."""

    def tree(self, text: str) -> dict[str, Any]:
        self._text = text
        with warnings.catch_warnings():
            # NOTE: the package turns broken JSON literals into text with this warning only;
            # `_Converter` notices them and the checker refuses them.
            warnings.simplefilter("ignore", PendingDeprecationWarning)
            parsed: dict[str, Any] = self._do_parse(text).parsed
        return parsed

    def place(self, start: int) -> tuple[int, int]:
        """From where to where the token at ``start`` stands; behind the text for its end."""
        later = (token["start"] for token in self._tokens if token["start"] > start)
        end = len(self._text[: min(later, default=start)].rstrip())
        return start, max(end, start + 1)

    def place_of_quoted_function(self) -> tuple[int, int]:
        """Where the first quoted name before a bracket stands: the package says 0 for all."""
        pairs = zip(self._tokens, self._tokens[1:], strict=False)
        kinds = ("quoted_identifier", "lparen")
        start = next((a["start"] for a, b in pairs if (a["type"], b["type"]) == kinds), 0)
        return self.place(start)

    def _end(self) -> int:
        """Where the token before the current one ends: its white space is not part of it."""
        start = self._tokens[self._index]["start"] if self._index < len(self._tokens) else None
        return len(self._text[:start].rstrip())

    def _expression(self, binding_power: int = 0) -> dict[str, Any]:
        first = self._lookahead_token(0)
        start = first["start"]
        self._advance()
        nud: Any = getattr(self, f"_token_nud_{first['type']}", self._error_nud_token)
        left = self._spanned(nud(first), start)
        while binding_power < self.BINDING_POWER[self._current_token()]:
            missing = self._error_led_token
            led: Any = getattr(self, f"_token_led_{self._current_token()}", missing)
            if led == missing:
                missing(self._lookahead_token(0))
            self._advance()
            left = self._spanned(led(left), start)
        return left

    def _spanned(self, node: dict[str, Any], start: int) -> dict[str, Any]:
        node["span"] = (min(start, node.get("span", (start, 0))[0]), self._end())
        return node

    def _parse_multi_select_list(self) -> dict[str, Any]:
        start = self._tokens[self._index - 1]["start"]
        return self._spanned(super()._parse_multi_select_list(), start)

    def _parse_multi_select_hash(self) -> dict[str, Any]:
        start = self._tokens[self._index - 1]["start"]
        return self._spanned(super()._parse_multi_select_hash(), start)

    def _parse_index_expression(self) -> dict[str, Any]:
        start = self._tokens[self._index - 1]["start"]
        return self._spanned(super()._parse_index_expression(), start)


class _Converter:
    """The package's dictionaries to our nodes."""

    def __init__(self, text: str) -> None:
        self._text = text

    def convert(self, raw: dict[str, Any], outer: tuple[int, int]) -> Node:
        span = raw.get("span", outer)
        made: Node = getattr(self, f"_{raw['type']}")(raw, span)
        return made

    def _below(self, raw: dict[str, Any], span: tuple[int, int]) -> list[Node]:
        return [self.convert(child, span) for child in raw["children"]]

    def _literal(self, raw: dict[str, Any], span: tuple[int, int]) -> Node:
        value = raw["value"]
        written = self._text[slice(*span)].strip("( )\n\t\r")
        sound = not written.startswith("`") or _is_json(written[1:-1].replace("\\`", "`"))
        return Literal(json.dumps(value, sort_keys=True), value, sound, span=span)

    def _current(self, _raw: dict[str, Any], span: tuple[int, int]) -> Node:
        return Current(span=span)

    def _identity(self, _raw: dict[str, Any], span: tuple[int, int]) -> Node:
        return Current(span=span)

    def _field(self, raw: dict[str, Any], span: tuple[int, int]) -> Node:
        return Field(raw["value"], span=span)

    def _chain(self, raw: dict[str, Any], span: tuple[int, int], *, pipe: bool) -> Node:
        left, *rest = self._below(raw, span)
        for right in rest:
            until = span if right is rest[-1] else (left.span[0], right.span[1])
            left = Sub(left, right, pipe, span=until)
        return left

    def _subexpression(self, raw: dict[str, Any], span: tuple[int, int]) -> Node:
        return self._chain(raw, span, pipe=False)

    def _pipe(self, raw: dict[str, Any], span: tuple[int, int]) -> Node:
        return self._chain(raw, span, pipe=True)

    def _index_expression(self, raw: dict[str, Any], span: tuple[int, int]) -> Node:
        first, *rest = raw["children"]
        base = self.convert(first, span)
        start = rest[0]["span"][0] if isinstance(base, Current) else base.span[0]
        for step in rest:
            until = span if step is rest[-1] else (start, step["span"][1])
            if step["type"] == "index":
                base = Index(base, step["value"], span=until)
            else:
                base = Slice(base, *step["children"], span=until)
        return base

    def _index(self, raw: dict[str, Any], span: tuple[int, int]) -> Node:
        return Index(Current(span=span), raw["value"], span=span)

    def _flatten(self, raw: dict[str, Any], span: tuple[int, int]) -> Node:
        return Flatten(self._below(raw, span)[0], span=span)

    def _projection(self, raw: dict[str, Any], span: tuple[int, int]) -> Node:
        return Projection(*self._below(raw, span), span=span)

    def _value_projection(self, raw: dict[str, Any], span: tuple[int, int]) -> Node:
        return Values(*self._below(raw, span), span=span)

    def _filter_projection(self, raw: dict[str, Any], span: tuple[int, int]) -> Node:
        return Filter(*self._below(raw, span), span=span)

    def _comparator(self, raw: dict[str, Any], span: tuple[int, int]) -> Node:
        return Compare(raw["value"], *self._below(raw, span), span=span)

    def _and_expression(self, raw: dict[str, Any], span: tuple[int, int]) -> Node:
        return And(*self._below(raw, span), span=span)

    def _or_expression(self, raw: dict[str, Any], span: tuple[int, int]) -> Node:
        return Or(*self._below(raw, span), span=span)

    def _not_expression(self, raw: dict[str, Any], span: tuple[int, int]) -> Node:
        return Not(*self._below(raw, span), span=span)

    def _multi_select_list(self, raw: dict[str, Any], span: tuple[int, int]) -> Node:
        return MultiList(tuple(self._below(raw, span)), span=span)

    def _multi_select_dict(self, raw: dict[str, Any], span: tuple[int, int]) -> Node:
        names = tuple(pair["value"] for pair in raw["children"])
        items = tuple(self.convert(pair["children"][0], span) for pair in raw["children"])
        return MultiDict(names, items, span=span)

    def _function_expression(self, raw: dict[str, Any], span: tuple[int, int]) -> Node:
        arguments = tuple(self._below(raw, span))
        gaps = (self._text[left.span[1] : right.span[0]] for left, right in pairwise(arguments))
        commas = all("," in gap for gap in gaps) and not self._trailing_comma(arguments, span)
        return Call(raw["value"], arguments, commas, span=span)

    def _trailing_comma(self, arguments: tuple[Node, ...], span: tuple[int, int]) -> bool:
        return bool(arguments) and "," in self._text[arguments[-1].span[1] : span[1]]

    def _expref(self, raw: dict[str, Any], span: tuple[int, int]) -> Node:
        return Reference(self._below(raw, span)[0], span=span)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
