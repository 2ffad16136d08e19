"""Models read by the workers of a Dask cluster: each model is a task.

Dask finds a free worker for each task and gives it to another one where a worker dies. Records come
back in the order of the jobs, a few of them ahead of whoever takes them.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from secrets import token_hex
from threading import Event, Lock
from time import monotonic
from typing import Any

import dask
from distributed import CancelledError, Client, Future, KilledWorker, get_worker
from distributed.comm import CommClosedError
from msgspec import Struct
from msgspec.structs import replace

from auditor import __version__
from auditor.errors import SourceError
from auditor.model import ModelRecord
from auditor.source.budget import Budgets
from auditor.source.clock import Clock
from auditor.source.discovery import Job
from auditor.source.executor.lost import lost
from auditor.source.executor.shared_budget import BudgetKeeper, SharedBudget
from auditor.source.meter import Done, Meter
from auditor.source.packed import Packed, pack, unpack
from auditor.source.reading import Errand, Reader

PATIENCE = 60.0
"""Seconds without any worker after which what was not read is unread."""

_CONNECT = 10.0  # seconds in which the scheduler must answer
_GLANCE = 0.1
_GRACE = 1.5  # seconds that tasks are given after a stop
_AHEAD = 2  # tasks for each thread of the cluster that are begun and not taken

_LOST = (KilledWorker, CancelledError, CommClosedError, OSError)


class Cluster:
    """An executor on the Dask cluster of a scheduler at ``HOST:PORT``.

    Raises SourceError where no scheduler answers there, or it has no workers.
    """

    def __init__(self, address: str) -> None:
        # What is lost is a value in the records; Dask's own words about it help nobody.
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        secure = dask.config.get("distributed.comm.require-encryption")
        self._address = f"{'tls' if secure else 'tcp'}://{address}"
        try:
            self._client = Client(self._address, timeout=_CONNECT, set_as_default=False)
            self._client.wait_for_workers(1, timeout=_CONNECT)
        except (OSError, ValueError) as error:
            raise SourceError(
                f"no Dask cluster with workers answers at {self._address}: {error}",
                "start `dask scheduler` and `dask worker`, and name the scheduler's HOST:PORT",
            ) from error

    def __call__(self, jobs: Sequence[Job], reader: Reader) -> Iterator[ModelRecord]:
        """Every model, read by whichever worker is free."""
        run = _Run(self._client, f"auditor-{token_hex(8)}", reader)
        try:
            yield from run.records(jobs)
        finally:
            run.end()
            with suppress(*_LOST):
                self._client.close(timeout=_GRACE)


class _Task(Struct, frozen=True):
    """A task that was handed to the cluster, and the job that it is."""

    job: Job
    future: Future


class _Run:
    """The tasks of one scan."""

    def __init__(self, client: Client, name: str, reader: Reader) -> None:
        self._client = client
        self._name = name
        self._reader = reader
        self._waiting: deque[_Task] = deque()
        self._seen_worker_at = monotonic()
        self._stopped_at: float | None = None
        keeper = BudgetKeeper(name, reader.errand.manner.max_rate)
        client.register_plugin(keeper, name=name)

    def records(self, jobs: Sequence[Job]) -> Iterator[ModelRecord]:
        """The records in the order of the jobs; fewer after a stop."""
        rest = iter(enumerate(jobs))
        while not self._reader.stop.is_set():
            while len(self._waiting) < self._most() and (found := next(rest, None)):
                self._waiting.append(self._begin(*found))
            if not self._waiting:
                return
            record = self._record(self._waiting.popleft())
            if record is None:
                return
            yield record

    def end(self) -> None:
        """Leaves nothing behind on the cluster."""
        with suppress(*_LOST):
            self._client.cancel([task.future for task in self._waiting])
            self._client.unregister_scheduler_plugin(self._name)

    def _begin(self, number: int, job: Job) -> _Task:
        asked = (job, self._reader.errand, self._name, __version__)
        key = f"{self._name}-{number}"
        return _Task(job, self._client.submit(read_there, *asked, key=key, pure=False))

    def _most(self) -> int:
        """How many tasks may be begun and not taken: what was asked for, or what keeps all busy."""
        threads = sum(each["nthreads"] for each in self._workers().values())
        return self._reader.errand.manner.concurrency or max(1, threads * _AHEAD)

    def _workers(self) -> dict[str, Any]:
        known: dict[str, Any] = self._client.scheduler_info(n_workers=-1)["workers"]
        return known

    def _record(self, task: _Task) -> ModelRecord | None:
        """The record of a task; None where the scan was stopped before there was one."""
        while not self._given_up():
            try:
                packed, done = task.future.result(timeout=_GLANCE)
            except TimeoutError:
                continue
            except _LOST as error:
                (record,) = lost([task.job], f"the cluster lost its task: {type(error).__name__}")
                return record
            self._reader.meter.add_done(done)
            return unpack(packed)
        if self._reader.stop.is_set():
            return None
        (record,) = lost([task.job], f"the cluster has had no worker for {PATIENCE:.0f} seconds")
        return record

    def _given_up(self) -> bool:
        now = monotonic()
        if self._reader.stop.is_set() and self._stopped_at is None:
            self._stopped_at = now
            self._tell_to_stop()
        if self._workers():
            self._seen_worker_at = now
        late = now - self._seen_worker_at > PATIENCE
        return late or (self._stopped_at is not None and now - self._stopped_at > _GRACE)

    def _tell_to_stop(self) -> None:
        with suppress(*_LOST):
            call = getattr(self._client.scheduler, f"{self._name}-stop")
            self._client.sync(call)


_READERS: dict[str, Reader] = {}
_LOCK = Lock()


def read_there(job: Job, errand: Errand, name: str, version: str) -> tuple[Packed, Done]:
    """A task, on a worker: the record of a model, packed, and what was done since the last one."""
    if version != __version__:
        raise RuntimeError(f"the worker has auditor {__version__}, and {version} is asked for")
    reader = _reader(errand, name)
    record = reader.read(job)
    return pack(record, errand.assess), reader.meter.take()


def _reader(errand: Errand, name: str) -> Reader:
    """The reader of a scan on this worker, whose connections all of its tasks share."""
    worker = get_worker()
    with _LOCK:
        if name not in _READERS:
            # Readers of other scans are of no more use, or make themselves anew.
            for other in _READERS.values():
                other.connections.close()
            _READERS.clear()
            budgets = Budgets(lambda account, region: SharedBudget(worker, name, account, region))
            # How many tasks there are at once is for Dask to say.
            manner = replace(errand.manner, concurrency=worker.state.nthreads)
            there = replace(errand, manner=manner)
            _READERS[name] = Reader(there, Meter(), Event(), Clock, budgets)
        return _READERS[name]
