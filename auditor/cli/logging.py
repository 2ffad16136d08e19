"""Events to standard error by structlog: lines for people on a terminal, JSON otherwise."""

from __future__ import annotations

import logging
import sys

import structlog
from structlog.typing import Processor


def configure(run: str, log_format: str, *, quiet: bool = False, colour: bool = True) -> None:
    """Send every event from now on to standard error, each with the run's id.

    ``log_format`` is ``console`` or ``json``; ``quiet`` leaves warnings and errors only.
    """
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _renderer(log_format, colour=colour),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.WARNING if quiet else logging.INFO
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(run=run)


def _renderer(log_format: str, *, colour: bool) -> Processor:
    if log_format == "json":
        return structlog.processors.JSONRenderer(sort_keys=True)
    # NOTE: values are quoted because names and messages come from another company and may hold
    # escape sequences for the terminal.
    return structlog.dev.ConsoleRenderer(
        colors=colour and sys.stderr.isatty(), repr_native_str=True, sort_keys=False
    )
