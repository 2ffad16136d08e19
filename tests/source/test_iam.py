"""The least that a scan has to be allowed."""

from __future__ import annotations

import json
from typing import Any

from msgspec.structs import replace

from auditor.kinds import OPERATIONS
from auditor.source.iam import ANY_ACCOUNT, hub_policy, hub_roles, policies
from auditor.source.plan import Membership, Target

ONE = "11111111-2222-3333-4444-555555555555"
TWO = "22222222-2222-3333-4444-555555555555"
ARN = f"arn:aws:cleanrooms-ml:us-east-1:111122223333:membership/{ONE}/trained-model/churn"
ROLE = "arn:aws:iam::444455556666:role/auditor"
LISTED = Target("listed", "us-east-1", memberships=(Membership(ONE, (ARN,)),))
WHOLE = Target("whole", "eu-west-1", role_arn=ROLE)


def actions(document: Any) -> set[str]:
    """Every action that a policy allows."""
    return {action for statement in document["Statement"] for action in statement["Action"]}


def test_listed_models_need_their_list_and_their_membership_and_nothing_more() -> None:
    """Nothing is allowed that the configuration does not call."""
    (document,) = policies([LISTED], details=False).values()
    assert actions(document) == {
        "cleanrooms-ml:ListTrainedModelVersions",
        "cleanrooms:PassMembership",
    }
    resources = [each["Resource"] for each in document["Statement"]]
    assert resources == [["*"], [f"arn:aws:cleanrooms:us-east-1:111122223333:membership/{ONE}"]]


def test_whole_memberships_and_details_need_what_finds_and_reads_them() -> None:
    """Discovery lists models and memberships; details read each model."""
    (document,) = policies([WHOLE], details=True).values()
    assert actions(document) == {
        "cleanrooms-ml:ListTrainedModels",
        "cleanrooms-ml:ListTrainedModelVersions",
        "cleanrooms-ml:GetTrainedModel",
        "cleanrooms:ListMemberships",
        "cleanrooms:PassMembership",
    }


def test_details_of_listed_models_are_allowed_on_those_models_only() -> None:
    """The only operation that knows resources in IAM is bound to them."""
    (document,) = policies([LISTED], details=True).values()
    (statement,) = [s for s in document["Statement"] if s["Sid"] == "ReadDetails"]
    assert statement["Resource"] == [ARN]


def test_each_account_has_its_own_policy() -> None:
    """A role allows nothing in an account that is not its own."""
    found = policies([LISTED, WHOLE], details=False)
    assert list(found) == ["111122223333", "444455556666"]
    assert "444455556666" not in json.dumps(found["111122223333"])


def test_every_permission_that_an_operation_needs_is_in_the_policy() -> None:
    """The table of operations and the policy cannot drift apart."""
    several = Target("several", "us-east-1", memberships=(Membership(ONE), Membership(TWO)))
    allowed = actions(policies([several], details=True)["*"])
    for name in ("ListTrainedModels", "ListTrainedModelVersions", "GetTrainedModel"):
        assert set(OPERATIONS[name].permissions) <= allowed


def test_no_policy_changes_anything_in_aws() -> None:
    """Only reading is allowed, and the passing of a membership that reading needs."""
    for document in policies([LISTED, WHOLE], details=True).values():
        verbs = {action.split(":")[1] for action in actions(document)}
        assert all(verb.startswith(("List", "Get", "PassMembership")) for verb in verbs)


def test_the_identity_that_takes_roles_may_take_these_only() -> None:
    """The hub's policy names each role."""
    document = hub_policy([LISTED, WHOLE])
    assert document is not None
    assert document["Statement"][0]["Resource"] == [ROLE]
    assert hub_policy([LISTED]) is None


PATTERNS = Target("patterns", "us-east-1", memberships=(Membership(ONE, (ARN,), ("churn-*",)),))
HUB = "arn:aws:iam::111122223333:role/hub"
EVERYONE = Target("everyone", "eu-west-1", role_name="path/auditor")


def test_a_pattern_of_names_needs_the_list_of_models() -> None:
    """Which models it means is known only then, so details are allowed on all of them."""
    (document,) = policies([PATTERNS], details=True).values()
    assert "cleanrooms-ml:ListTrainedModels" in actions(document)
    (statement,) = [each for each in document["Statement"] if each["Sid"] == "ReadDetails"]
    assert statement["Resource"] == [ARN.replace("churn", "*")]


def test_an_organization_has_one_policy_for_the_role_in_every_account() -> None:
    """The role on the way to them is not the one that reads."""
    via_hub = replace(EVERYONE, role_arn=HUB)
    assert list(policies([EVERYONE], details=False)) == [ANY_ACCOUNT]
    assert policies([via_hub], details=False) == policies([EVERYONE], details=False)


def test_who_starts_lists_the_accounts_and_takes_on_the_role_in_each() -> None:
    """In any account, but no other role."""
    document = hub_policy([EVERYONE])
    assert document is not None
    assert [(each["Action"], each["Resource"]) for each in document["Statement"]] == [
        (["organizations:ListAccounts"], ["*"]),
        (["sts:AssumeRole"], ["arn:aws:iam::*:role/path/auditor"]),
    ]
    assert hub_roles([EVERYONE, WHOLE]) == {}


def test_a_role_on_the_way_does_that_instead() -> None:
    """Who starts may do nothing but take on that role."""
    via_hub = replace(EVERYONE, role_arn=HUB)
    first = hub_policy([via_hub])
    assert first is not None
    assert [each["Resource"] for each in first["Statement"]] == [[HUB]]
    assert hub_roles([via_hub]) == {HUB: hub_policy([EVERYONE])}
