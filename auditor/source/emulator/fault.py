"""What a fault is: a rule that says which requests are answered wrongly, and how."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from auditor.kinds import OPERATIONS
from auditor.source.emulator.calls import Call
from auditor.source.emulator.message import Response


class Fault(Struct, frozen=True):
    """One rule: what to do (a key of `ACTIONS`) to which requests.

    ``operation`` is a name, the others of the first four are globs, and None means all of them.
    Of the requests that these and ``page`` (that page and all later ones) describe, counted for
    each list by itself, ``every`` strikes each n-th and ``times`` no more than the first n struck.
    """

    do: str
    operation: str | None = None
    account: str | None = None
    membership: str | None = None
    model: str | None = None
    page: int | None = None
    every: int = 1
    times: int | None = None
    retry_after: int | None = None
    ms: int = 0
    set: Mapping[str, Any] | None = None


Answer = Callable[[Call], Response]


class Action(Struct, frozen=True):
    """What one word after ``do`` means.

    ``act`` makes the response; the third argument gives what would have been answered without
    the fault. ``reach`` says which requests it makes sense for: ``any``, those answered in
    ``json``, a ``list``, or a list of ``models`` (or versions). ``page`` is where it begins unless
    told otherwise. ``keys`` are the options of its own.
    """

    summary: str
    act: Callable[[Fault, Call, Answer], Response]
    reach: str = "any"
    page: int = 1
    keys: frozenset[str] = frozenset()


def reaches(reach: str, operation: str) -> bool:
    """Whether an action with this ``reach`` makes sense for an operation."""
    match reach:
        case "json":
            return OPERATIONS[operation].client != "sts"
        case "list":
            return operation.startswith("List")
        case "models":
            return OPERATIONS[operation].rows == "trainedModels"
    return True
