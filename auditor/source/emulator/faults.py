"""Which requests the faults of an endpoint strike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fnmatch import fnmatchcase

from auditor.source.emulator import calls
from auditor.source.emulator.actions import ACTIONS
from auditor.source.emulator.calls import Call
from auditor.source.emulator.fault import Answer, Fault, reaches
from auditor.source.emulator.message import Response


class Faults:
    """The faults of one endpoint, in order; counts what they strike."""

    def __init__(self, faults: Sequence[Fault] = ()) -> None:
        self._faults = tuple(faults)
        self._seen: Counter[tuple[object, ...]] = Counter()

    def strike(self, call: Call) -> Fault | None:
        """The first fault that strikes this request; None for most."""
        for index, fault in enumerate(self._faults):
            if concerns(fault, call) and self._is_due(index, fault, call):
                return fault
        return None

    def _is_due(self, index: int, fault: Fault, call: Call) -> bool:
        key = (index, call.operation, call.caller.account, call.membership, call.arn)
        self._seen[key] += 1
        turn, rest = divmod(self._seen[key], fault.every)
        return rest == 0 and (fault.times is None or turn <= fault.times)


def concerns(fault: Fault, call: Call) -> bool:
    """Whether the fault describes the request, counting aside."""
    action = ACTIONS[fault.do]
    page = call.listing.page if call.listing else 1
    first = max(action.page, fault.page or 1)
    return (
        fault.operation in {None, call.operation}
        and reaches(action.reach, call.operation)
        and (fault.page is None or call.listing is not None)
        and page >= first
        and _fits(fault.account, calls.role_account(call))
        and _fits(fault.membership, call.membership)
        and _fits(fault.model, call.arn)
    )


def apply(fault: Fault, call: Call, answer: Answer) -> Response:
    """The answer as the fault spoils it."""
    return ACTIONS[fault.do].act(fault, call, answer)


def _fits(glob: str | None, text: str) -> bool:
    return glob is None or (text != "" and fnmatchcase(text, glob))
