"""What every section of the page is made from."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.model import Report
from auditor.report.html.collect import Collected
from auditor.report.html.given import HistoryPoint, StatusAges


@dataclass(frozen=True, slots=True)
class View:
    """A run, what was collected of its findings, and what else somebody had."""

    report: Report
    found: Collected
    history: tuple[HistoryPoint, ...] = ()
    ages: tuple[StatusAges, ...] = ()

    @property
    def left_out(self) -> int:
        """How many findings are not in the page."""
        return self.found.total - len(self.found.kept)
