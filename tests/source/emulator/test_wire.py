"""HTTP, byte by byte."""

from __future__ import annotations

import http.client
import io
import socket
from contextlib import suppress
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.source.emulator import wire
from auditor.source.emulator.message import Request, Response

POST = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nX-Two:  b c \r\n\r\nbody"


def read(raw: bytes) -> tuple[Request, bytes] | None:
    """The first request of some bytes."""
    return wire.next_request(raw, "id", 1.5)


def test_a_request_is_read_with_its_body() -> None:
    """Method, target, headers in lower case and body; what follows is left for later."""
    found = read(POST + b"GET")
    assert found is not None
    request, rest = found
    assert (request.method, request.target, request.body, rest) == ("POST", "/", b"body", b"GET")
    assert request.headers == {"host": "a", "content-length": "4", "x-two": "b c"}
    assert (request.id, request.received) == ("id", 1.5)


@given(st.integers(0, len(POST) - 1))
def test_a_request_that_is_not_whole_waits(length: int) -> None:
    """No part of a request is a request."""
    assert read(POST[:length]) is None


@given(st.binary(max_size=300))
def test_any_bytes_are_a_request_or_are_refused(raw: bytes) -> None:
    """Nothing but Unintelligible is raised, whatever arrives."""
    with suppress(wire.Unintelligible):
        found = read(raw)
        assert found is None or raw.endswith(found[1])


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET", 400),
        (b"GET / HTTP/1.0", 400),
        (b"GET http://a/ HTTP/1.1", 400),
        (b"GET / HTTP/1.1\r\nno colon", 400),
        (b"GET / HTTP/1.1\r\n folded: x", 400),
        (b"GET / HTTP/1.1\r\nContent-Length: -1", 400),
        (b"GET / HTTP/1.1\r\nContent-Length: 1048577", 413),
        (b"GET / HTTP/1.1\r\nContent-Length: " + b"9" * 5000, 413),
        (b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked", 501),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * wire.LARGEST_HEAD, 431),
    ],
    ids=lambda value: value[:60] if isinstance(value, bytes) else None,
)
def test_what_is_not_understood_is_refused(head: bytes, status: int) -> None:
    """Each has the HTTP status that says why."""
    with pytest.raises(wire.Unintelligible) as caught:
        read(head + b"\r\n\r\n")
    assert caught.value.status == status


def test_a_head_that_never_ends_is_refused() -> None:
    """A client cannot fill the memory with a head."""
    with pytest.raises(wire.Unintelligible):
        read(b"x" * (wire.LARGEST_HEAD + 1))


class _Canned:
    """A socket that holds an answer."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    def makefile(self, *_: object) -> io.BytesIO:
        """The answer as a file."""
        return io.BytesIO(self._raw)


@given(st.binary(max_size=200), st.sampled_from([200, 403, 404, 429, 500, 503]))
def test_a_response_is_read_as_it_was_written(body: bytes, status: int) -> None:
    """The standard library's client reads status, headers and body."""
    raw = wire.written(Response(status, body, headers=(("Retry-After", "3"),)), "id", 0)
    response = http.client.HTTPResponse(cast("socket.socket", _Canned(raw)))
    response.begin()
    assert (response.status, response.read()) == (status, body)
    assert response.headers["Date"] == "Thu, 01 Jan 1970 00:00:00 GMT"
    assert response.headers["Retry-After"] == "3"
    assert response.headers["x-amzn-RequestId"] == "id"
    response.close()
