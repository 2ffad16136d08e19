"""JMESPath's official cases, through the compiled engine.

The cases are not part of this project: they lie in a folder ``jmespath-compliance``, which the
variable ``JMESPATH_COMPLIANCE`` names, or in a folder ``shared`` beside or above the checkout.

The engine gives every official answer, named errors too. The `jmespath` package deviates in one
case: it leaves a slice with the step 0, ``foo[8:2:0]``, as a bare ValueError; here it is an
``invalid-value`` as the case says. One more thing differs, in no official case: ``to_string(&x)``
writes an address in memory there and is an ``invalid-type`` here.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from auditor.expression.emit import Run
from tests.language import oracle

RUN = Run("2026-11-23T07:00:00.000Z")
WHOLE_SUITE = 908


def _folder() -> Path | None:
    named = os.environ.get("JMESPATH_COMPLIANCE")
    above = Path(__file__).resolve().parents[3:]
    places = [Path(named)] if named else [each / "shared" / "jmespath-compliance" for each in above]
    return next((place for place in places if place.is_dir()), None)


FOLDER = _folder()
FILES = sorted(FOLDER.glob("*.json")) if FOLDER else []

pytestmark = pytest.mark.skipif(
    not FILES, reason="the official cases are not here; JMESPATH_COMPLIANCE may name their folder"
)


def _groups(file: Path) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = json.loads(file.read_text("utf-8"))
    return groups


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_official_case_passes(file: Path) -> None:
    """Values are equal and errors are of the named kind; a benchmark case is evaluated."""
    wrong = []
    for group in _groups(file):
        for case in group["cases"]:
            found = oracle.given(case["expression"], group["given"], RUN)
            wrong += [] if _passes(case, found) else [(case, found)]
    assert wrong == []


def _passes(case: dict[str, Any], found: oracle.Answer) -> bool:
    if "bench" in case:
        return not found.error
    return oracle.Answer(case.get("result"), case.get("error", "")).agrees(found)


def test_the_suite_is_whole() -> None:
    """A file that went missing would be a proof that went missing."""
    assert sum(len(group["cases"]) for file in FILES for group in _groups(file)) == WHOLE_SUITE
