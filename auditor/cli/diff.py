"""`auditor diff`: what changed from one run to another."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from auditor.cli.check import recorded
from auditor.cli.options import OUTPUT
from auditor.cli.output import show, write
from auditor.judge.difference import changes
from auditor.judge.earlier import Earlier, earlier
from auditor.report.difference import (
    Difference,
    difference_lines,
    difference_markdown,
    side,
)
from auditor.report.read import findings_in, report_in
from auditor.sink.run_directory import LATEST, resolve_run
from auditor.sink.stdout import write_lines


def options(parser: ArgumentParser) -> None:
    """Add the two runs, where runs are, and how the difference is written."""
    parser.add_argument(
        "before", metavar="RUN_A", help="the earlier run: its folder, its id, or a findings.jsonl"
    )
    parser.add_argument(
        "after", metavar="RUN_B", help="the later run: its folder, its id, 'latest'"
    )
    parser.add_argument(
        "--output",
        metavar="DIR",
        type=Path,
        default=OUTPUT,
        help=f"where runs are (default: {OUTPUT}/)",
    )
    parser.add_argument(
        "--output-format",
        choices=("text", "json", "markdown"),
        default="text",
        help="how the difference is written (default: text)",
    )
    parser.add_argument("--no-color", action="store_true", help="no colours, no bold")


def run(parsed: Namespace) -> int:
    """Compare the findings of the two runs; nothing is judged, so no difference is an error."""
    before, after = _before(parsed), resolve_run(parsed.output, parsed.after)
    report = report_in(after)
    sides = side(before.run, before.report), side(report.run, report)
    changed = changes(before, report, recorded(after).records(), findings_in(after))
    if parsed.output_format == "json":
        write_lines(sys.stdout.buffer, difference_lines(*sides, changed))
        return 0
    difference = Difference(*sides, changed)
    if parsed.output_format == "markdown":
        write(difference_markdown(difference), sys.stdout)
    else:
        show(difference, sys.stdout, colour=not parsed.no_color)
    return 0


def _before(parsed: Namespace) -> Earlier:
    path = Path(parsed.before)
    if path.is_file() and path.name != LATEST:
        return earlier(path)
    return earlier(resolve_run(parsed.output, parsed.before))
