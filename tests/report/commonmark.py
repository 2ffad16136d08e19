"""A parser of CommonMark with GitHub's additions, also of links that nobody marked as such."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

pytest.importorskip("linkify_it", reason="links that nobody marked are looked for with it")

_PARSER = MarkdownIt("gfm-like")


def tokens(text: str) -> Iterator[Token]:
    """Every token that a reader of Markdown finds, those inside of lines too."""
    for token in _PARSER.parse(text):
        yield token
        yield from token.children or ()


def kinds(found: Iterable[Token]) -> set[str]:
    """What the tokens are, beside text."""
    return {token.type for token in found} - {"inline", "text", "paragraph_open", "paragraph_close"}
