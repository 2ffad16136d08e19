"""HTTP/1.1 as far as clients of AWS speak it: bytes to a request, a response to bytes."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus

from auditor.source.emulator.message import Request, Response

LARGEST_HEAD = 65_536
LARGEST_BODY = 1_048_576

_END = b"\r\n\r\n"


class Unintelligible(ValueError):  # what is at fault is the request
    """The bytes are no HTTP request that this endpoint can read; ``status`` answers them."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


def next_request(buffer: bytes, request_id: str, received: float) -> tuple[Request, bytes] | None:
    """The first whole request in ``buffer`` and the bytes after it; None while more must come.

    Raises Unintelligible.
    """
    head, end, rest = buffer.partition(_END)
    if len(head) > LARGEST_HEAD:
        raise Unintelligible(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
    if not end:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target = _first_line(first)
    headers = dict(map(_header, lines))
    length = _length(headers)
    if len(rest) < length:
        return None
    request = Request(method, target, headers, rest[:length], request_id, received)
    return request, rest[length:]


def written(response: Response, request_id: str, now: float) -> bytes:
    """The whole response as bytes, of which the length is always the true one."""
    extra = "".join(f"{name}: {value}\r\n" for name, value in response.headers)
    head = (
        f"HTTP/1.1 {response.status} {_phrase(response.status)}\r\n"
        f"Date: {_date(int(now))}\r\n"
        f"Content-Type: {response.content_type}\r\n"
        f"Content-Length: {len(response.body)}\r\n"
        f"x-amzn-RequestId: {request_id}\r\n"
        f"{extra}\r\n"
    )
    return head.encode() + response.body


def closes(request: Request) -> bool:
    """Whether the connection ends after the response: asked for, or needed.

    NOTE: what answers a HEAD has a body here, which a client would take for its next answer.
    """
    return request.headers.get("connection", "").lower() == "close" or request.method == "HEAD"


def _first_line(line: str) -> tuple[str, str]:
    match line.split(" "):
        case [method, target, "HTTP/1.1"] if target.startswith("/"):
            return method, target
    raise Unintelligible(HTTPStatus.BAD_REQUEST)


def _header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not name or name != name.strip():
        raise Unintelligible(HTTPStatus.BAD_REQUEST)
    return name.lower(), value.strip()


def _length(headers: Mapping[str, str]) -> int:
    if "transfer-encoding" in headers:
        raise Unintelligible(HTTPStatus.NOT_IMPLEMENTED)
    text = headers.get("content-length", "0")
    if not text.isascii() or not text.isdigit():
        raise Unintelligible(HTTPStatus.BAD_REQUEST)
    if len(text) > len(str(LARGEST_BODY)) or int(text) > LARGEST_BODY:
        raise Unintelligible(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return int(text)


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase


@lru_cache(maxsize=8)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)
