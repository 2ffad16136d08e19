"""The options that the auditing commands share; each has the name of its key in auditor.yaml."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections import abc
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from auditor.config import Config
from auditor.model import Severity
from auditor.policy.node import Mapping
from auditor.report.formats import FORMATS, NAMES
from auditor.timestamps import canonical

OUTPUT = Path("reports")
"""Where runs are written when nothing else is said."""


class RunOptions(Struct, frozen=True):
    """What a run was asked to do; None or empty where nobody said anything.

    ``configured`` are the parameters of auditor.yaml, with their places; ``params`` are those of
    the command line. ``about`` is the ARN of the only model that a gate is about.
    """

    policies: tuple[Path, ...] = ()
    rules: tuple[str, ...] = ()
    configured: Mapping | None = None
    params: abc.Mapping[str, str] = field(default_factory=dict)
    waivers: Path | None = None
    no_waivers: bool = False
    baseline: str | None = None
    about: str | None = None
    fail_on: Severity | None = None
    fail_on_new: bool = False
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
    add_rule_options(parser)
    _add_comparing_options(parser)
    judging = parser.add_argument_group("judging")
    judging.add_argument(
        "--fail-on",
        metavar="SEVERITY",
        type=_severity,
        help=f"the lowest severity that gives exit code 1: {', '.join(Severity)} (default: info)",
    )
    judging.add_argument(
        "--now",
        metavar="TIMESTAMP",
        type=timestamp,
        help="the moment that ages are counted to, such as 2026-11-23T07:00:00Z",
    )
    _add_output_options(parser)


def add_rule_options(parser: ArgumentParser) -> None:
    """Add the options that say which rules there are, and with which parameters."""
    rules = parser.add_argument_group("rules")
    rules.add_argument(
        "--policy",
        metavar="PATH",
        type=Path,
        action="append",
        default=[],
        help="a policy file, or a folder of them; repeatable (default: the shipped policies)",
    )
    rules.add_argument(
        "--rule",
        metavar="ID",
        action="append",
        default=[],
        help="judge only this rule; repeatable",
    )
    rules.add_argument(
        "--param",
        metavar="NAME=VALUE",
        type=assignment,
        action="append",
        default=[],
        help="the value of a policy parameter; repeatable",
    )


def _add_comparing_options(parser: ArgumentParser) -> None:
    comparing = parser.add_argument_group("what is known already")
    waivers = comparing.add_mutually_exclusive_group()
    waivers.add_argument(
        "--waivers", metavar="FILE", type=Path, help="the reviewed exceptions; each has its end"
    )
    waivers.add_argument(
        "--no-waivers", action="store_true", help="as if there were no waivers at all"
    )
    comparing.add_argument(
        "--baseline",
        metavar="RUN",
        help="the earlier run that says what is new: its folder, its id, 'latest', or a"
        " findings.jsonl",
    )
    comparing.add_argument(
        "--fail-on-new",
        action="store_true",
        help="only failures that the baseline does not have give exit code 1",
    )


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
        type=formats,
        default=(),
        help=f"formats to write besides report.json: {', '.join(NAMES)} (every run has jsonl)",
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
    """The command line's options, and where it says nothing those of the configuration."""
    given = RunOptions(
        policies=tuple(parsed.policy),
        rules=tuple(parsed.rule),
        params=dict(parsed.param),
        waivers=parsed.waivers,
        no_waivers=parsed.no_waivers,
        baseline=parsed.baseline,
        fail_on=parsed.fail_on,
        fail_on_new=parsed.fail_on_new,
        now=parsed.now,
        output=parsed.output,
        formats=parsed.format,
        stdout=parsed.stdout,
        quiet=parsed.quiet,
        no_color=parsed.no_color,
        log_format=parsed.log_format,
        debug=parsed.debug,
    )
    return given if config is None else beside(given, config)


def beside(given: RunOptions, config: Config) -> RunOptions:
    """What was given, and where it says nothing what the configuration says."""
    baseline = None if config.baseline is None else str(config.baseline)
    return replace(
        given,
        policies=given.policies or config.policies,
        rules=given.rules or config.rules,
        configured=config.params,
        waivers=given.waivers or config.waivers,
        baseline=given.baseline or baseline,
        fail_on=given.fail_on or config.fail_on,
        fail_on_new=given.fail_on_new or config.fail_on_new,
        now=given.now or config.now,
        output=given.output or config.output,
        formats=given.formats or config.formats,
        stdout=given.stdout or config.stdout,
        quiet=given.quiet or config.quiet,
        no_color=given.no_color or config.no_color,
        log_format=given.log_format or config.log_format,
    )


def assignment(text: str) -> tuple[str, str]:
    """The name and the value of NAME=VALUE."""
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise ArgumentTypeError(f"write NAME=VALUE, not {text!r}")
    return name, value


def formats(text: str) -> tuple[str, ...]:
    """The names of formats in a list with commas, each once; ArgumentTypeError for another."""
    names = tuple(dict.fromkeys(text.split(",")))
    for name in names:
        if name not in NAMES:
            raise ArgumentTypeError(f"{name!r} is none of {', '.join(NAMES)}")
    return names


def _severity(text: str) -> Severity:
    try:
        return Severity(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is none of {', '.join(Severity)}") from error


def whole_number(text: str) -> int:
    """An integer; ArgumentTypeError for any other text."""
    try:
        return int(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no whole number") from error


def timestamp(text: str) -> str:
    """An argument that is a moment."""
    try:
        return canonical(text)
    except ValueError as error:
        raise ArgumentTypeError(
            f"{text!r} is no moment; write it with its zone, such as 2026-11-23T07:00:00Z"
        ) from error
