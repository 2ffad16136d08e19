"""Values of findings as texts in which every character is seen."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from auditor.report.encoding import line
from auditor.report.hostile import visible

_PARAMETER = "param("


def named(name: str, otherwise: str = "no name") -> str:
    """A name, or what stands for one that nobody could see."""
    return name if name.strip() else otherwise


def value_text(value: Any) -> str:
    """A value as JSON on one line, its letters unescaped."""
    if isinstance(value, str):
        return visible(json.dumps(value, ensure_ascii=False))
    # Through the published JSON, so that what is no JSON value is told as it is told there.
    return visible(json.dumps(json.loads(line(value)), ensure_ascii=False))


def read_of(observed: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the rule read of the resource, by expression."""
    return list(_told(observed, parameters=False))


def allowed_by(observed: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The parameters that the rule compared it with."""
    return list(_told(observed, parameters=True))


def _told(observed: Mapping[str, Any], *, parameters: bool) -> Iterator[tuple[str, str]]:
    for expression in sorted(observed):
        if expression.startswith(_PARAMETER) is parameters:
            yield visible(expression), value_text(observed[expression])


def advice(remediation: str) -> tuple[str, str]:
    """What to do in words, and the command, each empty where there is none.

    NOTE: a command goes on to the end of the text: one whose last line were lost could delete
    another version than the one that is meant.
    """
    at = remediation.find("aws ") if remediation.startswith("aws ") else remediation.find("\naws ")
    if at < 0:
        return remediation, ""
    return remediation[:at].strip(), remediation[at:].strip()
