"""Refuses expressions that cannot mean what their author meant, before anything is called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import reduce
from types import MappingProxyType

from msgspec import Struct, field
from msgspec.structs import replace

from auditor.expression import calls, comparisons, lists
from auditor.expression.codes import Flaw
from auditor.expression.narrow import learn
from auditor.expression.nearest import suggestion
from auditor.expression.nodes import (
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
    NUMBERS,
    TRUE,
    Type,
    joined,
    list_of,
    object_of,
    truth_of,
    type_of,
    with_article,
)


class Scope(Struct, frozen=True):
    """What an expression may use: the type of its document, and the parameters of its policy."""

    document: Type
    params: Mapping[str, Type] = field(default_factory=dict)


class Checker(Struct):
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
        kind = self._infer(node, current)
        taught = current.proven.get(node) if current.proven else None
        return taught(kind) if taught is not None and kind.known else kind

    def _infer(self, node: Node, current: Type) -> Type:
        match node:
            case Literal():
                return self._literal(node)
            case Current():
                return current
            case Field():
                return self._field(node, current)
            case Sub(left=left, right=right):
                return self._sub(node, left, right, current)
            case Compare(left=left, right=right):
                with self.under(negated=self.negated_in(node)):
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
            case Index() | Slice() | Flatten() | Projection() | Filter() | Values():
                return lists.infer(self, node, current)
        raise AssertionError(node)

    def condition(self, node: Node, current: Type) -> Type:
        """The type of a node that is used as a condition; a number there is a mistake."""
        kind = self.infer(node, current)
        if kind.base in NUMBERS and not kind.nullable:
            other = "duration('30d')" if kind.base == "duration" else "`0`"
            hint = f"compare it with something, such as > {other}"
            return self.flaw(node, "number-as-condition", "a number is always true, 0 too", hint)
        self._refuse_constant_side(node)
        return kind

    def negated_in(self, node: Compare) -> bool:
        """Whether the sides of a comparison stand under a ``!``: ``x == `false` `` is one too."""
        for side in (node.left, node.right):
            if isinstance(side, Literal) and isinstance(side.value, bool):
                return self.negated is ((node.operator == "eq") is side.value)
        return False

    def _refuse_constant_side(self, node: Node) -> None:
        """NOTE: ``status == 'A' || 'B'`` is true for every status, because the text 'B' is true."""
        match node:
            case Not(operand=operand):
                self._refuse_constant_side(operand)
            case And(left=left, right=right) | Or(left=left, right=right):
                self._refuse_constant_side(left)
                self._refuse_constant_side(right)
                self._refuse_decider(right, decides=isinstance(node, Or))

    def _refuse_decider(self, node: Node, *, decides: bool) -> None:
        if isinstance(node, Literal) and truth_of(type_of(node.value)) is decides:
            code = "always-true" if decides else "always-false"
            several = decides and isinstance(node.value, str)
            hint = "contains(['a', 'b'], x) tests for one of several" if several else ""
            message = f"this is always {str(decides).lower()}, so the rest decides nothing"
            self.flaw(node, code, message, hint)

    def _literal(self, node: Literal) -> Type:
        if not node.sound:
            hint = "write text as 'text'"
            message = "what stands in the backticks is not JSON"
            return self.flaw(node, "literal-not-json", message, hint)
        return replace(type_of(node.value), literal=True)

    def _field(self, node: Field, current: Type) -> Type:
        if current.base == "object":
            return self._member(node, current)
        if current.base == "map":
            kind = current.fields.get(node.name, (current.item or ANY).optional())
            return kind.optional(yes=current.nullable)
        if current.base == "null" or (current.base == "any" and not current.options):
            return current
        if fitting := [each for each in current.options if each.base in ("object", "map")]:
            return reduce(joined, [self._field(node, each) for each in fitting]).optional()
        hint = f"use [*].{node.name}, [0].{node.name} or a filter" if current.base == "list" else ""
        noun = with_article(current.noun if current.options else current.base)
        message = f"{noun} has no members, so .{node.name} is always null"
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
        return self.flaw(node, "unknown-field", message, _meant(node, current))

    def refuse_not(self, node: Node, base: Node, current: Type) -> bool:
        """NOTE: JMESPath reads ``!a.b`` as ``(!a).b``, which is null whatever a.b is."""
        while isinstance(base, (Sub, Index, Filter, Projection, Values, Flatten, Slice)):
            base = base.left if isinstance(base, Sub) else base.base
        if isinstance(base, Not):
            self.infer(base, current)
            message = "`!` here is applied to the first name only, so the whole is always null"
            self.flaw(node, "not-binds-first", message, "write !(…) around the whole path")
        return isinstance(base, Not)

    def _sub(self, node: Node, left: Node, right: Node, current: Type) -> Type:
        if self.refuse_not(node, left, current):
            return ANY
        with self.under(negated=False):
            base = self.infer(left, current)
        return self.infer(right, base)

    def _and(self, left: Node, right: Node, current: Type) -> Type:
        self._refuse_decider(left, decides=False)
        first = self.condition(left, current)
        second = self.infer(right, learn(current, left, holds=True))
        truths = (truth_of(first), truth_of(second))
        if False in truths:
            return FALSE
        if truths[0]:
            return second
        return replace(joined(first, second), truth=None)

    def _or(self, left: Node, right: Node, current: Type) -> Type:
        self._refuse_decider(left, decides=True)
        first = self.infer(left, current)
        second = self.infer(right, learn(current, left, holds=False))
        truths = (truth_of(first), truth_of(second))
        if truths[0] is False:
            return second
        if truths[0]:
            return replace(first.present(), truth=True)
        kind = joined(first.present(), second)
        return replace(kind, nullable=second.nullable, truth=truths[1] or None)

    def _not(self, operand: Node, current: Type) -> Type:
        with self.under(negated=not self.negated):
            truth = truth_of(self.condition(operand, current))
        return BOOLEAN if truth is None else FALSE if truth else TRUE

    def _multi_list(self, items: tuple[Node, ...], current: Type) -> Type:
        kinds = [self.infer(item, current) for item in items]
        count = len(kinds)
        places = {place: kind for at, kind in enumerate(kinds) for place in (at, at - count)}
        made = replace(
            list_of(reduce(joined, kinds), nonempty=True),
            literal=all(kind.literal for kind in kinds),
            indexed=MappingProxyType(places),
        )
        return made.optional(yes=current.nullable)


def _meant(node: Field, within: Type) -> str:
    """What somebody who wrote an unknown member probably meant."""
    name = node.name
    if node.span[1] - node.span[0] > len(name):
        return f"in double quotes it is a member; text stands in single ones: '{name}'"
    if name == "params":
        return "a parameter is read with param('name')"
    for outer, kind in within.fields.items():
        if kind.base == "object" and name in kind.fields:
            return f"did you mean `{outer}.{name}`?"
    return suggestion(name, within.fields)
