"""Models whose reader is gone before it read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from auditor import timestamps
from auditor.model import ModelRecord
from auditor.source.discovery import Job
from auditor.source.refusal import Refusal
from auditor.source.versions import OPERATION, VersionList


def lost(jobs: Iterable[Job], why: str) -> Iterator[ModelRecord]:
    """The records of models that nobody read, and why."""
    now = timestamps.now()
    for job in jobs:
        refusal = job.refusal or Refusal(OPERATION, "ReaderEnded", why, attempts=0)
        yield VersionList(job.place).record(refusal, now, now)
