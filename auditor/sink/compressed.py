"""Large files of a run in zstd: a tenth of their size, and still read line by line."""

from __future__ import annotations

from pathlib import Path

from auditor.sink.atomic import settle

SUFFIX = ".zst"

LARGE = 128 << 20
"""Bytes from which on a file is worth it."""

_LEVEL = 3  # zstd's own: higher ones take longer than reading from AWS does


def compress(path: Path, to: Path) -> None:
    """Write the zstd form of a file; OSError where it cannot be read or written."""
    import zstandard  # noqa: PLC0415  # seldom needed

    with path.open("rb") as source, to.open("xb") as target:
        zstandard.ZstdCompressor(_LEVEL, write_checksum=True, threads=-1).copy_stream(
            source, target, size=path.stat().st_size
        )
        target.flush()
        settle(target.fileno())
