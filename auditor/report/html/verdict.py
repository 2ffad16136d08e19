"""The head of the page: the verdict, why it is so, and what it is a verdict of."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Report, Severity, Verdict
from auditor.report import headline
from auditor.report.html.element import Child, Html, element, joined
from auditor.report.html.parts import facts
from auditor.report.html.view import View
from auditor.report.words import between, counted

_SIGNS = {
    Verdict.COMPLIANT: "\N{CHECK MARK}",
    Verdict.NON_COMPLIANT: "\N{MULTIPLICATION X}",
    Verdict.INCOMPLETE: "?",
}
_INTERRUPTED = "exit code 130 or 143: the run was interrupted"


def banner(view: View) -> Html:
    """The verdict as the page's title, with the exit code that says the same."""
    report = view.report
    sign = element("span", _SIGNS[report.verdict], class_="sign", aria_hidden="true")
    return element(
        "section",
        element("p", "Verdict", class_="eyebrow"),
        element("h1", sign, _words(report)),
        element("p", _exit(report), class_="exit"),
        element("div", _reasons(report), class_="reasons"),
        facts(_summary(report), "glance"),
        id="verdict",
        class_=f"verdict {report.verdict.word}{'' if report.complete else ' partly'}",
        aria_label="Verdict",
    )


def _words(report: Report) -> Child:
    """NOTE: that a failed run saw only a part is a verdict of its own, and looks like one."""
    word, also, incomplete = headline.word(report).partition(" and ")
    if not also:
        return word
    unsure = element("span", "?", class_="sign", aria_hidden="true")
    return joined(word, also, element("span", unsure, incomplete, class_="also"))


def _exit(report: Report) -> Child:
    return _INTERRUPTED if report.interrupted else f"exit code {report.verdict.exit_code}"


def _reasons(report: Report) -> Iterator[Html]:
    for sentence in headline.sentences(report):
        yield element("p", sentence)
    if not report.complete:
        yield element("p", element("a", "See what was not seen", href="#coverage"))


def _summary(report: Report) -> Iterator[tuple[str, Child]]:
    coverage = report.coverage
    models, versions = counted(coverage.models, "model"), counted(coverage.versions, "version")
    yield "Looked at", f"{counted(coverage.targets, 'target')}, {models}, {versions}"
    policies = counted(len(report.policies), "policy", "policies")
    yield "Judged by", f"{counted(len(report.rules), 'rule')} of {policies}"
    yield "Fails on", _bound(report)
    yield "As of", element("time", readable(report.now), datetime=report.now)
    yield "Took", between(report.started_at, report.finished_at)
    if report.compared is not None:
        yield "Compared with", element("a", report.compared.run, href="#changes")


def _bound(report: Report) -> str:
    everything = report.fail_on is Severity.INFO
    bound = "every severity" if everything else f"{report.fail_on} and worse"
    return bound + (", new or reopened only" if report.fail_on_new else "")


def readable(timestamp: str) -> str:
    """A timestamp for people: ``2026-11-23 07:00 UTC``."""
    return f"{timestamp[:10]} {timestamp[11:16]} UTC"
