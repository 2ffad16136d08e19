"""Whether what AWS sent already has its one form, so that nothing of it has to be changed.

Nearly every row has. What this module cannot recognise at a glance, right or wrong, is left to
`auditor.source.rows`, which walks through it member by member: a doubt costs time and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from itertools import chain
from typing import Any

from auditor import service, timestamps
from auditor.kinds import WITHHELD
from auditor.model import BASE

NO_IDENTIFIER = frozenset({"", "NULL", "null"})
"""What stands on the wire for the identifier of a base version, beside null and nothing."""

Recogniser = Callable[[Any], bool]
Column = tuple[Any, ...]
ColumnRecogniser = Callable[[Column], bool]

_TYPES = {
    "string": (str,),
    "timestamp": (str,),
    "blob": (str,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "boolean": (bool,),
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
}
_MARKED = NO_IDENTIFIER | {BASE}
_REMEMBERED = 1000


@cache
def recogniser(shape: str) -> Recogniser:
    """A function that is true of a structure's values that have their one form."""
    return _structure(shape).recognises


def all_recognised(shape: str, values: Sequence[Any]) -> bool:
    """Whether each of a structure's values has its one form; at once, which is much quicker."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for value in values:
        if value.__class__ is not dict:
            return False
        alike.setdefault(tuple(value), []).append(value)
    structure = _structure(shape)
    return all(structure.recognises_alike(*each) for each in alike.items())


@cache
def _structure(shape: str) -> _Structure:
    return _Structure(service.shape(shape))


@cache
def statuses() -> frozenset[str]:
    """Every status that the installed service model knows."""
    return frozenset(service.statuses())


def is_timestamp(text: str) -> bool:
    """Whether a text is a moment as in ``2026-11-23T07:00:00.000Z``."""
    return timestamps.are_moments((text,))


class _Structure:
    """The recogniser of one structure.

    Rows of one list have few different sets of members, so what is to be looked at is worked out
    once for each set and its types.
    """

    def __init__(self, model: Mapping[str, Any]) -> None:
        self._members: Mapping[str, Mapping[str, Any]] = model["members"]
        self._required = frozenset(model.get("required", ())) - WITHHELD.keys()
        self._looks: dict[tuple[object, ...], tuple[tuple[str, Recogniser], ...]] = {}
        self._columns: dict[tuple[str, ...], tuple[ColumnRecogniser, ...] | None] = {}

    def recognises(self, value: Any) -> bool:
        """Whether a value has its one form."""
        if value.__class__ is not dict:
            return False
        outline = (*value, *map(type, value.values()))
        looks = self._looks.get(outline)
        if looks is None:
            if not self._fits(value):
                return False
            looks = tuple(self._look(value))
            if len(self._looks) < _REMEMBERED:
                self._looks[outline] = looks
        for name, recognised in looks:  # noqa: SIM110  # the generator would cost as much again
            if not recognised(value[name]):
                return False
        return True

    def recognises_alike(self, names: tuple[str, ...], values: Sequence[dict[str, Any]]) -> bool:
        """The same of values that all have these members, in this order: column by column."""
        if names not in self._columns:
            if len(self._columns) == _REMEMBERED:
                return False
            self._columns[names] = self._columns_of(names)
        columns = self._columns[names]
        return columns is not None and all(
            recognised(column)
            for recognised, column in zip(
                columns, zip(*map(dict.values, values), strict=True), strict=True
            )
        )

    def _columns_of(self, names: tuple[str, ...]) -> tuple[ColumnRecogniser, ...] | None:
        """What recognises each column; None where no value with these members has its form."""
        if not self._required <= set(names) or not set(names) <= self._members.keys() - WITHHELD:
            return None
        return tuple(_column(name, self._members[name]["shape"]) for name in names)

    def _fits(self, value: Mapping[str, Any]) -> bool:
        """Whether the members are known ones of the right types, and all that must be there."""
        return self._required <= value.keys() and all(
            name in self._members
            and name not in WITHHELD
            and type(member) in _TYPES.get(service.shape(self._members[name]["shape"])["type"], ())
            for name, member in value.items()
        )

    def _look(self, names: Mapping[str, Any]) -> list[tuple[str, Recogniser]]:
        """The members of which the type does not say everything."""
        looks: list[tuple[str, Recogniser]] = []
        for name in names:
            if name == "versionIdentifier":
                looks.append((name, _is_identifier))
            elif (recognised := _of(self._members[name]["shape"])) is not None:
                looks.append((name, recognised))
        return looks


def _is_identifier(text: str) -> bool:
    return text not in _MARKED


def _column(name: str, shape: str) -> ColumnRecogniser:
    """What recognises the values of a member, many of them at once."""
    # `PlainRows` are those that were recognised, and hold none.
    types = frozenset(_TYPES.get(service.shape(shape)["type"], ())) - {float}
    inner = _is_identifiers if name == "versionIdentifier" else _of_column(shape)

    def recognised(column: Column) -> bool:
        return types.issuperset(map(type, column)) and (inner is None or inner(column))

    return recognised


def _of_column(shape: str) -> ColumnRecogniser | None:
    """What recognises many values of the right type; None where the type is all there is to see."""
    if shape == "TrainedModelStatus":
        return statuses().issuperset
    model = service.shape(shape)
    match model["type"]:
        case "timestamp":
            return timestamps.are_moments
        case "structure":
            return partial(all_recognised, shape)
        case "list":
            return partial(_lists, _column("", model["member"]["shape"]))
    one = _of(shape)
    return None if one is None else lambda column: all(map(one, column))


def _lists(items: ColumnRecogniser, column: Column) -> bool:
    """Whether the items of all of these lists have their one form."""
    return items(tuple(chain.from_iterable(column)))


def _is_identifiers(column: Column) -> bool:
    return _MARKED.isdisjoint(column)


@cache
def _of(shape: str) -> Recogniser | None:
    """What recognises a value of the right type; None where the type is all there is to see."""
    if shape == "TrainedModelStatus":
        return statuses().__contains__
    model = service.shape(shape)
    match model["type"]:
        case "timestamp":
            return is_timestamp
        case "structure":
            return recogniser(shape)
        case "list":
            return _of_all(model["member"]["shape"])
        case "map":
            return _of_texts if _is_text(model["value"]["shape"]) else _none
    return None


def _of_all(shape: str) -> Recogniser:
    """True of lists whose items all have their one form."""
    inner, types = _of(shape), frozenset(_TYPES.get(service.shape(shape)["type"], ()))

    def recognised(items: list[Any]) -> bool:
        return types.issuperset(map(type, items)) and (inner is None or all(map(inner, items)))

    return recognised


def _of_texts(values: Mapping[str, Any]) -> bool:
    return all(value.__class__ is str for value in values.values())


def _is_text(shape: str) -> bool:
    return bool(service.shape(shape)["type"] == "string") and shape != "TrainedModelStatus"


def _none(_value: object) -> bool:
    return False
