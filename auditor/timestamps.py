"""Moments and lengths of time, each in one written form.

A timestamp is text such as ``2026-11-23T07:00:00.000Z``: UTC, milliseconds, always 24 characters,
so that the order of the text is the order of time. A duration is a number of seconds.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_DURATION = re.compile(r"(?:[0-9]+[wdhms])+")
_PART = re.compile(r"([0-9]+)([wdhms])")
_LARGEST = 100 * 366 * 86400
_DIGITS = str.maketrans("123456789", "000000000")
_FORM = "0000-00-00T00:00:00.000Z"
_NEXT_DAY = "T24:"


def now() -> str:
    """The present moment as a timestamp."""
    return written(datetime.now(UTC))


def written(moment: datetime) -> str:
    """The timestamp of an aware datetime, cut (not rounded) to milliseconds."""
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z".rjust(24, "0")


def canonical(text: str) -> str:
    """The one form of an ISO 8601 text that names a zone.

    Raises ValueError for anything else: a text without a zone could mean any moment.
    """
    try:
        return written(_moment(text))
    except OverflowError as error:
        raise ValueError("a timestamp lies in the years 1 to 9999") from error


def seconds(timestamp: str) -> float:
    """Seconds since 1970 of an ISO 8601 text that names a zone; ValueError for anything else."""
    return _moment(timestamp).timestamp()


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a timestamp needs a zone, such as 2026-11-23T07:00:00Z")
    return moment


def have_one_form(values: Sequence[Any]) -> bool:
    """Whether each of many values is a text written as a timestamp is; at once, which is quick.

    NOTE: ``2026-02-30`` has the form, and is no day; `are_moments` knows.
    """
    if not {str}.issuperset(map(type, values)):
        return False
    return "".join(values).translate(_DIGITS) == _FORM * len(values)


def are_moments(values: Sequence[Any]) -> bool:
    """Whether each of many values is a timestamp of a real moment."""
    # Hour 24 is the next day's for some Pythons, and so one with another text.
    if not have_one_form(values) or _NEXT_DAY in "".join(values):
        return False
    try:
        deque(map(datetime.fromisoformat, values), maxlen=0)
    except ValueError:
        return False
    return True


def duration(text: str) -> float:
    """Seconds of a length of time such as ``30d``, ``36h`` or ``1d12h``; ValueError otherwise.

    Units are w, d, h, m and s. A day is 24 hours, never a calendar day.
    """
    if not _DURATION.fullmatch(text):
        raise ValueError("write a duration as a number and a unit, such as 30d, 36h or 1d12h")
    total = sum(int(count) * _UNITS[unit] for count, unit in _PART.findall(text))
    if total > _LARGEST:
        raise ValueError("a duration is at most 100 years")
    return float(total)


def spoken(length: float) -> str:
    """A duration for people, in its two largest units: ``41d 3h``, ``5m``, ``0s``."""
    sign = "-" if length < 0 else ""
    rest = int(abs(length))
    parts: list[str] = []
    for unit in ("d", "h", "m", "s"):
        count, rest = divmod(rest, _UNITS[unit])
        if count or parts:
            parts.append(f"{count}{unit}" if count else "")
        if len(parts) == 2:  # noqa: PLR2004  # two units are what a person takes in
            break
    return sign + (" ".join(filter(None, parts)) or "0s")


def from_milliseconds(count: int) -> str:
    """The timestamp of whole milliseconds since 1970.

    Raises ValueError or OverflowError outside the years 1 to 9999.
    """
    whole, rest = divmod(count, 1000)
    return written(datetime.fromtimestamp(whole, UTC).replace(microsecond=rest * 1000))
