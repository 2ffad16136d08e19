"""Documentation is tested: what it shows works, and what there is, it shows."""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.cli.main import COMMANDS, parser
from auditor.source.emulator import config_for, environment, serving, synthetic

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
COMMANDS_PAGE = (ROOT / "docs/commands.md").read_text("utf-8")
EXIT_CODES = ("0", "1", "2", "3", "130, 143")


def actions(name: str) -> Iterator[argparse.Action]:
    """Every argument of a command, and of its own commands."""
    pending = [top for top in _subparsers(parser(name)).values() if top.prog == f"auditor {name}"]
    while pending:
        for action in pending.pop()._actions:
            if isinstance(action, argparse._SubParsersAction):
                pending += action.choices.values()
            else:
                yield action


def _subparsers(top: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    (found,) = (each for each in top._actions if isinstance(each, argparse._SubParsersAction))
    choices: dict[str, argparse.ArgumentParser] = found.choices
    return choices


@pytest.mark.parametrize("name", [command.name for command in COMMANDS])
def test_every_command_and_option_is_documented(name: str) -> None:
    """In docs/commands.md, as it is written on the command line."""
    assert f"`auditor {name}" in COMMANDS_PAGE
    options = {
        option
        for action in actions(name)
        for option in action.option_strings
        if option not in ("-h", "--help")
    }
    missing = {option for option in options if not re.search(rf"`{option}[ `]", COMMANDS_PAGE)}
    assert missing == set()


def test_no_option_is_documented_that_does_not_exist() -> None:
    """What the page names in its first columns, some command has."""
    known = {
        option
        for command in COMMANDS
        for action in actions(command.name)
        for option in action.option_strings
    }
    documented = set(re.findall(r"^\| .*?`(--[a-z-]+)", COMMANDS_PAGE, re.MULTILINE))
    assert documented <= known
    assert len(documented) > 15


@pytest.mark.parametrize("page", [README, COMMANDS_PAGE], ids=["README", "commands"])
@pytest.mark.parametrize("code", EXIT_CODES)
def test_every_exit_code_is_documented(page: str, code: str) -> None:
    """A row of the table for each."""
    assert f"\n| {code} |" in page


def test_every_page_that_is_linked_is_there() -> None:
    """Links between pages of this project lead somewhere."""
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for link in re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_every_page_is_linked_from_the_readme() -> None:
    """A page that nobody finds helps nobody."""
    pages = {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")}
    assert {page for page in pages if f"]({page})" not in README} == set()


def shown_commands() -> list[str]:
    """The auditor commands in the README's shell blocks, in their order, without comments."""
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    lines = [line.partition("#")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith("auditor ")]


def test_the_readme_s_commands_work(tmp_path: Path) -> None:
    """Run in the order of the page, from an empty folder, against the embedded endpoint."""
    estate = synthetic(seed=5, memberships=1, models=2, versions=40)
    (tmp_path / "auditor.yaml").write_text(json.dumps(config_for(estate)), "utf-8")
    codes = {}
    with serving(estate) as server:
        variables = {
            **environment(server.url, os.environ),
            "MODEL": estate.memberships[0].models[0].arn,
            "PYTHONPATH": str(ROOT),
        }
        for command in shown_commands():
            line = command.replace("$MODEL", variables["MODEL"])
            done = subprocess.run(
                [sys.executable, "-m", *shlex.split(line)],
                cwd=tmp_path,
                env=variables,
                capture_output=True,
                text=True,
                check=False,
            )
            assert "Traceback" not in done.stderr
            codes[command] = done.returncode
    judged = ("auditor demo", "auditor check", "auditor scan", "auditor gate")
    assert codes
    assert {line: code for line, code in codes.items() if code != line.startswith(judged)} == {}


def test_the_readme_opens_with_what_it_is_for() -> None:
    """Three sentences, then the two commands."""
    first, second = README.split("\n\n")[1:3]
    assert len(re.findall(r"\.(?:\s|$)", first)) == 3
    assert "make" in second
    assert README.index("make demo") < README.index("make test") < README.index("## ")
