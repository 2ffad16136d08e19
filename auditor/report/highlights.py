"""The few findings that are kept in memory for people, while all of them are streamed to disk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from msgspec import Struct, field

from auditor.model import Finding, Outcome, State

KEPT = 5
"""How many findings are kept of one rule and outcome."""

_OLD = frozenset({State.EXISTING, State.CARRIED})

Key = tuple[str, Outcome]


class Position(NamedTuple):
    """Where a finding stands that may be a highlight: its line, from 0, among those of a model.

    ``old`` where the baseline has it already.
    """

    rule: str
    outcome: Outcome
    old: bool
    line: int


class First:
    """Finds the first findings of each rule and outcome among those of one model."""

    def __init__(self) -> None:
        self._line = 0
        self._seen: Counter[tuple[str, Outcome, bool]] = Counter()
        self._found: list[Position] = []

    def add(self, rule: str, outcome: Outcome, state: State | None = None) -> None:
        """Looks at the next finding."""
        key = (rule, outcome, state in _OLD)
        self._seen[key] += 1
        if self._seen[key] <= KEPT:
            self._found.append(Position(*key, self._line))
        self._line += 1

    def all(self) -> tuple[Position, ...]:
        """The positions of what was found."""
        return tuple(self._found)


class Highlights(Struct, frozen=True):
    """The first findings of each rule and outcome, in the order in which they came.

    Where there is a baseline, those that are new since then stand before the others.
    """

    findings: Mapping[Key, tuple[Finding, ...]] = field(default_factory=dict)

    def of(self, rule: str, outcome: Outcome) -> tuple[Finding, ...]:
        """The kept findings of one rule with one outcome; at most as many as were asked for."""
        return self.findings.get((rule, outcome), ())


class HighlightsCollector:
    """Sees every finding go by and keeps the first of each rule and outcome."""

    def __init__(self, kept: int = KEPT) -> None:
        self._most = kept
        self._new: dict[Key, list[Finding]] = {}
        self._old: dict[Key, list[Finding]] = {}

    def add(self, finding: Finding) -> None:
        """Keep the finding if it is among the first of its rule and outcome."""
        side = self._old if finding.state in _OLD else self._new
        kept = side.setdefault((finding.rule, finding.outcome), [])
        if len(kept) < self._most:
            kept.append(finding)

    def lacks(self, position: Position) -> bool:
        """Whether a finding there would be kept."""
        side = self._old if position.old else self._new
        return len(side.get((position.rule, position.outcome), ())) < self._most

    def highlights(self) -> Highlights:
        """What was kept so far."""
        return Highlights(
            {
                key: tuple([*self._new.get(key, ()), *self._old.get(key, ())][: self._most])
                for key in self._new | self._old
            }
        )
