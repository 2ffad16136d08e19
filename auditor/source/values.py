"""Frozen values from the members of JSON objects, every member there and of the right type."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from functools import cache
from math import isfinite
from types import UnionType
from typing import Any, NoReturn, TypeVar, get_args, get_origin, get_type_hints

from msgspec import DecodeError, Struct
from msgspec.json import Decoder

Made = TypeVar("Made")

_QUICK = Decoder()


class ValueFault(ValueError):
    """JSON is not what it should be; the text says in which way, never a value."""


def decoded(text: bytes) -> dict[str, Any]:
    """The JSON object of a text, in UTF-8; raises ValueFault for anything else.

    A number that is not finite is refused: no JSON text could hold it again.
    """
    try:
        found = _QUICK.decode(text)
    except (DecodeError, UnicodeDecodeError, RecursionError):
        # It refuses texts that are JSON all the same: lone surrogates, a byte order mark.
        found = _slowly(text)
    if not isinstance(found, dict):
        raise ValueFault("it is some other JSON value")
    return found


def _slowly(text: bytes) -> Any:
    """What the standard library makes of a text, and the place of a mistake."""
    try:
        return json.loads(text, parse_constant=_no_number, parse_float=_finite)
    except json.JSONDecodeError as error:
        raise ValueFault(f"{error.msg} at character {error.pos} of {len(text)}") from error
    except (ValueError, RecursionError) as error:
        raise ValueFault(f"it cannot be decoded ({type(error).__name__})") from error


def made(cls: Callable[..., Made], members: Mapping[str, Any]) -> Made:
    """A frozen value from exactly its own members; raises ValueFault."""
    hints = _hints(cls)
    odd = hints.keys() ^ members.keys()
    if odd:
        raise ValueFault(
            f"it has not the members of {getattr(cls, '__name__', cls)}: {', '.join(sorted(odd))}"
        )
    return cls(**{name: _typed(hint, members[name], name) for name, hint in hints.items()})


@cache
def _hints(cls: Callable[..., object]) -> dict[str, Any]:
    hints = get_type_hints(cls)
    return {name: hints[name] for name in cls.__struct_fields__}  # type: ignore[attr-defined]


def _typed(hint: Any, value: Any, name: str) -> Any:
    """A value as a type hint of `auditor.model` asks for it."""
    if get_origin(hint) is UnionType:
        return None if value is None else _typed(get_args(hint)[0], value, name)
    if isinstance(value, list) and get_origin(hint) in (tuple, Sequence):
        return tuple(_typed(get_args(hint)[0], item, name) for item in value)
    if isinstance(value, dict):
        return _object(hint, value, name)
    if isinstance(hint, type) and issubclass(hint, Enum) and value in list(hint):
        return hint(value)
    if type(value) is not hint:
        raise ValueFault(f"its {name} is of another type")
    return value


def _object(hint: Any, value: dict[str, Any], name: str) -> Any:
    """A mapping, or the value that an object stands for."""
    if isinstance(hint, type) and issubclass(hint, Struct):
        return made(hint, value)
    if get_origin(hint) is not Mapping:
        raise ValueFault(f"its {name} is of another type")
    of_members = get_args(hint)[1]
    if of_members is Any:
        return value
    return {key: _typed(of_members, item, f"{name}.{key}") for key, item in value.items()}


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)


def _finite(text: str) -> float:
    number = float(text)
    return number if isfinite(number) else _no_number(text)
