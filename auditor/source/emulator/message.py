"""The two values that pass between the sockets and the service: a request and a response."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto

from msgspec import Struct, field


class Ending(Enum):
    """What becomes of a response: `CUT` ends the connection in its body, `RESET` instead of it."""

    WHOLE = auto()
    CUT = auto()
    RESET = auto()


class Request(Struct, frozen=True):
    """One HTTP request. ``target`` is the raw path and query, headers have lower-case names.

    ``id`` becomes x-amzn-RequestId; ``received`` is when it came, in seconds since 1970.
    """

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    id: str = "00000000-0000-4000-8000-000000000000"
    received: float = 0.0


class Response(Struct, frozen=True):
    """One HTTP response. ``delay`` is in seconds."""

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    delay: float = 0.0
    ending: Ending = Ending.WHOLE
