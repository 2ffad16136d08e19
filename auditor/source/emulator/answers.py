"""Answers in the two protocols: rest-json for Clean Rooms and Clean Rooms ML, query for STS."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from xml.sax.saxutils import escape

from msgspec import Struct

from auditor.source.emulator.message import Response

XMLNS = "https://sts.amazonaws.com/doc/2011-06-15/"


class _Error(Struct, frozen=True):
    """How an error goes over the wire: HTTP status, and code and status in the query protocol."""

    status: int
    query_code: str
    query_status: int


ERRORS: Mapping[str, _Error] = {
    "ValidationException": _Error(400, "ValidationError", 400),
    "ServiceQuotaExceededException": _Error(402, "LimitExceeded", 400),
    "AccessDeniedException": _Error(403, "AccessDenied", 403),
    "ExpiredTokenException": _Error(403, "ExpiredToken", 403),
    "UnrecognizedClientException": _Error(403, "InvalidClientTokenId", 403),
    "ResourceNotFoundException": _Error(404, "NoSuchEntity", 404),
    "UnknownOperationException": _Error(404, "InvalidAction", 400),
    "AWSOrganizationsNotInUseException": _Error(400, "NotInUse", 400),
    "ConflictException": _Error(409, "Conflict", 409),
    "ThrottlingException": _Error(429, "Throttling", 400),
    "InternalServerException": _Error(500, "InternalFailure", 500),
    "ServiceUnavailableException": _Error(503, "ServiceUnavailable", 503),
}
"""Every error that the endpoint can answer, by its code in rest-json."""

_IN_ORGANIZATIONS = {
    "InternalServerException": "ServiceException",
    "ThrottlingException": "TooManyRequestsException",
    "UnknownOperationException": "InvalidAction",
    "ValidationException": "InvalidInputException",
}


class Refusal(Exception):  # an answer of the service, no error of ours
    """The service answers an error; ``code`` is a key of `ERRORS`."""

    def __init__(
        self, code: str, message: str, members: Mapping[str, Any] = MappingProxyType({})
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.members = members


def encoded(value: Any) -> bytes:
    """A value as compact ASCII JSON."""
    return json.dumps(value, separators=(",", ":")).encode()


def json_answer(value: Any) -> Response:
    """A successful answer in rest-json."""
    return Response(200, encoded(value))


def xml_answer(operation: str, members: str, request_id: str) -> Response:
    """A successful answer in the query protocol; ``members`` is XML already."""
    body = (
        f'<{operation}Response xmlns="{XMLNS}"><{operation}Result>{members}</{operation}Result>'
        f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>"
        f"</{operation}Response>"
    )
    return Response(200, body.encode(), "text/xml")


def tag(name: str, text: str) -> str:
    """One XML element."""
    return f"<{name}>{escape(text)}</{name}>"


def refused(client: str, refusal: Refusal, request_id: str) -> Response:
    """An error in the protocol of the client (``sts`` or another one)."""
    if client == "sts":
        return _query_error(refusal, request_id)
    if client == "organizations":
        return _organizations_error(refusal)
    return Response(
        ERRORS[refusal.code].status,
        encoded({"message": refusal.message, **refusal.members}),
        headers=(("x-amzn-ErrorType", refusal.code),),
    )


def _organizations_error(refusal: Refusal) -> Response:
    """An error in the JSON protocol: its code stands in the body, its status says little."""
    code = _IN_ORGANIZATIONS.get(refusal.code, refusal.code)
    status = 500 if ERRORS[refusal.code].status >= 500 else 400  # noqa: PLR2004  # HTTP's own line
    body = {"__type": code, "Message": refusal.message, **refusal.members}
    return Response(status, encoded(body), "application/x-amz-json-1.1")


def _query_error(refusal: Refusal, request_id: str) -> Response:
    error = ERRORS[refusal.code]
    who = "Receiver" if error.query_status >= 500 else "Sender"  # noqa: PLR2004  # HTTP's own line
    body = (
        f'<ErrorResponse xmlns="{XMLNS}"><Error>{tag("Type", who)}{tag("Code", error.query_code)}'
        f"{tag('Message', refusal.message)}</Error>{tag('RequestId', request_id)}</ErrorResponse>"
    )
    return Response(error.query_status, body.encode(), "text/xml")
