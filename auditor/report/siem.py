"""What the formats of a SIEM share: what happened to a finding, and what is gone since before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from functools import lru_cache
from typing import Any

from msgspec.structs import replace

from auditor import timestamps
from auditor.model import Finding, Report, State
from auditor.report.stencil import Stencils, compact

PRODUCT = "cleanrooms-ml-auditor"
"""The name of this tool, as product and as vendor."""


class Activity(Enum):
    """What a run did to a finding."""

    CREATE = "create"
    UPDATE = "update"
    CLOSE = "close"


def activity(finding: Finding) -> Activity:
    """What a run did to a finding that it gave; without a baseline each one counts as new."""
    if finding.state in (State.EXISTING, State.CARRIED):
        return Activity.UPDATE
    return Activity.CREATE


def resolved(report: Report) -> Iterator[Finding]:
    """The findings of the baseline that this run, which could see their resources, did not give.

    Their messages say so; reason, remediation, waiver and state are gone with them. That a rule
    passes now is not known: the resource may be gone, or the rule.
    """
    for past in report.compared.past if report.compared else ():
        if not past.carried:
            finding = past.finding
            message = f"not found again, before: {finding.message}"
            yield replace(
                finding, message=message, reason=None, remediation="", waiver=None, state=None
            )


def with_lines(
    report: Report,
    findings: Iterable[Finding],
    build: Callable[[Activity, Finding], Any],
    encode: Callable[[Any], str] = compact,
) -> Iterator[tuple[Finding, str]]:
    """Each finding with its line of JSON, then those that are resolved since the baseline.

    ``build`` and ``encode`` are those of `Stencils`.
    """
    found = Stencils(lambda finding, _texts: build(activity(finding), finding), encode=encode)
    gone = Stencils(lambda finding, _texts: build(Activity.CLOSE, finding), encode=encode)
    for finding in findings:
        yield finding, found.line(finding)
    for finding in resolved(report):
        yield finding, gone.line(finding)


def rationale(report: Report, finding: Finding) -> str:
    """Why the rule of a finding is there; a finding that was read again does not say it itself."""
    if finding.rationale:
        return finding.rationale
    return next((rule.rationale for rule in report.rules if rule.rule == finding.rule), "")


@lru_cache(maxsize=64)
def milliseconds(timestamp: str) -> int:
    """Whole milliseconds since 1970 of a timestamp."""
    return round(timestamps.seconds(timestamp) * 1000)


def controls(finding: Finding) -> list[str]:
    """The controls that the rule supports, each with its framework: ``soc-2 CC6.1``."""
    return [
        f"{framework} {control}"
        for framework, controls in sorted(finding.controls.items())
        for control in controls
    ]
