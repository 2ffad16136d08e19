"""The command line itself: its commands, its complaints and its exit codes."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

from auditor import __version__
from auditor.cli.main import COMMANDS, Command, main
from auditor.errors import AuditorError, InvalidInput, Problem


def ids(command: Command) -> str:
    """A command's name, for the names of cases."""
    return command.name


@pytest.mark.parametrize("command", COMMANDS, ids=ids)
def test_every_row_of_the_table_is_a_command_with_its_own_help(
    command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each command explains itself and exits with 0."""
    with pytest.raises(SystemExit) as ended:
        main([command.name, "--help"])
    assert ended.value.code == 0
    assert f"usage: auditor {command.name}" in capsys.readouterr().out


@pytest.mark.parametrize("command", COMMANDS, ids=ids)
def test_every_command_refuses_an_option_that_it_does_not_know(
    command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    """A misspelt option is bad usage, never ignored."""
    code = main([command.name, "--no-such-option"])
    captured = capsys.readouterr()
    assert code == 2
    assert captured.out == ""
    assert captured.err.startswith("error: ")
    assert f"hint: auditor {command.name} " in captured.err


def test_no_command_at_all_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing asked for is exit code 2 and a word about where the commands are listed."""
    assert main([]) == 2
    assert "auditor --help" in capsys.readouterr().err


def test_an_unknown_command_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """A command that does not exist is named, with those that do."""
    assert main(["scna"]) == 2
    error = capsys.readouterr().err
    assert "scna" in error
    assert "scan" in error


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """``--version`` prints the version of the package."""
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"auditor {__version__}\n"


def test_the_package_is_runnable_as_a_module() -> None:
    """``python -m auditor`` is the same command."""
    done = subprocess.run(
        [sys.executable, "-m", "auditor", "--version"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, f"auditor {__version__}\n")


PROBLEM = Problem("p.yaml", 3, 5, "unknown-key", "no key 'verison'", "version", 7, "    verison: 1")


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (
            AuditorError("it is broken", "mend it"),
            2,
            [
                "error: it is broken",
                "no audit was performed: nothing was called, nothing was written",
                "hint: mend it",
            ],
        ),
        (KeyboardInterrupt(), 130, ["interrupted"]),
        (
            ZeroDivisionError("x"),
            2,
            [
                "error: an unexpected ZeroDivisionError: x",
                "no audit was performed",
                "hint: --debug shows the traceback",
            ],
        ),
        (
            InvalidInput([PROBLEM]),
            2,
            [
                "p.yaml:3:5: unknown-key: no key 'verison'",
                "   |",
                " 3 |     verison: 1",
                "   |     ^^^^^^^",
                "   = version",
                "   = docs/problems.md#unknown-key",
                "error: 1 problem in 1 file",
                "no audit was performed: nothing was called, nothing was written",
            ],
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_error_is_told_without_a_traceback(
    error: BaseException,
    code: int,
    said: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Whatever ends a command, a person reads what happened, and the exit code says the same."""

    def fails(parsed: object) -> int:
        raise error

    monkeypatch.setattr(import_module("auditor.cli.check"), "run", fails)
    assert main(["check", "inventory.jsonl"]) == code
    assert capsys.readouterr().err.splitlines() == said
