"""`auditor report`: a past run rendered in another format, or its summary once more."""

from __future__ import annotations

import shutil
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from msgspec.structs import replace

from auditor.cli.options import OUTPUT, formats
from auditor.cli.output import note, show
from auditor.errors import DamagedRun, UsageError
from auditor.evidence.manifest import NAME, verify
from auditor.model import Report
from auditor.report.formats import FOLDER_FORMATS, FORMATS, FolderFormat
from auditor.report.gate import gate_screen
from auditor.report.highlights import HighlightsCollector
from auditor.report.history import course_to
from auditor.report.read import FINDINGS_FILE, REPORT_FILE, findings_in, report_in
from auditor.report.terminal import summary
from auditor.sink.atomic import unwritable, write_lines_atomically
from auditor.sink.run_directory import LATEST, resolve_run
from auditor.sink.stdout import write_lines


def options(parser: ArgumentParser) -> None:
    """Add the run, where runs are, the formats and where they go."""
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
    parser.add_argument(
        "--format",
        metavar="F[,F...]",
        type=formats,
        default=(),
        help=f"one of {', '.join(FORMATS)} goes to standard output (without it: the summary);"
        f" several, and {', '.join(FOLDER_FORMATS)}, need --to",
    )
    parser.add_argument(
        "--to", metavar="DIR", type=Path, help="write the formats to files in this folder instead"
    )
    parser.add_argument("--no-color", action="store_true", help="no colours, no bold")


def run(parsed: Namespace) -> int:
    """Render what is asked for; 0 whatever the verdict of the run, because nothing is judged.

    Raises DamagedRun, before anything is written, where the run is not what its manifest says.
    """
    folder = resolve_run(parsed.output, parsed.run_name)
    _check_asked(parsed, folder)
    _check_unchanged(folder)
    report = report_in(folder)
    if set(parsed.format) - {"jsonl"}:
        # Every run beside it is read for this.
        report = replace(report, history=course_to(report, folder.resolve().parent))
    if parsed.to is not None:
        _write(parsed.format, report, folder, parsed.to)
    elif parsed.format:
        lines = FORMATS[parsed.format[0]].lines(report, findings_in(folder))
        write_lines(sys.stdout.buffer, lines)
    else:
        _show(report, folder, colour=not parsed.no_color)
    return 0


def _check_asked(parsed: Namespace, folder: Path) -> None:
    if parsed.to is None:
        if len(parsed.format) > 1:
            raise UsageError("only one format fits on standard output", "add --to DIR for files")
        if not FORMATS.keys() >= set(parsed.format):
            raise UsageError(f"{parsed.format[0]} is several files", "add --to DIR for them")
        return
    if not parsed.format:
        raise UsageError("--to without --format", "name the formats, such as --format sarif,junit")
    if folder.resolve() in (parsed.to.resolve(), *parsed.to.resolve().parents):
        raise UsageError(
            f"{parsed.to} belongs to the run, and its manifest would not be true any more",
            "choose another folder",
        )


def _check_unchanged(folder: Path) -> None:
    """NOTE: a run that lost its last findings would look better than it was."""
    read = {NAME, REPORT_FILE, FINDINGS_FILE}
    problems = [str(problem) for problem in verify(folder) if Path(problem.path).name in read]
    if problems:
        raise DamagedRun("; ".join(problems), "take the run from where it was kept")


def _write(names: tuple[str, ...], report: Report, folder: Path, to: Path) -> None:
    try:
        to.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(to, error) from error
    for name in names:
        if name in FORMATS:
            row = FORMATS[name]
            written = to / row.file
            write_lines_atomically(written, row.lines(report, findings_in(folder)))
        else:
            written = to / FOLDER_FORMATS[name].folder
            _write_folder(FOLDER_FORMATS[name], report, folder, written)
        note(f"{name}: {written}", quiet=False)


def _write_folder(row: FolderFormat, report: Report, folder: Path, to: Path) -> None:
    """Write a folder that is not there yet, all of it or nothing."""
    if to.exists():
        raise UsageError(f"{to} is there already", "remove it, or choose another folder")
    partial = to.with_name(f".{to.name}.{report.run}.partial")

    @contextmanager
    def create(name: str) -> Iterator[IO[bytes]]:
        (partial / name).parent.mkdir(parents=True, exist_ok=True)
        with (partial / name).open("wb") as file:
            yield file

    try:
        partial.mkdir()
        row.write(report, findings_in(folder), create)
        partial.rename(to)
    except OSError as error:
        raise unwritable(to, error) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _show(report: Report, folder: Path, *, colour: bool) -> None:
    collector = HighlightsCollector()
    for finding in findings_in(folder):
        collector.add(finding)
    files = tuple(sorted(path.name for path in folder.iterdir()))
    if report.gate is not None:
        show(gate_screen(report, folder, files), sys.stdout, colour=colour)
    else:
        show(summary(report, collector.highlights(), folder, files), sys.stdout, colour=colour)
