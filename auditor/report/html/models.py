"""Findings by model and version: where a team starts that has to clean up."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Outcome, Severity
from auditor.report.html.collect import Mark, ModelTally, VersionTally
from auditor.report.html.element import Child, Html, element, joined
from auditor.report.html.parts import (
    badge,
    code,
    copyable,
    empty,
    facts,
    filtering,
    outcome_mark,
    own,
    section,
)
from auditor.report.html.told import named
from auditor.report.html.view import View
from auditor.report.words import counted

_MODELS = 100
"""How many models have a place here; the rest is counted."""


def models(view: View) -> Html:
    """The models with findings, the worst first."""
    every = view.found.models
    if not every:
        return section("models", "Models", empty("No model has a finding."))
    shown = every[:_MODELS]
    left = len(every) - len(shown)
    return section(
        "models",
        "Models",
        element("div", map(_model, shown), class_="folds"),
        element("p", _left(left), class_="more") if left else None,
        note=f"{len(every):,} of {counted(view.report.coverage.models, 'model')} have findings.",
    )


def _left(count: int) -> str:
    return (
        f"{counted(count, 'more model')} with findings {'is' if count == 1 else 'are'} less bad,"
        " and in findings.jsonl."
    )


def _model(model: ModelTally) -> Html:
    where = (
        f"{model.account}, {model.region}, membership {model.membership[:8]}\N{HORIZONTAL ELLIPSIS}"
    )
    summary = element(
        "summary",
        element("span", own(named(model.name)), " ", element("small", where), class_="what"),
        element("span", _counts(model), class_="went"),
    )
    return element("details", summary, _inside(model), class_="fold")


def _counts(model: ModelTally) -> Iterator[Html]:
    for severity in reversed(Severity):
        count = model.counts[Outcome.FAIL, severity]
        if count:
            yield element("span", f"{count:,} ", badge(severity), class_="count")
    for outcome in (Outcome.UNKNOWN, Outcome.WAIVED):
        count = model.count(outcome)
        if count:
            yield outcome_mark(outcome, f"{count:,} {outcome}")


def _inside(model: ModelTally) -> Html:
    rows = (_version(version) for version in model.versions.values())
    head = element(
        "tr", element("th", "Version", scope="col"), element("th", "Findings", scope="col")
    )
    inner = element(
        "table",
        element("caption", "Versions with findings"),
        element("thead", head),
        element("tbody", rows),
        class_="versions",
    )
    more = f"and {counted(model.more, 'more version')} with findings. " if model.more else ""
    link = filtering("Show all in the table", f"model={model.arn}", only_with_script=True)
    return element(
        "div", facts(_facts(model)), inner, element("p", more, link, class_="more"), class_="inside"
    )


def _facts(model: ModelTally) -> Iterator[tuple[str, Child]]:
    yield "ARN", copyable(model.arn)
    yield "Membership", code(model.membership)
    yield "Collaboration", code(model.collaboration) if model.collaboration else None
    yield "Account", model.account
    yield "Region", model.region


def _version(version: VersionTally) -> Html:
    label: Child = "the model itself" if version.version is None else code(version.version)
    more = version.total - len(version.marks)
    marks = joined(map(_mark, version.marks), f"and {more:,} more" if more else None)
    return element("tr", element("th", label, scope="row"), element("td", marks))


def _mark(mark: Mark) -> Html:
    """NOTE: what is not a failure says so, or it would read as one."""
    outcome = "" if mark.outcome is Outcome.FAIL else f" {mark.outcome}"
    return element("span", f"{mark.rule}{outcome}", class_=f"mark {mark.severity} {mark.outcome}")
