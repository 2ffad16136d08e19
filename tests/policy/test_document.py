"""YAML is read strictly, and what is read has no surprise in it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import InvalidInput, Problem
from auditor.policy import compose
from auditor.policy.document import LARGEST, load_document, parse_document
from auditor.policy.node import Mapping


@pytest.fixture(params=["libyaml", "python"])
def _each_parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """PyYAML's parser in C where it is there, and the one in Python."""
    if request.param == "python":
        monkeypatch.setattr(compose, "_LOADER", yaml.SafeLoader)


def refused(text: str | bytes) -> tuple[Problem, ...]:
    """The problems of a text that must have some."""
    raw = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(InvalidInput) as caught:
        parse_document(raw, "written")
    return caught.value.problems


def codes(text: str | bytes) -> list[str]:
    """The codes of those problems."""
    return [problem.code for problem in refused(text)]


@pytest.mark.usefixtures("_each_parser")
@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("0", 0),
        ("-12", -12),
        ("111122223333", 111122223333),
        ("9007199254740991", 9007199254740991),
        ("1.50", 1.5),
        ("1e3", 1000.0),
        ("-0.25e-2", -0.0025),
        *(
            (text, text)
            for text in (
                *("yes", "no", "on", "off", "Yes", "True", "TRUE", "Null", "y", "n"),
                *("2026-11-23", "2026-11-23T07:00:00Z", "1:30", "190:20:30", "012", "0o17"),
                *("0x1F", "1_000", "+1", "1.", ".5", ".inf", ".nan", "<<", "=", "1.2.3", "\u0661"),
            )
        ),
        ("'1'", "1"),
        ('"true"', "true"),
        ('"\\u0041\\x42"', "AB"),
    ],
)
def test_only_json_numbers_and_three_words_are_not_text(written: str, value: object) -> None:
    """Nothing becomes a date, a sexagesimal number or a boolean behind the author's back."""
    root = parse_document(f"[{written}, x]".encode(), "written") if written else None
    read = root.plain()[0] if root else parse_document(b"[a: ]", "written").plain()[0]["a"]
    assert read == value
    assert type(read) is type(value)


@pytest.mark.usefixtures("_each_parser")
def test_values_become_plain_data() -> None:
    """Lists, mappings and aliases are read as they are written, in order."""
    root = parse_document(b"b: &l [1, {c: d}]\na: *l\n", "written")
    assert root.plain() == {"b": [1, {"c": "d"}], "a": [1, {"c": "d"}]}
    assert list(root.plain()) == ["b", "a"]


def test_plain_data_is_new_with_each_call() -> None:
    """Nobody can change a document through what it gave."""
    root = parse_document(b"a: [1]", "written")
    root.plain()["a"].append(2)
    assert root.plain() == {"a": [1]}


@pytest.mark.usefixtures("_each_parser")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: [1", ["yaml-syntax"]),
        ("a: b: c", ["yaml-syntax"]),
        ("a: 'b' c", ["yaml-syntax"]),
        ('a: "\\ud83d"', ["yaml-syntax"]),
        ('a: "\\U00110000"', ["yaml-syntax"]),
        ("a: !!python/object/new:os.system [x]", ["yaml-tag"]),
        ("a: !x 1\nb: ! c", ["yaml-tag", "yaml-tag"]),
        ("a: 1\na: 2\nb: 1\nb: 2", ["duplicate-key", "duplicate-key"]),
        ("1: a\ntrue: b\n~: c\n? [d]\n: e\n? {f: g}\n: h", ["bad-key"] * 5),
        ("a: *b", ["undefined-alias"]),
        ("a: &b [*b]", ["recursive-alias"]),
        ("a: &b 1\nc: &b 2\nd: *b", ["unused-anchor"]),
        ("--- a\n--- b", ["many-documents"]),
        ("", ["empty-document"]),
        ("---\n...\n", ["empty-document"]),
        ("a: \x07\nb: \x85\u2028", ["control-character"] * 3),
        ("a: 9007199254740992\nb: -9007199254740992\nc: 1e400", ["bad-number"] * 3),
    ],
)
def test_what_is_refused(text: str, expected: list[str]) -> None:
    """Everything that could be read in two ways, or stand for more than is seen, is refused."""
    assert codes(text) == expected


