"""What a condition teaches about the values that it tested.

In ``a && b`` b is only reached where a is true; there, what a tested is known to be present, or to
be one of fewer words. `learn` turns that into a narrower type of the document.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from auditor.expression.nodes import (
    And,
    Call,
    Compare,
    Current,
    Field,
    Filter,
    Index,
    Literal,
    MultiList,
    Node,
    Not,
    Or,
    Sub,
)
from auditor.expression.types import Type, joined

Step = str | int
Path = tuple[Step, ...]
Change = Callable[[Type], Type]

SWAPPED = {"lt": "gt", "lte": "gte", "gt": "lt", "gte": "lte", "eq": "eq", "ne": "ne"}


def path_of(node: Node) -> Path | None:
    """The members and indexes that lead from the document to a value; None for anything else."""
    match node:
        case Current():
            return ()
        case Field(name=name):
            return (name,)
        case Index(base=base, number=number):
            head = path_of(base)
            return None if head is None else (*head, number)
        case Sub(left=left, right=right):
            head, tail = path_of(left), path_of(right)
            return None if head is None or tail is None else head + tail
        case _:
            return None


def learn(document: Type, condition: Node, *, holds: bool) -> Type:
    """The document's type where the condition is true (``holds``) or false."""
    match condition:
        case Not(operand=operand):
            return learn(document, operand, holds=not holds)
        case And(left=left, right=right):
            return _both(document, left, right, holds=holds, stops=True)
        case Or(left=left, right=right):
            return _both(document, left, right, holds=holds, stops=False)
        case Compare():
            return _compared(document, condition, holds=holds)
        case Call(name="contains", arguments=(MultiList(items=items), needle)):
            return _among(document, items, needle, holds=holds)
        case Call(name="contains", arguments=(Literal(value=list() as words), needle)):
            items = tuple(Literal("", word) for word in words)
            return _among(document, items, needle, holds=holds)
        case Filter(base=base) if holds:
            document = _at(document, path_of(base), _filled)
        case Call(name="not_null", arguments=(subject,)) if holds:
            document = _changed(document, subject, _filled)
    return _changed(document, condition, _filled if holds else _unmet)


def _both(document: Type, left: Node, right: Node, *, holds: bool, stops: bool) -> Type:
    """Both sides have the same truth where ``holds == stops``; otherwise either may decide."""
    if holds == stops:
        return learn(learn(document, left, holds=holds), right, holds=holds)
    first = learn(document, left, holds=holds)
    second = learn(learn(document, left, holds=not holds), right, holds=holds)
    return joined(first, second)


def _compared(document: Type, node: Compare, *, holds: bool) -> Type:
    for operator, subject, other in (
        (node.operator, node.left, node.right),
        (SWAPPED[node.operator], node.right, node.left),
    ):
        document = _learned_of(document, operator, subject, other, holds=holds)
    return document


def _learned_of(document: Type, operator: str, subject: Node, other: Node, *, holds: bool) -> Type:
    equal = (operator == "eq") == holds if operator in ("eq", "ne") else None
    if isinstance(other, Literal) and other.value is None:
        return _changed(document, subject, Type.present) if equal is False else document
    if equal is not None and isinstance(other, Literal):
        document = _of_type(document, subject, other.value, equal=equal)
    if equal and isinstance(other, Literal):
        words = frozenset({other.value}) if isinstance(other.value, str) else None
        return _changed(document, subject, _Only(words))
    if equal is False and isinstance(other, Literal) and isinstance(other.value, str):
        return _changed(document, subject, _Without(frozenset({other.value})))
    if equal is None and holds:
        document = _changed(document, subject, Type.present)
    if _means_filled(operator, other, holds=holds):
        match subject:
            case Call(name="length", arguments=(counted,)):
                return _changed(document, counted, _filled)
    return document


def _of_type(document: Type, subject: Node, word: object, *, equal: bool) -> Type:
    """``type(x) == 'string'`` and ``type(x) != 'null'`` say that x is there."""
    match subject:
        case Call(name="type", arguments=(typed,)) if equal != (word == "null"):
            return _changed(document, typed, Type.present)
    return document


