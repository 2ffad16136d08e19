"""A run by framework and control: what each control's rules say together.

The promise holds here too: a control is satisfied only if each of its rules was judged on
everything, without a failure, an unknown or a waived outcome, and at least one of them had
something to judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from msgspec import Struct

from auditor.model import Report, RuleCount, Unjudged
from auditor.report.words import counted, listed

CAUTION = (
    "Which rule is evidence for which control is this project's own reading. It supports an"
    " assessment; it is none, and no control is met by these rules alone."
)
"""What must stand beside every such view."""

TITLES: Mapping[str, str] = {
    "eu-ai-act": "EU AI Act (Regulation 2024/1689)",
    "gdpr": "GDPR (Regulation 2016/679)",
    "iso-27001-2022": "ISO/IEC 27001:2022, Annex A",
    "iso-42001-2023": "ISO/IEC 42001:2023, Annex A",
    "nist-800-53-r5": "NIST SP 800-53 Revision 5",
    "nist-ai-rmf-1.0": "NIST AI RMF 1.0",
    "soc-2": "SOC 2, Trust Services Criteria",
}
"""The names of frameworks; one that is not here goes by its key."""


_Rule = TypeVar("_Rule", RuleCount, Unjudged)


class Standing(StrEnum):
    """How a control stands; only `SATISFIED` says that all is well."""

    SATISFIED = "satisfied"
    VIOLATED = "violated"
    NOT_DETERMINED = "not_determined"
    NOT_COVERED = "not_covered"


class Control(Struct, frozen=True):
    """One control: how it stands, why, and the rules that are evidence for it.

    ``unjudged`` holds the ids of rules that are evidence for it too and that this run left out.
    """

    control: str
    standing: Standing
    why: str
    rules: tuple[RuleCount, ...]
    unjudged: tuple[str, ...] = ()


class Framework(Struct, frozen=True):
    """One framework with the controls that any known rule is evidence for."""

    framework: str
    controls: tuple[Control, ...]

    @property
    def title(self) -> str:
        """The name of the framework for people."""
        return TITLES.get(self.framework, self.framework)

    def count(self, standing: Standing) -> int:
        """How many of its controls stand so."""
        return sum(control.standing is standing for control in self.controls)


def control_view(report: Report) -> tuple[Framework, ...]:
    """Every framework and control that a known rule is evidence for, in the order of their names.

    Empty for a gate: what is true of one version says nothing of a control.
    """
    if report.gate is not None:
        return ()
    judged, unjudged = _by_control(report.rules), _by_control(report.unjudged)
    frameworks: dict[str, list[Control]] = {}
    for framework, name in sorted(judged.keys() | unjudged.keys(), key=_natural):
        rules = tuple(judged.get((framework, name), ()))
        others = tuple(unjudged.get((framework, name), ()))
        frameworks.setdefault(framework, []).append(_control(name, rules, others, report))
    return tuple(Framework(name, tuple(controls)) for name, controls in frameworks.items())


def _by_control(rules: Iterable[_Rule]) -> dict[tuple[str, str], list[_Rule]]:
    """The rules by framework and control."""
    found: dict[tuple[str, str], list[_Rule]] = {}
    for rule in rules:
        for framework, controls in rule.controls.items():
            for control in dict.fromkeys(controls):
                found.setdefault((framework, control), []).append(rule)
    return found


def _natural(key: tuple[str, str]) -> tuple[str, list[tuple[int, str]]]:
    """An order in which A.5.9 comes before A.5.26."""
    framework, control = key
    parts = re.findall(r"[0-9]{1,9}|[^0-9]+", control)
    return framework, [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def _control(
    name: str, rules: tuple[RuleCount, ...], others: tuple[Unjudged, ...], report: Report
) -> Control:
    standing, why = _standing(rules, others, report)
    return Control(name, standing, why, rules, tuple(other.rule for other in others))


def _standing(
    rules: tuple[RuleCount, ...], others: tuple[Unjudged, ...], report: Report
) -> tuple[Standing, str]:
    """How a control stands, and why."""
    if not rules:
        return Standing.NOT_COVERED, f"no rule of this run is evidence for it; {_are(others)}"
    doubts = list(_doubts(rules, others, report))
    failures = sum(rule.fail for rule in rules)
    if failures:
        return Standing.VIOLATED, "; ".join([counted(failures, "failure"), *doubts])
    if doubts:
        return Standing.NOT_DETERMINED, "; ".join(doubts)
    passes = sum(rule.substantive for rule in rules)
    idle = [rule.rule for rule in rules if not rule.substantive]
    said = [counted(passes, "pass", "passes")]
    if idle:
        said.append(f"nothing there for {listed(idle)}")
    if others:
        said.append(f"{_are(others)} evidence too, and no part of this run")
    return Standing.SATISFIED, "; ".join(said)


def _doubts(
    rules: tuple[RuleCount, ...], others: tuple[Unjudged, ...], report: Report
) -> Iterator[str]:
    """Everything that keeps a control without failures from being satisfied."""
    if report.interrupted:
        yield "the run was stopped before its end"
    if report.coverage.unread:
        yield "not everything was read"
    if unknown := sum(rule.unknown for rule in rules):
        yield f"{counted(unknown, 'outcome')} unknown"
    if waived := sum(rule.waived for rule in rules):
        yield f"{counted(waived, 'outcome')} waived, and an accepted exception is no evidence"
    if left_out := [other for other in others if other.asked]:
        yield f"{_are(left_out, 'was', 'were')} not judged in this run"
    if not any(rule.substantive or rule.fail for rule in rules):
        yield "there was nothing that its rules are about"


def _are(rules: Sequence[Unjudged], one: str = "is", many: str = "are") -> str:
    """The ids of the rules, and the verb that goes with as many of them."""
    return f"{listed([rule.rule for rule in rules])} {one if len(rules) == 1 else many}"
