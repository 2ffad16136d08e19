"""One pass over the findings of a run: what a page shows of them, in memory that has a bound."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec import Struct, field

from auditor.model import Finding, Outcome, Severity, State
from auditor.report.highlights import Highlights, HighlightsCollector

_OUTCOMES = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.WAIVED)
_VERSIONS = 20
"""How many versions of a model are told apart; of more, only their number is kept."""

_MARKS = 12
"""How many rules are named of one version."""


class Mark(Struct, frozen=True):
    """What one rule says of one resource, in short."""

    rule: str
    severity: Severity
    outcome: Outcome


class VersionTally(Struct):
    """A version with findings, or with None the model itself: its first marks, and their number."""

    version: str | None
    marks: list[Mark] = field(default_factory=list)
    total: int = 0

    def add(self, mark: Mark) -> None:
        """Count a finding."""
        self.total += 1
        if len(self.marks) < _MARKS:
            self.marks.append(mark)


class ModelTally(Struct):
    """A model with findings: how many of each sort, and its first versions."""

    arn: str
    name: str
    account: str
    region: str
    membership: str
    collaboration: str
    counts: Counter[tuple[Outcome, Severity]] = field(default_factory=Counter)
    versions: dict[str | None, VersionTally] = field(default_factory=dict)
    more: int = 0
    _last: str | None = None

    def add(self, finding: Finding) -> None:
        """Count a finding of this model."""
        version = finding.resource.version
        self.counts[finding.outcome, finding.severity] += 1
        tally = self.versions.get(version)
        if tally is None and len(self.versions) < _VERSIONS:
            tally = self.versions[version] = VersionTally(version)
        if tally is not None:
            tally.add(Mark(finding.rule, finding.severity, finding.outcome))
        elif version != self._last:
            # Findings come in the order of their resources, so this is one not seen before.
            self.more += 1
        self._last = version

    def count(self, outcome: Outcome) -> int:
        """How many findings of this outcome there are, of any severity."""
        return sum(self.counts[outcome, severity] for severity in Severity)

    @property
    def total(self) -> int:
        """How many findings there are."""
        return self.counts.total()

    @property
    def badness(self) -> tuple[int, ...]:
        """What orders models, the worst first: failures by severity, then what is unknown."""
        failures = (-self.counts[Outcome.FAIL, severity] for severity in reversed(Severity))
        return (*failures, -self.count(Outcome.UNKNOWN), -self.count(Outcome.WAIVED))


class Collected(Struct, frozen=True):
    """What a page shows of the findings; ``kept`` are the worst of ``total``, the worst first."""

    total: int
    kept: tuple[Finding, ...]
    highlights: Highlights
    models: tuple[ModelTally, ...]
    states: Counter[State]


def collect(findings: Iterable[Finding], bound: int) -> Collected:
    """Sees every finding once and keeps at most ``bound`` of them."""
    worst, highlights = _Worst(bound), HighlightsCollector()
    models: dict[str, ModelTally] = {}
    states: Counter[State] = Counter()
    total = 0
    for finding in findings:
        total += 1
        worst.add(finding)
        highlights.add(finding)
        _model(models, finding).add(finding)
        if finding.state is not None:
            states[finding.state] += 1
    ordered = sorted(models.values(), key=lambda model: (model.badness, model.arn))
    return Collected(total, tuple(worst), highlights.highlights(), tuple(ordered), states)


def _model(models: dict[str, ModelTally], finding: Finding) -> ModelTally:
    about = finding.resource
    model = models.get(about.arn)
    if model is None:
        model = models[about.arn] = ModelTally(
            about.arn,
            about.name,
            about.account,
            about.region,
            about.membership,
            about.collaboration,
        )
    return model


class _Worst:
    """At most so many findings: the worst, and of equally bad ones those that came first."""

    def __init__(self, bound: int) -> None:
        self._left = bound
        self._ranks: dict[int, list[Finding]] = {rank: [] for rank in range(_RANKS)}

    def add(self, finding: Finding) -> None:
        """Keep the finding, if need be in the place of a better one."""
        rank = _rank(finding)
        if self._left:
            self._left -= 1
        else:
            least = max((one for one, kept in self._ranks.items() if kept), default=-1)
            if rank >= least:
                return
            self._ranks[least].pop()
        self._ranks[rank].append(finding)

    def __iter__(self) -> Iterator[Finding]:
        return (finding for kept in self._ranks.values() for finding in kept)


_RANKS = len(Severity) * len(_OUTCOMES)


def _rank(finding: Finding) -> int:
    """0 for a critical failure; a severity's failures before its unknowns before its waived."""
    severity = len(Severity) - 1 - finding.severity.rank
    return severity * len(_OUTCOMES) + _OUTCOMES.index(finding.outcome)
