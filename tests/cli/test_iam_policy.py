"""`auditor iam-policy`: the least that AWS must allow, printed as AWS takes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from auditor.cli.main import main
from tests.cli.conftest import ROOT

ONE, TWO = "11111111-2222-3333-4444-555555555555", "22222222-2222-3333-4444-555555555555"
DETAILS = str(ROOT / "policies/optional/details.yaml")
ROLE = "arn:aws:iam::111122223333:role/auditor"
HUB = "arn:aws:iam::777788889999:role/hub"
ADS = {
    "name": "ads",
    "region": "us-east-1",
    "role_arn": ROLE,
    "memberships": [{"id": ONE, "models": "all"}],
}
SHOP = {
    "name": "shop",
    "region": "eu-west-1",
    "account": "444455556666",
    "memberships": [{"id": TWO, "models": "all"}],
}
EVERYONE = {
    "name": "everyone",
    "region": "us-east-1",
    "accounts": "organization",
    "role_name": "auditor",
    "role_arn": HUB,
    "memberships": "all",
}


def configure(*targets: dict[str, Any], **said: Any) -> None:
    """An auditor.yaml with these targets."""
    config = {"version": 1, "targets": targets, **said}
    Path("auditor.yaml").write_text(json.dumps(config), "utf-8")


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    """What the command prints, as JSON."""
    assert main(["iam-policy", *arguments]) == 0
    return json.loads(capsys.readouterr().out)


def actions(document: Any) -> set[str]:
    """Every action that a policy allows."""
    return {action for statement in document["Statement"] for action in statement["Action"]}


def test_the_policy_of_one_account_stands_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """It can be given to AWS as it is."""
    configure(ADS)
    document = printed(capsys)
    assert document["Version"] == "2012-10-17"
    assert actions(document) == {
        "cleanrooms-ml:ListTrainedModels",
        "cleanrooms-ml:ListTrainedModelVersions",
        "cleanrooms:PassMembership",
    }


def test_several_accounts_have_one_policy_each(capsys: pytest.CaptureFixture[str]) -> None:
    """An object by account; a target may be chosen."""
    configure(ADS, SHOP)
    documents = printed(capsys)
    assert list(documents) == ["111122223333", "444455556666"]
    assert printed(capsys, "--target", "shop") == documents["444455556666"]


def test_details_are_allowed_only_where_a_rule_reads_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """By the policies of the configuration, or by those of the command line."""
    read = "cleanrooms-ml:GetTrainedModel"
    configure(ADS)
    assert read not in actions(printed(capsys))
    assert read in actions(printed(capsys, "--policy", DETAILS))
    configure(ADS, policies=[DETAILS])
    assert read in actions(printed(capsys))
    assert read not in actions(printed(capsys, "--policy", str(ROOT / "policies")))


def test_who_takes_on_the_roles_has_a_policy_too(capsys: pytest.CaptureFixture[str]) -> None:
    """It is another one, and its existence is told on standard error."""
    configure(ADS, SHOP)
    main(["iam-policy", "--target", "ads"])
    assert "auditor iam-policy --hub" in capsys.readouterr().err
    (statement,) = printed(capsys, "--hub")["Statement"]
    assert (statement["Action"], statement["Resource"]) == (["sts:AssumeRole"], [ROLE])


def test_an_organization_lists_its_accounts_from_its_hub(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Who starts the scan may only take on the hub's role."""
    configure(EVERYONE)
    assert "organizations:ListAccounts" not in actions(printed(capsys))
    start, hub = printed(capsys, "--hub").values()
    assert actions(start) == {"sts:AssumeRole"}
    assert actions(hub) == {"organizations:ListAccounts", "sts:AssumeRole"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--target", "shpo"], "did you mean `shop`?"),
        (["--hub"], "no target takes on a role"),
        (["--rule", "CRML-999"], "CRML-999"),
        (["-c", "nowhere.yaml"], "there is no nowhere.yaml"),
    ],
)
def test_what_cannot_be_done_is_told(
    capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    """Exit code 2, and nothing on standard output."""
    configure(SHOP)
    assert main(["iam-policy", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert says in captured.err


def test_waivers_do_not_matter(capsys: pytest.CaptureFixture[str]) -> None:
    """What a run forgives changes nothing in what it reads."""
    configure(SHOP, waivers="nowhere.yaml")
    assert actions(printed(capsys))
