"""What a SARIF log says besides its results: the rules, and whether the run was complete."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from auditor.model import Report, RuleCount, Severity, Unread, WaiverUsed
from auditor.report.attention import TROUBLED, needing_somebody, sentence
from auditor.report.headline import gaps
from auditor.report.hostile import visible
from auditor.report.unread import refusal, remedy
from auditor.report.words import counted

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
"""The schema that a log names."""

SHOWN = 5_000
"""Results that code scanning shows of a run; it takes the worst."""

LEVELS = {
    Severity.INFO: "note",
    Severity.LOW: "note",
    Severity.MEDIUM: "warning",
    Severity.HIGH: "error",
    Severity.CRITICAL: "error",
}
_SCORES = {
    Severity.LOW: "2.0",
    Severity.MEDIUM: "5.5",
    Severity.HIGH: "8.0",
    Severity.CRITICAL: "9.5",
}
_NOTIFICATIONS = {
    "incomplete": "Not everything was read and judged.",
    "unread": "Something that was to be read was not.",
    "unknown": "Outcomes of a rule are unknown.",
    "waiver": "A waiver does not simply hold.",
    "cut": "Not every failure is in this file.",
}
_LONGEST = 1000
_TAGS = 10
_LISTED = 500
_WORD = re.compile(r"[A-Za-z0-9]+")


def message(text: str, limit: int = _LONGEST) -> dict[str, str]:
    """A message whose text is only text: no placeholder and no link."""
    shown = visible(text, limit).replace("{", "{{").replace("}", "}}").replace("](", "] (")
    return {"text": shown}


def tool(report: Report, rules: Mapping[str, RuleCount]) -> dict[str, Any]:
    """The tool with all its rules, also those that nothing failed."""
    version = report.tool.get("auditor", "0")
    return {
        "driver": {
            "name": "auditor",
            "fullName": "auditor for AWS Clean Rooms ML",
            "version": version,
            "semanticVersion": version,
            "rules": [_rule(rule) for rule in rules.values()],
            "notifications": [_descriptor(name) for name in _NOTIFICATIONS],
        }
    }


def _descriptor(notification: str) -> dict[str, Any]:
    said = {"text": _NOTIFICATIONS[notification]}
    return {"id": notification, "shortDescription": said, "fullDescription": said, "help": said}


def _rule(rule: RuleCount) -> dict[str, Any]:
    described: dict[str, Any] = {
        "id": rule.rule,
        "name": _name(rule),
        "shortDescription": message(rule.title),
        "fullDescription": message(rule.rationale or rule.title),
        "help": message(_help(rule)),
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {
            "tags": _tags(rule),
            "precision": "very-high",
            "policy": rule.policy,
            "controls": rule.controls,
        },
    }
    if rule.severity in _SCORES:
        described["properties"]["security-severity"] = _SCORES[rule.severity]
    return described


def _name(rule: RuleCount) -> str:
    """The title as one word: ``FailedVersionsAreCleanedUp``."""
    words = _WORD.findall(rule.title) or _WORD.findall(rule.rule)
    return "".join(word[0].upper() + word[1:] for word in words)[:255]


def _help(rule: RuleCount) -> str:
    controls = "; ".join(f"{name} {', '.join(ids)}" for name, ids in sorted(rule.controls.items()))
    sentences = [
        rule.rationale or f"{rule.title}.",
        f"Rule {rule.rule} of policy {rule.policy}, severity {rule.severity}.",
        f"Supports {controls}." if controls else "",
    ]
    return " ".join(filter(None, sentences))


def _tags(rule: RuleCount) -> list[str]:
    """NOTE: code scanning keeps ten."""
    controls = [f"{name}/{one}" for name, ids in sorted(rule.controls.items()) for one in ids]
    return list(dict.fromkeys(["security", rule.policy, *controls]))[:_TAGS]


def invocation(report: Report, cut: Mapping[Severity, int]) -> dict[str, Any]:
    """How the run went; ``cut`` is how many failures of each severity are not in the file."""
    told: dict[str, Any] = {
        "executionSuccessful": report.complete,
        "startTimeUtc": report.started_at,
        "endTimeUtc": report.finished_at,
        "toolExecutionNotifications": list(_notifications(report, cut)),
    }
    return told if report.interrupted else told | {"exitCode": report.verdict.exit_code}


def _notifications(report: Report, cut: Mapping[Severity, int]) -> Iterator[dict[str, Any]]:
    if not report.complete:
        why = "; ".join(gaps(report)) or "not everything was judged"
        yield _notification("incomplete", "error", f"INCOMPLETE: {why}.")
    for rule in report.rules:
        if rule.unknown > rule.blind:
            count = counted(rule.unknown - rule.blind, "outcome")
            yield _notification("unknown", "warning", f"{rule.rule} {rule.title}: {count} unknown.")
    unread = report.coverage.unread
    for each in unread[:_LISTED]:
        yield _notification("unread", "warning", _not_read(each))
    if len(unread) > _LISTED:
        yield _notification("unread", "warning", f"And {len(unread) - _LISTED:,} more.")
    yield from _waivers(needing_somebody(report))
    yield from _cut(report, cut)


def _waivers(every: Sequence[WaiverUsed]) -> Iterator[dict[str, Any]]:
    for waiver in every[:_LISTED]:
        level = "warning" if waiver.status in TROUBLED else "note"
        yield _notification("waiver", level, sentence(waiver))
    if len(every) > _LISTED:
        yield _notification("waiver", "note", f"And {len(every) - _LISTED:,} more.")


def _cut(report: Report, cut: Mapping[Severity, int]) -> Iterator[dict[str, Any]]:
    """What the limits of code scanning leave out."""
    left_out = sum(cut.values())
    if left_out:
        each = ", ".join(f"{cut[one]:,} {one}" for one in reversed(Severity) if cut.get(one))
        said = f"{counted(left_out, 'failure')} not in this file, the least severe: {each}."
        yield _notification("cut", "warning", f"{said} findings.jsonl has all.")
    written = sum(rule.fail for rule in report.rules) - left_out
    if written > SHOWN:
        said = f"GitHub code scanning shows the worst {SHOWN:,} of these {written:,} results."
        yield _notification("cut", "note", said)


def _notification(name: str, level: str, text: str) -> dict[str, Any]:
    return {"descriptor": {"id": name}, "level": level, "message": message(text)}


def _not_read(unread: Unread) -> str:
    said, todo = f"Not read: {refusal(unread)}.", remedy(unread)
    return f"{said} To do: {todo}" if todo else said
