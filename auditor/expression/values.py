"""How values behave when a rule runs: JMESPath's semantics, value by value.

Each function here is what one sign of the language does. Generated code calls them by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from auditor.model import Unavailable

Value = Any
Step = Callable[[Value], Value]


class EvaluationError(Exception):
    """An expression could not be evaluated on a document.

    ``kind`` is one of invalid-type, invalid-arity, invalid-value, unknown-function. The text
    names types, never values: it ends up in findings and logs.
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class NotRead(Exception):  # a state of the data, not a mistake
    """A value was needed that was not read; carries why."""

    def __init__(self, value: Unavailable) -> None:
        super().__init__(value.reason)
        self.value = value


class Expref:
    """An expression as a value: what ``&body`` gives."""

    __slots__ = ("body",)

    def __init__(self, body: Step) -> None:
        self.body = body


_NAMES: Mapping[type, str] = {
    bool: "boolean",
    int: "number",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
    type(None): "null",
    Expref: "expref",
}


def type_name(value: Value) -> str:
    """JMESPath's word for a value's type; ``unknown`` for what no document holds."""
    return _NAMES.get(type(value), "unknown")


def is_number(value: Value) -> bool:
    """Whether a value is a number; true and false are not."""
    return value.__class__ is int or value.__class__ is float


def is_false(value: Value) -> bool:
    """Whether a value counts as false: null, false, '', [] and {}. The number 0 is true."""
    if value is None or value is False:
        return True
    kind = value.__class__
    return (kind is str or kind is list or kind is dict) and not value


def is_true(value: Value) -> bool:
    """Whether a value counts as true."""
    return not is_false(value)


def field(value: Value, name: str) -> Value:
    """A member of an object; null for anything else. NotRead where it was not read."""
    if value.__class__ is not dict:
        return None
    found = value.get(name)
    if found.__class__ is Unavailable:
        raise NotRead(found)
    return found


def index(value: Value, number: int) -> Value:
    """An element of a list, counted from the end where negative; null outside it."""
    if value.__class__ is not list:
        return None
    return value[number] if -len(value) <= number < len(value) else None


def slice_of(value: Value, start: int | None, stop: int | None, step: int | None) -> Value:
    """A part of a list; null for anything else."""
    if value.__class__ is not list:
        return None
    if step == 0:
        raise EvaluationError("invalid-value", "a slice cannot have the step 0")
    return value[start:stop:step]


def flatten(value: Value) -> Value:
    """A list with the lists in it opened, one level; null for anything else."""
    if value.__class__ is not list:
        return None
    merged: list[Value] = []
    for element in value:
        if element.__class__ is list:
            merged.extend(element)
        else:
            merged.append(element)
    return merged


def project(value: Value, right: Step) -> Value:
    """What ``right`` makes of every element of a list, nulls dropped; null for anything else."""
    if value.__class__ is not list:
        return None
    return [made for element in value if (made := right(element)) is not None]


def project_values(value: Value, right: Step) -> Value:
    """What ``right`` makes of every value of an object, nulls dropped; null for anything else."""
    if value.__class__ is not dict:
        return None
    return [made for element in value.values() if (made := right(_read(element))) is not None]


def select(value: Value, condition: Step, right: Step | None) -> Value:
    """What ``right`` makes of the elements for which the condition holds, nulls dropped.

    The condition gives a Python truth value; without ``right`` the elements themselves are meant.
    """
    if value.__class__ is not list:
        return None
    if right is None:
        return [element for element in value if condition(element) and element is not None]
    return [
        made for element in value if condition(element) and (made := right(element)) is not None
    ]


def _read(value: Value) -> Value:
    if value.__class__ is Unavailable:
        raise NotRead(value)
    return value


def known(value: Value) -> Value:
    """The value itself, all of it read; NotRead where a part of it was not."""
    inner = value.values() if value.__class__ is dict else value if value.__class__ is list else ()
    for part in inner:
        known(part)
    return _read(value)


def equal(left: Value, right: Value) -> bool:
    """Whether two values are equal; true and false equal no number.

    NotRead where two lists or two objects are compared of which a part was not read.
    """
    if is_number(left) and left in (0, 1) and right.__class__ is bool:
        return False
    if is_number(right) and right in (0, 1) and left.__class__ is bool:
        return False
    if left.__class__ is right.__class__ and (left.__class__ is dict or left.__class__ is list):
        return bool(known(left) == known(right))
    return bool(left == right)


def _ordered(left: Value, right: Value) -> bool:
    """Whether two values have an order; False means that the comparison gives null."""
    texts = (left.__class__ is str) + (right.__class__ is str)
    if texts == 1 and (is_number(left) or is_number(right)):
        raise EvaluationError("invalid-type", "a number and a string have no order")
    return texts == 2 or (is_number(left) and is_number(right))  # noqa: PLR2004


def less(left: Value, right: Value) -> bool | None:
    """``left < right`` of two numbers or two strings, else null."""
    return left < right if _ordered(left, right) else None


def less_equal(left: Value, right: Value) -> bool | None:
    """``left <= right`` of two numbers or two strings, else null."""
    return left <= right if _ordered(left, right) else None


def greater(left: Value, right: Value) -> bool | None:
    """``left > right`` of two numbers or two strings, else null."""
    return left > right if _ordered(left, right) else None


def greater_equal(left: Value, right: Value) -> bool | None:
    """``left >= right`` of two numbers or two strings, else null."""
    return left >= right if _ordered(left, right) else None
