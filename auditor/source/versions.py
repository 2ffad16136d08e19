"""The versions of one trained model, gathered from its pages into a `ModelRecord`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from auditor.model import Anomaly, ModelRecord, Place, Row, Unrecognised
from auditor.source.paging import Page
from auditor.source.refusal import Refusal, unread
from auditor.source.rows import ForeignRow, Noted, RowFault, are_clean, cleaned, identity
from auditor.source.written import PlainRows

OPERATION = "ListTrainedModelVersions"

_AT_ONCE = 1000
"""Rows that are looked at together, which is quicker: most have the same members."""


class VersionList:
    """The versions of one model as its pages come; each identity counts once.

    Pages are no snapshot: a version may come twice. Rows that are equal are the same row; of two
    that differ the later ``updateTime`` stays, the later answer where that is equal, and the model
    gets an anomaly. Where a row came twice, another may have come on no page; so the list is read
    again, until a reading adds nothing.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._asked = {"trainedModelArn": place.arn, "membershipIdentifier": place.membership}
        self._waiting: list[Page] = []
        self._ahead = 0
        self._rows: dict[str, Row] = {}
        self._seen: set[str] = set()
        self._known: frozenset[str] = frozenset()
        self._before: dict[str, Row] = {}
        self._plain = True
        self._moved = False
        self._restless = False
        self._reading = 1
        self._noted: Noted = {}
        self._differing: dict[str, set[str]] = {}
        self._fault: Refusal | None = None

    def take(self, page: Page) -> None:
        """Adds the rows of one page; one that cannot be used makes the model unread."""
        self._waiting.append(page)
        self._ahead += len(page.rows)
        if self._ahead >= _AT_ONCE:
            self._settle()

    def _settle(self) -> None:
        """Looks at the pages that wait, all at once where nothing about them is special."""
        pages, self._waiting, self._ahead = self._waiting, [], 0
        rows = list(chain.from_iterable(page.rows for page in pages))
        special = any(page.reading != self._reading or page.beside for page in pages)
        if special or not (are_clean(rows) and self._add_new(rows)):
            for page in pages:
                self._look_at(page)

    def _look_at(self, page: Page) -> None:
        if page.reading != self._reading:
            self._reading = page.reading
            self._forget()
        for name in page.beside:
            self._note({("answer field", name): 1})
        clean = are_clean(page.rows)
        self._plain &= clean
        if clean and self._add_new(page.rows):
            return
        for number, raw in enumerate(page.rows, start=1):
            noted: Noted = {}
            try:
                self._add(self._own(raw if clean else cleaned(raw, noted)), noted)
            except RowFault as fault:
                why = f"page {page.number}, row {number}: {fault}"
                self._fault = self._fault or Refusal(OPERATION, fault.code, why, page.request_id)

    def again(self, since: str | None = None) -> bool:
        """Whether a list that was read to its end has to be read once more.

        Asked once after each reading. With ``since`` it also has to where a version changed at that
        moment or later.
        """
        self._settle()
        self._moved = self._moved and self._rows != self._before
        if not self._moved and (since is None or not self._changed(since)):
            return False
        self._before = dict(self._rows)
        self._known |= self._seen
        return True

    def begin(self) -> None:
        """Begins a reading: what an earlier one saw is kept, what was wrong with it is not."""
        self._settle()
        self._reading = 1
        self._forget()

    def never_settled(self) -> None:
        """Says that the list did not come to rest, however often it was read.

        Where rows moved, some may be missing for all that anybody knows.
        """
        if self._moved:
            why = "rows moved between the pages of the list each time it was read"
            self._fault = self._fault or Refusal(OPERATION, "ListMoved", why)
        else:
            self._restless = True

    def _changed(self, since: str) -> bool:
        return any(self._rows[name]["updateTime"] >= since for name in self._seen)

    def _forget(self) -> None:
        self._seen.clear()
        self._noted.clear()
        self._moved = False
        self._fault = None

    def record(self, refusal: Refusal | None, started_at: str, finished_at: str) -> ModelRecord:
        """What was read, and the refusal of the list or of a row, if any."""
        self._settle()
        if refusal is None:
            # A version that only a broken-off reading saw may be gone by now.
            self._rows = {name: self._rows[name] for name in self._known | self._seen}
        why = refusal or self._fault or self._emptiness()
        rows = (self._rows[name] for name in sorted(self._rows))
        return ModelRecord(
            place=self._place,
            versions=PlainRows(rows) if self._plain else tuple(rows),
            unread=unread(self._place, why) if why else None,
            anomalies=tuple(self._anomalies()),
            unrecognised=tuple(
                Unrecognised(what, name, OPERATION, count)
                for (what, name), count in sorted(self._noted.items())
            ),
            started_at=started_at,
            finished_at=finished_at,
        )

    def __len__(self) -> int:
        return len(self._rows) + self._ahead

    def _own(self, row: Row) -> Row:
        """The row itself; raises ForeignRow for one that belongs elsewhere."""
        for name, value in self._asked.items():
            if row[name] != value:
                raise ForeignRow(f"{name} is not the one that was asked for")
        return row

    def _add(self, row: Row, noted: Noted) -> None:
        name = identity(row)
        known = self._rows.get(name)
        if known is not None and known["createTime"] != row["createTime"]:
            # Nothing changes when a version was made: here one of two has lost its identifier.
            raise RowFault(f"another version with another createTime is called {name} too")
        if name in self._seen:
            self._moved = True
        else:
            self._seen.add(name)
            if noted:
                self._note(noted)
        if known is not None and known != row:
            self._differing.setdefault(name, set()).update(_differences(known, row))
            if row["updateTime"] < known["updateTime"]:
                return
        self._rows[name] = row

    def _add_new(self, rows: Sequence[Row]) -> bool:
        """Adds rows at once, where each is of this model and the first of its name; whether so."""
        new = dict(zip(map(identity, rows), rows, strict=True))
        ours = all(row[name] == value for name, value in self._asked.items() for row in rows)
        if not ours or len(new) < len(rows) or not self._rows.keys().isdisjoint(new):
            return False
        self._rows.update(new)
        self._seen.update(new)
        return True

    def _note(self, noted: Noted) -> None:
        for key, count in noted.items():
            self._noted[key] = self._noted.get(key, 0) + count

    def _emptiness(self) -> Refusal | None:
        why = "the list of versions is empty, and a trained model has at least one"
        return None if self._rows else Refusal(OPERATION, "EmptyAnswer", why)

    def _anomalies(self) -> Iterator[Anomaly]:
        if self._restless:
            why = "versions changed each time the list was read"
            yield Anomaly(self._place, "StillChanging", why)
        for name in sorted(self._differing):
            yield self._anomaly(name)

    def _anomaly(self, name: str) -> Anomaly:
        members = ", ".join(sorted(self._differing[name]))
        message = f"listed more than once with different {members}; the later updateTime was kept"
        return Anomaly(self._place, "RowsDiffer", message, name)


def _differences(one: Row, other: Row) -> set[str]:
    """The members in which two rows differ."""
    return {name for name in {*one, *other} if one.get(name) != other.get(name)}
