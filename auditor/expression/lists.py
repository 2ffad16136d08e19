"""What the list operations give: indexes, slices, projections, filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from auditor.expression.narrow import learn
from auditor.expression.nodes import (
    Current,
    Filter,
    Flatten,
    Index,
    Node,
    Projection,
    Slice,
    Values,
)
from auditor.expression.signatures import values_of
from auditor.expression.types import ANY, Type, list_of, truth_of, with_article

if TYPE_CHECKING:
    from auditor.expression.check import Checker

Operation = Index | Slice | Flatten | Projection | Filter | Values


def infer(checker: Checker, node: Operation, current: Type) -> Type:
    """The type of a list operation, or of one on the values of an object."""
    if checker.refuse_not(node, node.base, current):
        return ANY
    with checker.under(negated=False):
        base = checker.infer(node.base, current)
        wanted = ("object", "map") if isinstance(node, Values) else ("list",)
        if fitting := [each for each in base.options if each.base in wanted]:
            base = fitting[0].optional()
        if isinstance(node, Values):
            return _values(checker, node, base)
        if base.options or base.base not in ("list", "any", "null"):
            noun = with_article(base.noun if base.options else base.base)
            message = f"this is {noun}, not a list, so the result is always null"
            return checker.flaw(node.base, "not-a-list", message)
        return _step(checker, node, base, current).optional(yes=base.nullable)


def _each(checker: Checker, right: Node, item: Type) -> Type | None:
    """What is asked of each element; None where that is refused.

    NOTE: in ``versions[?…][0]`` the index is asked of each version, not of the list.
    """
    before = len(checker.flaws)
    made = checker.infer(right, item)
    for at, flaw in enumerate(checker.flaws[before:], start=before):
        if flaw.code == "not-a-list":
            hint = "a `|` before it asks it of the whole list"
            checker.flaws[at] = replace(flaw, hint=hint)
    return made if made.known or len(checker.flaws) == before else None


def _step(checker: Checker, node: Node, base: Type, current: Type) -> Type:
    item = base.item or ANY
    match node:
        case Index(number=number):
            certain = base.nonempty and number in (0, -1)
            return base.indexed.get(number, item.optional(yes=not certain))
        case Slice(step=0):
            message = "the step of a slice cannot be 0"
            return checker.flaw(node, "zero-step", message, "leave it out, or write -1 to go back")
        case Slice():
            return list_of(item)
        case Flatten() if item.base == "list":
            return list_of(item.item or ANY)
        case Flatten():
            return list_of(item, nonempty=base.nonempty)
        case Projection(right=right):
            made = _each(checker, right, item)
            if made is None:
                return ANY
            return list_of(made.present(), nonempty=base.nonempty and _certain(made))
        case Filter():
            return _filter(checker, node, item, current)
    raise AssertionError(node)


def _certain(kind: Type) -> bool:
    return kind.known and not kind.nullable


def _filter(checker: Checker, node: Filter, item: Type, current: Type) -> Type:
    before = len(checker.flaws)
    truth = truth_of(checker.condition(node.condition, item))
    if truth is not None and len(checker.flaws) == before:
        kept = "everything" if truth else "nothing"
        checker.flaw(node.condition, "constant-filter", f"this filter always keeps {kept}")
    made = _each(checker, node.right, learn(item, node.condition, holds=True))
    if made is None:
        return ANY
    # What is left where nothing is asked of the elements was itself tested: `versions[?…] && …`.
    some = current.proven.get(Filter(node.base, Current(), node.condition))
    filled = some is not None and some(list_of(item)).nonempty
    return list_of(made.present(), nonempty=filled and _certain(made))


def _values(checker: Checker, node: Values, base: Type) -> Type:
    if base.base in ("map", "object"):
        item = values_of([base]).item or ANY
    elif base.base in ("any", "null") and not base.options:
        item = ANY
    else:
        message = f"{with_article(base.noun if base.options else base.base)} has no members"
        return checker.flaw(node, "not-an-object", message)
    return list_of(checker.infer(node.right, item).present()).optional(yes=base.nullable)
