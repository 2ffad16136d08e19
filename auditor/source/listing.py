"""The rows of the lists that say where there is something to read: accounts, memberships, models.

A row that names nothing usable is a refusal of its list: what it stood for would be left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, TypeVar

from msgspec import Struct

from auditor import service
from auditor.kinds import OPERATIONS
from auditor.source.client import Connection
from auditor.source.paging import Answer, Page, pages
from auditor.source.refusal import Refusal
from auditor.source.rows import ForeignRow, RowFault

Read = TypeVar("Read")

ACCOUNT_ID = re.compile(r"[0-9]{12}")
ACTIVE = "ACTIVE"

_ACCOUNTS = "ListAccounts"
_PARTITION = re.compile(r"arn:(aws[-a-z]*):")


Model = tuple[str, str | None]
"""The ARN of a trained model, and its name where the row has one."""


class Owner(Struct, frozen=True):
    """Where a trained model belongs by its own ARN."""

    region: str
    account: str
    membership: str


class Account(Struct, frozen=True):
    """An account of an organization; ``state`` is empty where the organization does not say it."""

    id: str
    partition: str
    state: str


def owner(arn: str) -> Owner | None:
    """Where a trained model belongs; None for a text that is no ARN of a trained model."""
    if not _arn_pattern().fullmatch(arn):
        return None
    region, account, resource = arn.split(":", 5)[3:]
    return Owner(region, account, resource.split("/", 2)[1])


def listed(
    connection: Connection,
    operation: str,
    parameters: Mapping[str, Any],
    read: Callable[[object], Read],
) -> tuple[tuple[Read, ...], tuple[Refusal, ...]]:
    """What every row of a list names, each once, and what of the list could not be read.

    ``read`` raises RowFault for a row that names nothing usable.
    """
    return _read_all(operation, connection.pages(operation, parameters), read)


def accounts(connection: Connection) -> tuple[tuple[Account, ...], tuple[Refusal, ...]]:
    """Every account of the organization, and what of the list could not be read."""
    known = OPERATIONS[_ACCOUNTS]
    rows = str(known.rows)

    def ask(token: str | None) -> Answer | Refusal:
        answer = connection.ask(_ACCOUNTS, {known.token: token} if token else {})
        if isinstance(answer, Refusal):
            return answer
        # Its token is called otherwise than that of all the other lists.
        token, said = answer.members.get(known.token), answer.members.get(rows)
        return Answer({rows: said, "nextToken": token}, answer.request_id)

    return _read_all(_ACCOUNTS, pages(_ACCOUNTS, rows, ask), _account)


def membership(row: object) -> tuple[str, str]:
    """The identifier and the status of a row of ListMemberships; no status is an empty one."""
    members = row if isinstance(row, dict) else {}
    found, status = members.get("id"), members.get("status")
    if not isinstance(found, str) or not _uuid_pattern().fullmatch(found):
        raise RowFault("id is missing or is not the identifier of a membership")
    return found, status if isinstance(status, str) else ""


def model(expected: Owner, row: object) -> Model:
    """The ARN and the name of a row of ListTrainedModels that belongs where it was asked for."""
    members = row if isinstance(row, dict) else {}
    found, name = members.get("trainedModelArn"), members.get("name")
    home = owner(found) if isinstance(found, str) else None
    if home is None:
        raise RowFault("trainedModelArn is missing or is not the ARN of a trained model")
    if home != expected:
        raise ForeignRow("trainedModelArn belongs to another membership, account or region")
    return str(found), name if isinstance(name, str) else None


def named_model(expected: Owner, row: object) -> Model:
    """The same; a model without a name cannot be told from those that a pattern means."""
    arn, name = model(expected, row)
    if name is None:
        raise RowFault("name is missing or is not a string")
    return arn, name


def _read_all(
    operation: str, found: Iterable[Page | Refusal], read: Callable[[object], Read]
) -> tuple[tuple[Read, ...], tuple[Refusal, ...]]:
    kept: dict[Read, None] = {}
    refusals: list[Refusal] = []
    faults: list[Refusal] = []
    for page in found:
        if isinstance(page, Refusal):
            refusals.append(page)
            continue
        for number, row in enumerate(page.rows, start=1):
            try:
                kept[read(row)] = None
            except RowFault as fault:
                why = f"page {page.number}, row {number}: {fault}"
                faults.append(Refusal(operation, fault.code, why, page.request_id))
    return tuple(kept), (*refusals, *faults[:1])


def _account(row: object) -> Account:
    """A row of ListAccounts.

    NOTE: AWS retires ``Status`` for ``State``; an answer may have either, or both.
    """
    members = row if isinstance(row, dict) else {}
    found, state = members.get("Id"), members.get("State") or members.get("Status")
    if not isinstance(found, str) or not ACCOUNT_ID.fullmatch(found):
        raise RowFault("Id is missing or is not the number of an account")
    partition = _PARTITION.match(str(members.get("Arn")))
    return Account(found, partition[1] if partition else "aws", str(state or ""))


@cache
def _arn_pattern() -> re.Pattern[str]:
    return re.compile(service.shape("TrainedModelArn")["pattern"])


@cache
def _uuid_pattern() -> re.Pattern[str]:
    return re.compile(service.shape("UUID")["pattern"])
