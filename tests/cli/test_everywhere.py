"""Organizations, regions and patterns of names, from auditor.yaml to the exit code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.cli.gate import reaching
from auditor.cli.main import main
from auditor.model import Place
from auditor.source.emulator import synthetic
from auditor.source.emulator.estate import Estate
from auditor.source.emulator.fault import Fault
from auditor.source.plan import Membership, Target
from tests.cli.conftest import Serve, report

ACCOUNT, OTHER, CLOSED = "111122223333", "444455556666", "777788889999"
EVERYONE: dict[str, Any] = {
    "name": "everyone",
    "accounts": "organization",
    "role_name": "auditor",
    "regions": ["us-east-1", "eu-west-1"],
    "memberships": "all",
}


def organization() -> Estate:
    """Two active accounts with healthy models in two regions, and one that is suspended."""
    one = synthetic(5, 1, 1, 4, account=ACCOUNT, clean=True)
    two = synthetic(6, 1, 1, 4, account=OTHER, region="eu-west-1", clean=True)
    accounts = (
        {"Id": ACCOUNT, "State": "ACTIVE"},
        {"Id": OTHER, "State": "ACTIVE"},
        {"Id": CLOSED, "State": "SUSPENDED"},
    )
    return replace(one, memberships=one.memberships + two.memberships, accounts=accounts)


def test_an_organization_is_scanned_in_every_account_and_region(
    serve: Serve, capsys: pytest.CaptureFixture[str]
) -> None:
    """What nobody can look into is said, on the screen as well, and leaves the run complete."""
    server = serve(organization(), targets=[EVERYONE])
    assert main(["scan", "--no-color"]) == 0
    said = report()
    assert (said["verdict"], said["complete"]) == ("compliant", True)
    coverage = said["coverage"]
    assert (coverage["targets"], coverage["models"]) == (1, 2)
    (spot,) = coverage["blind_spots"]
    assert (spot["place"]["account"], spot["what"]) == (CLOSED, "account")
    screen = capsys.readouterr().out
    assert "SUSPENDED" in screen
    assert CLOSED in screen
    assert server.calls["ListAccounts"] == 1
    assert server.calls["GetCallerIdentity"] == 4


def test_a_recorded_organization_is_judged_again(serve: Serve) -> None:
    """With the accounts that nobody could look into."""
    serve(organization(), targets=[EVERYONE])
    main(["scan", "--quiet"])
    first = Path("reports/latest").resolve()
    assert main(["check", str(first / "inventory.jsonl"), "--quiet"]) == 0
    assert report()["coverage"]["blind_spots"] == report(first)["coverage"]["blind_spots"]
    assert report()["coverage"]["blind_spots"]


def test_an_account_that_lets_nobody_in_leaves_the_run_incomplete(serve: Serve) -> None:
    """It is told for each region, with the permission that is missing."""
    serve(
        organization(), Fault("denied", operation="AssumeRole", account=OTHER), targets=[EVERYONE]
    )
    assert main(["scan", "--quiet"]) == 3
    unread = report()["coverage"]["unread"]
    assert {(each["place"]["account"], each["place"]["region"]) for each in unread} == {
        (OTHER, "us-east-1"),
        (OTHER, "eu-west-1"),
    }
    assert {permission for each in unread for permission in each["permission"]} == {
        "sts:AssumeRole"
    }


def test_a_pattern_that_matches_nothing_leaves_the_run_incomplete(serve: Serve) -> None:
    """What it was meant for was not looked at."""
    of = synthetic(5, 1, 1, 4, clean=True)
    (membership,) = of.memberships
    target = {
        "name": "a",
        "region": "us-east-1",
        "memberships": [{"id": membership.id, "models": ["*", "no-such-*"]}],
    }
    serve(of, targets=[target])
    assert main(["scan", "--quiet"]) == 3
    (unread,) = report()["coverage"]["unread"]
    assert unread["code"] == "NoModelMatches"
    assert report()["coverage"]["models"] == 1


def test_models_of_a_membership_that_is_removed_are_judged_and_say_so(serve: Serve) -> None:
    """An anomaly, which decides nothing."""
    of = synthetic(5, 1, 2, 4, clean=True)
    removed = replace(of, memberships=(replace(of.memberships[0], status="REMOVED"),))
    serve(removed, targets=[{"name": "a", "region": "us-east-1", "memberships": "all"}])
    assert main(["scan", "--quiet"]) == 0
    anomalies = report()["coverage"]["anomalies"]
    assert [each["code"] for each in anomalies] == ["MembershipNotActive"] * 2


def test_a_gate_reaches_a_model_through_the_organization() -> None:
    """Its account is known, so nobody has to list them all."""
    membership = "11111111-2222-3333-4444-555555555555"
    arn = f"arn:aws:cleanrooms-ml:eu-west-1:{OTHER}:membership/{membership}/trained-model/a"
    place = Place("", OTHER, "eu-west-1", membership, arn)
    everyone = Target("everyone", "eu-west-1", role_name="auditor")
    alone = Target("alone", "eu-west-1", account=OTHER)
    assert reaching([everyone], place) == Target(
        "everyone",
        "eu-west-1",
        account=OTHER,
        role_arn=f"arn:aws:iam::{OTHER}:role/auditor",
        memberships=(Membership(membership, (arn,)),),
    )
    assert reaching([everyone, alone], place).name == "alone"
