"""Which executor a word means. A new one is a file beside this one and a row here."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence

from auditor.errors import UsageError
from auditor.source.executor import Make
from auditor.source.plan import All, Target

FEWEST = 20
"""Models from which on a second process is worth its start."""


def _threads(_address: str) -> Make:
    from auditor.source.executor.threads import threads  # noqa: PLC0415  # imports boto3

    return threads


def _process(_address: str) -> Make:
    from auditor.source.executor.process import ReadingProcesses  # noqa: PLC0415  # imports boto3

    return ReadingProcesses


def _dask(address: str) -> Make:
    try:
        from auditor.source.executor.cluster import Cluster  # noqa: PLC0415  # an extra
    except ImportError as error:
        raise UsageError(
            f"dask://{address} needs Dask, which is not installed", "pip install 'auditor[dask]'"
        ) from error
    return lambda _errand, _targets: Cluster(address)


EXECUTORS: Mapping[str, Callable[[str], Make]] = {
    "threads": _threads,
    "process": _process,
    "dask": _dask,
}
"""What makes executors, by name, from what follows ``://`` in its word, if anything does."""


def chosen(word: str) -> Make:
    """What makes the executor of a word such as ``threads``; KeyError for one of no row."""
    name, _, address = word.partition("://")
    return EXECUTORS[name](address)


def usual(targets: Sequence[Target]) -> str:
    """The word for what suits these targets: a process of its own where that is worth its start."""
    return "process" if _cores() > 1 and sum(map(_at_most, targets)) >= FEWEST else "threads"


def _at_most(target: Target) -> int:
    """How many models a target names; nobody knows how many `all` is."""
    if isinstance(target.memberships, All):
        return FEWEST
    return sum(
        FEWEST if membership.is_listed else len(membership.arns)
        for membership in target.memberships
    )


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1
