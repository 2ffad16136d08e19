"""The small pieces that every section of the page is put together from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from auditor.model import Finding, Outcome, Severity, State
from auditor.report.compliance import Standing
from auditor.report.html.element import Child, Html, element, joined
from auditor.report.html.told import named

_FAILED, _PASSED, _UNSURE, _NOTHING = "\N{MULTIPLICATION X}", "\N{CHECK MARK}", "?", "\N{EN DASH}"
_SIGNS: Mapping[str, str] = {
    Outcome.FAIL: _FAILED,
    Outcome.UNKNOWN: _UNSURE,
    Outcome.WAIVED: "~",
    Outcome.PASS: _PASSED,
    Outcome.NOT_APPLICABLE: _NOTHING,
    Standing.VIOLATED: _FAILED,
    Standing.NOT_DETERMINED: _UNSURE,
    Standing.SATISFIED: _PASSED,
    Standing.NOT_COVERED: _NOTHING,
}
_BAR = 1000
_LEAST = 12


def section(key: str, title: str, *children: Child, note: str = "") -> Html:
    """A landmark of the page with its heading, reached by ``#key``."""
    said = element("p", note, class_="note") if note else None
    heading = element("h2", title, id=f"{key}-title", tabindex="-1")
    return element("section", heading, said, children, id=key, aria_labelledby=f"{key}-title")


def badge(severity: Severity) -> Html:
    """A severity as a word on its colour."""
    return element("span", severity.value, class_=f"badge {severity}")


def outcome_mark(outcome: str, text: str = "") -> Html:
    """An outcome, or how a control stands, as a sign and a word: never by its colour alone."""
    sign = element("span", _SIGNS[outcome], class_="sign", aria_hidden="true")
    return element("span", sign, text or outcome.replace("_", " "), class_=f"outcome {outcome}")


def state_mark(state: State | None) -> Html | None:
    """What a finding is against the baseline; nothing where there is none."""
    return element("span", state.value, class_=f"state {state}") if state else None


def own(text: str) -> Html:
    """A text of another company: its direction stays its own."""
    return element("bdi", text, class_="own")


def code(text: str) -> Html:
    """An identifier or an expression, exactly as it is."""
    return element("code", text)


def command(text: str) -> Html:
    """A text that is to be copied, on as many lines as it has, with a button that copies it."""
    lines = joined(*(joined(line, Html("\n")) for line in text.split("\n")))
    return element("div", element("pre", element("code", lines)), copy_button(), class_="copied")


def copyable(text: str) -> Html:
    """An identifier with a button that copies it."""
    return element("span", code(text), copy_button(), class_="copied inline")


def copy_button() -> Html:
    """A button that copies what stands before it; it needs JavaScript, so it is hidden without."""
    return element("button", "Copy", type="button", class_="copy js-only", data_copy=True)


def bar(parts: Iterable[tuple[str, int]], whole: int) -> Html:
    """Lengths side by side, each with the class ``fill-…`` of its name; for eyes only."""
    widths = [(name, _share(count, whole)) for name, count in parts if count]
    # One of a million is still to be seen, so what is longest gives way to it.
    excess = max(0, sum(width for _, width in widths) - _BAR)
    longest = max((width for _, width in widths), default=0)
    rects, at = [], 0
    for name, width in widths:
        length = width - excess if width == longest else width
        rects.append(element("rect", x=at, y=0, width=length, height=10, class_=f"fill-{name}"))
        at += length
    return element(
        "svg",
        rects,
        class_="bar",
        viewBox=f"0 0 {_BAR} 10",
        preserveAspectRatio="none",
        aria_hidden="true",
        focusable="false",
    )


def _share(count: int, whole: int) -> int:
    return max(_LEAST, round(_BAR * count / whole)) if whole else 0


def facts(rows: Iterable[tuple[str, Child]], kind: str = "facts") -> Html:
    """Names and what they are; a row without a value is left out."""
    filled = [(name, value) for name, value in rows if value not in (None, "")]
    groups = (element("div", element("dt", name), element("dd", value)) for name, value in filled)
    return element("dl", groups, class_=kind)


def table(
    caption: str, headings: Sequence[str], rows: Iterable[Sequence[Child]], kind: str = ""
) -> Html:
    """A table whose first column heads its rows, and which scrolls by itself where it is wide."""
    head = element("tr", (element("th", heading, scope="col") for heading in headings))
    body = (element("tr", _cells(headings, row)) for row in rows)
    inner = element(
        "table",
        element("caption", caption),
        element("thead", head),
        element("tbody", body),
        class_=kind or "list",
    )
    return element("div", inner, class_="wide", tabindex="0", role="group", aria_label=caption)


def _cells(headings: Sequence[str], row: Sequence[Child]) -> Iterator[Html]:
    """The cells of a row; each repeats its heading, which a narrow screen shows beside it."""
    yield element("th", row[0], scope="row")
    for heading, cell in zip(headings[1:], row[1:], strict=True):
        yield element("td", cell, data_heading=heading)


def filtering(label: Child, what: str, *, only_with_script: bool = False) -> Html:
    """A link to the findings that also filters them, where JavaScript runs: ``rule=CRML-001``."""
    hidden = "js-only" if only_with_script else None
    return element("a", label, href="#findings", data_filter=what, class_=hidden)


def read_values(observed: Iterable[tuple[str, str]]) -> Html | None:
    """What a rule read: each expression with its value."""
    rows = [
        element("tr", element("th", code(name), scope="row"), element("td", code(value)))
        for name, value in observed
    ]
    if not rows:
        return None
    return element(
        "table", element("caption", "The rule read"), element("tbody", rows), class_="read"
    )


def about(finding: Finding) -> Html:
    """The resource of a finding as a person recognises it."""
    resource = finding.resource
    version = joined(" version ", code(resource.version)) if resource.version else " (the model)"
    return element("span", own(named(resource.name)), version, class_="about")


def empty(text: str) -> Html:
    """A sentence where there is nothing to show, so that nothing is missed by being left out."""
    return element("p", text, class_="empty")
