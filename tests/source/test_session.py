"""Sessions of botocore: each its own, and with everything that botocore's own have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import botocore.session
import pytest
from botocore.handlers import BUILTIN_HANDLERS

from auditor.source.plan import Target
from auditor.source.session import session_of

TARGET = Target("ads", "eu-west-1", memberships=())
OURS = {"sent", "answered", "keep_answer"}


class Heard:
    """Counts what it is told."""

    def __init__(self) -> None:
        self.requests = 0

    def sent(self, **_event: Any) -> None:
        """One more."""
        self.requests += 1

    def answered(self, **_event: Any) -> None:
        """Of no interest."""


def told(session: botocore.session.Session, event: str) -> list[Callable[..., Any]]:
    """What a session has to tell of an event, in its order."""
    emitter = session.get_component("event_emitter")
    called: list[Callable[..., Any]] = list(emitter._emitter._handlers.prefix_search(event))
    return called


@pytest.mark.parametrize("event", sorted({str(row[0]) for row in BUILTIN_HANDLERS}))
def test_a_session_tells_whom_botocore_s_own_would_tell(event: str) -> None:
    """Nothing that botocore does for its callers is left out, and its order stays."""
    called = told(session_of(TARGET, Heard()), event)
    ours = [each for each in called if getattr(each, "__name__", "") not in OURS]
    assert ours == told(botocore.session.Session(), event)


def test_a_session_tells_nobody_of_another_s_requests() -> None:
    """Each has its own traffic."""
    one, other = Heard(), Heard()
    first, _second = session_of(TARGET, one), session_of(TARGET, other)
    emitter = first.get_component("event_emitter")
    emitter.emit("before-send.cleanroomsml.ListTrainedModels", request=None)
    assert (one.requests, other.requests) == (1, 0)
    session_of(TARGET, Heard())
    emitter.emit("before-send.cleanroomsml.ListTrainedModels", request=None)
    assert (one.requests, other.requests) == (2, 0)
