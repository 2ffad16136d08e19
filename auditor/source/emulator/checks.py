"""The parameters of a call, checked as the service checks them: Refusal where it would refuse."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from auditor import service
from auditor.source.emulator.answers import Refusal

DEFAULT_PAGE = 10

_LARGEST_PAGE = 100
_LARGEST_PAGE_OF_ACCOUNTS = 20
_SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}")


def rows_a_page(query: Mapping[str, str]) -> int:
    """The size of a page of a list."""
    text = query.get("maxResults", str(DEFAULT_PAGE))
    if not re.fullmatch(r"[0-9]{1,9}", text) or not 1 <= int(text) <= _LARGEST_PAGE:
        raise _invalid("maxResults", f"must be a number from 1 to {_LARGEST_PAGE}")
    return int(text)


def accounts_a_page(asked: object) -> int:
    """The size of a page of ListAccounts."""
    size = _LARGEST_PAGE_OF_ACCOUNTS if asked is None else asked
    if not isinstance(size, int) or not 1 <= size <= _LARGEST_PAGE_OF_ACCOUNTS:
        raise _invalid("MaxResults", f"must be a number from 1 to {_LARGEST_PAGE_OF_ACCOUNTS}")
    return size


def status(operation: str, asked: str) -> None:
    """The status that a list is asked for."""
    known = (
        service.shape("MembershipStatus", "cleanrooms")["enum"]
        if operation == "ListMemberships"
        else service.statuses()
    )
    if asked not in known:
        raise _invalid("status", f"must be one of {', '.join(known)}")


def names(membership: str, arn: str, version: str | None) -> None:
    """What a call names; an empty text, or None, where it names nothing."""
    if membership:
        _check("membershipIdentifier", membership, _pattern("UUID"))
    if arn:
        _check("trainedModelArn", arn, _pattern("TrainedModelArn"))
    if version is not None:
        _check("versionIdentifier", version, _pattern("UUID"))


def role(operation: str, form: Mapping[str, str], arn: re.Pattern[str]) -> None:
    """What AssumeRole is asked for; ``arn`` is what the ARN of a role looks like."""
    if operation == "AssumeRole":
        _check("roleArn", form.get("RoleArn", ""), arn)
        _check("roleSessionName", form.get("RoleSessionName", ""), _SESSION_NAME)
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
