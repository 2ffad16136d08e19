"""What can go wrong on purpose: the table of every word that may stand after ``do``."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from auditor import timestamps
from auditor.kinds import OPERATIONS
from auditor.source.emulator import tokens
from auditor.source.emulator.answers import Refusal, encoded, refused
from auditor.source.emulator.calls import Call, Listing
from auditor.source.emulator.fault import Action, Answer, Fault
from auditor.source.emulator.message import Ending, Response


def _error(code: str, message: str) -> Callable[[Fault, Call, Answer], Response]:
    def act(fault: Fault, call: Call, _: Answer) -> Response:
        response = refused(
            OPERATIONS[call.operation].client, Refusal(code, message), call.request.id
        )
        if fault.retry_after is None:
            return response
        return replace(
            response, headers=(*response.headers, ("Retry-After", str(fault.retry_after)))
        )

    return act


def _reset(_fault: Fault, _call: Call, _answer: Answer) -> Response:
    return Response(200, b"", ending=Ending.RESET)


def _cut(_fault: Fault, call: Call, answer: Answer) -> Response:
    return replace(answer(call), ending=Ending.CUT)


def _torn(_fault: Fault, call: Call, answer: Answer) -> Response:
    response = answer(call)
    return replace(response, body=response.body[: len(response.body) // 2])


def _html(_fault: Fault, _call: Call, _answer: Answer) -> Response:
    body = b"<!DOCTYPE html><html><body><h1>Sign in to the network</h1></body></html>"
    return Response(200, body, "text/html")


def _slow(fault: Fault, call: Call, answer: Answer) -> Response:
    return replace(answer(call), delay=fault.ms / 1000)


def _edited(
    edit: Callable[[Fault, Call, Answer, dict[str, Any]], None],
) -> Callable[[Fault, Call, Answer], Response]:
    """An action that changes the JSON of a successful answer and leaves an error as it is."""

    def act(fault: Fault, call: Call, answer: Answer) -> Response:
        response = answer(call)
        if response.status != 200:  # noqa: PLR2004  # HTTP's own number
            return response
        body = json.loads(response.body)
        edit(fault, call, answer, body)
        return replace(response, body=encoded(body))

    return act


def _without_rows(_fault: Fault, _call: Call, _answer: Answer, body: dict[str, Any]) -> None:
    body.clear()


def _with_no_row(_fault: Fault, call: Call, _answer: Answer, body: dict[str, Any]) -> None:
    body.clear()
    body[str(OPERATIONS[call.operation].rows)] = []


def _same_token(_fault: Fault, call: Call, _answer: Answer, body: dict[str, Any]) -> None:
    body[_next(call)] = call.token or _token(_listing(call), 1, len(_objects(call, body)))


def _cycle(_fault: Fault, call: Call, _answer: Answer, body: dict[str, Any]) -> None:
    """Two tokens that lead to each other: mark 1 to mark 2 and back, at the same row."""
    listing = _listing(call)
    if listing.mark:
        body[_next(call)] = _token(listing, 3 - listing.mark, 0)
    else:
        body[_next(call)] = _token(listing, 1, len(_objects(call, body)))


def _empty_page(_fault: Fault, call: Call, _answer: Answer, body: dict[str, Any]) -> None:
    """A page without rows whose token, mark 1, leads to the page that should have come."""
    listing = _listing(call)
    if not listing.mark:
        _objects(call, body).clear()
        body[_next(call)] = _token(listing, 1, 0)


def _next(call: Call) -> str:
    return OPERATIONS[call.operation].token


def _token(listing: Listing, mark: int, further: int) -> str:
    return tokens.written(listing.scope, listing.start + further, mark)


def _repeat(_fault: Fault, call: Call, answer: Answer, body: dict[str, Any]) -> None:
    _objects(call, body).insert(0, _last_before(call, answer))


def _moved(fault: Fault, call: Call, answer: Answer, body: dict[str, Any]) -> None:
    """What a client gets that read page 1 before the very last row moved there."""
    _repeat(fault, call, answer, body)
    if not body.get(_next(call)):
        _objects(call, body).pop()


def _contradict(_fault: Fault, call: Call, answer: Answer, body: dict[str, Any]) -> None:
    row = _last_before(call, answer)
    later = datetime.fromtimestamp(timestamps.seconds(row["updateTime"]) + 3600, UTC)
    row["updateTime"] = timestamps.written(later)
    row["status"] = "ACTIVE" if row["status"] == "INACTIVE" else "INACTIVE"
    _objects(call, body).insert(0, row)


def _last_before(call: Call, answer: Answer) -> dict[str, Any]:
    """The last row of the page before this one."""
    listing = _listing(call)
    alone = replace(call, listing=replace(listing, start=listing.start - 1, size=1))
    row: dict[str, Any] = _objects(call, json.loads(answer(alone).body))[0]
    return row


def _foreign_status(_fault: Fault, call: Call, _answer: Answer, body: dict[str, Any]) -> None:
    for row in _objects(call, body)[:1]:
        row["status"] = "QUARANTINED"


def _foreign_member(_fault: Fault, call: Call, _answer: Answer, body: dict[str, Any]) -> None:
    body["emulatedMember"] = True
    for row in _objects(call, body):
        row["emulatedMember"] = {"because": "AWS may add members at any time"}


def _wrong_types(fault: Fault, call: Call, _answer: Answer, body: dict[str, Any]) -> None:
    for row in _objects(call, body)[:1]:
        row.update(_WRONG if fault.set is None else fault.set)


_WRONG: Mapping[str, Any] = {"name": 7, "status": ["ACTIVE"], "updateTime": "yesterday"}


def _objects(call: Call, body: dict[str, Any]) -> list[Any]:
    """The rows of an answer; the one object of an answer that is no list."""
    member = OPERATIONS[call.operation].rows
    found = body if member is None else body[member]
    return found if isinstance(found, list) else [found]


def _listing(call: Call) -> Listing:
    """The list that an action with the reach ``list`` is asked about."""
    if call.listing is None:
        raise TypeError(f"{call.operation} is no list")
    return call.listing


ACTIONS: Mapping[str, Action] = {
    "throttle": Action(
        "429 ThrottlingException",
        _error("ThrottlingException", "Rate exceeded"),
        keys=frozenset({"retry_after"}),
    ),
    "error500": Action(
        "500 InternalServerException", _error("InternalServerException", "Internal failure")
    ),
    "error503": Action(
        "503 ServiceUnavailableException",
        _error("ServiceUnavailableException", "The service is unavailable"),
        keys=frozenset({"retry_after"}),
    ),
    "denied": Action(
        "403 AccessDeniedException",
        _error("AccessDeniedException", "User is not authorized to perform this action"),
    ),
    "expired": Action(
        "403 ExpiredTokenException",
        _error("ExpiredTokenException", "The security token included in the request is expired"),
    ),
    "not_found": Action(
        "404 ResourceNotFoundException",
        _error("ResourceNotFoundException", "Resource not found"),
    ),
    "invalid_token": Action(
        "400 ValidationException about the nextToken; from page 2 on unless told otherwise",
        _error("ValidationException", "The nextToken is not valid."),
        reach="list",
        page=2,
    ),
    "reset": Action("the connection is reset instead of an answer", _reset),
    "cut": Action("the connection ends in the middle of the body", _cut),
    "torn": Action("a whole 200 answer that holds half of a JSON document", _torn, reach="json"),
    "html": Action("a 200 answer that is a web page", _html),
    "slow": Action("the right answer, ``ms`` milliseconds late", _slow, keys=frozenset({"ms"})),
    "no_rows": Action(
        "JSON without the member that holds the rows", _edited(_without_rows), reach="json"
    ),
    "empty": Action("an empty list, and no next page", _edited(_with_no_row), reach="list"),
    "empty_page": Action(
        "a page without rows and with a next token, before each page",
        _edited(_empty_page),
        reach="list",
    ),
    "token_repeat": Action(
        "the next token is the one that was just used", _edited(_same_token), reach="list"
    ),
    "token_cycle": Action(
        "two next tokens that lead to each other, A, B, A, B", _edited(_cycle), reach="list"
    ),
    "duplicates": Action(
        "the last row of a page comes again on the next", _edited(_repeat), reach="list", page=2
    ),
    "moved": Action(
        "the same, and the last row of the list does not come: it moved to a page that was read",
        _edited(_moved),
        reach="list",
        page=2,
    ),
    "conflicting_duplicates": Action(
        "the same, an hour later by its updateTime and with another status",
        _edited(_contradict),
        reach="models",
        page=2,
    ),
    "unknown_status": Action(
        "the first row has the status QUARANTINED", _edited(_foreign_status), reach="json"
    ),
    "unknown_field": Action(
        "the answer and each row have a member emulatedMember",
        _edited(_foreign_member),
        reach="json",
    ),
    "wrong_types": Action(
        "members of the first row have values of wrong types; ``set`` says which",
        _edited(_wrong_types),
        reach="json",
        keys=frozenset({"set"}),
    ),
}
"""Every word that may stand after ``do``."""
