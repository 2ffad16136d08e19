"""The loop in which the quick rules run: one function for all of them, written as Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from auditor.expression import guards
from auditor.expression.columns import NotFusable, column_lines
from auditor.expression.emit import Emitter, Run
from auditor.expression.fused import Conditions, without_enums
from auditor.expression.general import ABSENT, CheckedRule
from auditor.expression.nodes import Field, Node
from auditor.expression.rulecheck import reads
from auditor.expression.types import Type


class Fusing:
    """Builds the loop in which the quick rules run."""

    def __init__(self, document: Type, words: frozenset[str]) -> None:
        self._shared = Emitter(Run(""), words)
        self._columns = Conditions(document, without_enums(document), self._shared)
        self._body: list[str] = []
        self._before: list[str] = []
        self._after: list[str] = []

    def add(self, number: int, rule: CheckedRule) -> bool:
        """Adds a rule to the loop; False where it has to run in its general form."""
        if rule.mode == "deny_each":
            return False
        trial = self._columns.copy()
        self._shared.run = rule.run
        try:
            lines = list(self._lines(number, rule, trial))
        except NotFusable:
            return False
        self._columns = trial
        self._body += lines
        return True

    def _lines(self, number: int, rule: CheckedRule, columns: Conditions) -> Iterator[str]:
        indent = "        "
        counted = rule.when is not None
        if rule.when is not None:
            when = columns.condition(rule.when)
        test = columns.condition(rule.test)
        failing = test if rule.mode == "deny" else f"not {test}"
        vacuous = self._vacuous(rule, columns)
        if counted:
            yield f"{indent}if {when}:"
            indent += "    "
            yield f"{indent}applied_{number} += 1"
            self._before.append(f"    applied_{number} = 0")
        yield f"{indent}if {failing}: failed_{number}(i)"
        if vacuous:
            yield f"{indent}elif {vacuous}: vacuous_{number} += 1"
            self._before.append(f"    vacuous_{number} = 0")
            self._after.append(f"    tallies[{number}].vacuous += vacuous_{number}")
        self._before.append(f"    failed_{number} = tallies[{number}].failed.append")
        total = f"applied_{number}" if counted else "len(rows)"
        self._after.append(f"    tallies[{number}].applied += {total}")

    @staticmethod
    def _vacuous(rule: CheckedRule, columns: Conditions) -> str:
        found = _evidence(rule.test, columns.document)
        return " and ".join(columns.absent(part) for part in found) if found else ""

    def compiled(self) -> tuple[str, Mapping[str, Any], Callable[..., Any]]:
        """The loop's source, its constants, and the loop."""
        names: dict[str, Any] = {
            **self._shared.names,
            "absent": ABSENT,
            "Words": guards.Words,
            **{guard.__name__: guard for guard in guards.GUARDS},
        }
        source = "\n".join(self._source())
        exec(compile(source, "<rules>", "exec"), names)  # noqa: S102  # written by this package
        return source, self._shared.constants, names["judge"]

    def _source(self) -> Iterator[str]:
        columns = self._columns
        for name, tests in columns.tests.items():
            yield f"words_{name} = Words(lambda word: ({', '.join(tests)},))"
        yield "def judge(rows, start, tallies):"
        yield from column_lines(columns)
        yield from self._before
        taken = "".join(f", c_{name}" for name in columns.guards)
        yield f"    for i{taken or ','} in zip(range(start, start + len(rows)){taken}):"
        for name, tests in columns.tests.items():
            answers = ", ".join(f"{name}_{place}" for place in range(1, len(tests) + 1))
            yield f"        {answers}, = words_{name}[c_{name}]"
        yield from self._body or ["        pass"]
        yield from self._after
        yield "    return True"


def _evidence(test: Node, document: Type) -> list[Node] | None:
    """What has to be absent for a pass to be vacuous; None where something is always there.

    True of documents that are as promised: what the loop's guards let through.
    """
    found = list(reads(test))
    for part in found:
        if not isinstance(part, Field):
            continue
        kind = document.fields.get(part.name)
        if kind is not None and not kind.nullable and kind.base != "list":
            return None
    return found
