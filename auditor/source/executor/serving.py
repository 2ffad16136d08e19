"""The process that reads, seen from inside: jobs come over a wire, and records go back.

Only one process of a scan may send requests while the service limits them, because there is one
budget for each account and region. So every other one is a `helper`: at the first answer that is no
good it leaves what it has not read to the others.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from queue import Full, Queue, SimpleQueue
from socket import socket
from threading import Event, Thread
from time import monotonic
from traceback import format_exception

from msgspec import Struct

from auditor import events
from auditor.model import ModelRecord
from auditor.source.budget import Budget, Budgets
from auditor.source.clock import Clock
from auditor.source.discovery import Job
from auditor.source.executor.crowd import LOOK, Crowd
from auditor.source.executor.wire import Wire
from auditor.source.meter import Done, Meter
from auditor.source.packed import Packed, pack
from auditor.source.plan import Target
from auditor.source.reading import Errand, Reader
from auditor.source.refusal import Refusal
from auditor.source.session import prepare
from auditor.source.versions import OPERATION

_OFTEN = 0.1  # seconds between two looks at whether somebody says something
_EVERY = 5  # looks between two words on what was done
_FEW = 2  # threads that read, of which each packs what it read
_WAITING = 2  # models that were read and are not packed
_GRACE = 1.0  # seconds that models are given after a stop
# Seconds that a thread goes on for while others wait: where few read, the more the better; where
# many do, an answer that has come should be taken at once, so that the next request can be sent.
_LONG_TURN, _SHORT_TURN = 0.02, 0.0003


class Start(Struct, frozen=True):
    """What a reading process begins with: how to read, and whether it only helps.

    It gets ready for the ``targets`` while it is found out what there is to read. ``core`` is the
    only one that it runs on, where it has one of its own.
    """

    errand: Errand
    targets: tuple[Target, ...]
    helper: bool
    core: int | None = None


class Asked(Struct, frozen=True):
    """A job and its number among all jobs."""

    number: int
    job: Job


class Given(Struct, frozen=True):
    """The record of a job, packed, and what was done since the last word."""

    number: int
    record: Packed
    done: Done


class Limited(Struct, frozen=True):
    """The service limits requests, or fails: from now on one process alone may ask."""


class Leave(Struct, frozen=True):
    """Said to a helper, and by it at its end: what it has not given is for others to read."""


class Stop(Struct, frozen=True):
    """Said to a reading process: give what there is, and end."""


class Failed(Struct, frozen=True):
    """Reading ended with an error that nobody foresaw."""

    message: str
    trace: str


class _Watched(Budget):
    """A budget that tells, beside, of every answer that was no good."""

    def __init__(self, clock: Clock, max_rate: float, tell: Callable[[], None]) -> None:
        super().__init__(clock, max_rate)
        self._tell = tell

    def throttled(self, sent_at: float, retry_after: float, refusal: Refusal) -> None:
        """As `Turns.throttled`."""
        super().throttled(sent_at, retry_after, refusal)
        self._tell()

    def failed(self, refusal: Refusal) -> None:
        """As `Turns.failed`."""
        super().failed(refusal)
        self._tell()


def serve(end: socket, start: Start, others: Iterable[socket] = ()) -> None:
    """What the other process does. It closes the ends of wires that are not its own."""
    for other in others:
        other.close()
    # NOTE: what prints by mistake must not stand among findings that go to standard output.
    sys.stdout = sys.stderr
    # As in the process that judges: rows come by the hundred thousand, and hold no circles.
    gc.set_threshold(100_000, 20, 20)
    sys.setswitchinterval(_LONG_TURN)
    if start.core is not None:
        with suppress(OSError):
            os.sched_setaffinity(0, {start.core})
    # What is odd is a value in the records, and logged where they arrive.
    events.hear(events.NONE)
    wire = Wire(end)
    with _failing(wire), suppress(EOFError, OSError):
        prepare()
        serving = _Serving(start, wire)
        serving.get_ready(start.targets)
        serving.until_told()


@contextmanager
def _failing(wire: Wire) -> Iterator[None]:
    """Says what went wrong that nobody foresaw: the process that judges ends the run with it."""
    try:
        yield
    except Exception as error:  # noqa: BLE001  # told there
        trace = "".join(format_exception(error))
        wire.say(Failed(f"{type(error).__name__}: {error}", trace))


class _Serving:
    """One process's part of a scan."""

    def __init__(self, start: Start, wire: Wire) -> None:
        self._helper = start.helper
        self._wire = wire
        self._left = Event()
        stop = Event()
        self._queue: SimpleQueue[Asked | None] = SimpleQueue()
        manner = start.errand.manner

        def budgets(clock: Clock) -> Budgets:
            return Budgets(
                lambda _account, _region: _Watched(clock, manner.max_rate, self._limited)
            )

        self._reader = Reader(start.errand, Meter(), stop, Clock, budgets(Clock(stop)))
        self._crowd = Crowd(manner.models, self._labour)
        self._unpacked: Queue[tuple[int, ModelRecord] | None] = Queue(_WAITING)
        self._packer = Thread(target=self._pack, daemon=True)

    def get_ready(self, targets: Iterable[Target]) -> None:
        """Makes what asks for the lists of these targets, which takes longer than to ask."""
        for target in targets:
            self._reader.connections.to(target).get_ready(OPERATION)

    def until_told(self) -> None:
        """Reads what is asked for until there is nobody who asks, or the word to end."""
        # Nobody listens before something was said.
        self._wire.is_spoken_to()
        self._packer.start()
        self._crowd.begin()
        Thread(target=self._tell, daemon=True).start()
        try:
            while not self._left.is_set():
                if self._wire.is_spoken_to(_OFTEN):
                    match self._wire.hear():
                        case Asked() as asked:
                            self._queue.put(asked)
                        case Leave():
                            self._leave()
                        case Stop():
                            return
        finally:
            self._end()

    def _end(self) -> None:
        self._reader.stop.set()
        self._queue.put(None)
        until = monotonic() + _GRACE
        self._crowd.join(until)
        with suppress(Full):
            self._unpacked.put(None, timeout=max(0.0, until - monotonic()))
        self._packer.join(max(0.0, until - monotonic()))
        self._wire.say(self._reader.meter.take())
        if self._left.is_set():
            self._wire.say(Leave())

    def _labour(self) -> None:
        """A reading thread's work: a model after the other."""
        with _failing(self._wire):
            while (asked := self._queue.get()) is not None:
                if self._reader.stop.is_set():
                    break
                record = self._reader.read(asked.job)
                if len(self._crowd) <= _FEW:
                    self._give(asked.number, record)
                else:
                    self._unpacked.put((asked.number, record))
            # For the next one, however many there are.
            self._queue.put(None)

    def _pack(self) -> None:
        """The work of the one thread that packs, so that the others can go on asking."""
        with _failing(self._wire):
            while (found := self._unpacked.get()) is not None:
                self._give(*found)

    def _give(self, number: int, record: ModelRecord) -> None:
        packed = pack(record, self._reader.errand.assess)
        if not self._left.is_set():
            self._wire.say(Given(number, packed, self._reader.meter.take()))

    def _limited(self) -> None:
        if self._helper:
            self._leave()
        else:
            self._wire.say(Limited())

    def _leave(self) -> None:
        # In this order: what a stop broke off must not be given as a record.
        self._left.set()
        self._reader.stop.set()

    def _tell(self) -> None:
        """Says now and then how far a long model is, and looks whether more may be begun."""
        for look in count():
            if self._reader.stop.wait(LOOK):
                return
            if not self._queue.empty():
                self._crowd.look()
            if len(self._crowd) > _FEW:
                sys.setswitchinterval(_SHORT_TURN)
            if look % _EVERY == 0:
                self._wire.say(self._reader.meter.take())
