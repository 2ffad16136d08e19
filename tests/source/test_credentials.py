"""How a target comes to its credentials; what goes wrong there is a value as well."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from auditor.model import Unread
from auditor.source.emulator.fault import Fault
from auditor.source.plan import Target
from auditor.source.refusal import remedy
from auditor.source.weather import ATTEMPTS
from tests.source.conftest import Serve
from tests.source.estates import (
    OTHER_ACCOUNT,
    arns,
    codes,
    estate,
    models,
    named,
    source,
    unread,
)

ROLE = "arn:aws:iam::111122223333:role/auditor"


def refusal_of(target: Target) -> Unread:
    """The one reason for which a target could not be read."""
    (one,) = unread(source(target).records())
    assert one.remedy == remedy(one.code)
    return one


def test_a_role_is_assumed_once_and_used_for_every_call(serve: Serve) -> None:
    """With its external id; its credentials renew themselves only when they expire."""
    of = estate(memberships=2, models=2)
    server = serve(replace(of, account=OTHER_ACCOUNT))
    target = named(of, role_arn=ROLE, external_id="the id")
    records = list(source(target).records())

    assert codes(records) == dict.fromkeys(arns(of))
    assert server.calls["AssumeRole"] == 1
    (sent,) = [each.request for each in server.requests if each.operation == "AssumeRole"]
    assert b"ExternalId=the+id" in sent.body
    assert b"RoleSessionName=auditor" in sent.body


def test_requests_for_a_role_are_counted(serve: Serve) -> None:
    """Whatever goes over the wire stands in the report."""
    of = estate(models=1)
    server = serve(replace(of, account=OTHER_ACCOUNT))
    live = source(named(of, role_arn=ROLE))
    list(live.records())
    assert live.api_calls == server.calls
    assert live.api_calls["AssumeRole"] == 1


def test_a_role_that_cannot_be_assumed_names_the_call_and_the_permission(serve: Serve) -> None:
    """It is found out inside another call, and told as what it is."""
    of = estate(models=1)
    serve(of, Fault("denied", operation="AssumeRole"))
    one = refusal_of(named(of, role_arn=ROLE))
    assert one.operation == "AssumeRole"
    assert one.code.startswith("AccessDenied")
    assert one.permission == ("sts:AssumeRole",)


def test_a_role_without_anybody_to_assume_it_is_told(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A role needs credentials to begin with."""
    of = estate(models=1)
    serve(of)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert refusal_of(named(of, role_arn=ROLE)).code == "NoCredentialsError"


def test_no_credentials_at_all_are_told(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is called without them."""
    of = estate(models=1)
    server = serve(of)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert refusal_of(named(of)).code == "NoCredentialsError"
    assert server.calls == {}


def test_half_of_the_credentials_are_told(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key without its secret is nothing."""
    of = estate(models=1)
    serve(of)
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert refusal_of(named(of)).code == "PartialCredentialsError"


def test_a_profile_that_is_not_there_is_told(serve: Serve) -> None:
    """By its name; the models of the target are named with it."""
    of = estate(models=1)
    serve(of)
    records = list(source(named(of, profile="nobody")).records())
    (one,) = unread(records)
    assert one.code == "ProfileNotFound"
    assert "nobody" in one.message
    assert codes(records) == dict.fromkeys(arns(of), "ProfileNotFound")


def test_a_profile_gives_its_credentials(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As everywhere in AWS's own tools."""
    of = estate(models=1)
    serve(of)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    configuration = tmp_path / "config"
    configuration.write_text("[profile ads]\naws_access_key_id = a\naws_secret_access_key = b\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(configuration))
    assert codes(list(source(named(of, profile="ads")).records())) == dict.fromkeys(arns(of))


def test_an_endpoint_that_nobody_serves_is_told(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A region without the service looks the same."""
    of = estate(models=1)
    serve(of)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    one = refusal_of(named(of))
    assert (one.code, one.attempts) == ("EndpointConnectionError", 1)


def test_a_configuration_that_botocore_refuses_is_told(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it raises ends as a value."""
    of = estate(models=1)
    serve(of)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "many")
    (one,) = unread(source(named(of)).records())
    assert one.operation == "GetCallerIdentity"
    assert one.message


def test_how_often_a_request_is_sent_is_ours_unless_the_user_says_otherwise(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The environment counts, and so does a profile; botocore itself sends each call once."""
    of = estate(models=1)
    serve(of, Fault("error500", operation="ListTrainedModelVersions"))

    def attempts() -> int:
        (one,) = models(source(named(of), hasty=True).records())
        assert one.unread is not None
        return one.unread.attempts

    monkeypatch.setenv("AWS_RETRY_MODE", "adaptive")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "3")
    assert attempts() == 3

    monkeypatch.delenv("AWS_MAX_ATTEMPTS")
    assert attempts() == ATTEMPTS

    configuration = tmp_path / "config"
    configuration.write_text("[default]\nmax_attempts = 2\nretry_mode = legacy\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(configuration))
    assert attempts() == 2
