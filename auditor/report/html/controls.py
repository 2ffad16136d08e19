"""Findings by framework and control: evidence that supports an assessment, and is none itself."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import RuleCount
from auditor.report.compliance import CAUTION, Control, Framework, Standing, control_view
from auditor.report.html.element import Child, Html, element, joined
from auditor.report.html.parts import bar, code, empty, filtering, outcome_mark, section, table
from auditor.report.html.view import View

_ORDER = (
    Standing.VIOLATED,
    Standing.NOT_DETERMINED,
    Standing.SATISFIED,
    Standing.NOT_COVERED,
)
_HEADINGS = ("Control", "Stands", "Why", "Rules")


def controls(view: View) -> Html:
    """Every control that a known rule is evidence for, by framework."""
    frameworks = control_view(view.report)
    if not frameworks:
        return section("controls", "Controls", empty(_nothing(view)))
    folds = element("div", map(_framework, frameworks), class_="folds")
    return section("controls", "Controls", folds, note=CAUTION)


def _nothing(view: View) -> str:
    if view.report.gate is not None:
        return "A gate is about one version, which says nothing of a control."
    return "No rule of this run is evidence for a control."


def _framework(framework: Framework) -> Html:
    counts = [(standing, framework.count(standing)) for standing in _ORDER]
    summary = element(
        "summary",
        element("span", framework.title, class_="what"),
        bar(((standing.value, count) for standing, count in counts), len(framework.controls)),
        element("span", _counts(counts), class_="went"),
    )
    rows = map(_control, framework.controls)
    caption = f"{framework.title}: controls that rules are evidence for"
    inside = element("div", table(caption, _HEADINGS, rows), class_="inside")
    return element("details", summary, inside, class_="fold")


def _counts(counts: list[tuple[Standing, int]]) -> Iterator[Html]:
    for standing, count in counts:
        if count:
            yield outcome_mark(standing, f"{count:,} {standing.replace('_', ' ')}")


def _control(control: Control) -> tuple[Child, ...]:
    return (
        control.control,
        outcome_mark(control.standing),
        control.why,
        joined(map(_rule, control.rules), map(_left_out, control.unjudged)),
    )


def _rule(rule: RuleCount) -> Html:
    """A rule, which leads to its findings where it has some."""
    found = rule.fail + rule.unknown + rule.waived
    name = code(rule.rule)
    return joined(filtering(name, f"rule={rule.rule}") if found else name, " ")


def _left_out(rule: str) -> Html:
    return joined(code(rule), " (not judged) ")
