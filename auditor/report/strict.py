"""JSON that must have a certain form: a value, and where it stands if it has another."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Any, TypeVar

from msgspec import Struct

from auditor.errors import DamagedRun
from auditor.timestamps import canonical

REMEDY = "take the run from where it was kept, or make it anew from its inventory"
"""What to do about a damaged run."""

Word = TypeVar("Word", bound=StrEnum)
Kind = TypeVar("Kind")


def joined(path: str, name: str) -> str:
    """The path of a member: ``report.run``, or ``report.json: run`` after a file."""
    return f"{path} {name}" if path.endswith(":") else f"{path}.{name}"


def is_canonical(text: str) -> bool:
    """Whether a text is a timestamp in its one form."""
    try:
        return canonical(text) == text
    except ValueError:
        return False


class Value(Struct, frozen=True):
    """A value and its path; each method gives it in one form, or raises DamagedRun."""

    json: Any
    path: str

    def __getitem__(self, name: str) -> Value:
        """The member of an object, which must be there."""
        found = self.object()
        if name not in found:
            raise self.wrong(f"has no {name!r}")
        return Value(found[name], joined(self.path, name))

    def only(self, names: Collection[str]) -> Value:
        """The object itself, which must have no other members than these."""
        for name in self.object():
            if name not in names:
                raise self.wrong(f"has {name!r}, which is not known")
        return self

    def object(self) -> dict[str, Any]:
        """An object with any members."""
        return self._of(dict, "an object")

    def items(self) -> list[Value]:
        """The items of a list."""
        found = self._of(list, "a list")
        return [Value(item, f"{self.path}[{number}]") for number, item in enumerate(found)]

    def text(self) -> str:
        """A text."""
        return self._of(str, "a text")

    def maybe_text(self) -> str | None:
        """A text, or None for null."""
        return None if self.json is None else self.text()

    def exactly(self, text: str) -> None:
        """Nothing, where the value is this text."""
        if self.json != text:
            raise self.wrong(f"must be {text}")

    def flag(self) -> bool:
        """True or false."""
        return self._of(bool, "true or false")

    def count(self) -> int:
        """A whole number that is not negative."""
        # NOTE: True is an int to Python, and none to JSON.
        if isinstance(self.json, bool) or not isinstance(self.json, int) or self.json < 0:
            raise self.wrong("must be a count")
        return self.json

    def word(self, words: type[Word]) -> Word:
        """One of the words of an enumeration."""
        if self.json not in list(words):
            raise self.wrong(f"must be one of {', '.join(words)}")
        return words(self.json)

    def timestamp(self) -> str:
        """A timestamp in its one form."""
        text = self.text()
        if not is_canonical(text):
            raise self.wrong("must be a timestamp in UTC with milliseconds")
        return text

    def texts(self) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(item.text() for item in self.items())

    def map_of_texts(self) -> dict[str, str]:
        """An object whose members are texts."""
        return {name: item.text() for name, item in self._each()}

    def map_of_counts(self) -> dict[str, int]:
        """An object whose members are counts."""
        return {name: item.count() for name, item in self._each()}

    def map_of_lists(self) -> dict[str, tuple[str, ...]]:
        """An object whose members are lists of texts."""
        return {name: item.texts() for name, item in self._each()}

    def wrong(self, what: str) -> DamagedRun:
        """The error to raise where the value is not what it must be."""
        return DamagedRun(f"{self.path} {what}", REMEDY)

    def _each(self) -> list[tuple[str, Value]]:
        return [
            (name, Value(item, joined(self.path, name))) for name, item in self.object().items()
        ]

    def _of(self, kind: type[Kind], spoken: str) -> Kind:
        if not isinstance(self.json, kind):
            raise self.wrong(f"must be {spoken}")
        return self.json
