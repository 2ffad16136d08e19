"""The `jmespath` package's tree, as the nodes of this project."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

from auditor.expression.nodes import (
    And,
    Call,
    Compare,
    Current,
    Field,
    Filter,
    Flatten,
    Index,
    Literal,
    MultiDict,
    MultiList,
    Node,
    Not,
    Or,
    Projection,
    Reference,
    Slice,
    Sub,
    Values,
)


class Converter:
    """The package's dictionaries to our nodes."""

    def __init__(self, text: str) -> None:
        self._text = text

    def convert(self, raw: dict[str, Any], outer: tuple[int, int]) -> Node:
        """The node of a dictionary; what has no place of its own stands at ``outer``."""
        span = raw.get("span", outer)
        made: Node = getattr(self, f"_{raw['type']}")(raw, span)
        return made

    def _below(self, raw: dict[str, Any], span: tuple[int, int]) -> list[Node]:
        return [self.convert(child, span) for child in raw["children"]]

    def _literal(self, raw: dict[str, Any], span: tuple[int, int]) -> Node:
        value = raw["value"]
        written = self._text[slice(*span)].strip("( )\n\t\r")
        sound = not written.startswith("`") or _is_json(written[1:-1].replace("\\`", "`"))
        return Literal(json.dumps(value, sort_keys=True), value, sound, span=span)

    def _current(self, _raw: dict[str, Any], span: tuple[int, int]) -> Node:
        return Current(span=span)

    def _identity(self, _raw: dict[str, Any], span: tuple[int, int]) -> Node:
        return Current(span=span)

    def _field(self, raw: dict[str, Any], span: tuple[int, int]) -> Node:
        return Field(raw["value"], span=span)

    def _chain(self, raw: dict[str, Any], span: tuple[int, int], *, pipe: bool) -> Node:
        left, *rest = self._below(raw, span)
        for right in rest:
            until = span if right is rest[-1] else (left.span[0], right.span[1])
            left = Sub(left, right, pipe, span=until)
        return left

    def _subexpression(self, raw: dict[str, Any], span: tuple[int, int]) -> Node:
        return self._chain(raw, span, pipe=False)

    def _pipe(self, raw: dict[str, Any], span: tuple[int, int]) -> Node:
        return self._chain(raw, span, pipe=True)

    def _index_expression(self, raw: dict[str, Any], span: tuple[int, int]) -> Node:
        first, *rest = raw["children"]
        base = self.convert(first, span)
        start = rest[0]["span"][0] if isinstance(base, Current) else base.span[0]
        for step in rest:
            until = span if step is rest[-1] else (start, step["span"][1])
            if step["type"] == "index":
                base = Index(base, step["value"], span=until)
            else:
                base = Slice(base, *step["children"], span=until)
        return base

    def _index(self, raw: dict[str, Any], span: tuple[int, int]) -> Node:
        return Index(Current(span=span), raw["value"], span=span)

    def _flatten(self, raw: dict[str, Any], span: tuple[int, int]) -> Node:
        return Flatten(self._below(raw, span)[0], span=span)

    def _projection(self, raw: dict[str, Any], span: tuple[int, int]) -> Node:
        return Projection(*self._below(raw, span), span=span)

    def _value_projection(self, raw: dict[str, Any], span: tuple[int, int]) -> Node:
        return Values(*self._below(raw, span), span=span)

    def _filter_projection(self, raw: dict[str, Any], span: tuple[int, int]) -> Node:
        return Filter(*self._below(raw, span), span=span)

    def _comparator(self, raw: dict[str, Any], span: tuple[int, int]) -> Node:
        return Compare(raw["value"], *self._below(raw, span), span=span)

    def _and_expression(self, raw: dict[str, Any], span: tuple[int, int]) -> Node:
        return And(*self._below(raw, span), span=span)

    def _or_expression(self, raw: dict[str, Any], span: tuple[int, int]) -> Node:
        return Or(*self._below(raw, span), span=span)

    def _not_expression(self, raw: dict[str, Any], span: tuple[int, int]) -> Node:
        return Not(*self._below(raw, span), span=span)

    def _multi_select_list(self, raw: dict[str, Any], span: tuple[int, int]) -> Node:
        return MultiList(tuple(self._below(raw, span)), span=span)

    def _multi_select_dict(self, raw: dict[str, Any], span: tuple[int, int]) -> Node:
        names = tuple(pair["value"] for pair in raw["children"])
        items = tuple(self.convert(pair["children"][0], span) for pair in raw["children"])
        return MultiDict(names, items, span=span)

    def _function_expression(self, raw: dict[str, Any], span: tuple[int, int]) -> Node:
        arguments = tuple(self._below(raw, span))
        gaps = (self._text[left.span[1] : right.span[0]] for left, right in pairwise(arguments))
        commas = all("," in gap for gap in gaps) and not self._trailing_comma(arguments, span)
        return Call(raw["value"], arguments, commas, span=span)

    def _trailing_comma(self, arguments: tuple[Node, ...], span: tuple[int, int]) -> bool:
        return bool(arguments) and "," in self._text[arguments[-1].span[1] : span[1]]

    def _expref(self, raw: dict[str, Any], span: tuple[int, int]) -> Node:
        return Reference(self._below(raw, span)[0], span=span)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
