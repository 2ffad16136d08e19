"""From a request to a call: which operation, with which parameters, checked as the service does.

NOTE: routes are matched on the raw path. A model ARN is one path segment, percent-encoded
(``%3A``, ``%2F``); decoded first, its slashes would look like more segments.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from urllib.parse import parse_qs, unquote

from auditor import service
from auditor.source.emulator import tokens
from auditor.source.emulator.answers import Refusal
from auditor.source.emulator.message import Request

UNKNOWN = "UnknownOperation"
"""The operation of a request that is none that the endpoint speaks."""

_LARGEST_PAGE = 100
_DEFAULT_PAGE = 10

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
_SCOPE = re.compile(r"Credential=[^/,]+/[^/,]+/([^/,]+)/")
_ROLE = re.compile(r"arn:aws[-a-z]*:iam::([0-9]{12}):role/(?:.*/)?([^/]+)")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the account, the region of the signature, and the name in the account."""

    account: str
    region: str | None = None
    name: str = "user/emulated"


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of one list. Equal listings have equal answers."""

    operation: str
    caller: Caller
    membership: str = ""
    arn: str = ""
    status: str | None = None
    size: int = _DEFAULT_PAGE
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


@dataclass(frozen=True, slots=True)
class Call:
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
    if operation in _STS:
        form = _form(request)
        _check_role(operation, form)
        return Call(operation, caller, request, form=form)
    if operation == UNKNOWN:
        raise Refusal(
            "UnknownOperationException", f"{request.method} {request.target[:200]} is no operation"
        )
    membership, arn = (*path, "", "")[:2]
    _check_path(membership, arn)
    query = _query(request)
    version = query.get("versionIdentifier")
    if version is not None:
        _check("versionIdentifier", version, _pattern("UUID"))
    listing = _listing(operation, caller, membership, arn, query)
    return Call(
        operation, caller, request, membership, arn, version, query.get("nextToken"), listing
    )


def session_token(role_arn: str, session: str) -> str:
    """The session token of an assumed role; `understood` reads the caller from it."""
    text = f"{_account_of(role_arn)}/assumed-role/{role_arn.rpartition('/')[2]}/{session}"
    return base64.urlsafe_b64encode(text.encode()).decode()


def role_account(call: Call) -> str:
    """The account that a call is about: that of the role to assume, else the caller's."""
    return _account_of(call.form.get("RoleArn", "")) or call.caller.account


def _account_of(role_arn: str) -> str:
    found = _ROLE.fullmatch(role_arn)
    return found[1] if found else ""


def _listing(
    operation: str, caller: Caller, membership: str, arn: str, query: Mapping[str, str]
) -> Listing | None:
    if not operation.startswith("List"):
        return None
    status = query.get("status")
    if status is not None:
        _check_status(operation, status)
    page = Listing(operation, caller, membership, arn, status, _size(query))
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


def _size(query: Mapping[str, str]) -> int:
    text = query.get("maxResults", str(_DEFAULT_PAGE))
    if not re.fullmatch(r"[0-9]{1,9}", text) or not 1 <= int(text) <= _LARGEST_PAGE:
        raise _invalid("maxResults", f"must be a number from 1 to {_LARGEST_PAGE}")
    return int(text)


def _check_status(operation: str, status: str) -> None:
    known = (
        service.shape("MembershipStatus", "cleanrooms")["enum"]
        if operation == "ListMemberships"
        else service.statuses()
    )
    if status not in known:
        raise _invalid("status", f"must be one of {', '.join(known)}")


def _check_path(membership: str, arn: str) -> None:
    if membership:
        _check("membershipIdentifier", membership, _pattern("UUID"))
    if arn:
        _check("trainedModelArn", arn, _pattern("TrainedModelArn"))


def _check_role(operation: str, form: Mapping[str, str]) -> None:
    if operation == "AssumeRole":
        _check("roleArn", form.get("RoleArn", ""), _ROLE)
        _check("roleSessionName", form.get("RoleSessionName", ""), re.compile(r"[\w+=,.@-]{2,64}"))
        duration = form.get("DurationSeconds", "3600")
        if not duration.isdecimal() or not 900 <= int(duration) <= 43200:  # noqa: PLR2004  # STS's bounds
            raise _invalid("durationSeconds", "must be a number from 900 to 43200")


def _check(member: str, value: str, pattern: re.Pattern[str]) -> None:
    if not pattern.fullmatch(value):
        raise _invalid(member, f"must satisfy the pattern {pattern.pattern}")


def _invalid(member: str, what: str) -> Refusal:
    return Refusal("ValidationException", f"1 validation error detected: {member} {what}")


@cache
def _pattern(shape: str) -> re.Pattern[str]:
    return re.compile(service.shape(shape)["pattern"])


def _query(request: Request) -> dict[str, str]:
    return _pairs(request.target.partition("?")[2])


def _form(request: Request) -> dict[str, str]:
    return _pairs(request.body.decode("utf-8", "replace"))


def _pairs(text: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(text, keep_blank_values=True).items()}


def _caller(request: Request, account: str) -> Caller:
    scope = _SCOPE.search(request.headers.get("authorization", ""))
    region = scope[1] if scope else None
    assumed = _assumed(request.headers.get("x-amz-security-token", ""))
    return Caller(assumed[0], region, assumed[1]) if assumed else Caller(account, region)


def _assumed(token: str) -> tuple[str, str] | None:
    """Account and name of a session token that `session_token` wrote; None for any other."""
    try:
        account, _, name = base64.urlsafe_b64decode(token).decode().partition("/")
    except (binascii.Error, ValueError):
        return None
    return (account, name) if name.startswith("assumed-role/") else None
