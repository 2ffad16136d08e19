"""From a command line to an exit code: parse, run, and say what went wrong.

A command is a row in `COMMANDS` and a module of the same name beside this one, with two functions:
``options(parser)`` adds its arguments and ``run(arguments)`` gives its exit code. Only the module
of the command that was asked for is imported, because start-up is part of the experience.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NamedTuple, NoReturn

from auditor import __version__


class Command(NamedTuple):
    """One command: its name, its module and its line in ``auditor --help``.

    NOTE: no value of msgspec, and errors are imported where they are raised: what they need costs
    more than all the rest of the start-up.
    """

    name: str
    summary: str
    audits: bool = False

    @property
    def module(self) -> str:
        """The module that holds its ``options`` and ``run``."""
        return f"auditor.cli.{self.name.replace('-', '_')}"


COMMANDS = (
    Command("demo", "the whole job on the embedded endpoint, no AWS account", audits=True),
    Command("scan", "list every version in AWS, judge it, report", audits=True),
    Command("check", "judge a recorded inventory again, offline", audits=True),
    Command("gate", "one version: release it or not", audits=True),
    Command("report", "render a past run in another format"),
    Command("diff", "what changed from one run to another"),
    Command("history", "the course over many runs"),
    Command("waive", "one reviewed exception more, bound to what a finding says"),
    Command("policy", "list, show, check and test policies"),
    Command("verify", "whether the files of a run are what its manifest says"),
    Command("emulate", "serve the Clean Rooms ML API on loopback"),
    Command("iam-policy", "the least that a scan must be allowed in AWS"),
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

_WIDTH = 80


class Help(argparse.RawDescriptionHelpFormatter):
    """Help that fits the terminal.

    NOTE: argparse would import `shutil` to ask for the width, and all that `shutil` imports.
    """

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_width() - 2)


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are errors of this project."""

    def error(self, message: str) -> NoReturn:
        """Raise a UsageError instead of exiting."""
        from auditor.errors import UsageError

        raise UsageError(message, f"{self.prog} --help")


def parser(chosen: str | None = None) -> Parser:
    """The parser of the whole command line; only the chosen command has its own arguments."""
    top = Parser(
        prog="auditor",
        description="Audits the trained-model versions of AWS Clean Rooms ML against policies.",
        epilog=_EXIT_CODES,
        formatter_class=Help,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"auditor {__version__}")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for command in COMMANDS:
        own = commands.add_parser(
            command.name,
            help=command.summary,
            description=command.summary[0].upper() + command.summary[1:] + ".",
            formatter_class=Help,
            allow_abbrev=False,
        )
        if command.name == chosen:
            module = import_module(command.module)
            module.options(own)
            own.add_argument("--debug", action="store_true", help="show the traceback of an error")
            own.set_defaults(run=module.run)
    return top


def _width() -> int:
    """The columns of the terminal, or what COLUMNS says; 80 where there is neither."""
    said = os.environ.get("COLUMNS", "")
    try:
        return int(said) if said.isdigit() else os.get_terminal_size().columns
    except OSError:
        return _WIDTH


def main(arguments: Sequence[str]) -> int:
    """Run one command line and give its exit code; SystemExit only for --help and --version."""
    chosen = next((word for word in arguments if not word.startswith("-")), None)
    try:
        parsed = _parsed(arguments, chosen)
        code: int = parsed.run(parsed)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  # nobody is above this
        audits = any(command.audits for command in COMMANDS if command.name == chosen)
        code = _complain(error, audits=audits, debug="--debug" in arguments)
    _flush()
    return code


def _complain(error: BaseException, *, audits: bool, debug: bool) -> int:
    """Say what went wrong and give the exit code."""
    if isinstance(error, BrokenPipeError) and not audits:
        return 0  # the reader of a list has seen enough
    from auditor.cli.complaint import complaint

    text, code = complaint(error, audits=audits, debug=debug)
    sys.stderr.write(text)
    return code


def _flush() -> None:
    """Write what is still held back; a reader that went away is no error."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        from auditor.sink.stdout import send_nowhere

        send_nowhere(sys.stdout)


def _parsed(arguments: Sequence[str], chosen: str | None) -> argparse.Namespace:
    parsed, unknown = parser(chosen).parse_known_args(arguments)
    if unknown:
        from auditor.errors import UsageError

        raise UsageError(f"unknown: {' '.join(unknown)}", f"auditor {chosen} --help")
    return parsed


def entry() -> NoReturn:
    """The console script: the only place where the process is told to end."""
    # Rows and findings come by the hundred thousand and hold no circles: looking for circles among
    # them at the usual rate takes an eighth of a scan.
    gc.set_threshold(100_000, 20, 20)
    code = main(sys.argv[1:])
    # Nor is it of use to look for them among all that was imported, as Python does at its end.
    gc.freeze()
    sys.exit(code)
