"""The `jmespath` package's own interpreter, as the oracle of what an expression means.

The dialect's functions stand here a second time, in plain Python that shares nothing with the
engine. `expected` asks the package, `given` the engine; both answer with an `Answer`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import jmespath
from jmespath import exceptions, functions, parser, visitor

from auditor.expression.emit import Emitter, Run, evaluator
from auditor.expression.syntax import DEEPEST, LONGEST, SyntaxProblem, parse
from auditor.expression.values import EvaluationError, Expref

_UNITS = {"w": 604800, "d": 86400, "h": 3600, "m": 60, "s": 1}


@dataclass(frozen=True, slots=True)
class Answer:
    """A value, or the kind of an error; ``some`` is an error that the package leaves unnamed."""

    value: Any = None
    error: str = ""

    def agrees(self, other: Answer) -> bool:
        """Whether two answers say the same; unnamed errors agree with every error."""
        if self.error and other.error:
            return "some" in (self.error, other.error) or self.error == other.error
        return not self.error and not other.error and same(self.value, other.value)


def same(left: Any, right: Any) -> bool:
    """Whether two values are the same JSON text: 1 is not 1.0, and members have an order."""
    if _is_expression(left) or _is_expression(right):
        return _is_expression(left) and _is_expression(right)
    if type(left) is not type(right):
        return False
    if isinstance(left, float) and math.isnan(left):
        return math.isnan(right)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return list(left) == list(right) and all(map(same, left.values(), right.values()))
    return bool(left == right)


def _is_expression(value: Any) -> bool:
    return isinstance(value, (Expref, visitor._Expression))


def truth(value: Any) -> bool:
    """What a value counts as in a condition."""
    return not (value is None or value is False or value in ("", [], {}))


def given(text: str, document: Any, run: Run) -> Answer:
    """What the compiled engine says."""
    try:
        return Answer(evaluator(parse(text), Emitter(run))(document))
    except SyntaxProblem:
        return Answer(error="syntax")
    except EvaluationError as error:
        return Answer(error=error.kind)


def expected(text: str, document: Any, run: Run) -> Answer:
    """What the package says."""
    try:
        compiled = jmespath.compile(text)
    except (exceptions.JMESPathError, ValueError):
        return Answer(error="syntax")
    return _named(lambda: compiled.search(document, options(run)))


def refused_for_size(text: str) -> bool:
    """Whether the engine refuses a text only because it is too long or too deep to be meant."""
    if len(text) > LONGEST:
        return True
    try:
        parse(text)
    except SyntaxProblem as problem:
        return f"{DEEPEST} levels" in problem.message
    return False


def certain(text: str, document: Any, run: Run) -> bool | None:
    """The truth of a condition that could not be evaluated as a whole; None where it has none.

    A part that raises is neither true nor false, and ``&&``, ``||`` and ``!`` are three-valued.
    """
    return _certain(parser.Parser().parse(text).parsed, document, options(run))


class _Watcher(visitor.TreeInterpreter):  # type: ignore[misc]  # the package has no types
    """Notes what null, or two values without an order, made of a comparison."""

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.accidents: list[str] = []

    def visit_comparator(self, node: Mapping[str, Any], value: Any) -> Any:
        """The package's answer, noted where it is an accident."""
        found = super().visit_comparator(node, value)
        left, right = (self.visit(child, value) for child in node["children"])
        meant = any(
            child["type"] == "literal" and child["value"] is None for child in node["children"]
        )
        unequal = node["value"] == "ne" and (left is None) is not (right is None) and not meant
        if found is None or unequal:
            self.accidents.append(f"{left!r} {node['value']} {right!r}")
        return found


def accidents(text: str, document: Any, run: Run) -> list[str]:
    """Where absence, or two types at once, decided a comparison on the way to the answer."""
    watcher = _Watcher(options(run))
    answer = _named(lambda: watcher.visit(parser.Parser().parse(text).parsed, document))
    return [*watcher.accidents, *([answer.error] if answer.error else [])]


