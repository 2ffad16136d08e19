"""What was not read, in the words that the formats for CI share."""

from __future__ import annotations

from auditor.model import Unread
from auditor.report.identity import own_words, surroundings


def what(unread: Unread) -> str:
    """The model or version that was not read, or else the membership or target."""
    return own_words(unread.place, unread.version) or surroundings(unread.place)


def refusal(unread: Unread) -> str:
    """What was not read and what kept it from being: ``ab12: GetTrainedModel gave Throttled``."""
    return f"{what(unread)}: {unread.operation} gave {unread.code}"


def remedy(unread: Unread) -> str:
    """What to do about it, with the permissions that are missing; empty where nobody knows."""
    missing = f"({', '.join(unread.permission)})" if unread.permission else ""
    return " ".join(filter(None, (unread.remedy, missing)))
