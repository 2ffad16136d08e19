"""The formats of findings."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from auditor.model import Finding, Verdict
from auditor.report.formats import FORMATS
from auditor.report.jsonl import finding_line
from tests.report import samples


def test_each_format_has_its_own_name_and_file() -> None:
    """Two formats of one run never write the same file, and none writes a file of the run."""
    files = [row.file for row in FORMATS.values()]
    assert len(set(files)) == len(files)
    assert all(row.name == name for name, row in FORMATS.items())
    assert not {"report.json", "inventory.jsonl", "manifest.json"} & set(files)


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_can_write_nothing(name: str) -> None:
    """A run without findings has every format too."""
    lines = FORMATS[name].lines(samples.report(Verdict.COMPLIANT, ()), [])
    assert all(isinstance(line, str) for line in lines)


def test_jsonl_keeps_the_order_and_has_one_finding_a_line() -> None:
    """The lines are the findings in the order in which they come."""
    findings = [samples.finding(message=text) for text in samples.HOSTILE]
    lines = list(FORMATS["jsonl"].lines(samples.report(Verdict.NON_COMPLIANT, ()), findings))
    assert [json.loads(line)["message"] for line in lines] == list(samples.HOSTILE)
    assert all(line.isascii() and line[:-1].isprintable() for line in lines)


def test_jsonl_streams() -> None:
    """A line is there as soon as its finding is, before the next one was asked for."""
    asked = []

    def findings() -> Iterator[Finding]:
        for number in range(3):
            asked.append(number)
            yield samples.finding()

    lines = FORMATS["jsonl"].lines(samples.report(Verdict.NON_COMPLIANT, ()), findings())
    next(lines)
    assert asked == [0]


def test_the_same_finding_gives_the_same_bytes() -> None:
    """Equal findings give equal lines, however their mappings were built."""
    other = samples.finding()
    assert finding_line(samples.finding()) == finding_line(other)
    assert samples.RUN not in finding_line(other)
