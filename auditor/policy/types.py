"""The types of what rules see: AWS's shapes from botocore, ours from `auditor.kinds`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from msgspec.structs import replace

from auditor.expression.types import (
    ANY,
    BOOLEAN,
    DURATION,
    NUMBER,
    STRING,
    TIMESTAMP,
    Type,
    enum_of,
    list_of,
    map_of,
    object_of,
)
from auditor.kinds import KINDS, PARTS, WITHHELD, Kind
from auditor.service import shape, statuses

_SCALARS: Mapping[str, Type] = {
    "string": STRING,
    "boolean": BOOLEAN,
    "integer": NUMBER,
    "long": NUMBER,
    "float": NUMBER,
    "double": NUMBER,
    "number": NUMBER,
    "timestamp": TIMESTAMP,
    "duration": DURATION,
    "blob": STRING,
}

_PARAMS: Mapping[str, Type] = {**_SCALARS, "list": list_of(STRING)}


@cache
def document_type(kind: str) -> Type:
    """The type of the document of a kind, ``version`` or ``model``."""
    return _document(KINDS[kind])


def param_type(word: str) -> Type:
    """The type of a policy parameter declared as ``word``; anything for what is no such word."""
    return _PARAMS.get(word, ANY)


def _document(kind: Kind) -> Type:
    fields: dict[str, Type] = {}
    if kind.summary:
        fields |= _members(kind.summary)
    if kind.details:
        members = {
            name: each for name, each in _members(kind.details).items() if name not in WITHHELD
        }
        fields["details"] = object_of("details", members, WITHHELD)
    fields |= {name: _computed(word) for name, word in kind.computed.items()}
    return object_of(kind.name, fields)


def _members(name: str) -> dict[str, Type]:
    described = shape(name)
    required = described.get("required", ())
    return {
        member: _of_shape(reference["shape"]).optional(yes=member not in required)
        for member, reference in described["members"].items()
    }


def _of_shape(name: str) -> Type:
    described: Mapping[str, Any] = shape(name)
    match described["type"]:
        case "structure":
            return object_of(name, _members(name))
        case "list":
            # NOTE: a shape's `min` says what requests may hold, not that answers are never empty.
            return list_of(_of_shape(described["member"]["shape"]))
        case "map":
            return map_of(_of_shape(described["value"]["shape"]))
        case "string" if "enum" in described:
            return enum_of(frozenset(described["enum"]))
        case other:
            return _SCALARS.get(other, ANY)


def _computed(word: str) -> Type:
    if word.endswith("?"):
        return _computed(word[:-1]).optional()
    if word.startswith("["):
        return replace(list_of(_computed(word[1:-1])), nonempty=True)
    if word.startswith("@"):
        name = word[1:]
        if name in KINDS:
            return document_type(name)
        return object_of(name, {member: _computed(each) for member, each in PARTS[name].items()})
    if word == "status":
        return enum_of(frozenset(statuses()))
    return _SCALARS[word]
