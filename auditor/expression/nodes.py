"""The tree of an expression: what its parts are, and how to walk them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from auditor.expression.alike import Alike


class Node(Alike, frozen=True, eq=False, kw_only=True):
    """A part of an expression. Equality ignores where it stands."""

    beside = frozenset({"span", "value", "sound", "commas"})

    span: tuple[int, int] = (0, 0)


class Literal(Node, frozen=True, eq=False):
    """A constant. ``key`` is its JSON text, which tells 1 from true."""

    key: str
    value: Any
    sound: bool = True


class Current(Node, frozen=True, eq=False):
    """``@``, or the unwritten place where a projection continues."""


class Field(Node, frozen=True, eq=False):
    """A member of the current object."""

    name: str


class Sub(Node, frozen=True, eq=False):
    """``left.right`` or ``left | right``: right is evaluated on the result of left."""

    left: Node
    right: Node
    pipe: bool = False


class Index(Node, frozen=True, eq=False):
    """``base[number]``."""

    base: Node
    number: int


class Slice(Node, frozen=True, eq=False):
    """``base[start:stop:step]``, without the projection that follows it."""

    base: Node
    start: int | None
    stop: int | None
    step: int | None


class Flatten(Node, frozen=True, eq=False):
    """``base[]``, without the projection that follows it."""

    base: Node


class Projection(Node, frozen=True, eq=False):
    """``base[*].right``: right on every element, nulls dropped."""

    base: Node
    right: Node


class Values(Node, frozen=True, eq=False):
    """``base.*.right``: right on every value of an object, nulls dropped."""

    base: Node
    right: Node


class Filter(Node, frozen=True, eq=False):
    """``base[?condition].right``."""

    base: Node
    right: Node
    condition: Node


class Compare(Node, frozen=True, eq=False):
    """``left operator right``; the operator is one of eq, ne, lt, lte, gt, gte."""

    operator: str
    left: Node
    right: Node


class And(Node, frozen=True, eq=False):
    """``left && right``: left where it is false, else right."""

    left: Node
    right: Node


class Or(Node, frozen=True, eq=False):
    """``left || right``: left where it is true, else right."""

    left: Node
    right: Node


class Not(Node, frozen=True, eq=False):
    """``!operand``."""

    operand: Node


class MultiList(Node, frozen=True, eq=False):
    """``[a, b]``; null where the current value is null."""

    items: tuple[Node, ...]


class MultiDict(Node, frozen=True, eq=False):
    """``{a: x, b: y}``; null where the current value is null."""

    names: tuple[str, ...]
    items: tuple[Node, ...]


class Call(Node, frozen=True, eq=False):
    """``name(arguments)``; ``commas`` is False where a comma between two arguments is missing."""

    name: str
    arguments: tuple[Node, ...]
    commas: bool = True


class Reference(Node, frozen=True, eq=False):
    """``&body``: an expression handed to a function."""

    body: Node


OPERATORS = {"eq": "==", "ne": "!=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below a node, in the order of the text."""
    for name in type(node).__struct_fields__:
        value = getattr(node, name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from (item for item in value if isinstance(item, Node))


def walk(node: Node) -> Iterator[Node]:
    """A node and everything below it."""
    yield node
    for child in children(node):
        yield from walk(child)
