"""The lines of a file, in zstd or as they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

ZSTD = ".zst"


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A file to be read line by line; OSError where it cannot be read, or is damaged.

    NOTE: a file in zstd that breaks off just ends, as any other file does.
    """
    with path.open("rb") as file:
        if path.suffix != ZSTD:
            yield file
            return
        import zstandard  # noqa: PLC0415  # seldom needed

        try:
            yield BufferedReader(zstandard.ZstdDecompressor().stream_reader(file))
        except zstandard.ZstdError as error:
            raise OSError(f"it is damaged: {error}") from error
