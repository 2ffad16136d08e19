"""An earlier run to compare with, read so that a million findings need little memory."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, overload

from msgspec import Struct

from auditor.errors import AuditorError, DamagedRun
from auditor.model import Finding, Outcome, Past, Report
from auditor.report.read import FINDINGS_FILE, finding_of, report_in

_ID = re.compile("[0-9a-f]{32}")
_OUTCOMES = {each.value: each for each in (Outcome.FAIL, Outcome.WAIVED, Outcome.UNKNOWN)}


class Earlier(Struct, frozen=True):
    """A run to compare with; of a file of findings nothing else is known."""

    run: str
    path: Path
    findings: Path
    report: Report | None = None


class Line(Struct, frozen=True):
    """What is kept of a finding: its id as a number, and where its line begins in the file."""

    key: int
    place: int
    outcome: Outcome
    arn: str


def earlier(path: Path) -> Earlier:
    """The run in a directory, or the findings of a file; DamagedRun where it cannot be read."""
    if not path.is_dir():
        return Earlier(path.name, path, path)
    report = report_in(path)
    return Earlier(report.run, path, path / FINDINGS_FILE, report)


def lines(path: Path) -> Iterator[Line]:
    """What is kept of every finding of a file; DamagedRun at the first line that is none."""
    place = 0
    try:
        with path.open("rb") as file:
            for number, text in enumerate(file, start=1):
                yield _line(text, place, f"{path}:{number}:")
                place += len(text)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DamagedRun(
            f"{path} cannot be read: {reason}", "name the folder of a run, or its findings.jsonl"
        ) from error


def _line(text: bytes, place: int, where: str) -> Line:
    try:
        said = json.loads(text)
        name, outcome, arn = said["id"], _OUTCOMES[said["outcome"]], said["resource"]["arn"]
        if not (_ID.fullmatch(name) and isinstance(arn, str) and text.endswith(b"\n")):
            raise ValueError  # noqa: TRY301  # one way out for everything that is no finding
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise DamagedRun(f"{where} is no finding", "name another run, or none") from error
    return Line(int(name, 16), place, outcome, arn)


class Remaining(Sequence[Past]):
    """The findings of an earlier run that did not come again, read anew each time.

    ``places`` are where their lines begin, ``more`` are those that were carried already, and
    ``nobody_knows`` says which ones were not looked for. Raises AuditorError where the file is not
    what it was.
    """

    def __init__(
        self,
        path: Path,
        places: Iterable[int],
        more: Iterable[Finding],
        nobody_knows: Callable[[Finding], bool],
    ) -> None:
        self._path = path
        self._places = sorted(places)
        self._more = tuple(more)
        self._carried = bytes(map(nobody_knows, self._findings()))

    @property
    def carried(self) -> int:
        """How many of them were not looked for."""
        return sum(self._carried)

    def __len__(self) -> int:
        return len(self._carried)

    def __iter__(self) -> Iterator[Past]:
        for finding, carried in zip(self._findings(), self._carried, strict=True):
            yield Past(finding, bool(carried))

    @overload
    def __getitem__(self, index: int) -> Past: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Past]: ...
    def __getitem__(self, index: int | slice) -> Past | Sequence[Past]:
        """NOTE: reads all of them; who wants many goes over them once instead."""
        return tuple(self)[index]

    def _findings(self) -> Iterator[Finding]:
        if self._places:
            yield from self._read()
        yield from self._more

    def _read(self) -> Iterator[Finding]:
        try:
            with self._path.open("rb") as file:
                for place in self._places:
                    file.seek(place)
                    yield finding_of(_json(file.readline()), str(self._path))
        except (OSError, ValueError, DamagedRun) as error:
            raise AuditorError(
                f"the baseline {self._path} changed while this run went on",
                "judge the inventory of this run again, with another baseline or with none",
            ) from error


def _json(text: bytes) -> Any:
    return json.loads(text)
