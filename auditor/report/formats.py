"""The formats of findings: one row each.

A new format is a file beside this one with a function from a report and its findings to lines,
and a row in `FORMATS`. ``report.json`` is no format: every run has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from auditor.model import Finding, Report
from auditor.report.asff import asff
from auditor.report.cef import cef
from auditor.report.csv import comma_separated
from auditor.report.ecs import ecs
from auditor.report.github import workflow_commands
from auditor.report.gitlab import code_quality
from auditor.report.jsonl import jsonl
from auditor.report.junit import junit
from auditor.report.markdown import markdown
from auditor.report.ocsf import ocsf
from auditor.report.sarif import sarif

Render = Callable[[Report, Iterable[Finding]], Iterator[str]]
"""Lines with their newlines, each as soon as the findings for it have come."""


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write findings: its name in ``--format``, its file in a run, its lines."""

    name: str
    file: str
    lines: Render


FORMATS: Mapping[str, Format] = {
    row.name: row
    for row in (
        Format("jsonl", "findings.jsonl", jsonl),
        Format("ocsf", "findings.ocsf.jsonl", ocsf),
        Format("asff", "findings.asff.json", asff),
        Format("ecs", "findings.ecs.jsonl", ecs),
        Format("cef", "findings.cef", cef),
        Format("sarif", "results.sarif", sarif),
        Format("junit", "junit.xml", junit),
        Format("gitlab", "code-quality.json", code_quality),
        Format("github", "github-annotations.txt", workflow_commands),
        Format("csv", "findings.csv", comma_separated),
        Format("markdown", "report.md", markdown),
    )
}
