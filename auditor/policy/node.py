"""The values of a YAML file, each of which knows where it stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import abc
from functools import cached_property
from typing import Any

from msgspec import Struct

from auditor.errors import Problem
from auditor.policy.advice import ADVICE
from auditor.policy.scalar import offsets

_BREAK = re.compile(r"\r\n|\r|\n")
_COMMENT = re.compile(r"[ \t]+#")


class Source(Struct, frozen=True, eq=False, dict=True):
    """The text of one file; ``path`` is written as the user wrote it."""

    path: str
    text: str

    def __repr__(self) -> str:
        return f"Source({self.path!r})"

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return (0, *(found.end() for found in _BREAK.finditer(self.text)))

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines without their ends."""
        ends = (*self._starts[1:], len(self.text))
        spans = zip(self._starts, ends, strict=True)
        return tuple(self.text[start:end].rstrip("\r\n") for start, end in spans)

    def place(self, index: int) -> tuple[int, int]:
        """Line and column, both from 1, of an index into the text."""
        line = bisect_right(self._starts, index)
        return line, index - self._starts[line - 1] + 1

    def problem(
        self, index: int, code: str, message: str, hint: str = "", *, end: int | None = None
    ) -> Problem:
        """The problem of ``text[index:end]``; what is marked ends with its first line."""
        line, column = self.place(index)
        source = self.lines[line - 1]
        last = len(source.rstrip()) if end is None else column - 1 + end - index
        length = max(1, min(last, len(source.rstrip())) - column + 1)
        advice = hint or ADVICE.get(code, "")
        return Problem(self.path, line, column, code, message, advice, length, source)


class Node(Struct, frozen=True, eq=False):
    """A value and where it is written: ``source.text[start:end]``."""

    source: Source
    start: int
    end: int

    @property
    def path(self) -> str:
        """The file, as the user wrote it."""
        return self.source.path

    @property
    def line(self) -> int:
        """The line, from 1, on which the value begins."""
        return self.source.place(self.start)[0]

    @property
    def column(self) -> int:
        """The column, from 1, in which the value begins."""
        return self.source.place(self.start)[1]

    def problem(self, code: str, message: str, hint: str = "") -> Problem:
        """A problem with this value."""
        return self.source.problem(self.start, code, message, hint, end=self.end)

    def plain(self) -> Any:
        """The value as plain data, new with each call."""
        raise NotImplementedError


class Scalar(Node, frozen=True, eq=False):
    """Text, a number, true, false or null.

    ``text`` is the decoded text, also of a number; ``style`` is one of ``'``, ``"``, ``|``,
    ``>`` and, for a plain scalar, empty.
    """

    value: str | int | float | bool | None
    text: str
    style: str = ""

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of the character at ``offset`` of the text, or of the text's end."""
        return self.source.place(self._index(offset))

    def problem(
        self, code: str, message: str, hint: str = "", start: int = 0, end: int | None = None
    ) -> Problem:
        """A problem with ``text[start:end]``."""
        last = self._index(len(self.text) if end is None else end)
        return self.source.problem(self._index(start), code, message, hint, end=last)

    def plain(self) -> Any:
        """The value itself."""
        return self.value

    @property
    def comment(self) -> int | None:
        """The index of a comment that ends a plain scalar on its last line, or None."""
        found = None if self.style else _COMMENT.match(self.source.text, self.end)
        return found.end() - 1 if found else None

    def _index(self, offset: int) -> int:
        """The index in the file of an offset in the text; the start where it cannot be told."""
        known = offsets(self.source.text, self.start, self.end, self.style, self.text)
        return known[max(0, min(offset, len(known) - 1))] if known else self.start


class Sequence(Node, frozen=True, eq=False):
    """A list."""

    items: tuple[Node, ...]

    def plain(self) -> Any:
        """A new list of plain data."""
        return [item.plain() for item in self.items]


class Mapping(Node, frozen=True, eq=False):
    """Keys, which are text and differ from each other, with a value each, in the file's order."""

    keys: abc.Mapping[str, Scalar]
    values: abc.Mapping[str, Node]

    def plain(self) -> Any:
        """A new dict of plain data."""
        return {key: value.plain() for key, value in self.values.items()}

    def scalar(self, key: str) -> Scalar | None:
        """The value of a key, if it is there and is text."""
        found = self.values.get(key)
        return found if isinstance(found, Scalar) and isinstance(found.value, str) else None

    def mapping(self, key: str) -> Mapping | None:
        """The value of a key, if it is there and is a mapping."""
        found = self.values.get(key)
        return found if isinstance(found, Mapping) else None

    def sequence(self, key: str) -> tuple[Node, ...]:
        """The items of a key's list; none if it is not there or is no list."""
        found = self.values.get(key)
        return found.items if isinstance(found, Sequence) else ()

    def mappings(self, key: str) -> tuple[Mapping, ...]:
        """The items of a key's list that are mappings."""
        return tuple(item for item in self.sequence(key) if isinstance(item, Mapping))
