"""Every account of an organization, each reached through a role, over loopback HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from auditor.model import BlindSpot, SourceRecord
from auditor.source.emulator import synthetic
from auditor.source.emulator.estate import Estate
from auditor.source.emulator.fault import Fault
from auditor.source.plan import Target
from tests.source.conftest import Serve
from tests.source.estates import ACCOUNT, OTHER_ACCOUNT, codes, models, source, unread

THIRD = "777788889999"
EVERYONE = Target("everyone", "us-east-1", role_name="path/auditor")
HUB = "arn:aws:iam::111122223333:role/hub"


def organization(**options: Any) -> Estate:
    """Two accounts with a membership each; the first of them manages their organization."""
    one = synthetic(seed=5, memberships=1, models=2, versions=3, account=ACCOUNT)
    two = synthetic(seed=6, memberships=1, models=2, versions=3, account=OTHER_ACCOUNT)
    return replace(one, memberships=one.memberships + two.memberships, **options)


def account(number: str, **members: str) -> dict[str, str]:
    """A row of ListAccounts."""
    arn = f"arn:aws:organizations::{ACCOUNT}:account/o-emulated00/{number}"
    return {"Id": number, "Arn": arn, **members}


def accounts(records: list[SourceRecord]) -> set[str]:
    """The accounts whose models were read."""
    return {each.place.account for each in models(records) if each.unread is None}


def blind(records: list[SourceRecord]) -> list[BlindSpot]:
    """The accounts that nobody can look into."""
    return [each for each in records if isinstance(each, BlindSpot)]


def test_every_account_is_read_through_its_role(serve: Serve) -> None:
    """The one that manages the organization is no exception."""
    of = organization()
    server = serve(of)
    records = list(source(EVERYONE).records())
    arns = sorted(model.arn for each in of.memberships for model in each.models)
    assert codes(records) == dict.fromkeys(arns)
    assert (server.calls["ListAccounts"], server.calls["AssumeRole"]) == (1, 2)
    roles = [each.request.body for each in server.requests if each.operation == "AssumeRole"]
    assert all(b"role%2Fpath%2Fauditor" in role for role in roles)


def test_the_accounts_are_listed_once_for_all_regions_and_targets(serve: Serve) -> None:
    """A region more is not an organization more."""
    server = serve(organization())
    regions = [replace(EVERYONE, region=name) for name in ("us-east-1", "eu-west-1")]
    again = replace(EVERYONE, name="again", region="us-west-2")
    live = source(*regions, again)
    records = list(live.records())
    assert accounts(records) == {ACCOUNT, OTHER_ACCOUNT}
    assert server.calls["ListAccounts"] == 1
    assert server.calls["GetCallerIdentity"] == 6
    assert live.header.targets == ("everyone", "again")


@pytest.mark.parametrize("kind", ["State", "Status"])
@pytest.mark.parametrize("state", ["SUSPENDED", "PENDING_CLOSURE", "CLOSED", "PENDING_ACTIVATION"])
def test_an_account_that_is_not_active_is_a_blind_spot(serve: Serve, kind: str, state: str) -> None:
    """It is said, nothing is called for it, and it is said once for all regions."""
    rows = (account(ACCOUNT, State="ACTIVE"), account(THIRD, **{kind: state}))
    server = serve(organization(accounts=rows))
    records = list(source(EVERYONE, replace(EVERYONE, region="eu-west-1")).records())
    (spot,) = blind(records)
    assert (spot.place.target, spot.place.account, spot.what) == ("everyone", THIRD, "account")
    assert state in spot.why
    assert unread(records) == []
    assert accounts(records) == {ACCOUNT}
    assert server.calls["AssumeRole"] == 2


def test_state_counts_before_status(serve: Serve) -> None:
    """AWS retires the one for the other, and for a while both are there."""
    rows = (
        account(ACCOUNT, State="ACTIVE", Status="SUSPENDED"),
        account(OTHER_ACCOUNT, State="SUSPENDED", Status="ACTIVE"),
    )
    serve(organization(accounts=rows))
    records = list(source(EVERYONE).records())
    assert accounts(records) == {ACCOUNT}
    assert [spot.place.account for spot in blind(records)] == [OTHER_ACCOUNT]


@pytest.mark.parametrize("members", [{}, {"State": "HIBERNATING"}])
def test_an_account_of_an_unknown_state_is_tried(serve: Serve, members: dict[str, str]) -> None:
    """Nobody is left out because AWS found a new word."""
    rows = (account(ACCOUNT, State="ACTIVE"), account(OTHER_ACCOUNT, **members))
    serve(organization(accounts=rows))
    records = list(source(EVERYONE).records())
    assert accounts(records) == {ACCOUNT, OTHER_ACCOUNT}
    assert blind(records) == []


def test_empty_pages_end_no_list(serve: Serve) -> None:
    """AWS may send a page without accounts and a token for the next."""
    many = [account(f"{number:012}", State="CLOSED") for number in range(45)]
    rows = (*many, account(ACCOUNT, State="ACTIVE"))
    server = serve(organization(accounts=rows), Fault("empty_page", operation="ListAccounts"))
    records = list(source(EVERYONE).records())
    assert len(blind(records)) == 45
    assert accounts(records) == {ACCOUNT}
    assert server.calls["ListAccounts"] == 6


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("denied", "AccessDeniedException"),
        ("html", "MalformedAnswer"),
        ("torn", "MalformedAnswer"),
        ("no_rows", "MalformedAnswer"),
        ("reset", "ConnectionClosedError"),
        ("token_cycle", "TokenRepeated"),
    ],
)
def test_accounts_that_cannot_be_listed_leave_the_target_unread(
    serve: Serve, word: str, code: str
) -> None:
    """Once, and not once for each region."""
    serve(organization(), Fault(word, operation="ListAccounts"))
    records = list(source(EVERYONE, replace(EVERYONE, region="eu-west-1")).records())
    (one,) = unread(records)
    assert (one.place.target, one.operation, one.code) == ("everyone", "ListAccounts", code)
    assert bool(one.permission) == (word == "denied")


def test_what_was_listed_before_the_list_broke_off_is_read(serve: Serve) -> None:
    """And that there may be more accounts is said."""
    closed = tuple(account(f"{number:012}", State="CLOSED") for number in range(25))
    rows = (account(ACCOUNT, State="ACTIVE"), *closed)
    serve(organization(accounts=rows), Fault("denied", operation="ListAccounts", page=2))
    records = list(source(EVERYONE).records())
    assert [each.code for each in unread(records)] == ["AccessDeniedException"]
    assert accounts(records) == {ACCOUNT}
    assert len(blind(records)) == 19


def test_an_account_that_is_in_no_organization_is_told(serve: Serve) -> None:
    """With whose credentials are needed instead."""
    serve(organization(accounts=()))
    (one,) = unread(list(source(EVERYONE).records()))
    assert one.code == "AWSOrganizationsNotInUseException"
    assert "management account" in one.remedy


def test_a_row_without_a_number_leaves_the_target_unread(serve: Serve) -> None:
    """The other accounts are read."""
    rows = (account("no number", State="ACTIVE"), account(ACCOUNT, State="ACTIVE"))
    serve(organization(accounts=rows))
    records = list(source(EVERYONE).records())
    assert [(each.operation, each.code) for each in unread(records)] == [
        ("ListAccounts", "MalformedRow")
    ]
    assert accounts(records) == {ACCOUNT}


def test_an_account_that_lets_nobody_in_is_unread_and_the_others_are_read(serve: Serve) -> None:
    """It is named by its number, with the call that failed."""
    serve(organization(), Fault("denied", operation="AssumeRole", account=OTHER_ACCOUNT))
    records = list(source(EVERYONE).records())
    (one,) = unread(records)
    assert (one.place.account, one.operation) == (OTHER_ACCOUNT, "AssumeRole")
    assert one.permission == ("sts:AssumeRole",)
    assert accounts(records) == {ACCOUNT}


def test_a_role_on_the_way_lists_the_accounts_and_takes_on_the_others(serve: Serve) -> None:
    """Whoever starts the scan needs no right but to take on that role."""
    of = replace(organization(), account=THIRD)
    estate = replace(of, account=ACCOUNT)
    server = serve(estate)
    target = replace(EVERYONE, role_arn=HUB, external_id="the id")
    records = list(source(target).records())
    assert accounts(records) == {ACCOUNT, OTHER_ACCOUNT}
    callers = [
        _caller(each.request) for each in server.requests if each.operation == "ListAccounts"
    ]
    assert callers == ["hub"]
    roles = [each.request for each in server.requests if each.operation == "AssumeRole"]
    assert all(b"ExternalId=the+id" in role.body for role in roles)
    assert {_caller(role) for role in roles if b"role%2Fpath" in role.body} == {"hub"}


def _caller(request: Any) -> str:
    """The name of the role whose credentials a request has; empty for none."""
    import base64

    token = request.headers.get("x-amz-security-token", "")
    return base64.urlsafe_b64decode(token).decode().split("/")[3] if token else ""


def test_targets_of_one_account_are_as_they_were(serve: Serve) -> None:
    """Beside an organization there may be others."""
    of = organization()
    server = serve(of)
    single = Target("single", "us-east-1")
    records = list(source(EVERYONE, single).records())
    assert accounts(records) == {ACCOUNT, OTHER_ACCOUNT}
    assert server.calls["GetCallerIdentity"] == 3


def test_a_stopped_scan_lists_no_organization(serve: Serve) -> None:
    """No request is sent after a stop."""
    server = serve(organization())
    live = source(EVERYONE)
    live.stop()
    list(live.records())
    assert live.interrupted
    assert server.calls == {}
