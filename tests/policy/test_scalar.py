"""Each character of a scalar is found again in the file, however YAML writes it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import InvalidInput
from auditor.policy.document import parse_document
from auditor.policy.node import Mapping, Node, Scalar, Sequence
from auditor.policy.scalar import offsets

SPECIAL = st.text(st.sampled_from("ab é😀'\"\\#:-&|>{}[]`@!,.\t\n\n  "), max_size=40)
ANY = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)

ESCAPES = ["''", "\\n", "\\x41", "\\u00e9", "\\U0001F600", "\\ ", "\\\t", '\\"', "\\\\", "\\\n"]
PIECE = st.sampled_from([*'ab é😀"\\#:-', "  ", "    ", "\t", *ESCAPES])
LINE = st.builds(
    lambda depth, pieces, end: " " * depth + "".join(pieces) + end,
    st.integers(0, 6),
    st.lists(PIECE, max_size=6),
    st.sampled_from(["\n", "\n", "\r\n", "\r"]),
)
BODY = st.lists(LINE, max_size=6).map("".join)
HEADER = st.sampled_from(["|", "|-", "|+", ">", ">-", ">+", "|2", ">1-", "|+3", ">2+ # note"])
WRITTEN = st.one_of(
    st.builds("{}k: {}\n{}".format, st.sampled_from(["", "- ", "- - "]), HEADER, BODY),
    BODY.map('k: "{}"\nz: 1\n'.format),
    BODY.map("k: '{}'\nz: 1\n".format),
    BODY.map("k: {}\nz: 1\n".format),
    BODY.map("{{k: {}, z: 1}}".format),
)


def scalars(node: Node) -> Iterator[Scalar]:
    """Every scalar of a value, keys included."""
    match node:
        case Scalar():
            yield node
        case Sequence():
            for item in node.items:
                yield from scalars(item)
        case Mapping():
            yield from node.keys.values()
            for value in node.values.values():
                yield from scalars(value)


def value_of_k(written: str) -> Scalar:
    """The text under the key ``k``."""
    root = parse_document(written.encode(), "written")
    assert isinstance(root, Mapping)
    found = root.scalar("k")
    assert found
    return found


def check_places(scalar: Scalar) -> None:
    """Each character stands in the file where it is said to stand, or is written there."""
    text = scalar.source.text
    known = offsets(text, scalar.start, scalar.end, scalar.style, scalar.text)
    assert known is not None
    assert len(known) == len(scalar.text) + 1
    assert list(known[:-1]) == sorted(set(known[:-1]))
    for char, index in zip(scalar.text, known, strict=False):
        escaped = scalar.style == '"' and text[index] == "\\"
        folded = char in " \n" and text[index] in "\r\n"
        assert text[index] == char or escaped or folded


@given(SPECIAL | ANY, st.sampled_from([None, "'", '"', "|", ">"]), st.sampled_from([10, 80]))
def test_what_pyyaml_writes_is_placed(text: str, style: str | None, width: int) -> None:
    """Whatever text in whatever style: every character is where `place` says."""
    written = yaml.dump([text], default_style=style, width=width, allow_unicode=True)
    root = parse_document(written.encode(), "written")
    assert isinstance(root, Sequence)
    scalar = root.items[0]
    assert isinstance(scalar, Scalar)
    assert scalar.text == yaml.safe_load(written)[0]
    check_places(scalar)


@given(WRITTEN)
def test_what_people_write_is_placed(written: str) -> None:
    """Folds, indentation indicators, chomping and escapes are followed as the parser does."""
    try:
        root = parse_document(written.encode(), "written")
    except InvalidInput:
        return
    for scalar in scalars(root):
        if scalar.text.strip():
            check_places(scalar)


@pytest.mark.parametrize(
    ("written", "part", "place"),
    [
        ("k: a == bad", "bad", (1, 9)),
        ("k: a ==\n  bad", "bad", (2, 3)),
        ("k: a ==\n\n   bad", "bad", (3, 4)),
        ("k: 'it''s bad'", "bad", (1, 11)),
        ("k: 'a\n  bad'", "bad", (2, 3)),
        ('k: "\\u00e9\\n bad"', "bad", (1, 14)),
        ('k: "a \\\n  bad"', "bad", (2, 3)),
        ("k: |\n  a\n  bad\n", "bad", (3, 3)),
        ("k: |-\n    a\n\n    bad", "bad", (4, 5)),
        ("k: |1-\n   a\n  bad", "bad", (3, 3)),
        ("k: >\n  a\n  bad\n", "bad", (3, 3)),
        ("k: >-\r\n  a\r\n\r\n    more\r\n  bad\r\n", "bad", (5, 3)),
        ("k: &anchor |-  # note\n  a\n  bad\nz: *anchor", "bad", (3, 3)),
        ("k: é😀 bad", "bad", (1, 7)),
    ],
)
def test_a_place_inside_a_scalar(written: str, part: str, place: tuple[int, int]) -> None:
    """An offset in the text is the line and column where an editor shows that character."""
    scalar = value_of_k(written)
    assert scalar.place(scalar.text.index(part)) == place


@pytest.mark.parametrize(
    ("written", "place"),
    [("k: abc", (1, 7)), ("k: 'abc'", (1, 8)), ("k: |\n  abc\n", (2, 6)), ("k: |-\n  abc", (2, 6))],
)
def test_the_end_of_a_text_has_a_place(written: str, place: tuple[int, int]) -> None:
    """What is missing at the end of a text is marked behind its last character."""
    scalar = value_of_k(written)
    assert scalar.place(len(scalar.text)) == place
    assert scalar.place(99) == place


def test_a_text_that_cannot_be_followed_is_placed_at_its_start() -> None:
    """Where the decoding gives another text, nothing is guessed."""
    scalar = value_of_k("k: abc")
    other = Scalar(scalar.source, scalar.start, scalar.end, "axc", "axc", "")
    assert other.place(2) == (1, 4)
    assert scalar.place(2) == (1, 6)


def test_a_problem_marks_the_part_of_its_first_line() -> None:
    """The caret covers the part that is meant, up to the end of the line it begins on."""
    scalar = value_of_k("k: |\n  a == bad\n  && c\n")
    part = scalar.problem("code", "message", "hint", 5, 8)
    assert (part.path, part.line, part.column, part.length) == ("written", 2, 8, 3)
    assert part.source == "  a == bad"
    whole = scalar.problem("code", "message")
    assert (whole.line, whole.column, whole.length) == (2, 3, 8)
