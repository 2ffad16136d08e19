"""Rules one by one, document by document: the form that is right for every document."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from auditor.expression.emit import Emitter, Run, chain, condition, evaluator
from auditor.expression.nodes import And, Field, Node, Not, Or, walk
from auditor.expression.rulecheck import reads
from auditor.expression.values import EvaluationError, NotRead, is_false
from auditor.model import Unavailable, Why

Row = Mapping[str, Any]
Judgement = Callable[[Row], Any]

PROBLEMS = (EvaluationError, NotRead, RecursionError)
"""What makes an outcome unknown, and nothing else."""

ABSENT: tuple[None, list[Any], dict[str, Any]] = (None, [], {})
"""What a part of a rule gives where there was nothing to look at."""


class CheckedRule(Struct, frozen=True):
    """A rule whose expressions were checked: what the program is made of."""

    mode: str
    test: Node
    when: Node | None
    run: Run


class Unknown(Struct, frozen=True):
    """A document of which a rule could not say anything, and why."""

    row: int
    why: Why
    reason: str


class Tally(Struct):
    """How one rule went over some documents; numbers are positions in the documents given.

    ``selected`` holds, for a failed document of a ``deny_each`` rule, what the expression gave.
    """

    applied: int = 0
    vacuous: int = 0
    failed: list[int] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    selected: dict[int, list[Any]] = field(default_factory=dict)

    @property
    def passed(self) -> int:
        """Documents that passed, vacuously or not."""
        return self.applied - len(self.failed) - len(self.unknown)


class General(Struct, frozen=True):
    """One rule in its general form; ``certain`` is `_three_valued` of its ``when``."""

    mode: str
    applies: Judgement | None
    certain: Callable[[Row], bool | None] | None
    test: Judgement
    vacuous: Callable[[Row], bool]
    needs: frozenset[str]


def generalised(rule: CheckedRule, words: frozenset[str]) -> General:
    """A rule compiled for itself; ``words`` is `emit.vocabulary` of its document's type."""
    emitter = Emitter(rule.run, words)
    make = evaluator if rule.mode == "deny_each" else condition
    return General(
        rule.mode,
        None if rule.when is None else condition(rule.when, emitter),
        None if rule.when is None else _three_valued(rule.when, emitter),
        make(rule.test, emitter),
        _vacuity(rule.test, emitter),
        needs(rule.test),
    )


def needs(tree: Node) -> frozenset[str]:
    """The members of the document that an expression reads, at any place outside a projection."""
    names = set()
    for part in reads(tree):
        first = next((each for each in walk(part) if isinstance(each, Field)), None)
        if first is not None:
            names.add(first.name)
    return frozenset(names)


def _vacuity(test: Node, emitter: Emitter) -> Callable[[Row], bool]:
    """Whether there was nothing that a rule could have looked at."""
    parts = [evaluator(part, emitter) for part in reads(test)]
    return lambda row: bool(parts) and all(_absent(part, row) for part in parts)


def _absent(part: Judgement, row: Row) -> bool:
    """NOTE: what cannot be evaluated is there; the rule passed without it."""
    try:
        return part(row) in ABSENT
    except PROBLEMS:
        return False


def judge_each(rule: General, rows: Sequence[Row], start: int, tally: Tally) -> None:
    """Counts what a rule says of some documents, the first of which is number ``start``."""
    for number, row in enumerate(rows, start):
        try:
            if not _applies(rule, row):
                continue
            _judge_one(rule, row, number, tally)
        except PROBLEMS as problem:
            tally.unknown.append(_unknown(number, problem))
        tally.applied += 1


def _judge_one(rule: General, row: Row, number: int, tally: Tally) -> None:
    """Counts one document that the rule applies to.

    NOTE: what was not read makes the outcome unknown before the test runs, so that no ``||`` or
    ``!`` can make something of the gap.
    """
    for name in rule.needs:
        value = row.get(name)
        if value.__class__ is Unavailable:
            raise NotRead(value)
    result = rule.test(row)
    if rule.mode == "deny_each":
        chosen = _chosen(result)
        if chosen:
            tally.selected[number] = chosen
        failed = bool(chosen)
    else:
        failed = bool(result) == (rule.mode == "deny")
    if failed:
        tally.failed.append(number)
    elif rule.vacuous(row):
        tally.vacuous += 1


def _chosen(result: Any) -> list[Any]:
    """What a `deny_each` rule named; EvaluationError where that is nothing that can be named."""
    if is_false(result):
        return []
    if result.__class__ is not list or any(each.__class__ is not dict for each in result):
        raise EvaluationError("invalid-type", "deny_each did not give a list of objects")
    return list(result)


def _unknown(number: int, problem: Exception) -> Unknown:
    if isinstance(problem, NotRead):
        return Unknown(number, problem.value.why, problem.value.reason)
    if isinstance(problem, RecursionError):
        return Unknown(number, Why.ERROR, "the document is nested too deeply")
    return Unknown(number, Why.ERROR, str(problem))


def _applies(rule: General, row: Row) -> bool:
    """Whether a rule is about a row; raises where that cannot be told."""
    if rule.applies is None:
        return True
    try:
        return bool(rule.applies(row))
    except PROBLEMS:
        if rule.certain is not None and rule.certain(row) is False:
            return False
        raise


def _three_valued(node: Node, emitter: Emitter) -> Callable[[Row], bool | None]:
    """The truth of a condition in which a part that cannot be evaluated has none."""
    match node:
        case Not(operand=operand):
            inner = _three_valued(operand, emitter)
            return lambda row: None if (truth := inner(row)) is None else not truth
        case And() | Or():
            decisive = isinstance(node, Or)
            sides = [_three_valued(each, emitter) for each in chain(node)]
            return lambda row: _together([side(row) for side in sides], decisive=decisive)
    return _guarded(condition(node, emitter))


def _together(truths: list[bool | None], *, decisive: bool) -> bool | None:
    if decisive in truths:
        return decisive
    return None if None in truths else not decisive


def _guarded(holds: Judgement) -> Callable[[Row], bool | None]:
    def truth(row: Row) -> bool | None:
        try:
            return bool(holds(row))
        except PROBLEMS:
            return None

    return truth
