"""JSON text is the same bytes for equal values, and every reader takes it."""

from __future__ import annotations

import json
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.model import Severity, Unavailable, Why
from auditor.report.encoding import document, line, lines, strict_line, strict_lines

_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def test_a_line_is_compact_and_its_keys_are_sorted() -> None:
    """Keys come in the order of their text, with no space anywhere."""
    assert line({"b": [1], "a": {"d": None, "c": True}}) == '{"a":{"c":true,"d":null},"b":[1]}\n'


def test_a_document_is_indented_by_two() -> None:
    """A document for people has one member a line."""
    assert document({"b": 1, "a": []}) == '{\n  "a": [],\n  "b": 1\n}\n'


def test_a_lone_surrogate_survives() -> None:
    """A name that is no valid Unicode comes back as it was."""
    text = line({"name": "a\ud800b"})
    assert text == '{"name":"a\\ud800b"}\n'
    assert json.loads(text) == {"name": "a\ud800b"}


def test_numbers_that_json_does_not_have_are_written_as_their_names() -> None:
    """NaN and the infinities become text, so that a strict reader takes the file."""
    value = {"a": [float("nan"), {"b": float("inf")}], "c": (float("-inf"), 1.5)}
    assert line(value) == '{"a":["nan",{"b":"inf"}],"c":["-inf",1.5]}\n'


def test_values_of_the_model_have_a_json_form() -> None:
    """Read-only mappings, enumerations and what was not read can stand anywhere."""
    value = MappingProxyType({"s": Severity.LOW, "d": Unavailable(Why.UNREAD, "denied")})
    assert line(value) == '{"d":{"$unavailable":{"reason":"denied","why":"unread"}},"s":"low"}\n'


def test_anything_else_is_refused() -> None:
    """A value without a JSON form is a mistake in the code, and is not written as its repr."""
    with pytest.raises(TypeError, match="object has no JSON form"):
        line({"a": object()})


@given(_JSON)
def test_what_is_written_can_be_read_back(value: object) -> None:
    """Any JSON value comes back equal, from one line of printable ASCII."""
    text = line(value)
    assert json.loads(text) == value
    assert text.isascii()
    assert text.endswith("\n")
    assert text[:-1].isprintable()
    assert json.loads(document(value)) == value


@given(_JSON)
def test_a_line_is_what_the_standard_library_writes(value: object) -> None:
    """Whoever compares two inventories compares bytes: no encoder may show in them."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    assert line(value) == text + "\n"
    assert strict_line(value) == text + "\n"
    assert document(value) == json.dumps(value, sort_keys=True, indent=2) + "\n"


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"del": "\x7f", "controls": "\x00\x08\x1f\n"}, id="controls"),
        pytest.param({"\u00e9": "\u2028 \U0001f600 \u00ff\x7f"}, id="outside-ascii"),
        pytest.param({"\U0001f600": 1, "\uffff": 2}, id="order-of-keys"),
        pytest.param(["\ud83d", "\udc00x"], id="lone-surrogates"),
        pytest.param([1e-05, 1e16, -0.0, 0.1, {"a": [1e300]}], id="floats"),
        pytest.param([2**64, -(2**80), 2**63], id="large-integers"),
        pytest.param({"a": ({"b": 0.00001},)}, id="a-float-in-a-tuple"),
        pytest.param({1: "a", 2: "b"}, id="keys-that-are-numbers"),
    ],
)
def test_what_encoders_write_differently_is_written_in_one_way(value: object) -> None:
    """The standard library decides."""
    assert line(value) == json.dumps(value, sort_keys=True, separators=(",", ":")) + "\n"
    assert document(value) == json.dumps(value, sort_keys=True, indent=2) + "\n"


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_strict_line_refuses_numbers_that_json_does_not_have(number: float) -> None:
    """What is read again must be what was written."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        strict_line({"a": [number]})


@given(st.lists(st.dictionaries(st.text(), _JSON), max_size=5))
def test_many_lines_are_what_single_ones_are(values: list[dict[str, object]]) -> None:
    """How many are written at once does not show."""
    values = [{"": 0, **value} for value in values]
    assert lines(values, values) == "".join(map(line, values)).encode()
    assert strict_lines(values, values) == [line(value).encode() for value in values]


@pytest.mark.parametrize(
    "inside",
    [
        pytest.param([{"x": {}}, {"a": 1}], id="in-a-list"),
        pytest.param('{},{"a":', id="in-a-text"),
        pytest.param({'{},{"a":': {}}, id="in-a-name"),
        pytest.param(1e-05, id="with-a-float"),
        pytest.param("\u00e9\x7f\ud800", id="with-a-lone-surrogate"),
    ],
)
def test_a_line_ends_only_where_its_value_does(inside: object) -> None:
    """What looks like the border between two values may stand inside one."""
    values: list[dict[str, object]] = [{"a": inside}, {"a": 2, "b": inside}, {"a": {}}]
    assert lines(values, values) == "".join(map(line, values)).encode()
