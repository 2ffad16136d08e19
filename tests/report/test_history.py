"""The course over many runs."""

from __future__ import annotations

import json
from pathlib import Path

from msgspec.structs import replace

from auditor.model import Report, Severity, Verdict
from auditor.report.document import report_text
from auditor.report.history import course, course_text, course_to, point
from tests.report import samples
from tests.report.screens import rendered


def written(folder: Path, number: int, report: Report) -> Report:
    """A run's report where a run writes it."""
    name = f"2026112{number}T070000Z-a1b2c3"
    (folder / name).mkdir()
    report = replace(report, run=name)
    (folder / name / "report.json").write_text(report_text(report), "utf-8")
    return report


def test_runs_come_in_their_order_with_what_they_said(tmp_path: Path) -> None:
    """The folder may hold other things, which are no runs."""
    written(tmp_path, 3, samples.compliant()[0])
    written(tmp_path, 2, samples.non_compliant()[0])
    (tmp_path / "sample").mkdir()
    (tmp_path / "latest").symlink_to("20261123T070000Z-a1b2c3")
    first, second = course(tmp_path).points
    assert (first.verdict, second.verdict) == (Verdict.NON_COMPLIANT, Verdict.COMPLIANT)
    assert first.failures[Severity.CRITICAL] == 1
    assert sum(first.failures.values()) == 22
    assert first.models == samples.non_compliant()[0].coverage.models


def test_a_run_that_cannot_be_read_is_said_to_be_so(tmp_path: Path) -> None:
    """It is not left out silently, and the others are shown."""
    written(tmp_path, 2, samples.compliant()[0])
    damaged = written(tmp_path, 3, samples.compliant()[0])
    (tmp_path / damaged.run / "report.json").write_text("{", "utf-8")
    found = course(tmp_path)
    assert len(found.points) == 1
    assert [each.run for each in found.unreadable] == [damaged.run]
    assert f"{damaged.run} cannot be read" in " ".join(rendered(found, 80).split())


def test_gates_are_no_part_of_the_course(tmp_path: Path) -> None:
    """They looked at one version; they are counted."""
    written(tmp_path, 2, samples.compliant()[0])
    written(tmp_path, 3, samples.gate(Verdict.COMPLIANT))
    found = course(tmp_path)
    assert (len(found.points), found.gates) == (1, 1)
    assert "1 gate left out." in rendered(found, 80)


def test_a_line_for_each_run_at_80_columns(tmp_path: Path) -> None:
    """What was not complete is marked: fewer failures are no improvement then."""
    written(tmp_path, 1, samples.non_compliant()[0])
    written(tmp_path, 2, samples.failing_and_incomplete()[0])
    written(tmp_path, 3, samples.incomplete()[0])
    head, *rows = rendered(course(tmp_path), 80).splitlines()
    names = ["Run", "Verdict", "crit", "high", "med", "low", "info", "unkn", "models", "vers"]
    assert head.split() == names
    assert [row.split()[1] for row in rows[:3]] == [
        "non-compliant",
        "non-compliant+",
        "incomplete",
    ]
    assert rows[0].split()[2:] == ["1", "0", "1", "20", "0", "0", "4", "1040"]
    assert all(len(row) <= 80 for row in rows)
    assert "there may be more failures" in " ".join(rows)


def test_an_empty_folder_has_no_runs(tmp_path: Path) -> None:
    """And says so."""
    assert rendered(course(tmp_path), 80).strip() == "There are no runs."


def test_the_course_as_json(tmp_path: Path) -> None:
    """For whoever draws it."""
    written(tmp_path, 2, samples.non_compliant()[0])
    said = json.loads(course_text(course(tmp_path)))
    assert said["schema"] == "auditor.history/1"
    (run,) = said["runs"]
    assert run["verdict"] == "non_compliant"
    assert run["complete"] is True
    assert run["failures"] == {"critical": 1, "high": 0, "info": 0, "low": 20, "medium": 1}
    assert (said["unreadable"], said["gates"]) == ([], 0)


def test_the_course_to_a_run_ends_with_it(tmp_path: Path) -> None:
    """What began later is no part of it, so that it is the same whenever it is asked for."""
    first, second, _ = (written(tmp_path, n, samples.non_compliant()[0]) for n in (1, 2, 3))
    assert course_to(second, tmp_path) == (point(first), point(second))


def test_the_first_run_and_a_gate_have_no_course(tmp_path: Path) -> None:
    """One run is no course, and a gate looked at one version."""
    first = written(tmp_path, 1, samples.compliant()[0])
    gate = written(tmp_path, 2, samples.gate(Verdict.COMPLIANT))
    assert course_to(first, tmp_path) == ()
    assert course_to(gate, tmp_path) == ()


def test_the_course_is_not_written_with_a_run() -> None:
    """What other runs said is no part of this one's evidence."""
    report = samples.compliant()[0]
    assert report_text(replace(report, history=(point(report),))) == report_text(report)


def test_a_folder_that_cannot_be_listed_has_no_course(tmp_path: Path) -> None:
    """A format is written without it."""
    assert course_to(samples.compliant()[0], tmp_path / "nowhere") == ()
