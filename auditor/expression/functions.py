"""The functions of the language: one row each, with its types and what it does.

JMESPath's own 26 and the dialect's ten. All are total on the types that they take: what they
cannot take raises `EvaluationError`, which makes the rule's outcome unknown.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from msgspec import Struct

from auditor.expression.values import EvaluationError, Expref, equal, is_true, known, type_name
from auditor.timestamps import seconds

Value = Any


class Function(Struct, frozen=True):
    """A function: what each argument may be, and the code.

    An argument is written as JMESPath types joined by ``|``: ``array-number`` is a list of
    numbers, ``any`` takes null too. The last one repeats if ``variadic``. ``constant`` names the
    arguments that must be written as literals. What a call gives stands in signatures.py.
    """

    arguments: tuple[str, ...]
    code: Callable[..., Value]
    variadic: bool = False
    constant: tuple[int, ...] = ()


def _sum(numbers: list[float]) -> float:
    return sum(numbers)


def _avg(numbers: list[float]) -> float | None:
    return sum(numbers) / len(numbers) if numbers else None


def _contains(subject: list[Value] | str, search: Value) -> bool:
    if subject.__class__ is str:
        if search.__class__ is not str:
            raise EvaluationError(
                "invalid-type", f"contains() looks for {type_name(search)} in a string"
            )
        return search in subject
    if search.__class__ in (dict, list):
        return known(search) in known(subject)
    return search in subject


def _join(glue: str, words: list[str]) -> str:
    return glue.join(words)


def _map(body: Expref, items: list[Value]) -> list[Value]:
    return [body.body(item) for item in items]


def _max(items: list[Any]) -> Value:
    return max(items) if items else None


def _min(items: list[Any]) -> Value:
    return min(items) if items else None


def _merge(*objects: dict[str, Value]) -> dict[str, Value]:
    merged: dict[str, Value] = {}
    for each in objects:
        merged.update(each)
    return merged


def _not_null(*values: Value) -> Value:
    return next((value for value in values if value is not None), None)


def _reverse(value: Any) -> Value:
    return value[::-1]


def _to_array(value: Value) -> list[Value]:
    return value if value.__class__ is list else [value]


def _to_number(value: Value) -> Value:
    if type_name(value) == "number":
        return value
    if value.__class__ is Expref:
        raise EvaluationError("invalid-type", "to_number() cannot read an expression")
    if value.__class__ is not str:
        return None
    for read in (int, float):
        try:
            return read(value)
        except ValueError:
            continue
    return None


def _to_string(value: Value) -> str:
    if value.__class__ is str:
        return str(value)
    return json.dumps(known(value), separators=(",", ":"), default=_unwritable)


def _unwritable(value: Value) -> Value:
    """NOTE: the package writes the address in memory of an ``&expression``."""
    raise EvaluationError("invalid-type", f"to_string() cannot write {type_name(value)}")


def _values(members: dict[str, Value]) -> list[Value]:
    return list(known(members).values())


def _type(value: Value) -> str | None:
    name = type_name(value)
    return None if name in ("expref", "unknown") else name


def _keyed(name: str, items: list[Value], body: Expref, allowed: tuple[str, ...]) -> list[Any]:
    keys = []
    for item in items:
        key = body.body(item)
        if type_name(key) not in allowed:
            raise EvaluationError("invalid-type", f"{name}() was given the key {type_name(key)}")
        keys.append(key)
    return keys


def _ordered_keys(name: str, items: list[Value], body: Expref) -> list[Any]:
    keys = _keyed(name, items, body, ("number", "string"))
    if len({type_name(key) for key in keys}) > 1:
        raise EvaluationError("invalid-type", f"{name}() was given keys of two types")
    return keys


def _sort_by(items: list[Value], body: Expref) -> list[Value]:
    keys = _ordered_keys("sort_by", items, body)
    return [items[at] for at in sorted(range(len(items)), key=keys.__getitem__)]


def _max_by(items: list[Value], body: Expref) -> Value:
    keys = _ordered_keys("max_by", items, body)
    return items[max(range(len(items)), key=keys.__getitem__)] if items else None


def _min_by(items: list[Value], body: Expref) -> Value:
    keys = _ordered_keys("min_by", items, body)
    return items[min(range(len(items)), key=keys.__getitem__)] if items else None


def _any(items: list[Value], body: Expref) -> bool:
    return any(is_true(body.body(item)) for item in items)


def _all(items: list[Value], body: Expref) -> bool:
    return all(is_true(body.body(item)) for item in items)


def _count_by(items: list[Value], body: Expref) -> dict[str, int]:
    counts: dict[str, int] = {}
    for key in _keyed("count_by", items, body, ("string",)):
        counts[key] = counts.get(key, 0) + 1
    return counts


def _unique(items: list[Value]) -> list[Value]:
    kept: list[Value] = []
    seen: set[tuple[type, Value]] = set()
    for item in items:
        if item is None or item.__class__ in (str, int, float, bool):
            key = (bool if item.__class__ is bool else str if item.__class__ is str else int, item)
            if key not in seen:
                seen.add(key)
                kept.append(item)
        elif not any(equal(known(item), other) for other in kept):
            kept.append(item)
    return kept


def _arn_part(number: int) -> Callable[[str], str | None]:
    def part(arn: str) -> str | None:
        parts = arn.split(":", 5)
        return parts[number] or None if len(parts) == 6 and parts[0] == "arn" else None  # noqa: PLR2004

    return part


def milliseconds(timestamp: str) -> int:
    """Whole milliseconds since 1970 of a timestamp; EvaluationError where it is none."""
    try:
        return round(seconds(timestamp) * 1000)
    except ValueError as error:
        raise EvaluationError(
            "invalid-value", "age() was given a string that is no timestamp"
        ) from error


@lru_cache(maxsize=256)
def pattern(regex: str) -> Any:
    """A compiled regular expression, in RE2: matching takes time linear in the text.

    Raises ValueError where it is none, or uses what RE2 leaves out (backreferences, look-around).
    """
    import re2  # noqa: PLC0415  # few rules have one, and importing it takes a while

    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        return re2.compile(regex, options)
    except re2.error as error:
        detail = error.args[0] if error.args else "invalid"
        text = detail.decode("utf-8", "replace") if isinstance(detail, bytes) else str(detail)
        raise ValueError(text) from error


def _matches(text: str, regex: str) -> bool:
    try:
        return pattern(regex).search(text.encode("utf-8", "replace")) is not None
    except ValueError as error:
        raise EvaluationError("invalid-value", "matches() was given an invalid pattern") from error


def _from_run(*_: Value) -> Value:
    raise AssertionError("bound to the run by emit.py")


FUNCTIONS: Mapping[str, Function] = {
    "abs": Function(("number",), abs),
    "avg": Function(("array-number",), _avg),
    "ceil": Function(("number",), math.ceil),
    "contains": Function(("array|string", "any"), _contains),
    "ends_with": Function(("string", "string"), str.endswith),
    "floor": Function(("number",), math.floor),
    "join": Function(("string", "array-string"), _join),
    "keys": Function(("object",), list),
    "length": Function(("string|array|object",), len),
    "map": Function(("expref", "array"), _map),
    "max": Function(("array-number|array-string",), _max),
    "max_by": Function(("array", "expref"), _max_by),
    "merge": Function(("object",), _merge, variadic=True),
    "min": Function(("array-number|array-string",), _min),
    "min_by": Function(("array", "expref"), _min_by),
    "not_null": Function(("any",), _not_null, variadic=True),
    "reverse": Function(("array|string",), _reverse),
    "sort": Function(("array-string|array-number",), sorted),
    "sort_by": Function(("array", "expref"), _sort_by),
    "starts_with": Function(("string", "string"), str.startswith),
    "sum": Function(("array-number",), _sum),
    "to_array": Function(("any",), _to_array),
    "to_number": Function(("any",), _to_number),
    "to_string": Function(("any",), _to_string),
    "type": Function(("any",), _type),
    "values": Function(("object",), _values),
    # The dialect's own.
    "age": Function(("string",), _from_run),
    "all": Function(("array", "expref"), _all),
    "any": Function(("array", "expref"), _any),
    "arn_account": Function(("string",), _arn_part(4)),
    "arn_region": Function(("string",), _arn_part(3)),
    "count_by": Function(("array", "expref"), _count_by),
    "duration": Function(("string",), _from_run, constant=(0,)),
    "matches": Function(("string", "string"), _matches),
    "now": Function((), _from_run),
    "param": Function(("string",), _from_run, constant=(0,)),
    "unique": Function(("array",), _unique),
}


def call(name: str, function: Function, arguments: tuple[Value, ...]) -> Value:
    """A function's value, after the same checks of number and types as JMESPath's own."""
    wanted = function.arguments
    if len(arguments) != len(wanted) and not (function.variadic and len(arguments) > len(wanted)):
        raise EvaluationError(
            "invalid-arity",
            f"{name}() takes {len(wanted)} arguments and was given {len(arguments)}",
        )
    for position, (value, types) in enumerate(zip(arguments, wanted, strict=False), start=1):
        if not accepts(types, value):
            raise EvaluationError(
                "invalid-type", f"{name}() was given {_given(value)} as argument {position}"
            )
    try:
        return function.code(*arguments)
    except (TypeError, ValueError, OverflowError, AttributeError) as error:
        raise EvaluationError(
            "invalid-type", f"{name}() cannot work on what it was given"
        ) from error


def _given(value: Value) -> str:
    if value.__class__ is list:
        return (
            f"an array of {' and '.join(sorted({type_name(item) for item in value})) or 'nothing'}"
        )
    return type_name(value)


def accepts(types: str, value: Value) -> bool:
    """Whether a value is of one of the types of `Function.arguments`."""
    return any(_is(kind, value) for kind in types.split("|"))


def _is(kind: str, value: Value) -> bool:
    if kind == "any":
        return True
    base, _, element = kind.partition("-")
    if type_name(value) != base:
        return False
    return not element or all(type_name(item) == element for item in value)
