"""Waivers that somebody must look at, in the order and the words that formats share."""

from __future__ import annotations

from auditor.model import Report, WaiverUsed

TROUBLED = ("expired", "lapsed")
"""They cover nothing any more: what they covered fails again."""

ATTENTION = (*TROUBLED, "expiring", "unmatched", "unseen")
"""Every status but that of a waiver that simply holds, the most urgent first."""


def needing_somebody(report: Report) -> list[WaiverUsed]:
    """The waivers that do not simply hold, the most urgent first."""
    every = [waiver for waiver in report.waivers if waiver.status in ATTENTION]
    return sorted(every, key=lambda waiver: ATTENTION.index(waiver.status))


def about(waiver: WaiverUsed) -> str:
    """``CRML-001 on arn:… version BASE``: what a waiver is for."""
    if waiver.version is None:
        return f"{waiver.rule} on {waiver.arn}"
    version = "every version" if waiver.version == "*" else f"version {waiver.version}"
    return f"{waiver.rule} on {waiver.arn} {version}"


def sentence(waiver: WaiverUsed) -> str:
    """A waiver and what became of it, as one line."""
    return f"Waiver {waiver.status}: {about(waiver)}: {waiver.detail}. Owner: {waiver.owner}."
