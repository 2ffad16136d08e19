"""Start-up is part of the experience: what it costs, and what is not imported for it."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest

from auditor.cli.main import main

HEAVY = (
    *("dataclasses", "msgspec", "boto3", "botocore", "jmespath", "re2", "rich", "structlog"),
    "yaml",
)
AT_MOST = 4.0
RUNS = 7


def ratio(*arguments: str) -> float:
    """How much longer a command takes than bare Python: the shortest of several runs of each.

    Noise only ever makes a run longer. The two take turns, so that a busy machine slows both.
    """
    commands = {"ours": ("-m", "auditor", *arguments), "bare": ("-c", "pass")}
    shortest = dict.fromkeys(commands, 60.0)
    for _ in range(RUNS):
        for name, command in commands.items():
            begun = time.perf_counter()
            subprocess.run([sys.executable, *command], check=True, stdout=subprocess.DEVNULL)
            shortest[name] = min(shortest[name], time.perf_counter() - begun)
    return shortest["ours"] / shortest["bare"]


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_start_up_takes_at_most_four_times_bare_python(option: str) -> None:
    """The command answers in at most four times what the interpreter itself takes."""
    assert any(ratio(option) <= AT_MOST for _ in range(4))


def imported(*arguments: str) -> set[str]:
    """The top-level packages that a command line has imported by its end."""
    program = (
        "import json, sys\n"
        "from auditor.cli.main import main\n"
        "try:\n"
        "    main(sys.argv[1:])\n"
        "except SystemExit:\n"
        "    pass\n"
        "names = sorted({name.partition('.')[0] for name in sys.modules})\n"
        "print(json.dumps(names), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], check=True, capture_output=True, text=True
    )
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_the_first_answer_imports_nothing_heavy(option: str) -> None:
    """Neither option imports a dependency."""
    names = imported(option)
    assert "auditor" in names
    assert names.isdisjoint(HEAVY)


def test_a_check_imports_no_aws_client() -> None:
    """What is offline does not pay for boto3, and what prints nothing not for what prints."""
    main(["demo", "--quiet"])
    names = imported("check", "reports/latest", "--quiet")
    assert "yaml" in names
    assert names.isdisjoint({"boto3", "botocore", "structlog", "rich"})
    names = imported("check", "reports/latest")
    assert names.isdisjoint({"boto3", "botocore"})
    assert {"structlog", "rich"} <= names


@pytest.mark.parametrize(
    "arguments", [["policy", "list"], ["schema", "config"], ["schema", "report"]], ids=" ".join
)
def test_what_is_offline_imports_no_aws_client(arguments: list[str]) -> None:
    """The service model is read as data."""
    assert imported(*arguments).isdisjoint({"boto3", "botocore"})
