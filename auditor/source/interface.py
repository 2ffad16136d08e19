"""What a source of resources is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from msgspec import Struct
from msgspec.structs import asdict, force_setattr

from auditor.model import ModelRecord, SourceRecord

Assess = Callable[[ModelRecord], object]
"""Makes of a model what a run keeps of it; the same wherever that happens, and can be sent."""


class AssessedRecord(ModelRecord, frozen=True):
    """A model that was assessed where it was read; ``assessment`` is what was made of it.

    NOTE: as an argument it is nothing, so that a record which is made of this one has none.
    """

    assessment: object = None

    def __post_init__(self) -> None:
        force_setattr(self, "assessment", None)

    @classmethod
    def of(cls, record: ModelRecord, assessment: object) -> AssessedRecord:
        """The same record and what was made of it."""
        made = cls(**asdict(record))
        force_setattr(made, "assessment", assessment)
        return made


class ScanHeader(Struct, frozen=True):
    """What is known of a scan before its first record; the first line of an inventory."""

    now: str
    started_at: str
    tool: Mapping[str, str]
    targets: tuple[str, ...]


class Source(Protocol):
    """Gives every trained model asked for, in the order of ARNs, or says what was not read."""

    @property
    def header(self) -> ScanHeader:
        """What is known before the first record."""

    @property
    def api_calls(self) -> Mapping[str, int]:
        """Requests so far by operation, retries included; empty where nothing is called."""

    @property
    def interrupted(self) -> bool:
        """Whether the records ended before everything was asked for."""

    def records(self) -> Iterator[SourceRecord]:
        """Models as they are read; an `Unread` is a membership or target that gave no models."""
