"""What a live source is asked to read, and what it tells while it reads. Plain values.

This module imports neither boto3 nor the configuration: `config` knows files, a source knows
targets, and the command line translates one into the other.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from math import inf

from msgspec import Struct
from msgspec.structs import replace


class All(Enum):
    """Stands where a list could stand: everything that AWS shows."""

    ALL = "all"


ALL = All.ALL


class Membership(Struct, frozen=True):
    """One membership, and those of its trained models that are to be read.

    ``models`` are ARNs. ``patterns`` are globs on a model's name: what one of them matches is read
    too, and each of them has to match something.
    """

    id: str
    models: tuple[str, ...] | All = ALL
    patterns: tuple[str, ...] = ()

    @property
    def is_listed(self) -> bool:
        """Whether AWS has to list its models before it is known which are meant."""
        return isinstance(self.models, All) or bool(self.patterns)

    @property
    def arns(self) -> tuple[str, ...]:
        """The models that are named one by one."""
        return () if isinstance(self.models, All) else self.models


class Target(Struct, frozen=True):
    """Where to look: one account in one region, with the credentials that reach it.

    ``account`` is the account that the credentials must belong to; None means that nobody said.
    Roles are taken on in the order of `roles`, each with ``external_id``. With ``role_name`` the
    target stands for every active account of the organization that ``profile`` and ``role_arn``
    lead to, and the role of that name is taken on in each of them.
    """

    name: str
    region: str
    account: str | None = None
    role_arn: str | None = None
    external_id: str | None = None
    profile: str | None = None
    memberships: tuple[Membership, ...] | All = ALL
    role_name: str | None = None
    hub_role_arn: str | None = None

    @property
    def roles(self) -> tuple[str, ...]:
        """The ARNs of the roles to take on, one with the credentials of the other."""
        return tuple(filter(None, (self.hub_role_arn, self.role_arn)))

    @property
    def way(self) -> Target:
        """The way to it, whatever is to be read there."""
        return replace(self, memberships=())

    @property
    def arns(self) -> tuple[tuple[str, str], ...]:
        """(membership, ARN) of every model that is named one by one."""
        if isinstance(self.memberships, All):
            return ()
        return tuple(
            (membership.id, arn) for membership in self.memberships for arn in membership.arns
        )

    def in_account(self, account: str, partition: str = "aws") -> Target:
        """The target of an organization in one of its accounts; any other target as it is."""
        if self.role_name is None:
            return self
        role = f"arn:{partition}:iam::{account}:role/{self.role_name}"
        return replace(
            self, account=account, hub_role_arn=self.role_arn, role_arn=role, role_name=None
        )


class Manner(Struct, frozen=True):
    """How a source reads.

    ``concurrency`` is how many requests are on their way at the same time at most, None where
    nobody said; `at_once` is how many of them one process has. ``max_rate`` is how many requests a
    second an account gets in a region at most. With ``settle`` a model in which versions changed
    while it was read is read again.
    """

    concurrency: int | None = None
    max_rate: float = inf
    settle: bool = False

    @property
    def at_once(self) -> int:
        """How many requests of one process are on their way at the same time."""
        return self.concurrency or 16

    @property
    def models(self) -> int:
        """How many models one process reads at the same time.

        More than it has requests: while some look at an answer, others ask.
        """
        return self.at_once + self.at_once // 4


class Progress(Struct, frozen=True):
    """How far a source has come. ``models_total`` is 0 until every model is known."""

    models_total: int = 0
    models_done: int = 0
    versions: int = 0
    pages: int = 0

    def plus(self, more: Progress) -> Progress:
        """Both together."""
        return Progress(*(one + other for one, other in zip(self._all(), more._all(), strict=True)))

    def minus(self, less: Progress) -> Progress:
        """How much further than ``less``."""
        return Progress(*(one - other for one, other in zip(self._all(), less._all(), strict=True)))

    def _all(self) -> tuple[int, ...]:
        return (self.models_total, self.models_done, self.versions, self.pages)


Listener = Callable[[Progress], None]
"""Is told of progress, from the reading threads, one call at a time."""
