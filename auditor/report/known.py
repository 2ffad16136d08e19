"""What a person must know of waivers and of the baseline, on a screen."""

from __future__ import annotations

from collections.abc import Mapping

from auditor.model import Compared, Report, State, WaiverUsed
from auditor.report.identity import tail
from auditor.report.screen import Part, Screen
from auditor.report.words import listed

_SHOWN = 5
_TEXT = 200

_STATUSES: Mapping[str, tuple[str, str]] = {
    "expired": ("bold red", "over, and what they covered fails again"),
    "lapsed": ("bold red", "what was waived has changed"),
    "expiring": ("bold yellow", "soon over"),
    "unmatched": ("bold yellow", "nothing needs them"),
    "unseen": ("bold", "nobody knows whether they are needed"),
}
"""The waivers that somebody must look at, the most urgent first."""

_CHANGES = (State.NEW, State.REOPENED, State.EXISTING, "resolved", State.CARRIED)
"""What a comparison counts, in the order in which it is told."""


def put_known(screen: Screen, report: Report) -> None:
    """Put waivers that need somebody, and the comparison; nothing where there is nothing."""
    if report.waivers:
        _put_waivers(screen, report.waivers)
    if report.compared is not None:
        _put_compared(screen, report.compared)


def _put_waivers(screen: Screen, waivers: tuple[WaiverUsed, ...]) -> None:
    used = sum(waiver.status in ("used", "expiring") for waiver in waivers)
    screen.blank()
    screen.heading(f"Waivers: {len(waivers):,}, {used:,} in use")
    for status, (style, meaning) in _STATUSES.items():
        found = [waiver for waiver in waivers if waiver.status == status]
        for waiver in found[:_SHOWN]:
            _put_waiver(screen, waiver, (status.upper(), style))
        if len(found) > _SHOWN:
            screen.put(2, f"{screen.ellipsis} and {len(found) - _SHOWN:,} more: {meaning}")


def _put_waiver(screen: Screen, waiver: WaiverUsed, label: Part) -> None:
    version = f" version {waiver.version}" if waiver.version else ""
    about = screen.cut(f"{tail(waiver.arn)}{version}", _TEXT)
    screen.put(2, (waiver.rule, "bold"), f" {about}", label=label, column=11)
    said = f"{waiver.detail}. Owner: {waiver.owner}"
    screen.put(13, screen.cut(said, _TEXT))


def _put_compared(screen: Screen, compared: Compared) -> None:
    screen.blank()
    screen.heading(f"Since {compared.run}")
    counted = [(compared.counts.get(change, 0), change) for change in _CHANGES]
    spoken = [f"{count:,} {change}" for count, change in counted if count]
    screen.put(2, f"{listed(spoken) or 'no findings, then or now'}.")
    if carried := compared.counts.get("carried"):
        are = "finding was" if carried == 1 else "findings were"
        screen.put(2, f"{carried:,} {are} not looked for this time: nobody knows.")
