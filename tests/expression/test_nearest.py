"""What somebody probably meant to write."""

from __future__ import annotations

import pytest

from auditor.expression.nearest import suggestion


@pytest.mark.parametrize(
    ("written", "known", "meant"),
    [
        ("statuss", ["status", "statusDetails"], "status"),
        ("role", ["profile", "role_arn"], "role_arn"),
        (
            "incremental",
            ["incrementalTrainingDataChannels", "name"],
            "incrementalTrainingDataChannels",
        ),
        ("STATUS", ["status"], "status"),
        ("regon", ["region", "regions"], "region"),
    ],
)
def test_the_nearest_name_is_proposed(written: str, known: list[str], meant: str) -> None:
    """A slip of the finger comes first, then what begins so, then what is like it."""
    assert suggestion(written, known) == f"did you mean `{meant}`?"


def test_where_nothing_is_near_the_choice_is_shown() -> None:
    """All names where there are few; nothing where there is none."""
    assert suggestion("zzz", ["b", "a"]) == "there is a, b"
    assert suggestion("zzz", []) == ""
