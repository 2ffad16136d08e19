"""Models read in threads of this very process."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.model import ModelRecord
from auditor.source.ahead import ahead
from auditor.source.discovery import Job
from auditor.source.executor import Executor
from auditor.source.plan import Target
from auditor.source.reading import Errand, Reader


def threads(_errand: Errand, _targets: Sequence[Target]) -> Executor:
    """An executor that needs nothing beforehand."""
    return _records


def _records(jobs: Sequence[Job], reader: Reader) -> Iterator[ModelRecord]:
    """Every model, as many at once as the errand says."""
    return ahead(jobs, reader.read, reader.errand.manner.models, reader.stop)
