"""Rules to one loop over columns: the quick form, for documents that are as AWS promises.

A batch of documents is taken apart into columns once. Where every value of a column has the type
that the service model promises, an expression over such columns cannot raise, and its tests need
no guards; a batch with anything else is left to the general form (`emit.py`). Three things make
the loop quick, none of which changes a result:

- everything that depends on one enum member only (``status``) is worked out once per word;
- ``age(createTime) > duration('30d')`` is the text comparison ``createTime < k``;
- a member is read once for all rules.
"""

from __future__ import annotations

from math import isfinite
from types import MappingProxyType
from typing import Any

from msgspec.structs import replace

from auditor.expression.columns import Columns, NotFusable
from auditor.expression.emit import chain
from auditor.expression.functions import milliseconds, pattern
from auditor.expression.nodes import (
    And,
    Call,
    Compare,
    Field,
    Literal,
    MultiList,
    Node,
    Not,
    Or,
    walk,
)
from auditor.expression.types import TEXTS, Type
from auditor.timestamps import from_milliseconds

_SIGNS = {"eq": "==", "ne": "!=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
_EARLIER = {"lt": ">", "lte": ">=", "gt": "<", "gte": "<="}
_SWAPPED = {"lt": "gt", "lte": "gte", "gt": "lt", "gte": "lte"}


class Conditions(Columns):
    """Writes conditions over columns."""

    def condition(self, node: Node) -> str:
        """Code for a condition. Raises NotFusable."""
        tested = self._of_one_enum(node)
        if tested is not None:
            return self._tabulated(tested, node)
        match node:
            case And() | Or():
                sign = " and " if isinstance(node, And) else " or "
                return f"({sign.join(self.condition(each) for each in chain(node))})"
            case Not(operand=operand):
                return f"(not {self.condition(operand)})"
            case Compare():
                return self._compare(node)
            case Call():
                return self._call(node)
            case Field(name=name):
                kind = self.kind(name)
                if kind.base in TEXTS or kind.base == "list":
                    return self.column(name)
                raise NotFusable
            case _:
                return f"is_true({self.path(node)})"

    def _of_one_enum(self, node: Node) -> str | None:
        """The enum member that a condition depends on, if there is exactly one and nothing else."""
        if self.document is self.plain:
            return None
        names = {each.name for each in walk(node) if isinstance(each, Field)}
        if len(names) != 1 or isinstance(node, (Field, Literal)):
            return None
        name = names.pop()
        kind = self.document.fields.get(name)
        if kind is None or not kind.declared or kind.nullable:
            return None
        plain = all(
            isinstance(each, (And, Or, Not, Field, Literal, MultiList, Compare))
            or (isinstance(each, Call) and each.name in ("contains", "starts_with", "ends_with"))
            for each in walk(node)
        )
        return name if plain and self._cannot_raise(node) else None

    def _cannot_raise(self, node: Node) -> bool:
        probe = Conditions(self.plain, self.plain, self.emitter)
        try:
            probe.condition(node)
        except NotFusable:
            return False
        return True

    def _tabulated(self, name: str, node: Node) -> str:
        """A condition on one enum member, answered from the table of its words."""
        column = self.column(name)
        code = Conditions(self.plain, self.plain, self.emitter).condition(node)
        tests = self.tests.setdefault(name, [])
        code = code.replace(column, "word")
        if code not in tests:
            tests.append(code)
        return f"{name}_{tests.index(code) + 1}"

    def _compare(self, node: Compare) -> str:
        left, right, operator = node.left, node.right, node.operator
        aged = self._aged(node)
        if aged is not None:
            return aged
        if operator in ("eq", "ne"):
            return self._equality(operator, left, right)
        sides = [self.ordered_side(side) for side in (left, right)]
        kinds = {kind for _, kind in sides}
        if len(kinds) != 1:
            raise NotFusable
        return f"({sides[0][0]} {_SIGNS[operator]} {sides[1][0]})"

    def _equality(self, operator: str, left: Node, right: Node) -> str:
        sides = [self.safe(left), self.safe(right)]
        if any(isinstance(side, Literal) and isinstance(side.value, str) for side in (left, right)):
            return f"({sides[0]} {_SIGNS[operator]} {sides[1]})"
        return f"{'equal' if operator == 'eq' else 'unequal'}({sides[0]}, {sides[1]})"

    def _aged(self, node: Compare) -> str | None:
        """``age(t) > d`` as a comparison of t with the moment that lies d before now."""
        match node:
            case Compare(
                left=Call(name="age", arguments=(Field(name=name),)), right=Call() as length
            ):
                sign = _EARLIER.get(node.operator)
            case Compare(
                left=Call() as length, right=Call(name="age", arguments=(Field(name=name),))
            ):
                sign = _EARLIER.get(_SWAPPED.get(node.operator, ""))
            case _:
                return None
        kind = self.kind(name)
        if sign is None or kind.base != "timestamp" or kind.nullable:
            raise NotFusable
        constant = self.emitter.constant(self._threshold(self.constant_of(length)))
        return f"({self.column(name, 'are_moments')} {sign} {constant})"

    def _threshold(self, age: Any) -> str:
        """The timestamp of the moment that lies ``age`` seconds before now."""
        if isinstance(age, bool) or not isinstance(age, (int, float)) or not isfinite(age):
            raise NotFusable
        length = round(age * 1000)
        if length / 1000 != age:
            raise NotFusable
        try:
            return from_milliseconds(milliseconds(self.emitter.run.now) - length)
        except (OverflowError, OSError, ValueError) as error:
            raise NotFusable from error

    def _call(self, node: Call) -> str:
        match node:
            case Call(
                name="starts_with" | "ends_with",
                arguments=(Field(name=name), Literal(value=str() as part)),
            ):
                method = node.name.replace("_", "")
                return f"{self.text(name)}.{method}({self.emitter.constant(part)})"
            case Call(name="contains", arguments=(Field(name=name), Literal(value=str() as part))):
                return f"({self.emitter.constant(part)} in {self.text(name)})"
            case Call(name="contains", arguments=(haystack, needle)):
                return f"({self.safe(needle)} in {self.among(haystack)})"
            case Call(name="matches", arguments=(Field(name=name), regex)):
                return self._matches(name, regex)
        raise NotFusable

    def _matches(self, name: str, regex: Node) -> str:
        text = regex.value if isinstance(regex, Literal) else self.constant_of(regex)
        try:
            search = pattern(text).search
        except (ValueError, TypeError) as error:
            raise NotFusable from error
        found = self.emitter.constant(search)
        return f"({found}({self.text(name)}.encode('utf-8', 'replace')) is not None)"


def without_enums(document: Type) -> Type:
    """The same document, in which no member is an enum."""
    fields = {name: replace(kind, declared=None) for name, kind in document.fields.items()}
    return replace(document, fields=MappingProxyType(fields))
