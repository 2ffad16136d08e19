"""Trees to Python: the general form, right for every document.

Generated code holds nothing that a policy file wrote: names of members that the document's type
knows stand in it as they are, everything else is a numbered constant (``k1``) bound beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct, field

from auditor.expression import values
from auditor.expression.functions import FUNCTIONS, Function, call, milliseconds
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
from auditor.expression.types import Type
from auditor.expression.values import EvaluationError, Expref
from auditor.timestamps import duration

_SIGNS = {
    "eq": "equal",
    "ne": "unequal",
    "lt": "less",
    "lte": "less_equal",
    "gt": "greater",
    "gte": "greater_equal",
}
# Python compares a string with anything as JMESPath does.
_PLAIN = {"eq": " == ", "ne": " != "}


class Run(Struct, frozen=True):
    """What is the same for every rule of a run: the moment, and the parameters of each policy."""

    now: str
    params: Mapping[str, Any] = field(default_factory=dict)


def chain(node: And | Or) -> list[Node]:
    """The operands of ``a && b && c``, in order."""
    operands: list[Node] = []
    rest: Node = node
    while isinstance(rest, And if isinstance(node, And) else Or):
        operands.append(rest.right)
        rest = rest.left
    return [rest, *reversed(operands)]


def _is_text(node: Node) -> bool:
    return isinstance(node, Literal) and isinstance(node.value, str)


def _unequal(left: Any, right: Any) -> bool:
    return not values.equal(left, right)


_SHARED: Mapping[str, Any] = {
    "is_false": values.is_false,
    "is_true": values.is_true,
    "field": values.field,
    "index": values.index,
    "slice_of": values.slice_of,
    "flatten": values.flatten,
    "project": values.project,
    "project_values": values.project_values,
    "select": values.select,
    "equal": values.equal,
    "unequal": _unequal,
    "less": values.less,
    "less_equal": values.less_equal,
    "greater": values.greater,
    "greater_equal": values.greater_equal,
    "Expref": Expref,
}


def vocabulary(document: Type) -> frozenset[str]:
    """The names of members that a document's type knows, at any depth."""
    names: set[str] = set()
    todo = [document]
    while todo:
        kind = todo.pop()
        new = {name for name in kind.fields if name.isidentifier()}
        todo += [part for part in (*kind.fields.values(), kind.item) if part is not None]
        names |= new
    return frozenset(names)


