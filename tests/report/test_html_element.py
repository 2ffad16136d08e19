"""HTML that is escaped from the start."""

from __future__ import annotations

import html
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.report.hostile import visible
from auditor.report.html.element import Html, element, joined
from tests.report.hostile import TEXTS


class _Reader(HTMLParser):
    """What a browser would see of a piece of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: dict[str, str | None] = {}
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        self.tags.append(tag)
        self.attributes.update(attrs)

    def handle_data(self, data: str) -> None:
        """A text between elements."""
        self.text += data


def _read(piece: Html) -> _Reader:
    reader = _Reader()
    reader.feed(piece.text)
    reader.close()
    return reader


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_stays_a_text(text: str) -> None:
    """Whatever a text holds, it makes no element, and is seen in full."""
    read = _read(element("p", text))
    assert read.tags == ["p"]
    assert read.text == visible(text)


@given(st.text())
def test_an_attribute_holds_any_text(text: str) -> None:
    """No text ends the attribute that it stands in."""
    read = _read(element("p", title=text))
    assert read.tags == ["p"]
    assert read.attributes == {"title": visible(text)}


@given(st.text())
def test_no_character_acts(text: str) -> None:
    """Controls, bidirectional marks and surrogates never reach the file."""
    piece = element("p", text, title=text).text
    assert piece.isprintable()
    assert piece.encode()


def test_what_was_built_is_not_escaped_again() -> None:
    """An element in an element stays one."""
    assert element("p", element("b", "a<b"), " & c").text == "<p><b>a&lt;b</b> &amp; c</p>"


def test_children_of_every_sort() -> None:
    """Numbers get their separators, nothing leaves nothing, and iterables are taken apart."""
    assert joined(1234567, None, ["a", (each for each in "bc")]).text == "1,234,567abc"


def test_attributes_of_every_sort() -> None:
    """True has no value, None and False are left out, a number is written plainly."""
    made = element(
        "input", class_="a b", aria_label="x", hidden=True, id=None, checked=False, max=1000
    )
    assert made.text == '<input class="a b" aria-label="x" hidden max="1000">'


@pytest.mark.parametrize(
    "attributes",
    [
        {"style": "color:red"},
        {"onclick": "alert(1)"},
        {"src": "x.png"},
        {"action": "/"},
        {"href": "https://example.invalid"},
        {"href": "javascript:alert(1)"},
        {"href": ""},
    ],
    ids=str,
)
def test_what_could_run_or_fetch_is_refused(attributes: dict[str, str]) -> None:
    """A report has no styles, handlers, sources or links that lead out of it."""
    with pytest.raises(ValueError, match="report"):
        element("a", **attributes)


def test_a_link_leads_to_a_place_in_the_page() -> None:
    """The only links there are."""
    assert element("a", "Rules", href="#rules").text == '<a href="#rules">Rules</a>'
    assert html.unescape(element("a", href='#a"b').text) == '<a href="#a"b"></a>'
