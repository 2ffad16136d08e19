"""Every error of the project: what happened, where, and what to do next.

    AuditorError                 no audit was performed (exit 2)
    ├── UsageError               the command line cannot be carried out
    ├── InvalidInput             files with problems; carries all of them, each with its place
    ├── SourceError              resources could not be asked for at all
    └── DamagedRun               the files of a run are not what they should be
    Interrupted                  SIGINT or SIGTERM: what was gathered is kept

What could not be *read* from AWS is not an error but a value: `auditor.model.Unread`.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct


class Problem(Struct, frozen=True, order=True):
    """One mistake in one file, at one place.

    ``line`` and ``column`` count from 1; 0 means that the whole file is meant. ``length`` is the
    number of characters under the caret. ``source`` is the text of that line.
    """

    path: str
    line: int
    column: int
    code: str
    message: str
    hint: str = ""
    length: int = 1
    source: str = ""

    def __str__(self) -> str:
        """The problem as one line: place, code, message, hint."""
        place = f"{self.path}:{self.line}:{self.column}" if self.line else self.path
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}: {self.code}: {self.message}{hint}"


class AuditorError(Exception):
    """No audit was performed; ``hint`` says what to do next."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(AuditorError):
    """The command line asks for something that cannot be done."""


class InvalidInput(AuditorError):
    """Files have problems; all of them are in ``problems``, in the order of files and lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        files = len({problem.path for problem in self.problems})
        count = len(self.problems)
        super().__init__(
            f"{count} problem{'s' * (count != 1)} in {files} file{'s' * (files != 1)}",
            "nothing was called and nothing was written; mend the places above and run again",
        )


class SourceError(AuditorError):
    """The source of resources cannot be used at all."""


class DamagedRun(AuditorError):
    """A recorded run or inventory cannot be read."""


class Interrupted(Exception):  # not an error: the user asked for it
    """The run was stopped by a signal; ``exit_code`` is 128 plus its number."""

    def __init__(self, signal_number: int) -> None:
        super().__init__(f"stopped by signal {signal_number}")
        self.exit_code = 128 + signal_number
