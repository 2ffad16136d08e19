"""What the endpoint serves: memberships, their trained models and the rows of their versions.

All frozen. A row is what goes over the wire, member for member: of a base version the
``versionIdentifier`` may be absent, null or ``"NULL"``, as nobody knows which of them AWS sends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from msgspec import Struct

from auditor.model import BASE, Row, Unavailable, Unread

Details = Mapping[str, Any] | Unavailable
"""What GetTrainedModel adds to a row, or why that was not recorded."""


def version_of(row: Row) -> str:
    """The identifier of a row's version, `BASE` for the forms that mean none."""
    identifier = row.get("versionIdentifier")
    return BASE if identifier in {None, "", "NULL", "null"} else str(identifier)


def latest(rows: tuple[Row, ...]) -> Row:
    """The row with the newest ``createTime``; of equals the one with the largest identifier."""
    return max(rows, key=lambda row: (row["createTime"], version_of(row)))


class TrainedModel(Struct, frozen=True):
    """One ARN with its versions, in the order in which they are listed.

    ``unread`` is the error that ends its list instead of the last page: what a recorded scan
    could not read is not served as if it were not there.
    """

    arn: str
    rows: tuple[Row, ...]
    unread: str | None = None


class Membership(Struct, frozen=True, dict=True):
    """One membership of one account in one region; ``unread`` answers the list of its models."""

    id: str
    account: str
    region: str
    collaboration: str
    name: str
    created: str
    models: tuple[TrainedModel, ...]
    status: str = "ACTIVE"
    target: str = "emulated"
    unread: str | None = None

    @cached_property
    def by_arn(self) -> Mapping[str, TrainedModel]:
        """Its models by their ARN."""
        return {model.arn: model for model in self.models}


class Estate(Struct, frozen=True, dict=True):
    """Everything that one endpoint serves.

    ``account`` is whose credentials a caller has who assumed no role; it manages the organization
    whose ``accounts`` are listed. ``details`` is asked for one row at a time, because the details
    of a large estate would not fit into memory. ``unread`` are targets whose memberships could not
    be listed, and cannot be here either. ``session_seconds`` is how long the credentials of a role
    last, where that is not what was asked for.
    """

    account: str
    now: str
    memberships: tuple[Membership, ...]
    details: Callable[[Row], Details]
    unread: tuple[Unread, ...] = ()
    accounts: tuple[Row, ...] | None = None
    session_seconds: int | None = None

    @cached_property
    def organization(self) -> tuple[Row, ...]:
        """The rows of ListAccounts: those given, or an active account for every one in it."""
        if self.accounts is not None:
            return self.accounts
        names = dict.fromkeys((self.account, *(each.account for each in self.memberships)))
        return tuple(map(self._account, names))

    def _account(self, account: str) -> Row:
        organization = f"arn:aws:organizations::{self.account}:account/o-emulated00"
        return {
            "Id": account,
            "Arn": f"{organization}/{account}",
            "Name": f"Account {account}",
            "Email": f"{account}@example.com",
            "State": "ACTIVE",
            "JoinedMethod": "CREATED",
        }

    @cached_property
    def by_id(self) -> Mapping[str, Membership]:
        """Its memberships by their id."""
        return {membership.id: membership for membership in self.memberships}
