"""Findings out of what a run keeps of its models."""

from __future__ import annotations

import json

from auditor.judge.assessment import Assessment
from auditor.model import Finding
from auditor.report.read import finding_of


def keep(found: list[Finding], assessment: Assessment) -> None:
    """Adds the findings of a model, as they are read again from their lines."""
    for text in assessment.lines:
        found.extend(finding_of(json.loads(line)) for line in text.splitlines())
