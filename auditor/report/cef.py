"""ArcSight Common Event Format: one event a line, to put into syslog.

Controls and whatever else is not seen are written as escapes first (`hostile.visible`), so an event
is always one line and its text cannot act on a terminal; then CEF's own escaping is applied.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from auditor.model import Finding, Report, Severity
from auditor.report.hostile import visible
from auditor.report.siem import PRODUCT, Activity, activity, controls, milliseconds, resolved
from auditor.report.stencil import compact

_SEVERITIES = {
    Severity.INFO: 1,
    Severity.LOW: 3,
    Severity.MEDIUM: 5,
    Severity.HIGH: 8,
    Severity.CRITICAL: 10,
}
_VERSION, _NAME, _SHORT, _LONG = 31, 512, 1023, 4000
"""Characters that CEF has room for: a version, a name, most fields, and a custom string."""

_MANY = 2000
"""Heads that are kept; a run has its rules times a few."""


def cef(report: Report, findings: Iterable[Finding]) -> Iterator[str]:
    """The findings as events, then one for each that is resolved since the baseline."""
    found, gone = _Events(report), _Events(report)
    for finding in findings:
        yield found.line(activity(finding), finding)
    for finding in resolved(report):
        yield gone.line(Activity.CLOSE, finding)


class _Events:
    """Events of one run; what those of a rule share is written once."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._heads: dict[tuple[Any, ...], str] = {}

    def line(self, done: Activity, finding: Finding) -> str:
        """A finding as an event, with its newline."""
        shape = (
            finding.policy,
            finding.rule,
            finding.severity,
            finding.outcome,
            finding.evaluated_at,
            done,
        )
        head = self._heads.get(shape)
        if head is None:
            if len(self._heads) >= _MANY:
                self._heads.clear()
            head = self._heads[shape] = _head(self._report, done, finding)
        return f"{head} {_fields(_own(finding))}\n"


def _head(report: Report, done: Activity, finding: Finding) -> str:
    """The header and the fields that all findings of a rule share."""
    closed = done is Activity.CLOSE
    header = (
        "CEF:0",
        PRODUCT,
        PRODUCT,
        _header(report.tool.get("auditor", ""), _VERSION),
        _header(finding.rule, _SHORT),
        _header(finding.title, _NAME),
        str(_SEVERITIES[finding.severity]),
    )
    shared = (
        ("rt", str(milliseconds(report.now if closed else finding.evaluated_at))),
        ("act", done.value),
        ("outcome", "resolved" if closed else finding.outcome.value),
        ("cat", _value(finding.policy)),
        ("cs4Label=controls cs4", _value(", ".join(controls(finding)), _LONG)),
    )
    return f"{'|'.join(header)}|{_fields(shared)}"


def _own(finding: Finding) -> Iterable[tuple[str, str]]:
    """The fields of a finding alone; a custom field comes after what it is called."""
    resource = finding.resource
    return (
        ("externalId", _value(finding.id)),
        ("msg", _value(finding.message)),
        ("reason", _value(finding.reason or "")),
        ("cs1Label=modelArn cs1", _value(resource.arn, _LONG)),
        ("cs2Label=version cs2", _value(resource.version or "", _LONG)),
        ("cs3Label=modelName cs3", _value(resource.name, _LONG)),
        ("cs5Label=observed cs5", _json(finding.observed)),
        ("cs6Label=waiver cs6", _json(finding.waiver)),
        ("flexString1Label=account flexString1", _value(resource.account)),
        ("flexString2Label=region flexString2", _value(resource.region)),
    )


def _fields(fields: Iterable[tuple[str, str]]) -> str:
    """The fields that have a value."""
    return " ".join([f"{key}={value}" for key, value in fields if value])


def _json(value: Any) -> str:
    """The value as JSON; nothing where there is none, or where only a piece of it had room."""
    text = compact(value) if value else ""
    return _escaped(text) if len(text) <= _LONG else ""


def _value(text: str, limit: int = _SHORT) -> str:
    # NOTE: Readers trim a value, so a space at its end could not be told from the next separator.
    return _escaped(visible(text, limit).strip(" ")) if text else ""


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("=", "\\=")


def _header(text: str, limit: int) -> str:
    return visible(text, limit).replace("\\", "\\\\").replace("|", "\\|")
