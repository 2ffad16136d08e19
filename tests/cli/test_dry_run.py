"""`auditor scan --dry-run`: what would be called, and nothing is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from auditor.cli.main import main
from auditor.source.emulator import synthetic
from tests.cli.conftest import ROOT, Serve, auditor, runs

ESTATE = synthetic(seed=5, memberships=2, models=2, versions=40)
DETAILS = str(ROOT / "policies/optional/details.yaml")
UUID = "11111111-2222-3333-4444-555555555555"
ORGANIZATION = {
    "name": "everyone",
    "regions": ["us-east-1", "eu-west-1"],
    "accounts": "organization",
    "role_name": "auditor",
    "profile": "hub",
    "memberships": "all",
}


def table(said: str) -> dict[str, tuple[str, str]]:
    """The least and the most requests of each operation, as they stand in a plan of one target."""
    rows = re.findall(r"^  (\w+) +([\d,]+) +(\?|[\d,]+)$", said, re.MULTILINE)
    return {operation: (least, most) for operation, least, most in rows}


def test_nothing_is_called_and_nothing_is_written(serve: Serve) -> None:
    """A whole process, with an endpoint that would tell of any request."""
    server = serve(ESTATE)
    done = auditor("scan", "--dry-run")
    assert (done.returncode, done.stderr) == (0, "")
    assert server.calls == {}
    assert runs() == []
    assert done.stdout.startswith("Nothing is called.")


def test_what_is_foreseen_is_what_a_scan_calls(
    serve: Serve, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each operation of the plan, and no other, as often as the plan says."""
    server = serve(ESTATE)
    assert main(["scan", "--dry-run"]) == 0
    planned = table(capsys.readouterr().out)
    main(["scan", "--quiet"])
    assert planned.keys() == server.calls.keys()
    assert planned == {"GetCallerIdentity": ("1", "1"), "ListTrainedModelVersions": ("4", "?")}
    assert server.calls["ListTrainedModelVersions"] >= 4


def test_rules_that_read_details_are_named_with_where(
    serve: Serve, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without such a rule no details are foreseen."""
    serve(ESTATE)
    main(["scan", "--dry-run"])
    assert "GetTrainedModel" not in capsys.readouterr().out
    main(["scan", "--dry-run", "--policy", DETAILS, "--rule", "CRML-028", "--rule", "CRML-032"])
    said = capsys.readouterr().out
    assert table(said)["GetTrainedModel"] == ("0", "?")
    assert "CRML-028 of every version where status != 'INACTIVE'\n" in said
    assert "CRML-032 of every version\n" in said
    assert "CRML-030" not in said


@pytest.mark.parametrize(
    ("target", "says"),
    [
        (ORGANIZATION, "everyone: us-east-1, eu-west-1, every active account of the organization"),
        (ORGANIZATION, "as auditor in each account"),
        (ORGANIZATION, "with profile hub"),
        (
            {"name": "a", "region": "us-east-1", "account": "111122223333", "memberships": "all"},
            "a: us-east-1, account 111122223333",
        ),
        (
            {
                "name": "a",
                "region": "us-east-1",
                "role_arn": "arn:aws:iam::111122223333:role/auditor",
                "memberships": [{"id": UUID, "models": ["churn-*"]}],
            },
            f"membership {UUID}: those called like churn-*",
        ),
        (
            {"name": "a", "region": "us-east-1", "memberships": [{"id": UUID, "models": "all"}]},
            f"membership {UUID}: all models",
        ),
        (
            {"name": "a", "region": "eu-south-1", "memberships": "all"},
            "botocore knows no AWS Clean Rooms in eu-south-1",
        ),
    ],
)
def test_targets_are_told_as_they_are_read(
    serve: Serve, capsys: pytest.CaptureFixture[str], target: dict[str, Any], says: str
) -> None:
    """Where, as whom, and what of it."""
    serve(ESTATE, targets=[target])
    assert main(["scan", "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert f"{says}\n" in said
    assert all(len(line) < 80 for line in said.splitlines())


def test_a_target_in_many_regions_stands_there_once(
    serve: Serve, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the requests of all of them together."""
    serve(ESTATE, targets=[ORGANIZATION])
    main(["scan", "--dry-run"])
    planned = table(capsys.readouterr().out)
    assert planned["ListAccounts"] == ("1", "?")
    assert planned["ListMemberships"] == ("2", "?")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--rule", "CRML-999"], "CRML-999"),
        (["--param", "nothing=1"], "nothing"),
        (["--baseline", "nowhere"], "nowhere"),
        (["--stdout", "jsonl"], "--stdout"),
    ],
)
def test_what_would_stop_a_scan_stops_a_dry_run(
    serve: Serve, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    """Exit code 2, before anything is printed."""
    serve(ESTATE)
    assert main(["scan", "--dry-run", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert says in captured.err


def test_a_configuration_with_problems_has_no_plan(capsys: pytest.CaptureFixture[str]) -> None:
    """Every problem is told, as for a scan."""
    Path("auditor.yaml").write_text("version: 1\n", "utf-8")
    assert main(["scan", "--dry-run"]) == 2
    assert "missing-key" in capsys.readouterr().err
