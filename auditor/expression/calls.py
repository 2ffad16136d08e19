"""What may be called with what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from auditor.expression.comparisons import FORM, unknown_word
from auditor.expression.functions import FUNCTIONS, Function, pattern
from auditor.expression.nearest import suggestion
from auditor.expression.nodes import Call, Literal, MultiList, Node, Reference
from auditor.expression.signatures import RESULTS, takes, takes_null, words
from auditor.expression.types import (
    ANY,
    BOOLEAN,
    FALSE,
    TEXTS,
    TRUE,
    Type,
    truth_of,
    type_of,
)
from auditor.timestamps import canonical, duration

if TYPE_CHECKING:
    from auditor.expression.check import Checker


def infer(checker: Checker, node: Call, current: Type) -> Type:
    """The type of a call; flaws go to the checker."""
    function = FUNCTIONS.get(node.name)
    if function is None:
        message = f"there is no function {node.name}()"
        return checker.flaw(node, "unknown-function", message, suggestion(node.name, FUNCTIONS))
    if not node.commas:
        checker.flaw(node, "missing-comma", "a comma is missing or left over between the arguments")
    if not _arity(checker, node, function):
        return ANY
    kinds = _arguments(checker, node, current)
    taken = [_argument(checker, node, function, at, kind) for at, kind in enumerate(kinds)]
    return _special(checker, node, taken)


def _arity(checker: Checker, node: Call, function: Function) -> bool:
    wanted, given = len(function.arguments), len(node.arguments)
    if given == wanted or (function.variadic and given > wanted):
        return True
    least = "at least " if function.variadic else ""
    message = f"{node.name}() takes {least}{wanted} argument{'s' * (wanted != 1)}, not {given}"
    checker.flaw(node, "arity", message)
    return False


def _arguments(checker: Checker, node: Call, current: Type) -> list[Type]:
    """The arguments' types; an ``&expression`` works on the elements of the list beside it."""
    with checker.under(negated=False):
        kinds = [
            ANY if isinstance(each, Reference) else checker.infer(each, current)
            for each in node.arguments
        ]
        lists = [kind for kind in kinds if kind.base == "list"]
        item = (lists[0].item if lists else None) or ANY
        for position, each in enumerate(node.arguments):
            if isinstance(each, Reference):
                asked = node.name in ("any", "all")
                kind = _asked(checker, each.body, item) if asked else checker.infer(each.body, item)
                kinds[position] = Type("expref", item=kind)
    return kinds


def _asked(checker: Checker, body: Node, item: Type) -> Type:
    """A condition that `any` or `all` asks of every element."""
    before = len(checker.flaws)
    kind = checker.condition(body, item)
    truth = truth_of(kind)
    if truth is not None and len(checker.flaws) == before:
        message = f"this is {str(truth).lower()} of every element"
        checker.flaw(body, "constant-filter", message)
    return kind


def _argument(checker: Checker, node: Call, function: Function, position: int, kind: Type) -> Type:
    """What the call goes on with: nothing is made of an argument that was refused."""
    types = function.arguments[min(position, len(function.arguments) - 1)]
    place = node.arguments[position]
    if position in function.constant and not isinstance(place, Literal):
        message = f"{node.name}() takes only a text written in quotes here"
        return checker.flaw(place, "constant-argument", message)
    if kind.base == "null" and not takes_null(types):
        return checker.flaw(place, "argument-type", f"{node.name}() cannot take null")
    if not takes(types, kind):
        message = f"{node.name}() takes {words(types)} here, not {kind.spoken()}"
        return checker.flaw(place, "argument-type", message, _hint(types, kind))
    if kind.nullable and not takes_null(types):
        message = f"{node.name}() fails on null, and this {kind.noun} may be absent"
        hint = "test it first: `x && …`, or `!x || …`"
        checker.flaw(place, "null-argument", message, hint)
        return kind.present()
    return kind


def _hint(types: str, kind: Type) -> str:
    item = kind.item
    if kind.base == "list" and item is not None and item.nullable and "array-" in types:
        return "drop what is null with a projection, such as versions[*].name, or with a filter"
    return ""


def _special(checker: Checker, node: Call, kinds: Sequence[Type]) -> Type:
    match node.name:
        case "param":
            return _param(checker, node)
        case "duration":
            _duration(checker, node.arguments[0])
        case "age":
            _age(checker, node.arguments[0], kinds[0])
        case "matches":
            _regex(checker, node.arguments[1])
            _refuse_no_word(checker, node, kinds[0])
        case "contains":
            _contains(checker, node, kinds)
            _refuse_no_word(checker, node, kinds[0])
            return _containment(*kinds)
        case "starts_with" | "ends_with":
            _refuse_no_word(checker, node, kinds[0])
        case "sort_by" | "max_by" | "min_by" | "count_by":
            _key(checker, node, kinds)
        case "map":
            return replace(RESULTS["map"]([kinds[0]]), nonempty=kinds[1].nonempty)
    return RESULTS[node.name](kinds)


