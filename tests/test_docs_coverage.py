"""docs/coverage.md, held against the codes that there are."""

from __future__ import annotations

import re
from pathlib import Path

from auditor.source.refusal import OURS

PAGE = (Path(__file__).parent.parent / "docs/coverage.md").read_text("utf-8")
OF_A_GATE = {"ModelNotListed", "VersionNotListed"}
ROWS = set(re.findall(r"^\| `([A-Za-z]+)` \|", PAGE, re.MULTILINE))


def test_every_code_of_this_project_is_explained_and_no_other() -> None:
    """The table of codes is the table of the code."""
    assert set(OURS) | OF_A_GATE == ROWS
