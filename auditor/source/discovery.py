"""Which trained models there are to read: from targets to jobs, before the first is read.

Records come in the order of ARNs over everything, so that every ARN must be known first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from functools import partial
from threading import Event

from msgspec import Struct, field
from msgspec.structs import replace

from auditor.errors import SourceError
from auditor.model import Anomaly, BlindSpot, Place, Unread
from auditor.source import listing
from auditor.source.ahead import ahead
from auditor.source.client import Connection, Connections
from auditor.source.listing import ACCOUNT_ID, ACTIVE, Owner, listed, owner
from auditor.source.organization import reached
from auditor.source.plan import All, Membership, Target
from auditor.source.refusal import Refusal, unread

_MODELS = "ListTrainedModels"
_NOT_ACTIVE = "MembershipNotActive"


class Job(Struct, frozen=True):
    """One model to read and the way to it; with ``refusal`` it is known not to be readable.

    ``anomalies`` are what was odd about the way. A plain value, that can be read anywhere.
    """

    place: Place
    way: Target
    refusal: Refusal | None = None
    anomalies: tuple[Anomaly, ...] = ()


class Found(Struct):
    """What a look at the targets gave: models by ARN, and where none could be looked for."""

    jobs: dict[str, Job] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)
    blind_spots: list[BlindSpot] = field(default_factory=list)

    def add(self, arn: str, job: Job) -> None:
        """Keeps a model once; a way that is open counts more than one that was refused."""
        known = self.jobs.get(arn)
        if known is None or (known.refusal is not None and job.refusal is None):
            self.jobs[arn] = job
        elif job.anomalies and not known.anomalies:
            self.jobs[arn] = replace(known, anomalies=job.anomalies)


class _Inside(Struct, frozen=True):
    """One membership whose models have to be listed; ``status`` is None where nobody asked."""

    membership: Membership
    status: str | None = None

    @property
    def state(self) -> str:
        """What it is instead of active; empty where it is, and where nobody asked."""
        if self.status in (None, ACTIVE):
            return ""
        return f"the membership is {self.status or 'of a status that was not said'}"

    def about(self, refusal: Refusal) -> Refusal:
        """The refusal, with the state that may be the reason for it."""
        if not self.state:
            return refusal
        return replace(refusal, message=f"{self.state}: {refusal.message}")

    def anomalies(self, place: Place) -> tuple[Anomaly, ...]:
        """What is odd about a model of this membership."""
        return (Anomaly(place, _NOT_ACTIVE, self.state),) if self.state else ()


class _Look(Struct, frozen=True):
    """What was seen of one target: the memberships to list, and what stood in the way."""

    target: Target
    connection: Connection
    account: str
    inside: tuple[_Inside, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    closed: Refusal | None = None

    def place(self, membership: str = "", arn: str | None = None) -> Place:
        """A place in this target."""
        return Place(self.target.name, self.account, self.target.region, membership, arn)


def refuse_strays(target: Target) -> None:
    """Raises SourceError for a named model that is not in the target's region and membership."""
    for membership, arn in target.arns:
        home = owner(arn)
        if home is None:
            raise SourceError(
                f"target {target.name}: {arn} is not the ARN of a trained model",
                "arn:aws:cleanrooms-ml:REGION:ACCOUNT:membership/UUID/trained-model/NAME",
            )
        if (home.region, home.membership) != (target.region, membership):
            raise SourceError(
                f"target {target.name}: {arn} is not in region {target.region} and membership"
                f" {membership}",
                "name each model under its own membership and region",
            )


def discover(
    targets: Iterable[Target], connections: Connections, threads: int, stop: Event
) -> Found:
    """Every model of every target; nothing is listed but what the targets ask for."""
    reach = reached(targets, connections)
    found = Found(unread=reach.unread, blind_spots=reach.blind_spots)
    whole: list[tuple[_Look, _Inside]] = []
    for look in ahead(reach.targets, partial(_target, connections), threads, stop):
        found.unread += [unread(look.place(), refusal) for refusal in look.refusals]
        for arn, job in _named(look):
            found.add(arn, job)
        whole += [(look, inside) for inside in look.inside]
        if not (look.inside or look.target.arns):
            look.connection.close()  # most accounts of an organization have nothing to read
    for part in ahead(whole, _membership, threads, stop):
        found.unread += part.unread
        for arn, job in part.jobs.items():
            found.add(arn, job)
    return found


