"""The problems of policies and configuration, for people, CI and code scanning.

A format is a function from problems to text and a row in `PROBLEM_FORMATS`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec.structs import asdict

from auditor.errors import Problem
from auditor.report.encoding import document
from auditor.report.hostile import visible

_LONGEST = 160
"""The most characters of a line that are shown."""
_AROUND = 60
"""The most characters that are shown of a long line before what is meant."""

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def page(problem: Problem) -> str:
    """Where the documentation explains a problem's code."""
    return f"docs/problems.md#{problem.code}"


def drawn(problem: Problem) -> str:
    """A problem as its place and sentence, its line with a caret span, and what to write."""
    place = f"{problem.path}:{problem.line}:{problem.column}" if problem.line else problem.path
    lines = [f"{visible(place)}: {problem.code}: {visible(problem.message)}"]
    margin = " " * max(2, len(str(problem.line)))
    if problem.source:
        shown, carets = _pointed_at(problem)
        lines += [
            f"{margin} |",
            f"{problem.line:>{len(margin)}} | {shown}",
            f"{margin} | {carets}",
        ]
    if problem.hint:
        lines.append(f"{margin} = {visible(problem.hint)}")
    lines.append(f"{margin} = {page(problem)}")
    return "\n".join(lines)


def _pointed_at(problem: Problem) -> tuple[str, str]:
    """The line and the carets under it; of a long line what stands around them."""
    source = problem.source.replace("\t", " ")
    start, end = problem.column - 1, problem.column - 1 + problem.length
    first = max(0, min(start - _AROUND, len(source) - _LONGEST)) if len(source) > _LONGEST else 0
    last = first + _LONGEST
    before, meant = visible(source[first:start]), visible(source[start : min(end, last)])
    ahead, behind = "…" * (first > 0), "…" * (last < len(source))
    carets = " " * _columns(ahead + before) + "^" * max(1, _columns(meant))
    return f"{ahead}{visible(source[first:last])}{behind}", carets


def _columns(text: str) -> int:
    """How wide a text is on a terminal."""
    return sum(
        0 if unicodedata.combining(sign) else 1 + (unicodedata.east_asian_width(sign) in "WF")
        for sign in text
    )


def _text(problems: Iterable[Problem]) -> str:
    return "".join(f"{drawn(problem)}\n\n" for problem in problems)


def _json(problems: Iterable[Problem]) -> str:
    rows = [{**asdict(problem), "page": page(problem)} for problem in problems]
    return document({"schema": "auditor.problems/1", "problems": rows})


def _github(problems: Iterable[Problem]) -> str:
    """GitHub's workflow commands: one annotation a problem."""
    return "".join(f"{_annotation(problem)}\n" for problem in problems)


def _annotation(problem: Problem) -> str:
    end = problem.column + problem.length - 1
    places = {
        "file": problem.path,
        "line": problem.line,
        "col": problem.column,
        "endColumn": end,
        "title": problem.code,
    }
    given = ",".join(f"{key}={_property(str(value))}" for key, value in places.items() if value)
    text = f"{problem.message}. {problem.hint}" if problem.hint else problem.message
    return f"::error {given}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _sarif(problems: Iterable[Problem]) -> str:
    """SARIF 2.1.0: one result a problem, one rule a code."""
    found = list(problems)
    codes = sorted({problem.code for problem in found})
    driver = {
        "name": "auditor policy check",
        "rules": [{"id": code, "helpUri": f"docs/problems.md#{code}"} for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem, codes) for problem in found],
    }
    return document({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _result(problem: Problem, codes: list[str]) -> dict[str, Any]:
    text = f"{problem.message}. {problem.hint}" if problem.hint else problem.message
    location: dict[str, Any] = {"artifactLocation": {"uri": problem.path.replace("\\", "/")}}
    if problem.line:
        location["region"] = {
            "startLine": problem.line,
            "startColumn": problem.column,
            "endColumn": problem.column + problem.length,
        }
    return {
        "ruleId": problem.code,
        "ruleIndex": codes.index(problem.code),
        "level": "error",
        "message": {"text": text},
        "locations": [{"physicalLocation": location}],
    }


PROBLEM_FORMATS: Mapping[str, Callable[[Iterable[Problem]], str]] = {
    "text": _text,
    "json": _json,
    "github": _github,
    "sarif": _sarif,
}
"""How `auditor policy check --output-format` writes what it found."""
