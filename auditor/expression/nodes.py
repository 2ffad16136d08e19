"""The tree of an expression: what its parts are, and how to walk them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any


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
