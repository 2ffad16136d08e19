"""Refuses expressions that cannot mean what their author meant, before anything is called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from auditor.expression import calls, comparisons
from auditor.expression.codes import Flaw
from auditor.expression.narrow import learn
from auditor.expression.nearest import suggestion
from auditor.expression.syntax import (
    And,
    Call,
    Compare,
    Current,
    Field,
    Filter,
    Flatten,
    Index,
    Literal,
    MultiDict,
    MultiList,
    Node,
    Not,
    Or,
    Projection,
    Reference,
    Slice,
    Sub,
    Values,
)
from auditor.expression.types import (
    ANY,
    BOOLEAN,
    FALSE,
    NULL,
    NUMBER,
    TRUE,
    Type,
    joined,
    list_of,
    object_of,
    text_of,
    truth_of,
)


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression may use: the type of its document, and the parameters of its policy."""

    document: Type
    params: Mapping[str, Type] = field(default_factory=dict)


@dataclass(slots=True)
class Checker:
    """Works out the type of every part of an expression, collecting flaws on the way.

    One checker is for one expression; ``used`` names the parameters that it read.
    """

    scope: Scope
    flaws: list[Flaw] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    negated: bool = False

    def flaw(self, node: Node, code: str, message: str, hint: str = "") -> Type:
        """Notes a flaw of a node; the node's type is then unknown, so that it is reported once."""
        found = Flaw(*node.span, code, message, hint)
        if found not in self.flaws:
            self.flaws.append(found)
        return ANY

    @contextmanager
    def under(self, *, negated: bool) -> Iterator[None]:
        """Within, whether the expression stands under an odd number of ``!``."""
        before, self.negated = self.negated, negated
        try:
            yield
        finally:
            self.negated = before

    def infer(self, node: Node, current: Type) -> Type:
        """The type of a node where ``current`` is the type of the value that it is applied to."""
        match node:
            case Literal():
                return self._literal(node)
            case Current():
                return current
            case Field():
                return self._field(node, current)
            case Sub(left=left, right=right):
                self._refuse_not(node, left)
                return self._sub(left, right, current)
            case Compare(left=left, right=right):
                with self.under(negated=False):
                    sides = (self.infer(left, current), self.infer(right, current))
                return comparisons.compare(self, node, *sides)
            case And(left=left, right=right):
                return self._and(left, right, current)
            case Or(left=left, right=right):
                return self._or(left, right, current)
            case Not(operand=operand):
                return self._not(operand, current)
            case Call():
                return calls.infer(self, node, current)
            case Reference(body=body):
                return Type("expref", item=self.infer(body, ANY))
            case MultiList(items=items):
                return self._multi_list(items, current)
            case MultiDict(names=names, items=items):
                members = {n: self.infer(i, current) for n, i in zip(names, items, strict=True)}
                return object_of("object", members).optional(yes=current.nullable)
            case _:
                return self._of_list(node, current)

    def condition(self, node: Node, current: Type) -> Type:
        """The type of a node that is used as a condition; a number there is a mistake."""
        kind = self.infer(node, current)
        if kind.base in ("number", "duration") and not kind.nullable:
            hint = "compare it with something, such as `> `0``"
            return self.flaw(node, "number-as-condition", "a number is always true, 0 too", hint)
        return kind

    def _literal(self, node: Literal) -> Type:
        if not node.sound:
            hint = "write text as 'text'"
            message = "what stands in the backticks is not JSON"
            return self.flaw(node, "literal-not-json", message, hint)
        return replace(_type_of(node.value), literal=True)

    def _field(self, node: Field, current: Type) -> Type:
        if current.base == "object":
            return self._member(node, current)
        if current.base == "map":
            kind = current.fields.get(node.name, (current.item or ANY).optional())
            return kind.optional(yes=current.nullable)
        if current.base in ("any", "null"):
            return current
        hint = f"use [*].{node.name}, [0].{node.name} or a filter" if current.base == "list" else ""
        message = f"a {current.base} has no members, so .{node.name} is always null"
        return self.flaw(node, "not-an-object", message, hint)

    def _member(self, node: Field, current: Type) -> Type:
        kind = current.fields.get(node.name)
        if kind is not None:
            return kind.optional(yes=current.nullable)
        if node.name in ("true", "false", "null"):
            message = f"`{node.name}` without backticks is the name of a member"
            return self.flaw(node, "bare-literal", message, f"write `` `{node.name}` ``")
        if node.name in current.withheld:
            message = f"{node.name} is never read: {current.withheld[node.name]}"
            return self.flaw(node, "withheld-field", message)
        message = f"{current.name or 'this object'} has no member {node.name}"
        return self.flaw(node, "unknown-field", message, suggestion(node.name, current.fields))

    def _refuse_not(self, node: Node, base: Node) -> None:
        """NOTE: JMESPath reads ``!a.b`` as ``(!a).b``, which is null whatever a.b is."""
        while isinstance(base, (Sub, Index, Filter, Projection, Values, Flatten, Slice)):
            base = base.left if isinstance(base, Sub) else base.base
        if isinstance(base, Not):
            message = "`!` here is applied to the first name only, so the whole is always null"
            self.flaw(node, "not-binds-first", message, "write !(…) around the whole path")

    def _sub(self, left: Node, right: Node, current: Type) -> Type:
        with self.under(negated=False):
            base = self.infer(left, current)
        return self.infer(right, base)

    def _and(self, left: Node, right: Node, current: Type) -> Type:
        first = self.condition(left, current)
        second = self.infer(right, learn(current, left, holds=True))
        truths = (truth_of(first), truth_of(second))
        if False in truths:
            return FALSE
        if truths == (True, True):
            return replace(second, truth=True)
        return replace(joined(first, second), truth=None) if first.known else second

    def _or(self, left: Node, right: Node, current: Type) -> Type:
        first = self.infer(left, current)
        second = self.infer(right, learn(current, left, holds=False))
        truths = (truth_of(first), truth_of(second))
        if True in truths:
            kind = first.present() if truths[0] else joined(first.present(), second)
            return replace(kind, truth=True)
        kind = joined(first.present(), second) if first.base != "null" else second
        return replace(
            kind, nullable=second.nullable, truth=False if truths == (False, False) else None
        )

    def _not(self, operand: Node, current: Type) -> Type:
        with self.under(negated=not self.negated):
            truth = truth_of(self.condition(operand, current))
        return BOOLEAN if truth is None else FALSE if truth else TRUE

    def _multi_list(self, items: tuple[Node, ...], current: Type) -> Type:
        kinds = [self.infer(item, current) for item in items]
        kind = kinds[0]
        for other in kinds[1:]:
            kind = joined(kind, other)
        made = replace(list_of(kind, nonempty=True), literal=all(k.literal for k in kinds))
        return made.optional(yes=current.nullable)

    def _of_list(self, node: Node, current: Type) -> Type:
        """Everything that works on the elements of a list, or the values of an object."""
        base_node: Node = node.base  # type: ignore[attr-defined]  # every node left has one
        self._refuse_not(node, base_node)
        with self.under(negated=False):
            base = self.infer(base_node, current)
            if isinstance(node, Values):
                return self._values(node, base)
            if base.base not in ("list", "any", "null"):
                message = f"this is a {base.base}, not a list, so the result is always null"
                return self.flaw(base_node, "not-a-list", message)
            return self._list_step(node, base).optional(yes=base.nullable)

    def _list_step(self, node: Node, base: Type) -> Type:
        item = base.item or ANY
        match node:
            case Index(number=number):
                certain = base.nonempty and number in (0, -1)
                return base.indexed.get(number, item.optional(yes=not certain))
            case Slice():
                return list_of(item)
            case Flatten():
                return list_of(item.item or ANY) if item.base == "list" else list_of(item)
            case Projection(right=right):
                return list_of(self.infer(right, item).present())
            case Filter(right=right, condition=condition):
                return self._filter(right, condition, item)
        raise AssertionError(node)

    def _filter(self, right: Node, condition: Node, item: Type) -> Type:
        kind = self.condition(condition, item)
        if truth_of(kind) is not None and kind.known:
            kept = "everything" if truth_of(kind) else "nothing"
            self.flaw(condition, "constant-filter", f"this filter always keeps {kept}")
        return list_of(self.infer(right, learn(item, condition, holds=True)).present())

    def _values(self, node: Values, base: Type) -> Type:
        if base.base == "map":
            item = base.item or ANY
        elif base.base in ("any", "object", "null"):
            item = ANY
        else:
            return self.flaw(node, "not-an-object", f"a {base.base} has no members")
        return list_of(self.infer(node.right, item).present()).optional(yes=base.nullable)


def _type_of(value: Any) -> Type:
    match value:
        case None:
            return NULL
        case bool():
            return TRUE if value else FALSE
        case int() | float():
            return NUMBER
        case str():
            return text_of(value)
        case list():
            kinds = [_type_of(item) for item in value]
            kind = kinds[0] if kinds else ANY
            for other in kinds[1:]:
                kind = joined(kind, other)
            return replace(list_of(kind, nonempty=bool(value)), truth=bool(value))
        case _:
            members = {name: _type_of(member) for name, member in value.items()}
            return replace(object_of("object", members), truth=bool(value))
