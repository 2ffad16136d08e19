"""From counts to the one word of a run."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.judge.ages import NEWER_THAN_NOW
from auditor.model import Coverage, RuleCount, Severity, Verdict


def is_complete(counts: Iterable[RuleCount], coverage: Coverage, *, interrupted: bool) -> bool:
    """Whether everything that was asked for was read and judged.

    A blind spot leaves a run complete: nobody could have read it. A run that judged nothing at
    all is not complete, nor one that counts ages to a moment at which there was no such version.
    """
    counts = tuple(counts)
    unknown = sum(count.unknown - count.blind for count in counts)
    judged = sum(count.judged for count in counts)
    newer = any(anomaly.code == NEWER_THAN_NOW for anomaly in coverage.anomalies)
    return not (interrupted or coverage.unread or unknown or newer) and judged > 0


def verdict(
    counts: Iterable[RuleCount], fail_on: Severity, *, complete: bool, only_fresh: bool = False
) -> Verdict:
    """A failure at or above ``fail_on`` decides, since it is certain; then completeness does.

    With ``only_fresh``, failures that the baseline has already do not decide.
    """
    failed = (
        count.fresh if only_fresh else count.fail
        for count in counts
        if count.severity.rank >= fail_on.rank
    )
    if any(failed):
        return Verdict.NON_COMPLIANT
    return Verdict.COMPLIANT if complete else Verdict.INCOMPLETE
