"""What an expression's value can be, known before anything is read.

A `Type` describes a value statically. ``timestamp`` and ``enum`` values are strings when the rule
runs and durations are numbers (seconds); telling them apart is what lets the checker refuse
``age(createTime) > `30```.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from functools import reduce
from types import MappingProxyType
from typing import Any

from msgspec.structs import replace

from auditor.expression.alike import Alike

_NO_FIELDS: Mapping[str, Type] = MappingProxyType({})
_NO_INDEXES: Mapping[int, Type] = MappingProxyType({})
_NO_WITHHELD: Mapping[str, str] = MappingProxyType({})
_NOTHING_PROVEN: Mapping[Hashable, Callable[[Type], Type]] = MappingProxyType({})


class Type(Alike, frozen=True, eq=False):
    """One of: any, null, boolean, number, duration, string, timestamp, list, map, object, expref.

    ``values`` are the strings that it can still be, ``declared`` those that its enum has at all;
    ``closed`` where AWS cannot add a string to ``values``. ``item`` is the element of a list or
    map, ``fields`` the members of an object called ``name``. ``nonempty`` is true of a number that
    is at least 1. ``truth`` is known where the value is always true or always false in a
    condition. ``proven`` says what a condition taught about expressions on this value that are
    more than a path. ``options`` are those of a mixture: a value of base any that is one of these.
    """

    beside = frozenset({"fields", "indexed", "withheld", "proven"})

    base: str
    nullable: bool = False
    values: frozenset[str] | None = None
    declared: frozenset[str] | None = None
    item: Type | None = None
    name: str = ""
    fields: Mapping[str, Type] = _NO_FIELDS
    indexed: Mapping[int, Type] = _NO_INDEXES
    nonempty: bool = False
    truth: bool | None = None
    literal: bool = False
    closed: bool = False
    options: tuple[Type, ...] = ()
    withheld: Mapping[str, str] = _NO_WITHHELD
    proven: Mapping[Hashable, Callable[[Type], Type]] = _NOTHING_PROVEN

    def optional(self, *, yes: bool = True) -> Type:
        """The same, but null as well where ``yes``."""
        if not yes or self.nullable or (self.base == "any" and not self.options):
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
        if self.options:
            return " or ".join(sorted(option.noun for option in self.options))
        if self.base not in ("list", "map") or item is None or not item.known:
            return self.name or self.base
        some = ", some of them null" if item.nullable else ""
        return f"{self.base} of {(item.name or item.base).removesuffix('s')}s{some}"

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
    return Type("string", values=frozenset({value}), literal=True, closed=True, truth=bool(value))


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
    if left is right:
        return left
    if left.base == "null" or right.base == "null":
        other = right if left.base == "null" else left
        return other.optional()
    if {left.base, right.base} == {"map", "object"}:
        return _joined_map(*((left, right) if left.base == "map" else (right, left)))
    if left.base != right.base or left.base == "any":
        return _mixture(left, right)
    same = left.base != "object" or left.name == right.name
    return replace(
        left,
        nullable=left.nullable or right.nullable,
        values=left.values | right.values if left.values and right.values else None,
        declared=left.declared if left.declared == right.declared else None,
        item=_joined_items(left, right),
        name=left.name if same else "object",
        fields=_joined_fields(left, right),
        nonempty=left.nonempty and right.nonempty,
        literal=left.literal and right.literal,
        closed=left.closed and right.closed,
        truth=left.truth if left.truth == right.truth else None,
        indexed=_NO_INDEXES,
        proven={node: each for node, each in left.proven.items() if right.proven.get(node) == each},
    )


def _mixture(left: Type, right: Type) -> Type:
    """Values of several bases: one option for each."""
    nullable = left.nullable or right.nullable
    both = {left.base, right.base}
    if both <= TEXTS or both <= NUMBERS:
        return Type("string" if both <= TEXTS else "number", nullable=nullable)
    by_base: dict[str, Type] = {}
    for option in (*(left.options or (left,)), *(right.options or (right,))):
        if not option.known:
            return ANY
        before = by_base.get(option.base, option)
        by_base[option.base] = joined(before, option).present()
    return replace(ANY, nullable=nullable, options=tuple(by_base.values()))


def _joined_map(some: Type, members: Type) -> Type:
    """A map, or an object that was written beside it: ``tags || `{}` ``."""
    item = some.item or ANY
    for member in members.fields.values():
        item = joined(item, member)
    return replace(map_of(item), nullable=some.nullable or members.nullable)


def _joined_items(left: Type, right: Type) -> Type | None:
    if left.item is None or right.item is None:
        return left.item or right.item
    return joined(left.item, right.item)


def _joined_fields(left: Type, right: Type) -> Mapping[str, Type]:
    """The members of either; one that only one of two objects has may be absent.

    The members that a map is known to have are those that both are known to have.
    """
    if left.fields is right.fields:
        return left.fields
    shared = {n: joined(f, right.fields[n]) for n, f in left.fields.items() if n in right.fields}
    if left.base != "object":
        return MappingProxyType(shared)
    alone = {n: f.optional() for n, f in {**left.fields, **right.fields}.items()}
    return MappingProxyType({**alone, **shared})


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
            item = reduce(joined, kinds) if kinds else None
            return Type("list", item=item, nonempty=bool(value), truth=bool(value))
        case _:
            members = {name: type_of(member) for name, member in value.items()}
            return replace(object_of("object", members), truth=bool(value))
