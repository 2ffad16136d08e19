"""Shapes and the JSON Schemas that they become say the same of small values."""

from __future__ import annotations

import json

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.config.shape import config_schema
from auditor.policy.document import parse_document
from auditor.policy.schema import TIMESTAMP, policy_schema
from auditor.policy.shape import Anything, Code, Lines, Shape, Switch, Text, Whole, Word, shown
from auditor.policy.structure import Either, Key, ListOf, MapOf, Record

SHAPES: tuple[Shape, ...] = (
    Text(),
    Text("a word", pattern="[a-c]{1,3}"),
    TIMESTAMP,
    Lines(),
    Code(),
    Word(("a", "b")),
    Whole(1, 5),
    Switch(),
    Anything(),
    ListOf(Word(("a", "b"))),
    Either("all", ListOf(Text())),
    MapOf(Text("a word", pattern="[a-c]+"), Whole(0, 3)),
    MapOf(Text(), Anything(), may_be_empty=True),
    Record("a record", {"a": Key(Text(), "", required=True), "b": Key(Switch(), "")}),
    Record("a choice", {"a": Key(Text(), ""), "b": Key(Text(), "")}, one_of=("a", "b")),
)
WORDS = st.sampled_from(["a", "b", "abc", "all", "", " ", "a\nb", "d", "2026-11-23T07:00:00Z"])
DATA = st.recursive(
    WORDS | st.none() | st.booleans() | st.integers(-1, 7) | st.just(1.5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: type(shape).__name__)
@given(DATA)
def test_a_shape_and_its_json_schema_agree(shape: Shape, data: object) -> None:
    """A value has problems exactly if its JSON Schema refuses it."""
    written = json.dumps([data])
    node = parse_document(f"key: {written}".encode(), "written")
    wrapped = Record("a file", {"key": Key(ListOf(shape), "")})
    validator = jsonschema.Draft202012Validator(wrapped.schema())
    assert validator.is_valid({"key": [data]}) is not any(wrapped.check(node, "the file"))


@pytest.mark.parametrize("schema", [policy_schema(), config_schema()], ids=["policy", "config"])
def test_what_is_published_is_a_json_schema(schema: dict[str, object]) -> None:
    """Editors can load it."""
    jsonschema.Draft202012Validator.check_schema(schema)
    assert json.loads(json.dumps(schema)) == schema


def test_text_in_a_message_is_one_short_line() -> None:
    """What a file holds cannot break the lines of a terminal or fill it."""
    assert shown("a\n b\t c") == "a b c"
    assert shown("x" * 100) == "x" * 60 + "…"
