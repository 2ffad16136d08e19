"""What a live source is asked to read, and what it tells while it reads. Plain values.

This module imports neither boto3 nor the configuration: `config` knows files, a source knows
targets, and the command line translates one into the other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum


class All(Enum):
    """Stands where a list could stand: everything that AWS shows."""

    ALL = "all"


ALL = All.ALL


@dataclass(frozen=True, slots=True)
class Membership:
    """One membership, and the ARNs of its trained models that are to be read."""

    id: str
    models: tuple[str, ...] | All = ALL


@dataclass(frozen=True, slots=True)
class Target:
    """Where to look: one account in one region, with the credentials that reach it.

    ``account`` is the account that the credentials must belong to; None means that nobody said.
    """

    name: str
    region: str
    account: str | None = None
    role_arn: str | None = None
    external_id: str | None = None
    profile: str | None = None
    memberships: tuple[Membership, ...] | All = ALL

    @property
    def arns(self) -> tuple[tuple[str, str], ...]:
        """(membership, ARN) of every model that is named one by one."""
        if isinstance(self.memberships, All):
            return ()
        return tuple(
            (membership.id, arn)
            for membership in self.memberships
            if not isinstance(membership.models, All)
            for arn in membership.models
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a source has come. ``models_total`` is 0 until every model is known."""

    models_total: int = 0
    models_done: int = 0
    versions: int = 0
    pages: int = 0


Listener = Callable[[Progress], None]
"""Is told of progress, from the reading threads, one call at a time."""
