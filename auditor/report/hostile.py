"""Text that another company wrote, made harmless for a terminal."""

from __future__ import annotations

import re
from unicodedata import category

_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"})
"""Categories that act instead of being seen: controls, bidi marks, odd spaces, surrogates."""

_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Characters of harmless categories that show nothing at all."""

_UNUSUAL = re.compile(r"[^ -~]+")
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_MARKS_IN_A_ROW = 2


def visible(text: str, limit: int | None = None, *, ascii_only: bool = False) -> str:
    r"""The text as one line in which every character is seen, such as ``\x1b`` for an escape.

    Cut to ``limit`` characters where one is given. With ``ascii_only``, whatever is not ASCII is
    written as an escape too. The exact text stands in the JSON files; this form cannot be undone.
    """
    if not (text.isascii() and text.isprintable()):
        # Line breaks are most of what is unusual in texts of this project's own.
        text = text.replace("\n", _NAMED["\n"])
        if not (text.isascii() and text.isprintable()):
            text = _escaped(text, ascii_only=ascii_only)
    if limit is None or len(text) <= limit:
        return text
    ellipsis = "..." if ascii_only else "\N{HORIZONTAL ELLIPSIS}"
    return text[: max(0, limit - len(ellipsis))] + ellipsis


def _escaped(text: str, *, ascii_only: bool) -> str:
    # What is plain is most of a text, and is not looked at character by character.
    return _UNUSUAL.sub(
        lambda found: _shown(
            found.group(), marks=0 if found.start() else _MARKS_IN_A_ROW, ascii_only=ascii_only
        ),
        text,
    )


def _shown(run: str, *, marks: int, ascii_only: bool) -> str:
    """A run of unusual characters, after so many marks over one character."""
    pieces = []
    for char in run:
        kind = category(char)
        # A mark is drawn over what stands before it, so a pile of them would cover other lines.
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        harmless = kind not in _UNSEEN and char not in _BLANK and marks <= _MARKS_IN_A_ROW
        seen = harmless and not ascii_only
        pieces.append(char if seen else _escape(char))
    return "".join(pieces)


def _escape(char: str) -> str:
    code = ord(char)
    if code <= 0xFF:  # noqa: PLR2004  # what two hexadecimal digits hold
        return _NAMED.get(char, f"\\x{code:02x}")
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004  # four digits
