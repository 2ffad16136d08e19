"""Which trained models there are to read: from targets to jobs, before the first is read.

Records come in the order of ARNs over everything, so that every ARN must be known first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from threading import Event
from typing import Any

from auditor import service
from auditor.errors import SourceError
from auditor.model import Place, Unread
from auditor.source.ahead import ahead
from auditor.source.client import Connection
from auditor.source.plan import All, Target
from auditor.source.refusal import Refusal, unread
from auditor.source.rows import ForeignRow, RowFault

_ACCOUNT = re.compile(r"[0-9]{12}")


@dataclass(frozen=True, slots=True)
class Owner:
    """Where a trained model belongs by its own ARN."""

    region: str
    account: str
    membership: str


@dataclass(frozen=True, slots=True)
class Job:
    """One model to read and the way to it; with ``refusal`` it is known not to be readable."""

    place: Place
    connection: Connection
    refusal: Refusal | None = None


@dataclass(slots=True)
class Found:
    """What a look at the targets gave: models by ARN, and where none could be looked for."""

    jobs: dict[str, Job] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)

    def add(self, arn: str, job: Job) -> None:
        """Keeps a model once; a way that is open counts more than one that was refused."""
        known = self.jobs.get(arn)
        if known is None or (known.refusal is not None and job.refusal is None):
            self.jobs[arn] = job


@dataclass(frozen=True, slots=True)
class _Look:
    """What was seen of one target, or of one membership: names, and what stood in the way."""

    connection: Connection
    account: str
    membership: str = ""
    names: tuple[str, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    closed: Refusal | None = None

    def place(self, membership: str, arn: str | None = None) -> Place:
        """A place in this target."""
        target = self.connection.target
        return Place(target.name, self.account, target.region, membership, arn)

    def unread(self) -> list[Unread]:
        """What stood in the way, as values."""
        return [unread(self.place(self.membership), refusal) for refusal in self.refusals]


def owner(arn: str) -> Owner | None:
    """Where a trained model belongs; None for a text that is no ARN of a trained model."""
    if not _arn_pattern().fullmatch(arn):
        return None
    region, account, resource = arn.split(":", 5)[3:]
    return Owner(region, account, resource.split("/", 2)[1])


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


def discover(connections: Iterable[Connection], threads: int, stop: Event) -> Found:
    """Every model of every target; nothing is listed but what the targets ask for."""
    found = Found()
    whole: list[tuple[_Look, str]] = []
    for look in ahead(connections, _target, threads, stop):
        found.unread += look.unread()
        for arn, job in _named(look):
            found.add(arn, job)
        whole += [(look, membership) for membership in look.names]
    for look in ahead(whole, _membership, threads, stop):
        found.unread += look.unread()
        for arn in look.names:
            found.add(arn, Job(look.place(look.membership, arn), look.connection))
    return found


def _target(connection: Connection) -> _Look:
    """Whose credentials a target has, and the memberships of which all models are meant."""
    target = connection.target
    account = _account(connection)
    if isinstance(account, Refusal):
        return _Look(connection, target.account or "", refusals=(account,), closed=account)
    expected = {target.account} if target.account else {_home(arn) for _, arn in target.arns}
    if expected and account not in expected:
        wrong = _wrong_account(account, expected)
        return _Look(connection, account, refusals=(wrong,), closed=wrong)
    if isinstance(target.memberships, All):
        names, refusals = _names(connection, "ListMemberships", {}, _membership_id)
        return _Look(connection, account, names=names, refusals=refusals)
    names = tuple(each.id for each in target.memberships if isinstance(each.models, All))
    return _Look(connection, account, names=names)


def _membership(asked: tuple[_Look, str]) -> _Look:
    """The models of one membership that is to be read whole."""
    look, membership = asked
    name_of = partial(_model_arn, Owner(look.connection.target.region, look.account, membership))
    parameters = {"membershipIdentifier": membership}
    names, refusals = _names(look.connection, "ListTrainedModels", parameters, name_of)
    return _Look(look.connection, look.account, membership, names, refusals)


def _named(look: _Look) -> Iterator[tuple[str, Job]]:
    """The models that a target names one by one, readable or not."""
    for membership, arn in look.connection.target.arns:
        home = _home(arn)
        refusal = look.closed
        if refusal is None and home != look.account:
            refusal = _wrong_account(look.account, {home})
        target = look.connection.target
        place = Place(target.name, home, target.region, membership, arn)
        yield arn, Job(place, look.connection, refusal)


def _names(
    connection: Connection,
    operation: str,
    parameters: Mapping[str, Any],
    name_of: Callable[[object], str],
) -> tuple[tuple[str, ...], tuple[Refusal, ...]]:
    """The names in every row of a list, each once, and what of the list could not be read."""
    names: dict[str, None] = {}
    refusals: list[Refusal] = []
    faults: list[Refusal] = []
    for page in connection.pages(operation, parameters):
        if isinstance(page, Refusal):
            refusals.append(page)
            continue
        for number, row in enumerate(page.rows, start=1):
            try:
                names[name_of(row)] = None
            except RowFault as fault:
                why = f"page {page.number}, row {number}: {fault}"
                faults.append(Refusal(operation, fault.code, why, page.request_id))
    return tuple(names), (*refusals, *faults[:1])


def _account(connection: Connection) -> str | Refusal:
    """The account that the target's credentials belong to."""
    answer = connection.ask("GetCallerIdentity", {})
    if isinstance(answer, Refusal):
        return answer
    account = answer.members.get("Account")
    if isinstance(account, str) and _ACCOUNT.fullmatch(account):
        return account
    why = "the answer has no Account of 12 digits"
    return Refusal("GetCallerIdentity", "MalformedAnswer", why, answer.request_id)


def _membership_id(row: object) -> str:
    """The identifier of a row of ListMemberships."""
    found = row.get("id") if isinstance(row, dict) else None
    if not isinstance(found, str) or not _uuid_pattern().fullmatch(found):
        raise RowFault("id is missing or is not the identifier of a membership")
    return found


def _model_arn(expected: Owner, row: object) -> str:
    """The ARN of a row of ListTrainedModels that belongs where it was asked for."""
    found = row.get("trainedModelArn") if isinstance(row, dict) else None
    home = owner(found) if isinstance(found, str) else None
    if home is None:
        raise RowFault("trainedModelArn is missing or is not the ARN of a trained model")
    if home != expected:
        raise ForeignRow("trainedModelArn belongs to another membership, account or region")
    return str(found)


def _home(arn: str) -> str:
    home = owner(arn)
    return home.account if home else ""


def _wrong_account(account: str, expected: Iterable[str]) -> Refusal:
    wanted = " or ".join(sorted(expected))
    why = f"the credentials belong to account {account}, not to {wanted}"
    return Refusal("GetCallerIdentity", "WrongAccount", why)


@cache
def _arn_pattern() -> re.Pattern[str]:
    return re.compile(service.shape("TrainedModelArn")["pattern"])


@cache
def _uuid_pattern() -> re.Pattern[str]:
    return re.compile(service.shape("UUID")["pattern"])
