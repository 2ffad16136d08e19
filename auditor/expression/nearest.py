"""What somebody probably meant to write."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_TELLING = 3
"""The fewest characters that say what a name begins with."""


def suggestion(written: str, known: Iterable[str]) -> str:
    """``did you mean `status`?``, or what there is to choose from where nothing is near."""
    names = sorted(known)
    near = (
        get_close_matches(written, names, n=1, cutoff=0.75)
        or [name for name in names if len(written) >= _TELLING and name.startswith(written)]
        or get_close_matches(written, names, n=1, cutoff=0.6)
        or [name for name in names if name.lower() == written.lower()]
    )
    if near:
        return f"did you mean `{near[0]}`?"
    few = 16
    listed = ", ".join(names[:few]) + (", …" if len(names) > few else "")
    return f"there is {listed}" if names else ""
