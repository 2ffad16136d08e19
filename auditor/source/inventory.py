"""The inventory of a scan: its lines, and the source that reads them again.

JSON lines, ASCII only, keys sorted: ``scan`` first, each ``model`` with its ``version`` lines,
``unread``, ``blind_spot``, and ``end`` last. Equal scans give equal bytes, and a file without its
end is cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct, to_builtins
from msgspec.structs import replace

from auditor import timestamps
from auditor.errors import DamagedRun
from auditor.kinds import WITHHELD
from auditor.model import BlindSpot, ModelRecord, Place, Row, SourceRecord, Unread
from auditor.report.encoding import strict_line
from auditor.source.interface import ScanHeader
from auditor.source.lines import ZSTD, opened
from auditor.source.refusal import Refusal, unread
from auditor.source.rows import RowFault, cleaned, identity
from auditor.source.values import ValueFault, decoded, made
from auditor.source.written import read_row, version_texts

INVENTORY = "inventory.jsonl"
"""The inventory in the folder of a run; a large one is there in zstd."""

SCHEMA = "auditor.inventory/1"

_READING = "ReadInventory"
Record = TypeVar("Record", ModelRecord, Unread, BlindSpot)


class Tally(Struct, frozen=True):
    """How much an inventory holds; its end says the same, or it is cut."""

    models: int = 0
    versions: int = 0
    unread: int = 0
    blind_spots: int = 0

    def plus(self, record: SourceRecord) -> Tally:
        """The tally with one record more."""
        if isinstance(record, Unread):
            return replace(self, unread=self.unread + 1)
        if isinstance(record, BlindSpot):
            return replace(self, blind_spots=self.blind_spots + 1)
        return replace(
            self,
            models=self.models + 1,
            versions=self.versions + len(record.versions),
            unread=self.unread + (record.unread is not None),
        )


def header_line(header: ScanHeader) -> str:
    """The first line of an inventory, with its newline."""
    return _line("scan", {"schema": SCHEMA, **to_builtins(header)})


def record_lines(record: SourceRecord) -> Iterator[str]:
    """The lines of one record, each with its newline: a model's own, then each version's."""
    for text in record_texts(record):
        yield from text.decode("ascii").splitlines(keepends=True)


def record_texts(record: SourceRecord) -> Iterator[bytes]:
    """The same in ASCII, a few hundred lines in one text: the quickest way to write them."""
    if isinstance(record, Unread):
        yield _line("unread", {"unread": to_builtins(record)}).encode("ascii")
        return
    if isinstance(record, BlindSpot):
        yield _line("blind_spot", {"blind_spot": to_builtins(record)}).encode("ascii")
        return
    yield _line("model", {**_bare(record), "versions": len(record.versions)}).encode("ascii")
    yield from version_texts(record.versions)


def _bare(record: ModelRecord) -> dict[str, Any]:
    """A model's members but for its versions."""
    names = (name for name in ModelRecord.__struct_fields__ if name != "versions")
    bare: dict[str, Any] = to_builtins({name: getattr(record, name) for name in names})
    return bare


def end_line(
    tally: Tally, api_calls: Mapping[str, int], finished_at: str, *, interrupted: bool
) -> str:
    """The last line of an inventory, with its newline."""
    rest = {"api_calls": api_calls, "finished_at": finished_at, "interrupted": interrupted}
    return _line("end", {**to_builtins(tally), **rest})


def inventory_in(folder: Path) -> Path:
    """The inventory of a run, in whichever form it is there."""
    compressed = folder / f"{INVENTORY}{ZSTD}"
    return compressed if compressed.exists() else folder / INVENTORY


class InventorySource:
    """Reads a recorded inventory, in zstd where its name ends so.

    Raises DamagedRun, with the line, where it is not one.

    What an inventory that was cut no longer holds is unread: the model in which it ends, and the
    inventory itself.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._interrupted = False
        number, line = next(self._lines(), (1, {}))
        try:
            self._header = _header(line)
        except ValueFault as fault:
            raise self._damaged(number, fault) from fault

    @property
    def header(self) -> ScanHeader:
        """What was known before the first record of the recorded scan."""
        return self._header

    @property
    def api_calls(self) -> Mapping[str, int]:
        """Empty: nothing is called."""
        return {}

    @property
    def interrupted(self) -> bool:
        """Whether the recorded scan was stopped; known once the last record was read."""
        return self._interrupted

    def records(self) -> Iterator[SourceRecord]:
        """Every record, and at last what the inventory should hold and does not."""
        reader = _Reader()
        for number, line in islice(self._lines(), 1, None):
            try:
                yield from reader.take(line)
            except (ValueFault, RowFault) as fault:
                raise self._damaged(number, fault) from fault
        yield from reader.finish()
        self._interrupted = reader.end is not None and reader.end.interrupted

    def _lines(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Each line with its number; a last line that breaks off is none."""
        try:
            with opened(self._path) as file:
                for number, text in enumerate(file, start=1):
                    try:
                        line = decoded(text)
                    except ValueFault as fault:
                        if not text.endswith(b"\n"):
                            return
                        raise self._damaged(number, fault) from fault
                    yield number, line
        except OSError as error:
            raise DamagedRun(
                f"{self._path}: the inventory cannot be read: {error.strerror or error}",
                "name the inventory.jsonl of a run",
            ) from error

    def _damaged(self, number: int, fault: ValueError) -> DamagedRun:
        return DamagedRun(
            f"{self._path}:{number}: the inventory is damaged: {fault}",
            "use another copy of it, or scan again",
        )


