"""A record of a model as bytes, for the way from one process to another."""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import Any

import orjson

from auditor.model import ModelRecord, Row


def pack(record: ModelRecord) -> bytes:
    """The record; its rows as JSON, which is quicker than anything else, where JSON can say them.

    NOTE: it cannot say everything that a row may hold: why details are not available, lone
    surrogates, integers of more than 64 bits.
    """
    rows: bytes | tuple[Row, ...]
    try:
        rows = orjson.dumps(record.versions, option=orjson.OPT_PASSTHROUGH_DATACLASS)
    except TypeError:
        rows = record.versions
    return pickle.dumps((replace(record, versions=()), rows), pickle.HIGHEST_PROTOCOL)


def unpack(packed: bytes) -> ModelRecord:
    """The record that was packed; only for bytes from a process of this run."""
    record: ModelRecord
    rows: Any
    record, rows = pickle.loads(packed)  # noqa: S301  # packed by a process of this run
    return replace(record, versions=tuple(orjson.loads(rows) if isinstance(rows, bytes) else rows))
