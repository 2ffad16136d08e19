"""What follows from the version list of a model: computed once per model, from rows alone.

AWS defines neither "latest" nor an order of versions. Here the latest version is the one with the
greatest ``createTime``, ties going to the greater identifier; every fact follows from that order.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from auditor.model import BASE, ModelRecord, Row, Unavailable, Why
from auditor.service import statuses

Document = dict[str, Any]

FAILED = frozenset({"CREATE_FAILED"})

NOT_COLLECTED = Unavailable(Why.UNREAD, "the details of this version were not read")
PARTIAL = Unavailable(Why.UNREAD, "not every version of this model was read")


def identity(row: Row) -> str:
    """A version's identifier, or `BASE`."""
    return str(row.get("versionIdentifier") or BASE)


def newest_first(rows: Iterable[Row]) -> list[Row]:
    """Versions from the latest to the oldest."""
    return sorted(
        rows, key=lambda row: (str(row.get("createTime", "")), identity(row)), reverse=True
    )


def version_documents(record: ModelRecord) -> list[Document]:
    """The document of every version, in the order of the record.

    Facts that need the whole list are unavailable where the list was not read to its end.
    """
    if record.unread is not None:
        return [_document(row, PARTIAL) for row in record.versions]
    facts = _all_facts(record.versions)
    return [_document(row, facts[identity(row)]) for row in record.versions]


def model_document(record: ModelRecord, documents: Sequence[Document]) -> Document:
    """The document of a model whose list was read to its end."""
    order = newest_first(record.versions)
    by_identity = {
        identity(row): document for row, document in zip(record.versions, documents, strict=True)
    }
    latest = by_identity[identity(order[0])]
    return {
        "trainedModelArn": record.place.arn,
        "name": latest["name"],
        "membershipIdentifier": record.place.membership,
        "collaborationIdentifier": latest["collaborationIdentifier"],
        "account": record.place.account,
        "region": record.place.region,
        "versions": list(documents),
        "latest": latest,
        "facts": _model_facts(order),
    }


def _document(row: Row, facts: Any) -> Document:
    return {"details": NOT_COLLECTED, **row, "facts": facts}


def _model_facts(order: Sequence[Row]) -> Document:
    failed = [row["status"] in FAILED for row in order]
    head = next((number for number, each in enumerate(failed) if not each), len(failed))
    return {"failedRatio": sum(failed) / len(failed), "consecutiveFailures": head}


def _all_facts(rows: Sequence[Row]) -> Mapping[str, Document]:
    order = newest_first(rows)
    parents = _parents(rows)
    depths = _depths(rows, parents)
    status_of = {identity(row): row["status"] for row in rows}
    known = frozenset(statuses())
    facts: dict[str, Document] = {}
    active = 0
    for number, row in enumerate(order):
        usable = row["status"] == "ACTIVE"
        active += usable
        name = identity(row)
        facts[name] = {
            "isBase": name == BASE,
            "isLatest": number == 0,
            "isSuperseded": usable and active > 1,
            "activeRank": active if usable else None,
            "lineageDepth": depths[name],
            "parent": _parent(row, parents.get(name), status_of),
            "statusKnown": row["status"] in known,
            "versionOption": _option(name),
        }
    return facts


def _option(name: str) -> str:
    """How AWS's commands name this version.

    NOTE: delete and cancel without the option mean the base version, so a base version needs the
    words that say that the option is left out on purpose.
    """
    return (
        "# base version: no --version-identifier"
        if name == BASE
        else f"--version-identifier {shlex.quote(name)}"
    )


def _parents(rows: Sequence[Row]) -> Mapping[str, str]:
    """The identity of each version's parent among these rows, where it can be told.

    NOTE: AWS gives the parent's model name and version, no ARN; a parent under another name is
    not in this list. Without a version AWS's own pages disagree on which one is meant.
    """
    names = {identity(row) for row in rows}
    found = {}
    for row in rows:
        channel = _channel(row)
        parent = str(channel.get("versionIdentifier") or BASE)
        if channel and channel.get("modelName") == row["name"] and parent in names:
            found[identity(row)] = parent
    return found


def _channel(row: Row) -> Mapping[str, Any]:
    channels = row.get("incrementalTrainingDataChannels")
    first = channels[0] if isinstance(channels, list) and channels else {}
    return first if isinstance(first, dict) else {}


def _parent(row: Row, found: str | None, status_of: Mapping[str, str]) -> Document | None:
    channel = _channel(row)
    if not channel:
        return None
    return {
        "found": found is not None,
        "versionIdentifier": channel.get("versionIdentifier"),
        "status": status_of[found] if found is not None else None,
    }


def _depths(rows: Iterable[Row], parents: Mapping[str, str]) -> Mapping[str, int]:
    """How many incremental steps lie below each version; a circle ends the count."""
    depths: dict[str, int] = {}
    for row in rows:
        trail: list[str] = []
        name: str | None = identity(row)
        while name is not None and name not in depths:
            trail.append(name)
            depths[name] = 0
            name = parents.get(name)
        below = -1 if name is None else depths[name]
        for step in reversed(trail):
            below += 1
            depths[step] = below
    return depths
