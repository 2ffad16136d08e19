"""Elastic Common Schema: one document a line, ready for an index or a log shipper.

What ECS has no field for stands under one name of our own. What a rule read is JSON text there,
not an object: its keys are expressions, and an index would make a field of each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from auditor.model import Finding, Outcome, Report
from auditor.report.siem import PRODUCT, Activity, controls, rationale, with_lines
from auditor.report.stencil import as_text

VERSION = "8.11.0"
"""The version of ECS whose fields these are; later ones have them too."""

OWN = "cleanrooms_ml_auditor"
"""The name of the fields that are not ECS."""

_OUTCOMES = {
    Outcome.FAIL: "failure",
    Outcome.WAIVED: "unknown",
    Outcome.UNKNOWN: "unknown",
}

Document = dict[str, Any]


def ecs(report: Report, findings: Iterable[Finding]) -> Iterator[str]:
    """The findings as documents, then one for each that is resolved since the baseline."""

    def build(done: Activity, finding: Finding) -> Document:
        return _document(report, done, finding)

    return (line for _, line in with_lines(report, findings, build, as_text))


def _document(report: Report, done: Activity, finding: Finding) -> Document:
    closed = done is Activity.CLOSE
    return {
        "@timestamp": report.now if closed else finding.evaluated_at,
        "cloud": _cloud(finding),
        "ecs": {"version": VERSION},
        "event": _event(report, done, finding),
        "message": finding.message,
        "observer": _observer(report),
        "rule": _rule(report, finding),
        OWN: _own(report, finding, closed=closed),
    }


def _event(report: Report, done: Activity, finding: Finding) -> Mapping[str, Any]:
    event = {
        "action": f"finding-{done.value}",
        "category": ["configuration"],
        "created": report.finished_at,
        "dataset": f"{OWN}.findings",
        "id": finding.id,
        "kind": "state",
        "module": OWN,
        "outcome": "unknown" if done is Activity.CLOSE else _OUTCOMES[finding.outcome],
        "provider": PRODUCT,
        "severity": finding.severity.rank,
        "type": ["info"],
    }
    if finding.reason:
        event["reason"] = finding.reason
    return event


def _observer(report: Report) -> Mapping[str, Any]:
    return {"product": PRODUCT, "vendor": PRODUCT, "version": report.tool.get("auditor", "")}


def _rule(report: Report, finding: Finding) -> Mapping[str, Any]:
    rule = {"id": finding.rule, "name": finding.title, "ruleset": finding.policy}
    if why := rationale(report, finding):
        rule["description"] = why
    return rule


def _cloud(finding: Finding) -> Mapping[str, Any]:
    return {
        "account": {"id": finding.resource.account},
        "provider": "aws",
        "region": finding.resource.region,
        "service": {"name": "cleanrooms-ml"},
    }


def _own(report: Report, finding: Finding, *, closed: bool) -> Mapping[str, Any]:
    resource = finding.resource
    own = {
        "collaboration": resource.collaboration,
        "controls": controls(finding),
        "kind": resource.kind,
        "membership": resource.membership,
        "model": {"arn": resource.arn, "name": resource.name},
        "observed": finding.observed,
        "outcome": None if closed else finding.outcome.value,
        "remediation": finding.remediation,
        "run": report.run,
        "severity": finding.severity.value,
        "state": "resolved" if closed else finding.state,
        "version": resource.version,
        "waiver": finding.waiver,
    }
    return {name: value for name, value in own.items() if value}
