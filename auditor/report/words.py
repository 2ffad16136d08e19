"""Numbers and lists as people say them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from auditor.timestamps import seconds, spoken

_MINUTE = 60
_WHOLE = re.compile(r"""(?:[^'"\\]++|'[^']*+'|"[^"]*+"|\\.)*+""")


def counted(count: int, one: str, many: str = "") -> str:
    """A count with its noun: ``1 model``, ``1,040 models``; ``many`` where an s is not enough."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def listed(items: Sequence[str]) -> str:
    """The items as a list in a sentence: ``a``, ``a and b``, ``a, b and c``."""
    if len(items) < 2:  # noqa: PLR2004  # nothing to join
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def between(start: str, end: str) -> str:
    """The time from one timestamp to another: ``3.2 s``, ``2m 5s``."""
    length = max(0.0, seconds(end) - seconds(start))
    return f"{length:.1f} s" if length < _MINUTE else spoken(length)


def steps(remediation: str) -> list[str]:
    """The lines of a remediation; all of it in one where a line ends within quotes.

    NOTE: what stands in quotes is another company's, and a command that its line's end cuts in two
    could delete another version than the one that is meant.
    """
    lines = [line for line in remediation.split("\n") if line.strip()]
    return lines if all(map(_WHOLE.fullmatch, lines)) else [remediation]
