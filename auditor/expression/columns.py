"""Values over columns: the parts of expressions that the loop can read without raising."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from msgspec import Struct, field
from msgspec.structs import replace

from auditor.expression.emit import Emitter
from auditor.expression.narrow import Path, path_of
from auditor.expression.nodes import Call, Field, Literal, MultiList, Node, Or
from auditor.expression.types import TEXTS, Type

# Each step needs a bracket, and a pipe of paths can be longer than an expression is deep.
_LONGEST_PATH = 16


class NotFusable(Exception):  # a way out, not a mistake
    """The expression may raise, or reads something that has no column."""


class Columns(Struct):
    """Writes values over columns, and notes which columns and guards they need.

    ``plain`` is `without_enums` of the document's type; a writer for it writes everything out.
    """

    document: Type
    plain: Type
    emitter: Emitter
    guards: dict[str, str] = field(default_factory=dict)
    tests: dict[str, list[str]] = field(default_factory=dict)

    def copy(self) -> Self:
        """Another writer that knows the same columns; what it notes is its own."""
        tests = {name: list(each) for name, each in self.tests.items()}
        return replace(self, guards=dict(self.guards), tests=tests)

    def absent(self, node: Node) -> str:
        """Code that is true where what a node reads is not there at all."""
        code = self.path(node)
        if isinstance(node, Field):
            return f"(not {code})" if self.kind(node.name).base == "list" else f"({code} is None)"
        return f"({code} in absent)"

    def kind(self, name: str) -> Type:
        """The type of a member; NotFusable where the document has none of this name."""
        kind = self.document.fields.get(name)
        if kind is None:
            raise NotFusable
        return kind

    def column(self, name: str, guard: str = "") -> str:
        """The variable of a column; NotFusable for types that have no guard."""
        kind = self.kind(name)
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

    def path(self, node: Node) -> str:
        """A member of a column's values, at any depth."""
        path: Path | None = path_of(node)
        if not path or len(path) > _LONGEST_PATH or not isinstance(path[0], str):
            raise NotFusable
        column = self.column(path[0])
        if self.kind(path[0]).base == "list" and path[1:2] in ((0,), (-1,)):
            # What has a first element has a last one, and most lists have neither.
            inner = self._steps(f"{column}[{path[1]}]", path[2:])
            return f"({inner} if {column} else None)"
        return self._steps(column, path[1:])

    def _steps(self, code: str, steps: Path) -> str:
        """Code that goes on from a value."""
        for step in steps:
            if isinstance(step, int):
                code = f"index({code}, {step})"
            else:
                code = f"field({code}, {self.emitter.word(step)})"
        return code

    def safe(self, node: Node) -> str:
        """A value whose computing cannot raise: a path, a literal or a parameter."""
        match node:
            case Literal(value=value):
                return self.emitter.constant(value)
            case Call():
                self.constant_of(node)
                return self.emitter.value(node, "row")
            case _:
                return self.path(node)

    def constant_of(self, node: Node) -> Any:
        """The value of a call that is the same for the whole run. NotFusable if it is none."""
        code = self.emitter.folded(node) if isinstance(node, Call) else None
        if code is None:
            raise NotFusable
        return self.emitter.names.get(code)

    def text(self, name: str) -> str:
        """A column that holds texts only."""
        kind = self.kind(name)
        if kind.nullable or kind.base not in TEXTS:
            raise NotFusable
        return self.column(name)

    def among(self, haystack: Node) -> str:
        """A list that is the same for the whole run."""
        match haystack:
            case Literal(value=list() as words):
                values = words
            case MultiList(items=items) if all(isinstance(item, Literal) for item in items):
                values = [item.value for item in items if isinstance(item, Literal)]
            case Call(name="param"):
                values = self.constant_of(haystack)
            case _:
                raise NotFusable
        if not isinstance(values, list):
            raise NotFusable
        return self.emitter.constant(values)

    def _counted(self, node: Node) -> str:
        match node:
            case Field(name=name) if not self.kind(name).nullable and self.kind(name).base in TEXTS:
                return self.column(name)
            case Or(left=Field(name=name), right=Literal(value=list() as other)):
                if self.kind(name).base == "list":
                    return f"({self.column(name)} or {self.emitter.constant(other)})"
        raise NotFusable

    def ordered_side(self, node: Node) -> tuple[str, str]:
        """A side of an ordering that is certainly a string or certainly a number."""
        match node:
            case Literal(value=str()):
                return self.emitter.constant(node.value), "text"
            case Literal(value=bool()):
                raise NotFusable
            case Literal(value=int() | float()):
                return self.emitter.constant(node.value), "number"
            case Field(name=name) if not self.kind(name).nullable and self.kind(name).base in TEXTS:
                return self.column(name), "text"
            case Call(name="length", arguments=(counted,)):
                return f"len({self._counted(counted)})", "number"
            case Call(name="now" | "param" | "duration"):
                value = self.constant_of(node)
                if isinstance(value, str):
                    return self.emitter.constant(value), "text"
                if isinstance(value, (int, float)) and not isinstance(value, bool):
                    return self.emitter.constant(value), "number"
        raise NotFusable


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
