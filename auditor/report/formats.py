"""The formats of findings: one row each.

A new format is a file beside this one with a function from a report and its findings to lines,
and a row in `FORMATS`. ``report.json`` is no format: every run has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from auditor.model import Finding, Report
from auditor.report.asff import asff
from auditor.report.cef import cef
from auditor.report.csv import comma_separated
from auditor.report.ecs import ecs
from auditor.report.github import workflow_commands
from auditor.report.gitlab import code_quality
from auditor.report.html.page import html
from auditor.report.jsonl import jsonl
from auditor.report.junit import junit
from auditor.report.markdown import markdown, step_summary
from auditor.report.ocsf import ocsf
from auditor.report.ocsf_parquet import Create, check_arrow, ocsf_parquet
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
        Format("github-summary", "github-summary.md", step_summary),
        Format("csv", "findings.csv", comma_separated),
        Format("markdown", "report.md", markdown),
        Format("html", "report.html", html),
        Format("ocsf-1.3.0", "findings.ocsf-1.3.0.jsonl", partial(ocsf, version="1.3.0")),
        Format("ocsf-1.4.0", "findings.ocsf-1.4.0.jsonl", partial(ocsf, version="1.4.0")),
        Format("ocsf-1.5.0", "findings.ocsf-1.5.0.jsonl", partial(ocsf, version="1.5.0")),
        Format("ocsf-1.6.0", "findings.ocsf-1.6.0.jsonl", partial(ocsf, version="1.6.0")),
        Format("ocsf-1.7.0", "findings.ocsf-1.7.0.jsonl", partial(ocsf, version="1.7.0")),
        Format("ocsf-1.8.0", "findings.ocsf-1.8.0.jsonl", partial(ocsf, version="1.8.0")),
    )
}

WriteFiles = Callable[[Report, Iterable[Finding], Create], list[str]]
"""Writes files that it opens by their names, which may have folders in them; gives the names."""


@dataclass(frozen=True, slots=True)
class FolderFormat:
    """A way to write findings as several files: its name in ``--format``, its folder in a run.

    ``check`` raises UsageError where it cannot be written here, so that a run need not begin.
    """

    name: str
    folder: str
    write: WriteFiles
    check: Callable[[], None]


FOLDER_FORMATS: Mapping[str, FolderFormat] = {
    row.name: row
    for row in (FolderFormat("ocsf-parquet", "ocsf-parquet", ocsf_parquet, check_arrow),)
}

NAMES = (*FORMATS, *FOLDER_FORMATS)
"""Every format that ``--format`` takes; ``--stdout`` takes those of one file."""
