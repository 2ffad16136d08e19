"""``results.sarif`` (SARIF 2.1.0): failures, for code scanning and for editors.

A failure stands on the line of the policy that its rule is written on, because no file of a
repository holds a trained model. Only failures are results: code scanning shows whatever else is
there as an alert too. What keeps the run from being complete is a notification.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from json.encoder import encode_basestring_ascii as _text
from typing import Any

from msgspec import Struct, field

from auditor.model import Finding, Outcome, Report, RuleCount, Severity, State
from auditor.report.encoding import line
from auditor.report.hostile import visible
from auditor.report.identity import recognisable, tail
from auditor.report.sarif_run import LEVELS, SCHEMA, invocation, message, tool
from auditor.report.written import carried, known_rules, spot

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
        anchors={name: _anchor(rule, number) for number, (name, rule) in enumerate(rules.items())},
        room=_room(report),
    )
    before = "\n"
    for result in results.of(report, findings):
        yield before + result
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


class _Anchor(Struct, frozen=True):
    """What all results of a rule share, as JSON."""

    rule: str
    place: str
    policy: str


def _anchor(rule: RuleCount, number: int) -> _Anchor:
    at = spot(rule)
    region = {"startLine": at.line, "startColumn": 1, "endLine": at.line, "endColumn": 2}
    return _Anchor(
        rule=f'"ruleId":{_text(rule.rule)},"ruleIndex":{number}',
        place=_json({"artifactLocation": {"uri": at.uri}, "region": region}),
        policy=_text(rule.policy),
    )


class _Results(Struct):
    """Failures as results; ``cut`` counts those for which there is no room."""

    anchors: Mapping[str, _Anchor]
    room: dict[Severity, int]
    cut: Counter[Severity] = field(default_factory=Counter)

    def of(self, report: Report, findings: Iterable[Finding]) -> Iterator[str]:
        """The results of a run as JSON, those that are carried from its baseline last."""
        here = ((finding, "") for finding in findings)
        lost = ((finding, "not read in this run; before: ") for finding in carried(report))
        for finding, before in chain(here, lost):
            if finding.outcome is not Outcome.FAIL:
                continue
            if self.room[finding.severity]:
                self.room[finding.severity] -= 1
                yield _result(finding, before, self.anchors[finding.rule])
            else:
                self.cut[finding.severity] += 1


def _result(finding: Finding, before: str, anchor: _Anchor) -> str:
    """NOTE: there are many, and putting texts into a line is twice as quick as a mapping."""
    state = State.CARRIED if before else finding.state
    compared = f'"baselineState":"{_STATES[state]}",' if state else ""
    said = f"{recognisable(finding.resource, {})}: {before}{finding.message}"
    return (
        f'{{{compared}"level":"{LEVELS[finding.severity]}",'
        f'"locations":[{{"logicalLocations":[{_resource(finding)}],'
        f'"physicalLocation":{anchor.place}}}],'
        f'"message":{{"text":{_text(message(said)["text"])}}},'
        # All failures of a rule stand on one line, so the line cannot tell them apart.
        f'"partialFingerprints":{{"primaryLocationLineHash":{_text(finding.id)}}},'
        f'"properties":{{"policy":{anchor.policy},'
        f'"remediation":{_text(visible(finding.remediation))}}},'
        f"{anchor.rule}}}"
    )


def _resource(finding: Finding) -> str:
    """The model, or its version, as a logical location."""
    arn, version = finding.resource.arn, finding.resource.version
    if version is None:
        kind, name, whole = "trained model", tail(arn), arn
    else:
        kind, name, whole = "trained model version", version, f"{arn}#{version}"
    return (
        f'{{"fullyQualifiedName":{_text(visible(whole))},'
        f'"kind":"{kind}","name":{_text(visible(name))}}}'
    )


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
