"""Problems, for people, CI and code scanning."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from msgspec.structs import replace

from auditor.errors import Problem
from auditor.report.problems import PROBLEM_FORMATS

PROBLEM = Problem(
    "policies/own.yaml",
    12,
    11,
    "unknown-field",
    "version has no member statuss",
    "did you mean `status`?",
    7,
    "    when: statuss == 'ACTIVE'",
)
HOSTILE = Problem("p,a:th.yaml", 1, 1, "yaml-syntax", "50% of\n::error::this", "", 3, "\x1b[31m")
WHOLE = Problem("missing.yaml", 0, 0, "missing-file", "there is no such file")


def test_text_shows_the_place_the_line_the_caret_and_what_to_write() -> None:
    """A person sees at once what is meant and what to do."""
    assert PROBLEM_FORMATS["text"]([PROBLEM]) == (
        "policies/own.yaml:12:11: unknown-field: version has no member statuss\n"
        "   |\n"
        "12 |     when: statuss == 'ACTIVE'\n"
        "   |           ^^^^^^^\n"
        "   = did you mean `status`?\n"
        "   = docs/problems.md#unknown-field\n\n"
    )


def test_text_shows_of_a_long_line_what_stands_around_the_place() -> None:
    """The carets stand under what is meant, and no line is much wider than a terminal."""
    line = f"{'a' * 300}WRONG{'b' * 300}"
    far = replace(PROBLEM, column=301, length=5, source=line)
    _, _, shown, carets, *_ = PROBLEM_FORMATS["text"]([far]).splitlines()
    assert shown[carets.index("^") :].startswith("WRONGb")
    assert carets.count("^") == 5
    assert len(shown) < 180
    assert shown.endswith("b\N{HORIZONTAL ELLIPSIS}")


def test_carets_stand_under_wide_and_combining_characters() -> None:
    """A character of two columns moves the carets by two, an accent by none."""
    wide = replace(PROBLEM, column=4, length=1, source="\u6a21e\u0301x")
    assert "\n   |    ^\n" in PROBLEM_FORMATS["text"]([wide])


def test_text_makes_escape_sequences_visible() -> None:
    """A policy file cannot colour or clear the terminal."""
    assert "\x1b" not in PROBLEM_FORMATS["text"]([HOSTILE])


def test_json_holds_every_member_of_every_problem() -> None:
    """A program reads the same as a person."""
    (row,) = json.loads(PROBLEM_FORMATS["json"]([PROBLEM]))["problems"]
    assert (row["path"], row["line"], row["column"], row["length"]) == (
        "policies/own.yaml",
        12,
        11,
        7,
    )
    assert row["page"] == "docs/problems.md#unknown-field"


def test_github_annotations_escape_what_would_end_them() -> None:
    """Neither a comma in a path nor a line break in a message starts a command of its own."""
    one, two = PROBLEM_FORMATS["github"]([PROBLEM, HOSTILE]).splitlines()
    assert one == (
        "::error file=policies/own.yaml,line=12,col=11,endColumn=17,title=unknown-field"
        "::version has no member statuss. did you mean `status`?"
    )
    assert two.startswith("::error file=p%2Ca%3Ath.yaml,line=1,")
    assert two.endswith("::50%25 of%0A::error::this")


def test_sarif_follows_the_published_schema() -> None:
    """What code scanning reads is valid SARIF 2.1.0."""
    schema = Path(__file__).parents[2].parent / "shared" / "schemas" / "sarif-schema-2.1.0.json"
    if not schema.exists():
        pytest.skip("the SARIF schema is not beside this checkout")
    log: Any = json.loads(PROBLEM_FORMATS["sarif"]([PROBLEM, HOSTILE, WHOLE]))
    jsonschema.Draft7Validator(json.loads(schema.read_text())).validate(log)
    results = log["runs"][0]["results"]
    assert [each["ruleId"] for each in results] == ["unknown-field", "yaml-syntax", "missing-file"]
    region = results[0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 12, "startColumn": 11, "endColumn": 18}
