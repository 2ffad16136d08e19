"""What a source of resources is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from auditor.model import SourceRecord


@dataclass(frozen=True, slots=True)
class ScanHeader:
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
