"""The run in numbers: outcomes by severity, the rules with findings, and the charts."""

from __future__ import annotations

from collections.abc import Mapping

from auditor.model import Outcome, Report, RuleCount, Severity
from auditor.report import headline
from auditor.report.document import outcomes
from auditor.report.html import charts
from auditor.report.html.element import Child, Html, element, joined
from auditor.report.html.parts import badge, bar, code, empty, filtering, section
from auditor.report.html.view import View
from auditor.report.words import counted

_SHOWN = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.WAIVED, Outcome.PASS)
_LEGEND = {
    Outcome.FAIL: "failed",
    Outcome.UNKNOWN: "unknown",
    Outcome.WAIVED: "waived",
    Outcome.PASS: "passed",
}
_RULES = 8


def overview(view: View) -> Html:
    """The numbers of the run, each beside what it is a part of."""
    cards: list[Html | None] = [
        _card("Outcomes by severity", _severities(view.report), _note(view.report)),
        _card("Rules with findings, the worst first", _worst_rules(view.report)),
        charts.ages_chart(view.report.coverage.ages),
        charts.history_chart(view.report.history),
    ]
    return section("overview", "Overview", element("div", cards, class_="cards"))


def _card(title: str, *children: Child) -> Html:
    return element("div", element("h3", title), children, class_="card")


def _severities(report: Report) -> Html:
    head = element(
        "tr",
        element("th", "Severity", scope="col"),
        (element("th", _LEGEND[outcome].capitalize(), scope="col") for outcome in _SHOWN),
        element("th", "Share", scope="col", class_="share"),
    )
    rows = [_severity(severity, report) for severity in reversed(Severity)]
    every = _row("All", outcomes(report.rules), "")
    return element(
        "table",
        element("caption", "How often each outcome was given, by the severity of the rule"),
        element("thead", head),
        element("tbody", rows),
        element("tfoot", every),
        class_="numbers",
    )


def _severity(severity: Severity, report: Report) -> Html:
    rules = [rule for rule in report.rules if rule.severity is severity]
    label = joined(badge(severity), None if headline.decides(severity, report) else _below())
    return _row(label, outcomes(rules), f"severity={severity}&")


def _below() -> Html:
    return element("span", " below the bound", class_="aside")


def _row(label: Child, counts: Mapping[str, int], chosen: str) -> Html:
    judged = sum(counts[outcome] for outcome in _SHOWN)
    cells = (
        element("td", _linked(counts[outcome], f"{chosen}outcome={outcome}", outcome))
        for outcome in _SHOWN
    )
    share = joined(bar([(one, counts[one]) for one in _SHOWN], judged), _passed(counts, judged))
    return element(
        "tr",
        element("th", label, scope="row"),
        cells,
        element("td", share, class_="share"),
        class_=None if judged else "none",
    )


def _linked(count: int, what: str, outcome: Outcome) -> Child:
    return filtering(count, what) if count and outcome is not Outcome.PASS else count


def _passed(counts: Mapping[str, int], judged: int) -> Html | None:
    """``86 % of 1,652``, rounded down: what is nearly all is not all."""
    if not judged:
        return None
    share = 100 * counts[Outcome.PASS] // judged
    return element("span", f"{share} % of {judged:,} passed", class_="aside")


def _note(report: Report) -> Html:
    counts = outcomes(report.rules)
    vacuous = sum(rule.vacuous for rule in report.rules)
    legend = (
        element("span", element("span", class_=f"key fill-{outcome}"), _LEGEND[outcome])
        for outcome in _SHOWN
    )
    idle = f" {counted(vacuous, 'pass', 'passes')} had nothing to look at." if vacuous else ""
    text = f"{counts[Outcome.NOT_APPLICABLE]:,} not applicable, and in no share.{idle}"
    return joined(
        element("p", legend, class_="legend", aria_hidden="true"),
        element("p", text, class_="aside"),
    )


def _worst_rules(report: Report) -> Html:
    found = [rule for rule in report.rules if findings_of(rule)]
    if not found:
        return empty("No rule has a finding.")
    most = max(map(findings_of, found))
    worst = sorted(found, key=badness)[:_RULES]
    return joined(
        element("ol", (_rule_bar(rule, most) for rule in worst), class_="bars"),
        _more(len(found) - len(worst)),
    )


def _rule_bar(rule: RuleCount, most: int) -> Html:
    parts = [("fail", rule.fail), ("unknown", rule.unknown), ("waived", rule.waived)]
    return element(
        "li",
        element("span", badge(rule.severity), " ", code(rule.rule), " ", rule.title, class_="what"),
        bar(parts, most),
        filtering(findings_of(rule), f"rule={rule.rule}"),
    )


def findings_of(rule: RuleCount) -> int:
    """How many findings a rule has: what passed is none."""
    return rule.fail + rule.unknown + rule.waived


def badness(rule: RuleCount) -> tuple[int, int, int, str]:
    """What orders rules, the worst first: severity of those that found something, then how much."""
    return (-rule.severity.rank, -rule.fail, -findings_of(rule), rule.rule)


def _more(count: int) -> Html | None:
    if not count:
        return None
    rest = element("a", counted(count, "more rule"), href="#rules")
    return element("p", "and ", rest, class_="aside")
