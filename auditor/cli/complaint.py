"""What a person reads when a command could not do its work, and the exit code of that."""

from __future__ import annotations

import errno
import traceback
from pathlib import Path

from auditor.errors import AuditorError, InvalidInput
from auditor.report.hostile import visible
from auditor.report.problems import PROBLEM_FORMATS

NOT_PERFORMED = 2
"""The exit code of a command that could not do its work: no audit was performed."""

NOT_FINISHED = 3
"""The exit code of a run that began and did not come to its end."""

_INTERRUPTED = 130
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class Unfinished(Exception):  # what it says is the state of the run
    """A run began and failed; its cause is ``__cause__`` and its files are in ``folder``.

    ``next_step`` is how to go on with it, where that can be done.
    """

    def __init__(self, folder: Path, next_step: str = "") -> None:
        super().__init__(f"the run was not finished; what it wrote is in {folder}")
        self.folder = folder
        self.next_step = next_step


def complaint(error: BaseException, *, audits: bool, debug: bool = False) -> tuple[str, int]:
    """The text for standard error and the exit code of an error that ended a command."""
    lines = _lines(error, audits=audits)
    if debug:
        lines = [*traceback.format_exception(error), *lines]
    elif not isinstance(error, AuditorError | KeyboardInterrupt):
        lines = [*lines, "hint: --debug shows the traceback"]
    return "".join(f"{line.rstrip()}\n" for line in lines if line), _code(error)


def _code(error: BaseException) -> int:
    """130 for Ctrl-C, 3 where a run had begun, otherwise 2."""
    if isinstance(error, KeyboardInterrupt):
        return _INTERRUPTED
    return NOT_FINISHED if isinstance(error, Unfinished) else NOT_PERFORMED


def _lines(error: BaseException, *, audits: bool) -> list[str]:
    if isinstance(error, KeyboardInterrupt):
        return ["interrupted"]
    if isinstance(error, Unfinished):
        cause = error.__cause__ or error
        told = [f"error: {_said(cause)}", f"incomplete: {error}", *_hint(cause)]
        return [*told, f"hint: {error.next_step}"] if error.next_step else told
    if isinstance(error, InvalidInput):
        drawn = PROBLEM_FORMATS["text"](error.problems)
        return [drawn, f"error: {error}", *_nothing(error, audits=audits)]
    return [f"error: {_said(error)}", *_nothing(error, audits=audits), *_hint(error)]


def _said(error: BaseException) -> str:
    if isinstance(error, AuditorError):
        return visible(error.message)
    if isinstance(error, OSError) and error.errno in _NO_ROOM and error.filename is None:
        # Files say where they could not be written; what has no name is a stream.
        return f"what was printed could not be written: {error.strerror}"
    return visible(f"an unexpected {type(error).__name__}: {error}")


def _hint(error: BaseException) -> list[str]:
    hint = getattr(error, "hint", "")
    return [f"hint: {visible(hint)}"] if hint else []


def _nothing(error: BaseException, *, audits: bool) -> list[str]:
    """That no audit was performed; an error of ours that ends a run is `Unfinished`."""
    if not audits:
        return []
    if isinstance(error, AuditorError):
        return ["no audit was performed: nothing was called, nothing was written"]
    return ["no audit was performed"]
