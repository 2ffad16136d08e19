"""How large a value an expression could build is known before it does."""

from __future__ import annotations

import pytest

from auditor.expression.growth import too_large
from auditor.expression.syntax import parse


@pytest.mark.parametrize(
    "text",
    [
        " | ".join(["[@, @]"] * 30),
        "[@,@][] | " * 39 + "[@,@][]",
        "(" + " | ".join(["[@, @]"] * 20) + ") == @",
        "map(&" + " | ".join(["{a: @, b: @}"] * 25) + ", @)",
        "a[?" + " | ".join(["[@, @, @]"] * 13) + "]",
        "[@, @] | " * 15 + "a[*].b | " + " | ".join(["[@, @]"] * 5),
        "sort_by(a, &(" + " | ".join(["[@, @]"] * 20) + "))",
        "to_string([" * 21 + "@" + "])" * 21,
        "join(" * 4 + "a" + ", b)" * 4,
        "*.{a: [@, @]}.*.{a: [@, @]}" * 1 + ".*.{a: [@, @, @, @, @, @, @, @, @, @]}" * 6,
    ],
)
def test_what_doubles_again_and_again_is_too_large(text: str) -> None:
    """Thirty doublings make a value that no machine can compare."""
    assert too_large(parse(text))


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "[a, b, c] | [0]",
        "contains(['A', 'B', 'C'], status)",
        "{a: b, c: d}.a",
        "a" + "[?b]" * 55,
        "to_string(@) || join(', ', [a, b, c])",
        "length(" + " | ".join(["[a, b]"] * 5) + ") == length(map(&[@, @], c))",
        "[" + ", ".join("a" * 100) + "]",
        "versions[?status == 'ACTIVE'].{a: name, b: [status, name]}",
        " && ".join(f"contains(['A', 'B', 'C', 'D'], s{number})" for number in range(100)),
    ],
)
def test_what_people_write_is_not(text: str) -> None:
    """Lists of words and selections of members stay small."""
    assert not too_large(parse(text))
