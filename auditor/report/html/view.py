"""What every section of the page is made from."""

from __future__ import annotations

from msgspec import Struct

from auditor.model import Report
from auditor.report.html.collect import Collected


class View(Struct, frozen=True):
    """A run, and what was collected of its findings."""

    report: Report
    found: Collected

    @property
    def left_out(self) -> int:
        """How many findings are not in the page."""
        return self.found.total - len(self.found.kept)
