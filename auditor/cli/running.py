"""One run from its parts to its exit code: audit, write, print. The same for every command."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from auditor import events, timestamps
from auditor.cli import logging
from auditor.cli.complaint import Unfinished
from auditor.cli.options import OUTPUT, RunOptions
from auditor.cli.output import note, show
from auditor.cli.progress import Line
from auditor.cli.rules import Rules
from auditor.cli.signals import Interruptible
from auditor.cli.steps import Steps, steps_asked_for
from auditor.errors import DamagedRun
from auditor.evidence import manifest
from auditor.judge.assessment import Assessment
from auditor.judge.judge import Judge
from auditor.model import Report, Severity, SourceRecord
from auditor.report.document import report_text
from auditor.report.encoding import document
from auditor.report.formats import FOLDER_FORMATS, FORMATS, Create
from auditor.report.highlights import Highlights, HighlightsCollector
from auditor.report.read import finding_of, findings_in
from auditor.scan import Run, audit
from auditor.sink import compressed
from auditor.sink.run_directory import Add, RunDirectory, forget_partial, new_run_id, run_id_of
from auditor.sink.stdout import write_lines
from auditor.source.interface import Source
from auditor.source.inventory import INVENTORY, Tally, end_line, header_line, record_texts

if TYPE_CHECKING:
    from rich.console import ConsoleRenderable

    Screen = Callable[[Report, Highlights, Path, tuple[str, ...]], ConsoleRenderable]

FINDINGS = "findings.jsonl"

Finish = Callable[[Report], Report]


def _summary(
    report: Report, highlights: Highlights, folder: Path, names: tuple[str, ...]
) -> ConsoleRenderable:
    from auditor.report.terminal import summary

    return summary(report, highlights, folder, names)


class Parts(Struct, frozen=True):
    """What a command puts together for a run.

    ``judge`` is None for one that judges everything, and ``steps`` for those that the options ask
    for. ``configuration`` is the SHA-256 of each configuration file by its path. ``finish`` adds
    what only this command knows to the report, and ``screen`` is what a person sees of it.
    ``resumes`` is the folder of the run that this one finishes; a ``resumable`` one that does not
    come to its end can be finished in turn.
    """

    source: Source
    rules: Rules
    now: str
    tool: Mapping[str, str]
    judge: Judge | None = None
    steps: Steps | None = None
    started_at: str = field(default_factory=timestamps.now)
    line: Line | None = None
    configuration: Mapping[str, str] = field(default_factory=dict)
    finish: Finish = lambda report: report
    screen: Screen = _summary
    resumes: Path | None = None
    resumable: bool = False


def carry_out(options: RunOptions, parts: Parts) -> int:
    """Audit, write the run's files, print; the exit code.

    Raises UsageError before anything begins, and Unfinished where it began and did not come to
    its end.
    """
    for name in FOLDER_FORMATS.keys() & set(options.formats):
        FOLDER_FORMATS[name].check()
    steps = parts.steps or steps_asked_for(options, parts.rules, parts.now)
    judge = parts.judge or Judge(parts.rules.ready, steps.all())
    directory = RunDirectory(options.output or OUTPUT, new_run_id(parts.started_at))
    logging.configure(
        directory.run_id,
        options.log_format,
        quiet=options.quiet,
        colour=not options.no_color,
        debug=options.debug,
    )
    running = _Running(options, parts, steps, judge, Interruptible(parts.source), directory)
    with _kept_if_unfinished(directory, _next_step(parts, directory)):
        with running.source.listening():
            report = running.audited()
            running.write(report)
        running.tell(report)
    if report.interrupted and running.source.signal is not None:
        return 128 + running.source.signal
    return report.verdict.exit_code


def _next_step(parts: Parts, directory: RunDirectory) -> str:
    run = directory.run_id
    return f"auditor scan --resume {run} reads only what is missing" if parts.resumable else ""


@contextmanager
def _kept_if_unfinished(directory: RunDirectory, next_step: str) -> Iterator[None]:
    try:
        yield
    except DamagedRun:
        # Nothing was called, and what was judged of a damaged inventory is worth nothing.
        directory.discard()
        raise
    except Exception as error:
        folder = directory.partial if directory.partial.exists() else directory.path
        raise Unfinished(folder, next_step) from error


class _Running(Struct, frozen=True):
    """A run that has begun: it has a directory, and signals are waited for."""

    options: RunOptions
    parts: Parts
    steps: Steps
    judge: Judge
    source: Interruptible
    directory: RunDirectory
    highlights: HighlightsCollector = field(default_factory=HighlightsCollector)

    def audited(self) -> Report:
        """The report, with findings and inventory written on the way."""
        parts, line = self.parts, self.parts.line
        run = Run(
            id=self.directory.run_id,
            now=parts.now,
            fail_on=self.options.fail_on or Severity.INFO,
            tool=parts.tool,
            policies=parts.rules.used,
            allowed=parts.rules.allowed,
            fail_on_new=self.options.fail_on_new,
        )
        events.tell(events.INFO, "run started", now=parts.now, rules=len(parts.rules.ready))
        with (
            line.drawn(quiet=self.options.quiet) if line else nullcontext(),
            self.directory.open_lines(FINDINGS) as add_finding,
            self.directory.open_lines(INVENTORY, at_once=True) as add_record,
        ):
            inventory = _Inventory(add_record, self.source)
            keep = partial(_keep, add_finding, self.highlights)
            report = audit(self.source, self.judge, run, inventory.add, keep)
            inventory.end(report)
        report = replace(
            report,
            started_at=parts.started_at,
            unjudged=parts.rules.unjudged,
            resumes=None if parts.resumes is None else run_id_of(parts.resumes),
        )
        return parts.finish(self.steps.told(report))

    def write(self, report: Report) -> None:
        """Write what is left and give the directory its name."""
        directory, parts = self.directory, self.parts
        if (directory.partial / INVENTORY).stat().st_size >= compressed.LARGE:
            directory.compress(INVENTORY)
        directory.write("report.json", report_text(report))
        self._write_formats(report)
        files = {**parts.configuration, **self.steps.files}
        proof = manifest.manifest(
            directory.partial, directory.names, parts.rules.used, files, directory.digests
        )
        directory.write(manifest.NAME, document(proof))
        directory.commit()
        if parts.resumes is not None:
            forget_partial(parts.resumes)

    def _write_formats(self, report: Report) -> None:
        """Write each format that is not there; the findings come from the file of the run."""
        directory = self.directory
        asked = dict.fromkeys(filter(None, (*self.options.formats, self.options.stdout)))
        files = [FORMATS[name] for name in asked if name in FORMATS]
        missing = [row for row in files if row.file not in directory.names]
        if missing:
            # Every past run is read for this, which a plain run has no use for.
            from auditor.report.history import course_to

            report = replace(report, history=course_to(report, directory.path.parent))
        for row in missing:
            with directory.open_lines(row.file) as add:
                for line in row.lines(report, findings_in(directory.partial)):
                    add(line)
        for folder in (FOLDER_FORMATS[name] for name in asked if name in FOLDER_FORMATS):
            create = _creator(directory, folder.folder)
            folder.write(report, findings_in(directory.partial), create)

    def tell(self, report: Report) -> None:
        """Print what was asked for, each thing where it belongs."""
        options, folder = self.options, self.directory.path
        events.tell(
            events.INFO,
            "run finished",
            verdict=report.verdict.word,
            complete=report.complete,
        )
        if not options.quiet:
            names = tuple(dict.fromkeys(name.split("/")[0] for name in self.directory.names))
            screen = self.parts.screen(report, self.highlights.highlights(), folder, names)
            stream = sys.stderr if options.stdout else sys.stdout
            show(screen, stream, colour=not options.no_color)
        if self.parts.resumable and (report.interrupted or report.coverage.unread):
            next_step = _next_step(self.parts, self.directory)
            events.tell(events.INFO, "not everything was read", next=next_step)
        if options.stdout:
            _send(folder / FORMATS[options.stdout].file)


def _creator(directory: RunDirectory, folder: str) -> Create:
    """What opens the files of a format that has a folder of its own in the run."""
    return lambda name: directory.open_bytes(f"{folder}/{name}")


def _send(file: Path) -> None:
    """Write a file of the run to standard output, byte for byte."""
    with file.open(encoding="utf-8", newline="") as lines:
        if not write_lines(sys.stdout.buffer, lines):
            note(f"standard output was closed; all of it is in {file}", quiet=False)


def _keep(add: Add, highlights: HighlightsCollector, assessment: Assessment) -> None:
    """Write the findings of one model, and remember those that people are shown."""
    wanted = [each for each in assessment.first if highlights.lacks(each)]
    seen = 0
    for text in assessment.lines:
        add(text)
        if wanted:
            lines = text.splitlines()
            for position in wanted:
                if seen <= position.line < seen + len(lines) and highlights.lacks(position):
                    highlights.add(finding_of(json.loads(lines[position.line - seen])))
            seen += len(lines)


class _Inventory:
    """Writes the inventory of a run, record by record."""

    def __init__(self, add: Add, source: Source) -> None:
        self._add = add
        self._source = source
        self._tally = Tally()
        add(header_line(source.header))

    def add(self, record: SourceRecord) -> None:
        """Write the lines of one record."""
        for text in record_texts(record):
            self._add(text)
        self._tally = self._tally.plus(record)

    def end(self, report: Report) -> None:
        """Write the last line: the inventory is whole."""
        calls, end = self._source.api_calls, report.finished_at
        self._add(end_line(self._tally, calls, end, interrupted=report.interrupted))