def _certain(node: Mapping[str, Any], document: Any, settings: Any) -> bool | None:
    if node["type"] == "not_expression":
        inner = _certain(node["children"][0], document, settings)
        return None if inner is None else not inner
    if node["type"] in ("and_expression", "or_expression"):
        sides = [_certain(child, document, settings) for child in node["children"]]
        decisive = node["type"] == "or_expression"
        return decisive if decisive in sides else None if None in sides else not decisive
    found = _named(lambda: visitor.TreeInterpreter(settings).visit(node, document))
    return None if found.error else truth(found.value)


def _named(search: Callable[[], Any]) -> Answer:
    try:
        return Answer(search())
    except exceptions.UnknownFunctionError:
        return Answer(error="unknown-function")
    except exceptions.ArityError:
        return Answer(error="invalid-arity")
    except exceptions.JMESPathTypeError:
        return Answer(error="invalid-type")
    except (TypeError, ValueError, OverflowError, AttributeError):
        return Answer(error="some")


def options(run: Run) -> Any:
    """The package's options with the dialect's functions in them."""
    table = functions.Functions()
    table.FUNCTION_TABLE = {**functions.Functions.FUNCTION_TABLE, **_dialect(run)}
    return jmespath.Options(custom_functions=table)


def _dialect(run: Run) -> dict[str, Any]:
    return {
        "age": _row(lambda text: _age(run.now, text), "string"),
        "all": _row(lambda items, body: all(_each(truth, items, body)), "array", "expref"),
        "any": _row(lambda items, body: any(_each(truth, items, body)), "array", "expref"),
        "arn_account": _row(lambda arn: _part(arn, 4), "string"),
        "arn_region": _row(lambda arn: _part(arn, 3), "string"),
        "count_by": _row(_count_by, "array", "expref"),
        "duration": _row(_duration, "string"),
        "matches": _row(lambda text, regex: re.search(regex, text) is not None, "string", "string"),
        "now": _row(lambda: run.now),
        "param": _row(lambda name: _param(run, name), "string"),
        "to_string": _row(_to_string, ""),
        "unique": _row(_unique, "array"),
    }


def _row(code: Callable[..., Any], *types: str) -> dict[str, Any]:
    return {
        "function": lambda _table, *arguments: code(*arguments),
        "signature": tuple({"types": [name] if name else []} for name in types),
    }


def _each(code: Callable[[Any], Any], items: list[Any], body: Any) -> Any:
    return (code(body.visit(body.expression, item)) for item in items)


def _to_string(value: Any) -> str:
    """NOTE: the package writes the address in memory of an expression; here it is refused."""
    if isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"))


def _age(now: str, text: str) -> float:
    moments = [datetime.fromisoformat(each) for each in (now, text)]
    if any(moment.tzinfo is None for moment in moments):
        raise ValueError("no zone")
    later, earlier = (round(moment.timestamp() * 1000) for moment in moments)
    return (later - earlier) / 1000


def _duration(text: str) -> float:
    parts = re.findall(r"([0-9]+)([wdhms])", text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ValueError("no duration")
    return float(sum(int(number) * _UNITS[unit] for number, unit in parts))


def _param(run: Run, name: str) -> Any:
    if name not in run.params:
        raise ValueError("no parameter")
    value = run.params[name]
    return list(value) if isinstance(value, tuple) else value


def _part(arn: str, number: int) -> str | None:
    parts = arn.split(":")
    return (parts[number] or None) if len(parts) >= 6 and parts[0] == "arn" else None


def _count_by(items: list[Any], body: Any) -> dict[str, int]:
    keys = list(_each(lambda key: key, items, body))
    for key in keys:
        if not isinstance(key, str):
            raise exceptions.JMESPathTypeError("count_by", None, type(key).__name__, ["string"])
    return {key: keys.count(key) for key in keys}


def _unique(items: list[Any]) -> list[Any]:
    kept: list[Any] = []
    for item in items:
        if not any(visitor._equals(item, other) for other in kept):
            kept.append(item)
    return kept
