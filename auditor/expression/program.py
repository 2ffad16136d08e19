"""The rules of one kind as one compiled program: documents in, outcomes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from auditor.expression import fused
from auditor.expression.emit import Emitter, Run, chain, condition, evaluator, vocabulary
from auditor.expression.fused import Columns, NotFusable, Words
from auditor.expression.rulecheck import reads
from auditor.expression.syntax import And, Field, Node, Not, Or, walk
from auditor.expression.types import Type
from auditor.expression.values import EvaluationError, NotRead, is_false
from auditor.model import Unavailable, Why

BATCH = 512
"""Documents that are taken apart into columns at once: enough to be quick, few enough that one
document which is not as promised costs little."""

Row = Mapping[str, Any]
Judgement = Callable[[Row], Any]

_PROBLEMS = (EvaluationError, NotRead, RecursionError)
"""What makes an outcome unknown, and nothing else."""


@dataclass(frozen=True, slots=True)
class CheckedRule:
    """A rule whose expressions were checked: what the program is made of."""

    mode: str
    test: Node
    when: Node | None
    run: Run


@dataclass(frozen=True, slots=True)
class Unknown:
    """A document of which a rule could not say anything, and why."""

    row: int
    why: Why
    reason: str


@dataclass(slots=True)
class Tally:
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


@dataclass(frozen=True, slots=True)
class _General:
    """One rule in its general form; ``certain`` is `_three_valued` of its ``when``."""

    mode: str
    applies: Judgement | None
    certain: Callable[[Row], bool | None] | None
    test: Judgement
    vacuous: Callable[[Row], bool]
    needs: frozenset[str]


class Program:
    """The compiled rules of one kind.

    ``source`` is the generated code of the loop, ``constants`` the values that it names.
    """

    def __init__(self, rules: Sequence[CheckedRule], document: Type) -> None:
        self._words = vocabulary(document)
        self._document = document
        self._rules = tuple(rules)
        self._general: list[_General | None] = [None] * len(rules)
        fusing = _Fusing(document, self._words)
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
                _judge_each(self.general(number), rows, start, tallies[number])

    def _looped(self, rows: Sequence[Row], start: int, tallies: list[Tally]) -> bool:
        """Whether the loop could judge the rows; if not, the tallies are as they were."""
        before = [len(tally.failed) for tally in tallies]
        try:
            return self._loop(rows, start, tallies) is not None
        except _PROBLEMS:
            # What is deep inside a column is not looked at beforehand.
            for tally, length in zip(tallies, before, strict=True):
                del tally.failed[length:]
            return False

    def general(self, number: int) -> _General:
        """A rule in its general form, compiled when it is first needed."""
        made = self._general[number]
        if made is None:
            made = self._general[number] = _generalised(self._rules[number], self._words)
        return made

    def code(self, number: int) -> str:
        """The generated code of one rule in its general form, for readers."""
        rule, emitter = self._rules[number], Emitter(self._rules[number].run, self._words)
        lines = []
        if rule.when is not None:
            lines.append(f"applies = lambda row: {emitter.truth(rule.when, 'row')}")
        lines.append(f"{rule.mode} = lambda row: {emitter.truth(rule.test, 'row')}")
        lines += [f"# {name} = {value!r}" for name, value in emitter.constants.items()]
        return "\n".join(lines)

    def fused(self, number: int) -> bool:
        """Whether a rule runs in the quick loop."""
        return self._fused[number]


def _generalised(rule: CheckedRule, words: frozenset[str]) -> _General:
    emitter = Emitter(rule.run, words)
    make = evaluator if rule.mode == "deny_each" else condition
    return _General(
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


def _vacuity(test: Node, emitter: Emitter) -> Callable[[Row], bool]:
    """Whether a rule that passed had anything to look at."""
    parts = [evaluator(part, emitter) for part in reads(test)]
    return lambda row: bool(parts) and all(_absent(part, row) for part in parts)


def _absent(part: Judgement, row: Row) -> bool:
    """NOTE: what cannot be evaluated is there; the rule passed without it."""
    try:
        return part(row) in ABSENT
    except _PROBLEMS:
        return False


ABSENT = (None, [], {})
"""What a part of a rule gives where there was nothing to look at."""


def _judge_each(rule: _General, rows: Sequence[Row], start: int, tally: Tally) -> None:
    for number, row in enumerate(rows, start):
        try:
            if not _applies(rule, row):
                continue
            _judge_one(rule, row, number, tally)
        except _PROBLEMS as problem:
            tally.unknown.append(_unknown(number, problem))
        tally.applied += 1


def _judge_one(rule: _General, row: Row, number: int, tally: Tally) -> None:
    """NOTE: what was not read makes the outcome unknown before the test runs, so that no ``||``
    or ``!`` can make something of the gap."""
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


def _applies(rule: _General, row: Row) -> bool:
    """Whether a rule is about a row; raises where that cannot be told."""
    if rule.applies is None:
        return True
    try:
        return bool(rule.applies(row))
    except _PROBLEMS:
        if rule.certain is not None and rule.certain(row) is False:
            return False
        raise


def _three_valued(node: Node, emitter: Emitter) -> Callable[[Row], bool | None]:
    """The truth of a condition where a part that could not be evaluated is neither true nor false."""
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
        except _PROBLEMS:
            return None

    return truth


class _Fusing:
    """Builds the loop in which the quick rules run."""

    def __init__(self, document: Type, words: frozenset[str]) -> None:
        self._document = document
        self._shared = Emitter(Run(""), words)
        self._columns = Columns(document, self._shared)
        self._body: list[str] = []
        self._counters: list[str] = []
        self._before: list[str] = []
        self._after: list[str] = []

    def add(self, number: int, rule: CheckedRule) -> bool:
        """Adds a rule to the loop; False where it has to run in its general form."""
        if rule.mode == "deny_each":
            return False
        trial = Columns(
            self._document,
            self._shared,
            dict(self._columns.guards),
            {name: list(tests) for name, tests in self._columns.tests.items()},
        )
        self._shared.run = rule.run
        try:
            lines = list(self._lines(number, rule, trial))
        except NotFusable:
            return False
        self._columns = trial
        self._body += lines
        return True

    def _lines(self, number: int, rule: CheckedRule, columns: Columns) -> Iterator[str]:
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
    def _vacuous(rule: CheckedRule, columns: Columns) -> str:
        found = _evidence(rule.test, columns.document)
        return " and ".join(columns.absent(part) for part in found) if found else ""

    def compiled(self) -> tuple[str, Mapping[str, Any], Callable[..., Any]]:
        """The loop's source, its constants, and the loop."""
        names: dict[str, Any] = {
            **self._shared.names,
            "absent": ABSENT,
            "Words": Words,
            **{
                f.__name__: f
                for f in (fused.texts, fused.texts_or_null, fused.lists_or_null, fused.timestamps)
            },
        }
        source = "\n".join(self._source())
        exec(compile(source, "<rules>", "exec"), names)  # noqa: S102  # written by this package
        return source, self._shared.constants, names["judge"]

    def _source(self) -> Iterator[str]:
        columns = self._columns
        for name, tests in columns.tests.items():
            yield f"words_{name} = Words(lambda word: ({', '.join(tests)},))"
        yield "def judge(rows, start, tallies):"
        yield from fused.column_lines(columns)
        yield from self._before
        taken = "".join(f", c_{name}" for name in columns.guards)
        yield f"    for i{taken or ','} in zip(range(start, start + len(rows)){taken}):"
        for name, tests in columns.tests.items():
            answers = ", ".join(f"{name}_{place}" for place in range(1, len(tests) + 1))
            yield f"        {answers}, = words_{name}[c_{name}]"
        yield from self._body or ["        pass"]
        yield from self._after
        yield "    return True"
