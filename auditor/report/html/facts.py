"""What the run was: versions, policies with their digests, parameters and times, as evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from auditor.model import PolicyUsed, Report
from auditor.report.html.element import Child, Html, element, joined
from auditor.report.html.parts import code, copyable, facts, section, table
from auditor.report.html.told import value_text
from auditor.report.html.view import View
from auditor.report.words import counted


def run_facts(view: View) -> Html:
    """Everything that somebody needs who wants to repeat the run."""
    report = view.report
    return section(
        "run",
        "Run",
        facts(_run(report)),
        element("h3", "Policies"),
        element("div", map(_policy, report.policies), class_="folds"),
        _allowed(report),
    )


def _run(report: Report) -> Iterator[tuple[str, Child]]:
    yield "Run", copyable(report.run)
    yield "As of", f"{report.now}, the moment that ages are counted to"
    yield "Started", report.started_at
    yield "Finished", report.finished_at
    yield "Tool", ", ".join(f"{name} {version}" for name, version in sorted(report.tool.items()))
    yield "Left out", ", ".join(rule.rule for rule in report.unjudged if rule.asked)


def _policy(policy: PolicyUsed) -> Html:
    summary = element(
        "summary",
        element("span", policy.policy, " ", element("small", policy.title), class_="what"),
        element("span", counted(len(policy.rules), "rule"), class_="went"),
    )
    return element("details", summary, _inside(policy), class_="fold")


def _inside(policy: PolicyUsed) -> Html:
    params = [(code(name), code(value_text(policy.params[name]))) for name in sorted(policy.params)]
    return element(
        "div",
        facts(
            [
                ("File", code(policy.path)),
                ("SHA-256", copyable(policy.sha256)),
                ("Rules", ", ".join(policy.rules)),
            ]
        ),
        table("Parameters", ("Name", "Value"), params) if params else None,
        class_="inside",
    )


def _allowed(report: Report) -> Html | None:
    """Problems of rules that their policy allows; a reader must know what was let through."""
    if not report.allowed:
        return None
    names = sorted({name for one in report.allowed for name in one})
    rows = [tuple(_cell(one, name) for name in names) for one in report.allowed]
    return joined(
        element("h3", "Problems that policies allow"),
        table(counted(len(rows), "problem"), [name.capitalize() for name in names], rows),
    )


def _cell(one: Mapping[str, str], name: str) -> str:
    return str(one.get(name, ""))
