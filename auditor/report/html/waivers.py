"""The waivers of a run and what became of each; those that need somebody come first."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.model import WaiverUsed
from auditor.report.html.element import Child, Html, element, joined
from auditor.report.html.parts import code, empty, own, section, table
from auditor.report.html.verdict import readable
from auditor.report.html.view import View
from auditor.report.identity import tail
from auditor.report.words import counted

_SAID = {
    "expired": "expired: what it covered fails again",
    "lapsed": "lapsed: what it was given for has changed",
    "unseen": "unseen: what it is about was not read or not judged",
    "expiring": "used, and soon over",
    "unmatched": "unmatched: it covers nothing of this run",
    "used": "used",
}
"""What each status means, the most urgent first."""

_SHOWN = 500
_HEADINGS = ("Rule", "Resource", "What became of it", "Expires", "Owner", "Ticket", "Reason")


def waivers(view: View) -> Html:
    """Every waiver that the run was given."""
    every = view.report.waivers
    if not every:
        return section("waivers", "Waivers", empty("This run had no waivers."))
    ordered = sorted(every, key=lambda one: (_urgency(one.status), one.expires, one.rule, one.arn))
    shown = ordered[:_SHOWN]
    left = len(every) - len(shown)
    return section(
        "waivers",
        "Waivers",
        table(counted(len(every), "waiver"), _HEADINGS, map(_row, shown), "list waived"),
        element("p", f"and {left:,} more in report.json", class_="more") if left else None,
        note=_note(every),
    )


def _urgency(status: str) -> int:
    order = list(_SAID)
    return order.index(status) if status in order else 0


def _note(every: Sequence[WaiverUsed]) -> str:
    counts = {status: sum(one.status == status for one in every) for status in _SAID}
    return ", ".join(f"{count:,} {status}" for status, count in counts.items() if count) + "."


def _row(waiver: WaiverUsed) -> Sequence[Child]:
    return (
        waiver.rule,
        joined(code(tail(waiver.arn)), _version(waiver.version)),
        _status(waiver),
        element("time", readable(waiver.expires), datetime=waiver.expires),
        own(waiver.owner),
        own(waiver.ticket),
        own(waiver.reason),
    )


def _version(version: str | None) -> Html:
    if version is None:
        return joined(" the model itself")
    return joined(" every version" if version == "*" else joined(" version ", code(version)))


def _status(waiver: WaiverUsed) -> Html:
    said = element(
        "span", _SAID.get(waiver.status, waiver.status), class_=f"status {waiver.status}"
    )
    return joined(said, element("small", " ", own(waiver.detail)) if waiver.detail else None)
