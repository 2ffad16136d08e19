"""From JSON to values."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.source.values import ValueFault, decoded

_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), _JSON), st.booleans())
def test_any_object_is_decoded_as_the_standard_library_does(
    value: dict[str, Any], ascii_only: bool
) -> None:
    """Whatever is quicker gives the same values of the same types."""
    text = json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    found = decoded(text)
    assert found == value
    assert repr(found) == repr(json.loads(text))


@pytest.mark.parametrize("number", [2**63, 2**64 - 1, 2**64, -(2**63) - 1, 10**30, 10**18])
def test_an_integer_stays_one_however_long_it_is(number: int) -> None:
    """A quick decoder would make a float of it."""
    found = decoded(b'{"a":[%d]}' % number)["a"][0]
    assert (found, type(found)) == (number, int)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param(b'{"a":"\\ud800"}', {"a": "\ud800"}, id="lone-surrogate"),
        pytest.param('{"a":1}'.encode("utf-16"), {"a": 1}, id="utf-16"),
        pytest.param(b"\xef\xbb\xbf{}", {}, id="byte-order-mark"),
        pytest.param(b'{"a":1,"a":2}', {"a": 2}, id="name-twice"),
    ],
)
def test_unusual_json_is_json(text: bytes, value: object) -> None:
    """What another company's text holds must not make a version unreadable."""
    assert decoded(text) == value


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(b"<html>", "at character 0 of 6", id="html"),
        pytest.param(b'{"a": [1, 2', "at character 11 of 11", id="torn"),
        pytest.param(b"", "at character 0 of 0", id="empty"),
        pytest.param(b"[]", "some other JSON value", id="list"),
        pytest.param(b'{"a":NaN}', "cannot be decoded", id="nan"),
        pytest.param(b'{"a":1e999}', "cannot be decoded", id="infinite"),
        pytest.param(b'{"a":' + b"[" * 100_000, "cannot be decoded", id="deep"),
        pytest.param(b'{"a":"\xff"}', "cannot be decoded", id="not-utf-8"),
    ],
)
def test_what_is_no_object_of_json_is_refused(text: bytes, told: str) -> None:
    """The text says in which way, and holds nothing of what was there."""
    with pytest.raises(ValueFault, match=told):
        decoded(text)
