"""The files of a past run, read back: the same values, or an error that names the place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.errors import DamagedRun
from auditor.model import Outcome, Report, Unavailable, Verdict, Why
from auditor.report.document import finding_json, report_text
from auditor.report.encoding import line
from auditor.report.jsonl import finding_line
from auditor.report.read import finding_of, findings_in, report_in, report_of
from tests.report import samples
from tests.report.hostile import hostile_findings, hostile_report

REPORTS: dict[str, Report] = {
    **{name: make()[0] for name, make in samples.STATES.items()},
    **{f"gate, {verdict.word}": samples.gate(verdict) for verdict in Verdict},
    "hostile, with a baseline": hostile_report(),
}

_CASES = json.loads(Path(__file__).with_name("damaged.json").read_text("utf-8"))


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_is_the_same_after_it_was_written_and_read(name: str) -> None:
    """Not a byte of report.json differs, whatever stands in it."""
    text = report_text(REPORTS[name])
    assert report_text(report_of(json.loads(text))) == text


def test_a_report_that_another_version_worded_otherwise_is_read() -> None:
    """How a control stands is computed anew; the sentence that says why is only for people."""
    text = report_text(hostile_report())
    said = json.loads(text)
    said["controls"][0]["title"] = "NIST, as it was called before"
    said["controls"][0]["controls"][0]["why"] = "it failed"
    assert report_text(report_of(said)) == text


@pytest.mark.parametrize("state", samples.STATES)
def test_a_report_is_equal_after_it_was_written_and_read(state: str) -> None:
    """The values are those of the run."""
    run = samples.STATES[state]()[0]
    assert report_of(json.loads(report_text(run))) == run


def test_findings_are_the_same_after_they_were_written_and_read() -> None:
    """Not a byte of findings.jsonl differs, whatever another company wrote."""
    lines = [finding_line(finding) for finding in hostile_findings()]
    assert [finding_line(finding_of(json.loads(line))) for line in lines] == lines


def test_a_finding_is_equal_but_for_its_rationale() -> None:
    """Only the rationale stands elsewhere: in the report, with its rule."""
    found = replace(
        samples.finding("CRML-016", Outcome.UNKNOWN, reason="torn"),
        observed={"details.kmsKeyArn": Unavailable(Why.UNREAD, "denied"), "list": [1, {"a": None}]},
    )
    assert finding_of(json.loads(finding_line(found))) == replace(found, rationale="")


def test_the_findings_of_a_run_come_in_their_order(tmp_path: Path) -> None:
    """A run's folder, and the file itself, give what was written."""
    lines = [finding_line(finding) for finding in hostile_findings()]
    file = tmp_path / "findings.jsonl"
    file.write_text("".join(lines), "ascii")
    assert [finding_line(finding) for finding in findings_in(tmp_path)] == lines
    assert [finding_line(finding) for finding in findings_in(file)] == lines


def test_a_run_without_findings_has_none(tmp_path: Path) -> None:
    """An empty file is no damage."""
    (tmp_path / "findings.jsonl").write_text("", "ascii")
    assert list(findings_in(tmp_path)) == []


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (b'{"schema":"auditor.finding/1"', "is cut"),
        (b"{}\n", "has no 'controls'"),
        (b"no JSON\n", "is no JSON"),
        (b'"\xff"\n', "is no JSON"),
        (b"[" * 100_000 + b"\n", "is no JSON"),
        (b"\n", "is no JSON"),
        (b"[]\n", "must be an object"),
    ],
)
def test_a_damaged_line_is_named(last: bytes, said: str, tmp_path: Path) -> None:
    """What was read before it is given, and then the error says which line it is."""
    file = tmp_path / "findings.jsonl"
    file.write_bytes(finding_line(samples.finding()).encode() + last)
    findings = findings_in(tmp_path)
    next(findings)
    with pytest.raises(DamagedRun) as raised:
        next(findings)
    assert str(raised.value).startswith(f"{file}:2: ")
    assert said in str(raised.value)
    assert raised.value.hint


@pytest.mark.parametrize("read", [lambda run: list(findings_in(run)), report_in])
def test_a_folder_that_is_no_run_is_an_error(
    read: Callable[[Path], object], tmp_path: Path
) -> None:
    """A file that is not there is damage too, and never an empty run."""
    with pytest.raises(DamagedRun, match="cannot be read: No such file"):
        read(tmp_path)


def test_a_report_is_read_from_its_folder(tmp_path: Path) -> None:
    """The file has one name in every run."""
    run = samples.incomplete()[0]
    (tmp_path / "report.json").write_text(report_text(run), "ascii")
    assert report_in(tmp_path) == run


def test_a_damaged_report_is_named_with_its_file(tmp_path: Path) -> None:
    """The message begins with the path of the file."""
    (tmp_path / "report.json").write_text("{}", "ascii")
    with pytest.raises(DamagedRun) as raised:
        report_in(tmp_path)
    assert str(raised.value) == f"{tmp_path / 'report.json'}: has no 'schema'"


def _valid(kind: str) -> Any:
    """A document to damage; the report has a baseline and waivers."""
    if kind == "finding":
        return json.loads(finding_line(samples.finding()))
    gate = samples.gate(Verdict.NON_COMPLIANT).gate if kind == "gate" else None
    return json.loads(report_text(replace(hostile_report(), gate=gate)))


@pytest.mark.parametrize("case", _CASES, ids=[f"{case['of']}: {case['why']}" for case in _CASES])
def test_damage_is_named(case: dict[str, Any]) -> None:
    """One change to a valid document, and the error says where it is and what is wrong."""
    document = _valid(case["of"])
    reader: Callable[[Any], object] = finding_of if case["of"] == "finding" else report_of
    reader(document)
    *outer, last = case["path"]
    inner = document
    for step in outer:
        inner = inner[step]
    if "value" in case:
        inner[last] = case["value"]
    else:
        del inner[last]
    with pytest.raises(DamagedRun) as raised:
        reader(document)
    assert str(raised.value) == case["said"]


@pytest.mark.parametrize("kind", ["finding", "report"])
def test_no_member_may_be_missing(kind: str) -> None:
    """Each member on its own is asked for; only a gate is not in every report."""
    reader: Callable[[Any], object] = finding_of if kind == "finding" else report_of
    for name in _valid(kind).keys() - {"gate"}:
        document = _valid(kind)
        del document[name]
        with pytest.raises(DamagedRun, match=name):
            reader(document)


def test_every_number_of_a_report_is_checked() -> None:
    """A count that was changed alone, anywhere, is found: it contradicts the others."""
    valid = _valid("report")["counts"]
    for severity, counts in valid["severities"].items():
        for outcome in counts:
            document = _valid("report")
            document["counts"]["severities"][severity][outcome] += 1
            with pytest.raises(DamagedRun, match=f"counts.severities.{severity}.{outcome}"):
                report_of(document)


def test_what_was_not_read_is_that_again() -> None:
    """A value that stood for something unread is no mapping after it was read."""
    found = replace(samples.finding(), observed={"a": [{"b": Unavailable(Why.ERROR, "x")}]})
    back = finding_of(json.loads(line(finding_json(found))))
    assert back.observed == found.observed


def test_a_mapping_that_only_looks_like_something_unread_stays_one() -> None:
    """Only the exact form stands for it."""
    observed = {"a": {"$unavailable": {"why": "because", "reason": "x"}}, "b": {"$unavailable": 1}}
    found = replace(samples.finding(), observed=observed)
    assert finding_of(json.loads(line(finding_json(found)))).observed == observed
