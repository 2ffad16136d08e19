"""Signals during a run, where the source cannot stop by itself."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping

import pytest

from auditor.cli.signals import SIGNALS, Interruptible
from auditor.model import Place, SourceRecord, Unread
from auditor.source.interface import ScanHeader

ONE = Unread(Place("a", "", "us-east-1", ""), "ListMemberships", "Denied")


class Endless:
    """A source that does not end by itself, and was not interrupted."""

    header = ScanHeader("now", "before", {}, ("a",))
    api_calls: Mapping[str, int] = {}
    interrupted = False

    def records(self) -> Iterator[SourceRecord]:
        """The same over and over."""
        while True:
            yield ONE


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_ends_the_records_after_the_present_one(number: int) -> None:
    """What came until then is kept, and it is known that it is not all."""
    source = Interruptible(Endless())
    given = 0
    with source.listening():
        for _ in source.records():
            given += 1
            if given == 3:
                os.kill(os.getpid(), number)
    assert given == 3
    assert (source.interrupted, source.signal) == (True, number)


def test_without_a_signal_nothing_is_interrupted() -> None:
    """And the handlers are as they were."""
    before = [signal.getsignal(number) for number in SIGNALS]
    source = Interruptible(Endless())
    with source.listening():
        assert next(source.records()) is ONE
    assert (source.interrupted, source.signal) == (False, None)
    assert [signal.getsignal(number) for number in SIGNALS] == before


def test_a_second_signal_is_not_waited_for() -> None:
    """Who is in a hurry is not kept."""
    source = Interruptible(Endless())
    with source.listening():
        os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)
    assert source.signal == signal.SIGTERM
