"""The published JSON of a finding (``auditor.finding/1``) and of a run (``auditor.report/1``).

Written by hand, member by member: what users script against does not change because a value of
this project did. The schemas that describe it stand in ``schemas/``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from auditor.model import (
    Compared,
    Finding,
    PolicyUsed,
    Report,
    Resource,
    RuleCount,
    Severity,
    Unjudged,
    WaiverUsed,
)
from auditor.report.compliance import Control, Framework, control_view
from auditor.report.coverage import coverage_json
from auditor.report.encoding import document

FINDING = "auditor.finding/1"
REPORT = "auditor.report/1"

WAIVERS = ("used", "expiring", "expired", "lapsed", "unmatched", "unseen")
"""What can become of a waiver: the members of ``waivers``."""


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
        "resource": resource_json(finding.resource),
        "observed": finding.observed,
        "remediation": finding.remediation,
        "controls": finding.controls,
        "waiver": finding.waiver,
        "state": finding.state,
        "evaluated_at": finding.evaluated_at,
    }


def resource_json(resource: Resource) -> dict[str, Any]:
    """A resource as published in a finding."""
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
    """A run as published, without its findings.

    ``gate`` is there only for `auditor gate`, and ``resumes`` for a run that finishes another.
    """
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
        "fail_on_new": report.fail_on_new,
        "counts": _counts(report.rules),
        "coverage": coverage_json(report.coverage),
        "policies": [_policy(policy) for policy in report.policies],
        "waivers": _waivers(report.waivers),
        "baseline": report.compared and _baseline(report.compared),
        "allowed": report.allowed,
        "unjudged": [_unjudged(rule) for rule in report.unjudged],
        "controls": [_framework(framework) for framework in control_view(report)],
    }
    if report.gate is not None:
        published["gate"] = report.gate
    if report.resumes is not None:
        published["resumes"] = report.resumes
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
        "rationale": rule.rationale,
        "controls": rule.controls,
        "path": rule.path,
        "line": rule.line,
        "when": rule.when,
        "wants": rule.wants,
        "digest": rule.digest,
        "outcomes": outcomes([rule]),
        "passes": {"substantive": rule.substantive, "vacuous": rule.vacuous},
        "fresh": rule.fresh,
        "blind": rule.blind,
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


def _waivers(waivers: Sequence[WaiverUsed]) -> dict[str, Any]:
    by_status: dict[str, list[dict[str, Any]]] = {status: [] for status in WAIVERS}
    for waiver in waivers:
        by_status[waiver.status].append(_waiver(waiver))
    return by_status


def _waiver(waiver: WaiverUsed) -> dict[str, Any]:
    return {
        "rule": waiver.rule,
        "arn": waiver.arn,
        "version": waiver.version,
        "reason": waiver.reason,
        "owner": waiver.owner,
        "ticket": waiver.ticket,
        "expires": waiver.expires,
        "detail": waiver.detail,
    }


def _baseline(compared: Compared) -> dict[str, Any]:
    return {
        "run": compared.run,
        "path": compared.path,
        "counts": compared.counts,
        "resolved": [finding_json(past.finding) for past in compared.past if not past.carried],
        "carried": [finding_json(past.finding) for past in compared.past if past.carried],
        "resolved_before": compared.resolved_before,
    }


def _unjudged(rule: Unjudged) -> dict[str, Any]:
    return {"rule": rule.rule, "controls": rule.controls, "asked": rule.asked}


def _framework(framework: Framework) -> dict[str, Any]:
    return {
        "framework": framework.framework,
        "title": framework.title,
        "controls": [_control(control) for control in framework.controls],
    }


def _control(control: Control) -> dict[str, Any]:
    return {
        "control": control.control,
        "standing": control.standing,
        "why": control.why,
        "rules": [rule.rule for rule in control.rules],
        "unjudged": control.unjudged,
        "outcomes": outcomes(control.rules),
    }
