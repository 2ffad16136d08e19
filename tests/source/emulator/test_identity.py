"""Who asks, and what that lets them see."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from msgspec.structs import replace

from tests.source.conftest import Serve
from tests.source.emulator.conftest import Connect
from tests.source.emulator.sample import ESTATE, PLACE

OTHER = "444455556666"


def assumed(client: Any) -> dict[str, str]:
    """The options of a client that uses the credentials of a role in the other account."""
    credentials = client.assume_role(
        RoleArn=f"arn:aws:iam::{OTHER}:role/path/auditor",
        RoleSessionName="scan",
        ExternalId="11112222",
    )["Credentials"]
    return {
        "aws_access_key_id": credentials["AccessKeyId"],
        "aws_secret_access_key": credentials["SecretAccessKey"],
        "aws_session_token": credentials["SessionToken"],
    }


def test_the_caller_is_the_account_of_the_estate(serve: Serve, connect: Connect) -> None:
    """GetCallerIdentity answers the estate's account where no role was assumed."""
    serve(ESTATE)
    identity = connect("sts").get_caller_identity()
    assert identity["Account"] == "111122223333"
    assert identity["Arn"] == "arn:aws:iam::111122223333:user/emulated"


def test_an_assumed_role_is_its_account(serve: Serve, connect: Connect) -> None:
    """Credentials from AssumeRole make the caller a session of that role."""
    serve(ESTATE)
    identity = connect("sts", **assumed(connect("sts"))).get_caller_identity()
    assert identity["Account"] == OTHER
    assert identity["Arn"] == f"arn:aws:sts::{OTHER}:assumed-role/auditor/scan"


def test_the_credentials_of_a_role_end(serve: Serve, connect: Connect) -> None:
    """A session ends DurationSeconds after it began, by the clock."""
    serve(ESTATE)
    answer = connect("sts").assume_role(
        RoleArn=f"arn:aws:iam::{OTHER}:role/auditor", RoleSessionName="scan", DurationSeconds=900
    )
    left = answer["Credentials"]["Expiration"] - datetime.now(UTC)
    assert timedelta(minutes=14) < left <= timedelta(minutes=15)


def test_another_account_sees_no_membership(serve: Serve, connect: Connect) -> None:
    """Memberships belong to their account: another one lists none and is denied each."""
    serve(ESTATE)
    role = assumed(connect("sts"))
    assert connect("cleanrooms", **role).list_memberships()["membershipSummaries"] == []
    client = connect(**role)
    with pytest.raises(client.exceptions.AccessDeniedException, match="PassMembership"):
        client.list_trained_model_versions(**PLACE)


def test_another_region_sees_no_membership(serve: Serve, connect: Connect) -> None:
    """Memberships belong to the region that a request is signed for."""
    serve(ESTATE)
    found = connect("cleanrooms", region_name="eu-west-1").list_memberships()
    assert found["membershipSummaries"] == []
    client = connect(region_name="eu-west-1")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.list_trained_model_versions(**PLACE)


@pytest.mark.parametrize("token", ["not base64", "IQoJb3JpZ2luX2VjEAk", "YWJj"])
def test_the_session_of_a_real_account_is_the_estate_s(
    serve: Serve, connect: Connect, token: str
) -> None:
    """A session token that the endpoint did not give says nothing about the caller."""
    serve(ESTATE)
    identity = connect(
        "sts",
        aws_access_key_id="ASIA0000000000000000",
        aws_secret_access_key="x",
        aws_session_token=token,
    ).get_caller_identity()
    assert identity["Account"] == "111122223333"


def test_credentials_that_have_ended_are_refused(serve: Serve, connect: Connect) -> None:
    """A session may be made to last no longer than a test."""
    serve(replace(ESTATE, session_seconds=1))
    role = assumed(connect("sts"))
    client = connect("cleanrooms", **role)
    assert client.list_memberships()["membershipSummaries"] == []
    time.sleep(1.1)
    with pytest.raises(ClientError) as caught:
        client.list_memberships()
    assert caught.value.response["Error"]["Code"] == "ExpiredTokenException"
