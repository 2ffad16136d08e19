"""Reading one model: every page of its list, and the details of the versions that need them.

Whatever cannot be read is in the record as a value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Event
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from auditor import events, timestamps
from auditor.model import ModelRecord
from auditor.source.budget import Budget, Budgets
from auditor.source.client import Calls, Connections, Means
from auditor.source.clock import Clock
from auditor.source.details import OPERATION as DETAILS
from auditor.source.details import Wanted, with_details
from auditor.source.discovery import Job
from auditor.source.interface import Assess
from auditor.source.meter import Meter
from auditor.source.paging import Answer, Page
from auditor.source.plan import Manner, Progress
from auditor.source.refusal import Refusal
from auditor.source.versions import OPERATION, VersionList

READINGS = 3
"""How often the list of a model is read at most, where rows move between its pages."""


class Errand(Struct, frozen=True):
    """How models are to be read, wherever that happens; a value that can be sent there.

    ``wanted`` says, of what was listed of a model, which versions' details are to be read: none
    where nobody says. Where models are read in other processes, they are assessed there.
    """

    manner: Manner
    wanted: Wanted | None = None
    assess: Assess | None = None


class Reader:
    """Reads models, one at a time in each thread; no further request is sent after ``stop``."""

    def __init__(
        self,
        errand: Errand,
        meter: Meter,
        stop: Event,
        clock: Callable[[Event], Clock] = Clock,
        budgets: Budgets | None = None,
    ) -> None:
        self.errand = errand
        self.meter = meter
        self.stop = stop
        time = clock(stop)
        if budgets is None:
            budgets = Budgets(lambda _account, _region: Budget(time, errand.manner.max_rate))
        most = errand.manner.at_once
        calls = Calls(meter, stop, most)
        self.connections = Connections(Means(calls, time, budgets, most))

    def read(self, job: Job) -> ModelRecord:
        """One model, all its pages."""
        started_at = timestamps.now()
        versions = VersionList(job.place)
        refusal = job.refusal
        if refusal is None:
            self.connections.to(job.way).belongs_to(job.place.account)
            refusal = self._list(job, versions)
        record = self._with_details(versions.record(refusal, started_at, started_at), job)
        self.meter.add(Progress(models_done=1))
        anomalies = (*job.anomalies, *record.anomalies)
        return replace(record, anomalies=anomalies, finished_at=timestamps.now())

    def _list(self, job: Job, versions: VersionList) -> Refusal | None:
        """Reads a model's list, again where rows moved; why it was not read to its end."""
        connection = self.connections.to(job.way)
        for _ in range(READINGS):
            since = timestamps.now() if self.errand.manner.settle else None
            versions.begin()
            for page in connection.pages(OPERATION, _model(job)):
                if isinstance(page, Refusal):
                    return page
                self._take(versions, page, job)
            if not versions.again(since):
                return None
        versions.never_settled()
        return None

    def _with_details(self, record: ModelRecord, job: Job) -> ModelRecord:
        """The model with the details of those versions of which a rule reads them."""
        wanted = self.errand.wanted
        if wanted is None:
            return record

        def ask(identifier: str | None) -> Answer | Refusal:
            version = {"versionIdentifier": identifier} if identifier else {}
            return self.connections.to(job.way).ask(DETAILS, {**_model(job), **version})

        return with_details(record, wanted(record), ask)

    def _take(self, versions: VersionList, page: Page, job: Job) -> None:
        before = len(versions)
        versions.take(page)
        self.meter.add(Progress(pages=1, versions=len(versions) - before))
        events.tell(
            events.DEBUG,
            "page read",
            operation=OPERATION,
            arn=job.place.arn,
            page=page.number,
            rows=len(page.rows),
            request_id=page.request_id,
        )


def _model(job: Job) -> Mapping[str, Any]:
    """The parameters that name a model."""
    return {"membershipIdentifier": job.place.membership, "trainedModelArn": job.place.arn}
