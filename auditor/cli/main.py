"""From a command line to an exit code: parse, run, and say what went wrong.

A command is a row in `COMMANDS` and a module of the same name beside this one, with two functions:
``options(parser)`` adds its arguments and ``run(arguments)`` gives its exit code. Only the module
of the command that was asked for is imported, because start-up is part of the experience.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import NoReturn

from auditor import __version__
from auditor.errors import UsageError


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its name, its module and its line in ``auditor --help``."""

    name: str
    summary: str
    audits: bool = False

    @property
    def module(self) -> str:
        """The module that holds its ``options`` and ``run``."""
        return f"auditor.cli.{self.name}"


COMMANDS = (
    Command("demo", "the whole job on the embedded endpoint, no AWS account", audits=True),
    Command("scan", "list every version in AWS, judge it, report", audits=True),
    Command("check", "judge a recorded inventory again, offline", audits=True),
    Command("gate", "one version: release it or not", audits=True),
    Command("policy", "list, show, check and test policies"),
    Command("verify", "whether the files of a run are what its manifest says"),
    Command("emulate", "serve the Clean Rooms ML API on loopback"),
    Command("init", "a starting auditor.yaml, a policy and a CI workflow"),
    Command("schema", "JSON Schemas, for editors and for readers of reports"),
)

_EXIT_CODES = """\
exit codes:
  0  compliant      everything was read and judged, and nothing failed
  1  non-compliant  at least one failure at or above --fail-on
  2  no audit was performed: bad usage, configuration or policy
  3  incomplete     nothing failed, but not everything could be read and judged
"""


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are errors of this project."""

    def error(self, message: str) -> NoReturn:
        """Raise a UsageError instead of exiting."""
        raise UsageError(message, f"{self.prog} --help")


def parser(chosen: str | None = None) -> Parser:
    """The parser of the whole command line; only the chosen command has its own arguments."""
    top = Parser(
        prog="auditor",
        description="Audits the trained-model versions of AWS Clean Rooms ML against policies.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"auditor {__version__}")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for command in COMMANDS:
        own = commands.add_parser(
            command.name,
            help=command.summary,
            description=command.summary[0].upper() + command.summary[1:] + ".",
            allow_abbrev=False,
        )
        if command.name == chosen:
            module = import_module(command.module)
            module.options(own)
            own.add_argument("--debug", action="store_true", help="show the traceback of an error")
            own.set_defaults(run=module.run)
    return top


def main(arguments: Sequence[str]) -> int:
    """Run one command line and give its exit code; SystemExit only for --help and --version."""
    chosen = next((word for word in arguments if not word.startswith("-")), None)
    try:
        parsed = _parsed(arguments, chosen)
        code: int = parsed.run(parsed)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  # nobody is above this
        from auditor.cli.complaint import complaint

        audits = any(command.audits for command in COMMANDS if command.name == chosen)
        text, code = complaint(error, audits=audits, debug="--debug" in arguments)
        sys.stderr.write(text)
    return code


def _parsed(arguments: Sequence[str], chosen: str | None) -> argparse.Namespace:
    parsed, unknown = parser(chosen).parse_known_args(arguments)
    if unknown:
        raise UsageError(f"unknown: {' '.join(unknown)}", f"auditor {chosen} --help")
    return parsed


def entry() -> NoReturn:
    """The console script: the only place where the process is told to end."""
    sys.exit(main(sys.argv[1:]))
