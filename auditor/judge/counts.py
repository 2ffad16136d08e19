"""How often each rule gave each outcome, counted as a run goes on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from operator import add

from msgspec import Struct
from msgspec.structs import asdict, astuple, replace

from auditor.expression.program import Tally
from auditor.judge.digest import rule_digest
from auditor.model import Finding, Outcome, RuleCount, State
from auditor.policy.check import ReadyRule
from auditor.policy.load import evidence_name


class _Count(Struct):
    """How often a rule gave each outcome so far; the names are those of `RuleCount`."""

    substantive: int = 0
    vacuous: int = 0
    fail: int = 0
    fresh: int = 0
    waived: int = 0
    unknown: int = 0
    blind: int = 0
    not_applicable: int = 0

    def plus(self, other: _Count) -> _Count:
        """Both together."""
        return _Count(*map(add, astuple(self), astuple(other)))


class Counts:
    """How rules went on something, by their ids; what two parts gave can be added up."""

    def __init__(self) -> None:
        self._counts: defaultdict[str, _Count] = defaultdict(_Count)

    def of(self, zeros: Iterable[RuleCount]) -> tuple[RuleCount, ...]:
        """The same rules with their counts, in the order of their ids."""
        order = sorted(zeros, key=lambda zero: zero.rule)
        return tuple(replace(zero, **asdict(self._counts[zero.rule])) for zero in order)

    def add_all(self, others: Counts) -> None:
        """Count what was counted of another part."""
        for rule, count in others._counts.items():
            self._counts[rule] = self._counts[rule].plus(count)

    def add(self, rule: str, tally: Tally, total: int) -> None:
        """Count what a rule said of ``total`` resources without giving a finding."""
        count = self._counts[rule]
        count.substantive += tally.passed - tally.vacuous
        count.vacuous += tally.vacuous
        count.not_applicable += total - tally.applied

    def add_failures(self, rule: str, count: int) -> None:
        """Count failures of a rule that nothing was remembered of."""
        self._counts[rule].fail += count

    def add_unknown(self, rule: str, *, blind: bool) -> None:
        """Count an unknown; ``blind`` where nobody could have read what the rule needs."""
        self._counts[rule].unknown += 1
        self._counts[rule].blind += blind

    def add_finding(self, finding: Finding, *, blind: bool) -> None:
        """Count a finding as what it is; ``blind`` where nobody could have read what it needs."""
        count = self._counts[finding.rule]
        match finding.outcome:
            case Outcome.FAIL:
                count.fail += 1
                count.fresh += finding.state in (State.NEW, State.REOPENED)
            case Outcome.UNKNOWN:
                count.unknown += 1
                count.blind += blind
            case _:
                count.waived += 1


def zero(ready: ReadyRule) -> RuleCount:
    """A rule of which nothing was counted yet."""
    rule = ready.rule
    return RuleCount(
        rule=rule.id,
        policy=rule.policy,
        title=rule.title,
        severity=rule.severity,
        kind=rule.kind,
        rationale=rule.rationale,
        controls=rule.controls,
        path=evidence_name(rule.node.path),
        line=rule.node.line,
        wants=f"{rule.mode} {_one_line(rule.test.text)}",
        when=_one_line(rule.when.text) if rule.when else "",
        digest=rule_digest(rule),
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())