class Emitter(Struct):
    """Writes expressions as Python; ``names`` is what the generated code needs around it.

    ``made`` holds the `evaluator` of each node that was asked for, by the node's id.
    """

    run: Run
    words: frozenset[str] = frozenset()
    names: dict[str, Any] = field(default_factory=lambda: dict(_SHARED))
    constants: dict[str, Any] = field(default_factory=dict)
    made: dict[int, tuple[Node, Callable[[Any], Any]]] = field(default_factory=dict)
    _known: dict[tuple[str, str], str] = field(default_factory=dict)
    _variables: int = 0

    def constant(self, value: Any) -> str:
        """The name under which generated code finds a value."""
        if value is None or value is True or value is False:
            return repr(value)
        key = (type(value).__name__, repr(value))
        if key not in self._known:
            name = f"k{len(self._known) + 1}"
            self._known[key] = name
            self.constants[name] = self.names[name] = value
        return self._known[key]

    def word(self, text: str) -> str:
        """A member's name: written out where the document's type knows it."""
        return repr(text) if text in self.words else self.constant(text)

    def variable(self) -> str:
        """A name that no other part of the code uses."""
        self._variables += 1
        return f"v{self._variables}"

    def truth(self, node: Node, current: str) -> str:
        """Code that is true in Python where the node is true in JMESPath."""
        match node:
            case And() | Or():
                sign = " and " if isinstance(node, And) else " or "
                return f"({sign.join(self.truth(each, current) for each in chain(node))})"
            case Not(operand=operand):
                return f"(not {self.truth(operand, current)})"
            case Compare():
                return self.value(node, current)
            case _:
                return f"is_true({self.value(node, current)})"

    def value(self, node: Node, current: str) -> str:
        """Code for the node's value, applied to the value in the variable ``current``."""
        match node:
            case Literal(value=value):
                return self.constant(value)
            case Current():
                return current
            case Field(name=name):
                return f"field({current}, {self.word(name)})"
            case Sub(left=left, right=right):
                return self._chained(self.value(left, current), right)
            case Compare(operator=operator, left=left, right=right):
                sides = self.value(left, current), self.value(right, current)
                if operator in _PLAIN and (_is_text(left) or _is_text(right)):
                    return f"({_PLAIN[operator].join(sides)})"
                return f"{_SIGNS[operator]}({', '.join(sides)})"
            case And() | Or():
                return self._choice(node, current)
            case Not(operand=operand):
                return f"is_false({self.value(operand, current)})"
            case Call():
                return self._call(node, current)
            case Reference(body=body):
                return f"Expref({self._step(body)})"
            case MultiList(items=items):
                made = ", ".join(self.value(item, current) for item in items)
                return f"(None if {current} is None else [{made}])"
            case MultiDict(names=names, items=items):
                pairs = zip(names, items, strict=True)
                made = ", ".join(f"{self.word(n)}: {self.value(i, current)}" for n, i in pairs)
                return f"(None if {current} is None else {{{made}}})"
            case _:
                return self._of_list(node, current)

    def _chained(self, left: str, right: Node) -> str:
        """``right`` on the value of ``left``; most often a member, which needs no variable."""
        match right:
            case Field(name=name):
                return f"field({left}, {self.word(name)})"
            case Current():
                return left
            case _:
                return f"({self._step(right)})({left})"

    def _choice(self, node: And | Or, current: str) -> str:
        """The first operand of a chain that decides it, or the last."""
        decides = "is_false" if isinstance(node, And) else "is_true"
        *first, last = (self.value(each, current) for each in chain(node))
        names = [self.variable() for _ in first]
        tests = (f"{n} if {decides}({n} := {code})" for n, code in zip(names, first, strict=True))
        return f"({' else '.join(tests)} else {last})"

    def _step(self, node: Node) -> str:
        name = self.variable()
        return f"lambda {name}: {self.value(node, name)}"

    def _of_list(self, node: Node, current: str) -> str:
        base = self.value(node.base, current)  # type: ignore[attr-defined]  # every node left has one
        match node:
            case Index(number=number):
                return f"index({base}, {number})"
            case Slice(start=start, stop=stop, step=step):
                return f"slice_of({base}, {start}, {stop}, {step})"
            case Flatten():
                return f"flatten({base})"
            case Projection(right=right):
                return f"project({base}, {self._step(right)})"
            case Values(right=right):
                return f"project_values({base}, {self._step(right)})"
            case Filter(right=right, condition=condition):
                name = self.variable()
                keeps = f"lambda {name}: {self.truth(condition, name)}"
                then = "None" if isinstance(right, Current) else self._step(right)
                return f"select({base}, {keeps}, {then})"
        raise AssertionError(node)

    def _call(self, node: Call, current: str) -> str:
        folded = self.folded(node)
        if folded is not None:
            return folded
        given = ", ".join(self.value(each, current) for each in node.arguments)
        return f"{self._function(node.name)}({given})"

    def folded(self, node: Call) -> str | None:
        """Calls whose value is the same for the whole run."""
        argument = node.arguments[0] if len(node.arguments) == 1 else None
        text = argument.value if isinstance(argument, Literal) else None
        if node.name == "now" and not node.arguments:
            return self.constant(self.run.now)
        if node.name == "param" and isinstance(text, str) and text in self.run.params:
            value = self.run.params[text]
            return self.constant(list(value) if isinstance(value, tuple) else value)
        if node.name == "duration" and isinstance(text, str):
            try:
                return self.constant(duration(text))
            except ValueError:
                return None
        return None

    def _function(self, name: str) -> str:
        """The name of a checked function; one that does not exist fails when it is reached.

        NOTE: the name comes from a policy file, so only known ones are written out.
        """
        code = FUNCTIONS.get(name)
        known = f"fn_{name}" if code else f"unknown_{self.constant(name)}"
        if known not in self.names:
            self.names[known] = _checked(name, code, self.run)
        return known


def _checked(name: str, function: Function | None, run: Run) -> Callable[..., Any]:
    if function is None:

        def unknown(*_: Any) -> Any:
            raise EvaluationError("unknown-function", "there is no function of this name")

        return unknown
    bound = Function(function.arguments, _bound(name, function, run), function.variadic)

    def checked(*arguments: Any) -> Any:
        return call(name, bound, arguments)

    return checked


def _bound(name: str, function: Function, run: Run) -> Callable[..., Any]:
    """The code of a function, with the run's moment where it needs it."""
    if name == "age":
        moment = milliseconds(run.now)
        # NOTE: whole milliseconds are subtracted before dividing, so that an age of exactly
        # 30 days equals duration('30d').
        return lambda timestamp: (moment - milliseconds(timestamp)) / 1000
    if name in ("param", "duration", "now"):

        def refused(*_: Any) -> Any:
            raise EvaluationError("invalid-value", f"{name}() was given what the run does not have")

        return refused
    return function.code


def evaluator(node: Node, emitter: Emitter) -> Callable[[Any], Any]:
    """A function from a document to the node's value. Raises EvaluationError or NotRead.

    An emitter makes it once for a node: messages are rendered for finding after finding.
    """
    if id(node) not in emitter.made:
        source = f"lambda row: {emitter.value(node, 'row')}"
        # The node is kept beside what was made of it, so that no other one gets its id.
        emitter.made[id(node)] = node, eval(source, emitter.names)  # noqa: S307  # written here
    return emitter.made[id(node)][1]


def condition(node: Node, emitter: Emitter) -> Callable[[Any], Any]:
    """A function from a document to something that is true in Python where the node is."""
    source = f"lambda row: {emitter.truth(node, 'row')}"
    made: Callable[[Any], Any] = eval(source, emitter.names)  # noqa: S307  # written by this module
    return made
