"""Models read in a process beside this one, so that reading and judging share no core.

Python runs one thread of a process at a time, and a page takes longer to read than to judge. The
process starts when the executor is made, so that it is ready once it is known what to read. What
is read comes over a pipe as it comes; neither process holds more than a few models.
"""

from __future__ import annotations

import gc
import logging
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from threading import Event, Lock, Thread, active_count, current_thread, main_thread
from traceback import format_exception

import structlog

from auditor.model import ModelRecord
from auditor.source.discovery import Job
from auditor.source.executor.lost import lost
from auditor.source.executor.threads import threads
from auditor.source.meter import Done, Meter
from auditor.source.packed import pack, unpack
from auditor.source.reading import Errand, Reader

_OFTEN = 0.1  # seconds between two looks, at what was done and at whether to stop
_GRACE = 2.0  # seconds that the process is given after its last word


@dataclass(frozen=True, slots=True)
class _Given:
    """A record, packed, and what was done since the last word."""

    record: bytes
    done: Done


@dataclass(frozen=True, slots=True)
class _Failed:
    """Reading ended with an error that nobody foresaw."""

    message: str
    trace: str


class ReadingProcess:
    """An executor in a process that starts at once; it can be called once.

    Should the process be gone before its end, what it had still to read is unread.
    """

    def __init__(self) -> None:
        self._pipe, theirs = Pipe()
        self._process = _process(theirs, self._pipe)
        with _deaf():
            self._process.start()
        theirs.close()

    def __call__(self, jobs: Sequence[Job], reader: Reader) -> Iterator[ModelRecord]:
        """Every model, read by the other process."""
        given = 0
        try:
            self._say((reader.errand, jobs))
            for record in self._records(reader):
                given += 1
                yield record
            if not reader.stop.is_set():
                why = f"the process that reads ended with code {self._process.exitcode}"
                yield from lost(jobs[given:], why)
        finally:
            self.close()

    def close(self) -> None:
        """Leaves no process behind."""
        self._pipe.close()
        self._process.join(_GRACE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def _records(self, reader: Reader) -> Iterator[ModelRecord]:
        told = False
        while True:
            if reader.stop.is_set() and not told:
                told = True
                self._say(None)
            match self._heard():
                case _Given(record, done):
                    reader.meter.add_done(done)
                    yield unpack(record)
                case Done() as done:
                    reader.meter.add_done(done)
                case _Failed(message, trace):
                    error = RuntimeError(f"in the process that reads: {message}")
                    error.add_note(trace)
                    raise error
                case None:
                    self._process.join(_GRACE)
                    return

    def _heard(self) -> object:
        """What the other process says next; None where it says no more."""
        if not self._pipe.poll(_OFTEN):
            return Done()
        try:
            return self._pipe.recv()
        except (EOFError, OSError):
            return None

    def _say(self, word: object) -> None:
        # Where it is gone, that is heard in its silence.
        with suppress(OSError):
            self._pipe.send(word)


def _process(theirs: Connection, ours: Connection) -> BaseProcess:
    """The other process, which has imported everything already where that is safe.

    NOTE: a process that is forked off has only the thread that did it, and every lock as it was.
    """
    if sys.platform == "linux" and active_count() == 1:
        # It has our end of the pipe too, and would never hear that we are gone.
        return get_context("fork").Process(target=_serve, args=(theirs, ours), daemon=True)
    return get_context("spawn").Process(target=_serve, args=(theirs,), daemon=True)


@contextmanager
def _deaf() -> Iterator[None]:
    """A process that starts here does not hear Ctrl-C: whoever started it tells it to stop."""
    if current_thread() is not main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _serve(pipe: Connection, others: Connection | None = None) -> None:
    """What the other process does: one errand. The ``others`` end of the pipe is not its own."""
    if others is not None:
        others.close()
    # NOTE: what prints by mistake must not stand among findings that go to standard output.
    sys.stdout = sys.stderr
    # As in the process that judges: rows come by the hundred thousand, and hold no circles.
    gc.set_threshold(100_000, 20, 20)
    # What is odd is a value in the records, and logged where they arrive.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    errand: Errand
    jobs: Sequence[Job]
    # Nobody listens any more where the pipe is broken.
    with suppress(EOFError, OSError):
        errand, jobs = pipe.recv()
        reader = Reader(errand, Meter(), Event())
        voice = _Voice(pipe)
        Thread(target=_obey, args=(pipe, reader.stop), daemon=True).start()
        Thread(target=_tell, args=(voice, reader), daemon=True).start()
        try:
            _read(jobs, reader, voice)
        except OSError:
            raise
        except Exception as error:  # noqa: BLE001  # the other process ends the run with it
            trace = "".join(format_exception(error))
            voice.say(_Failed(f"{type(error).__name__}: {error}", trace))


def _read(jobs: Sequence[Job], reader: Reader, voice: _Voice) -> None:
    for record in threads(jobs, reader):
        voice.say(_Given(pack(record), reader.meter.take()))
    voice.say(reader.meter.take())


def _obey(pipe: Connection, stop: Event) -> None:
    """Waits for the word that ends reading, or for the end of whoever could say it."""
    with suppress(EOFError, OSError):
        pipe.recv()
    stop.set()


def _tell(voice: _Voice, reader: Reader) -> None:
    """Says now and then how far a long model is."""
    with suppress(OSError):
        while not reader.stop.wait(_OFTEN):
            voice.say(reader.meter.take())


class _Voice:
    """Says things to the process that asked, one at a time."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._lock = Lock()

    def say(self, word: object) -> None:
        """Says one thing; OSError where nobody listens any more."""
        with self._lock:
            self._pipe.send(word)
