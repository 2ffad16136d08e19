"""One version of one model: which it is, and what every rule says of it and of its model."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from auditor.judge.counts import Counts
from auditor.judge.facts import identity, newest_first
from auditor.judge.judge import Judge, Judged, Said, Step
from auditor.model import Finding, ModelRecord, Outcome, Row, RuleCount
from auditor.policy.check import ReadyRule

LATEST = "latest"
"""What is asked for when the newest version is meant."""

_COUNTED = {
    Outcome.PASS: "substantive",
    Outcome.FAIL: "fail",
    Outcome.WAIVED: "waived",
    Outcome.UNKNOWN: "unknown",
    Outcome.NOT_APPLICABLE: "not_applicable",
}


def chosen(record: ModelRecord, asked: str) -> Row | None:
    """The row that is asked for: an identifier, `BASE` or `LATEST`; None where it was not seen.

    The latest version of a list that was not read to its end is not known.
    """
    if asked == LATEST:
        return newest_first(record.versions)[0] if record.unread is None else None
    return next((row for row in record.versions if identity(row) == asked), None)


class VersionJudge(Judge):
    """Judges as `Judge` does, and keeps only what concerns one version and its model.

    Facts still follow from the whole list of versions. ``row`` is the version that was judged and
    ``said`` what each rule says of it, passes too; None and empty until it was seen.
    """

    def __init__(self, rules: Iterable[ReadyRule], asked: str, steps: Iterable[Step] = ()) -> None:
        super().__init__(rules, steps)
        self._zero = {count.rule: count for count in super().counts}
        self.row: Row | None = None
        self.said: tuple[Said, ...] = ()
        self._asked = asked

    @property
    def counts(self) -> tuple[RuleCount, ...]:
        """How every rule went on the version, or on its model."""
        once = {each.rule: _once(self._zero[each.rule], each.outcome) for each in self.said}
        return tuple(once.get(rule, zero) for rule, zero in self._zero.items())

    @property
    def remembers(self) -> bool:
        """It does: what was said of the version."""
        return True

    def judged(self, record: ModelRecord) -> Judged:
        """The findings about the version and its model; none where the version was not seen."""
        self.row = chosen(record, self._asked)
        if self.row is None:
            return Judged((), Counts())
        version = identity(self.row)
        judged = super().judged(record)
        found = [
            finding for finding in judged.findings if finding.resource.version in (None, version)
        ]
        waived = {finding.rule: finding for finding in found if finding.waiver is not None}
        said = self.sayings(record, version)
        self.said = tuple(_waived(each, waived.get(each.rule)) for each in said)
        return replace(judged, findings=found)


def _waived(said: Said, finding: Finding | None) -> Said:
    """What a rule says, waived where the finding that it gave is."""
    if finding is None or finding.waiver is None:
        return said
    message = f"{said.message} (waived until {finding.waiver['expires']})"
    return replace(said, outcome=Outcome.WAIVED, message=message)


def _once(zero: RuleCount, outcome: Outcome) -> RuleCount:
    """A rule that was judged once, with this outcome."""
    counted: dict[str, Any] = {_COUNTED[outcome]: 1}
    return replace(zero, **counted)
