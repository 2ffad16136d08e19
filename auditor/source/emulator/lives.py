"""How the versions of a synthetic model fared: status and ages of each, oldest first."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from auditor.source.emulator.particulars import chance

WEIGHTS: Mapping[str, int] = {
    "ACTIVE": 62,
    "INACTIVE": 11,
    "CREATE_FAILED": 11,
    "CREATE_IN_PROGRESS": 4,
    "CREATE_PENDING": 3,
    "DELETE_PENDING": 2,
    "DELETE_IN_PROGRESS": 2,
    "DELETE_FAILED": 2,
    "CANCEL_PENDING": 1,
    "CANCEL_IN_PROGRESS": 1,
    "CANCEL_FAILED": 1,
}
"""How often each status occurs."""

KEPT = 3
"""Versions that are in use in a clean model: the newest."""

DAY = 86_400.0
HISTORY = 400 * DAY
"""Seconds since the first version of a model that is not clean."""

_EVERY_STATUS = 3 * len(WEIGHTS)

Life = tuple[str, float, float]
"""Status, and the ages in seconds of createTime and updateTime."""


def lives(rng: Random, count: int, *, old_failure: bool) -> list[Life]:
    """The lives of ``count`` versions; of 33 and more at least one in each status.

    ``old_failure`` makes the second of three or more a failure of many months ago.
    """
    statuses = _statuses(rng, count)
    if old_failure:
        _fail_early(statuses)
    step = HISTORY / count
    ages = [step * (count - index - 0.9 * rng.random()) for index in range(count)]
    return [_life(rng, status, age) for status, age in zip(statuses, ages, strict=True)]


def clean_lives(count: int) -> list[Life]:
    """Lives of which the newest few are in use and the older ones are gone."""
    step = min(DAY, 20 * DAY / count)
    return [
        ("ACTIVE" if left <= KEPT else "INACTIVE", left * step, left * step * 0.9)
        for left in range(count, 0, -1)
    ]


def _statuses(rng: Random, count: int) -> list[str]:
    every = list(WEIGHTS) if count >= _EVERY_STATUS else []
    drawn = rng.choices(list(WEIGHTS), list(WEIGHTS.values()), k=count - len(every))
    statuses = every + drawn
    rng.shuffle(statuses)
    return statuses


def _fail_early(statuses: list[str]) -> None:
    """Move a failure to the second place; where there is none, the second becomes one."""
    if len(statuses) < 3:  # noqa: PLR2004  # base, the failure, a newer one
        return
    if "CREATE_FAILED" in statuses:
        statuses[statuses.index("CREATE_FAILED")] = statuses[1]
    statuses[1] = "CREATE_FAILED"


def _life(rng: Random, status: str, age: float) -> Life:
    """One in four of those that are under way is stuck."""
    stuck = chance(rng, 0.25)
    if status in {"CREATE_PENDING", "CREATE_IN_PROGRESS"}:
        created = age if stuck else min(age, rng.uniform(600, 72_000))
        return status, created, created * rng.uniform(0.9, 1)
    if status.endswith(("_PENDING", "_IN_PROGRESS")):
        idle = rng.uniform(2 * DAY, 20 * DAY) if stuck else rng.uniform(60, 20_000)
        return status, age, min(age, idle)
    return status, age, max(age * rng.random() / 8, age - rng.uniform(300, 3 * DAY))
