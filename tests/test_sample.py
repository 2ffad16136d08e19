"""reports/sample/ is what the code writes today."""

from __future__ import annotations

from functools import cache

import pytest

from tests.sample import FOLDER, ROWS, sample

NAMES = ["inventory.jsonl", "report.json", *(row.file for row in ROWS)]


@cache
def fresh() -> dict[str, str]:
    """The sample as it would be written now."""
    return dict(sample())


@pytest.mark.parametrize("name", NAMES)
def test_the_committed_sample_is_fresh(name: str) -> None:
    """``python -m tests.sample`` writes it anew."""
    assert FOLDER.joinpath(name).read_bytes() == fresh()[name].encode()


def test_the_sample_holds_every_format_and_nothing_else() -> None:
    """One file of each format, the report, and the inventory that they came from."""
    assert {path.name for path in FOLDER.iterdir()} == set(NAMES)
