"""What changed since the run that this one was compared with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from auditor.model import Compared, Finding, Past, State
from auditor.report.html.element import Child, Html, element, joined
from auditor.report.html.parts import badge, code, copyable, empty, filtering, own, section, table
from auditor.report.html.told import named
from auditor.report.html.view import View
from auditor.report.words import counted

_SHOWN = 200
_RESOLVED = "resolved"
_HEADINGS = ("Rule", "Severity", "Resource", "What it said then", "Finding")
_MEANINGS = {
    State.NEW: "not there before",
    State.REOPENED: "was resolved, and is back",
    State.EXISTING: "there before, and still",
    _RESOLVED: "there before, and gone",
    State.CARRIED: "its resource was not read: nobody knows",
}


def changes(view: View) -> Html:
    """New, reopened, existing, resolved and carried findings against the baseline."""
    compared = view.report.compared
    if compared is None:
        return section("changes", "Changes", empty("It was not compared with an earlier run."))
    counts = _counts(view, compared)
    return section(
        "changes",
        "Changes",
        element("ul", _tiles(counts), class_="tiles"),
        _past("Resolved", _of(compared, carried=False), counts[_RESOLVED]),
        _past("Carried", _of(compared, carried=True), counts[State.CARRIED]),
        note=f"Compared with {compared.run}, read from {compared.path}.",
    )


def _counts(view: View, compared: Compared) -> dict[str, int]:
    """The counts of the comparison; where it has none, those of the findings themselves."""
    past = [one.carried for one in compared.past] if not compared.counts else []
    own_counts = {
        **{state.value: view.found.states[state] for state in State},
        _RESOLVED: past.count(False),
        State.CARRIED.value: past.count(True),
    }
    return {name: compared.counts.get(name, own_counts[name]) for name in _MEANINGS}


def _tiles(counts: dict[str, int]) -> Iterator[Html]:
    for name, meaning in _MEANINGS.items():
        count: Child = element("strong", counts[name])
        if counts[name] and name in (State.NEW, State.REOPENED, State.EXISTING):
            count = element("strong", filtering(counts[name], f"state={name}"))
        yield element("li", count, element("span", name), element("small", meaning))


def _of(compared: Compared, *, carried: bool) -> Iterator[Past]:
    return (past for past in compared.past if past.carried is carried)


def _past(title: str, past: Iterable[Past], total: int) -> Html | None:
    rows = [_row(one.finding) for one in islice(past, _SHOWN)]
    if not rows:
        return None
    left = total - len(rows)
    return element(
        "details",
        element("summary", f"{title}: {counted(total, 'finding')}"),
        table(f"{title} findings", _HEADINGS, rows),
        element("p", f"and {left:,} more", class_="more") if left > 0 else None,
        class_="fold plain",
    )


def _row(finding: Finding) -> tuple[Child, ...]:
    resource = finding.resource
    version = joined(" version ", code(resource.version)) if resource.version else " (the model)"
    return (
        finding.rule,
        badge(finding.severity),
        joined(own(named(resource.name)), version),
        own(finding.message),
        copyable(finding.id),
    )
