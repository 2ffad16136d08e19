"""Findings by rule: what each wants, how it went, and its first findings, with no JavaScript."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from auditor.model import Finding, Outcome, RuleCount
from auditor.report.html.element import Child, Html, element, joined
from auditor.report.html.overview import badness, findings_of
from auditor.report.html.parts import (
    about,
    badge,
    bar,
    code,
    command,
    empty,
    facts,
    filtering,
    outcome_mark,
    own,
    read_values,
    section,
    state_mark,
)
from auditor.report.html.told import advice, allowed_by, read_of
from auditor.report.html.view import View
from auditor.report.words import counted

_OUTCOMES = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.WAIVED)


def rules(view: View) -> Html:
    """Every rule of the run, those with findings first."""
    if not view.report.rules:
        return section("rules", "Rules", empty("No rule was judged."))
    ordered = sorted(view.report.rules, key=lambda rule: (_idle_last(rule), badness(rule)))
    groups = element("div", (_rule(rule, view) for rule in ordered), class_="folds")
    return section("rules", "Rules", groups)


def _idle_last(rule: RuleCount) -> int:
    if findings_of(rule):
        return 0
    return 1 if rule.substantive else 2


def _rule(rule: RuleCount, view: View) -> Html:
    summary = element(
        "summary",
        element("span", badge(rule.severity), " ", code(rule.rule), " ", rule.title, class_="what"),
        bar(_parts(rule), sum(count for _, count in _parts(rule))),
        element("span", _went(rule), class_="went"),
    )
    return element("details", summary, _inside(rule, view), class_="fold", data_rule=rule.rule)


def _parts(rule: RuleCount) -> list[tuple[str, int]]:
    passed = rule.substantive + rule.vacuous
    return [
        ("fail", rule.fail),
        ("unknown", rule.unknown),
        ("waived", rule.waived),
        ("pass", passed),
    ]


def _went(rule: RuleCount) -> Iterator[Child]:
    """``21 failed, 3 passed``; what applied to nothing says so, since that is no pass."""
    if findings_of(rule) + rule.substantive + rule.vacuous == 0:
        yield outcome_mark(Outcome.NOT_APPLICABLE, "applied to nothing")
        return
    if rule.fail:
        yield outcome_mark(Outcome.FAIL, f"{rule.fail:,} failed")
    if rule.unknown:
        yield outcome_mark(Outcome.UNKNOWN, f"{rule.unknown:,} unknown")
    if rule.waived:
        yield outcome_mark(Outcome.WAIVED, f"{rule.waived:,} waived")
    yield outcome_mark(Outcome.PASS, f"{rule.substantive + rule.vacuous:,} passed")


def _inside(rule: RuleCount, view: View) -> Html:
    shown = [
        finding for outcome in _OUTCOMES for finding in view.found.highlights.of(rule.rule, outcome)
    ]
    left = findings_of(rule) - len(shown)
    return element(
        "div",
        element("p", rule.rationale, class_="rationale") if rule.rationale else None,
        facts(_facts(rule)),
        element("h3", _first(len(shown), left)) if shown else None,
        element("ul", map(finding_item, shown), class_="findings") if shown else None,
        _rest(rule, left),
        class_="inside",
    )


def _facts(rule: RuleCount) -> Iterator[tuple[str, Child]]:
    yield "Wants", code(rule.wants) if rule.wants else None
    yield "Applies when", code(rule.when) if rule.when else None
    yield "Judges", f"each {rule.kind}"
    yield "Passed", f"{rule.substantive:,}, and {rule.vacuous:,} had nothing to look at"
    yield "Not applicable", rule.not_applicable
    yield "Blind spots", f"{rule.blind:,} of the unknown" if rule.blind else None
    yield "Policy", joined(rule.policy, _written(rule))
    yield "Controls", controls_text(rule.controls) if rule.controls else None


def _written(rule: RuleCount) -> Html | None:
    return joined(", ", code(f"{rule.path}:{rule.line}")) if rule.path else None


def controls_text(controls: Mapping[str, tuple[str, ...]]) -> str:
    """Controls by framework in one line: ``soc-2 C1.2; nist-800-53-r5 SI-12, SI-12(3)``."""
    return "; ".join(f"{name} {', '.join(each)}" for name, each in sorted(controls.items()))


def _first(shown: int, left: int) -> str:
    return (
        f"The first {shown:,} of {shown + left:,} findings" if left else counted(shown, "finding")
    )


def _rest(rule: RuleCount, left: int) -> Html | None:
    if not findings_of(rule):
        return None
    more = f"{left:,} more in findings.jsonl. " if left > 0 else ""
    link = filtering("Show all in the table", f"rule={rule.rule}", only_with_script=True)
    return element("p", more, link, class_="more")


def finding_item(finding: Finding) -> Html:
    """A finding with what was read and what to do, for a page that runs no JavaScript."""
    said = finding.message
    if finding.outcome is Outcome.UNKNOWN and finding.reason:
        said = finding.reason
    head = element(
        "p", outcome_mark(finding.outcome), state_mark(finding.state), about(finding), class_="head"
    )
    return element(
        "li",
        head,
        element("p", own(said), class_="said"),
        element("details", element("summary", "What was read, and what to do"), _proof(finding)),
        id=f"f-{finding.id}",
        data_finding=True,
    )


def _proof(finding: Finding) -> Html:
    words, line = advice(finding.remediation)
    return joined(
        facts(_identity(finding)),
        read_values([*read_of(finding.observed), *allowed_by(finding.observed)]),
        element("p", words) if words else None,
        command(line) if line else None,
    )


def _identity(finding: Finding) -> Iterator[tuple[str, Child]]:
    yield "ARN", code(finding.resource.arn)
    yield "Version", code(finding.resource.version) if finding.resource.version else None
    yield "Finding", code(finding.id)
