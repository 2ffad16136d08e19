"""AWS Security Finding Format: a JSON list of requests for BatchImportFindings.

Security Hub takes a request only in the account and the region of its findings, so each request
has the findings of one account and region, at most 100 of them, each on a line of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby, islice
from typing import Any, NamedTuple

from orjson import dumps

from auditor.model import Finding, Outcome, Report, Severity
from auditor.report.hostile import visible
from auditor.report.siem import PRODUCT, controls, resolved
from auditor.report.stencil import Stencils, Texts, compact, quoted

_BATCH = 100
_ID, _TITLE, _LINE, _RECOMMENDATION, _FIELD = 512, 256, 1024, 512, 2048
_REQUIREMENTS = 32
"""What Security Hub has room for, in characters and in controls."""

_TYPES = ["Software and Configuration Checks/Industry and Regulatory Standards"]
_PARTITIONS = ("aws", "aws-cn", "aws-us-gov")
_LABELS = {
    Severity.INFO: "INFORMATIONAL",
    Severity.LOW: "LOW",
    Severity.MEDIUM: "MEDIUM",
    Severity.HIGH: "HIGH",
    Severity.CRITICAL: "CRITICAL",
}
_STATUSES = {
    Outcome.FAIL: "FAILED",
    Outcome.WAIVED: "WARNING",
    Outcome.UNKNOWN: "WARNING",
}
_TOO_LONG = "too long for this field, see findings.jsonl"
_IN_FULL = f" In full: product field {PRODUCT}/remediation."


def asff(report: Report, findings: Iterable[Finding]) -> Iterator[str]:
    """Requests with the findings, then with those resolved since the baseline, as archived."""
    yield "[\n"
    between = ""
    for gone, some in ((False, findings), (True, resolved(report))):
        for hub, of_hub in groupby(some, key=_hub):
            lines = map(_stencils(report, _Hub(*hub), gone=gone).line, of_hub)
            for line in lines:
                yield f'{between}{{"Findings":[\n'
                yield line
                for more in islice(lines, _BATCH - 1):
                    yield f",{more}"
                yield "]}\n"
                between = ","
    yield "]\n"


class _Hub(NamedTuple):
    """The Security Hub that takes certain findings."""

    partition: str
    account: str
    region: str

    @property
    def product(self) -> str:
        return (
            f"arn:{self.partition}:securityhub:{self.region}:{self.account}"
            f":product/{self.account}/default"
        )


def _hub(finding: Finding) -> tuple[str, str, str]:
    resource = finding.resource
    return resource.arn.split(":", 2)[1], resource.account, resource.region


def _stencils(report: Report, hub: _Hub, *, gone: bool) -> Stencils:
    def build(finding: Finding, texts: Texts) -> Any:
        return _finding(report, hub, finding, texts, gone=gone)

    return Stencils(build, _texts, _field)


def _texts(finding: Finding) -> Texts:
    """The texts of a finding within the limits, and all of them seen."""
    resource = finding.resource
    advice, procedure = _advice(finding.remediation)
    message, reason, version, name, collaboration = _all_fit(
        finding.message,
        finding.reason or "",
        resource.version or "",
        resource.name,
        resource.collaboration,
    )
    return {
        "id": f"{PRODUCT}/{finding.id}",
        "message": message or _fit(finding.title, _TITLE),
        "reason": reason,
        "remediation": advice,
        "procedure": procedure,
        "arn": resource.arn,
        "version": version,
        "name": name,
        "collaboration": collaboration,
    }


def _all_fit(*texts: str) -> list[str]:
    """Each text as `_fit` has it; one look at all of them is quicker, and mostly enough."""
    together = "".join(texts)
    if len(together) <= _LINE and _plain(together):
        return [text.strip() for text in texts]
    return [_fit(text, _LINE) for text in texts]


def _advice(remediation: str) -> tuple[str, str]:
    """What stands as recommendation, and the whole for a product field where it has no room there.

    NOTE: A command is written whole or not at all: without its last argument, a deletion of one
    version is a deletion of another one.
    """
    text = remediation.replace("\n", " ")
    size = _units(text)
    if size > _FIELD or not _plain(text):
        return "See remediation in findings.jsonl.", ""
    if size <= _RECOMMENDATION:
        return text, ""
    prose = remediation.partition("\n")[0] + _IN_FULL
    return (prose if _units(prose) <= _RECOMMENDATION else _IN_FULL.strip()), text


def _plain(text: str) -> bool:
    """Whether each character is seen."""
    # Nothing to escape in JSON is nothing to escape at all, and orjson is quick to tell.
    if text.isascii() and len(dumps(text)) == len(text) + 2 and "\x7f" not in text:
        return True
    return visible(text) == text


def _fit(text: str, limit: int) -> str:
    """The text as one line of seen characters, cut to the limit; empty where it is blank."""
    text = " ".join(text.split())
    # NOTE: The limits count UTF-16 units, of which an emoji takes two.
    spare = limit - (_units(text) - len(text))
    return visible(text, max(spare, limit // 2))


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _field(value: Any) -> str:
    """JSON of a text that holds the value as JSON, or says that it has no room."""
    text = compact(value)
    return quoted(text if len(text) <= _FIELD else _TOO_LONG)


def _finding(
    report: Report, hub: _Hub, finding: Finding, texts: Texts, *, gone: bool
) -> Mapping[str, Any]:
    severity = _severity(finding)
    return {
        "SchemaVersion": "2018-10-08",
        "Id": finding.id,
        "ProductArn": hub.product,
        "ProductName": PRODUCT,
        "CompanyName": PRODUCT,
        "GeneratorId": _fit(f"{PRODUCT}/{finding.policy}/{finding.rule}", _ID),
        "AwsAccountId": hub.account,
        "Types": _TYPES,
        # A run may be judged as of a later moment than the one it was made at.
        "CreatedAt": min(finding.evaluated_at, report.finished_at),
        "UpdatedAt": report.finished_at,
        "LastObservedAt": min(finding.evaluated_at, report.finished_at),
        "Severity": severity,
        "FindingProviderFields": {"Severity": severity, "Types": _TYPES},
        "Title": _fit(finding.title, _TITLE),
        "Description": finding.message,
        **({"Remediation": _remediation(finding)} if finding.remediation else {}),
        "Resources": [_resource(hub, finding)],
        "Compliance": _compliance(finding, gone=gone),
        "ProductFields": _product_fields(report, finding, texts, gone=gone),
        "RecordState": "ARCHIVED" if gone else "ACTIVE",
    }


def _severity(finding: Finding) -> Mapping[str, str]:
    """NOTE: A waived finding is informational, not suppressed.

    A later import cannot take a suppression back, and the finding would stay hidden when its
    waiver is over.
    """
    waived = finding.outcome is Outcome.WAIVED
    label = _LABELS[Severity.INFO if waived else finding.severity]
    return {"Label": label, "Original": finding.severity.value}


def _remediation(finding: Finding) -> Mapping[str, Any]:
    return {"Recommendation": {"Text": finding.remediation}}


def _compliance(finding: Finding, *, gone: bool) -> Mapping[str, Any]:
    """Never PASSED: what is resolved was not found again, and nobody said that it passes."""
    compliance: dict[str, Any] = {"Status": "NOT_AVAILABLE" if gone else _STATUSES[finding.outcome]}
    if related := controls(finding)[:_REQUIREMENTS]:
        compliance["RelatedRequirements"] = related
    if finding.reason:
        compliance["StatusReasons"] = [{"ReasonCode": "UNKNOWN", "Description": finding.reason}]
    return compliance


def _resource(hub: _Hub, finding: Finding) -> Mapping[str, Any]:
    resource = finding.resource
    other = {
        "Kind": resource.kind,
        "Version": resource.version,
        "Name": resource.name,
        "Collaboration": resource.collaboration,
    }
    described: dict[str, Any] = {
        "Type": "Other",
        "Id": resource.arn,
        "Region": hub.region,
        "Details": {"Other": {name: text for name, text in other.items() if text}},
    }
    if hub.partition in _PARTITIONS:
        described["Partition"] = hub.partition
    return described


def _product_fields(
    report: Report, finding: Finding, texts: Texts, *, gone: bool
) -> Mapping[str, Any]:
    fields = {
        "run": report.run,
        "policy": _fit(finding.policy, _FIELD),
        "rule": _fit(finding.rule, _FIELD),
        "outcome": None if gone else finding.outcome.value,
        "state": "resolved" if gone else finding.state,
        "observed": finding.observed,
        "remediation": texts["procedure"],
        "waiver": finding.waiver,
    }
    return {f"{PRODUCT}/{name}": value for name, value in fields.items() if value}