def _means_filled(operator: str, other: Node, *, holds: bool) -> bool:
    """Whether a length compared so is at least 1."""
    if not isinstance(other, Literal) or not isinstance(other.value, int):
        return False
    number = other.value
    if not holds:
        return (operator, number) in (("eq", 0), ("lte", 0), ("lt", 1))
    return (
        (operator == "gt" and number >= 0)
        or (operator in ("gte", "eq") and number >= 1)
        or (operator == "ne" and number == 0)
    )


def _among(document: Type, items: tuple[Node, ...], needle: Node, *, holds: bool) -> Type:
    words = frozenset(
        item.value for item in items if isinstance(item, Literal) and isinstance(item.value, str)
    )
    if len(words) != len(items):
        return document
    return _changed(document, needle, _Only(words) if holds else _Without(words))


def _filled(kind: Type) -> Type:
    """What is left of a type where its value is true in a condition."""
    present = kind.present()
    if present.base in ("list", "map", "string"):
        return replace(present, nonempty=True)
    if present.base == "boolean":
        return replace(present, truth=True)
    return present


def _unmet(kind: Type) -> Type:
    """What is left of a type where its value is false in a condition."""
    return replace(kind, truth=False) if kind.base == "boolean" else kind


class _Only(Struct, frozen=True):
    """Words of which the value is one; None where it is known to be there and no more."""

    words: frozenset[str] | None

    def __call__(self, kind: Type) -> Type:
        present = kind.present()
        if self.words is None or present.base != "string":
            return present
        left = self.words if present.values is None else present.values & self.words
        # An impossible comparison is the checker's to report; here it must not empty the type.
        return replace(present, values=left or present.values, closed=bool(left))


class _Without(Struct, frozen=True):
    """Words that the value is known not to be; says nothing about whether it is there.

    NOTE: what is left is not all that it can be, because AWS adds words.
    """

    words: frozenset[str]

    def __call__(self, kind: Type) -> Type:
        if kind.values is None or kind.declared is None:
            return kind
        return replace(kind, values=(kind.values - self.words) or kind.values)


class _Both(Struct, frozen=True):
    """One change, then another."""

    first: Change
    second: Change

    def __call__(self, kind: Type) -> Type:
        return self.second(self.first(kind))


def _changed(document: Type, node: Node, change: Change) -> Type:
    """The document's type where the type of an expression on it is changed."""
    path = path_of(node)
    if path is not None:
        return _at(document, path, change)
    before = document.proven.get(node)
    after = change if before is None else _Both(before, change)
    return replace(document, proven={**document.proven, node: after})


def _at(document: Type, path: Path | None, change: Change) -> Type:
    """The document's type with the type at a path changed, and all on the way to it present.

    `_Without` and `_unmet` teach nothing about presence: ``a.b != 'x'`` is true where a is absent.
    """
    if path is None:
        return document
    if not path:
        return change(document)
    if document.nullable and (change is _unmet or isinstance(change, _Without)):
        return document
    step, rest = path[0], path[1:]
    before = _member(document, step)
    if before is None:
        return document
    return _with_member(document.present(), step, _at(before, rest, change))


def _member(document: Type, step: Step) -> Type | None:
    if isinstance(step, int):
        item = document.item if document.base == "list" else None
        return document.indexed.get(step, item.optional()) if item else None
    if document.base == "map" and document.item is not None:
        return document.fields.get(step, document.item.optional())
    return document.fields.get(step) if document.base == "object" else None


def _with_member(document: Type, step: Step, member: Type) -> Type:
    if isinstance(step, str):
        return replace(document, fields=MappingProxyType({**document.fields, step: member}))
    nonempty = document.nonempty or not member.nullable
    indexed = MappingProxyType({**document.indexed, step: member})
    return replace(document, nonempty=nonempty, indexed=indexed)
