"""What is printed for people, whatever reads it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

FULL = Path("/dev/full")
CLOSED = (
    "import os, sys\n"
    "from auditor.cli.main import main\n"
    "reader, writer = os.pipe()\n"
    "os.close(reader)\n"
    "os.dup2(writer, 1)\n"
    "sys.exit(main(sys.argv[1:]))\n"
)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["policy", "list"], 0), (["schema", "report"], 0), (["demo"], 1)],
    ids=["policy-list", "schema", "demo"],
)
def test_a_reader_that_went_away_changes_no_exit_code(arguments: list[str], code: int) -> None:
    """No traceback, and never the exit code of another verdict."""
    done = subprocess.run(
        [sys.executable, "-c", CLOSED, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stderr
    assert "BrokenPipe" not in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not FULL.exists(), reason="there is no device that is always full")
@pytest.mark.parametrize(
    ("arguments", "code"), [(["policy", "list"], 2), (["demo"], 3)], ids=["policy-list", "demo"]
)
def test_what_has_no_room_to_be_printed_is_said_to_be_so(
    arguments: list[str], code: int, tmp_path: Path
) -> None:
    """In words, and with an exit code that nobody takes for a success."""
    with FULL.open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "auditor", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            cwd=tmp_path,
        )
    assert done.returncode == code
    assert "error: what was printed could not be written: No space left" in done.stderr
    assert "OSError" not in done.stderr


def test_no_color_means_no_escape_sequences() -> None:
    """Even where colours are forced."""
    done = subprocess.run(
        [sys.executable, "-m", "auditor", "demo", "--no-color"],
        env=forced(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "\x1b[" not in done.stdout
    assert "NON-COMPLIANT" in done.stdout


def test_the_variable_no_color_does_the_same() -> None:
    """No colours, and neither bold nor dim."""
    done = subprocess.run(
        [sys.executable, "-m", "auditor", "demo"],
        env={**forced(), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "\x1b[" not in done.stdout


def test_colours_come_where_they_are_forced() -> None:
    """The same run without the option, so that the test above can fail."""
    done = subprocess.run(
        [sys.executable, "-m", "auditor", "demo"],
        env=forced(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "\x1b[" in done.stdout


def forced() -> dict[str, str]:
    """An environment in which rich takes everything for a terminal with colours."""
    return {**os.environ, "FORCE_COLOR": "1", "TERM": "xterm-256color"}
