"""A record of a model on its way between processes, with what was made of it.

Nearly all of it are lines that are written as they are, so they are handed on without a copy.
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from pickle import PickleBuffer
from typing import SupportsIndex

from msgspec import Struct
from msgspec.structs import replace

from auditor.model import ModelRecord
from auditor.source.interface import Assess, AssessedRecord
from auditor.source.written import WrittenRows, version_texts

_BUFFERS = 5  # the protocol of pickle that has them

_MOST = 20_000
"""Versions of a model up to which what is made of it is sent too: it has to be held in full."""

Buffer = bytes | PickleBuffer


class Packed(Struct, frozen=True):
    """A record as pickle wrote it, and the parts that pickle left outside."""

    record: bytes
    parts: Sequence[Buffer]

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[object, ...]:
        # Dask may speak protocol 4, which has no buffers.
        kind = PickleBuffer if int(protocol) >= _BUFFERS else bytes
        return Packed, (self.record, list(map(kind, self.parts)))


def pack(record: ModelRecord, assess: Assess | None = None) -> Packed:
    """The record, ready to be sent with pickle's protocol 5, and what ``assess`` makes of it."""
    rows = record.versions
    assessment = assess(record) if assess is not None and len(rows) <= _MOST else None
    bare = replace(record, versions=WrittenRows(tuple(version_texts(rows)), len(rows)))
    parts: list[PickleBuffer] = []
    text = pickle.dumps((bare, assessment), _BUFFERS, buffer_callback=parts.append)
    return Packed(text, parts)


def unpack(packed: Packed) -> ModelRecord:
    """The record that was packed; only for what a process of this run packed."""
    parts = [bytes(part) for part in packed.parts]
    record: ModelRecord
    record, assessment = pickle.loads(packed.record, buffers=parts)  # noqa: S301  # of this run
    if assessment is None:
        return record
    return AssessedRecord.of(record, assessment)
