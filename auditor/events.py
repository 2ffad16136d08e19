"""Events of a run, told by structlog, which is imported with the first event that anybody hears.

NOTE: importing it takes as long as reading and judging thirty pages, and a quiet run that goes well
has nothing to tell.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

DEBUG, INFO, WARNING, NONE = 10, 20, 30, 100
"""How much an event matters, as in `logging`; of `NONE` there are no events."""


class _Heard:
    """Who hears what, which is one thing for a whole process, as it is in structlog."""

    least: int = DEBUG
    prepare: Callable[[], None] | None = None
    lock = Lock()


def hear(least: int, prepare: Callable[[], None] | None = None) -> None:
    """Lets only events be told that matter so much; ``prepare`` is done before the first one."""
    _Heard.least, _Heard.prepare = least, prepare


def tell(level: int, event: str, **values: object) -> None:
    """Tells of an event, if anybody hears it."""
    if level < _Heard.least:
        return
    import structlog  # noqa: PLC0415  # see above

    # NOTE: whoever comes second waits: before it is prepared, structlog writes to standard output.
    with _Heard.lock:
        if _Heard.prepare is not None:
            _Heard.prepare()
            _Heard.prepare = None
    structlog.get_logger().log(level, event, **values)
