"""The few findings that are kept in memory for people, while all of them are streamed to disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from auditor.model import Finding, Outcome

KEPT = 5
"""How many findings are kept of one rule and outcome."""


@dataclass(frozen=True, slots=True)
class Highlights:
    """The first findings of each rule and outcome, in the order in which they came."""

    findings: Mapping[tuple[str, Outcome], tuple[Finding, ...]] = field(default_factory=dict)

    def of(self, rule: str, outcome: Outcome) -> tuple[Finding, ...]:
        """The kept findings of one rule with one outcome; at most `KEPT`."""
        return self.findings.get((rule, outcome), ())


class HighlightsCollector:
    """Sees every finding go by and keeps the first of each rule and outcome."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, Outcome], list[Finding]] = {}

    def add(self, finding: Finding) -> None:
        """Keep the finding if it is among the first of its rule and outcome."""
        kept = self._kept.setdefault((finding.rule, finding.outcome), [])
        if len(kept) < KEPT:
            kept.append(finding)

    def highlights(self) -> Highlights:
        """What was kept so far."""
        return Highlights({key: tuple(kept) for key, kept in self._kept.items()})