@pytest.mark.usefixtures("_each_parser")
def test_aliases_that_expand_without_bound_are_refused() -> None:
    """A file of 600 bytes does not become a billion values."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    assert codes("\n".join(lines)) == ["too-many-values"]


def test_repeated_values_count_each_time() -> None:
    """An alias costs what it stands for, so that a bound on values is a bound on work."""
    items = ", ".join("x" * 300)
    assert codes(f"a: &a [{items}]\nb: [{', '.join(['*a'] * 334)}]") == ["too-many-values"]
    parse_document(f"a: &a [{items}]\nb: [{', '.join(['*a'] * 300)}]".encode(), "written")


@pytest.mark.usefixtures("_each_parser")
@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_a_million_levels_are_refused_at_once(opening: str) -> None:
    """Depth is bounded while the text is parsed, not after it."""
    assert codes(opening * 200_000) == ["too-deep"]


def test_thirty_two_levels_are_accepted() -> None:
    """The bound is on the level, a scalar's own included."""
    parse_document(b"[" * 31 + b"x" + b"]" * 31, "written")
    assert codes("[" * 32 + "x" + "]" * 32) == ["too-deep"]


def test_an_alias_is_as_deep_as_what_it_stands_for() -> None:
    """Depth cannot be hidden behind aliases."""
    parse_document(b"- &a [[[x]]]\n- " + b"[" * 27 + b"*a" + b"]" * 27, "written")
    assert codes("- &a [[[x]]]\n- " + "[" * 28 + "*a" + "]" * 28) == ["too-deep"]


def test_bytes_that_are_not_utf8_are_placed() -> None:
    """The place of the first wrong byte counts characters, not bytes."""
    (problem,) = refused("a: é".encode() + b"\xff")
    assert (problem.code, problem.line, problem.column) == ("not-utf8", 1, 5)


def test_a_byte_order_mark_at_the_start_is_no_part_of_the_text() -> None:
    """Editors that put one there do not break a file, nor move its columns."""
    root = parse_document(b"\xef\xbb\xbfa: b", "written")
    assert isinstance(root, Mapping)
    assert (root.keys["a"].line, root.keys["a"].column) == (1, 1)


def test_lines_end_as_people_write_them() -> None:
    """Line feed, carriage return and both together each end one line."""
    root = parse_document(b"a: 1\r\nb: 2\rc: 3\nd: 4", "written")
    assert isinstance(root, Mapping)
    assert [key.line for key in root.keys.values()] == [1, 2, 3, 4]


def test_a_file_is_known_by_its_digest(tmp_path: Path) -> None:
    """The digest is that of the bytes on disk."""
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a: 1\r\n")
    document = load_document(path)
    assert document.sha256 == hashlib.sha256(b"a: 1\r\n").hexdigest()
    assert document.path == str(path)


@pytest.mark.parametrize(("extra", "accepted"), [(0, True), (1, False)])
def test_a_file_has_at_most_one_mebibyte(tmp_path: Path, extra: int, accepted: bool) -> None:
    """A larger one is refused before it is parsed."""
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a: 1\n" + b"#" * (LARGEST - 5 + extra))
    if accepted:
        assert load_document(path).root.plain() == {"a": 1}
        return
    with pytest.raises(InvalidInput) as caught:
        load_document(path)
    assert [problem.code for problem in caught.value.problems] == ["file-too-large"]


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    """It is reported like every other problem, without a line."""
    with pytest.raises(InvalidInput) as caught:
        load_document(tmp_path / "none.yaml")
    (problem,) = caught.value.problems
    assert (problem.code, problem.line) == ("missing-file", 0)


@pytest.mark.parametrize("name", [".", "a\0b"])
def test_a_path_that_cannot_be_read_is_a_problem(tmp_path: Path, name: str) -> None:
    """A folder, or a name that no file can have, ends in no traceback."""
    with pytest.raises(InvalidInput) as caught:
        load_document(tmp_path / name)
    assert [problem.code for problem in caught.value.problems] == ["unreadable-file"]


TEXT = st.text(st.characters(exclude_categories=["Cs"], max_codepoint=0xFFFF), max_size=10)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_json_is_read_as_json(data: Any) -> None:
    """Everything that `json` writes is read back equal, also what YAML 1.1 would change."""
    written = json.dumps([data])
    assert json.dumps(parse_document(written.encode(), "written").plain()) == written


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    """No file ends in an exception that is not a list of problems with places."""
    try:
        problems = [parse_document(raw, "written").problem("code", "message")]
    except InvalidInput as error:
        problems = list(error.problems)
    assert problems
    assert all(problem.line >= 1 and problem.column >= 1 for problem in problems)
