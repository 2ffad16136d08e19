"""Every page of one list, until its end or until a refusal. Knows no operation and no network.

A list ends with an answer without a token (absent, null or empty). An empty page with a token is
legal. What has no end is refused: a token that comes twice, or more pages than anybody has.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from types import NoneType
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from auditor.source.refusal import Refusal

PAGE_SIZE = 100
"""The most rows that the service gives at once; its own default is 10."""

PAGE_CAP = 100_000


class Answer(Struct, frozen=True):
    """What the service sent: the members as they came, and the request's id."""

    members: Mapping[str, Any]
    request_id: str | None = None


class Page(Struct, frozen=True):
    """The rows of one answer. ``reading`` is 2 after the list was begun again.

    ``beside`` names the members of the answer that are neither its rows nor its token.
    """

    rows: list[Any]
    number: int
    reading: int
    request_id: str | None = None
    beside: tuple[str, ...] = ()


Ask = Callable[[str | None], Answer | Refusal]
"""Asks for the page of a token; None is the first page."""


def pages(operation: str, member: str, ask: Ask, cap: int = PAGE_CAP) -> Iterator[Page | Refusal]:
    """Every page; a refusal comes last and only where the list was not read to its end.

    ``member`` names the list in the answer. A token that the service no longer accepts begins
    the list once more from its first page.
    """
    last: _End | None = None
    for reading in (1, 2):
        last = yield from _reading(operation, member, ask, cap, reading)
        if last is None or not _token_refused(last):
            break
    if last is not None:
        yield last.refusal


class _End(Struct, frozen=True):
    """How a reading ended before the end of the list: why, and at which page."""

    refusal: Refusal
    page: int


def _token_refused(end: _End) -> bool:
    """Whether the service refused a token of its own: the first page needs none."""
    return end.page > 1 and end.refusal.code == "ValidationException"


def _reading(
    operation: str, member: str, ask: Ask, cap: int, reading: int
) -> Generator[Page, None, _End | None]:
    """The pages of one reading; returns how it broke off, None for the end of the list."""
    token: str | None = None
    seen: set[str] = set()
    for number in range(1, cap + 1):
        answer = ask(token)
        if isinstance(answer, Refusal):
            return _End(replace(answer, message=_at_page(number, answer.message)), number)
        fault = _fault(answer, member)
        if fault is not None:
            return _ended(operation, "MalformedAnswer", fault, number, answer.request_id)
        beside = tuple(sorted(answer.members.keys() - {member, "nextToken"}))
        yield Page(answer.members[member], number, reading, answer.request_id, beside)
        token = answer.members.get("nextToken") or None
        if token is None:
            return None
        if token in seen:
            why = "the answer's token was given before, so the list would never end"
            return _ended(operation, "TokenRepeated", why, number, answer.request_id)
        seen.add(token)
    return _ended(operation, "TooManyPages", f"more than {cap} pages", cap, None)


def _fault(answer: Answer, member: str) -> str | None:
    """What is wrong with an answer as a page of a list."""
    if not isinstance(answer.members.get(member), list):
        return f"the answer has no list {member}"
    if not isinstance(answer.members.get("nextToken"), (str, NoneType)):
        return "the answer's nextToken is not a string"
    return None


def _ended(operation: str, code: str, why: str, page: int, request_id: str | None) -> _End:
    return _End(Refusal(operation, code, _at_page(page, why), request_id), page)


def _at_page(number: int, message: str) -> str:
    return f"page {number}: {message}" if message else f"page {number}"
