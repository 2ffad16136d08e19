"""The published JSON of a finding (``auditor.finding/1``) and of a run (``auditor.report/1``).

Written by hand, member by member: what users script against does not change because a value of
this project did. The schemas that describe it stand in ``schemas/``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from auditor.model import (
    Anomaly,
    BlindSpot,
    Coverage,
    Finding,
    Place,
    PolicyUsed,
    Report,
    Resource,
    RuleCount,
    Severity,
    Unread,
    Unrecognised,
)
from auditor.report.encoding import document

FINDING = "auditor.finding/1"
REPORT = "auditor.report/1"


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding as published; the same finding gives the same bytes in every run."""
    return {
        "schema": FINDING,
        "id": finding.id,
        "rule": finding.rule,
        "policy": finding.policy,
        "severity": finding.severity,
        "outcome": finding.outcome,
        "reason": finding.reason,
        "title": finding.title,
        "message": finding.message,
        "resource": _resource(finding.resource),
        "observed": finding.observed,
        "remediation": finding.remediation,
        "controls": finding.controls,
        "waiver": finding.waiver,
        "state": finding.state,
        "evaluated_at": finding.evaluated_at,
    }


def _resource(resource: Resource) -> dict[str, Any]:
    return {
        "kind": resource.kind,
        "arn": resource.arn,
        "version": resource.version,
        "name": resource.name,
        "account": resource.account,
        "region": resource.region,
        "membership": resource.membership,
        "collaboration": resource.collaboration,
    }


def report_json(report: Report) -> dict[str, Any]:
    """A run as published, without its findings; ``gate`` is there only for `auditor gate`."""
    published: dict[str, Any] = {
        "schema": REPORT,
        "run": report.run,
        "tool": report.tool,
        "now": report.now,
        "started_at": report.started_at,
        "finished_at": report.finished_at,
        "verdict": report.verdict.word,
        "complete": report.complete,
        "exit_code": report.verdict.exit_code,
        "interrupted": report.interrupted,
        "fail_on": report.fail_on,
        "counts": _counts(report.rules),
        "coverage": _coverage(report.coverage),
        "policies": [_policy(policy) for policy in report.policies],
        "waivers": {"used": [], "expired": [], "unused": []},
        "allowed": report.allowed,
    }
    if report.gate is not None:
        published["gate"] = report.gate
    return published


def report_text(report: Report) -> str:
    """The text of ``report.json``."""
    return document(report_json(report))


def outcomes(rules: Sequence[RuleCount]) -> dict[str, int]:
    """How often each outcome was given by these rules together."""
    return {
        "pass": sum(rule.substantive + rule.vacuous for rule in rules),
        "fail": sum(rule.fail for rule in rules),
        "waived": sum(rule.waived for rule in rules),
        "unknown": sum(rule.unknown for rule in rules),
        "not_applicable": sum(rule.not_applicable for rule in rules),
    }


def _counts(rules: Sequence[RuleCount]) -> dict[str, Any]:
    return {
        "outcomes": outcomes(rules),
        "severities": {
            severity.value: outcomes([rule for rule in rules if rule.severity is severity])
            for severity in Severity
        },
        "rules": [_rule(rule) for rule in rules],
    }


def _rule(rule: RuleCount) -> dict[str, Any]:
    return {
        "rule": rule.rule,
        "policy": rule.policy,
        "title": rule.title,
        "severity": rule.severity,
        "kind": rule.kind,
        "outcomes": outcomes([rule]),
        "passes": {"substantive": rule.substantive, "vacuous": rule.vacuous},
        "blind": rule.blind,
    }


def _coverage(coverage: Coverage) -> dict[str, Any]:
    return {
        "targets": coverage.targets,
        "models": coverage.models,
        "versions": coverage.versions,
        "api_calls": coverage.api_calls,
        "unread": [_unread(unread) for unread in coverage.unread],
        "blind_spots": [_blind_spot(spot) for spot in coverage.blind_spots],
        "anomalies": [_anomaly(anomaly) for anomaly in coverage.anomalies],
        "unrecognised": [_unrecognised(item) for item in coverage.unrecognised],
    }


def _place(place: Place) -> dict[str, Any]:
    return {
        "target": place.target,
        "account": place.account,
        "region": place.region,
        "membership": place.membership,
        "arn": place.arn,
    }


def _unread(unread: Unread) -> dict[str, Any]:
    return {
        "place": _place(unread.place),
        "version": unread.version,
        "operation": unread.operation,
        "code": unread.code,
        "message": unread.message,
        "request_id": unread.request_id,
        "attempts": unread.attempts,
        "permission": unread.permission,
        "remedy": unread.remedy,
    }


def _blind_spot(spot: BlindSpot) -> dict[str, Any]:
    return {
        "place": _place(spot.place),
        "version": spot.version,
        "what": spot.what,
        "why": spot.why,
    }


def _anomaly(anomaly: Anomaly) -> dict[str, Any]:
    return {
        "place": _place(anomaly.place),
        "version": anomaly.version,
        "code": anomaly.code,
        "message": anomaly.message,
    }


def _unrecognised(item: Unrecognised) -> dict[str, Any]:
    return {
        "what": item.what,
        "name": item.name,
        "operation": item.operation,
        "count": item.count,
    }


def _policy(policy: PolicyUsed) -> dict[str, Any]:
    return {
        "policy": policy.policy,
        "title": policy.title,
        "path": policy.path,
        "sha256": policy.sha256,
        "rules": policy.rules,
        "params": policy.params,
    }
