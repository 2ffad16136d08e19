"""Sockets: keep-alive, many clients, and an end."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from time import perf_counter

import pytest

from auditor.errors import SourceError
from auditor.source.emulator import Server, serving
from tests.source.conftest import Serve
from tests.source.emulator.conftest import Ask
from tests.source.emulator.sample import ESTATE, listing

GET = f"GET {listing(maxResults=1)} HTTP/1.1\r\nHost: a\r\n"


def received(server: Server, *parts: str, seconds: float = 5) -> bytes:
    """Everything that comes back before the server ends the connection."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=seconds) as client:
        for part in parts:
            client.sendall(part.encode())
        found = b""
        while more := client.recv(65536):
            found += more
        return found


def test_a_connection_serves_many_requests(serve: Serve) -> None:
    """Requests one after the other need no new connection."""
    server = serve(ESTATE)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    with closing(connection):
        for _ in range(3):
            connection.request("GET", listing())
            response = connection.getresponse()
            assert len(json.load(response)["trainedModels"]) == 10
            assert connection.sock is not None


def test_requests_that_arrive_together_are_answered_in_order(serve: Serve) -> None:
    """A second request in the same packet waits for the first answer, late or not."""
    for latency in (0, 20):
        server = serve(ESTATE, latency_ms=latency)
        both = GET + "\r\nGET /nowhere HTTP/1.1\r\nConnection: close\r\n\r\n"
        found = received(server, both)
        assert found.index(b"HTTP/1.1 200 OK") < found.index(b"HTTP/1.1 404 Not Found")
        assert found.count(b"HTTP/1.1") == 2


def test_a_request_may_arrive_in_pieces(serve: Serve) -> None:
    """What belongs together is put together."""
    found = received(serve(ESTATE), GET[:30], GET[30:], "Connection: close\r\n", "\r\n")
    assert found.startswith(b"HTTP/1.1 200 OK")


def test_what_is_no_http_is_refused_and_the_server_lives_on(serve: Serve, ask: Ask) -> None:
    """Nonsense is answered with 400 and the end of its connection only."""
    server = serve(ESTATE)
    assert received(server, "\x16\x03\x01 nonsense\r\n\r\n").startswith(b"HTTP/1.1 400 ")
    assert ask(server, listing()).status == 200


def test_latency_delays_each_answer_but_not_the_others(serve: Serve, ask: Ask) -> None:
    """Ten clients wait at the same time, not one after the other."""
    server = serve(ESTATE, latency_ms=150)
    start = perf_counter()
    with ThreadPoolExecutor(10) as pool:
        found = list(pool.map(lambda _: ask(server, listing()).status, range(10)))
    taken = perf_counter() - start
    assert found == [200] * 10
    assert 0.15 <= taken < 1


def test_every_request_is_counted_and_remembered(serve: Serve, ask: Ask) -> None:
    """Counts by operation, and the exchanges with their raw targets, in order."""
    server = serve(ESTATE)
    for target in ("/memberships", listing(), listing(maxResults=0), "/nowhere"):
        ask(server, target)
    assert server.calls == Counter(
        {"ListMemberships": 1, "ListTrainedModelVersions": 2, "UnknownOperation": 1}
    )
    assert [(each.request.target, each.response.status) for each in server.requests] == [
        ("/memberships", 200),
        (listing(), 200),
        (listing(maxResults=0), 400),
        ("/nowhere", 404),
    ]


def test_the_server_ends_with_its_block() -> None:
    """Open connections end, nothing listens any more, and no thread is left."""
    with serving(ESTATE) as server:
        client = socket.create_connection(("127.0.0.1", server.port), timeout=5)
        client.sendall((GET + "\r\n").encode())
        assert client.recv(20).startswith(b"HTTP/1.1 200 OK")
    # An end in order and a reset are both an end.
    with closing(client), suppress(ConnectionResetError):
        while client.recv(65536):
            pass
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", server.port), timeout=5)
    assert "emulator" not in {thread.name for thread in threading.enumerate()}


def test_the_server_ends_when_the_block_fails() -> None:
    """An error in the block leaves no server behind, and is not swallowed."""
    with pytest.raises(ZeroDivisionError), serving(ESTATE):
        _ = 1 / 0
    assert "emulator" not in {thread.name for thread in threading.enumerate()}


def test_a_taken_port_is_an_error_with_advice() -> None:
    """The port, the reason and what to do next are said."""
    with (
        serving(ESTATE) as server,
        pytest.raises(SourceError, match=f"port {server.port} on 127.0.0.1") as caught,
        serving(ESTATE, port=server.port),
    ):
        pass
    assert "another port" in caught.value.hint


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_that_cannot_be_is_an_error_with_advice(port: int) -> None:
    """A number out of range is no crash."""
    with pytest.raises(SourceError, match=f"port {port}"), serving(ESTATE, port=port):
        pass


def test_a_port_can_be_chosen() -> None:
    """The url names the port that was asked for."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with serving(ESTATE, port=port) as server:
        assert server.url == f"http://127.0.0.1:{port}"


def test_only_loopback_can_reach_the_server() -> None:
    """The socket is bound to 127.0.0.1, not to every address of the machine."""
    with serving(ESTATE) as server:
        assert server.url.startswith("http://127.0.0.1:")
        with pytest.raises(OSError, match=r"refused|unreachable"):
            socket.create_connection(("127.0.0.2", server.port), timeout=5)


def test_the_endpoint_needs_no_client_of_aws() -> None:
    """Importing it imports neither boto3 nor botocore."""
    code = (
        "import sys, auditor.source.emulator as e; e.synthetic(1, 1, 1, 5);"
        "print([name for name in sys.modules if name.split('.')[0] in ('boto3', 'botocore')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
