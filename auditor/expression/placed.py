"""The `jmespath` package's parser, told to say from where to where each part stands.

The package does the parsing, so the grammar cannot drift from it; only places are added here.
"""

from __future__ import annotations

import warnings
from typing import Any

from jmespath.parser import Parser


class PlacedParser(Parser):  # type: ignore[misc]  # the package has no annotations
    """The package's parser, noting from where to where each node stands."""

    def tree(self, text: str) -> dict[str, Any]:
        """The package's own tree, with the ``span`` of each node."""
        self._text = text
        with warnings.catch_warnings():
            # NOTE: the package turns broken JSON literals into text with this warning only;
            # `Converter` notices them and the checker refuses them.
            warnings.simplefilter("ignore", PendingDeprecationWarning)
            parsed: dict[str, Any] = self._do_parse(text).parsed
        return parsed

    def place(self, start: int) -> tuple[int, int]:
        """From where to where the token at ``start`` stands; behind the text for its end."""
        later = (token["start"] for token in self._tokens if token["start"] > start)
        end = len(self._text[: min(later, default=start)].rstrip())
        return start, max(end, start + 1)

    def place_of_quoted_function(self) -> tuple[int, int]:
        """Where the first quoted name before a bracket stands: the package says 0 for all."""
        pairs = zip(self._tokens, self._tokens[1:], strict=False)
        kinds = ("quoted_identifier", "lparen")
        start = next((a["start"] for a, b in pairs if (a["type"], b["type"]) == kinds), 0)
        return self.place(start)

    def _end(self) -> int:
        """Where the token before the current one ends: its white space is not part of it."""
        start = self._tokens[self._index]["start"] if self._index < len(self._tokens) else None
        return len(self._text[:start].rstrip())

    def _expression(self, binding_power: int = 0) -> dict[str, Any]:
        first = self._lookahead_token(0)
        start = first["start"]
        self._advance()
        nud: Any = getattr(self, f"_token_nud_{first['type']}", self._error_nud_token)
        left = self._spanned(nud(first), start)
        while binding_power < self.BINDING_POWER[self._current_token()]:
            missing = self._error_led_token
            led: Any = getattr(self, f"_token_led_{self._current_token()}", missing)
            if led == missing:
                missing(self._lookahead_token(0))
            self._advance()
            left = self._spanned(led(left), start)
        return left

    def _spanned(self, node: dict[str, Any], start: int) -> dict[str, Any]:
        node["span"] = (min(start, node.get("span", (start, 0))[0]), self._end())
        return node

    def _parse_multi_select_list(self) -> dict[str, Any]:
        start = self._tokens[self._index - 1]["start"]
        return self._spanned(super()._parse_multi_select_list(), start)

    def _parse_multi_select_hash(self) -> dict[str, Any]:
        start = self._tokens[self._index - 1]["start"]
        return self._spanned(super()._parse_multi_select_hash(), start)

    def _parse_index_expression(self) -> dict[str, Any]:
        start = self._tokens[self._index - 1]["start"]
        return self._spanned(super()._parse_index_expression(), start)
