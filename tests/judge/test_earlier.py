"""An earlier run on disk: read in little memory, and refused where it is damaged."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path

import pytest
from msgspec.structs import replace

from auditor.errors import DamagedRun
from auditor.judge.baseline import Baseline
from auditor.judge.earlier import Remaining, earlier, lines
from auditor.model import Finding, Outcome
from auditor.report.jsonl import finding_line
from tests.report import samples

LITTLE = 200
"""Bytes of memory that one earlier finding may take, so that a million of them take 200 MB."""


def findings(count: int) -> list[Finding]:
    """Findings that differ in their ids, several to a model."""
    every = (samples.finding(about=samples.resource(number // 10)) for number in range(count))
    return [replace(each, id=f"{number * 7919:032x}") for number, each in enumerate(every)]


def written(path: Path, *found: Finding) -> Path:
    """A file of findings."""
    path.write_text("".join(map(finding_line, found)), "utf-8")
    return path


def test_a_line_is_kept_as_its_id_its_place_and_its_outcome(tmp_path: Path) -> None:
    """With the place, the finding itself can be read again."""
    one, two = findings(2)
    path = written(tmp_path / "f.jsonl", one, replace(two, outcome=Outcome.WAIVED))
    found = list(lines(path))
    assert [(each.key, each.outcome) for each in found] == [
        (int(one.id, 16), Outcome.FAIL),
        (int(two.id, 16), Outcome.WAIVED),
    ]
    assert path.read_bytes()[found[1].place :].startswith(b'{"controls"')


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", "short"),
        ("id", "g" * 32),
        ("id", 7),
        ("outcome", "pass"),
        ("outcome", None),
        ("resource", None),
        ("resource", {"arn": 7}),
    ],
)
def test_a_line_that_is_no_finding_is_named(tmp_path: Path, name: str, value: object) -> None:
    """A baseline that is damaged is not used in part."""
    good = finding_line(findings(1)[0])
    path = tmp_path / "f.jsonl"
    path.write_text(good + json.dumps({**json.loads(good), name: value}) + "\n", "utf-8")
    with pytest.raises(DamagedRun, match=r"f\.jsonl:2: is no finding"):
        list(lines(path))


@pytest.mark.parametrize("text", ["{", "[]\n", "\n", "null\n", "{}\n", "[" * 100_000 + "\n"])
def test_what_is_no_finding_at_all_is_refused(tmp_path: Path, text: str) -> None:
    """Whatever it is."""
    path = tmp_path / "f.jsonl"
    path.write_text(text, "utf-8")
    with pytest.raises(DamagedRun):
        list(lines(path))


def test_a_last_line_that_breaks_off_is_refused(tmp_path: Path) -> None:
    """Something is missing behind it."""
    path = written(tmp_path / "f.jsonl", *findings(2))
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(DamagedRun, match=":2:"):
        list(lines(path))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """With what to do next."""
    with pytest.raises(DamagedRun, match="cannot be read"):
        Baseline(earlier(tmp_path / "nothing.jsonl"))


def test_what_remains_is_read_from_its_places(tmp_path: Path) -> None:
    """In the order of the file, with what was carried already behind it."""
    one, two, three = findings(3)
    path = written(tmp_path / "f.jsonl", one, two)
    places = [each.place for each in lines(path)]
    past = Remaining(path, reversed(places), [three], lambda each: each.id == two.id)
    assert [(each.finding.id, each.carried) for each in past] == [
        (one.id, False),
        (two.id, True),
        (three.id, False),
    ]
    assert (len(past), past.carried) == (3, 1)
    assert past[0].finding == replace(one, rationale="")
    assert [each.finding.id for each in past[1:]] == [two.id, three.id]


def test_a_million_earlier_findings_need_less_than_two_hundred_megabytes(tmp_path: Path) -> None:
    """Counted for a part of them; what a finding says stays on disk."""
    count = 20_000
    path = written(tmp_path / "f.jsonl", *findings(count))
    before = earlier(path)
    tracemalloc.start()
    try:
        baseline = Baseline(before)
        used, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert used / count < LITTLE
    assert baseline.stated(findings(1)[0])[1] is Outcome.FAIL
