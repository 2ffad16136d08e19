"""The course over many runs: one line for each, read from what the runs left behind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct
from rich.console import Console, ConsoleOptions, RenderResult

from auditor.errors import DamagedRun
from auditor.model import Point, Report, Severity, Verdict
from auditor.report.encoding import document
from auditor.report.read import report_in
from auditor.report.screen import VERDICT_STYLES, Screen
from auditor.report.words import counted

HISTORY = "auditor.history/1"

_RUN = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{6}")
_SHORT = {Severity.CRITICAL: "crit", Severity.MEDIUM: "med"}
_HEAD = "Run                     Verdict      "


class Unreadable(Struct, frozen=True):
    """A run whose report cannot be read, and why."""

    run: str
    why: str


class Course(Struct, frozen=True):
    """The runs of a folder, the oldest first; ``gates`` are left out, and only counted."""

    points: tuple[Point, ...]
    unreadable: tuple[Unreadable, ...]
    gates: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """A line for each run, and what is not among them."""
        screen = Screen(console, options)
        _put(screen, self)
        yield from screen


def course(output: Path) -> Course:
    """What became of the runs in a folder; a run that cannot be read is said to be so."""
    points: list[Point] = []
    unreadable: list[Unreadable] = []
    gates = 0
    for folder in sorted(each for each in output.iterdir() if _RUN.fullmatch(each.name)):
        try:
            report = report_in(folder)
        except DamagedRun as error:
            unreadable.append(Unreadable(folder.name, error.message))
            continue
        if report.gate is None:
            points.append(point(report))
        else:
            gates += 1
    # Two runs that began in one second have ids in no order.
    points.sort(key=lambda point: (point.started_at, point.run))
    return Course(tuple(points), tuple(unreadable), gates)


def course_to(report: Report, output: Path) -> tuple[Point, ...]:
    """The runs of a folder that began before this one, and this one; empty where it is the first.

    The same whenever it is asked of the same runs. A gate looked at one version and has no course,
    and a folder that cannot be listed has none that is known.
    """
    if report.gate is not None:
        return ()
    try:
        points = course(output).points
    except OSError:
        # A chart is no reason for a run to fail; the page then has none.
        return ()
    last = point(report)
    began = (last.started_at, last.run)
    earlier = [each for each in points if (each.started_at, each.run) < began]
    return (*earlier, last) if earlier else ()


def point(report: Report) -> Point:
    """What a course keeps of a run."""
    return Point(
        run=report.run,
        now=report.now,
        started_at=report.started_at,
        verdict=report.verdict,
        complete=report.complete,
        failures={
            severity: sum(rule.fail for rule in report.rules if rule.severity is severity)
            for severity in Severity
        },
        waived=sum(rule.waived for rule in report.rules),
        unknown=sum(rule.unknown for rule in report.rules),
        models=report.coverage.models,
        versions=report.coverage.versions,
    )


def course_text(course: Course) -> str:
    """A course as JSON."""
    return document(
        {
            "schema": HISTORY,
            "runs": [_published(point) for point in course.points],
            "unreadable": [{"run": each.run, "why": each.why} for each in course.unreadable],
            "gates": course.gates,
        }
    )


def _published(point: Point) -> dict[str, Any]:
    return {
        "run": point.run,
        "now": point.now,
        "started_at": point.started_at,
        "verdict": point.verdict.word,
        "complete": point.complete,
        "failures": point.failures,
        "waived": point.waived,
        "unknown": point.unknown,
        "models": point.models,
        "versions": point.versions,
    }


def _put(screen: Screen, course: Course) -> None:
    if course.points:
        names = [*(_SHORT.get(each, each.value) for each in reversed(Severity)), "unkn"]
        screen.put(0, (_HEAD + _columns(names, "models", "vers"), "bold"))
    for each in course.points:
        mark = "" if each.complete or each.verdict is Verdict.INCOMPLETE else "+"
        word = f"{each.verdict.word.replace('_', '-')}{mark}"
        numbers = [*(each.failures[severity] for severity in reversed(Severity)), each.unknown]
        rest = _columns(numbers, each.models, each.versions)
        screen.put(0, f"{each.run} ", (f"{word:<14}", VERDICT_STYLES[each.verdict]), rest[1:])
    for note in _notes(course):
        screen.put(0, note)


def _columns(numbers: Sequence[object], models: object, versions: object) -> str:
    return "".join(f"{each:>5}" for each in numbers) + f"{models:>7}{versions:>6}"


def _notes(course: Course) -> list[str]:
    """What a reader of the lines must know."""
    partly = any(not each.complete for each in course.points)
    return [
        *([f"{counted(len(course.points), 'run')}."] if course.points else ["There are no runs."]),
        *(
            ["Incomplete, or with a +: not everything was seen, so there may be more failures."]
            if partly
            else []
        ),
        *([f"{counted(course.gates, 'gate')} left out."] if course.gates else []),
        *(f"{each.run} cannot be read: {each.why}" for each in course.unreadable),
    ]
