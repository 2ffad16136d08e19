"""From a request to a call: which operation, with which parameters, checked as the service does.

NOTE: routes are matched on the raw path. A model ARN is one path segment, percent-encoded
(``%3A``, ``%2F``); decoded first, its slashes would look like more segments.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from math import inf
from urllib.parse import parse_qs, unquote

from msgspec import Struct, field

from auditor.source.emulator import checks, tokens
from auditor.source.emulator.answers import Refusal
from auditor.source.emulator.message import Request

UNKNOWN = "UnknownOperation"
"""The operation of a request that is none that the endpoint speaks."""

_ROUTES = (
    (re.compile(r"/memberships"), "ListMemberships"),
    (re.compile(r"/memberships/([^/]+)"), "GetMembership"),
    (re.compile(r"/memberships/([^/]+)/trained-models"), "ListTrainedModels"),
    (re.compile(r"/memberships/([^/]+)/trained-models/([^/]+)"), "GetTrainedModel"),
    (
        re.compile(r"/memberships/([^/]+)/trained-models/([^/]+)/versions"),
        "ListTrainedModelVersions",
    ),
)
_STS = frozenset({"GetCallerIdentity", "AssumeRole"})
_JSON_TARGETS = {"AWSOrganizationsV20161128.ListAccounts": "ListAccounts"}
_SCOPE = re.compile(r"Credential=[^/,]+/[^/,]+/([^/,]+)/")
_SESSION = re.compile(r"(?P<account>[0-9]{12})/(?P<ends>[0-9.]+|inf)/(?P<name>assumed-role/.+)")
_ROLE = re.compile(r"arn:aws[-a-z]*:iam::([0-9]{12}):role/(?:.*/)?([^/]+)")


class Caller(Struct, frozen=True):
    """Who asks: the account, the region of the signature, and the name in the account."""

    account: str
    region: str | None = None
    name: str = "user/emulated"


class Listing(Struct, frozen=True):
    """One page of one list. Equal listings have equal answers."""

    operation: str
    caller: Caller
    membership: str = ""
    arn: str = ""
    status: str | None = None
    size: int = checks.DEFAULT_PAGE
    start: int = 0
    mark: int = 0

    @property
    def scope(self) -> str:
        """The list without the page: what a token is bound to."""
        return "\n".join(
            (self.operation, repr(self.caller), self.membership, self.arn, str(self.status))
        )

    @property
    def page(self) -> int:
        """The number of the page, from 1."""
        return self.start // self.size + 1


class Call(Struct, frozen=True):
    """One understood request. ``listing`` is None unless the operation lists."""

    operation: str
    caller: Caller
    request: Request
    membership: str = ""
    arn: str = ""
    version: str | None = None
    token: str | None = None
    listing: Listing | None = None
    form: Mapping[str, str] = field(default_factory=dict)


def operation_of(request: Request) -> tuple[str, tuple[str, ...]]:
    """The operation that a request names, and the decoded parts of its path."""
    path = request.target.partition("?")[0]
    if request.method == "POST" and path == "/":
        if (target := request.headers.get("x-amz-target")) is not None:
            return _JSON_TARGETS.get(target, UNKNOWN), ()
        action = _form(request).get("Action", "")
        return (action if action in _STS else UNKNOWN), ()
    return _route(path) if request.method == "GET" else (UNKNOWN, ())


@lru_cache(maxsize=4096)
def _route(path: str) -> tuple[str, tuple[str, ...]]:
    for pattern, operation in _ROUTES:
        found = pattern.fullmatch(path)
        if found:
            return operation, tuple(map(unquote, found.groups()))
    return UNKNOWN, ()


def understood(request: Request, account: str) -> Call:
    """The call of a request; Refusal where the service would not accept its parameters.

    ``account`` is the caller's unless an assumed role says otherwise.
    """
    operation, path = operation_of(request)
    caller = _caller(request, account)
    if operation in _JSON_TARGETS.values():
        return _call_for_accounts(operation, caller, request)
    if operation in _STS:
        form = _form(request)
        checks.role(operation, form, _ROLE)
        return Call(operation, caller, request, form=form)
    if operation == UNKNOWN:
        raise Refusal(
            "UnknownOperationException", f"{request.method} {request.target[:200]} is no operation"
        )
    membership, arn = (*path, "", "")[:2]
    query = _query(request)
    version = query.get("versionIdentifier")
    checks.names(membership, arn, version)
    listing = _listing(operation, caller, membership, arn, query)
    return Call(
        operation, caller, request, membership, arn, version, query.get("nextToken"), listing
    )


def session_token(role_arn: str, session: str, ends: float = inf) -> str:
    """The session token of an assumed role; `understood` reads the caller from it.

    A request that comes after ``ends``, in seconds since 1970, is refused.
    """
    name = f"assumed-role/{role_arn.rpartition('/')[2]}/{session}"
    text = f"{_account_of(role_arn)}/{ends}/{name}"
    return base64.urlsafe_b64encode(text.encode()).decode()


def role_account(call: Call) -> str:
    """The account that a call is about: that of the role to assume, else the caller's."""
    return _account_of(call.form.get("RoleArn", "")) or call.caller.account


def _account_of(role_arn: str) -> str:
    found = _ROLE.fullmatch(role_arn)
    return found[1] if found else ""


def _call_for_accounts(operation: str, caller: Caller, request: Request) -> Call:
    """A call of the JSON protocol, whose parameters are the body."""
    try:
        said = dict(json.loads(request.body or b"{}"))
    except (TypeError, ValueError) as error:
        raise Refusal("ValidationException", "The body is not a JSON object.") from error
    query = {"maxResults": str(checks.accounts_a_page(said.get("MaxResults")))}
    token = said.get("NextToken")
    if token is not None:
        query["nextToken"] = str(token)
    listing = _listing(operation, caller, "", "", query)
    return Call(operation, caller, request, token=token, listing=listing)


def _listing(
    operation: str, caller: Caller, membership: str, arn: str, query: Mapping[str, str]
) -> Listing | None:
    if not operation.startswith("List"):
        return None
    status = query.get("status")
    if status is not None:
        checks.status(operation, status)
    page = Listing(operation, caller, membership, arn, status, checks.rows_a_page(query))
    token = query.get("nextToken")
    if token is None:
        return page
    start, mark = _continued(page.scope, token)
    return Listing(operation, caller, membership, arn, status, page.size, start, mark)


def _continued(scope: str, token: str) -> tuple[int, int]:
    try:
        return tokens.read(scope, token)
    except ValueError as error:
        raise Refusal("ValidationException", "The nextToken is not valid.") from error


def _query(request: Request) -> dict[str, str]:
    return _pairs(request.target.partition("?")[2])


def _form(request: Request) -> dict[str, str]:
    return _pairs(request.body.decode("utf-8", "replace"))


def _pairs(text: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(text, keep_blank_values=True).items()}


def _caller(request: Request, account: str) -> Caller:
    scope = _SCOPE.search(request.headers.get("authorization", ""))
    region = scope[1] if scope else None
    found = _SESSION.fullmatch(_decoded(request.headers.get("x-amz-security-token", "")))
    if found is None:
        return Caller(account, region)
    if request.received > float(found["ends"]):
        raise Refusal(
            "ExpiredTokenException", "The security token included in the request is expired"
        )
    return Caller(found["account"], region, found["name"])


def _decoded(token: str) -> str:
    try:
        return base64.urlsafe_b64decode(token).decode()
    except (binascii.Error, ValueError):
        return ""
