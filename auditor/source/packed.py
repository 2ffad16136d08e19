"""A record of a model as bytes, for the way from one process to another.

Its versions travel as the lines of an inventory: they are written anyway, and whoever reads them
need not write them again.
"""

from __future__ import annotations

import pickle
from dataclasses import fields, replace

from auditor.model import ModelRecord
from auditor.source.inventory import WrittenRecord, rows_of, version_texts


def pack(record: ModelRecord) -> bytes:
    """The record as bytes."""
    lines = "".join(version_texts(record.versions))
    return pickle.dumps((replace(record, versions=()), lines), pickle.HIGHEST_PROTOCOL)


def unpack(packed: bytes) -> ModelRecord:
    """The record that was packed; only for bytes from a process of this run."""
    record: ModelRecord
    record, lines = pickle.loads(packed)  # noqa: S301  # packed by a process of this run
    rows = rows_of(lines)
    members = {each.name: getattr(record, each.name) for each in fields(ModelRecord)}
    return WrittenRecord(**{**members, "versions": rows}, lines=lines, lines_of=rows)
