"""The static side of the functions: what a call gives, from the types of what it is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from types import MappingProxyType

from msgspec.structs import replace

from auditor.expression.types import (
    ANY,
    BOOLEAN,
    DURATION,
    NUMBER,
    NUMBERS,
    STRING,
    TEXTS,
    TIMESTAMP,
    Type,
    enum_of,
    joined,
    list_of,
    map_of,
    object_of,
)

Result = Callable[[Sequence[Type]], Type]

_RUNTIME: Mapping[str, frozenset[str]] = {
    "number": NUMBERS,
    "string": TEXTS,
    "array": frozenset({"list"}),
    "object": frozenset({"object", "map"}),
    "boolean": frozenset({"boolean"}),
    "expref": frozenset({"expref"}),
}


def takes(types: str, given: Type) -> bool:
    """Whether an argument written as in `Function.arguments` can take a value, null left aside."""
    kinds = types.split("|")
    if given.base == "any" and not given.options:
        return True
    return all(any(_takes(kind, each) for kind in kinds) for each in given.options or (given,))


def takes_null(types: str) -> bool:
    """Whether an argument can take null."""
    return "any" in types.split("|")


def _takes(kind: str, given: Type) -> bool:
    base, _, element = kind.partition("-")
    if base == "any":
        return given.base != "expref"
    if given.base not in _RUNTIME[base]:
        return False
    item = given.item
    if not element or item is None or (item.base == "any" and not item.options):
        return True
    return item.base in _RUNTIME[element] and not item.nullable


def words(types: str) -> str:
    """An argument's types for a message: ``a list of numbers or a string``."""
    names = {
        "any": "anything",
        "array": "a list",
        "array-number": "a list of numbers",
        "array-string": "a list of strings",
        "boolean": "a boolean",
        "expref": "an expression (&…)",
        "number": "a number",
        "object": "an object",
        "string": "a string",
    }
    return " or ".join(names[kind] for kind in types.split("|"))


def _item(given: Type) -> Type:
    return given.item or ANY


def _same(given: Sequence[Type]) -> Type:
    """The same in another order or size: what is known of single words and places is not."""
    kind = given[0]
    if kind.options:
        return replace(kind, options=tuple(_same([option]) for option in kind.options))
    if kind.base not in ("list", *NUMBERS):
        return replace(STRING if kind.base in TEXTS else ANY, nonempty=kind.nonempty)
    return replace(kind, literal=False, indexed=MappingProxyType({}))


def _total(given: Sequence[Type]) -> Type:
    item = _item(given[0])
    return replace(item, nullable=False, nonempty=item.nonempty and given[0].nonempty)


def _element(given: Sequence[Type]) -> Type:
    return _item(given[0]).optional(yes=not given[0].nonempty)


def _first_present(given: Sequence[Type]) -> Type:
    kind = given[0]
    for other in given[1:]:
        kind = joined(kind, other)
    return replace(kind, nullable=all(each.nullable for each in given), truth=None)


def values_of(given: Sequence[Type]) -> Type:
    """The list of the values of a map or an object."""
    kind = given[0]
    if kind.base == "map":
        return list_of(_item(kind), nonempty=kind.nonempty)
    members = [member.present() for member in kind.fields.values()]
    return list_of(reduce(joined, members) if members else ANY, nonempty=kind.nonempty)


def _merged(given: Sequence[Type]) -> Type:
    """One object of several: what a later one certainly has hides what an earlier one has."""
    return reduce(_laid_over, given)


def _laid_over(left: Type, right: Type) -> Type:
    if not {left.base, right.base} <= {"object", "map"}:
        return ANY
    fields = {**left.fields, **right.fields}
    if left.base == right.base == "object":
        for name in left.fields.keys() & right.fields.keys():
            if right.fields[name].nullable:
                fields[name] = joined(left.fields[name], right.fields[name])
        return object_of("object", fields)
    if right.base == "map":
        free = right.item or ANY
        fields = {name: joined(kind, free) for name, kind in left.fields.items()}
    item = joined(left, right).item
    return replace(map_of(item or ANY), fields=MappingProxyType(fields))


def _keys(given: Sequence[Type]) -> Type:
    kind = given[0]
    names = frozenset(kind.fields) if kind.base == "object" else frozenset()
    return list_of(enum_of(names) if names else STRING, nonempty=kind.nonempty)


_NAMES = {
    **dict.fromkeys(TEXTS, "string"),
    **dict.fromkeys(NUMBERS, "number"),
    **dict.fromkeys(("object", "map"), "object"),
    "boolean": "boolean",
    "list": "array",
    "null": "null",
}
"""What `type` calls the values of a base."""


def _type_name(given: Sequence[Type]) -> Type:
    kind = given[0]
    every = enum_of(frozenset(_NAMES.values()))
    names = {_NAMES.get(each.base) for each in kind.options or (kind,)}
    if kind.nullable:
        names.add("null")
    certain = frozenset(name for name in names if name is not None)
    return replace(every, values=certain, closed=True) if None not in names else every


def _counts(given: Sequence[Type]) -> Type:
    """Numbers by key; where the keys are the words of an enum, those are its members."""
    words = _item(given[1]).declared
    if words is None:
        return replace(map_of(NUMBER), nonempty=given[0].nonempty)
    members = {word: NUMBER.optional() for word in words}
    return replace(object_of("counts", members), nonempty=given[0].nonempty)


def _always(kind: Type) -> Result:
    return lambda _given: kind


_PART = STRING.optional()

RESULTS: Mapping[str, Result] = {
    "abs": _same,
    "age": _always(DURATION),
    "all": _always(BOOLEAN),
    "any": _always(BOOLEAN),
    "arn_account": _always(_PART),
    "arn_region": _always(_PART),
    "avg": lambda given: _item(given[0]).optional(yes=not given[0].nonempty),
    "ceil": _same,
    "contains": _always(BOOLEAN),
    "count_by": _counts,
    "duration": _always(DURATION),
    "ends_with": _always(BOOLEAN),
    "floor": _same,
    "join": _always(STRING),
    "keys": _keys,
    "length": lambda given: replace(NUMBER, nonempty=given[0].nonempty),
    "map": lambda given: list_of(given[0].item or ANY),
    "matches": _always(BOOLEAN),
    "max": _element,
    "max_by": _element,
    "merge": _merged,
    "min": _element,
    "min_by": _element,
    "not_null": _first_present,
    "now": _always(TIMESTAMP),
    "param": _always(ANY),
    "reverse": _same,
    "sort": _same,
    "sort_by": _same,
    "starts_with": _always(BOOLEAN),
    "sum": _total,
    "to_array": lambda given: given[0] if given[0].base == "list" else list_of(given[0]),
    "to_number": _always(NUMBER.optional()),
    "to_string": _always(STRING),
    "type": _type_name,
    "unique": _same,
    "values": values_of,
}
"""What each function gives. For `map` the first type is the reference, whose item is its result."""
