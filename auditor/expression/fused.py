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

import sys
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import isfinite
from types import MappingProxyType
from typing import Any

from auditor.expression.emit import Emitter, chain
from auditor.expression.functions import milliseconds, pattern
from auditor.expression.narrow import Path, path_of
from auditor.expression.syntax import (
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

# Each step needs a bracket, and a pipe of paths can be longer than an expression is deep.
_LONGEST_PATH = 16

# NOTE: from Python 3.14 on 24:00 is a moment too, and one with another text.
_READS_24 = sys.version_info >= (3, 14)
_DIGITS = str.maketrans("123456789", "000000000")
_FORM = "0000-00-00T00:00:00.000Z"


class NotFusable(Exception):  # a way out, not a mistake
    """The expression may raise, or reads something that has no column."""


def texts(column: list[Any]) -> bool:
    """Whether a column holds strings only."""
    return set(map(type, column)) <= {str}


def texts_or_null(column: list[Any]) -> bool:
    """Whether a column holds strings and nulls only."""
    return set(map(type, column)) <= {str, type(None)}


def lists_or_null(column: list[Any]) -> bool:
    """Whether a column holds lists and nulls only."""
    return set(map(type, column)) <= {list, type(None)}


def timestamps(column: list[Any]) -> bool:
    """Whether a column holds timestamps in their one form only, each of them a real moment."""
    if not texts(column):
        return False
    joined = "".join(column)
    if joined.translate(_DIGITS) != _FORM * len(column) or (_READS_24 and "T24" in joined):
        return False
    try:
        deque(map(datetime.fromisoformat, column), maxlen=0)
    except ValueError:
        return False
    return True


class Words(dict[str, tuple[bool, ...]]):
    """What the tests of one enum member say of a word; worked out when a word is first seen."""

    def __init__(self, tests: Callable[[str], tuple[bool, ...]]) -> None:
        super().__init__()
        self._tests = tests

    def __missing__(self, word: str) -> tuple[bool, ...]:
        """The tests' answers for a new word, kept."""
        answers = self[word] = self._tests(word)
        return answers


@dataclass(slots=True)
class Columns:
    """Writes conditions over columns, and notes which columns and guards they need.

    ``plain`` is `without_enums` of the document's type; a writer for it writes everything out.
    """

    document: Type
    plain: Type
    emitter: Emitter
    guards: dict[str, str] = field(default_factory=dict)
    tests: dict[str, list[str]] = field(default_factory=dict)

    def copy(self) -> Columns:
        """Another writer that knows the same columns; what it notes is its own."""
        tests = {name: list(each) for name, each in self.tests.items()}
        return replace(self, guards=dict(self.guards), tests=tests)

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
                kind = self._kind(name)
                if kind.base in TEXTS or kind.base == "list":
                    return self._column(name)
                raise NotFusable
            case _:
                return f"is_true({self._path(node)})"

    def absent(self, node: Node) -> str:
        """Code that is true where what a node reads is not there at all."""
        code = self._path(node)
        if isinstance(node, Field):
            return f"(not {code})" if self._kind(node.name).base == "list" else f"({code} is None)"
        return f"({code} in absent)"

    def _kind(self, name: str) -> Type:
        kind = self.document.fields.get(name)
        if kind is None:
            raise NotFusable
        return kind

    def _column(self, name: str, guard: str = "") -> str:
        """The variable of a column; NotFusable for types that have no guard."""
        kind = self._kind(name)
        if kind.base == "list" and kind.nullable:
            usual = "lists_or_null"
        elif kind.base in TEXTS:
            usual = "texts_or_null" if kind.nullable else "texts"
        else:
            raise NotFusable
        if not name.isidentifier() or name not in self.emitter.words:
            raise NotFusable
        if guard or name not in self.guards:
            self.guards[name] = guard or usual
        return f"c_{name}"

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
        probe = Columns(self.plain, self.plain, self.emitter)
        try:
            probe.condition(node)
        except NotFusable:
            return False
        return True

    def _tabulated(self, name: str, node: Node) -> str:
        """A condition on one enum member, answered from the table of its words."""
        column = self._column(name)
        code = Columns(self.plain, self.plain, self.emitter).condition(node)
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
        sides = [self._ordered_side(side) for side in (left, right)]
        kinds = {kind for _, kind in sides}
        if len(kinds) != 1:
            raise NotFusable
        return f"({sides[0][0]} {_SIGNS[operator]} {sides[1][0]})"

    def _equality(self, operator: str, left: Node, right: Node) -> str:
        sides = [self._safe(left), self._safe(right)]
        if any(isinstance(side, Literal) and isinstance(side.value, str) for side in (left, right)):
            return f"({sides[0]} {_SIGNS[operator]} {sides[1]})"
        return f"{'equal' if operator == 'eq' else 'unequal'}({sides[0]}, {sides[1]})"

    def _ordered_side(self, node: Node) -> tuple[str, str]:
        """A side of an ordering that is certainly a string or certainly a number."""
        match node:
            case Literal(value=str()):
                return self.emitter.constant(node.value), "text"
            case Literal(value=bool()):
                raise NotFusable
            case Literal(value=int() | float()):
                return self.emitter.constant(node.value), "number"
            case Field(name=name) if (
                not self._kind(name).nullable and self._kind(name).base in TEXTS
            ):
                return self._column(name), "text"
            case Call(name="length", arguments=(counted,)):
                return f"len({self._counted(counted)})", "number"
            case Call(name="now" | "param" | "duration"):
                value = self._constant_of(node)
                if isinstance(value, str):
                    return self.emitter.constant(value), "text"
                if isinstance(value, (int, float)) and not isinstance(value, bool):
                    return self.emitter.constant(value), "number"
        raise NotFusable

    def _counted(self, node: Node) -> str:
        match node:
            case Field(name=name) if (
                not self._kind(name).nullable and self._kind(name).base in TEXTS
            ):
                return self._column(name)
            case Or(left=Field(name=name), right=Literal(value=list() as other)):
                if self._kind(name).base == "list":
                    return f"({self._column(name)} or {self.emitter.constant(other)})"
        raise NotFusable

    def _constant_of(self, node: Node) -> Any:
        """The value of a call that is the same for the whole run. NotFusable if it is none."""
        code = self.emitter.folded(node) if isinstance(node, Call) else None
        if code is None:
            raise NotFusable
        return self.emitter.names.get(code)

    def _safe(self, node: Node) -> str:
        """A value whose computing cannot raise: a path, a literal or a parameter."""
        match node:
            case Literal(value=value):
                return self.emitter.constant(value)
            case Call():
                self._constant_of(node)
                return self.emitter.value(node, "row")
            case _:
                return self._path(node)

    def _path(self, node: Node) -> str:
        path: Path | None = path_of(node)
        if not path or len(path) > _LONGEST_PATH or not isinstance(path[0], str):
            raise NotFusable
        code = self._column(path[0])
        for step in path[1:]:
            if isinstance(step, int):
                code = f"index({code}, {step})"
            else:
                code = f"field({code}, {self.emitter.word(step)})"
        return code

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
        kind = self._kind(name)
        if sign is None or kind.base != "timestamp" or kind.nullable:
            raise NotFusable
        constant = self.emitter.constant(self._threshold(self._constant_of(length)))
        return f"({self._column(name, 'timestamps')} {sign} {constant})"

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
                return f"{self._text(name)}.{method}({self.emitter.constant(part)})"
            case Call(name="contains", arguments=(Field(name=name), Literal(value=str() as part))):
                return f"({self.emitter.constant(part)} in {self._text(name)})"
            case Call(name="contains", arguments=(haystack, needle)):
                return f"({self._safe(needle)} in {self._among(haystack)})"
            case Call(name="matches", arguments=(Field(name=name), regex)):
                return self._matches(name, regex)
        raise NotFusable

    def _matches(self, name: str, regex: Node) -> str:
        text = regex.value if isinstance(regex, Literal) else self._constant_of(regex)
        try:
            search = pattern(text).search
        except (ValueError, TypeError) as error:
            raise NotFusable from error
        found = self.emitter.constant(search)
        return f"({found}({self._text(name)}.encode('utf-8', 'replace')) is not None)"

    def _text(self, name: str) -> str:
        kind = self._kind(name)
        if kind.nullable or kind.base not in TEXTS:
            raise NotFusable
        return self._column(name)

    def _among(self, haystack: Node) -> str:
        match haystack:
            case Literal(value=list() as words):
                values = words
            case MultiList(items=items) if all(isinstance(item, Literal) for item in items):
                values = [item.value for item in items if isinstance(item, Literal)]
            case Call(name="param"):
                values = self._constant_of(haystack)
            case _:
                raise NotFusable
        if not isinstance(values, list):
            raise NotFusable
        return self.emitter.constant(values)


def without_enums(document: Type) -> Type:
    """The same document, in which no member is an enum."""
    fields = {name: replace(kind, declared=None) for name, kind in document.fields.items()}
    return replace(document, fields=MappingProxyType(fields))


def column_lines(columns: Columns) -> Iterable[str]:
    """The statements that take a batch apart; they return None where a guard does not hold."""
    fields = columns.document.fields
    required = [name for name in columns.guards if not fields[name].nullable]
    if required:
        yield "    try:"
        yield from (f"        c_{name} = [row[{name!r}] for row in rows]" for name in required)
        yield "    except KeyError: return None"
    for name, guard in columns.guards.items():
        if name not in required:
            yield f"    c_{name} = [row.get({name!r}) for row in rows]"
        yield f"    if not {guard}(c_{name}): return None"
