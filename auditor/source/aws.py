"""The live source: every version of every configured trained model, through boto3.

Models are read by a few threads and handed over in the order of their ARNs. Whatever cannot be
read is in the records as a value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from threading import Event, Lock
from typing import Any

import structlog

from auditor import service, timestamps
from auditor.errors import SourceError
from auditor.model import ModelRecord, SourceRecord, Unread
from auditor.source.ahead import ahead
from auditor.source.budget import Budget, Budgets
from auditor.source.client import Calls, Connection
from auditor.source.clock import Clock
from auditor.source.details import OPERATION as DETAILS
from auditor.source.details import with_details
from auditor.source.discovery import Job, discover, refuse_strays
from auditor.source.interface import ScanHeader
from auditor.source.paging import Answer, Page
from auditor.source.plan import Listener, Manner, Progress, Target
from auditor.source.refusal import Refusal
from auditor.source.versions import OPERATION, VersionList

READINGS = 3
"""How often the list of a model is read at most, where rows move between its pages."""

Wanted = Callable[[ModelRecord], Collection[str]]
"""Says by identity of which versions the details are needed; asked from many threads."""

_AS_USUAL = Manner()


class AwsSource:
    """Reads the targets through boto3, with the user's usual AWS configuration.

    Raises SourceError, before any call, where boto3 is too old or a named model is not in its
    target's region and membership. ``records`` can be asked for once. ``wanted`` says, of what was
    listed of a model, which versions' details are to be read: none where nobody says.
    """

    def __init__(  # noqa: PLR0913  # what is read, how, and who wants to know of it
        self,
        targets: Sequence[Target],
        now: str,
        started_at: str,
        manner: Manner = _AS_USUAL,
        *,
        progress: Listener | None = None,
        wanted: Wanted | None = None,
        clock: Callable[[Event], Clock] = Clock,
    ) -> None:
        _refuse_old_boto3()
        for target in targets:
            refuse_strays(target)
        self._header = ScanHeader(
            now, started_at, service.tool(), tuple(dict.fromkeys(each.name for each in targets))
        )
        self._wanted = wanted
        self._settle = manner.settle
        self._stop = Event()
        self._threads = max(1, manner.concurrency)
        self._calls = Calls(self._stop)
        time = clock(self._stop)
        budgets = Budgets(lambda: Budget(time, manner.max_rate))
        self._connections = [
            Connection(each, self._calls, time, budgets, self._threads) for each in targets
        ]
        self._meter = _Meter(progress)
        self._interrupted = False

    @property
    def header(self) -> ScanHeader:
        """What is known before the first record."""
        return self._header

    @property
    def api_calls(self) -> Mapping[str, int]:
        """HTTP requests so far by operation, retries included."""
        return self._calls.snapshot()

    @property
    def interrupted(self) -> bool:
        """Whether the records ended, by `stop` or an exception, before everything was read."""
        return self._interrupted

    def stop(self) -> None:
        """Ends reading soon: no further request is sent. Safe from a signal handler."""
        self._stop.set()

    def records(self) -> Iterator[SourceRecord]:
        """What gave no models first, then every model in the order of ARNs."""
        try:
            yield from self._records()
        except BaseException:
            self._interrupted = True
            raise
        finally:
            # Whoever takes no more records wants no more requests either.
            self._stop.set()
            for connection in self._connections:
                connection.close()

    def _records(self) -> Iterator[SourceRecord]:
        found = discover(self._connections, self._threads, self._stop)
        self._interrupted = self._stop.is_set()
        for unread in sorted(found.unread, key=_order):
            _warn(unread)
            yield unread
        yield from found.blind_spots
        jobs = [found.jobs[arn] for arn in sorted(found.jobs)]
        self._meter.add(models_total=len(jobs))
        given = 0
        for record in ahead(jobs, self._read, self._threads, self._stop):
            given += 1
            for unread in filter(None, (record.unread, *record.details_unread)):
                _warn(unread)
                self._interrupted |= unread.code == "Interrupted"
            yield record
        self._interrupted |= given < len(jobs)

    def _read(self, job: Job) -> ModelRecord:
        """One model, all its pages."""
        started_at = timestamps.now()
        versions = VersionList(job.place)
        refusal = job.refusal
        if refusal is None:
            refusal = self._list(job, versions)
        record = self._with_details(versions.record(refusal, started_at, started_at), job)
        self._meter.add(models_done=1)
        anomalies = (*job.anomalies, *record.anomalies)
        return replace(record, anomalies=anomalies, finished_at=timestamps.now())

    def _list(self, job: Job, versions: VersionList) -> Refusal | None:
        """Reads a model's list, again where rows moved; why it was not read to its end."""
        for _ in range(READINGS):
            since = timestamps.now() if self._settle else None
            versions.begin()
            for page in job.connection.pages(OPERATION, _model(job)):
                if isinstance(page, Refusal):
                    return page
                self._take(versions, page, job)
            if not versions.again(since):
                return None
        versions.never_settled()
        return None

    def _with_details(self, record: ModelRecord, job: Job) -> ModelRecord:
        """The model with the details of those versions of which a rule reads them."""
        if self._wanted is None:
            return record

        def ask(identifier: str | None) -> Answer | Refusal:
            version = {"versionIdentifier": identifier} if identifier else {}
            return job.connection.ask(DETAILS, {**_model(job), **version})

        return with_details(record, self._wanted(record), ask)

    def _take(self, versions: VersionList, page: Page, job: Job) -> None:
        before = len(versions)
        versions.take(page)
        self._meter.add(pages=1, versions=len(versions) - before)
        structlog.get_logger().debug(
            "page read",
            operation=OPERATION,
            arn=job.place.arn,
            page=page.number,
            rows=len(page.rows),
            request_id=page.request_id,
        )


class _Meter:
    """Adds up progress and tells the listener, one call at a time."""

    def __init__(self, listener: Listener | None) -> None:
        self._listener = listener
        self._lock = Lock()
        self._sum = Progress()

    def add(
        self, models_total: int = 0, models_done: int = 0, versions: int = 0, pages: int = 0
    ) -> None:
        """Adds to the sums."""
        with self._lock:
            was = self._sum
            self._sum = replace(
                was,
                models_total=was.models_total + models_total,
                models_done=was.models_done + models_done,
                versions=was.versions + versions,
                pages=was.pages + pages,
            )
            if self._listener is not None:
                self._listener(self._sum)


def _refuse_old_boto3() -> None:
    """Raises SourceError where botocore is older than the floor: it would drop members silently."""
    installed = service.botocore_version()
    numbers = tuple(int(part) for part in re.findall(r"\d+", installed)[:3])
    if numbers < service.FLOOR:
        floor = ".".join(map(str, service.FLOOR))
        raise SourceError(
            f"botocore {installed} is too old: it silently drops members that rules read",
            f"pip install 'boto3>={floor}'",
        )


def _model(job: Job) -> Mapping[str, Any]:
    """The parameters that name a model."""
    return {"membershipIdentifier": job.place.membership, "trainedModelArn": job.place.arn}


def _order(unread: Unread) -> tuple[str, ...]:
    place = unread.place
    where = (place.target, place.account, place.region, place.membership)
    return (*where, unread.operation, unread.code)


def _warn(unread: Unread) -> None:
    structlog.get_logger().warning(
        "unread",
        target=unread.place.target,
        membership=unread.place.membership,
        arn=unread.place.arn,
        version=unread.version,
        operation=unread.operation,
        code=unread.code,
        request_id=unread.request_id,
        attempts=unread.attempts,
    )
