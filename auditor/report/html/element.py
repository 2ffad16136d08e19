"""HTML that is escaped from the start: only what was built here is written as it is."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import TypeAlias

from msgspec import Struct

from auditor.report.hostile import visible


class Html(Struct, frozen=True):
    """Markup. Made by `element` and `joined`, and by nothing that holds another's text."""

    text: str


Child: TypeAlias = "Html | str | int | Iterable[Child] | None"
"""What can stand in an element: a text is escaped, a number gets separators, None is nothing."""

_VOID = frozenset({"br", "col", "input", "link", "meta"})


def element(name: str, /, *children: Child, **attributes: str | int | bool | None) -> Html:
    """An element with its attributes and children.

    ``class_`` and ``for_`` lose their underscore, any other underscore is a hyphen. An attribute
    that is None or False is left out, one that is True has no value. Raises ValueError for what a
    page without foreign code never has: a style, a handler, an address outside of the page.
    """
    opened = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Html(f"<{name}{opened}>")
    return Html(f"<{name}{opened}>{_text(children)}</{name}>")


def joined(*children: Child) -> Html:
    """The children one after the other, without an element around them."""
    return Html(_text(children))


def _text(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Html):
        return child.text
    if isinstance(child, str):
        return html.escape(visible(child))
    if isinstance(child, int):
        return f"{child:,}"
    return "".join(map(_text, child))


def _attribute(key: str, value: str | int | bool | None) -> str:  # noqa: FBT001
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    text = str(value)
    if name.startswith("on") or name in ("style", "src", "srcset", "action"):
        raise ValueError(f"the attribute {name} has no place in a report")
    if name == "href" and not text.startswith("#"):
        raise ValueError(f"a link leads to a place in the report, not to {text!r}")
    return f' {name}="{html.escape(visible(text))}"'
