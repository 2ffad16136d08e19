"""What a scan will call, as far as that is known before the first call.

Pages are not: nobody knows how long a list is before it was read. So most of what is called has a
least number of requests and no most. Requests that are sent again are not counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from auditor.source.iam import ANY_ACCOUNT
from auditor.source.plan import All, Target

REASONS: Mapping[str, str] = {
    "ListAccounts": "the accounts of the organization",
    "AssumeRole": "the credentials of each role on the way, and anew before they end",
    "GetCallerIdentity": "whose credentials these are, once for each account and region",
    "ListMemberships": "the memberships, whatever their status",
    "ListTrainedModels": "the models of each membership that does not name all of them by ARN",
    "ListTrainedModelVersions": "the versions of each model, 100 a request: every rule",
    "GetTrainedModel": "the details of a version, one a request: rules that read them",
}
"""What each operation of a scan is called for, in the order in which they begin."""


class Foreseen(Struct, frozen=True):
    """How many requests one operation takes; ``most`` is None where nobody knows."""

    operation: str
    least: int
    most: int | None = None


def foreseen(regions: Sequence[Target], *, details: bool) -> tuple[Foreseen, ...]:
    """The requests for one target in all its regions, in the order of `REASONS`.

    ``details`` is whether a rule reads details. An organization has one account at least.
    """
    return tuple(_requests(regions[0], len(regions), details=details))


def _requests(target: Target, regions: int, *, details: bool) -> Iterator[Foreseen]:
    is_organization = target.role_name is not None
    if is_organization:
        yield Foreseen("ListAccounts", 1)
    roles = len(target.in_account(ANY_ACCOUNT).roles)
    if roles:
        # The accounts of an organization are listed with the role on the way to them.
        on_the_way = len(target.roles) if is_organization else 0
        yield Foreseen("AssumeRole", on_the_way + regions * roles)
    yield Foreseen("GetCallerIdentity", regions, None if is_organization else regions)
    if isinstance(target.memberships, All):
        yield Foreseen("ListMemberships", regions)
        yield Foreseen("ListTrainedModels", 0)
    elif listed := sum(each.is_listed for each in target.memberships):
        yield Foreseen("ListTrainedModels", listed)
    yield Foreseen("ListTrainedModelVersions", len(set(target.arns)))
    if details:
        yield Foreseen("GetTrainedModel", 0)
