"""`auditor verify`: whether the files of a run are what its manifest says."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from auditor.cli.options import OUTPUT
from auditor.errors import DamagedRun
from auditor.evidence.manifest import NAME, verify
from auditor.sink.run_directory import LATEST, resolve_run


def options(parser: ArgumentParser) -> None:
    """Add the run, and where runs are."""
    parser.add_argument(
        "run_name", metavar="RUN", help=f"the folder of a run, its id, or {LATEST!r}"
    )
    parser.add_argument(
        "--output",
        metavar="DIR",
        type=Path,
        default=OUTPUT,
        help=f"where runs are (default: {OUTPUT}/)",
    )


def run(parsed: Namespace) -> int:
    """Compare every file; raises DamagedRun where one differs."""
    folder = resolve_run(parsed.output, parsed.run_name)
    problems = verify(folder)
    if problems:
        raise DamagedRun(
            "; ".join(map(str, problems)), "do not rely on this run; take it from where it was kept"
        )
    print(f"{folder}: every file is what {NAME} says")
    print(f"{NAME} itself is not signed: whoever can change the files can change it too")
    return 0
