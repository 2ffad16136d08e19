"""The dialect's own definition: every case of the data files beside this test.

A file holds groups of cases: the document ``given``, the run's ``now`` and ``params``, and for
each expression its ``result`` or the kind of its ``error``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from auditor.expression.emit import Run
from auditor.expression.functions import FUNCTIONS
from tests.language import oracle

FILES = sorted(Path(__file__).parent.glob("*.json"))
OWN = {"age", "all", "any", "arn_account", "arn_region", "count_by", "duration", "matches", "now"}
OWN |= {"param", "unique"}


def _cases() -> Iterator[Any]:
    for file in FILES:
        for number, group in enumerate(json.loads(file.read_text("utf-8"))):
            for case in group["cases"]:
                name = f"{file.stem}-{number}-{case['expression']}"
                yield pytest.param(group, case, id=name.encode("ascii", "replace").decode())


@pytest.mark.parametrize(("group", "case"), list(_cases()))
def test_an_expression_means_what_its_case_says(
    group: dict[str, Any], case: dict[str, Any]
) -> None:
    """Value and type are those of the case, or the error is of its kind."""
    run = Run(group["now"], group["params"])
    wanted = oracle.Answer(case.get("result"), case.get("error", ""))
    found = oracle.given(case["expression"], group["given"], run)
    assert wanted.agrees(found), found


def test_every_function_of_the_dialect_is_defined() -> None:
    """Each has a file of its own name or stands in one that names it."""
    assert set(FUNCTIONS) >= OWN
    texts = " ".join(file.read_text("utf-8") for file in FILES)
    assert {name for name in OWN if texts.count(f"{name}(") < 4} == set()
