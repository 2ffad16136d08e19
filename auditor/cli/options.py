"""The options that the auditing commands share; each has the name of its key in auditor.yaml."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections import abc
from dataclasses import dataclass, field, replace
from pathlib import Path

from auditor.config import Config
from auditor.errors import UsageError
from auditor.model import Severity
from auditor.policy.node import Mapping
from auditor.report.formats import FORMATS
from auditor.timestamps import canonical

OUTPUT = Path("reports")
"""Where runs are written when nothing else is said."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What a run was asked to do; None or empty where nobody said anything.

    ``configured`` are the parameters of auditor.yaml, with their places; ``params`` are those of
    the command line.
    """

    policies: tuple[Path, ...] = ()
    rules: tuple[str, ...] = ()
    configured: Mapping | None = None
    params: abc.Mapping[str, str] = field(default_factory=dict)
    fail_on: Severity | None = None
    now: str | None = None
    output: Path | None = None
    formats: tuple[str, ...] = ()
    stdout: str | None = None
    quiet: bool = False
    no_color: bool = False
    log_format: str | None = None
    debug: bool = False


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
        "--format",
        metavar="F[,F...]",
        type=_formats,
        default=(),
        help=f"formats to write besides report.json: {', '.join(FORMATS)} (every run has jsonl)",
    )
    writing.add_argument(
        "--stdout",
        choices=tuple(FORMATS),
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


def run_options(parsed: Namespace, config: Config | None = None) -> RunOptions:
    """The command line's options, and where it says nothing those of the configuration.

    Raises UsageError where the configuration asks for what this version cannot do.
    """
    given = RunOptions(
        policies=tuple(parsed.policy),
        rules=tuple(parsed.rule),
        params=dict(parsed.param),
        fail_on=parsed.fail_on,
        now=parsed.now,
        output=parsed.output,
        formats=parsed.format,
        stdout=parsed.stdout,
        quiet=parsed.quiet,
        no_color=parsed.no_color,
        log_format=parsed.log_format,
        debug=parsed.debug,
    )
    return given if config is None else _beside(given, config)


def _beside(given: RunOptions, config: Config) -> RunOptions:
    for name in ("waivers", "baseline"):
        if getattr(config, name) is not None:
            raise UsageError(
                f"{config.path}: `{name}` is not available in this version",
                "take it out; nothing is audited as if it were not there",
            )
    return replace(
        given,
        policies=given.policies or config.policies,
        rules=given.rules or config.rules,
        configured=config.params,
        fail_on=given.fail_on or config.fail_on,
        now=given.now or config.now,
        output=given.output or config.output,
        formats=given.formats or config.formats,
        stdout=given.stdout or config.stdout,
        quiet=given.quiet or config.quiet,
        no_color=given.no_color or config.no_color,
        log_format=given.log_format or config.log_format,
    )


def _assignment(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise ArgumentTypeError(f"write NAME=VALUE, not {text!r}")
    return name, value


def _formats(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(text.split(",")))
    for name in names:
        if name not in FORMATS:
            raise ArgumentTypeError(f"{name!r} is none of {', '.join(FORMATS)}")
    return names


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
