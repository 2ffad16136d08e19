"""What follows from the version list of a model: computed once per model, from rows alone.

AWS defines neither "latest" nor an order of versions. Here the latest version is the one with the
greatest ``createTime``, ties going to the greater identifier; every fact follows from that order.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

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
    rows = list(rows)
    return [rows[place] for place in _newest_first(rows, list(map(identity, rows)))]


def version_documents(record: ModelRecord) -> list[Document]:
    """The document of every version, in the order of the record.

    Facts that need the whole list are unavailable where the list was not read to its end.
    """
    if record.unread is not None:
        return [_document(row, PARTIAL) for row in record.versions]
    return list(map(_document, record.versions, _all_facts(record.versions)))


def model_document(record: ModelRecord, documents: Sequence[Document]) -> Document:
    """The document of a model whose list was read to its end."""
    order = newest_first(record.versions)
    by_identity = {
        identity(row): document for row, document in zip(record.versions, documents, strict=True)
    }
    latest = by_identity[identity(order[0])]
    return {**_without_facts(record, documents, latest), "facts": _model_facts(order)}


def bare_model_document(record: ModelRecord) -> Document:
    """The same of rows as AWS sent them, for rules that look at nothing that is computed."""
    rows = cast("Sequence[Document]", record.versions)
    newest = max(row["createTime"] for row in rows)
    latest = max((row for row in rows if row["createTime"] == newest), key=identity)
    return _without_facts(record, rows, latest)


def _without_facts(
    record: ModelRecord, documents: Sequence[Document], latest: Document
) -> Document:
    return {
        "trainedModelArn": record.place.arn,
        "name": latest["name"],
        "membershipIdentifier": record.place.membership,
        "collaborationIdentifier": latest["collaborationIdentifier"],
        "account": record.place.account,
        "region": record.place.region,
        "versions": list(documents),
        "latest": latest,
    }


def _document(row: Row, facts: Any) -> Document:
    return {"details": NOT_COLLECTED, **row, "facts": facts}


def _model_facts(order: Sequence[Row]) -> Document:
    failed = [row["status"] in FAILED for row in order]
    head = next((number for number, each in enumerate(failed) if not each), len(failed))
    return {"failedRatio": sum(failed) / len(failed), "consecutiveFailures": head}


def _all_facts(rows: Sequence[Row]) -> list[Document]:
    """The facts of every version, in the order of the rows."""
    names = list(map(identity, rows))
    lineage = _Lineage(rows, names)
    known = frozenset(statuses())
    facts: list[Document] = [{}] * len(rows)
    latest, active = True, 0
    depths, channels = lineage.depths, lineage.channels
    for place in _newest_first(rows, names):
        status, name = rows[place]["status"], names[place]
        usable = status == "ACTIVE"
        active += usable
        facts[place] = {
            "isBase": name == BASE,
            "isLatest": latest,
            "isSuperseded": usable and active > 1,
            "activeRank": active if usable else None,
            "lineageDepth": depths.get(place, 0),
            "parent": lineage.parent(place) if place in channels else None,
            "statusKnown": status in known,
            "versionOption": _option(name),
        }
        latest = False
    return facts


def _newest_first(rows: Sequence[Row], names: Sequence[str]) -> list[int]:
    """The places of the rows, from the latest version to the oldest."""
    ages = [(str(row.get("createTime", "")), name) for row, name in zip(rows, names, strict=True)]
    return sorted(range(len(rows)), key=ages.__getitem__, reverse=True)


def _option(name: str) -> str:
    """How AWS's commands name this version.

    NOTE: delete and cancel without the option mean the base version, so a base version needs the
    words that say that the option is left out on purpose.
    """
    if name == BASE:
        return "# base version: no --version-identifier"
    # Nearly every name is a UUID, which no shell reads as anything else.
    plain = name.isascii() and name.replace("-", "").isalnum()
    return f"--version-identifier {name if plain else shlex.quote(name)}"


class _Lineage:
    """Which version each one was trained from, by places among the rows.

    NOTE: AWS gives the parent's model name and version, no ARN; a parent under another name is
    not in this list. Without a version AWS's own pages disagree on which one is meant.
    """

    def __init__(self, rows: Sequence[Row], names: Sequence[str]) -> None:
        self._rows = rows
        self.channels = {
            place: channel for place, row in enumerate(rows) if (channel := _channel(row))
        }
        places = {name: place for place, name in enumerate(names)} if self.channels else {}
        self._parents = {
            place: places[name]
            for place, channel in self.channels.items()
            if channel.get("modelName") == rows[place]["name"]
            and (name := channel.get("versionIdentifier") or BASE) in places
        }
        self.depths = self._depths()

    def parent(self, place: int) -> Document | None:
        """What is known of a version's parent; None where it has none."""
        channel = self.channels.get(place)
        if channel is None:
            return None
        found = self._parents.get(place)
        return {
            "found": found is not None,
            "versionIdentifier": channel.get("versionIdentifier"),
            "status": None if found is None else self._rows[found]["status"],
        }

    def _depths(self) -> Mapping[int, int]:
        """How many incremental steps lie below each version that has any.

        A circle ends the count.
        """
        depths: dict[int, int] = {}
        for start in self._parents:
            trail: list[int] = []
            place: int | None = start
            while place is not None and place not in depths:
                trail.append(place)
                depths[place] = 0
                place = self._parents.get(place)
            below = -1 if place is None else depths[place]
            for step in reversed(trail):
                below += 1
                depths[step] = below
        return depths


def _channel(row: Row) -> Mapping[str, Any] | None:
    """What a version says of its parent."""
    channels = row.get("incrementalTrainingDataChannels")
    if not isinstance(channels, list) or not channels or not isinstance(channels[0], dict):
        return None
    return channels[0] or None
