"""Small estates for the tests of sources, and targets that name all of their models."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf
from typing import Any

from auditor.model import ModelRecord, SourceRecord, Unread
from auditor.source.aws import AwsSource
from auditor.source.clock import Clock
from auditor.source.details import Wanted
from auditor.source.emulator import synthetic
from auditor.source.emulator.estate import Estate
from auditor.source.executor import Make
from auditor.source.executor.threads import threads
from auditor.source.plan import Listener, Manner, Membership, Target

NOW = "2026-11-23T07:00:00.000Z"
ACCOUNT = "111122223333"
HASTE = 20
OTHER_ACCOUNT = "444455556666"


def estate(memberships: int = 1, models: int = 3, versions: int = 3) -> Estate:
    """A synthetic estate of the tests' own size."""
    return synthetic(seed=5, memberships=memberships, models=models, versions=versions)


def arns(of: Estate) -> list[str]:
    """Every model's ARN, in order."""
    return sorted(model.arn for membership in of.memberships for model in membership.models)


def named(of: Estate, **options: Any) -> Target:
    """One target that names every model of the estate one by one."""
    memberships = tuple(
        Membership(each.id, tuple(model.arn for model in each.models)) for each in of.memberships
    )
    return Target("ads-prod", "us-east-1", memberships=memberships, **options)


class Hasty(Clock):
    """A clock that runs twenty times as fast, so that pauses are short and as long as they are."""

    def now(self) -> float:
        """Twenty seconds for each that passes."""
        return super().now() * HASTE

    def sleep(self, seconds: float) -> None:
        """The twentieth part of a wait."""
        super().sleep(seconds / HASTE)


def source(
    *targets: Target,
    concurrency: int = 4,
    progress: Listener | None = None,
    max_rate: float = inf,
    hasty: bool = False,
    settle: bool = False,
    wanted: Wanted | None = None,
    executor: Make = threads,
) -> AwsSource:
    """A live source of these targets; ``hasty`` makes its pauses short."""
    return AwsSource(
        targets,
        NOW,
        NOW,
        Manner(concurrency, max_rate, settle),
        progress=progress,
        wanted=wanted,
        executor=executor,
        clock=Hasty if hasty else Clock,
    )


def models(records: Iterable[SourceRecord]) -> list[ModelRecord]:
    """The models among records."""
    return [record for record in records if isinstance(record, ModelRecord)]


def unread(records: Iterable[SourceRecord]) -> list[Unread]:
    """The memberships and targets among records that gave no models."""
    return [record for record in records if isinstance(record, Unread)]


def codes(records: Sequence[SourceRecord]) -> dict[str | None, str | None]:
    """The code of each model by its ARN; None for one that was read to its end."""
    return {each.place.arn: each.unread.code if each.unread else None for each in models(records)}
