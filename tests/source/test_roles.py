"""Roles that are taken on one after the other, and credentials that do not last."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.source.plan import Target
from tests.source.conftest import Serve
from tests.source.estates import ACCOUNT, OTHER_ACCOUNT, arns, codes, estate, named, source

HUB = "arn:aws:iam::777788889999:role/hub"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/auditor"


def callers(server: Any, operation: str) -> list[str]:
    """The names of the roles that made the requests for an operation; empty for no role."""
    tokens = [
        each.request.headers.get("x-amz-security-token", "")
        for each in server.requests
        if each.operation == operation
    ]
    return [
        base64.urlsafe_b64decode(token).decode().split("/")[3] if token else "" for token in tokens
    ]


def test_one_role_is_taken_on_with_the_credentials_of_the_other(serve: Serve) -> None:
    """A hub leads to the account; it is the last role that reads."""
    of = estate(models=2)
    server = serve(replace(of, account=OTHER_ACCOUNT))
    target = named(of, role_arn=ROLE, hub_role_arn=HUB)
    assert codes(list(source(target).records())) == dict.fromkeys(arns(of))
    assert callers(server, "AssumeRole") == ["", "hub"]
    assert set(callers(server, "ListTrainedModelVersions")) == {"auditor"}


def test_a_role_of_a_profile_is_one_more_of_the_chain(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What the user's AWS configuration takes on comes first."""
    of = estate(models=1)
    server = serve(replace(of, account=OTHER_ACCOUNT))
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    configuration = tmp_path / "config"
    configuration.write_text(
        "[profile start]\naws_access_key_id = a\naws_secret_access_key = b\n"
        f"[profile hub]\nrole_arn = {HUB}\nsource_profile = start\nregion = us-east-1\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(configuration))
    target = named(of, profile="hub", role_arn=ROLE)
    assert codes(list(source(target).records())) == dict.fromkeys(arns(of))
    assert callers(server, "AssumeRole") == ["", "hub"]


@pytest.mark.parametrize("hub", [None, HUB])
def test_credentials_of_roles_renew_themselves(serve: Serve, hub: str | None) -> None:
    """A scan that lasts longer than its credentials is read to its end, every role of a chain."""
    of = estate(models=3, versions=200)
    server = serve(replace(of, account=OTHER_ACCOUNT, session_seconds=1), latency_ms=300)
    target = named(of, role_arn=ROLE, hub_role_arn=hub)
    records = list(source(target, concurrency=1).records())
    assert codes(records) == dict.fromkeys(arns(of))
    taken = callers(server, "AssumeRole")
    assert taken.count("hub" if hub else "") > 1
    assert not hub or taken.count("") > 1


def test_a_target_of_an_organization_becomes_one_of_an_account() -> None:
    """The role on the way to the accounts is the first of two."""
    target = Target("a", "us-east-1", role_arn=HUB, role_name="path/auditor", external_id="x")
    inside = target.in_account(ACCOUNT, "aws-us-gov")
    assert inside.roles == (HUB, f"arn:aws-us-gov:iam::{ACCOUNT}:role/path/auditor")
    assert (inside.account, inside.role_name, inside.external_id) == (ACCOUNT, None, "x")
    assert inside.in_account(OTHER_ACCOUNT) == inside
