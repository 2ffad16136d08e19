"""A small estate as a recorded inventory: two models that were read, one that was denied."""

from __future__ import annotations

from auditor.model import ModelRecord, Place
from auditor.source.emulator import synthetic
from auditor.source.interface import ScanHeader
from auditor.source.inventory import Tally, end_line, header_line, record_lines
from auditor.source.refusal import Refusal, unread
from auditor.source.rows import cleaned, identity

NOW = "2026-11-23T07:00:00.000Z"
TOOL = {"auditor": "0", "botocore": "0", "python": "0"}


def written_inventory() -> str:
    """The text of the inventory; the same each time."""
    records = _records()
    tally = Tally()
    lines = [header_line(ScanHeader(NOW, NOW, TOOL, ("ads-prod",)))]
    for record in records:
        lines += record_lines(record)
        tally = tally.plus(record)
    lines.append(end_line(tally, {"ListTrainedModelVersions": 3}, NOW, interrupted=False))
    return "".join(lines)


def _records() -> list[ModelRecord]:
    estate = synthetic(seed=7, memberships=1, models=3, versions=14, now=NOW)
    (membership,) = estate.memberships
    records = []
    for number, model in enumerate(sorted(membership.models, key=lambda each: each.arn)):
        account, region = model.arn.split(":")[4], model.arn.split(":")[3]
        place = Place("ads-prod", account, region, membership.id, model.arn)
        rows = sorted((cleaned(dict(row), {}) for row in model.rows), key=identity)
        denied = Refusal("ListTrainedModelVersions", "AccessDeniedException", "denied", "request-1")
        refused = number == 2
        records.append(
            ModelRecord(
                place=place,
                versions=() if refused else tuple(rows),
                unread=unread(place, denied) if refused else None,
                started_at=NOW,
                finished_at=NOW,
            )
        )
    return records
