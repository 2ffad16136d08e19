"""SIGINT and SIGTERM during a run: what was gathered is kept."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType

from auditor.model import SourceRecord
from auditor.source.interface import ScanHeader, Source

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interruptible:
    """A source that a signal ends soon, with what was read until then.

    ``signal`` is the number of the signal that came, None for none. A second signal ends the
    process as if nobody had listened.
    """

    def __init__(self, source: Source) -> None:
        self.signal: int | None = None
        self._source = source
        self._stop: Callable[[], None] | None = getattr(source, "stop", None)

    @property
    def header(self) -> ScanHeader:
        """What is known before the first record."""
        return self._source.header

    @property
    def api_calls(self) -> Mapping[str, int]:
        """Requests so far by operation."""
        return self._source.api_calls

    @property
    def interrupted(self) -> bool:
        """Whether a signal came, or the source ended before its end."""
        return self.signal is not None or self._source.interrupted

    def records(self) -> Iterator[SourceRecord]:
        """The records of the source, up to a signal."""
        for record in self._source.records():
            yield record
            if self.signal is not None and self._stop is None:
                return

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take SIGINT and SIGTERM as a wish to stop until the block ends."""
        before = {number: signal.signal(number, self._take) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _take(self, number: int, _frame: FrameType | None) -> None:
        self.signal = number
        for each in SIGNALS:
            signal.signal(each, signal.default_int_handler)
        if self._stop is not None:
            self._stop()
