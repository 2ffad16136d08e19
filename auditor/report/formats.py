"""The formats of findings: one row each.

A new format is a file beside this one with a function from a report and its findings to lines,
and a row in `FORMATS` that names both: only the format that is written is imported, because
start-up is part of every scan. ``report.json`` is no format: every run has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from functools import partial
from importlib import import_module
from typing import IO, Any

from msgspec import Struct

from auditor.model import Finding, Report

Create = Callable[[str], AbstractContextManager[IO[bytes]]]
"""Opens a new file for writing; its name has folders, with ``/`` between them."""

Render = Callable[[Report, Iterable[Finding]], Iterator[str]]
"""Lines with their newlines, each as soon as the findings for it have come."""


class Format(Struct, frozen=True):
    """A way to write findings: its name in ``--format``, its file in a run, its lines."""

    name: str
    file: str
    lines: Render


def _late(module: str, function: str) -> Callable[..., Any]:
    """A function of a module beside this one, which is imported when it is called."""

    def call(*arguments: Any, **options: Any) -> Any:
        found = getattr(import_module(f"auditor.report.{module}"), function)
        return found(*arguments, **options)

    return call


_ocsf = _late("ocsf", "ocsf")

FORMATS: Mapping[str, Format] = {
    row.name: row
    for row in (
        Format("jsonl", "findings.jsonl", _late("jsonl", "jsonl")),
        Format("ocsf", "findings.ocsf.jsonl", _ocsf),
        Format("asff", "findings.asff.json", _late("asff", "asff")),
        Format("ecs", "findings.ecs.jsonl", _late("ecs", "ecs")),
        Format("cef", "findings.cef", _late("cef", "cef")),
        Format("sarif", "results.sarif", _late("sarif", "sarif")),
        Format("junit", "junit.xml", _late("junit", "junit")),
        Format("gitlab", "code-quality.json", _late("gitlab", "code_quality")),
        Format("github", "github-annotations.txt", _late("github", "workflow_commands")),
        Format("github-summary", "github-summary.md", _late("markdown", "step_summary")),
        Format("csv", "findings.csv", _late("csv", "comma_separated")),
        Format("markdown", "report.md", _late("markdown", "markdown")),
        Format("html", "report.html", _late("html.page", "html")),
        Format("ocsf-1.3.0", "findings.ocsf-1.3.0.jsonl", partial(_ocsf, version="1.3.0")),
        Format("ocsf-1.4.0", "findings.ocsf-1.4.0.jsonl", partial(_ocsf, version="1.4.0")),
        Format("ocsf-1.5.0", "findings.ocsf-1.5.0.jsonl", partial(_ocsf, version="1.5.0")),
        Format("ocsf-1.6.0", "findings.ocsf-1.6.0.jsonl", partial(_ocsf, version="1.6.0")),
        Format("ocsf-1.7.0", "findings.ocsf-1.7.0.jsonl", partial(_ocsf, version="1.7.0")),
        Format("ocsf-1.8.0", "findings.ocsf-1.8.0.jsonl", partial(_ocsf, version="1.8.0")),
    )
}

WriteFiles = Callable[[Report, Iterable[Finding], Create], list[str]]
"""Writes files that it opens by their names, which may have folders in them; gives the names."""


class FolderFormat(Struct, frozen=True):
    """A way to write findings as several files: its name in ``--format``, its folder in a run.

    ``check`` raises UsageError where it cannot be written here, so that a run need not begin.
    """

    name: str
    folder: str
    write: WriteFiles
    check: Callable[[], None]


FOLDER_FORMATS: Mapping[str, FolderFormat] = {
    row.name: row
    for row in (
        FolderFormat(
            "ocsf-parquet",
            "ocsf-parquet",
            _late("ocsf_parquet", "ocsf_parquet"),
            _late("ocsf_parquet", "check_arrow"),
        ),
    )
}

NAMES = (*FORMATS, *FOLDER_FORMATS)
"""Every format that ``--format`` takes; ``--stdout`` takes those of one file."""
