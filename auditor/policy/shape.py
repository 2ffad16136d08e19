"""What a single value of a YAML file must look like: one description, for checks and for editors.

A shape reports the problems of a node and gives the JSON Schema that says the same. ``what``, in
each check, is how the value is named in a sentence. Lists and mappings: `auditor.policy.structure`.
"""

from __future__ import annotations

import re
from collections import abc
from typing import Any, Protocol

from msgspec import Struct

from auditor.errors import Problem
from auditor.expression.nearest import suggestion
from auditor.policy.node import Node, Scalar, Sequence

Schema = dict[str, Any]
Problems = abc.Iterator[Problem]

_SHOWN = 60
_QUOTE = "put it in quotes, or in a block that begins with |-"


class Shape(Protocol):
    """What a value must look like."""

    def check(self, node: Node, what: str) -> Problems:
        """Every problem of a value and of what it holds."""

    def schema(self) -> Schema:
        """The same as JSON Schema, draft 2020-12."""


def shown(text: str) -> str:
    """Text of a file as it stands in a message: on one line, and cut if it is long."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHOWN else flat[:_SHOWN] + "…"


def wrong_type(node: Node, what: str, wanted: str, hint: str = "") -> Problem:
    """The problem of a value that is not ``wanted``, such as ``a list``."""
    message = f"{what} must be {wanted}, and this is {_type_name(node)}"
    return node.problem("wrong-type", message, hint)


def _type_name(node: Node) -> str:
    if not isinstance(node, Scalar):
        return "a list" if isinstance(node, Sequence) else "a mapping"
    names = {str: "text", bool: "true or false", int: "a whole number", float: "a number"}
    return names.get(type(node.value), "nothing")


def _text_problem(node: Node, what: str) -> Problem | None:
    """The problem of a value that is no text, or a blank one."""
    if isinstance(node, Scalar) and isinstance(node.value, str):
        return None if node.text.strip() else node.problem("empty", f"{what} is empty")
    if not isinstance(node, Scalar):
        return wrong_type(node, what, "text", _QUOTE)
    return wrong_type(node, what, "text", "" if node.value is None else "put it in quotes")


class Text(Struct, frozen=True):
    """Text on one line, not blank, in the form that ``pattern`` and ``read`` take.

    ``is_a`` names the form and ``such_as`` shows it. ``read`` raises ValueError, which says why a
    text is not in the form. ``code`` is the code of that problem.
    """

    is_a: str = "one line of text"
    such_as: str = ""
    pattern: str = r"[^\S\r\n]*\S[^\r\n]*"
    read: abc.Callable[[str], object] | None = None
    code: str = "bad-format"

    def check(self, node: Node, what: str) -> Problems:
        """Not text, blank, or not in the form."""
        if problem := _text_problem(node, what):
            yield problem
        elif isinstance(node, Scalar) and (reason := self._refusal(node.text)) is not None:
            hint = f"write it like {self.such_as}" if self.such_as else ""
            yield node.problem(self.code, f"{what} is not {self.is_a}{reason}", hint)

    def schema(self) -> Schema:
        """A string with a pattern."""
        return {"type": "string", "pattern": f"^(?:{self.pattern})$"}

    def _refusal(self, text: str) -> str | None:
        """The reason why a text is not in the form, as the end of a sentence; None if it is."""
        try:
            if self.read:
                self.read(text)
        except (ValueError, OverflowError) as error:
            return f": {error}"
        return None if re.fullmatch(self.pattern, text) else ""


class Lines(Struct, frozen=True):
    """Text that is not blank, on one line or several."""

    def check(self, node: Node, what: str) -> Problems:
        """Not text, or blank."""
        if problem := _text_problem(node, what):
            yield problem

    def schema(self) -> Schema:
        """A string that is not blank."""
        return {"type": "string", "pattern": r"\S"}


class Code(Lines, frozen=True):
    """An expression or a template: text that YAML must not have cut or read as something else.

    NOTE: ``a == 'x #y'`` without quotes is the text ``a == 'x`` and a comment, for every YAML
    parser. A comment behind an expression is refused, because it may be the expression's end.
    """

    def check(self, node: Node, what: str) -> Problems:
        """Not text, blank, or followed by a comment."""
        if problem := _text_problem(node, what):
            yield problem
        elif isinstance(node, Scalar) and (index := node.comment) is not None:
            message = f"YAML reads the rest of this line as a comment, not as part of {what}"
            hint = f"{_QUOTE}; or move the comment to a line of its own"
            yield node.source.problem(index, "yaml-comment", message, hint)


class Word(Struct, frozen=True):
    """One of some words."""

    words: tuple[str, ...]

    def check(self, node: Node, what: str) -> Problems:
        """Not text, or not one of the words."""
        if problem := _text_problem(node, what):
            yield problem
        elif isinstance(node, Scalar) and node.text not in self.words:
            hint = suggestion(node.text, self.words)
            yield node.problem("unknown-value", f"{what} cannot be `{shown(node.text)}`", hint)

    def schema(self) -> Schema:
        """The enumeration."""
        return {"enum": list(self.words)}


class Whole(Struct, frozen=True):
    """A whole number within bounds, both included."""

    least: int
    most: int

    def check(self, node: Node, what: str) -> Problems:
        """Not a whole number, or out of bounds."""
        value = node.value if isinstance(node, Scalar) else None
        if not isinstance(value, int) or isinstance(value, bool):
            yield wrong_type(node, what, "a whole number")
        elif not self.least <= value <= self.most:
            only = f"{self.least}" if self.least == self.most else f"{self.least} to {self.most}"
            yield node.problem("out-of-range", f"{what} is {value}, and must be {only}")

    def schema(self) -> Schema:
        """The integer with its bounds."""
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


class Switch(Struct, frozen=True):
    """True or false."""

    def check(self, node: Node, what: str) -> Problems:
        """Anything else."""
        if not isinstance(node, Scalar) or not isinstance(node.value, bool):
            yield wrong_type(node, what, "true or false")

    def schema(self) -> Schema:
        """The boolean."""
        return {"type": "boolean"}


class Anything(Struct, frozen=True):
    """Any value; its meaning is checked elsewhere."""

    def check(self, node: Node, what: str) -> Problems:  # noqa: ARG002  # all is well
        """Nothing."""
        yield from ()

    def schema(self) -> Schema:
        """The schema that takes everything."""
        return {}
