"""The parser's events to values with places, within bounds.

PyYAML's own composer follows aliases and depth without a bound, takes the last of two equal keys
and knows the words of YAML 1.1; only its parser is used.
"""

from __future__ import annotations

import re
from collections import abc
from math import isfinite
from types import MappingProxyType
from typing import Any

import yaml
from msgspec import Struct

from auditor.errors import Problem
from auditor.policy.node import Mapping, Node, Scalar, Sequence, Source

DEEPEST = 32
"""Levels of lists and mappings that a value may have."""
MOST = 100_000
"""Values that a document may have, those that aliases repeat counted each time."""
WIDEST = 2**53
"""Whole numbers from here on are not the same everywhere that JSON is read."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SURROGATE = re.compile("[\ud800-\udfff]")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_GAP = re.compile(r"(?:\s+(?:#[^\r\n]*)?)*")
_PREFIX = "remove it; a text that begins with {} must be in quotes or a |- block"
_HINTS = (
    ("cannot start any token", "put the text in quotes; indent with spaces, not with tabs"),
    ("tab character", "indent with spaces, not with tabs"),
    ("mapping values are not allowed", "a text that holds ': ' must be in quotes"),
    ("alphabetic or numeric", "a text that begins with * or & must be in quotes"),
    ("did not find expected key", "what follows a quoted text must be in the quotes too"),
    ("expected <block end>", "what follows a quoted text must be in the quotes too"),
    ("unknown escape", "in double quotes a backslash is written \\\\"),
)


class _Anchor(Struct):
    """A value that aliases may repeat; ``node`` is None while it is being read."""

    unused: Problem
    node: Node | None = None
    size: int = 0
    height: int = 0
    used: bool = False


class _Stop(Exception):
    """The rest of the file cannot be read."""


class Composer:
    """Parser events to nodes; ``problems`` holds what was found on the way."""

    def __init__(self, source: Source) -> None:
        self.problems: list[Problem] = []
        self._source = source
        self._events = yaml.parse(source.text, Loader=_LOADER)
        self._anchors: dict[str, _Anchor] = {}
        self._all_anchors: list[_Anchor] = []
        self._count = 0
        self._deepest = 0

    def document(self) -> Node | None:
        """The only document, or None if there is none that can be used."""
        try:
            root = self._document()
        except _Stop:
            return None
        self.problems += [found.unused for found in self._all_anchors if not found.used]
        return root

    def _document(self) -> Node:
        self._next()
        if isinstance(self._next(), yaml.StreamEndEvent):
            raise self._stop(0, "empty-document", "the file holds nothing")
        root = self._node(self._next(), 1)
        if isinstance(root, Scalar) and root.value is None:
            raise self._stop(root.start, "empty-document", "the file holds nothing")
        self._next()
        if isinstance(event := self._next(), yaml.DocumentStartEvent):
            message = "a second document begins here"
            self._report(_index(event), "many-documents", message, "use one file for each")
        return root

    def _next(self) -> Any:
        try:
            return next(self._events)
        except yaml.MarkedYAMLError as error:
            mark: Any = error.problem_mark or error.context_mark
            said = f"{error.context}, {error.problem}" if error.context else str(error.problem)
            hint = next((hint for part, hint in _HINTS if part in said), "")
            index = mark.index if mark else 0
            raise self._stop(index, "yaml-syntax", f"this is not YAML: {said}", hint) from error
        except (yaml.YAMLError, ValueError) as error:
            raise self._stop(0, "yaml-syntax", f"this is not YAML: {error}") from error

    def _report(self, index: int, code: str, message: str, hint: str = "", wide: int = 1) -> None:
        found = self._source.problem(index, code, message, hint, end=index + wide)
        self.problems.append(found)

    def _stop(self, index: int, code: str, message: str, hint: str = "") -> _Stop:
        self._report(index, code, message, hint)
        return _Stop()

    def _node(self, event: Any, depth: int) -> Node:
        """The value that begins with an event."""
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, depth)
        self._grow(event, 1, depth)
        if event.tag is not None:
            message = "a value has no YAML tag here"
            self._report(_index(event), "yaml-tag", message, _PREFIX.format("!"))
        if event.anchor is None:
            return self._value(event, depth)
        return self._anchored(event, depth)

    def _grow(self, event: Any, size: int, depth: int) -> None:
        """Count values; raises _Stop past a bound."""
        self._count += size
        self._deepest = max(self._deepest, depth)
        if depth > DEEPEST:
            message = f"this is nested more than {DEEPEST} levels deep"
            raise self._stop(_index(event), "too-deep", message)
        if self._count > MOST:
            message = f"the file has more than {MOST} values, with what its aliases repeat"
            raise self._stop(_index(event), "too-many-values", message)

    def _anchored(self, event: Any, depth: int) -> Node:
        """A value that aliases may repeat, with what each repetition costs."""
        found = _Anchor(self._unused(event))
        self._anchors[event.anchor] = found
        self._all_anchors.append(found)
        count, deepest = self._count, self._deepest
        self._deepest = depth
        node = self._value(event, depth)
        found.node, found.size = node, self._count - count + 1
        found.height = self._deepest - depth
        self._deepest = max(deepest, self._deepest)
        return node

    def _unused(self, event: Any) -> Problem:
        index, wide = _index(event), len(event.anchor) + 1
        message = f"no alias repeats the anchor &{event.anchor[:60]}"
        hint = _PREFIX.format("&")
        return self._source.problem(index, "unused-anchor", message, hint, end=index + wide)

    def _alias(self, event: Any, depth: int) -> Node:
        name, index = event.anchor[:60], _index(event)
        if (found := self._anchors.get(event.anchor)) is None:
            message = f"the alias *{name} stands for nothing"
            raise self._stop(index, "undefined-alias", message, _PREFIX.format("*"))
        if found.node is None:
            raise self._stop(index, "recursive-alias", f"the alias *{name} would hold itself")
        found.used = True
        self._grow(event, found.size, depth + found.height)
        return found.node

    def _value(self, event: Any, depth: int) -> Node:
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        begin = _index(event)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(begin, depth)
        items = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return Sequence(self._source, begin, _end(event), tuple(items))

    def _mapping(self, begin: int, depth: int) -> Mapping:
        keys: dict[str, Scalar] = {}
        values: dict[str, Node] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            value = self._node(self._next(), depth + 1)
            if (name := self._key(key, keys)) is not None:
                keys[name.text], values[name.text] = name, value
        end = _end(event)
        return Mapping(self._source, begin, end, MappingProxyType(keys), MappingProxyType(values))

    def _key(self, key: Node, known: abc.Mapping[str, Scalar]) -> Scalar | None:
        """A key that is text and new; None, with a problem, for any other."""
        if not isinstance(key, Scalar) or not isinstance(key.value, str):
            problem = key.problem("bad-key", "a key must be text", "put the key in quotes")
        elif key.text in known:
            message = f"the key `{key.text[:60]}` stands in line {known[key.text].line} already"
            problem = key.problem("duplicate-key", message, "keep one of them")
        else:
            return key
        self.problems.append(problem)
        return None

    def _scalar(self, event: Any) -> Scalar:
        begin, end = _index(event), _end(event)
        if event.anchor is not None:
            gap = _GAP.match(self._source.text, begin + 1 + len(event.anchor), end)
            begin = gap.end() if gap else end
        style, text = event.style or "", event.value
        if _SURROGATE.search(text):
            self._report(begin, "yaml-syntax", "this is not YAML: half of a character is written")
        value = text if style else self._plain(begin, text)
        return Scalar(self._source, begin, end, value, text, style)

    def _plain(self, begin: int, text: str) -> str | float | bool | None:
        """What a plain scalar means."""
        if text in _WORDS:
            return _WORDS[text]
        try:
            return text if (found := number(text)) is None else found
        except OverflowError:
            hint = "put it in quotes if it is text"
            self._report(begin, "bad-number", "the number is too large", hint, len(text))
            return text


def number(text: str) -> float | None:
    """The int or float that a text writes as JSON does; None if it writes none.

    Raises OverflowError for a number that is not the same everywhere that JSON is read.
    """
    if not (found := _NUMBER.fullmatch(text)):
        return None
    whole = not found[1] and not found[2]
    value = int(text) if whole and len(text) <= len(str(-WIDEST)) else float(text)
    if not isfinite(value) or (whole and abs(value) >= WIDEST):
        raise OverflowError("the number is too large")
    return value


def _index(event: Any) -> int:
    """Where in the text an event begins."""
    index: int = event.start_mark.index
    return index


def _end(event: Any) -> int:
    """Where in the text an event ends."""
    index: int = event.end_mark.index
    return index
