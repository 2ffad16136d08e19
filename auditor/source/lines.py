"""The lines of a file, in zstd or as they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import Any, BinaryIO

ZSTD = ".zst"

_AT_ONCE = 1 << 16
_OPEN = 2  # bytes without which the last line of a file is no JSON: its brace and its newline


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A file to be read line by line; OSError where it cannot be read, or is damaged.

    A file in zstd that breaks off just ends, as any other file does, and never with its last line.
    """
    with path.open("rb") as file:
        if path.suffix != ZSTD:
            yield file
            return
        import zstandard  # noqa: PLC0415  # seldom needed

        try:
            frame = _Frame(file, zstandard.ZstdDecompressor().decompressobj())
            yield BufferedReader(frame, _AT_ONCE)
        except zstandard.ZstdError as error:
            raise OSError(f"it is damaged: {error}") from error


class _Frame(RawIOBase):
    """What one frame of zstd holds.

    NOTE: its checksum stands at its very end, so the last bytes are given when that was seen.
    """

    def __init__(self, file: BinaryIO, frame: Any) -> None:
        self._file = file
        self._frame = frame
        self._waiting = bytearray()

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fills the buffer with what comes next; 0 at the end."""
        while not self._frame.eof and len(self._waiting) <= _OPEN:
            packed = self._file.read(_AT_ONCE)
            if not packed:
                return 0
            self._waiting += self._frame.decompress(packed)
        given = len(self._waiting) if self._frame.eof else len(self._waiting) - _OPEN
        given = min(given, len(buffer))
        buffer[:given] = self._waiting[:given]
        del self._waiting[:given]
        return given
