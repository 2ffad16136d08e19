"""The details of single versions, as GetTrainedModel gives them; never another version's.

NOTE: GetTrainedModel without a version answers with the latest one, and there is no way to ask for
the base version by name. So the details of a base version can be read only while it is the latest,
and an answer about anything but the version of the row is a blind spot.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from fnmatch import fnmatchcase
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from auditor.kinds import VERSION
from auditor.model import (
    BASE,
    BlindSpot,
    ModelRecord,
    Place,
    Row,
    Unavailable,
    Unread,
    Unrecognised,
    Why,
)
from auditor.source.paging import Answer
from auditor.source.refusal import Refusal, unread
from auditor.source.rows import Noted, RowFault, cleaned, identity

OPERATION = "GetTrainedModel"

AskVersion = Callable[[str | None], Answer | Refusal]
"""Asks for the details of an identifier; None asks for the latest version."""

Wanted = Callable[[ModelRecord], Collection[str]]
"""Says by identity of which versions the details are needed; asked from many threads."""

_NOT_THE_LATEST = "AWS gives no way to read the details of a base version that is not the latest"
_OTHER_VERSION = "AWS answered with the details of another version"
_OTHER_STATUS = "the status of the version changed between its row and its details"


# Whoever may not read one version of a model may read none of them.
_FOR_ALL = ("ExpiredToken*", "Interrupted", "InvalidClientTokenId", "*Signature*")


class _Gathered(Struct):
    """What was read of the details of one model's versions, and what was not.

    ``closed`` is the refusal after which no other version of the model was asked for, and
    ``skipped`` how many were not.
    """

    place: Place
    rows: list[Row] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    blind: list[BlindSpot] = field(default_factory=list)
    noted: Noted = field(default_factory=dict)
    closed: Refusal | None = None
    skipped: int = 0

    def all_unread(self) -> tuple[Unread, ...]:
        """What was not read; the versions that were not asked for stand with the last refusal."""
        if not self.skipped:
            return tuple(self.unread)
        last = self.unread[-1]
        why = f"{last.message}; {self.skipped} more versions of the model were not asked for"
        return (*self.unread[:-1], replace(last, message=why))


def with_details(record: ModelRecord, wanted: Collection[str], ask: AskVersion) -> ModelRecord:
    """The same model with the details of the wanted versions, where they are to be had.

    What was refused is unread and stands in ``details_unread``; what AWS gives no way to read is a
    blind spot. Versions are wanted by identity; the rows of the others stay as they are. After a
    refusal that is about the model or the caller no other version is asked for.
    """
    if not wanted:
        return record
    gathered = _Gathered(record.place)
    latest = identity(max(record.versions, key=_age))
    for row in record.versions:
        name = identity(row)
        if name not in wanted:
            gathered.rows.append(row)
        elif name == BASE and latest != BASE:
            gathered.rows.append(_blind(gathered, row, _NOT_THE_LATEST))
        elif gathered.closed is not None:
            gathered.skipped += 1
            gathered.rows.append({**row, "details": _unavailable(gathered.closed)})
        else:
            answer = ask(None if name == BASE else name)
            gathered.rows.append({**row, "details": _details(gathered, row, answer)})
    return replace(
        record,
        versions=tuple(gathered.rows),
        details_unread=gathered.all_unread(),
        blind_spots=(*record.blind_spots, *gathered.blind),
        unrecognised=(*record.unrecognised, *_unrecognised(gathered.noted)),
    )


def _age(row: Row) -> tuple[str, str]:
    return str(row["createTime"]), identity(row)


def _details(gathered: _Gathered, row: Row, answer: Answer | Refusal) -> Any:
    """The details themselves, or why there are none."""
    if isinstance(answer, Refusal):
        return _refused(gathered, row, answer)
    noted: Noted = {}
    try:
        details = cleaned(dict(answer.members), noted, VERSION.details or "")
    except RowFault as fault:
        return _refused(
            gathered, row, Refusal(OPERATION, fault.code, str(fault), answer.request_id)
        )
    if identity(details) != identity(row) or details["trainedModelArn"] != row["trainedModelArn"]:
        return _spot(gathered, row, _OTHER_VERSION)
    if details["status"] != row["status"]:
        return _spot(gathered, row, _OTHER_STATUS)
    for key, count in noted.items():
        gathered.noted[key] = gathered.noted.get(key, 0) + count
    return details


def _refused(gathered: _Gathered, row: Row, refusal: Refusal) -> Unavailable:
    value = unread(gathered.place, refusal)
    gathered.unread.append(replace(value, version=identity(row)))
    given_up = refusal.attempts == 0
    if given_up or value.permission or any(fnmatchcase(refusal.code, each) for each in _FOR_ALL):
        gathered.closed = refusal
    return _unavailable(refusal)


def _unavailable(refusal: Refusal) -> Unavailable:
    return Unavailable(Why.UNREAD, f"{refusal.operation} gave {refusal.code}")


def _blind(gathered: _Gathered, row: Row, why: str) -> Row:
    return {**row, "details": _spot(gathered, row, why)}


def _spot(gathered: _Gathered, row: Row, why: str) -> Unavailable:
    gathered.blind.append(BlindSpot(gathered.place, identity(row), "details", why))
    return Unavailable(Why.BLIND_SPOT, why)


def _unrecognised(noted: Mapping[tuple[str, str], int]) -> tuple[Unrecognised, ...]:
    return tuple(
        Unrecognised(what, name, OPERATION, count) for (what, name), count in sorted(noted.items())
    )
