"""The endpoint on a socket: HTTP/1.1 with keep-alive on 127.0.0.1, in a thread of its own.

One thread serves every connection, so that counts need no lock and a thousand clients cost no
thousand threads.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from auditor.errors import SourceError
from auditor.source.emulator import wire
from auditor.source.emulator.endpoint import Endpoint, Exchange
from auditor.source.emulator.estate import Estate
from auditor.source.emulator.fault import Fault
from auditor.source.emulator.message import Ending, Request, Response

HOST = "127.0.0.1"

_REMEMBERED = 10_000
_BACKLOG = 1024
_LAST_PORT = 65_535
_NO_LINGER = struct.pack("ii", 1, 0)


class Server:
    """A running endpoint; `serving` makes one.

    ``requests`` holds the newest exchanges, oldest first.
    """

    def __init__(self, endpoint: Endpoint, port: int, latency_ms: float) -> None:
        self.port = port
        self.url = f"http://{HOST}:{port}"
        self.requests: deque[Exchange] = deque(maxlen=_REMEMBERED)
        self._endpoint = endpoint
        self._latency = latency_ms / 1000
        self._calls: Counter[str] = Counter()
        self._connections: set[_Connection] = set()
        self._number = 0

    @property
    def calls(self) -> Counter[str]:
        """Requests so far by operation, refused and spoilt ones included; a copy."""
        return Counter(self._calls)

    def next_id(self) -> str:
        """The id of the request that comes next."""
        return f"00000000-0000-4000-8000-{self._number:012x}"

    def exchange(self, request: Request) -> tuple[Response, float]:
        """The answer to a request, and how many seconds late it is to be sent."""
        done = self._endpoint.exchange(request)
        self._number += 1
        self._calls[done.operation] += 1
        self.requests.append(done)
        return done.response, done.response.delay + self._latency

    def opened(self, connection: _Connection) -> None:
        """A client connected."""
        self._connections.add(connection)

    def closed(self, connection: _Connection) -> None:
        """A client is gone."""
        self._connections.discard(connection)

    def drop(self) -> None:
        """End every connection without ceremony."""
        for connection in tuple(self._connections):
            connection.abort()


class _Connection(asyncio.Protocol):
    """One client: requests are answered one after the other, in their order."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._buffer = b""
        self._waiting = False
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._server.opened(self)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._server.closed(self)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._advance()

    def abort(self) -> None:
        self._transport.abort()

    def _advance(self) -> None:
        """Answer what is there, up to an answer that has to wait."""
        try:
            while not self._waiting and not self._transport.is_closing() and self._take():
                pass
        except wire.Unintelligible as problem:
            self._transport.write(wire.written(Response(problem.status, b""), "-", time.time()))
            self._transport.close()

    def _take(self) -> bool:
        """Answer the next request; False if there is no whole one yet."""
        found = wire.next_request(self._buffer, self._server.next_id(), time.time())
        if found is None:
            return False
        request, self._buffer = found
        response, late = self._server.exchange(request)
        if late > 0:
            self._waiting = True
            asyncio.get_running_loop().call_later(late, self._resume, request, response)
        else:
            self._send(request, response)
        return True

    def _resume(self, request: Request, response: Response) -> None:
        self._waiting = False
        if not self._transport.is_closing():
            self._send(request, response)
            self._advance()

    def _send(self, request: Request, response: Response) -> None:
        if response.ending is Ending.RESET:
            # NOTE: closing a socket that lingers for no time sends a reset instead of an end.
            client: socket.socket = self._transport.get_extra_info("socket")
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
            self._transport.abort()
            return
        written = wire.written(response, request.id, time.time())
        if response.ending is Ending.CUT:
            written = written[: len(written) - (len(response.body) + 1) // 2]
        self._transport.write(written)
        if response.ending is Ending.CUT or wire.closes(request):
            self._transport.close()


@contextmanager
def serving(
    estate: Estate, faults: Sequence[Fault] | None = None, port: int = 0, latency_ms: float = 0
) -> Iterator[Server]:
    """An endpoint that serves the estate on 127.0.0.1 until the block ends.

    Port 0 takes a free one. Every answer comes ``latency_ms`` late. Raises SourceError if the
    port cannot be used.
    """
    listener = _listener(port)
    server = Server(Endpoint(estate, faults or ()), listener.getsockname()[1], latency_ms)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="emulator", daemon=True)
    thread.start()
    try:
        opening = loop.create_server(lambda: _Connection(server), sock=listener, backlog=_BACKLOG)
        accepting = asyncio.run_coroutine_threadsafe(opening, loop).result()
        try:
            yield server
        finally:
            asyncio.run_coroutine_threadsafe(_closed(accepting, server), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _closed(accepting: asyncio.Server, server: Server) -> None:
    accepting.close()
    server.drop()
    # Lets the dropped connections say that they are gone before their loop ends.
    await asyncio.sleep(0)


def _listener(port: int) -> socket.socket:
    if not 0 <= port <= _LAST_PORT:
        raise _unusable(port, f"ports go from 0 to {_LAST_PORT}")
    try:
        return socket.create_server((HOST, port), backlog=_BACKLOG)
    except OSError as error:
        raise _unusable(port, str(error.strerror)) from error


def _unusable(port: int, reason: str) -> SourceError:
    return SourceError(
        f"port {port} on {HOST} cannot be used: {reason}",
        "choose another port, or 0 for any that is free",
    )
