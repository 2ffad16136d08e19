"""Events to standard error by structlog: lines for people on a terminal, JSON otherwise."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from auditor import events

if TYPE_CHECKING:
    from structlog.typing import EventDict


def configure(
    run: str, log_format: str | None, *, quiet: bool, colour: bool, debug: bool = False
) -> None:
    """Send every event from now on to standard error, each with the run's id.

    ``log_format`` is ``console``, ``json``, or None for what suits standard error. On a console
    the summary says what went well, so only warnings and errors are shown there.
    """
    terminal = sys.stderr.isatty()
    chosen = log_format or ("console" if terminal else "json")
    least = events.WARNING if quiet or chosen == "console" else events.INFO
    prepare = partial(_prepare, run, chosen, colour=colour and terminal)
    events.hear(events.DEBUG if debug else least, prepare)


def _prepare(run: str, chosen: str, *, colour: bool) -> None:
    import structlog

    def with_run(_logger: object, _level: str, event: EventDict) -> EventDict:
        # NOTE: no context variable, because the first event may come from any thread.
        return {**event, "run": run}

    # NOTE: values are quoted because names and messages come from another company and may hold
    # escape sequences for the terminal.
    console = structlog.dev.ConsoleRenderer(colors=colour, repr_native_str=True, sort_keys=False)
    json = structlog.processors.JSONRenderer(sort_keys=True)
    structlog.configure(
        processors=[
            with_run,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            console if chosen == "console" else json,
        ],
        # NOTE: standard error is looked up for each logger, because the progress line takes its
        # place while it is drawn.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
