"""What a request that failed means for the next one: whether it is worth sending, and when."""

from __future__ import annotations

from enum import Enum
from typing import Any

from msgspec import Struct

from auditor.source.refusal import Refusal, refused

ATTEMPTS = 8
"""How often a request is sent at most, unless AWS_MAX_ATTEMPTS or a profile says otherwise."""

PATIENCE = 300.0
"""Seconds after its first attempt in which a request is sent again at all."""

_FEW = 5
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 20.0

_THROTTLED = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"})
# The answer may come whole the next time; what always answers so is no service.
_UNUSABLE = frozenset({"MalformedAnswer", "ResponseParserError"})
# Nobody is there, or nobody is reached: a wrong region looks like this too.
_UNREACHED = frozenset({"ConnectTimeoutError", "EndpointConnectionError", "ProxyConnectionError"})
_BROKEN = frozenset(
    {
        "ConnectionClosedError",
        "ConnectionError",
        "HTTPClientError",
        "IncompleteReadError",
        "InternalServerException",
        "ReadTimeoutError",
        "RequestTimeout",
        "RequestTimeoutException",
        "ResponseStreamingError",
        "ServiceUnavailableException",
    }
)
_TOO_MANY = 429
_SERVER_ERRORS = (500, 502, 503, 504)


class Kind(Enum):
    """What a failure is; only a `FINAL` one is sure to come again."""

    THROTTLED = "throttled"
    BROKEN = "broken"
    EXPIRED = "expired"
    FINAL = "final"


class Miss(Struct, frozen=True):
    """One attempt that gave nothing. ``retry_after`` is what the service asks for, in seconds."""

    refusal: Refusal
    kind: Kind
    retry_after: float = 0.0

    def most(self, bound: int) -> int:
        """How often a request that fails like this is sent, where ``bound`` is the most of all."""
        if self.kind not in (Kind.THROTTLED, Kind.BROKEN):
            return 1
        return min(bound, _FEW) if self.refusal.code in _UNUSABLE | _UNREACHED else bound


def missed(operation: str, error: Exception, attempts: int) -> Miss:
    """What an exception of boto3 means."""
    refusal = refused(operation, error, attempts)
    answer = getattr(error, "response", None)
    metadata: dict[str, Any] = {}
    if isinstance(answer, dict):
        metadata = answer.get("ResponseMetadata") or {}
    headers = metadata.get("HTTPHeaders") or {}
    kind = _kind(refusal.code, metadata.get("HTTPStatusCode"))
    return Miss(refusal, kind, _seconds(headers.get("retry-after")))


def unusable(refusal: Refusal) -> Miss:
    """An answer that came and says nothing."""
    return Miss(refusal, Kind.BROKEN)


def pause(attempt: int, jitter: float, retry_after: float = 0.0) -> float:
    """Seconds between an attempt (1 is the first) and the next: twice as long each time."""
    return max(retry_after, min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0**attempt) * jitter)


def _kind(code: str, status: object) -> Kind:
    if code in _THROTTLED or status == _TOO_MANY:
        return Kind.THROTTLED
    if code in _EXPIRED:
        return Kind.EXPIRED
    if code in _UNUSABLE | _UNREACHED | _BROKEN or status in _SERVER_ERRORS:
        return Kind.BROKEN
    return Kind.FINAL


def _seconds(text: object) -> float:
    """A ``Retry-After``; 0 for a date or anything else that is no number."""
    return float(text) if isinstance(text, str) and text.isdecimal() and text.isascii() else 0.0
