"""The rules of one kind as one compiled program: documents in, outcomes out."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.expression.emit import Emitter, vocabulary
from auditor.expression.general import (
    PROBLEMS,
    CheckedRule,
    General,
    Row,
    Tally,
    Unknown,
    generalised,
    judge_each,
)
from auditor.expression.loop import Fusing
from auditor.expression.types import Type

__all__ = ["CheckedRule", "Program", "Tally", "Unknown"]

BATCH = 512
"""Documents that are taken apart into columns at once: enough to be quick, few enough that one
document which is not as promised costs little."""


class Program:
    """The compiled rules of one kind.

    ``source`` is the generated code of the loop, ``constants`` the values that it names.
    """

    def __init__(self, rules: Sequence[CheckedRule], document: Type) -> None:
        self._words = vocabulary(document)
        self._rules = tuple(rules)
        self._general: list[General | None] = [None] * len(rules)
        fusing = Fusing(document, self._words)
        self._fused = [fusing.add(number, rule) for number, rule in enumerate(rules)]
        self.source, self.constants, self._loop = fusing.compiled()

    def judge(self, rows: Sequence[Row]) -> list[Tally]:
        """What every rule says of every document, in the order of the rules."""
        tallies = [Tally() for _ in self._rules]
        for start in range(0, len(rows), BATCH):
            self._judge_batch(rows[start : start + BATCH], start, tallies)
        return tallies

    def _judge_batch(self, rows: Sequence[Row], start: int, tallies: list[Tally]) -> None:
        quick = any(self._fused) and self._looped(rows, start, tallies)
        for number, fused_rule in enumerate(self._fused):
            if not (quick and fused_rule):
                judge_each(self.general(number), rows, start, tallies[number])

    def _looped(self, rows: Sequence[Row], start: int, tallies: list[Tally]) -> bool:
        """Whether the loop could judge the rows; if not, the tallies are as they were."""
        before = [len(tally.failed) for tally in tallies]
        try:
            return self._loop(rows, start, tallies) is not None
        except PROBLEMS:
            # What is deep inside a column is not looked at beforehand.
            for tally, length in zip(tallies, before, strict=True):
                del tally.failed[length:]
            return False

    def general(self, number: int) -> General:
        """A rule in its general form, compiled when it is first needed."""
        made = self._general[number]
        if made is None:
            made = self._general[number] = generalised(self._rules[number], self._words)
        return made

    def code(self, number: int) -> str:
        """The generated code of one rule in its general form, for readers."""
        rule, emitter = self._rules[number], Emitter(self._rules[number].run, self._words)
        lines = []
        if rule.when is not None:
            lines.append(f"applies = lambda row: {emitter.truth(rule.when, 'row')}")
        make = emitter.value if rule.mode == "deny_each" else emitter.truth
        lines.append(f"{rule.mode} = lambda row: {make(rule.test, 'row')}")
        lines += [f"# {name} = {value!r}" for name, value in emitter.constants.items()]
        return "\n".join(lines)

    def fused(self, number: int) -> bool:
        """Whether a rule runs in the quick loop."""
        return self._fused[number]