def _param(checker: Checker, node: Call) -> Type:
    name = getattr(node.arguments[0], "value", None)
    if not isinstance(name, str):
        return ANY
    checker.used.add(name)
    if name not in checker.scope.params:
        message = f"the policy has no parameter {name}"
        hint = suggestion(name, checker.scope.params) or "declare it under params:"
        return checker.flaw(node.arguments[0], "unknown-param", message, hint)
    return checker.scope.params[name]


def _duration(checker: Checker, argument: Node) -> None:
    if isinstance(argument, Literal) and isinstance(argument.value, str):
        try:
            duration(argument.value)
        except ValueError as error:
            checker.flaw(argument, "bad-duration", f"'{argument.value}' is no duration", str(error))


def _age(checker: Checker, argument: Node, kind: Type) -> None:
    if kind.base == "string" and not isinstance(argument, Literal):
        message = "age() takes a timestamp, and this is a string"
        checker.flaw(argument, "argument-type", message, "createTime and updateTime are timestamps")
    elif isinstance(argument, Literal) and isinstance(argument.value, str):
        try:
            canonical(argument.value)
        except ValueError:
            message, hint = "this text is no timestamp", f"write it as '{FORM}'"
            checker.flaw(argument, "timestamp-literal", message, hint)


def _regex(checker: Checker, argument: Node) -> None:
    if isinstance(argument, Literal) and isinstance(argument.value, str):
        try:
            pattern(argument.value)
        except ValueError as error:
            checker.flaw(argument, "bad-regex", f"RE2 refuses this pattern: {error}")


_SAID = {"starts_with": "starts with", "ends_with": "ends with", "matches": "matches"}


def _refuse_no_word(checker: Checker, node: Call, subject: Type) -> None:
    """Refuses to look for text that no word of an enum has: ``starts_with(status, 'CRAETE')``."""
    place = node.arguments[1]
    if not subject.declared or not isinstance(place, Literal) or not isinstance(place.value, str):
        return
    if any(flaw.start >= place.span[0] and flaw.end <= place.span[1] for flaw in checker.flaws):
        return
    code = FUNCTIONS[node.name].code
    if not any(code(word, place.value) for word in sorted(subject.declared)):
        said = _SAID.get(node.name, "has in it")
        message = f"none of the values that this can have {said} '{place.value}'"
        checker.flaw(place, "unknown-enum-value", message, suggestion("", subject.declared))


def _contains(checker: Checker, node: Call, kinds: Sequence[Type]) -> None:
    subject, needle = kinds
    if not subject.known or not needle.known:
        return
    if subject.base == "list":
        item = subject.item or ANY
        if not item.known:
            return
        if unknown_word(checker, node.arguments[0], item, needle) or _unknown_item(
            checker, node.arguments[0], needle
        ):
            return
        if unknown_word(checker, node.arguments[1], needle, item):
            return
        if item.base != needle.base and not {item.base, needle.base} <= TEXTS:
            message = f"{subject.spoken()} never contains {needle.spoken()}"
            checker.flaw(node, "never-equal", message)
        elif needle.nullable and checker.negated and not item.nullable:
            message = f"this {needle.noun} may be absent, and the whole is then true by accident"
            checker.flaw(node.arguments[1], "null-decides", message, "test it first: `x && …`")
    elif needle.nullable:
        message = f"contains() looks for a string, and this {needle.noun} may be absent"
        checker.flaw(node.arguments[1], "null-argument", message, "test it first: `x && …`")
    elif needle.base not in TEXTS:
        message = f"a string never contains {needle.spoken()}"
        checker.flaw(node.arguments[1], "argument-type", message)


def _unknown_item(checker: Checker, written: Node, needle: Type) -> bool:
    """The same for each text of a list that holds other things too."""
    items = written.items if isinstance(written, MultiList) else ()
    unknown = False
    for item in items:
        if isinstance(item, Literal):
            unknown |= unknown_word(checker, item, type_of(item.value), needle)
    return unknown


def _containment(subject: Type, needle: Type) -> Type:
    """Whether a list of literals certainly holds, or lacks, what the needle can still be.

    NOTE: an enum that is not closed can have words that AWS adds later.
    """
    words = subject.item.values if subject.literal and subject.item is not None else None
    if words is None or needle.values is None or needle.nullable:
        return BOOLEAN
    if needle.values <= words and needle.closed:
        return TRUE
    return BOOLEAN if needle.values & words else FALSE


def _key(checker: Checker, node: Call, kinds: Sequence[Type]) -> None:
    key = kinds[1].item or ANY
    body = node.arguments[1].body if isinstance(node.arguments[1], Reference) else node.arguments[1]
    if not key.known and not key.options:
        return
    if key.nullable:
        message = f"{node.name}() fails on a null key, and this {key.noun} may be absent"
        checker.flaw(body, "nullable-key", message, "keep only the elements that have it: [?x]")
    elif key.base not in TEXTS | ({"number", "duration"} if node.name != "count_by" else set()):
        message = f"{node.name}() cannot use {key.spoken()} as a key"
        checker.flaw(body, "argument-type", message)
