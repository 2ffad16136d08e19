"""``results.sarif`` (SARIF 2.1.0): failures, for code scanning and for editors.

A failure stands on the line of the policy that its rule is written on, because no file of a
repository holds a trained model. Only failures are results: code scanning shows whatever else is
there as an alert too. What keeps the run from being complete is a notification.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from auditor.model import Finding, Outcome, Report, Severity, State
from auditor.report.encoding import line
from auditor.report.hostile import visible
from auditor.report.identity import recognisable, tail
from auditor.report.sarif_run import LEVELS, SCHEMA, invocation, message, tool
from auditor.report.written import Spot, carried, known_rules, spot

MOST = 25_000
"""Results that code scanning takes of one run; of more, the worst are written."""

_STATES = {
    State.NEW: "new",
    State.REOPENED: "new",
    State.EXISTING: "unchanged",
    State.CARRIED: "unchanged",
}


def sarif(report: Report, findings: Iterable[Finding]) -> Iterator[str]:
    """A log with one run; each result stands on a line of its own as soon as it has come."""
    rules = known_rules(report)
    yield f'{{"$schema":"{SCHEMA}","version":"2.1.0","runs":[\n'
    yield f'{{"tool":{_json(tool(report, rules))},\n"columnKind":"unicodeCodePoints",\n"results":['
    results = _Results(
        spots={name: spot(rule) for name, rule in rules.items()},
        places={name: number for number, name in enumerate(rules)},
        room=_room(report),
    )
    before = "\n"
    for result in results.of(report, findings):
        yield before + _json(result)
        before = ",\n"
    yield f'\n],\n"artifacts":{_json(_artifacts(report))},\n'
    yield f'"invocations":[{_json(invocation(report, results.cut))}],\n'
    yield f'"properties":{_json(_properties(report))}}}\n]}}\n'


def _json(value: Any) -> str:
    return line(value)[:-1]


def _room(report: Report) -> dict[Severity, int]:
    """How many failures of each severity are written, so that the worst of them are."""
    counts = Counter[Severity]()
    for rule in report.rules:
        counts[rule.severity] += rule.fail
    counts.update(one.severity for one in carried(report) if one.outcome is Outcome.FAIL)
    room, left = {}, MOST
    for severity in reversed(Severity):
        room[severity] = min(counts[severity], left)
        left -= room[severity]
    return room


@dataclass(slots=True)
class _Results:
    """Failures as results; ``cut`` counts those for which there is no room."""

    spots: Mapping[str, Spot]
    places: Mapping[str, int]
    room: dict[Severity, int]
    cut: Counter[Severity] = field(default_factory=Counter)

    def of(self, report: Report, findings: Iterable[Finding]) -> Iterator[dict[str, Any]]:
        """The results of a run, those that are carried from its baseline last."""
        here = ((finding, "") for finding in findings)
        lost = ((finding, "not read in this run; before: ") for finding in carried(report))
        for finding, before in chain(here, lost):
            if finding.outcome is not Outcome.FAIL:
                continue
            if self.room[finding.severity]:
                self.room[finding.severity] -= 1
                yield self._result(finding, before)
            else:
                self.cut[finding.severity] += 1

    def _result(self, finding: Finding, before: str) -> dict[str, Any]:
        resource = finding.resource
        said = f"{recognisable(resource, {})}: {before}{finding.message}"
        result: dict[str, Any] = {
            "ruleId": finding.rule,
            "ruleIndex": self.places[finding.rule],
            "level": LEVELS[finding.severity],
            "message": message(said),
            "locations": [_location(finding, self.spots[finding.rule])],
            # NOTE: all failures of a rule stand on one line, so the line cannot tell them apart.
            "partialFingerprints": {"primaryLocationLineHash": finding.id},
            "properties": {"policy": finding.policy, "remediation": visible(finding.remediation)},
        }
        state = State.CARRIED if before else finding.state
        return result | ({"baselineState": _STATES[state]} if state else {})


def _location(finding: Finding, at: Spot) -> dict[str, Any]:
    resource = finding.resource
    name = tail(resource.arn) if resource.version is None else resource.version
    whole = resource.arn if resource.version is None else f"{resource.arn}#{resource.version}"
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": at.uri},
            "region": {
                "startLine": at.line,
                "startColumn": 1,
                "endLine": at.line,
                "endColumn": 2,
            },
        },
        "logicalLocations": [
            {
                "name": visible(name),
                "fullyQualifiedName": visible(whole),
                "kind": f"trained model {resource.kind}" if resource.version else "trained model",
            }
        ],
    }


def _artifacts(report: Report) -> list[dict[str, Any]]:
    """The policies, as evidence of what was asked for."""
    uris = {rule.policy: spot(rule).uri for rule in report.rules}
    return [
        {
            "location": {"uri": uris[policy.policy]},
            "roles": ["userSpecifiedConfiguration"],
            "hashes": {"sha-256": policy.sha256},
        }
        for policy in report.policies
        if policy.policy in uris
    ]


def _properties(report: Report) -> dict[str, Any]:
    return {
        "run": report.run,
        "verdict": report.verdict.word,
        "complete": report.complete,
        "now": report.now,
    }
