"""The formats of findings."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from auditor.model import Finding, Report, Verdict
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


STREAMED = ("jsonl", "csv", "gitlab", "sarif", "junit")
"""Formats that do not keep findings: memory stays flat, but for one model's in ``junit``."""


@pytest.mark.parametrize("name", STREAMED)
def test_a_format_streams(name: str) -> None:
    """What a finding says is there before the next model's finding but one was asked for."""
    asked = []

    def findings() -> Iterator[Finding]:
        for number in range(100):
            asked.append(number)
            yield samples.finding(
                message=f"no. {number}", about=samples.resource(number, samples.version_id(1))
            )

    run = samples.report(Verdict.NON_COMPLIANT, (samples.count("CRML-001", fail=100),))
    lines = FORMATS[name].lines(run, findings())
    assert any("no. 0" in line for line in lines)
    assert len(asked) <= 2


def _cost(name: str, run: Report, findings: list[Finding]) -> float:
    begun = time.process_time()
    for _ in FORMATS[name].lines(run, findings):
        pass
    return time.process_time() - begun


@pytest.mark.parametrize("name", STREAMED[1:])
def test_a_streaming_format_costs_little_more_than_jsonl(name: str) -> None:
    """At most one and a half times as much; noise only ever makes it more, so some are tried."""
    findings = [
        replace(
            samples.finding(
                message=f"version {samples.version_id(number)} failed {number % 400}d 3h ago",
                about=samples.resource(number // 100, samples.version_id(number)),
            ),
            id=f"{number:032x}",
        )
        for number in range(4000)
    ]
    run = samples.report(Verdict.NON_COMPLIANT, (samples.count("CRML-001", fail=4000),))

    def ratio() -> float:
        least = min(_cost("jsonl", run, findings) for _ in range(3))
        return min(_cost(name, run, findings) for _ in range(3)) / least

    assert any(ratio() <= 1.5 for _ in range(8))


def test_the_same_finding_gives_the_same_bytes() -> None:
    """Equal findings give equal lines, however their mappings were built."""
    other = samples.finding()
    assert finding_line(samples.finding()) == finding_line(other)
    assert samples.RUN not in finding_line(other)
