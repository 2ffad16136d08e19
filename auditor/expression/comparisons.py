"""What may be compared with what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from auditor.expression.narrow import SWAPPED
from auditor.expression.nearest import suggestion
from auditor.expression.nodes import OPERATORS, Call, Compare, Literal, MultiList, Node
from auditor.expression.types import ANY, BOOLEAN, FALSE, NUMBERS, TEXTS, TRUE, Type, with_article
from auditor.timestamps import canonical

if TYPE_CHECKING:
    from auditor.expression.check import Checker

FORM = "2026-11-23T07:00:00.000Z"


def compare(checker: Checker, node: Compare, left: Type, right: Type) -> Type:
    """The type of a comparison; flaws go to the checker."""
    if not left.known or not right.known:
        return _of_anything(checker, node, left, right)
    refused = (
        _mixed(checker, node, left, right)
        or _bad_timestamp(checker, node, left, right)
        or _constant(checker, node)
    )
    if refused:
        return ANY
    if node.operator in ("eq", "ne"):
        return _equality(checker, node, left, right)
    return _ordering(checker, node, left, right)


def _of_anything(checker: Checker, node: Compare, left: Type, right: Type) -> Type:
    """A comparison of what can be of several types, or of any."""
    if node.operator not in ("eq", "ne"):
        for side, kind in ((node.left, left), (node.right, right)):
            if kind.options:
                message = f"this can be {kind.spoken()}, and those have no order among them"
                return checker.flaw(side, "unordered", message, "give it one type on both sides")
    elif all(kind.known or kind.options for kind in (left, right)):
        decides = node.operator == "ne" or checker.negated
        return ANY if decides and _refuse_absent(checker, node, left, right) else BOOLEAN
    return BOOLEAN


def _mixed(checker: Checker, node: Compare, left: Type, right: Type) -> Type | None:
    """Lengths of time and bare numbers, moments and everything else."""
    bases = {left.base, right.base}
    sign = OPERATORS[node.operator]
    if bases == {"duration", "number"}:
        hint = "compare with duration('30d')"
        return checker.flaw(node, "duration-with-number", f"a duration {sign} a bare number", hint)
    if "timestamp" in bases and bases & {"duration", "number"}:
        hint = "write age(…) for the time that passed since a timestamp"
        other = with_article((bases - {"timestamp"}).pop())
        message = f"a timestamp {sign} {other} compares nothing"
        code = "never-equal" if node.operator in ("eq", "ne") else "unordered"
        return checker.flaw(node, code, message, hint)
    return None


def _constant(checker: Checker, node: Compare) -> Type | None:
    """Two sides that are the same, and lengths against numbers that no length is below."""
    truth = node.operator in ("eq", "lte", "gte") if node.left == node.right else None
    message = "both sides are the same"
    for side, other, at_least, below in (
        (node.left, node.right, "gte", "lt"),
        (node.right, node.left, "lte", "gt"),
    ):
        counted = isinstance(side, Call) and side.name == "length"
        if counted and isinstance(other, Literal) and other.value == 0:
            truth = {at_least: True, below: False}.get(node.operator, truth)
            message = "no length is below 0"
    if truth is None:
        return None
    code = "always-true" if truth else "always-false"
    return checker.flaw(node, code, f"{message}, so this is always {str(truth).lower()}")


def _bad_timestamp(checker: Checker, node: Compare, left: Type, right: Type) -> Type | None:
    """NOTE: moments are ordered as text, which is only right if both have the one form."""
    for side, kind, other in ((node.left, left, right), (node.right, right, left)):
        if other.base != "timestamp" or kind.base != "string" or not kind.literal:
            continue
        for text in sorted(kind.values or ()):
            form = _canonical(text)
            if form != text:
                hint = f"write it as '{form or FORM}'"
                message = "this text is not a timestamp in the form that AWS's are given in"
                return checker.flaw(side, "timestamp-literal", message, hint)
    return None


def _canonical(text: str) -> str | None:
    try:
        return canonical(text)
    except ValueError:
        return None


def _equality(checker: Checker, node: Compare, left: Type, right: Type) -> Type:
    always = replace(FALSE if node.operator == "eq" else TRUE)
    if "null" in (left.base, right.base):
        other = right if left.base == "null" else left
        if other.nullable:
            return BOOLEAN
        return checker.flaw(node, "never-equal", f"this {other.noun} is never null")
    if not _same_sort(left, right):
        message = f"{left.spoken()} never equals {right.spoken()}"
        return checker.flaw(node, "never-equal", message, _quoting_hint(left, right))
    if unknown_word(checker, node.left, left, right) or unknown_word(
        checker, node.right, right, left
    ):
        return ANY
    if node.operator == "ne" and _refuse_absent(checker, node, left, right):
        return ANY
    if node.operator == "eq" and checker.negated and _refuse_absent(checker, node, left, right):
        return ANY
    if left.values and right.values and not left.values & right.values:
        return always
    if certain := _of_count(node, left, right):
        return certain
    single = left.values == right.values and left.values is not None and len(left.values) == 1
    closed = left.closed and right.closed
    if single and closed and not left.nullable and not right.nullable:
        return TRUE if node.operator == "eq" else FALSE
    return BOOLEAN


def _same_sort(left: Type, right: Type) -> bool:
    bases = {left.base, right.base}
    return len(bases) == 1 or bases <= TEXTS or bases <= NUMBERS or bases <= {"object", "map"}


def _quoting_hint(left: Type, right: Type) -> str:
    if {left.base, right.base} == {"number", "string"}:
        return "text stands in single quotes, numbers in backticks"
    if {left.base, right.base} == {"duration", "string"}:
        return "write duration('30d')"
    return ""


def unknown_word(checker: Checker, side: Node, written: Type, other: Type) -> bool:
    """Refuses a literal that is no word of the enum on the other side; whether it did."""
    if not written.literal or written.values is None or other.declared is None:
        return False
    unknown = sorted(written.values - other.declared)
    for word in unknown:
        hint = suggestion(word, other.declared)
        message = f"'{word}' is none of the values that this can have"
        checker.flaw(_place_of(word, side), "unknown-enum-value", message, hint)
    return bool(unknown)


def _place_of(word: str, side: Node) -> Node:
    """The element of a written list that is a word; the whole where it cannot be told."""
    items = side.items if isinstance(side, MultiList) else ()
    return next((i for i in items if isinstance(i, Literal) and i.value == word), side)


def _refuse_absent(checker: Checker, node: Compare, left: Type, right: Type) -> bool:
    for side, kind, other in ((node.left, left, right), (node.right, right, left)):
        if kind.nullable and not other.nullable:
            hint = "say what absence means: `x && x != …`, `!x || x != …`, or use == instead"
            message = f"this {kind.noun} may be absent, and the comparison is then true by accident"
            checker.flaw(side, "null-decides", message, hint)
            return True
    return False


def _ordering(checker: Checker, node: Compare, left: Type, right: Type) -> Type:
    sides = ((node.left, left), (node.right, right))
    bases = {left.base, right.base}
    if not (bases <= TEXTS or bases in ({"number"}, {"duration"})):
        message = f"{left.spoken()} and {right.spoken()} have no order"
        return checker.flaw(node, "unordered", message, _quoting_hint(left, right))
    for side, kind in sides:
        if kind.nullable:
            hint = "test it first: `x && x > …`, or `!x || x > …`"
            message = f"this {kind.noun} may be absent; null has no order, so this would be null"
            return checker.flaw(side, "nullable-ordering", message, hint)
    return _of_count(node, left, right) or BOOLEAN


def _of_count(node: Compare, left: Type, right: Type) -> Type | None:
    """Certain where a length that is at least 1 is compared with something below."""
    for operator, kind, other in (
        (node.operator, left, node.right),
        (SWAPPED[node.operator], right, node.left),
    ):
        number = other.value if isinstance(other, Literal) else None
        if kind.base != "number" or not kind.nonempty or not isinstance(number, (int, float)):
            continue
        if number < 1 or (number == 1 and operator in ("gte", "lt")):
            return TRUE if operator in ("gt", "gte", "ne") else FALSE
    return None
