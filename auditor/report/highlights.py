"""The few findings that are kept in memory for people, while all of them are streamed to disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

from auditor.model import Finding, Outcome, State

KEPT = 5
"""How many findings are kept of one rule and outcome."""

_OLD = frozenset({State.EXISTING, State.CARRIED})

Key = tuple[str, Outcome]


@dataclass(frozen=True, slots=True)
class Highlights:
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

    def kept(self) -> Iterator[Finding]:
        """Every finding that was kept, those of one rule and outcome in the order they came."""
        for side in (self._new, self._old):
            yield from chain.from_iterable(side.values())

    def highlights(self) -> Highlights:
        """What was kept so far."""
        return Highlights(
            {
                key: tuple([*self._new.get(key, ()), *self._old.get(key, ())][: self._most])
                for key in self._new | self._old
            }
        )
