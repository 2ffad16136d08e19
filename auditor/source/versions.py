"""The versions of one trained model, gathered from its pages into a `ModelRecord`."""

from __future__ import annotations

from auditor.model import Anomaly, ModelRecord, Place, Row, Unrecognised
from auditor.source.paging import Page
from auditor.source.refusal import Refusal, unread
from auditor.source.rows import ForeignRow, Noted, RowFault, cleaned, identity

OPERATION = "ListTrainedModelVersions"


class VersionList:
    """The versions of one model as its pages come; each identity counts once.

    Pages are no snapshot: a version may come twice. Rows that are equal are the same row; of two
    that differ the later ``updateTime`` stays, the later answer where that is equal, and the model
    gets an anomaly.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._rows: dict[str, Row] = {}
        self._seen: set[str] = set()
        self._reading = 1
        self._noted: Noted = {}
        self._differing: dict[str, set[str]] = {}
        self._fault: Refusal | None = None

    def take(self, page: Page) -> None:
        """Adds the rows of one page; one that cannot be used makes the model unread."""
        if page.reading != self._reading:
            self._reading = page.reading
            self._seen.clear()
            self._noted.clear()
            self._fault = None
        for name in page.beside:
            self._note({("answer field", name): 1})
        for number, raw in enumerate(page.rows, start=1):
            noted: Noted = {}
            try:
                self._add(self._own(cleaned(raw, noted)), noted)
            except RowFault as fault:
                why = f"page {page.number}, row {number}: {fault}"
                self._fault = self._fault or Refusal(OPERATION, fault.code, why, page.request_id)

    def record(self, refusal: Refusal | None, started_at: str, finished_at: str) -> ModelRecord:
        """What was read, and the refusal of the list or of a row, if any."""
        if refusal is None:
            # A version that only a broken-off reading saw may be gone by now.
            self._rows = {name: self._rows[name] for name in self._seen}
        why = refusal or self._fault or self._emptiness()
        return ModelRecord(
            place=self._place,
            versions=tuple(self._rows[name] for name in sorted(self._rows)),
            unread=unread(self._place, why) if why else None,
            anomalies=tuple(self._anomaly(name) for name in sorted(self._differing)),
            unrecognised=tuple(
                Unrecognised(what, name, OPERATION, count)
                for (what, name), count in sorted(self._noted.items())
            ),
            started_at=started_at,
            finished_at=finished_at,
        )

    def __len__(self) -> int:
        return len(self._rows)

    def _own(self, row: Row) -> Row:
        """The row itself; raises ForeignRow for one that belongs elsewhere."""
        asked = {"trainedModelArn": self._place.arn, "membershipIdentifier": self._place.membership}
        for name, value in asked.items():
            if row[name] != value:
                raise ForeignRow(f"{name} is not the one that was asked for")
        return row

    def _add(self, row: Row, noted: Noted) -> None:
        name = identity(row)
        known = self._rows.get(name)
        if known is not None and known["createTime"] != row["createTime"]:
            # Nothing changes when a version was made: here one of two has lost its identifier.
            raise RowFault(f"another version with another createTime is called {name} too")
        if name not in self._seen:
            self._seen.add(name)
            self._note(noted)
        if known is not None and known != row:
            self._differing.setdefault(name, set()).update(_differences(known, row))
            if row["updateTime"] < known["updateTime"]:
                return
        self._rows[name] = row

    def _note(self, noted: Noted) -> None:
        for key, count in noted.items():
            self._noted[key] = self._noted.get(key, 0) + count

    def _emptiness(self) -> Refusal | None:
        why = "the list of versions is empty, and a trained model has at least one"
        return None if self._rows else Refusal(OPERATION, "EmptyAnswer", why)

    def _anomaly(self, name: str) -> Anomaly:
        members = ", ".join(sorted(self._differing[name]))
        message = f"listed more than once with different {members}; the later updateTime was kept"
        return Anomaly(self._place, "RowsDiffer", message, name)


def _differences(one: Row, other: Row) -> set[str]:
    """The members in which two rows differ."""
    return {name for name in {*one, *other} if one.get(name) != other.get(name)}
