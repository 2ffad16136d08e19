"""Versions as the lines of an inventory, and lines that stand for versions until somebody looks.

Versions travel between processes as these lines: they are written anyway, and whoever only writes
them need not decode them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from pickle import PickleBuffer
from typing import overload

from msgspec import Struct
from msgspec.structs import asdict

from auditor.model import Row, Unavailable
from auditor.report.encoding import strict_lines
from auditor.source.values import decoded, made

_AT_ONCE = 500
_NONE: Sequence[Row] = ()
_UNAVAILABLE = "$unavailable"


class _Details(Struct, frozen=True):
    unavailable: Unavailable


class PlainRows(tuple[Row, ...]):
    """Rows that have their one form, so that there is no float in them."""

    __slots__ = ()


class WrittenRows(Sequence[Row]):
    """The rows of the lines that `version_texts` gave in this very run; decoded when looked at."""

    def __init__(self, texts: tuple[bytes, ...], count: int) -> None:
        self.texts = texts
        self._count = count
        self._rows: tuple[Row, ...] | None = None

    def __reduce__(self) -> tuple[object, ...]:
        return WrittenRows, (tuple(map(PickleBuffer, self.texts)), self._count)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | Sequence[Row]:
        return self._all()[place]

    def __iter__(self) -> Iterator[Row]:
        return iter(self._all())

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Sequence):
            return len(self) == len(other) and self._all() == tuple(other)
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]  # as of everything that holds rows

    def _all(self) -> tuple[Row, ...]:
        if self._rows is None:
            self._rows = tuple(chain.from_iterable(map(_rows_of, self.texts)))
        return self._rows


def version_texts(rows: Sequence[Row]) -> Iterator[bytes]:
    """The lines of versions, a few hundred in one text: the quickest way to write them."""
    if isinstance(rows, WrittenRows):
        yield from rows.texts
        return
    for start in range(0, len(rows), _AT_ONCE):
        some, floats = rows[start : start + _AT_ONCE], _NONE
        if not isinstance(rows, PlainRows):
            some = floats = [_written(row) for row in some]
        yield b"".join(strict_lines([{"row": row, "type": "version"} for row in some], floats))


def read_row(row: Row) -> Row:
    """A row as it was before it was written."""
    details = row.get("details")
    if isinstance(details, dict) and _UNAVAILABLE in details:
        unavailable = made(_Details, {"unavailable": details[_UNAVAILABLE]}).unavailable
        return {**row, "details": unavailable}
    return row


def _written(row: Row) -> Row:
    details = row.get("details")
    if isinstance(details, Unavailable):
        return {**row, "details": {_UNAVAILABLE: asdict(details)}}
    return row


def _rows_of(lines: bytes) -> Iterator[Row]:
    whole = decoded(b'{"lines":[%b]}' % lines.replace(b"\n", b",")[:-1])
    return (read_row(line["row"]) for line in whole["lines"])
