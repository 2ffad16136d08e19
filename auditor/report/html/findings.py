"""The table of findings: its controls and its empty body, which JavaScript fills from the data."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.model import Outcome, Severity, State
from auditor.report.html.element import Html, element, joined
from auditor.report.html.parts import empty, section
from auditor.report.html.view import View
from auditor.report.words import counted

_COLUMNS = (
    ("severity", "Severity"),
    ("rule", "Rule"),
    ("resource", "Resource"),
    ("said", "What is the case"),
    ("outcome", "Outcome"),
)


def findings(view: View) -> Html:
    """Search, filters and table, hidden until JavaScript runs; without it, where to look."""
    if not view.found.total:
        return section("findings", "Findings", empty(_nothing(view)))
    return section(
        "findings",
        "Findings",
        _left_out(view),
        _without_script(),
        element("div", _controls(view), _table(), _pager(), id="browser", class_="js-only"),
    )


def _nothing(view: View) -> str:
    if view.report.complete:
        return "No findings: nothing failed, nothing is unknown, nothing is waived."
    return "No findings, but not everything was seen: see Coverage."


def _left_out(view: View) -> Html | None:
    """NOTE: what is not in the file must never read as what is not there."""
    if not view.left_out:
        return None
    text = (
        f"{len(view.found.kept):,} of {counted(view.found.total, 'finding')} are in this page, the"
        f" worst first. The other {view.left_out:,} are in findings.jsonl beside it. The counts in"
        " all other sections are of all findings."
    )
    return element("p", text, class_="warning")


def _without_script() -> Html:
    """NOTE: no ``noscript``: mail readers that drop scripts do not show it either."""
    return element(
        "p",
        "Search and filters need JavaScript, which does not run here. The first findings of each"
        " rule stand under ",
        element("a", "Rules", href="#rules"),
        ", those of each model under ",
        element("a", "Models", href="#models"),
        ", and all of them in findings.jsonl beside this file.",
        class_="no-js-only warning",
    )


def _controls(view: View) -> Html:
    states = [state for state in State if view.found.states[state]]
    return element(
        "div",
        element(
            "div",
            element("label", "Search", for_="search"),
            element(
                "input",
                id="search",
                type="search",
                autocomplete="off",
                spellcheck="false",
                placeholder="name, version, ARN, rule, text",
                aria_keyshortcuts="/",
                aria_describedby="search-key",
            ),
            element("span", "press / to search", id="search-key", class_="hint"),
            class_="search",
        ),
        _choices("Severity", "severity", reversed(Severity)),
        _choices("Outcome", "outcome", (Outcome.FAIL, Outcome.UNKNOWN, Outcome.WAIVED)),
        _choices("State", "state", states) if states else None,
        element(
            "div",
            element("label", "Rule", for_="rule"),
            element("select", element("option", "every rule", value=""), id="rule"),
            class_="select",
        ),
        element("div", id="chosen"),
        element(
            "p",
            element("span", id="count", role="status"),
            " ",
            element("button", "Clear", type="button", id="clear"),
            _downloads(),
            class_="result",
        ),
        role="search",
        aria_label="Findings",
        id="filters",
    )


def _choices(title: str, name: str, values: Iterable[str]) -> Html:
    """Boxes of which none chosen means all."""
    boxes = (
        element(
            "label",
            element("input", type="checkbox", name=name, value=str(value)),
            element("span", str(value)),
            class_=f"choice {value}",
        )
        for value in values
    )
    return element("fieldset", element("legend", title), boxes)


def _downloads() -> Html:
    return element(
        "span",
        "Save these as ",
        element("button", "CSV", type="button", data_save="csv"),
        " ",
        element("button", "JSON", type="button", data_save="json"),
        class_="downloads",
    )


def _table() -> Html:
    head = (
        element(
            "th",
            element("button", title, type="button", data_sort=key),
            scope="col",
            class_=key,
            aria_sort="descending" if key == "severity" else None,
        )
        for key, title in _COLUMNS
    )
    return element(
        "table",
        element("caption", "Findings", class_="offscreen"),
        element("colgroup", (element("col", class_=key) for key, _ in _COLUMNS)),
        element("thead", element("tr", head)),
        element("tbody", id="rows"),
        id="table",
    )


def _pager() -> Html:
    return element(
        "nav",
        element("button", "Previous", type="button", id="previous"),
        element("span", id="page"),
        element("button", "Next", type="button", id="next"),
        joined(
            element("span", "Arrow keys move between findings, Enter opens one.", class_="hint")
        ),
        id="pager",
        aria_label="Pages of findings",
    )
