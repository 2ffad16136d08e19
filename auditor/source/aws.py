"""The live source: every version of every configured trained model, through boto3.

First it is found out which models there are; then an executor reads them, and they are handed over
in the order of their ARNs. Whatever cannot be read is in the records as a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from threading import Event

from auditor import events, service
from auditor.model import ModelRecord, SourceRecord, Unread
from auditor.source.clock import Clock
from auditor.source.details import Wanted
from auditor.source.discovery import Job, discover, refuse_strays
from auditor.source.executor import Make
from auditor.source.executor.threads import threads
from auditor.source.interface import Assess, ScanHeader
from auditor.source.meter import Meter
from auditor.source.plan import Listener, Manner, Progress, Target
from auditor.source.reading import Errand, Reader
from auditor.source.resume import Recorded

_AS_USUAL = Manner()


class AwsSource:
    """Reads the targets through boto3, with the user's usual AWS configuration.

    Raises SourceError, before any call, where boto3 is too old or a named model is not in its
    target's region and membership. ``records`` can be asked for once. ``wanted`` says, of what was
    listed of a model, which versions' details are to be read: none where nobody says; ``assess``
    is done where models are read, if that is in another process. What ``earlier`` has is not read
    again.
    """

    def __init__(  # noqa: PLR0913  # what is read, how, where, and who wants to know of it
        self,
        targets: Sequence[Target],
        now: str,
        started_at: str,
        manner: Manner = _AS_USUAL,
        *,
        progress: Listener | None = None,
        wanted: Wanted | None = None,
        assess: Assess | None = None,
        clock: Callable[[Event], Clock] = Clock,
        executor: Make = threads,
        earlier: Recorded | None = None,
    ) -> None:
        service.refuse_old()
        for target in targets:
            refuse_strays(target)
        names = tuple(dict.fromkeys(each.name for each in targets))
        self._header = ScanHeader(now, started_at, service.tool(), names)
        self._targets = tuple(targets)
        self._threads = manner.at_once
        self._stop = Event()
        self._meter = Meter(progress)
        errand = Errand(manner, wanted, assess)
        self._executor = executor(errand, self._targets)
        self._reader = Reader(errand, self._meter, self._stop, clock)
        self._earlier = earlier
        self._interrupted = False

    @property
    def header(self) -> ScanHeader:
        """What is known before the first record."""
        return self._header

    @property
    def api_calls(self) -> Mapping[str, int]:
        """HTTP requests so far by operation, retries included."""
        return self._meter.requests

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
            self._reader.connections.close()

    def _records(self) -> Iterator[SourceRecord]:
        found = discover(self._targets, self._reader.connections, self._threads, self._stop)
        self._interrupted = self._stop.is_set()
        for unread in sorted(found.unread, key=_order):
            _warn(unread)
            yield unread
        yield from found.blind_spots
        yield from self._models([found.jobs[arn] for arn in sorted(found.jobs)])

    def _models(self, jobs: Sequence[Job]) -> Iterator[ModelRecord]:
        self._meter.add(Progress(models_total=len(jobs)))
        given = 0
        for record in self._read(jobs):
            given += 1
            for unread in filter(None, (record.unread, *record.details_unread)):
                _warn(unread)
                self._interrupted |= unread.code == "Interrupted"
            yield record
        self._interrupted |= given < len(jobs)

    def _read(self, jobs: Sequence[Job]) -> Iterator[ModelRecord]:
        """Every model in the order of the jobs; those that were read earlier between the others."""
        earlier = self._earlier
        if earlier is None:
            yield from self._executor(jobs, self._reader)
            return
        live = self._executor([job for job in jobs if not earlier.has(job.place)], self._reader)
        known = earlier.records()
        for job in jobs:
            if not earlier.has(job.place):
                yield from islice(live, 1)
                continue
            record = next(record for record in known if record.place == job.place)
            self._meter.add(Progress(models_done=1, versions=len(record.versions)))
            yield record


def _order(unread: Unread) -> tuple[str, ...]:
    place = unread.place
    where = (place.target, place.account, place.region, place.membership)
    return (*where, unread.operation, unread.code)


def _warn(unread: Unread) -> None:
    events.tell(
        events.WARNING,
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
