"""What an expression's value can be, known before anything is read.

A `Type` describes a value statically. ``timestamp`` and ``enum`` values are strings when the rule
runs and durations are numbers (seconds); telling them apart is what lets the checker refuse
``age(createTime) > `30```.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

_NO_FIELDS: Mapping[str, Type] = MappingProxyType({})
_NO_INDEXES: Mapping[int, Type] = MappingProxyType({})
_NOTHING_PROVEN: Mapping[Hashable, Callable[[Type], Type]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Type:
    """One of: any, null, boolean, number, duration, string, timestamp, list, map, object, expref.

    ``values`` are the strings that it can still be, ``declared`` those that its enum has at all;
    ``item`` is the element of a list or map, ``fields`` the members of an object called ``name``.
    ``truth`` is known where the value is always true or always false in a condition. ``proven``
    says what a condition taught about expressions on this value that are more than a path.
    """

    base: str
    nullable: bool = False
    values: frozenset[str] | None = None
    declared: frozenset[str] | None = None
    item: Type | None = None
    name: str = ""
    fields: Mapping[str, Type] = field(default_factory=lambda: _NO_FIELDS, compare=False)
    indexed: Mapping[int, Type] = field(default_factory=lambda: _NO_INDEXES, compare=False)
    nonempty: bool = False
    truth: bool | None = None
    literal: bool = False
    withheld: Mapping[str, str] = field(default_factory=dict, compare=False)
    proven: Mapping[Hashable, Callable[[Type], Type]] = field(
        default_factory=lambda: _NOTHING_PROVEN, compare=False
    )

    def optional(self, *, yes: bool = True) -> Type:
        """The same, but null as well where ``yes``."""
        if not yes or self.nullable or self.base in ("any", "null"):
            return self
        return replace(self, nullable=True, truth=None)

    def present(self) -> Type:
        """The same, but never null."""
        return replace(self, nullable=False) if self.nullable else self

    @property
    def known(self) -> bool:
        """Whether anything at all is known of it."""
        return self.base != "any"

    @property
    def noun(self) -> str:
        """The type in words, for a message."""
        item = self.item
        if self.base not in ("list", "map") or item is None or not item.known:
            return self.name or self.base
        some = ", some of them null" if item.nullable else ""
        return f"{self.base} of {item.name or item.base}s{some}"

    def spoken(self) -> str:
        """The noun with its article."""
        return "null" if self.base == "null" else with_article(self.noun)


def with_article(noun: str) -> str:
    """A noun with its article: ``a list``, ``an object``."""
    return f"{'an' if noun[0] in 'aeioIAEO' else 'a'} {noun}"


ANY = Type("any")
NULL = Type("null", nullable=True, truth=False)
BOOLEAN = Type("boolean")
NUMBER = Type("number")
STRING = Type("string")
TIMESTAMP = Type("timestamp")
DURATION = Type("duration")

TRUE = replace(BOOLEAN, truth=True)
FALSE = replace(BOOLEAN, truth=False)

TEXTS = frozenset({"string", "timestamp"})
"""Bases whose values are strings when the rule runs."""
NUMBERS = frozenset({"number", "duration"})
"""Bases whose values are numbers when the rule runs."""


def list_of(item: Type, *, nonempty: bool = False) -> Type:
    """A list whose elements have one type."""
    return Type("list", item=item, nonempty=nonempty)


def map_of(item: Type) -> Type:
    """An object with free keys, such as tags."""
    return Type("map", item=item)


def object_of(
    name: str, fields: Mapping[str, Type], withheld: Mapping[str, str] | None = None
) -> Type:
    """An object with known members; ``withheld`` names members that no rule may read, with why."""
    return Type("object", name=name, fields=MappingProxyType(dict(fields)), withheld=withheld or {})


def enum_of(values: frozenset[str]) -> Type:
    """A string that is one of an AWS enum's words."""
    return Type("string", values=values, declared=values)


def text_of(value: str) -> Type:
    """The type of a literal string."""
    return Type("string", values=frozenset({value}), literal=True, truth=bool(value))


def truth_of(kind: Type) -> bool | None:
    """What the value counts as in a condition, where that is certain.

    NOTE: in JMESPath every number is true, 0 too.
    """
    if kind.truth is not None or kind.nullable:
        return kind.truth
    if kind.base in ("number", "duration", "timestamp", "expref"):
        return True
    if kind.base == "object" and kind.fields and any(not f.nullable for f in kind.fields.values()):
        return True
    if kind.declared and "" not in kind.declared:
        return True
    return True if kind.nonempty else None


def joined(left: Type, right: Type) -> Type:
    """A type that holds every value of both."""
    if left.base == "null" or right.base == "null":
        other = right if left.base == "null" else left
        return other.optional()
    nullable = left.nullable or right.nullable
    if left.base != right.base:
        both = {left.base, right.base}
        if both <= TEXTS or both <= NUMBERS:
            base = "string" if both <= TEXTS else "number"
            return Type(base, nullable=nullable)
        return ANY
    if left.base == "object" and left.name != right.name:
        return ANY
    truth = left.truth if left.truth == right.truth else None
    return replace(
        left,
        nullable=nullable,
        values=left.values | right.values if left.values and right.values else None,
        declared=left.declared if left.declared == right.declared else None,
        item=_joined_items(left, right),
        nonempty=left.nonempty and right.nonempty,
        literal=left.literal and right.literal,
        truth=truth,
        indexed=_NO_INDEXES,
        proven=_NOTHING_PROVEN,
    )


def _joined_items(left: Type, right: Type) -> Type | None:
    if left.item is None or right.item is None:
        return left.item or right.item
    return joined(left.item, right.item)


def type_of(value: Any) -> Type:
    """The type of a constant."""
    match value:
        case None:
            return NULL
        case bool():
            return TRUE if value else FALSE
        case int() | float():
            return NUMBER
        case str():
            return text_of(value)
        case list():
            kinds = [type_of(item) for item in value]
            kind = kinds[0] if kinds else ANY
            for other in kinds[1:]:
                kind = joined(kind, other)
            return replace(list_of(kind, nonempty=bool(value)), truth=bool(value))
        case _:
            members = {name: type_of(member) for name, member in value.items()}
            return replace(object_of("object", members), truth=bool(value))
