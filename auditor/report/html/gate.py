"""The decision about one version, where the run was made to decide about one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from auditor.model import Severity, Verdict
from auditor.report.html.element import Child, Html, element
from auditor.report.html.parts import (
    badge,
    code,
    copyable,
    facts,
    outcome_mark,
    own,
    section,
    table,
)
from auditor.report.html.view import View

_DECISIONS = {
    Verdict.COMPLIANT: "Release",
    Verdict.NON_COMPLIANT: "Do not release",
    Verdict.INCOMPLETE: "Cannot say",
}
_NOT_KNOWN = "not known: it could not be read"


def gate(view: View) -> Html | None:
    """The version that was asked about, and what every rule says of it."""
    asked = view.report.gate
    if asked is None:
        return None
    rows = [_outcome(one) for one in asked["outcomes"]]
    decision = _DECISIONS[view.report.verdict]
    headings = ("Rule", "Severity", "Outcome", "Why")
    return section(
        "gate",
        f"Gate: {decision}",
        facts(_subject(asked)),
        table("What each rule says of the version", headings, rows) if rows else None,
    )


def _subject(asked: Mapping[str, Any]) -> Iterator[tuple[str, Child]]:
    known = asked["version"] is not None
    yield "Model", own(str(asked["name"])) if known else _NOT_KNOWN
    yield "ARN", copyable(str(asked["arn"]))
    yield "Version", copyable(str(asked["version"])) if known else _NOT_KNOWN
    yield "Asked for", _asked(asked)
    yield "Status", str(asked["status"]) if known else _NOT_KNOWN
    yield "Created", str(asked["createTime"]) if known else _NOT_KNOWN


def _asked(asked: Mapping[str, Any]) -> str:
    """NOTE: AWS does not say which version is the latest, so that it was computed is said."""
    computed = asked["asked"] == "latest" and asked["version"] is not None
    return str(asked["asked"]) + (", computed from the newest createTime" if computed else "")


def _outcome(one: Mapping[str, str]) -> tuple[Child, ...]:
    return (
        element("span", code(one["rule"]), " ", one["title"]),
        badge(Severity(one["severity"])),
        outcome_mark(one["outcome"]),
        own(one["message"]),
    )
