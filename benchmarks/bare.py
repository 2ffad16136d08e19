"""Every page of a site, asked for by so many bare sockets and thrown away: what the site can give.

    python -m benchmarks.bare ENDPOINT IN_FLIGHT

Prints the seconds from the first request to the last answer.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import deque
from collections.abc import Mapping
from time import perf_counter
from typing import Any
from urllib.parse import quote, urlsplit
from urllib.request import urlopen

_ROOM = 1 << 20  # bytes of an answer that may wait


def main(endpoint: str, in_flight: int) -> None:
    """Asks what there is, and reads it."""
    with urlopen(endpoint) as answer:  # noqa: S310  # on loopback
        about = json.load(answer)
    print(asyncio.run(_read(endpoint, about, in_flight)))


async def _read(endpoint: str, about: Mapping[str, Any], in_flight: int) -> float:
    """Seconds for all pages of all models, a model after the other on each connection."""
    host, port = urlsplit(endpoint).hostname, urlsplit(endpoint).port
    models = deque(about["models"])
    connections = [await asyncio.open_connection(host, port, limit=_ROOM) for _ in range(in_flight)]
    began = perf_counter()
    await asyncio.gather(
        *(_models(*connection, about["membership"], models) for connection in connections)
    )
    took = perf_counter() - began
    for _reader, writer in connections:
        writer.close()
    return took


async def _models(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    membership: str,
    models: deque[str],
) -> None:
    while models:
        path = f"/memberships/{membership}/trained-models/{quote(models.popleft(), safe='')}"
        token = ""
        while True:
            query = f"?nextToken={token}" if token else ""
            writer.write(f"GET {path}/versions{query} HTTP/1.1\r\nHost: bare\r\n\r\n".encode())
            token = await _token(reader)
            if not token:
                break


async def _token(reader: asyncio.StreamReader) -> str:
    """The token of the next answer; empty for the last page."""
    head = await reader.readuntil(b"\r\n\r\n")
    size = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    body = await reader.readexactly(size)
    # The token is the last member, so that nothing else has to be decoded.
    return body.rpartition(b'"nextToken":"')[2][:-2].decode() if b'"nextToken":"' in body else ""


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
