"""Errors of the service, as boto3 sees them."""

from __future__ import annotations

from typing import Any

import pytest

from auditor import service
from auditor.source.emulator.answers import ERRORS, Refusal, refused
from tests.source.conftest import Serve
from tests.source.emulator.conftest import Ask, Connect
from tests.source.emulator.sample import ESTATE, MEMBERSHIP, MODEL, NOBODY, PLACE, listing


def test_a_model_that_is_not_there_is_not_found(serve: Serve, connect: Connect) -> None:
    """Versions and details of an unknown ARN answer ResourceNotFoundException."""
    serve(ESTATE)
    client = connect()
    place = {**PLACE, "trainedModelArn": MODEL.arn + "x"}
    for call in (client.list_trained_model_versions, client.get_trained_model):
        with pytest.raises(client.exceptions.ResourceNotFoundException):
            call(**place)


def test_a_version_that_is_not_there_is_not_found(serve: Serve, connect: Connect) -> None:
    """Details of an unknown version answer ResourceNotFoundException."""
    serve(ESTATE)
    client = connect()
    with pytest.raises(client.exceptions.ResourceNotFoundException, match="version"):
        client.get_trained_model(**PLACE, versionIdentifier=NOBODY)


def test_an_unknown_membership_is_denied_where_no_404_is_modelled(
    serve: Serve, connect: Connect
) -> None:
    """ListTrainedModels has no ResourceNotFoundException in the service model."""
    serve(ESTATE)
    client = connect()
    with pytest.raises(client.exceptions.AccessDeniedException):
        client.list_trained_models(membershipIdentifier=NOBODY)


def test_an_unknown_membership_is_not_found(serve: Serve, connect: Connect) -> None:
    """Clean Rooms says which membership it did not find."""
    serve(ESTATE)
    client = connect("cleanrooms")
    with pytest.raises(client.exceptions.ResourceNotFoundException) as caught:
        client.get_membership(membershipIdentifier=NOBODY)
    assert caught.value.response["resourceType"] == "MEMBERSHIP"
    assert caught.value.response["resourceId"] == NOBODY


@pytest.mark.parametrize(
    "query",
    [
        {"maxResults": 101},
        {"status": "BOGUS"},
        {"nextToken": "made up"},
        {"trainedModelArn": "arn:aws:s3:::bucket/of/some/length"},
        {"membershipIdentifier": "X" * 36},
    ],
    ids=lambda query: next(iter(query)),
)
def test_what_botocore_does_not_check_is_refused(
    serve: Serve, connect: Connect, query: dict[str, Any]
) -> None:
    """Parameters that botocore sends unchecked answer ValidationException."""
    serve(ESTATE)
    client = connect()
    with pytest.raises(client.exceptions.ValidationException):
        client.list_trained_model_versions(**{**PLACE, **query})


@pytest.mark.parametrize("size", ["0", "-1", "ten", "1e1", "", "99999999999", "\u0661"])
def test_a_page_size_is_a_number_from_1_to_100(serve: Serve, ask: Ask, size: str) -> None:
    """Any other maxResults answers ValidationException, also where botocore would not send it."""
    answer = ask(serve(ESTATE), listing(maxResults=size))
    assert (answer.status, answer.headers["x-amzn-ErrorType"]) == (400, "ValidationException")


def test_a_malformed_role_is_refused_in_the_query_protocol(serve: Serve, connect: Connect) -> None:
    """STS answers its errors as XML, which boto3 reads."""
    serve(ESTATE)
    client = connect("sts")
    with pytest.raises(client.exceptions.ClientError) as caught:
        client.assume_role(RoleArn="arn:aws:iam::111:role/auditor", RoleSessionName="scan")
    assert caught.value.response["Error"]["Code"] == "ValidationError"


@pytest.mark.parametrize("seconds", ["0", "43201", "long"])
def test_a_session_lasts_as_long_as_sts_lets_it(serve: Serve, ask: Ask, seconds: str) -> None:
    """DurationSeconds out of STS's bounds is refused."""
    form = "Action=AssumeRole&RoleArn=arn:aws:iam::111122223333:role/a&RoleSessionName=ab"
    server = serve(ESTATE)
    assert ask(server, "/", "POST", form).status == 200
    assert ask(server, "/", "POST", f"{form}&DurationSeconds={seconds}").status == 400


@pytest.mark.parametrize("method", ["DELETE", "PUT", "POST", "HEAD"])
def test_nothing_can_be_changed(serve: Serve, ask: Ask, method: str) -> None:
    """Methods other than those of the operations answer that there is no such operation."""
    server = serve(ESTATE)
    answer = ask(server, listing(), method)
    assert (answer.status, answer.headers["x-amzn-ErrorType"]) == (404, "UnknownOperationException")
    assert server.calls == {"UnknownOperation": 1}


def test_an_unknown_action_of_sts_is_refused(serve: Serve, ask: Ask) -> None:
    """An action that is not emulated is no operation, in STS's own words."""
    answer = ask(serve(ESTATE), "/", "POST", "Action=GetSessionToken")
    assert answer.status == 400
    assert b"<Code>InvalidAction</Code>" in answer.body


def test_errors_have_the_status_of_the_service_model() -> None:
    """Where the service models know an error, its HTTP status is theirs."""
    for name in ("cleanroomsml", "cleanrooms"):
        shapes = service.service_model(name)["shapes"]
        for code, error in ERRORS.items():
            if code in shapes:
                assert error.status == shapes[code]["error"]["httpStatusCode"], (name, code)


def test_messages_are_escaped_in_xml() -> None:
    """A message with markup stays text in the query protocol."""
    response = refused("sts", Refusal("AccessDeniedException", "<a> & b"), "id")
    assert b"<Message>&lt;a&gt; &amp; b</Message>" in response.body


def test_an_error_names_what_was_asked(serve: Serve, connect: Connect) -> None:
    """A caller without access is told who it is and what it lacks."""
    serve(ESTATE)
    client = connect()
    with pytest.raises(client.exceptions.AccessDeniedException) as caught:
        client.list_trained_models(membershipIdentifier=NOBODY)
    message = caught.value.response["Error"]["Message"]
    assert "user/emulated is not authorized to perform: cleanrooms:PassMembership" in message
    assert MEMBERSHIP.id not in message
