"""Documents as the types promise them, for hypothesis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies

from auditor.expression.types import Type

Strategy = strategies.SearchStrategy[Any]

TEXTS = ("", "x", "CHG-1", "a test", "3", "arn:aws:kms:us-east-1:111122223333:key/a", "\N{SNOWMAN}")
MOMENTS = (
    "2026-11-23T00:00:00.000Z",
    "2026-11-22T00:00:00.001Z",
    "2026-10-24T00:00:00.000Z",
    "2027-01-01T00:00:00.000Z",
    "1999-12-31T23:59:59.999Z",
)
KEYS = ("Owner", "DataClassification", "cost-center", "Temporary")
LONGEST = 2

_PLAIN: Mapping[str, Strategy] = {
    "boolean": strategies.booleans(),
    "number": strategies.integers(0, 9) | strategies.sampled_from((0.25, 86400.0)),
    "string": strategies.sampled_from(TEXTS),
    "timestamp": strategies.sampled_from(MOMENTS),
}


def values(kind: Type) -> Strategy:
    """Every value that a type promises; what may be absent is null now and then."""
    return strategies.none() | present(kind) if kind.nullable else present(kind)


def present(kind: Type) -> Strategy:
    """Values of a type, null left aside."""
    if kind.declared is not None:
        return strategies.sampled_from(sorted(kind.declared))
    if kind.base == "object":
        return _objects(kind)
    if kind.item is None:
        return _PLAIN[kind.base]
    if kind.base == "map":
        return strategies.dictionaries(strategies.sampled_from(KEYS), values(kind.item))
    return strategies.lists(values(kind.item), min_size=int(kind.nonempty), max_size=LONGEST)


def _objects(kind: Type) -> Strategy:
    """Objects in which what may be absent is left out now and then."""
    members = {name: values(member) for name, member in kind.fields.items()}
    there = {name for name, member in kind.fields.items() if not member.nullable}
    return strategies.fixed_dictionaries(
        {name: members[name] for name in there},
        optional={name: members[name] for name in members.keys() - there},
    )
