"""Words between two processes, over a socket.

What a word holds in buffers (`pickle.PickleBuffer`) goes as it is, without a copy: most of what is
said are the lines of models, a few megabytes in each word.
"""

from __future__ import annotations

import pickle
import struct
from contextlib import suppress
from multiprocessing.connection import wait
from socket import MSG_WAITALL, SO_SNDBUF, SOL_SOCKET, socket, socketpair
from threading import Lock

_SIZE = struct.Struct("!Q")
_ROOM = 1 << 20  # bytes that may be on their way, so that nobody waits for the other's turn


class Wire:
    """One end: anybody may say something, and one at a time hears."""

    def __init__(self, end: socket) -> None:
        end.setsockopt(SOL_SOCKET, SO_SNDBUF, _ROOM)
        self._end = end
        self._lock = Lock()

    def say(self, word: object) -> None:
        """Says one thing; a listener that is gone hears nothing."""
        buffers: list[pickle.PickleBuffer] = []
        text = pickle.dumps(word, 5, buffer_callback=buffers.append)
        parts: list[bytes | memoryview] = [text, *(buffer.raw() for buffer in buffers)]
        sizes = b"".join(_SIZE.pack(len(part)) for part in parts)
        with self._lock, suppress(OSError):
            self._end.sendall(_SIZE.pack(len(parts)) + sizes)
            for part in parts:
                self._end.sendall(part)

    def hear(self) -> object:
        """The next word; raises EOFError or OSError where the other end is gone."""
        count = self._number()
        sizes = [self._number() for _ in range(count)]
        text, *buffers = map(self._take, sizes)
        return pickle.loads(text, buffers=buffers)  # noqa: S301  # said by a process of this run

    def is_spoken_to(self, seconds: float | None = None) -> bool:
        """Whether there is something to hear, or will be within so many seconds, or ever."""
        return bool(wait([self._end], seconds))

    def close(self) -> None:
        """Ends it for both."""
        self._end.close()

    def _number(self) -> int:
        number: int = _SIZE.unpack(self._take(_SIZE.size))[0]
        return number

    def _take(self, size: int) -> bytes:
        parts: list[bytes] = []
        missing = size
        while missing:
            part = self._end.recv(missing, MSG_WAITALL)
            if not part:
                raise EOFError("the other process is gone")
            parts.append(part)
            missing -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)


def ends() -> tuple[socket, socket]:
    """Two ends for two processes."""
    return socketpair()
