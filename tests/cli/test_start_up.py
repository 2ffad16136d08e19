"""Start-up is part of the experience: what it costs, and what is not imported for it."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest

HEAVY = ("boto3", "botocore", "jmespath", "re2", "rich", "structlog", "yaml")
AT_MOST = 4.0
RUNS = 7


def seconds(*arguments: str) -> float:
    """The shortest of several whole processes: noise only ever makes one longer."""
    took = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
        took.append(time.perf_counter() - begun)
    return min(took)


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_start_up_takes_at_most_four_times_bare_python(option: str) -> None:
    """The command answers in at most four times what the interpreter itself takes."""
    for _ in range(3):
        ratio = seconds("-m", "auditor", option) / seconds("-c", "pass")
        if ratio <= AT_MOST:
            break
    assert ratio <= AT_MOST


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
