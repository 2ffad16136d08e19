"""`auditor emulate`: the endpoint, in a process of its own."""

from __future__ import annotations

import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from auditor.cli.main import main
from tests.cli.conftest import report


@contextmanager
def emulating(*arguments: str) -> Iterator[dict[str, str]]:
    """A running `auditor emulate`; gives the variables that it printed, and stops it."""
    command = [sys.executable, "-m", "auditor", "emulate", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        variables = {}
        while not (line := running.stdout.readline()).startswith("#"):
            name, _, value = line.removeprefix("export ").partition("=")
            variables[name] = shlex.split(value)[0]
        yield variables
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=20) == 0


def test_what_it_serves_can_be_scanned(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variables that it prints lead boto3 there; the configuration names every model."""
    size = ("--memberships", "1", "--models", "2", "--versions", "120")
    with emulating("--seed", "3", *size, "--write-config", "auditor.yaml") as variables:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        assert main(["scan", "--quiet"]) == 1
    assert report()["coverage"]["versions"] == 240


def test_it_serves_what_was_recorded_and_misbehaves_as_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A recorded scan can be scanned again, with faults."""
    main(["demo", "--quiet"])
    inventory = "reports/latest/inventory.jsonl"
    faults = "version: 1\nfaults: [{do: denied, operation: ListTrainedModelVersions, page: 1}]\n"
    Path("faults.yaml").write_text(faults, "utf-8")
    options = ("--inventory", inventory, "--faults", "faults.yaml")
    with emulating(*options, "--write-config", "auditor.yaml") as variables:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
        assert main(["scan", "--quiet"]) == 3
    assert len(report()["coverage"]["unread"]) == 6


@pytest.mark.parametrize(
    "arguments",
    [
        ["--inventory", "i.jsonl", "--seed", "3"],
        ["--inventory", "missing.jsonl"],
        ["--faults", "missing.yaml"],
        ["--models", "0"],
        ["--now", "yesterday"],
        ["--port", "many"],
        ["--write-config", "no/such/folder/a.yaml"],
    ],
    ids=" ".join,
)
def test_what_cannot_be_served_is_refused(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    """Exit code 2 and a word about it; nothing waits."""
    assert main(["emulate", *arguments]) == 2
    assert capsys.readouterr().err.startswith(("error: ", "missing.yaml: missing-file"))


def test_a_configuration_that_is_there_is_not_overwritten(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It may be the user's own."""
    Path("auditor.yaml").write_text("mine", "utf-8")
    assert main(["emulate", "--write-config", "auditor.yaml"]) == 2
    assert "cannot write auditor.yaml" in capsys.readouterr().err
    assert Path("auditor.yaml").read_text("utf-8") == "mine"
