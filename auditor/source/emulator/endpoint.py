"""One emulated service: requests in, responses out, without a socket."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

from auditor.kinds import OPERATIONS
from auditor.source.emulator import calls, routes
from auditor.source.emulator.answers import Refusal, refused
from auditor.source.emulator.calls import Call, Listing
from auditor.source.emulator.estate import Estate
from auditor.source.emulator.fault import Fault
from auditor.source.emulator.faults import Faults, apply
from auditor.source.emulator.message import Request, Response

_PAGES = 4096
"""Pages kept ready; at 100 rows one of them is some 80 kB."""


class Exchange(Struct, frozen=True):
    """A request with its answer; ``fault`` is the word of the fault that struck it."""

    operation: str
    request: Request
    response: Response
    fault: str | None = None


class Endpoint:
    """Answers for one estate, misbehaving as its faults say.

    Holds two things that change: the pages that it keeps ready and the counts of its faults.
    """

    def __init__(self, estate: Estate, faults: Sequence[Fault] = ()) -> None:
        self._estate = estate
        self._faults = Faults(faults)
        self._page = lru_cache(maxsize=_PAGES)(self._made_page)

    def exchange(self, request: Request) -> Exchange:
        """One request and its answer; an error of the service is an answer too."""
        operation, _ = calls.operation_of(request)
        fault: Fault | None = None
        try:
            call = calls.understood(request, self._estate.account)
            fault = self._faults.strike(call)
            response = apply(fault, call, self._answer) if fault else self._answer(call)
        except Refusal as refusal:
            response = refused(_client(operation, request), refusal, request.id)
        return Exchange(operation, request, response, fault.do if fault else None)

    def _answer(self, call: Call) -> Response:
        if call.listing is not None:
            return self._page(call.listing)
        return routes.respond(self._estate, call)

    def _made_page(self, listing: Listing) -> Response:
        return routes.page(self._estate, listing)


def _client(operation: str, request: Request) -> str:
    """Whose protocol an error speaks; one of none by its path."""
    if operation in OPERATIONS:
        return OPERATIONS[operation].client
    return "sts" if request.target == "/" else "cleanroomsml"
