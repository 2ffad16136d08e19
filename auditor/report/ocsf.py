"""OCSF Compliance Findings (class 2003), one event a line.

Only attributes that every version from 1.3.0 to 1.8.0 has, so one event is valid in each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from auditor.model import Finding, Outcome, Report, Severity
from auditor.report.siem import PRODUCT, Activity, controls, milliseconds, rationale, with_lines
from auditor.report.stencil import compact

VERSIONS = ("1.3.0", "1.4.0", "1.5.0", "1.6.0", "1.7.0", "1.8.0")
"""The versions of OCSF that an event can be written as."""

DEFAULT = "1.6.0"
"""The version that AWS Security Hub takes."""

Event = dict[str, Any]

_CLASS = 2003
_ACTIVITIES = {
    Activity.CREATE: (1, "Create"),
    Activity.UPDATE: (2, "Update"),
    Activity.CLOSE: (3, "Close"),
}
_SEVERITIES = {
    Severity.INFO: (1, "Informational"),
    Severity.LOW: (2, "Low"),
    Severity.MEDIUM: (3, "Medium"),
    Severity.HIGH: (4, "High"),
    Severity.CRITICAL: (5, "Critical"),
}
_RESOURCES = {"version": "trained model version", "model": "trained model"}
_NEW, _SUPPRESSED, _RESOLVED = (1, "New"), (3, "Suppressed"), (4, "Resolved")
_WARNING, _FAIL, _OTHER = (2, "Warning"), (3, "Fail"), (99, "resolved")


def ocsf(report: Report, findings: Iterable[Finding], version: str = DEFAULT) -> Iterator[str]:
    """The findings as events, then a Close event for each that is resolved since the baseline.

    Raises ValueError for a version that is not one of `VERSIONS`.
    """
    return (line for _, line in with_events(report, findings, version))


def with_events(
    report: Report,
    findings: Iterable[Finding],
    version: str,
    encode: Callable[[Any], str] = compact,
) -> Iterator[tuple[Finding, str]]:
    """Each finding with the line of its event; ``encode`` writes what was observed and a waiver.

    Raises ValueError for a version that is not one of `VERSIONS`.
    """
    if version not in VERSIONS:
        raise ValueError(f"OCSF {version} is not written; take one of {', '.join(VERSIONS)}")

    def build(done: Activity, finding: Finding) -> Event:
        return _event(report, version, done, finding)

    return with_lines(report, findings, build, encode)


def _event(report: Report, version: str, done: Activity, finding: Finding) -> Event:
    activity_id, activity_name = _ACTIVITIES[done]
    severity_id, severity = _SEVERITIES[finding.severity]
    status_id, status = _status(done, finding)
    time = report.now if done is Activity.CLOSE else finding.evaluated_at
    event: Event = {
        "activity_id": activity_id,
        "activity_name": activity_name,
        "category_name": "Findings",
        "category_uid": 2,
        "class_name": "Compliance Finding",
        "class_uid": _CLASS,
        "cloud": _cloud(finding),
        "compliance": _compliance(done, finding),
        "finding_info": _finding_info(report, finding),
        "message": finding.message,
        "metadata": _metadata(report, version),
        "observables": [_observable(finding)],
        "resources": [_resource(finding)],
        "severity": severity,
        "severity_id": severity_id,
        "status": status,
        "status_code": "resolved" if done is Activity.CLOSE else finding.outcome.value,
        "status_id": status_id,
        "time": milliseconds(time),
        "timezone_offset": 0,
        "type_name": f"Compliance Finding: {activity_name}",
        "type_uid": _CLASS * 100 + activity_id,
        "unmapped": _unmapped(finding),
    }
    if finding.reason:
        event["status_detail"] = finding.reason
    if finding.remediation:
        event["remediation"] = {"desc": finding.remediation}
    return event


def _status(done: Activity, finding: Finding) -> tuple[int, str]:
    if done is Activity.CLOSE:
        return _RESOLVED
    return _SUPPRESSED if finding.outcome is Outcome.WAIVED else _NEW


def _compliance(done: Activity, finding: Finding) -> Mapping[str, Any]:
    status_id, status = _verdict(done, finding)
    compliance = {
        "control": finding.rule,
        "requirements": controls(finding),
        # OCSF 1.3 wants a standard; the policy is one where its rules name none.
        "standards": sorted(finding.controls) or [finding.policy],
        "status": status,
        "status_id": status_id,
    }
    if finding.reason:
        compliance["status_detail"] = finding.reason
    return compliance


def _verdict(done: Activity, finding: Finding) -> tuple[int, str]:
    """Never a pass: what is resolved was not found again, and nobody said that it passes.

    A waived finding that has a reason was unknown, and otherwise a failure.
    """
    if done is Activity.CLOSE:
        return _OTHER
    if finding.outcome is Outcome.UNKNOWN or finding.reason:
        return _WARNING
    return _FAIL


def _finding_info(report: Report, finding: Finding) -> Mapping[str, Any]:
    info = {
        "analytic": {
            "category": finding.policy,
            "name": finding.title,
            "type": "Rule",
            "type_id": 1,
            "uid": finding.rule,
        },
        "last_seen_time": milliseconds(finding.evaluated_at),
        "title": finding.title,
        "uid": finding.id,
    }
    if why := rationale(report, finding):
        info["desc"] = why
    return info


def _metadata(report: Report, version: str) -> Mapping[str, Any]:
    tool = report.tool.get("auditor", "")
    return {
        "correlation_uid": report.run,
        "product": {"name": PRODUCT, "vendor_name": PRODUCT, "version": tool},
        "profiles": ["cloud"],
        "version": version,
    }


def _cloud(finding: Finding) -> Mapping[str, Any]:
    return {
        "account": {"type": "AWS Account", "type_id": 10, "uid": finding.resource.account},
        "provider": "AWS",
        "region": finding.resource.region,
    }


def _observable(finding: Finding) -> Mapping[str, Any]:
    return {
        "name": "resources[0].uid",
        "type": "Resource UID",
        "type_id": 10,
        "value": finding.resource.arn,
    }


def _resource(finding: Finding) -> Mapping[str, Any]:
    resource = finding.resource
    described: dict[str, Any] = {
        "data": finding.observed,
        "name": resource.name,
        "namespace": resource.membership,
        "region": resource.region,
        "type": _RESOURCES[resource.kind],
        "uid": resource.arn,
    }
    if resource.version is not None:
        described["version"] = resource.version
    return described


def _unmapped(finding: Finding) -> Mapping[str, Any]:
    return {
        "collaboration": finding.resource.collaboration,
        "membership": finding.resource.membership,
        "policy": finding.policy,
        "state": finding.state,
        "waiver": finding.waiver,
    }
