"""``findings.jsonl``: one finding a line, in the order in which they come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from auditor.model import Finding, Report
from auditor.report.document import finding_json
from auditor.report.encoding import line, lines


def finding_line(finding: Finding) -> str:
    """One finding as a line of JSON, with its newline."""
    return line(finding_json(finding))


def finding_lines(findings: Sequence[Finding]) -> bytes:
    """The same of many findings in one text, which is quicker than one by one."""
    # All the rest of a finding is text.
    floats = (part for each in findings for part in (each.observed, each.waiver))
    return lines(list(map(finding_json, findings)), floats)


def jsonl(_report: Report, findings: Iterable[Finding]) -> Iterator[str]:
    """The findings as lines of JSON; nothing of the report is in them."""
    return map(finding_line, findings)
