"""What every part of an expression gave on one document, and which part decided."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from auditor.expression.emit import Emitter, chain, evaluator
from auditor.expression.general import PROBLEMS
from auditor.expression.narrow import path_of
from auditor.expression.nodes import (
    OPERATORS,
    And,
    Call,
    Compare,
    Filter,
    Literal,
    Node,
    Not,
    Or,
    Reference,
    Sub,
    children,
)
from auditor.expression.values import NotRead, is_true
from auditor.timestamps import spoken

_LONGEST = 60
_ELEMENTS = 3
_LENGTHS_OF_TIME = frozenset({"age", "duration"})


class Step(Struct, frozen=True):
    """A part of an expression: where its sign stands in the text, what it gave, if it decided."""

    at: int
    shown: str
    decided: bool


class Trace(Struct, frozen=True):
    """An expression on one document; ``inner`` holds filters on the first of their elements."""

    text: str
    steps: tuple[Step, ...]
    inner: tuple[tuple[str, Trace], ...]

    def lines(self) -> Iterator[str]:
        """The text, and beneath each part's sign a line down to its value."""
        yield self.text
        pending = sorted(self.steps, key=lambda step: step.at)
        while pending:
            step = pending.pop()
            marks = "".join(_bars(pending, step.at))
            yield f"{marks}{step.shown}{'  <- decided' if step.decided else ''}"
        for title, trace in self.inner:
            yield ""
            yield title
            yield from (f"  {line}" for line in trace.lines())


def _bars(pending: list[Step], until: int) -> Iterator[str]:
    places = {step.at for step in pending}
    return ("|" if place in places else " " for place in range(until))


class Tracer:
    """Evaluates the parts of one expression; ``durations`` names parameters that are lengths."""

    def __init__(
        self, text: str, emitter: Emitter, durations: frozenset[str] = frozenset()
    ) -> None:
        self._text = text.replace("\n", " ")
        self._emitter = emitter
        self._durations = durations

    def trace(self, tree: Node, document: Any) -> Trace:
        """Every part that was reached, with its value, and each filter on its first elements."""
        steps = tuple(self._steps(tree, document, decides=True))
        return Trace(self._text, steps, tuple(self._filters(tree, document)))

    def _steps(self, node: Node, document: Any, *, decides: bool) -> Iterator[Step]:
        if isinstance(node, (Literal, Reference)):
            return
        value = self._value(node, document)
        compound = isinstance(node, (And, Or, Not))
        yield Step(self._sign(node), self._shown(node, value), decides and not compound)
        if compound:
            yield from self._operands(node, document, decides=decides)
        elif path_of(node) is None and not isinstance(node, (Sub, Filter)):
            for child in children(node):
                yield from self._steps(child, document, decides=False)

    def _operands(self, node: Node, document: Any, *, decides: bool) -> Iterator[Step]:
        """The operands as far as they were reached; the one at which it stopped decided."""
        if isinstance(node, Not):
            yield from self._steps(node.operand, document, decides=decides)
            return
        if not isinstance(node, (And, Or)):
            return
        operands = chain(node)
        truths = [self._truth(each, document) for each in operands]
        stops = isinstance(node, Or)
        last = truths.index(stops) if stops in truths else len(operands) - 1
        for number, operand in enumerate(operands[: last + 1]):
            alone = stops not in truths or number == last
            yield from self._steps(operand, document, decides=decides and alone)
        for operand in operands[last + 1 :]:
            yield Step(self._sign(operand), "(not reached)", decided=False)

    def _truth(self, node: Node, document: Any) -> bool | None:
        value = self._value(node, document)
        return None if isinstance(value, Exception) else is_true(value)

    def _value(self, node: Node, document: Any) -> Any:
        try:
            return evaluator(node, self._emitter)(document)
        except PROBLEMS as problem:
            return problem

    def _sign(self, node: Node) -> int:
        """Where the value of a node hangs: at its operator, or where it begins."""
        start = node.span[0]
        if isinstance(node, Compare):
            return self._text.find(OPERATORS[node.operator], node.left.span[1])
        if isinstance(node, (And, Or)):
            sign = "&&" if isinstance(node, And) else "||"
            return self._text.find(sign, chain(node)[0].span[1])
        return start

    def _shown(self, node: Node, value: Any) -> str:
        if isinstance(value, NotRead):
            return f"not read: {value}"
        if isinstance(value, Exception):
            return f"error: {value}"
        if isinstance(value, (int, float)) and self._is_length_of_time(node):
            return spoken(value)
        if isinstance(value, list) and any(isinstance(each, (list, dict)) for each in value):
            return f"[{len(value)} elements]"
        if isinstance(value, dict):
            return f"{{{len(value)} members}}"
        text = json.dumps(value)
        return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"

    def _is_length_of_time(self, node: Node) -> bool:
        if not isinstance(node, Call):
            return False
        names = [each.value for each in node.arguments if isinstance(each, Literal)]
        return node.name in _LENGTHS_OF_TIME or (
            node.name == "param" and bool(names) and names[0] in self._durations
        )

    def _filters(self, tree: Node, document: Any) -> Iterator[tuple[str, Trace]]:
        """What is asked of each element by the outermost filters and ``&`` expressions."""
        match tree:
            case Filter(base=base, condition=condition):
                yield from self._elements(base, condition, document)
            case Sub(left=left):
                yield from self._filters(left, document)
            case Call(arguments=(base, Reference(body=body)) | (Reference(body=body), base)):
                yield from self._filters(base, document)
                yield from self._elements(base, body, document)
            case _:
                for child in children(tree):
                    yield from self._filters(child, document)

    def _elements(self, base: Node, asked: Node, document: Any) -> Iterator[tuple[str, Trace]]:
        """The asked expression on the first elements of a list."""
        elements = self._value(base, document)
        if not isinstance(elements, list):
            return
        for number, element in enumerate(elements[:_ELEMENTS], start=1):
            truth = "true" if self._truth(asked, element) else "not true"
            title = f"element {number} of {len(elements)}: {truth}"
            yield title, self._within(asked, element)

    def _within(self, condition: Node, element: Any) -> Trace:
        start, end = condition.span
        steps = tuple(
            Step(step.at - start, step.shown, step.decided)
            for step in self._steps(condition, element, decides=True)
        )
        return Trace(self._text[start:end], steps, ())
