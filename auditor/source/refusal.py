"""Why something was not read, as a value: the table of codes with their remedies.

A code is the service's own where the service gave one, the name of botocore's exception where
there was no answer, and one of `OURS` where there was an answer that could not be used.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from msgspec import Struct

from auditor.kinds import OPERATIONS
from auditor.model import Place, Unread

OURS = {
    "EmptyAnswer": "no version was listed, and a trained model has at least one",
    "ForeignRow": "a row belongs to another model or membership than was asked for",
    "Interrupted": "the scan was stopped before this was read",
    "InventoryCut": "the recorded inventory does not go to its end",
    "ListMoved": "rows moved between the pages of a list each time it was read",
    "MalformedAnswer": "the answer is not what the service model says",
    "MalformedRow": "a row is not what the service model says",
    "MembershipNotActive": "a membership that is not active lists no models",
    "NoModelMatches": "a pattern of the configuration matches the name of no model",
    "ReaderEnded": "the process that was to read this ended before it had read it",
    "TokenRepeated": "a token of the list came twice, so the list has no end",
    "TooManyPages": "the list did not end within the limit of pages",
    "WrongAccount": "the credentials belong to another account",
}
"""The codes that this project gives, with what each means."""

_LONGEST = 1000


class Refusal(Struct, frozen=True):
    """One call, or one answer, that gave nothing to rely on."""

    operation: str
    code: str
    message: str
    request_id: str | None = None
    attempts: int = 1


_DENIED = ("AccessDenied*", "Unauthorized*", "NotAuthorized*", "HTTP403")

_REMEDIES: tuple[tuple[tuple[str, ...], str], ...] = (
    (_DENIED, "allow the permissions named here to the identity that scans, then scan again"),
    (
        ("ExpiredToken*", "RequestExpired", "TokenRefreshRequired", "*SSOToken*"),
        (
            "sign in again or use credentials that renew themselves (role_arn, a profile), then"
            " scan again"
        ),
    ),
    (
        ("InvalidClientTokenId", "UnrecognizedClient*", "InvalidToken*", "*Signature*", "HTTP401"),
        "check the credentials and this machine's clock: the service does not accept the signature",
    ),
    (
        (
            "NoCredentials*",
            "PartialCredentials*",
            "Credential*",
            "MissingAuthenticationToken*",
            "*Token*Error",
            "InvalidConfigError",
            "InfiniteLoopConfigError",
        ),
        "give credentials: environment variables, a profile, or role_arn in the target",
    ),
    (
        ("ProfileNotFound", "ConfigParseError", "ConfigNotFound"),
        "correct the profile's name in the target, or the AWS configuration files",
    ),
    (
        ("ResourceNotFound*", "HTTP404"),
        (
            "check the ARN and the membership in the configuration: the model may have been"
            " removed, or these credentials may not see it"
        ),
    ),
    (
        ("Throttling*", "TooManyRequests*", "RequestLimitExceeded", "SlowDown", "HTTP429"),
        "scan again later, with fewer requests at once, or raise AWS_MAX_ATTEMPTS",
    ),
    (
        ("Validation*", "ParamValidation*", "BadRequest*", "HTTP400"),
        "check the ARN, the membership and the region in the configuration",
    ),
    (
        (
            "Endpoint*",
            "*Connection*",
            "*Timeout*",
            "SSLError",
            "HTTPClientError",
            "*Streaming*",
            "UnknownEndpoint*",
            "InvalidRegion*",
            "NoRegionError",
        ),
        "check the region, the network, proxies and AWS_ENDPOINT_URL, then scan again",
    ),
    (
        ("Internal*", "ServiceUnavailable*", "HTTP5*"),
        "the service failed; scan again later, and give AWS Support the request id if it stays",
    ),
    (
        ("MalformedAnswer", "ResponseParserError", "HTTP3*"),
        "check what stands between here and AWS (a proxy, AWS_ENDPOINT_URL), then scan again",
    ),
    (
        ("MalformedRow", "ForeignRow"),
        "scan again; if it stays, install a newer boto3 and report it with the request id",
    ),
    (
        ("EmptyAnswer",),
        "check the ARN in the configuration, and that these credentials may see the model",
    ),
    (
        ("TokenRepeated", "TooManyPages"),
        "scan again; if it stays, give AWS Support the request id",
    ),
    (
        ("WrongAccount",),
        (
            "use credentials of the account that owns the models, or correct account, profile or"
            " role_arn in the target"
        ),
    ),
    (
        ("NoModelMatches",),
        "correct the pattern in the configuration, or remove it if the model is gone",
    ),
    (
        ("MembershipNotActive",),
        (
            "delete the membership if nothing of it is needed, or name the memberships that count"
            " in the configuration"
        ),
    ),
    (
        ("AWSOrganizationsNotInUse*",),
        "use credentials of the organization's management account, or of a delegated administrator",
    ),
    (("ListMoved",), "scan again while fewer versions change, or with --settle"),
    (("Interrupted",), "scan again and let it finish"),
    (
        ("ReaderEnded",),
        "scan again; if it stays, look for what ends processes on that machine, such as its memory",
    ),
    (("InventoryCut",), "use a copy of the inventory that was written to its end, or scan again"),
)
"""Code patterns with what to do next; the first that matches counts."""

_OTHERWISE = "look the code up in AWS's documentation of the operation, then scan again"


def remedy(code: str) -> str:
    """What to do next about a code."""
    for patterns, sentence in _REMEDIES:
        if any(fnmatchcase(code, pattern) for pattern in patterns):
            return sentence
    return _OTHERWISE


def permissions(operation: str, code: str) -> tuple[str, ...]:
    """The IAM actions that an operation needs, where the code says that one is missing."""
    known = OPERATIONS.get(operation)
    denied = any(fnmatchcase(code, pattern) for pattern in _DENIED)
    return known.permissions if known and denied else ()


def unread(place: Place, refusal: Refusal) -> Unread:
    """What could not be read, where, why, and what to do next."""
    return Unread(
        place=place,
        operation=refusal.operation,
        code=refusal.code,
        message=refusal.message,
        request_id=refusal.request_id,
        attempts=refusal.attempts,
        permission=permissions(refusal.operation, refusal.code),
        remedy=remedy(refusal.code),
    )


def refused(operation: str, error: Exception, attempts: int = 1) -> Refusal:
    """The refusal that an exception of boto3 stands for.

    An error that a service answered names its own operation, code and request id: credentials
    that renew themselves fail inside another call.
    """
    answer = getattr(error, "response", None)
    if not isinstance(answer, dict) or not isinstance(answer.get("Error"), dict):
        return Refusal(operation, type(error).__name__, _message(error), None, max(1, attempts))
    told: dict[str, Any] = answer["Error"]
    metadata: dict[str, Any] = answer.get("ResponseMetadata") or {}
    return Refusal(
        operation=str(getattr(error, "operation_name", operation)),
        code=_code(told.get("Code"), metadata.get("HTTPStatusCode")),
        message=str(told.get("Message") or "")[:_LONGEST],
        request_id=metadata.get("RequestId"),
        attempts=max(1, attempts, int(metadata.get("RetryAttempts") or 0) + 1),
    )


def _code(code: object, status: object) -> str:
    """The service's code; ``HTTP`` and the status where an answer carried none."""
    text = str(code or "")
    return f"HTTP{text or status}" if not text or text.isdigit() else text


def _message(error: Exception) -> str:
    """What an exception says, on one line and not without end."""
    return " ".join(str(error).split())[:_LONGEST]
