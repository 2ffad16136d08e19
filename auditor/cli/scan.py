"""`auditor scan`: every version of every configured model, listed in AWS, judged, reported."""

from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from auditor import timestamps
from auditor.cli.dry_run import dry_run
from auditor.cli.live import live_parts
from auditor.cli.options import OUTPUT, add_run_options, run_options
from auditor.cli.rules import rules_asked_for
from auditor.cli.running import carry_out
from auditor.cli.steps import steps_asked_for
from auditor.config import Config, load_config
from auditor.config.shape import EXECUTOR, MOST_CONCURRENCY, MOST_RATE
from auditor.errors import UsageError
from auditor.judge.assessment import Assessor
from auditor.judge.judge import Judge
from auditor.sink.run_directory import resolve_unfinished
from auditor.source.executor.chosen import usual
from auditor.source.inventory import InventorySource, inventory_in
from auditor.source.plan import Manner

CONFIG = Path("auditor.yaml")
"""The configuration where none is named."""


def options(parser: ArgumentParser) -> None:
    """Add the configuration, the dry run and the shared options."""
    add_config(parser)
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would be called and why, and call nothing"
    )
    parser.add_argument(
        "--resume",
        metavar="RUN",
        help="finish a run that was killed, stopped or could not read everything: its id, its"
        " folder, or 'latest'",
    )
    _add_manner(parser)
    add_run_options(parser)


def _add_manner(parser: ArgumentParser) -> None:
    reading = parser.add_argument_group("reading")
    reading.add_argument(
        "--max-concurrency",
        metavar="N",
        type=partial(_count, most=MOST_CONCURRENCY),
        help=f"requests on their way at the same time (default: {Manner().at_once})",
    )
    reading.add_argument(
        "--max-rate",
        metavar="N",
        type=partial(_count, most=MOST_RATE),
        help="requests a second, for each account and region (default: what the service takes)",
    )
    reading.add_argument(
        "--executor",
        metavar="WHERE",
        type=_executor_word,
        help="where models are read: threads, process or dask://HOST:PORT (default: process for"
        " many models)",
    )
    reading.add_argument(
        "--settle",
        action="store_true",
        help="read a model again in which versions changed while it was read",
    )


def _count(text: str, most: int) -> int:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= most:
        raise ArgumentTypeError(f"{text!r} is no whole number from 1 to {most}")
    return int(text)


def _manner(parsed: Namespace, config: Config) -> Manner:
    """How to read: what the command line says, and otherwise the configuration."""
    said = config.manner
    return Manner(
        parsed.max_concurrency or said.concurrency,
        parsed.max_rate or said.max_rate,
        parsed.settle or said.settle,
    )


def _executor(parsed: Namespace, config: Config) -> str:
    """Where to read. What is debugged happens where it can be seen."""
    named: str | None = parsed.executor or config.executor
    return named or ("threads" if parsed.debug else usual(config.targets))


def _executor_word(text: str) -> str:
    if not re.fullmatch(EXECUTOR.pattern, text):
        raise ArgumentTypeError(f"{text!r} is none of threads, process and dask://HOST:PORT")
    return text


def add_config(parser: ArgumentParser) -> None:
    """Add ``-c``."""
    parser.add_argument(
        "-c",
        "--config",
        metavar="FILE",
        type=Path,
        help=f"what to look at (default: {CONFIG})",
    )


def run(parsed: Namespace) -> int:
    """Check everything that was asked for, then call AWS."""
    config = configuration(parsed.config)
    asked = run_options(parsed, config)
    resumes = _resumed(parsed, asked.output or OUTPUT)
    now = asked.now or _now_of(resumes)
    rules = rules_asked_for(asked, now)
    if parsed.dry_run:
        return dry_run(asked, config.targets, rules, now)
    steps = steps_asked_for(asked, rules, now)
    judge = Judge(rules.ready, steps.all())
    parts = live_parts(
        config.targets,
        rules,
        now,
        _manner(parsed, config),
        {config.path: config.sha256},
        # What waivers and a baseline remember is in one place only.
        assess=None if steps.all() else Assessor(judge, now),
        executor=_executor(parsed, config),
        resumes=resumes,
    )
    return carry_out(asked, replace(parts, judge=judge, steps=steps, resumable=True))


def _resumed(parsed: Namespace, output: Path) -> Path | None:
    """The folder of the run that is to be finished."""
    if parsed.resume is None:
        return None
    if parsed.dry_run:
        raise UsageError("--dry-run says what a whole scan would call", "leave --resume out")
    return resolve_unfinished(output, parsed.resume)


def _now_of(resumes: Path | None) -> str:
    """The moment that ages are counted to: a run that is finished keeps its own."""
    if resumes is None:
        return timestamps.now()
    return InventorySource(inventory_in(resumes)).header.now


def configuration(named: Path | None) -> Config:
    """The configuration; raises UsageError where there is none, InvalidInput where it is wrong."""
    path = named or CONFIG
    if not path.exists():
        raise UsageError(f"there is no {path}", "-c names another file; auditor init writes one")
    return load_config(path)
