"""What an earlier scan had read of models when it ended, however it ended.

Only a model that was read in full counts: its list to the end, and the details of every version
that a rule needs. All others are read again.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from auditor.errors import DamagedRun
from auditor.model import ModelRecord, Place
from auditor.source.details import Wanted
from auditor.source.interface import ScanHeader
from auditor.source.inventory import InventorySource
from auditor.source.rows import identity


class Recorded:
    """The models in the inventory of an earlier scan, which may break off anywhere.

    ``wanted`` says of which versions the details are needed. Raises DamagedRun where not even the
    beginning of the inventory can be read.
    """

    def __init__(self, path: Path, wanted: Wanted | None = None) -> None:
        self._path = path
        self._wanted = wanted
        self._source = InventorySource(path)
        self._places = frozenset(record.place for record in self._whole())

    @property
    def header(self) -> ScanHeader:
        """What was known before the first record of the earlier scan."""
        return self._source.header

    def has(self, place: Place) -> bool:
        """Whether the model was read in full."""
        return place in self._places

    def records(self) -> Iterator[ModelRecord]:
        """Every model that was read in full, in the order of ARNs."""
        return (record for record in self._whole() if record.place in self._places)

    def _whole(self) -> Iterator[ModelRecord]:
        """What follows a damage is read again, whatever it is."""
        try:
            for record in InventorySource(self._path).records():
                if isinstance(record, ModelRecord) and self._is_whole(record):
                    yield record
        except DamagedRun:
            return

    def _is_whole(self, record: ModelRecord) -> bool:
        if record.unread is not None or record.details_unread:
            return False
        if self._wanted is None:
            return True
        there = {identity(row) for row in record.versions if "details" in row}
        return there >= set(self._wanted(record))
