"""The live source: every version of every configured trained model, through boto3.

Models are read by a few threads and handed over in the order of their ARNs. Whatever cannot be
read is in the records as a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from threading import Event, Lock

import structlog

from auditor import service, timestamps
from auditor.errors import SourceError
from auditor.model import ModelRecord, Unread
from auditor.source.ahead import ahead
from auditor.source.client import Calls, Connection
from auditor.source.discovery import Job, discover, refuse_strays
from auditor.source.interface import ScanHeader
from auditor.source.paging import Page
from auditor.source.plan import Listener, Progress, Target
from auditor.source.refusal import Refusal
from auditor.source.versions import OPERATION, VersionList


class AwsSource:
    """Reads the targets through boto3, with the user's usual AWS configuration.

    Raises SourceError, before any call, where boto3 is too old or a named model is not in its
    target's region and membership. ``records`` can be asked for once.
    """

    def __init__(
        self,
        targets: Sequence[Target],
        now: str,
        started_at: str,
        max_concurrency: int = 4,
        progress: Listener | None = None,
    ) -> None:
        _refuse_old_boto3()
        for target in targets:
            refuse_strays(target)
        self._header = ScanHeader(
            now, started_at, service.tool(), tuple(target.name for target in targets)
        )
        self._stop = Event()
        self._threads = max(1, max_concurrency)
        self._calls = Calls(self._stop)
        self._connections = [Connection(each, self._calls, self._threads) for each in targets]
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

    def records(self) -> Iterator[ModelRecord | Unread]:
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

    def _records(self) -> Iterator[ModelRecord | Unread]:
        found = discover(self._connections, self._threads, self._stop)
        self._interrupted = self._stop.is_set()
        for unread in sorted(found.unread, key=_order):
            _warn(unread)
            yield unread
        jobs = [found.jobs[arn] for arn in sorted(found.jobs)]
        self._meter.add(models_total=len(jobs))
        given = 0
        for record in ahead(jobs, self._read, self._threads, self._stop):
            given += 1
            if record.unread is not None:
                _warn(record.unread)
                self._interrupted |= record.unread.code == "Interrupted"
            yield record
        self._interrupted |= given < len(jobs)

    def _read(self, job: Job) -> ModelRecord:
        """One model, all its pages."""
        started_at = timestamps.now()
        versions = VersionList(job.place)
        refusal = job.refusal
        if refusal is None:
            parameters = {
                "membershipIdentifier": job.place.membership,
                "trainedModelArn": job.place.arn,
            }
            for page in job.connection.pages(OPERATION, parameters):
                if isinstance(page, Refusal):
                    refusal = page
                else:
                    self._take(versions, page, job)
        self._meter.add(models_done=1)
        return versions.record(refusal, started_at, timestamps.now())

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


def _order(unread: Unread) -> tuple[str, str, str, str, str]:
    place = unread.place
    return (place.target, place.region, place.membership, unread.operation, unread.code)


def _warn(unread: Unread) -> None:
    structlog.get_logger().warning(
        "unread",
        target=unread.place.target,
        membership=unread.place.membership,
        arn=unread.place.arn,
        operation=unread.operation,
        code=unread.code,
        request_id=unread.request_id,
        attempts=unread.attempts,
    )