class _End(Struct, frozen=True):
    """The members of the last line."""

    models: int
    versions: int
    unread: int
    blind_spots: int
    api_calls: Mapping[str, int]
    finished_at: str
    interrupted: bool

    @property
    def tally(self) -> Tally:
        """How much the inventory should hold."""
        return Tally(self.models, self.versions, self.unread, self.blind_spots)


class _UnreadLine(Struct, frozen=True):
    unread: Unread


class _BlindSpotLine(Struct, frozen=True):
    blind_spot: BlindSpot


class _VersionLine(Struct, frozen=True):
    row: Mapping[str, Any]


class _Reader:
    """From lines to records, one line at a time; raises ValueFault or RowFault."""

    def __init__(self) -> None:
        self.end: _End | None = None
        self._tally = Tally()
        self._model: ModelRecord | None = None
        self._expected = 0
        self._rows: list[Row] = []
        self._last = ""

    def take(self, line: dict[str, Any]) -> Iterator[SourceRecord]:
        """The records that this line completes."""
        kind = line.pop("type", None)
        if self.end is not None:
            raise ValueFault("nothing may follow the end")
        if kind == "version":
            self._rows.append(self._row(made(_VersionLine, line).row))
            return
        yield from self._completed()
        if kind == "model":
            self._begin(line)
        elif kind == "unread":
            yield self._counted(made(_UnreadLine, line).unread)
        elif kind == "blind_spot":
            yield self._counted(made(_BlindSpotLine, line).blind_spot)
        elif kind == "end":
            self.end = made(_End, line)
        else:
            raise ValueFault("its type is none of model, version, unread, blind_spot and end")

    def finish(self) -> Iterator[SourceRecord]:
        """What is still open when the file ends, and whether the file is whole."""
        yield from self._completed()
        end = self.end
        if end is None or end.tally != self._tally:
            why = "its end is missing" if end is None else "its end counts other numbers"
            yield _cut(Place("", "", "", ""), why)

    def _begin(self, line: dict[str, Any]) -> None:
        count = line.get("versions")
        if type(count) is not int or count < 0:
            raise ValueFault("its versions is no count")
        model = made(ModelRecord, {**line, "versions": []})
        if not count and model.unread is None:
            raise ValueFault("a model without versions must say why")
        if model.place.arn is None or model.place.arn <= self._last:
            raise ValueFault("it is not in the order of ARNs")
        self._model, self._expected, self._last = model, count, model.place.arn

    def _row(self, line: Mapping[str, Any]) -> Row:
        """A row of the open model, exactly as a scan writes rows."""
        if self._model is None or len(self._rows) == self._expected:
            raise ValueFault("it is a version of no model")
        details = line.get("details")
        bare = {name: value for name, value in line.items() if name != "details"}
        if cleaned(bare, {}) != bare or not _may_be_kept(details):
            raise ValueFault("its row is not as a scan writes it")
        if bare["trainedModelArn"] != self._model.place.arn:
            raise ValueFault("its row belongs to another model")
        if self._rows and identity(bare) <= identity(self._rows[-1]):
            raise ValueFault("it is not in the order of versions")
        return read_row(line)

    def _completed(self) -> Iterator[ModelRecord]:
        """The open model; unread where versions of it are missing."""
        if self._model is None:
            return
        model = replace(self._model, versions=tuple(self._rows))
        missing = self._expected - len(self._rows)
        if missing and model.unread is None:
            model = replace(model, unread=_cut(model.place, f"versions are missing: {missing}"))
        self._model, self._rows = None, []
        yield self._counted(model)

    def _counted(self, record: Record) -> Record:
        self._tally = self._tally.plus(record)
        return record


def _header(line: dict[str, Any]) -> ScanHeader:
    if line.get("type") != "scan" or line.get("schema") != SCHEMA:
        raise ValueFault(f"it does not begin as {SCHEMA}")
    bare = {name: value for name, value in line.items() if name not in {"type", "schema"}}
    header = made(ScanHeader, bare)
    try:
        whole = timestamps.canonical(header.now) == header.now
    except ValueError:
        whole = False
    if not whole:
        raise ValueFault("its now is not a timestamp such as 2026-11-23T07:00:00.000Z")
    return header


def _cut(place: Place, why: str) -> Unread:
    return unread(place, Refusal(_READING, "InventoryCut", f"the inventory was cut: {why}"))


def _line(kind: str, members: Mapping[str, Any]) -> str:
    return strict_line({"type": kind, **members})


def _may_be_kept(details: object) -> bool:
    """Whether details are an object without anything that may be a secret, or not there."""
    return details is None or (isinstance(details, dict) and not WITHHELD.keys() & details.keys())
