"""The formats of findings: one row each.

A new format is a file beside this one with a function from a report and its findings to lines,
and a row in `FORMATS`. ``report.json`` is no format: every run has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from auditor.model import Finding, Report
from auditor.report.jsonl import jsonl

Render = Callable[[Report, Iterable[Finding]], Iterator[str]]
"""Lines with their newlines, each as soon as the findings for it have come."""


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write findings: its name in ``--format``, its file in a run, its lines."""

    name: str
    file: str
    lines: Render


FORMATS: Mapping[str, Format] = {
    row.name: row for row in (Format("jsonl", "findings.jsonl", jsonl),)
}
