"""The compiled language on the ten rules that the peers answer, as ``benchmarks.engine:Engine``.

The rules stand here in the dialect; what they have to match is decided by the harness, which
compares the matched records of every engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from auditor.expression.emit import Run
from auditor.expression.program import CheckedRule, Program
from auditor.expression.syntax import parse
from auditor.policy.types import document_type

NOW = "2026-11-01T12:00:00.000Z"

RULES = {
    "r1_failed_old": "ends_with(status, '_FAILED') && age(createTime) > duration('30d')",
    "r2_stuck_create": "status == 'CREATE_IN_PROGRESS' && age(createTime) > duration('2d')",
    "r3_bad_name": "!starts_with(name, 'crml-') || contains(name, '_')",
    "r4_no_description": "!description",
    "r5_inactive_old": "status == 'INACTIVE' && age(createTime) > duration('90d')",
    "r6_incremental_unnamed": (
        "incrementalTrainingDataChannels && !(incrementalTrainingDataChannels[0].versionIdentifier)"
    ),
    "r7_failed_any": "contains(['CREATE_FAILED', 'DELETE_FAILED', 'CANCEL_FAILED'], status)",
    "r8_time_order": "updateTime < createTime",
    "r9_active_no_version": "!versionIdentifier && status == 'ACTIVE'",
    "r10_combo": (
        "(status == 'ACTIVE' && age(createTime) > duration('180d') && !description)"
        " || (status != 'ACTIVE' && incrementalTrainingDataChannels"
        " && (age(createTime) > duration('365d') || contains(name, 'tmp')))"
    ),
}


class Engine:
    """The compiled program; ages are computed from the timestamps each time."""

    packages = ("jmespath", "google-re2")

    def __init__(self) -> None:
        rules = [CheckedRule("deny", parse(text), None, Run(NOW)) for text in RULES.values()]
        self.program = Program(rules, document_type("version"))

    def match(self, records: Sequence[Mapping[str, Any]]) -> list[list[int]]:
        """The positions of the records that each rule matches, in the order of the rules."""
        return [tally.failed for tally in self.program.judge(records)]
