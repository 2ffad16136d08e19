"""What rules say of resources that do not pass, on the way to findings and to their lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from auditor.expression.program import Unknown
from auditor.judge.findings import RuleVoice, model_resource, version_resource
from auditor.judge.lines import FailureLines
from auditor.model import Finding, Outcome, Place, Why
from auditor.report.jsonl import finding_line, finding_lines

Item = TypeVar("Item")

_AT_ONCE = 500  # findings that are written together, which is quicker than one by one


class Given(NamedTuple):
    """What a rule says of a resource that does not pass: ``version`` is empty for the model.

    ``unknown`` is None for one that fails.
    """

    version: str
    rule: str
    voice: RuleVoice
    document: Mapping[str, Any]
    unknown: Unknown | None = None

    @property
    def is_blind(self) -> bool:
        """Whether nobody could have read what the rule needs."""
        return self.unknown is not None and self.unknown.why is Why.BLIND_SPOT


def lines_of(place: Place, given: Sequence[Given], failures: Mapping[str, int]) -> Iterator[bytes]:
    """The lines of the findings, some in each text; ``failures`` is how many a rule has."""
    writers: dict[tuple[RuleVoice, bool], FailureLines] = {}
    for some in _parts(given):
        lines: list[str] = [""] * len(some)
        alike: dict[tuple[RuleVoice, bool], list[int]] = {}
        for number, each in enumerate(some):
            # What all failures of a rule have in common is worked out where there are several.
            if each.unknown is None and failures[each.rule] > 1:
                alike.setdefault((each.voice, bool(each.version)), []).append(number)
            else:
                lines[number] = finding_line(finding_of(place, each))
        for key, numbers in alike.items():
            fails = [(some[number].version, some[number].document) for number in numbers]
            if key not in writers:
                writers[key] = FailureLines(key[0], place, fails[0])
            for number, line in zip(numbers, writers[key].lines(fails), strict=True):
                lines[number] = line
        yield "".join(lines).encode("ascii")


def finding_of(place: Place, given: Given) -> Finding:
    """The finding of a rule on a resource of the model at this place."""
    document, unknown = given.document, given.unknown
    make = version_resource if given.version else model_resource
    resource = make(place, document)
    if unknown is None:
        return given.voice.finding(Outcome.FAIL, resource, document)
    return given.voice.finding(Outcome.UNKNOWN, resource, document, unknown.reason)


def lines_of_findings(findings: Sequence[Finding]) -> Iterator[bytes]:
    """The lines of findings that were made, some in each text."""
    return map(finding_lines, _parts(findings))


def _parts(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Some after the other, as many as are written together."""
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]
