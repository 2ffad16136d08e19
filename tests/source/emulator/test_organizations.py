"""The accounts of an organization, as boto3 sees them."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from msgspec.structs import replace

from auditor.source.emulator.fault import Fault
from tests.source.conftest import Serve
from tests.source.emulator.conftest import Ask, Connect
from tests.source.emulator.sample import ESTATE

OTHER = "444455556666"
TARGET = "AWSOrganizationsV20161128.ListAccounts"


def rows(count: int) -> tuple[dict[str, str], ...]:
    """Rows of so many accounts."""
    return tuple({"Id": f"{number:012}", "State": "ACTIVE"} for number in range(count))


def listed(client: Any) -> list[list[str]]:
    """The numbers of the accounts on each page."""
    pages = client.get_paginator("list_accounts").paginate()
    return [[account["Id"] for account in page["Accounts"]] for page in pages]


def test_every_account_with_memberships_is_in_the_organization(
    serve: Serve, connect: Connect
) -> None:
    """The estate's own account comes first; all of them are active."""
    other = replace(ESTATE.memberships[1], account=OTHER)
    serve(replace(ESTATE, memberships=(ESTATE.memberships[0], other)))
    client = connect("organizations")
    assert listed(client) == [["111122223333", OTHER]]
    first = client.list_accounts()["Accounts"][0]
    assert first["State"] == "ACTIVE"
    assert first["Arn"] == "arn:aws:organizations::111122223333:account/o-emulated00/111122223333"


def test_accounts_come_in_pages_of_twenty(serve: Serve, connect: Connect) -> None:
    """The service's own page; fewer may be asked for, and no more."""
    serve(replace(ESTATE, accounts=rows(45)))
    client = connect("organizations")
    assert [len(page) for page in listed(client)] == [20, 20, 5]
    first = client.list_accounts(MaxResults=3)
    assert len(first["Accounts"]) == 3
    assert client.list_accounts(NextToken=first["NextToken"])["Accounts"][0]["Id"].endswith("03")
    with pytest.raises(client.exceptions.InvalidInputException):
        client.list_accounts(NextToken="made up")


def test_empty_pages_with_a_token_come_between_the_others(serve: Serve, connect: Connect) -> None:
    """AWS says that this may happen; nothing is lost by it."""
    serve(replace(ESTATE, accounts=rows(25)), Fault("empty_page"))
    assert [len(page) for page in listed(connect("organizations"))] == [0, 20, 0, 5]


def test_only_the_account_that_manages_it_may_list_an_organization(
    serve: Serve, connect: Connect
) -> None:
    """A member is denied."""
    serve(ESTATE)
    role = connect("sts").assume_role(
        RoleArn=f"arn:aws:iam::{OTHER}:role/auditor", RoleSessionName="scan"
    )["Credentials"]
    client = connect(
        "organizations",
        aws_access_key_id=role["AccessKeyId"],
        aws_secret_access_key=role["SecretAccessKey"],
        aws_session_token=role["SessionToken"],
    )
    with pytest.raises(client.exceptions.AccessDeniedException):
        client.list_accounts()


def test_an_account_may_be_in_no_organization(serve: Serve, connect: Connect) -> None:
    """That is an error of its own."""
    serve(replace(ESTATE, accounts=()))
    client = connect("organizations")
    with pytest.raises(client.exceptions.AWSOrganizationsNotInUseException):
        client.list_accounts()


@pytest.mark.parametrize(
    ("do", "status", "code"),
    [
        ("throttle", 400, "TooManyRequestsException"),
        ("error500", 500, "ServiceException"),
        ("denied", 400, "AccessDeniedException"),
        ("expired", 400, "ExpiredTokenException"),
    ],
)
def test_errors_speak_the_protocol_of_organizations(
    serve: Serve, connect: Connect, do: str, status: int, code: str
) -> None:
    """The code stands in the body, and the status says little."""
    serve(ESTATE, Fault(do, operation="ListAccounts"))
    with pytest.raises(ClientError) as caught:
        connect("organizations").list_accounts()
    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


@pytest.mark.parametrize("body", ["[1]", "no json", '{"MaxResults": 21}', '{"MaxResults": "1"}'])
def test_a_body_that_is_no_input_is_refused(serve: Serve, ask: Ask, body: str) -> None:
    """As the service does it."""
    answer = ask(serve(ESTATE), "/", "POST", body, {"X-Amz-Target": TARGET})
    assert (answer.status, answer.json["__type"]) == (400, "InvalidInputException")


def test_any_other_operation_of_organizations_is_unknown(serve: Serve, ask: Ask) -> None:
    """Nothing can be changed."""
    other = TARGET.replace("ListAccounts", "CreateAccount")
    assert ask(serve(ESTATE), "/", "POST", "{}", {"X-Amz-Target": other}).status == 400
