"""Why something was not read, as a value."""

from __future__ import annotations

from typing import Any

import pytest
from botocore import exceptions
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from auditor.model import Place
from auditor.source.refusal import _OTHERWISE, OURS, refused, remedy, unread

PLACE = Place("ads-prod", "111122223333", "us-east-1", "m", "arn")
OPERATION = "ListTrainedModelVersions"


def client_error(code: object, status: int = 400, operation: str = OPERATION) -> ClientError:
    """An error that a service answered."""
    answer: Any = {
        "Error": {"Code": code, "Message": "because"},
        "ResponseMetadata": {
            "RequestId": "the-request",
            "HTTPStatusCode": status,
            "RetryAttempts": 2,
        },
    }
    return ClientError(answer, operation)


def test_an_answered_error_is_told_whole() -> None:
    """Operation, code, message, request id, attempts, permissions and what to do next."""
    value = unread(PLACE, refused(OPERATION, client_error("AccessDeniedException")))
    assert value.place == PLACE
    assert value.operation == OPERATION
    assert value.code == "AccessDeniedException"
    assert value.message == "because"
    assert value.request_id == "the-request"
    assert value.attempts == 3
    assert "cleanrooms:PassMembership" in value.permission
    assert "permissions" in value.remedy


def test_only_a_denied_call_names_permissions() -> None:
    """No permission would have helped against anything else."""
    assert unread(PLACE, refused(OPERATION, client_error("ThrottlingException"))).permission == ()


def test_an_error_inside_another_call_names_its_own_operation() -> None:
    """A role that cannot be assumed is found out when the first request is signed."""
    value = unread(PLACE, refused(OPERATION, client_error("AccessDenied", 403, "AssumeRole")))
    assert value.operation == "AssumeRole"
    assert value.permission == ("sts:AssumeRole",)


@pytest.mark.parametrize(("code", "status"), [("", 502), (None, 502), ("502", 502), (502, 502)])
def test_an_error_without_a_code_has_its_status_as_code(code: object, status: int) -> None:
    """Proxies answer errors that are not the service's."""
    assert refused(OPERATION, client_error(code, status)).code == "HTTP502"


@pytest.mark.parametrize(
    "error",
    [
        exceptions.EndpointConnectionError(endpoint_url="https://example.invalid"),
        exceptions.ConnectTimeoutError(endpoint_url="https://example.invalid"),
        exceptions.ReadTimeoutError(endpoint_url="https://example.invalid"),
        exceptions.ConnectionClosedError(endpoint_url="https://example.invalid"),
        exceptions.ProxyConnectionError(proxy_url="http://example.invalid"),
        exceptions.SSLError(endpoint_url="https://example.invalid", error=OSError("no")),
        exceptions.ResponseStreamingError(error="no"),
        exceptions.NoCredentialsError(),
        exceptions.PartialCredentialsError(provider="env", cred_var="AWS_SECRET_ACCESS_KEY"),
        exceptions.CredentialRetrievalError(provider="process", error_msg="no"),
        exceptions.ProfileNotFound(profile="nobody"),
        exceptions.ConfigParseError(path="config"),
        exceptions.TokenRetrievalError(provider="sso", error_msg="no"),
        exceptions.UnauthorizedSSOTokenError(),
        exceptions.SSOTokenLoadError(error_msg="no"),
        exceptions.ParamValidationError(report="no"),
        exceptions.NoRegionError(),
        exceptions.InvalidRegionError(region_name="nowhere"),
        exceptions.UnknownEndpointError(service_name="x", region_name="y"),
        ResponseParserError("no"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_every_family_of_exceptions_has_a_remedy_of_its_own(error: Exception) -> None:
    """Where nothing answered, the code is the exception's name, and the table knows it."""
    refusal = refused(OPERATION, error, attempts=4)
    assert (refusal.operation, refusal.code) == (OPERATION, type(error).__name__)
    assert (refusal.request_id, refusal.attempts) == (None, 4)
    assert refusal.message
    assert remedy(refusal.code) != _OTHERWISE


@pytest.mark.parametrize(
    "code",
    [
        "AccessDenied",
        "AccessDeniedException",
        "ExpiredToken",
        "ExpiredTokenException",
        "InternalServerException",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "RequestLimitExceeded",
        "ResourceNotFoundException",
        "ServiceUnavailableException",
        "SignatureDoesNotMatch",
        "Throttling",
        "ThrottlingException",
        "UnrecognizedClientException",
        "ValidationException",
        "HTTP502",
        *OURS,
    ],
)
def test_every_code_to_be_expected_has_a_remedy_of_its_own(code: str) -> None:
    """Those of the services, and every one of our own."""
    assert remedy(code) != _OTHERWISE


def test_a_code_that_nobody_knows_has_a_remedy_all_the_same() -> None:
    """Whoever reads the report always learns what to do next."""
    assert remedy("BrandNewException") == _OTHERWISE


def test_an_error_of_any_kind_is_one_line_and_not_without_end() -> None:
    """What is told by a library may be long."""
    refusal = refused(OPERATION, RuntimeError("a\nb " * 5000))
    assert refusal.code == "RuntimeError"
    assert "\n" not in refusal.message
    assert len(refusal.message) == 1000
