"""`auditor policy explain`, `new` and `show --code`."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.cli.main import main
from auditor.source.emulator import synthetic
from tests.cli.conftest import Serve, findings

SICK = synthetic(seed=5, memberships=1, models=1, versions=40)
ARN = SICK.memberships[0].models[0].arn


@pytest.fixture
def scanned(serve: Serve, capsys: pytest.CaptureFixture[str]) -> str:
    """The folder of a run."""
    serve(SICK)
    assert main(["scan", "--quiet"]) == 1
    capsys.readouterr()
    return "reports/latest"


def test_explain_says_what_the_run_said_and_why(
    scanned: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """For a failing version the explanation fails too, and shows the values that it read."""
    finding = next(each for each in findings() if each["rule"] == "CRML-001")
    resource = f"{ARN}#{finding['resource']['version']}"
    assert (
        main(["policy", "explain", "CRML-001", "--resource", resource, "--inventory", scanned]) == 0
    )
    out = capsys.readouterr().out
    assert "gives fail" in out
    assert finding["observed"]["updateTime"] in out
    assert "false  <- decided" in out


def test_explain_of_a_model_needs_no_version(
    scanned: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The elements that a filter was asked about are shown."""
    assert main(["policy", "explain", "CRML-002", "--resource", ARN, "--inventory", scanned]) == 0
    assert "element 1 of 40" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("rule", "resource", "says"),
    [
        ("CRML-001", ARN, "is about a version"),
        ("CRML-002", f"{ARN}#BASE", "is about a model"),
        ("CRML-001", f"{ARN}#nowhere", "holds no version nowhere"),
        ("CRML-001", f"{ARN}x#BASE", "holds no trained model"),
        ("CRML-999", ARN, "no policy has a rule CRML-999"),
    ],
)
def test_explain_says_what_it_cannot_find(
    scanned: str, rule: str, resource: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A resource or a rule that is not there is a mistake of the command line."""
    code = main(["policy", "explain", rule, "--resource", resource, "--inventory", scanned])
    assert code == 2
    assert says in capsys.readouterr().err


def test_the_code_of_a_rule_holds_nothing_that_the_policy_wrote(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Constants are named; what they are stands in comments only."""
    assert main(["policy", "show", "CRML-001", "--code"]) == 0
    code = [line for line in capsys.readouterr().out.splitlines() if not line.startswith("#")]
    assert any("def judge(rows" in line for line in code)
    assert not any("CREATE_FAILED" in line for line in code)


def test_a_new_policy_is_sound_and_is_never_written_over(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What is written passes its own check and its own examples."""
    assert main(["policy", "new", "data-retention"]) == 0
    assert main(["policy", "check", "policies/data-retention.yaml"]) == 0
    assert main(["policy", "test", "policies/data-retention.yaml"]) == 0
    assert "DATARETENTION-001" in Path("policies/data-retention.yaml").read_text("utf-8")
    assert main(["policy", "new", "data-retention"]) == 2
    assert main(["policy", "new", "Not A Name"]) == 2
    assert "is there already" in capsys.readouterr().err
