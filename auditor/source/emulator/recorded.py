"""An estate made from what a scan recorded, with what it could not read left unreadable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec.structs import replace

from auditor import timestamps
from auditor.errors import DamagedRun
from auditor.model import ModelRecord, Place, Row, SourceRecord, Unavailable, Unread, Why
from auditor.source.emulator.estate import Details, Estate, Membership, TrainedModel, version_of
from auditor.source.inventory import InventorySource

_NOT_RECORDED = Unavailable(Why.UNREAD, "the scan did not ask for details")
_NO_COLLABORATION = "00000000-0000-0000-0000-000000000000"


def from_inventory(path: Path) -> Estate:
    """The estate of a recorded inventory; DamagedRun if it is none, or is cut."""
    source = InventorySource(path)
    return from_records(source.records(), source.header.now)


def from_records(records: Iterable[SourceRecord], now: str) -> Estate:
    """The estate of what a scan gave; DamagedRun if that is nothing at all, or is cut.

    A model, membership or target that was unread answers with the error that made it so, after
    the rows that were read. The first model's account is the caller's.
    """
    memberships: dict[str, Membership] = {}
    details: dict[tuple[str, str], Details] = {}
    unread: list[Unread] = []
    for record in records:
        if isinstance(record, Unread):
            _refuse_cut(record)
            unread.append(record)
        elif isinstance(record, ModelRecord):
            details |= _details(record)
            _add(memberships, record.place, now, _model(record))
    for each in unread:
        if each.place.membership:
            _add(memberships, each.place, now, code=each.code)
    accounts = [membership.account for membership in memberships.values()]
    if not accounts:
        raise DamagedRun("the inventory names no membership", "there is nothing to serve")
    return Estate(
        accounts[0],
        now,
        tuple(memberships.values()),
        lambda row: details.get((row["trainedModelArn"], version_of(row)), _NOT_RECORDED),
        tuple(each for each in unread if not each.place.membership),
    )


def _refuse_cut(unread: Unread) -> None:
    if unread.code == "InventoryCut":
        raise DamagedRun(
            f"the inventory is cut: {unread.message}",
            "use a copy that was written to its end, or scan again",
        )


def _model(record: ModelRecord) -> TrainedModel:
    rows = tuple(
        {name: value for name, value in row.items() if name != "details"} for row in record.versions
    )
    return TrainedModel(str(record.place.arn), rows, record.unread.code if record.unread else None)


def _details(record: ModelRecord) -> Mapping[tuple[str, str], Details]:
    return {
        (str(record.place.arn), version_of(row)): row["details"]
        for row in record.versions
        if "details" in row
    }


def _add(
    memberships: dict[str, Membership],
    place: Place,
    now: str,
    model: TrainedModel | None = None,
    code: str | None = None,
) -> None:
    """Put a model, or what made the list of models unread, into its membership."""
    known = memberships.get(place.membership) or _membership(place, now)
    models = (*known.models, model) if model else known.models
    rows = model.rows if model else ()
    memberships[place.membership] = replace(
        known,
        models=models,
        unread=known.unread or code,
        collaboration=_collaboration(rows) or known.collaboration,
        created=min((known.created, *(row["createTime"] for row in rows))),
    )


def _membership(place: Place, now: str) -> Membership:
    return Membership(
        id=place.membership,
        account=place.account,
        region=place.region,
        collaboration=_NO_COLLABORATION,
        name="Recorded collaboration",
        created=timestamps.canonical(now),
        models=(),
        target=place.target,
    )


def _collaboration(rows: tuple[Row, ...]) -> str:
    return next((row["collaborationIdentifier"] for row in rows), "")
