"""``findings.csv`` (RFC 4180): one finding a row, for spreadsheets.

Every cell is quoted, is one line in which each character is seen, and is not taken for a formula.
The exact texts stand in ``findings.jsonl``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from auditor.model import Finding, Report
from auditor.report.encoding import line
from auditor.report.hostile import visible

COLUMNS = (
    *("id", "rule", "policy", "severity", "outcome", "state", "title", "message", "reason"),
    *("kind", "arn", "version", "name", "account", "region", "membership", "collaboration"),
    *("observed", "remediation", "controls"),
    *("waiver_reason", "waiver_owner", "waiver_ticket", "waiver_expires"),
    *("evaluated_at", "run_verdict", "run_complete"),
)
"""The columns; the names of a finding's members, ``resource`` and ``waiver`` taken apart."""

_WAIVER = ("reason", "owner", "ticket", "expires")
_NO_WAIVER = ("",) * len(_WAIVER)
_LONGEST = 32_000
"""A spreadsheet cuts a cell after 32,767 characters."""

_ACTING = "=+\\-@|%\uff1d\uff0b\uff0d\uff20"
_FORMULA = re.compile(rf" *[{_ACTING}]")
# NOTE: where the list separator is a semicolon, a spreadsheet begins a new cell after each one.
_LATER_FORMULA = re.compile(rf"(;[ \"]*)(?=[{_ACTING}])")


def comma_separated(report: Report, findings: Iterable[Finding]) -> Iterator[str]:
    """The header, then a row for each finding in their order; rows end with CR LF."""
    yield _row(COLUMNS)
    run = (report.verdict.word, str(report.complete).lower())
    controls: dict[str, str] = {}
    for finding in findings:
        rule = finding.rule
        if rule not in controls:
            controls[rule] = _cell(_controls(finding))
        waiver = _waiver(finding)
        yield _row((*_cells(finding), controls[rule], *waiver, finding.evaluated_at, *run))


def _row(cells: Iterable[str]) -> str:
    # NOTE: this takes a tenth of the time that the standard library's writer takes.
    return '"' + '","'.join(cells) + '"\r\n'


def _cells(finding: Finding) -> tuple[str, ...]:
    """The cells from ``id`` to ``remediation``."""
    resource = finding.resource
    return (
        finding.id,
        finding.rule,
        finding.policy,
        finding.severity,
        finding.outcome,
        finding.state or "",
        _same(finding.title),
        _cell(finding.message),
        _cell(finding.reason or ""),
        resource.kind,
        _same(resource.arn),
        _cell(resource.version or ""),
        _same(resource.name),
        _same(resource.account),
        _same(resource.region),
        _same(resource.membership),
        _same(resource.collaboration),
        _cell(line(finding.observed)[:-1]),
        _cell(finding.remediation),
    )


def _controls(finding: Finding) -> str:
    return "; ".join(f"{name} {' '.join(ids)}" for name, ids in sorted(finding.controls.items()))


def _waiver(finding: Finding) -> tuple[str, ...]:
    if finding.waiver is None:
        return _NO_WAIVER
    return tuple(_cell(str(finding.waiver.get(name, ""))) for name in _WAIVER)


def _cell(text: str) -> str:
    """The inside of a quoted cell; an apostrophe stands before what would be computed."""
    shown = visible(text, _LONGEST)
    if not shown[:1].isalnum() and _FORMULA.match(shown):
        shown = f"'{shown}"
    if ";" in shown:
        shown = _LATER_FORMULA.sub(r"\1'", shown)
    return shown.replace('"', '""')


_same = lru_cache(maxsize=1024)(_cell)
"""The same for texts that many findings share."""
