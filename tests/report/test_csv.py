"""Findings as CSV, read by the standard library's reader, as a spreadsheet would cut it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable

import pytest
from msgspec.structs import replace

from auditor.model import Finding, Outcome, Verdict
from auditor.report.csv import COLUMNS, comma_separated
from tests.report import samples
from tests.report.hostile import hostile_findings, hostile_report

_ACTING = tuple("=+-@|%\uff1d\uff0b\uff0d\uff20")


def _text(findings: Iterable[Finding]) -> str:
    return "".join(comma_separated(samples.report(Verdict.NON_COMPLIANT, ()), findings))


def _rows(findings: Iterable[Finding]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(_text(findings), newline=""), strict=True))


def _row(**members: object) -> dict[str, str]:
    (row,) = _rows([replace(samples.finding(), **members)])
    return row


def test_a_finding_is_a_row_with_its_members() -> None:
    """Every column holds what its name says."""
    waiver = {"reason": "moving", "owner": "ml", "ticket": "T-1", "expires": "2027-01-31"}
    row = _row(waiver=waiver, outcome=Outcome.WAIVED)
    about = samples.resource(version=samples.version_id(7))
    assert row == {
        "id": "0f" * 16,
        "rule": "CRML-001",
        "policy": "baseline",
        "severity": "low",
        "outcome": "waived",
        "state": "",
        "title": "Failed versions are cleaned up",
        "message": f"version {samples.version_id(7)} failed 41d 3h ago",
        "reason": "",
        "kind": "version",
        "arn": about.arn,
        "version": samples.version_id(7),
        "name": "churn-predictor",
        "account": "111122223333",
        "region": "us-east-1",
        "membership": samples.MEMBERSHIP,
        "collaboration": about.collaboration,
        "observed": '{"status":"CREATE_FAILED","updateTime":"2026-10-13T04:00:00.000Z"}',
        "remediation": "aws cleanroomsml delete-trained-model-output --version-identifier ...",
        "controls": "iso-27001-2022 A.8.10; nist-800-53-r5 SI-12",
        "waiver_reason": "moving",
        "waiver_owner": "ml",
        "waiver_ticket": "T-1",
        "waiver_expires": "2027-01-31",
        "evaluated_at": samples.NOW,
        "run_verdict": "non_compliant",
        "run_complete": "true",
    }
    assert tuple(row) == COLUMNS


def test_rows_end_as_the_standard_says() -> None:
    """CR LF after every row, the header too, and nowhere else a line's end."""
    text = _text(hostile_findings())
    assert text.endswith("\r\n")
    assert not re.search(r"(?<!\r)\n|\r(?!\n)", text)
    assert text.count("\r\n") == 1 + len(hostile_findings())


def test_a_run_without_findings_has_its_header() -> None:
    """The columns are there for a reader that asks for them."""
    assert _text([]) == '"' + '","'.join(COLUMNS) + '"\r\n'


def test_every_hostile_finding_is_one_row() -> None:
    """No text ends its cell or its row: each finding's id stands beside its own rule and ARN."""
    findings = hostile_findings()
    rows = list(
        csv.DictReader(
            io.StringIO("".join(comma_separated(hostile_report(), findings)), newline=""),
            strict=True,
        )
    )
    assert [(row["id"], row["rule"], row["arn"], row["evaluated_at"]) for row in rows] == [
        (one.id, one.rule, one.resource.arn, one.evaluated_at) for one in findings
    ]
    assert all(set(row) == set(COLUMNS) for row in rows)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_cell_is_a_formula(separator: str) -> None:
    """Neither where cells end at commas, nor where a spreadsheet cuts at semicolons or tabs."""
    text = "".join(comma_separated(hostile_report(), hostile_findings()))
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    cells = [cell.lstrip(' "') for row in rows for cell in row]
    assert len(cells) > len(hostile_findings())
    assert [cell for cell in cells if cell.startswith(_ACTING)] == []


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(1)", "'@SUM(1)"),
        ("  =1+1", "'  =1+1"),
        ("\uff1d1", "'\uff1d1"),
        ("a;=1+1", "a;'=1+1"),
        ("a; =1+1", "a; '=1+1"),
        ("\t=1", "\\t=1"),
        ("\r\n=1", "\\r\\n=1"),
        ("\x1b[2J", "\\x1b[2J"),
        ("\u202egnp", "\\u202egnp"),
        ('say "x", y', 'say "x", y'),
        ("1-1=0", "1-1=0"),
        ("\u5e83\u544a", "\u5e83\u544a"),
    ],
)
def test_what_would_act_is_only_shown(text: str, cell: str) -> None:
    """An apostrophe stands before a formula, an escape for what nobody sees."""
    assert _row(message=text)["message"] == cell


def test_every_character_of_a_cell_is_seen() -> None:
    """No control, no direction mark, no line's end; and nothing that UTF-8 cannot hold."""
    text = "".join(comma_separated(hostile_report(), hostile_findings()))
    assert all(line.isprintable() for line in text.split("\r\n"))
    text.encode()


def test_observed_values_are_json() -> None:
    """What a rule read can be taken apart again."""
    assert json.loads(_row(observed={"a": [1, None, "x"]})["observed"]) == {"a": [1, None, "x"]}


def test_a_long_text_is_cut_to_what_a_cell_holds() -> None:
    """A spreadsheet would cut it without a word."""
    row = _row(message="a" * 50_000, observed={"a": "b" * 50_000})
    assert len(row["message"]) == len(row["observed"]) == 32_000
    assert row["message"].endswith("\N{HORIZONTAL ELLIPSIS}")


def test_an_incomplete_run_is_said_in_every_row() -> None:
    """Whoever has only the table knows that there may be more."""
    run, _ = samples.failing_and_incomplete()
    rows = csv.DictReader(io.StringIO("".join(comma_separated(run, [samples.finding()]))))
    assert [(row["run_verdict"], row["run_complete"]) for row in rows] == [
        ("non_compliant", "false")
    ]
