"""The files of a past run back to values, or an error that says what is damaged.

Nothing is guessed and nothing is passed over: a member that is missing, unknown or of another type
is an error, and so are numbers that contradict each other.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from auditor.errors import DamagedRun
from auditor.model import Finding, Report
from auditor.report.read_finding import finding_of
from auditor.report.read_report import report_of
from auditor.report.strict import Value

__all__ = ["FINDINGS_FILE", "REPORT_FILE", "finding_of", "findings_in", "report_in", "report_of"]

FINDINGS_FILE = "findings.jsonl"
REPORT_FILE = "report.json"


def findings_in(run: Path) -> Iterator[Finding]:
    """The findings of a run's directory, or of a file of findings, one after the other.

    Raises DamagedRun at the first line that is no finding, and where the last line is cut.
    """
    path = run / FINDINGS_FILE if run.is_dir() else run
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                place = f"{path}:{number}:"
                if not line.endswith(b"\n"):
                    raise Value(None, place).wrong("is cut")
                yield finding_of(_parsed(line, place), place)
    except OSError as error:
        raise _unreadable(path, error) from error


def report_in(run: Path) -> Report:
    """The report of a run's directory, without its findings; DamagedRun where it has none."""
    path = run / REPORT_FILE
    try:
        text = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error
    return report_of(_parsed(text, f"{path}:"), f"{path}:")


def _parsed(text: bytes, place: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Value(None, place).wrong(f"is no JSON: {error}") from error


def _unreadable(path: Path, error: OSError) -> DamagedRun:
    return DamagedRun(
        f"{path} cannot be read: {error.strerror or type(error).__name__}",
        "name the folder of a run that was written to its end",
    )
