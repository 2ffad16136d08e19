"""How often each rule gave each outcome, counted as a run goes on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace

from auditor.expression.program import Tally
from auditor.judge.digest import rule_digest
from auditor.model import Finding, Outcome, RuleCount, State
from auditor.policy.check import ReadyRule
from auditor.policy.load import evidence_name


@dataclass(slots=True)
class _Count:
    """How often a rule gave each outcome so far; the names are those of `RuleCount`."""

    substantive: int = 0
    vacuous: int = 0
    fail: int = 0
    fresh: int = 0
    waived: int = 0
    unknown: int = 0
    blind: int = 0
    not_applicable: int = 0


class Counts:
    """The counts of a run's rules."""

    def __init__(self, rules: Iterable[ReadyRule]) -> None:
        self._rules = {ready.rule.id: _zero(ready) for ready in rules}
        self._counts = {name: _Count() for name in self._rules}

    def all(self) -> tuple[RuleCount, ...]:
        """How every rule went so far, in the order of the rules' ids."""
        return tuple(
            replace(self._rules[name], **asdict(self._counts[name])) for name in sorted(self._rules)
        )

    def add(self, rule: str, tally: Tally, total: int) -> None:
        """Count what a rule said of ``total`` resources without giving a finding."""
        count = self._counts[rule]
        count.substantive += tally.passed - tally.vacuous
        count.vacuous += tally.vacuous
        count.not_applicable += total - tally.applied

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


def _zero(ready: ReadyRule) -> RuleCount:
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
