"""Text of another company does nothing on a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.report.hostile import visible
from tests.report import samples

_ANY = st.text(st.characters(exclude_categories=()))

_CASES = {
    "plain text stays": ("churn-predictor v2 (beta)", "churn-predictor v2 (beta)"),
    "other scripts stay": (
        "\u5e83\u544a \u043c\u043e\u0434\u0435\u043b\u044c",
        "\u5e83\u544a \u043c\u043e\u0434\u0435\u043b\u044c",
    ),
    "an accent stays": ("modele\u0301", "modele\u0301"),
    "escape": ("\x1b[31mred", "\\x1b[31mred"),
    "C1 control": ("\x9b2J", "\\x9b2J"),
    "delete and bell": ("a\x7f\x07", "a\\x7f\\x07"),
    "line ends and tabs": ("a\r\n\tb", "a\\r\\n\\tb"),
    "line and paragraph separator": ("a\u2028b\u2029", "a\\u2028b\\u2029"),
    "right-to-left override": ("\u202eexe.doc", "\\u202eexe.doc"),
    "isolates": ("\u2066a\u2069", "\\u2066a\\u2069"),
    "zero width": ("a\u200bb\ufeff", "a\\u200bb\\ufeff"),
    "odd spaces": ("a\u00a0b\u3000", "a\\xa0b\\u3000"),
    "blank letters": ("\u3164\u2800", "\\u3164\\u2800"),
    "tags": ("\U000e0041", "\\U000e0041"),
    "lone surrogate": ("\ud800", "\\ud800"),
    "private use": ("\ue000", "\\ue000"),
    "a pile of marks": ("Z\u0351\u0352\u0353\u0354", "Z\u0351\u0352\\u0353\\u0354"),
    "a mark with nothing under it": ("\u0351a", "\\u0351a"),
}


@pytest.mark.parametrize(("text", "expected"), _CASES.values(), ids=list(_CASES))
def test_what_acts_becomes_what_is_seen(text: str, expected: str) -> None:
    """A character that would act, hide or pile up is written as an escape."""
    assert visible(text) == expected


def test_a_long_text_is_cut_with_an_ellipsis() -> None:
    """The result has exactly the limit's length, and says that it was cut."""
    assert visible("abcdefgh", 8) == "abcdefgh"
    assert visible("abcdefghi", 8) == "abcdefg\u2026"
    assert visible("abcdefghi", 8, ascii_only=True) == "abcde..."
    assert visible("\x1b" * 9, 8) == "\\x1b\\x1\u2026"


@given(_ANY | st.sampled_from(samples.HOSTILE))
def test_the_result_is_one_printable_line(text: str) -> None:
    """Each character of the result is seen, and a second pass changes nothing."""
    seen = visible(text)
    assert seen.isprintable()
    assert visible(seen) == seen
    seen.encode()


@given(_ANY, st.integers(min_value=1, max_value=20))
def test_ascii_and_the_limit_hold_for_any_text(text: str, limit: int) -> None:
    """With both asked for, the result is ASCII and no longer than the limit."""
    seen = visible(text, max(limit, 3), ascii_only=True)
    assert seen.isascii()
    assert seen.isprintable()
    assert len(seen) <= max(limit, 3)
