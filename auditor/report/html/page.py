"""``report.html``: one file that holds everything, runs anywhere and fetches nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct

from auditor.model import Finding, Report
from auditor.report import headline
from auditor.report.html import assets
from auditor.report.html.changes import changes
from auditor.report.html.collect import collect
from auditor.report.html.controls import controls
from auditor.report.html.coverage import coverage
from auditor.report.html.data import data_block
from auditor.report.html.element import Html, element
from auditor.report.html.facts import run_facts
from auditor.report.html.findings import findings as browser
from auditor.report.html.gate import gate
from auditor.report.html.models import models
from auditor.report.html.overview import overview
from auditor.report.html.rules import rules
from auditor.report.html.verdict import banner, readable
from auditor.report.html.view import View
from auditor.report.html.waivers import waivers

EMBEDDED = 20_000
"""How many findings are in the page; of more, the worst."""


class _Section(Struct, frozen=True):
    """A section of the page: its place in the navigation, and what it shows."""

    key: str
    title: str
    made: Callable[[View], Html | None]
    count: Callable[[View], int | None] = lambda _: None


_SECTIONS = (
    _Section("gate", "Gate", gate),
    _Section("overview", "Overview", overview),
    _Section("findings", "Findings", browser, lambda view: view.found.total),
    _Section("rules", "Rules", rules, lambda view: len(view.report.rules)),
    _Section("models", "Models", models, lambda view: len(view.found.models)),
    _Section("controls", "Controls", controls),
    _Section("coverage", "Coverage", coverage),
    _Section("waivers", "Waivers", waivers, lambda view: len(view.report.waivers)),
    _Section("changes", "Changes", changes),
    _Section("run", "Run", run_facts),
)


def html(
    report: Report,
    findings: Iterable[Finding],
    *,
    embedded: int = EMBEDDED,
) -> Iterator[str]:
    """The page, section by section.

    Every finding is counted, and the worst ``embedded`` of them are in the page, which says how
    many are not.
    """
    view = View(report, collect(findings, embedded))
    made = [(one, one.made(view)) for one in _SECTIONS]
    shown = [(one, body) for one, body in made if body is not None]
    title = f"{headline.word(report)} \N{MIDDLE DOT} {report.run}"
    yield f'<!DOCTYPE html>\n<html lang="en">\n{assets.head(title).text}\n<body>\n'
    yield _line(_header(report))
    yield "<main>\n"
    yield _line(banner(view))
    yield _line(_navigation([one for one, _ in shown], view))
    for _, body in shown:
        yield _line(body)
    yield "</main>\n"
    yield _line(_footer(report))
    yield from data_block(view)
    yield _line(assets.script())
    yield "</body>\n</html>\n"


def _line(part: Html) -> str:
    return f"{part.text}\n"


def _header(report: Report) -> Html:
    return element(
        "header",
        element("a", "Skip to the findings", href="#findings", class_="skip"),
        element("p", element("strong", "auditor"), " Clean Rooms ML trained-model versions"),
        element("p", element("time", readable(report.now), datetime=report.now), class_="when"),
    )


def _navigation(sections: Sequence[_Section], view: View) -> Html:
    items = (element("li", _entry(one, view)) for one in sections)
    return element("nav", element("ul", items), class_="contents", aria_label="Sections")


def _entry(one: _Section, view: View) -> Html:
    count = one.count(view)
    number = None if count is None else element("span", count, class_="number")
    return element("a", one.title, number, href=f"#{one.key}")


def _footer(report: Report) -> Html:
    version = report.tool.get("auditor", "")
    return element(
        "footer",
        element(
            "p",
            f"Written by auditor {version}. Names and messages were written by other companies;"
            " characters in them that would act instead of being seen are shown as escapes. The"
            " exact texts are in findings.jsonl.",
        ),
    )