def _target(connections: Connections, target: Target) -> _Look:
    """Whose credentials a target has, and the memberships whose models have to be listed."""
    connection = connections.to(target)
    account = _account(connection)
    if isinstance(account, Refusal):
        return _Look(target, connection, target.account or "", refusals=(account,), closed=account)
    expected = {target.account} if target.account else {_home(arn) for _, arn in target.arns}
    if expected and account not in expected:
        wrong = _wrong_account(account, expected)
        return _Look(target, connection, account, refusals=(wrong,), closed=wrong)
    connection.belongs_to(account)
    if isinstance(target.memberships, All):
        rows, refusals = listed(connection, "ListMemberships", {}, listing.membership)
        by_id = {identifier: _Inside(Membership(identifier), status) for identifier, status in rows}
        return _Look(target, connection, account, tuple(by_id.values()), refusals)
    inside = tuple(_Inside(each) for each in target.memberships if each.is_listed)
    return _Look(target, connection, account, inside)


def _membership(asked: tuple[_Look, _Inside]) -> Found:
    """The models of one membership that are meant, and what of it was not seen."""
    look, inside = asked
    wanted, place = inside.membership, look.place(inside.membership.id)
    home = Owner(place.region, place.account, wanted.id)
    read = partial(listing.named_model if wanted.patterns else listing.model, home)
    rows, refusals = listed(look.connection, _MODELS, {"membershipIdentifier": wanted.id}, read)
    lacking = map(inside.about, refusals) if refusals else _lacking(inside, rows)
    found = Found(unread=[unread(place, refusal) for refusal in lacking])
    way = look.target.way
    for arn, name in rows:
        if isinstance(wanted.models, All) or any(_fits(each, name) for each in wanted.patterns):
            at = replace(place, arn=arn)
            found.add(arn, Job(at, way, anomalies=inside.anomalies(at)))
    return found


def _lacking(inside: _Inside, rows: Sequence[listing.Model]) -> Iterator[Refusal]:
    """What a list that was read to its end lacks, though it should have it."""
    for pattern in inside.membership.patterns:
        if not any(_fits(pattern, name) for _, name in rows):
            why = f"no trained model of the membership has a name like {pattern}"
            yield Refusal(_MODELS, "NoModelMatches", why)
    if not rows and inside.state:
        why = "it lists no models; AWS does not say whether it has none, or shows them no more"
        yield inside.about(Refusal(_MODELS, _NOT_ACTIVE, why))


def _fits(pattern: str, name: str | None) -> bool:
    return fnmatchcase(name or "", pattern)


def _named(look: _Look) -> Iterator[tuple[str, Job]]:
    """The models that a target names one by one, readable or not."""
    way = look.target.way
    for membership, arn in look.target.arns:
        home = _home(arn)
        refusal = look.closed
        if refusal is None and home != look.account:
            refusal = _wrong_account(look.account, {home})
        place = replace(look.place(membership, arn), account=home)
        yield arn, Job(place, way, refusal)


def _account(connection: Connection) -> str | Refusal:
    """The account that the target's credentials belong to."""
    answer = connection.ask("GetCallerIdentity", {})
    if isinstance(answer, Refusal):
        return answer
    account = answer.members.get("Account")
    if isinstance(account, str) and ACCOUNT_ID.fullmatch(account):
        return account
    why = "the answer has no Account of 12 digits"
    return Refusal("GetCallerIdentity", "MalformedAnswer", why, answer.request_id)


def _home(arn: str) -> str:
    home = owner(arn)
    return home.account if home else ""


def _wrong_account(account: str, expected: Iterable[str]) -> Refusal:
    wanted = " or ".join(sorted(expected))
    why = f"the credentials belong to account {account}, not to {wanted}"
    return Refusal("GetCallerIdentity", "WrongAccount", why)
