"""Numbers and lists in sentences."""

from __future__ import annotations

import pytest

from auditor.report.words import between, counted, listed, steps


@pytest.mark.parametrize(
    ("count", "expected"), [(0, "0 models"), (1, "1 model"), (1040, "1,040 models")]
)
def test_a_count_agrees_with_its_noun(count: int, expected: str) -> None:
    """One is singular, everything else plural, thousands are separated."""
    assert counted(count, "model") == expected


@pytest.mark.parametrize(
    ("items", "expected"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_a_list_is_joined_as_in_a_sentence(items: list[str], expected: str) -> None:
    """The last item is joined by a word."""
    assert listed(items) == expected


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("2026-11-23T07:00:03.240Z", "3.2 s"),
        ("2026-11-23T07:02:05.000Z", "2m 5s"),
        ("2026-11-23T06:59:00.000Z", "0.0 s"),
    ],
)
def test_a_time_between_is_never_negative(end: str, expected: str) -> None:
    """A clock that was set back gives no time at all instead of a negative one."""
    assert between("2026-11-23T07:00:00.000Z", end) == expected


@pytest.mark.parametrize(
    ("remediation", "lines"),
    [
        ("", []),
        ("aws delete 'a b'", ["aws delete 'a b'"]),
        ("Ask first.\n\naws delete x", ["Ask first.", "aws delete x"]),
        ("aws delete 'a\nb'", ["aws delete 'a\nb'"]),
        ('aws delete "a\nb"', ['aws delete "a\nb"']),
        ("a\naws 'it'\"'\"'s'", ["a", "aws 'it'\"'\"'s'"]),
        ("a \\'\nb", ["a \\'", "b"]),
        ("don't\naws delete x", ["don't\naws delete x"]),
    ],
)
def test_a_command_is_never_cut_in_two(remediation: str, lines: list[str]) -> None:
    """Lines are taken apart only where each is whole for itself."""
    assert steps(remediation) == lines


def test_steps_take_as_long_as_the_text() -> None:
    """A text with very many quotes that never match is done at once."""
    assert len(steps("'\"" * 50_000 + "\n'")) == 1
