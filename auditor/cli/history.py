"""`auditor history`: the course over many runs."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from auditor.cli.options import OUTPUT
from auditor.cli.output import show, write
from auditor.errors import UsageError
from auditor.report.history import course, course_text


def options(parser: ArgumentParser) -> None:
    """Add where runs are, and how they are written."""
    parser.add_argument(
        "folder",
        metavar="DIR",
        type=Path,
        nargs="?",
        default=OUTPUT,
        help=f"where runs are (default: {OUTPUT}/)",
    )
    parser.add_argument(
        "--output-format",
        choices=("text", "json"),
        default="text",
        help="how the runs are written (default: text)",
    )
    parser.add_argument("--no-color", action="store_true", help="no colours, no bold")


def run(parsed: Namespace) -> int:
    """List the runs, the oldest first."""
    if not parsed.folder.is_dir():
        raise UsageError(f"there is no folder {parsed.folder}", "name the folder that holds runs")
    found = course(parsed.folder)
    if parsed.output_format == "json":
        write(course_text(found), sys.stdout)
    else:
        show(found, sys.stdout, colour=not parsed.no_color)
    return 0
