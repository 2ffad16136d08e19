"""From what AWS sent to a `Row`: checked against the service model, in its one form.

A row has the wire's own members. Timestamps are in their canonical form, members that are null
are left out, and a base version has no ``versionIdentifier``. Members and statuses that the
installed service model does not know are kept and noted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast

from auditor import service, timestamps
from auditor.kinds import VERSION, WITHHELD
from auditor.model import BASE, Row
from auditor.source.form import NO_IDENTIFIER, all_recognised, recogniser, statuses

SUMMARY = "TrainedModelSummary"

# NOTE: a member of these names that AWS adds some day would be taken for our own.
_OURS = frozenset({"details", *VERSION.computed})

Noted = dict[tuple[str, str], int]
"""How often each unknown ("field" or "status", name) was seen."""


class RowFault(ValueError):
    """A row is not what the service model says; the text names the member, never its value."""

    code = "MalformedRow"


class ForeignRow(RowFault):
    """A row belongs to another model or membership than was asked for."""

    code = "ForeignRow"


def identity(row: Row) -> str:
    """What tells a version from the others of its model: its identifier, `BASE` for none."""
    identifier: str = row.get("versionIdentifier", BASE)
    return identifier


def are_clean(raws: Sequence[object]) -> bool:
    """Whether every row of a list already has its one form, so that `cleaned` changes none."""
    return all_recognised(SUMMARY, raws)


def cleaned(raw: object, noted: Noted, shape: str = SUMMARY) -> Row:
    """A row in its one form; raises RowFault where a member is missing or of the wrong type.

    Members whose values may be secrets (`WITHHELD`) are dropped, at any depth. What already has
    its one form is given back itself.
    """
    if recogniser(shape)(raw):
        return cast("Row", raw)
    try:
        row: Row = _value(shape, raw, "", noted)
    except RecursionError as error:
        raise RowFault("the row is nested too deeply") from error
    if row.get("versionIdentifier") == BASE:
        raise RowFault(f"versionIdentifier is the word {BASE}, which means no identifier here")
    return row


def _value(shape: str, value: object, path: str, noted: Noted) -> Any:
    """A value in its one form, by the shape that the service model gives it."""
    model = service.shape(shape)
    if shape == "TrainedModelStatus" and isinstance(value, str) and value not in statuses():
        _note(noted, "status", value)
    return _READERS.get(model["type"], _scalar)(model, value, path, noted)


def _structure(model: Mapping[str, Any], value: object, path: str, noted: Noted) -> Any:
    if not isinstance(value, dict):
        raise _wrong(path, "an object", value)
    prefix = f"{path}." if path else ""
    members = model["members"]
    kept = {}
    for name, member in value.items():
        if member is None or (name == "versionIdentifier" and _is_base(member)):
            continue
        if name not in members:
            _note(noted, "field", prefix + name)
        if name in WITHHELD or (not path and name in _OURS):
            continue
        if name in members:
            kept[name] = _value(members[name]["shape"], member, prefix + name, noted)
        else:
            kept[name] = _scrubbed(member)
    for name in model.get("required", ()):
        if name not in kept and name not in WITHHELD:
            raise RowFault(f"{prefix}{name} is missing")
    return kept


def _list(model: Mapping[str, Any], value: object, path: str, noted: Noted) -> Any:
    if not isinstance(value, list):
        raise _wrong(path, "a list", value)
    shape = model["member"]["shape"]
    return [_value(shape, item, f"{path}[]", noted) for item in value]


def _map(model: Mapping[str, Any], value: object, path: str, noted: Noted) -> Any:
    if not isinstance(value, dict):
        raise _wrong(path, "an object", value)
    shape = model["value"]["shape"]
    return {
        name: _value(shape, member, f"{path}{{}}", noted)
        for name, member in value.items()
        if member is not None
    }


def _timestamp(_model: Mapping[str, Any], value: object, path: str, _noted: Noted) -> Any:
    try:
        if isinstance(value, str):
            return timestamps.canonical(value)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return timestamps.written(datetime.fromtimestamp(value, UTC))
    except (ValueError, OverflowError, OSError) as error:
        raise RowFault(f"{path} is no moment with a zone") from error
    raise _wrong(path, "a timestamp", value)


def _scalar(model: Mapping[str, Any], value: object, path: str, _noted: Noted) -> Any:
    types, word = _SCALARS[model["type"]]
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        raise _wrong(path, word, value)
    return value


def _scrubbed(value: Any) -> Any:
    """A value of unknown shape without nulls and without what may be a secret."""
    if isinstance(value, dict):
        return {
            name: _scrubbed(member)
            for name, member in value.items()
            if member is not None and name not in WITHHELD
        }
    return [_scrubbed(item) for item in value] if isinstance(value, list) else value


def _is_base(identifier: object) -> bool:
    return isinstance(identifier, str) and identifier in NO_IDENTIFIER


def _note(noted: Noted, what: str, name: str) -> None:
    noted[what, name] = noted.get((what, name), 0) + 1


def _wrong(path: str, expected: str, value: object) -> RowFault:
    return RowFault(f"{path or 'the row'} is not {expected} but {_word(value)}")


def _word(value: object) -> str:
    words = {dict: "an object", list: "a list", str: "a string", bool: "a boolean"}
    return words.get(type(value), "a number" if isinstance(value, (int, float)) else "null")


_READERS: Mapping[str, Callable[[Mapping[str, Any], object, str, Noted], Any]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "timestamp": _timestamp,
}

_SCALARS: Mapping[str, tuple[tuple[type, ...], str]] = {
    "string": ((str,), "a string"),
    "integer": ((int,), "an integer"),
    "long": ((int,), "an integer"),
    "float": ((int, float), "a number"),
    "double": ((int, float), "a number"),
    "boolean": ((bool,), "a boolean"),
    "blob": ((str,), "a string"),
}
