"""The clients that talk to a server."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

import boto3
import pytest

from auditor.source.emulator import Server


@dataclass(frozen=True)
class Answer:
    """One HTTP answer as it came."""

    status: int
    headers: dict[str, str]
    body: bytes

    @cached_property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


Ask = Callable[..., Answer]
Connect = Callable[..., Any]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Makes clients of boto3 for the server that was started last; they end with the test."""
    with ExitStack() as stack:

        def make(service: str = "cleanroomsml", **options: Any) -> Any:
            client: Any = boto3.session.Session().client(service, **options)  # type: ignore[call-overload]
            stack.callback(client.close)
            return client

        yield make


@pytest.fixture
def ask() -> Ask:
    """Sends one request without any client of AWS."""

    def send(
        server: Server,
        target: str,
        method: str = "GET",
        body: str | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        with closing(connection):
            connection.request(method, target, body, dict(headers))
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())

    return send
