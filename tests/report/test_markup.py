"""Texts of others in Markdown: they are shown, and do nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.report.hostile import visible
from auditor.report.markup import code, fitted, plain, size
from tests.report.commonmark import kinds, tokens
from tests.report.hostile import TEXTS

_ALPHABET = st.text(st.sampled_from(list("`*_[]()<>#!|~@&:$^\\.-+ \n\tahw1/"))) | st.text()
_UNSEEN = "\N{ZERO WIDTH SPACE}"


def _shown(text: str) -> str:
    """The text that a reader sees of one paragraph."""
    return "".join(token.content for token in tokens(text) if token.type in ("text", "code_inline"))


@given(_ALPHABET)
def test_plain_text_is_only_text(text: str) -> None:
    """Whatever it is, a reader sees exactly its visible form, and finds no markup in it."""
    written = f"x {plain(text)} x"
    assert kinds(tokens(written)) == set()
    assert _shown(written).replace(_UNSEEN, "") == f"x {visible(text)} x".replace(_UNSEEN, "")


@given(_ALPHABET)
def test_code_is_only_code(text: str) -> None:
    """Whatever it is, it stays within its span, and nothing is lost of it but outer spaces."""
    written = f"x {code(text)} x"
    seen = visible(text).strip(" ")
    assert kinds(tokens(written)) == ({"code_inline"} if seen else set())
    assert _shown(written) == f"x {seen or '(empty)'} x"


@given(_ALPHABET)
def test_plain_text_stays_in_its_cell(text: str) -> None:
    """No bar of it makes another column."""
    found = list(tokens(f"| a | b |\n|---|---|\n| {plain(text)} | x |\n"))
    assert sum(token.type == "td_open" for token in found) == 2
    assert [token.content for token in found if token.type == "text"][-1] == "x"


@pytest.mark.parametrize("text", ["@team", "a @ml-platform/owners b", "fix #12", "gh-7", "GH-7"])
def test_nobody_is_mentioned(text: str) -> None:
    """GitHub looks at what is shown, so the sign and the name do not touch."""
    assert not re.search(r"[@#]\w|GH-\d", _shown(plain(text)), re.IGNORECASE)


@pytest.mark.parametrize(
    "text",
    ["https://example.invalid/x", "www.example.com", "me@example.com", "a.example.com"],
)
def test_addresses_are_no_links(text: str) -> None:
    """Neither for GitHub, which links what looks like one."""
    assert "link_open" in kinds(tokens(text))
    assert kinds(tokens(plain(text))) == set()
    assert kinds(tokens(code(text))) == {"code_inline"}


def test_ordinary_words_are_left_as_they_are() -> None:
    """The text stays readable where nobody renders it."""
    text = "21 failures of 2 rules: 1 critical (A.8.10, SI-12), 20 low."
    assert plain(text) == text


def test_code_is_cut_where_it_is_too_long() -> None:
    """To so many characters that are seen."""
    assert code("a" * 100, 10) == f"`{'a' * 9}\N{HORIZONTAL ELLIPSIS}`"


@pytest.mark.parametrize("text", TEXTS)
def test_hostile_texts_do_nothing(text: str) -> None:
    """In a list, in a quotation and in a heading too."""
    for begun in ("- ", "> ", "### "):
        found = kinds(tokens(f"{begun}{plain(text)}: {code(text)}\n"))
        assert not found & {"html_inline", "html_block", "link_open", "image", "fence", "hr"}


def test_what_does_not_fit_is_counted() -> None:
    """Lines are kept whole, in their order, and the last line says how many are missing."""
    lines = [f"line {n} \N{HORIZONTAL ELLIPSIS}" for n in range(100)]
    assert fitted(lines, size(lines)) == lines
    cut = fitted(lines, 500)
    assert size(cut) <= 500
    kept = [line for line in cut if line.startswith("line")]
    assert kept == lines[: len(kept)]
    assert f"{100 - len(kept)} more lines" in "".join(cut)
