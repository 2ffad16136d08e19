"""From targets to single accounts: an organization's target is one for each active account of it.

An account that is not active cannot be entered by anybody, so it is a blind spot. One of a state
that nobody knows is tried: if it lets nobody in either, it is unread.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct, field

from auditor.model import BlindSpot, Place, Unread
from auditor.source.client import Connections
from auditor.source.listing import Account, accounts
from auditor.source.plan import Target
from auditor.source.refusal import Refusal, unread

_CLOSED = frozenset({"PENDING_ACTIVATION", "SUSPENDED", "PENDING_CLOSURE", "CLOSED"})

_Found = tuple[tuple[Account, ...], tuple[Refusal, ...]]


class Reached(Struct):
    """Targets of one account each, and what of organizations was not to be had."""

    targets: list[Target] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    blind_spots: list[BlindSpot] = field(default_factory=list)


def reached(targets: Iterable[Target], connections: Connections) -> Reached:
    """A target for every account that the targets mean.

    An organization is asked for its accounts once for each way that leads to it, however many
    targets and regions it is in.
    """
    known: dict[tuple[str | None, ...], _Found] = {}
    told: set[tuple[str, str]] = set()
    reach = Reached()
    for target in targets:
        if target.role_name is None:
            reach.targets.append(target)
            continue
        way = (target.profile, target.role_arn, target.external_id)
        found, refusals = known[way] = known.get(way) or accounts(connections.to(target))
        if (target.name, "") not in told:
            told.add((target.name, ""))
            place = Place(target.name, "", target.region, "")
            reach.unread += [unread(place, refusal) for refusal in refusals]
        for account in found:
            if account.state not in _CLOSED:
                reach.targets.append(target.in_account(account.id, account.partition))
            elif (target.name, account.id) not in told:
                told.add((target.name, account.id))
                reach.blind_spots.append(_blind(target, account))
    return reach


def _blind(target: Target, account: Account) -> BlindSpot:
    place = Place(target.name, account.id, "", "")
    why = f"the account is {account.state} in its organization, so nobody can look into it"
    return BlindSpot(place, "", "account", why)
