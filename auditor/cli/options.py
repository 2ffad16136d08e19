"""The options that the auditing commands share; each has the name of its key in auditor.yaml."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from auditor.model import Severity
from auditor.timestamps import canonical

OUTPUT = Path("reports")
"""Where runs are written when nothing else is said."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the command line says of a run; None or empty where it says nothing."""

    policies: tuple[Path, ...]
    rules: tuple[str, ...]
    params: Mapping[str, str]
    fail_on: Severity | None
    now: str | None
    output: Path | None
    stdout: str | None
    quiet: bool
    log_format: str
    colour: bool


def add_run_options(parser: ArgumentParser) -> None:
    """Add the options shared by scan, check, gate and demo."""
    judging = parser.add_argument_group("judging")
    judging.add_argument(
        "--policy",
        metavar="PATH",
        type=Path,
        action="append",
        default=[],
        help="a policy file, or a folder of them; repeatable (default: the shipped policies)",
    )
    judging.add_argument(
        "--rule",
        metavar="ID",
        action="append",
        default=[],
        help="judge only this rule; repeatable",
    )
    judging.add_argument(
        "--param",
        metavar="NAME=VALUE",
        type=_assignment,
        action="append",
        default=[],
        help="the value of a policy parameter; repeatable",
    )
    judging.add_argument(
        "--fail-on",
        metavar="SEVERITY",
        type=_severity,
        help=f"the lowest severity that gives exit code 1: {', '.join(Severity)} (default: info)",
    )
    judging.add_argument(
        "--now",
        metavar="TIMESTAMP",
        type=_timestamp,
        help="the moment that ages are counted to, such as 2026-11-23T07:00:00Z",
    )
    _add_output_options(parser)


def _add_output_options(parser: ArgumentParser) -> None:
    writing = parser.add_argument_group("writing")
    writing.add_argument(
        "--output",
        metavar="DIR",
        type=Path,
        help=f"where the folder of the run is made (default: {OUTPUT}/)",
    )
    writing.add_argument(
        "--stdout",
        choices=("jsonl",),
        help="write the findings to standard output, and nothing else there",
    )
    writing.add_argument(
        "--quiet", action="store_true", help="no summary, no progress; errors and warnings only"
    )
    writing.add_argument("--no-color", action="store_true", help="no colours, no bold")
    writing.add_argument(
        "--log-format",
        choices=("console", "json"),
        help="how events are logged to standard error (default: console on a terminal, else json)",
    )


def run_options(parsed: Namespace) -> RunOptions:
    """The shared options as one value; a parameter named twice keeps its last value."""
    return RunOptions(
        policies=tuple(parsed.policy),
        rules=tuple(parsed.rule),
        params=dict(parsed.param),
        fail_on=parsed.fail_on,
        now=parsed.now,
        output=parsed.output,
        stdout=parsed.stdout,
        quiet=parsed.quiet,
        log_format=parsed.log_format or ("console" if sys.stderr.isatty() else "json"),
        colour=not parsed.no_color,
    )


def _assignment(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise ArgumentTypeError(f"write NAME=VALUE, not {text!r}")
    return name, value


def _severity(text: str) -> Severity:
    try:
        return Severity(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is none of {', '.join(Severity)}") from error


def _timestamp(text: str) -> str:
    try:
        return canonical(text)
    except ValueError as error:
        raise ArgumentTypeError(
            f"{text!r} is no moment; write it with its zone, such as 2026-11-23T07:00:00Z"
        ) from error
