"""Models read, and assessed, in processes beside this one, so that they share no core with it.

Python runs one thread of a process at a time. The processes start when the executor is made, so
that they are ready once it is known what to read. Jobs are dealt out one by one, and records are
put in order here; there are never more than a few models that were begun and not taken.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from math import inf
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from queue import Empty, SimpleQueue
from socket import socket
from threading import Thread, active_count, current_thread, main_thread

from msgspec.structs import replace

from auditor.model import ModelRecord
from auditor.source.discovery import Job
from auditor.source.executor.lost import lost
from auditor.source.executor.serving import (
    Asked,
    Failed,
    Given,
    Leave,
    Limited,
    Start,
    Stop,
    serve,
)
from auditor.source.executor.wire import Wire, ends
from auditor.source.meter import Done
from auditor.source.packed import Packed, unpack
from auditor.source.plan import Target
from auditor.source.reading import Errand, Reader
from auditor.source.session import prepare

_OFTEN = 0.1  # seconds between two looks at whether to stop
_GRACE = 2.0  # seconds that a process is given after its last word
_AHEAD = 2  # models for each that is read at once, which are begun and not taken


class ReadingProcesses:
    """An executor in processes that start at once, and get ready for the first of the targets.

    Where nobody says how many, it is two where a second one costs little; one alone keeps a rate
    that somebody named. Should one be gone before its end, what it had still to read is unread.
    """

    def __init__(self, errand: Errand, targets: Sequence[Target], count: int | None = None) -> None:
        # NOTE: a process that is forked off has only the thread that did it, and every lock as it
        # was; but it has imported everything already.
        forked = sys.platform == "linux" and active_count() == 1
        if forked:
            # What was imported stays, and need not be looked through for circles.
            gc.freeze()
            # This process needs it too: what was read once is read for all of them.
            prepare()
        context = get_context("fork") if forked else get_context("spawn")
        ours: list[socket] = []
        self._hands: list[_Hand] = []
        for start in _starts(errand, targets[:1], count or (2 if forked else 1)):
            mine, theirs = ends()
            ours.append(mine)
            # A copy of our ends would keep it from hearing that we are gone; only a fork has one.
            told = (theirs, start, tuple(ours) if forked else ())
            process = context.Process(target=serve, args=told, daemon=True)
            self._hands.append(_Hand(mine, process))
            theirs.close()

    @property
    def pids(self) -> list[int]:
        """The ids of the processes that are alive."""
        return [hand.process.pid or 0 for hand in self._hands if hand.process.is_alive()]

    def __call__(self, jobs: Sequence[Job], reader: Reader) -> Iterator[ModelRecord]:
        """Every model, read by one of the processes."""
        try:
            yield from _Dealing(self._hands, reader).records(jobs)
        finally:
            for hand in self._hands:
                hand.tell(Stop())
            for hand in self._hands:
                hand.close()


def _starts(errand: Errand, targets: Sequence[Target], count: int) -> Iterator[Start]:
    """What each of so many processes is told, or of fewer where more would be of no use."""
    manner = errand.manner
    count = min(count, manner.at_once if manner.max_rate == inf else 1)
    for place, core in enumerate(_cores(count)):
        share = (manner.at_once + count - 1 - place) // count
        own = replace(errand, manner=replace(manner, concurrency=share))
        yield Start(own, tuple(targets), helper=place > 0, core=core)


def _cores(count: int) -> list[int | None]:
    """A core for each of so many processes, where there are no more of them; None otherwise.

    One thread of a process runs at a time. Where they are spread over all cores, each has to wake
    the next one on another core, which takes a fifth of the time of many that wait for answers.
    """
    cores = sorted(os.sched_getaffinity(0)) if sys.platform == "linux" else []
    if not cores or len(cores) > count:
        return [None] * count
    return [cores[place % len(cores)] for place in range(count)]


class _Hand:
    """A process that reads, and what it was asked for."""

    def __init__(self, end: socket, process: BaseProcess) -> None:
        self._wire = Wire(end)
        self.process = process
        self.asked: dict[int, Job] = {}
        self.left = False
        self._listener: Thread | None = None
        with _deaf():
            process.start()

    def listen(self, words: SimpleQueue[tuple[_Hand, object]]) -> None:
        """Whatever it says goes into a queue, and at its end None."""
        self._listener = Thread(target=self._listen, args=(words,), daemon=True)
        self._listener.start()

    def ask(self, number: int, job: Job) -> None:
        """Asks for a model."""
        self.asked[number] = job
        self._wire.say(Asked(number, job))

    def tell(self, word: Stop | Leave) -> None:
        """Says that it is to end."""
        self._wire.say(word)

    def close(self) -> None:
        """Leaves no process behind, of one that was told to stop."""
        self.process.join(_GRACE)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        if self._listener is not None:
            # A wire must not be closed under somebody who reads from it.
            self._listener.join()
        self._wire.close()

    def _listen(self, words: SimpleQueue[tuple[_Hand, object]]) -> None:
        with suppress(EOFError, OSError):
            while True:
                words.put((self, self._wire.hear()))
        words.put((self, None))


class _Dealing:
    """Who reads which job, and what has arrived of them."""

    def __init__(self, hands: Sequence[_Hand], reader: Reader) -> None:
        self._hands = list(hands)
        self._reader = reader
        self._words: SimpleQueue[tuple[_Hand, object]] = SimpleQueue()
        self._arrived: dict[int, Packed | ModelRecord] = {}
        self._told = False
        for hand in self._hands:
            hand.listen(self._words)

    def records(self, jobs: Sequence[Job]) -> Iterator[ModelRecord]:
        """The records in the order of the jobs; fewer after a stop."""
        most = _AHEAD * self._reader.errand.manner.models
        begun = 0
        for number in range(len(jobs)):
            while number not in self._arrived:
                while begun < min(len(jobs), number + most) and not self._told:
                    self._deal(begun, jobs[begun])
                    begun += 1
                if not self._hands and number >= begun:
                    return
                self._hear()
                if not self._hands and number not in self._arrived and self._told:
                    return
            found = self._arrived.pop(number)
            yield unpack(found) if isinstance(found, Packed) else found

    def _deal(self, number: int, job: Job) -> None:
        if not self._hands:
            self._lose({number: job}, "the processes that read have ended")
            return
        min(self._hands, key=lambda hand: len(hand.asked)).ask(number, job)

    def _hear(self) -> None:
        """Waits a little for what is said next."""
        if self._reader.stop.is_set() and not self._told:
            self._told = True
            for hand in self._hands:
                hand.tell(Stop())
        try:
            hand, word = self._words.get(timeout=_OFTEN)
        except Empty:
            return
        match word:
            case Given(number, record, done):
                self._reader.meter.add_done(done)
                # A helper may have left what was on its way already.
                if hand.asked.pop(number, None) is not None:
                    self._arrived[number] = record
            case Done() as done:
                self._reader.meter.add_done(done)
            case Limited():
                for helper in self._hands[1:]:
                    helper.tell(Leave())
            case Leave():
                hand.left = True
            case Failed(message, trace):
                error = RuntimeError(f"in the process that reads: {message}")
                error.add_note(trace)
                raise error
            case None:
                self._ended(hand)

    def _ended(self, hand: _Hand) -> None:
        """What a process did not read is for another one where it left, and lost otherwise."""
        self._hands.remove(hand)
        hand.process.join(_GRACE)
        if self._told:
            return
        hand.asked, asked = {}, hand.asked
        if not hand.left or not self._hands:
            self._lose(asked, f"the process that reads ended with code {hand.process.exitcode}")
            return
        for number, job in sorted(asked.items()):
            self._deal(number, job)

    def _lose(self, jobs: dict[int, Job], why: str) -> None:
        self._arrived.update(zip(jobs, lost(jobs.values(), why), strict=True))


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
