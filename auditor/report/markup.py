"""Text of others in Markdown: it is shown, and does nothing.

Two ways: `plain` for what policies say, and `code` for what other companies wrote. Inside of code
there are no links, no HTML, no mentions of people and no references to issues, whoever renders it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from auditor.report.hostile import visible

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#!|~@&$^]|:(?=\S)|(?<=\w)\.(?=[A-Za-z]{2}))")
# NOTE: GitHub looks for mentions and issues after escapes are gone, so these need a character
# between them that nobody sees.
_REFERENCE = re.compile(r"(?<=[@#])(?=\w)|(?<=\bGH)(?=-\d)", re.IGNORECASE)
_TICKS = re.compile("`+")


def plain(text: str) -> str:
    """Text on one line in which nothing is markup, a link or a mention; also in a table."""
    parted = _REFERENCE.sub("\N{ZERO WIDTH SPACE}", visible(text))
    return _SPECIAL.sub(r"\\\1", parted)


def code(text: str, limit: int | None = None) -> str:
    """Text on one line as code, cut to a length; never in a table, for a bar would end its cell."""
    shown = visible(text, limit).strip(" ")
    if not shown:
        return "(empty)"
    longest = max(map(len, _TICKS.findall(shown)), default=0)
    ticks = "`" * (longest + 1)
    space = " " if shown[0] == "`" or shown[-1] == "`" else ""
    return f"{ticks}{space}{shown}{space}{ticks}"


def size(lines: Sequence[str]) -> int:
    """How many bytes the lines take in a file, with their newlines."""
    return sum(len(line.encode()) + 1 for line in lines)


def fitted(lines: Sequence[str], room: int) -> list[str]:
    """As many of the lines as fit into so many bytes; where some do not, the last says how many."""
    if size(lines) <= room:
        return list(lines)
    kept: list[str] = []
    left = room - len(_more(len(lines))) - 3
    for line in lines:
        left -= len(line.encode()) + 1
        if left < 0:
            break
        kept.append(line)
    return [*kept, "", _more(len(lines) - len(kept)), ""]


def _more(count: int) -> str:
    return f"*{count:,} more lines do not fit here; the files of the run have everything.*"
