"""Shapes of lists and mappings, made of other shapes."""

from __future__ import annotations

from collections import abc

from msgspec import Struct

from auditor.expression.nearest import suggestion
from auditor.policy.node import Mapping, Node, Scalar, Sequence
from auditor.policy.shape import Problems, Schema, Shape, Text, shown, wrong_type


class ListOf(Struct, frozen=True):
    """A list of values of one shape."""

    item: Shape
    may_be_empty: bool = False

    def check(self, node: Node, what: str) -> Problems:
        """Not a list, empty, or with problems inside."""
        if not isinstance(node, Sequence):
            yield wrong_type(node, what, "a list")
        elif not node.items and not self.may_be_empty:
            yield node.problem("empty", f"{what} is empty", "it needs at least one item")
        else:
            for item in node.items:
                yield from self.item.check(item, f"an item of {what}")

    def schema(self) -> Schema:
        """The array."""
        least = {} if self.may_be_empty else {"minItems": 1}
        return {"type": "array", "items": self.item.schema(), **least}


class Either(Struct, frozen=True):
    """One word, or a list."""

    word: str
    other: ListOf

    def check(self, node: Node, what: str) -> Problems:
        """Neither, or the problems of the list."""
        if not isinstance(node, Scalar):
            yield from self.other.check(node, what)
        elif node.value != self.word:
            yield wrong_type(
                node, what, f"`{self.word}` or a list", suggestion(node.text, [self.word])
            )

    def schema(self) -> Schema:
        """Any of the two."""
        return {"anyOf": [{"const": self.word}, self.other.schema()]}


class MapOf(Struct, frozen=True):
    """A mapping from names to values of one shape."""

    key: Text
    value: Shape
    may_be_empty: bool = False

    def check(self, node: Node, what: str) -> Problems:
        """Not a mapping, empty, or with problems in keys and values."""
        if not isinstance(node, Mapping):
            yield wrong_type(node, what, "a mapping")
            return
        if not node.keys and not self.may_be_empty:
            yield node.problem("empty", f"{what} is empty", "it needs at least one key")
        for name, key in node.keys.items():
            yield from self.key.check(key, f"the key `{shown(name)}`")
            yield from self.value.check(node.values[name], f"`{shown(name)}`")

    def schema(self) -> Schema:
        """The object with its names and values."""
        return {
            "type": "object",
            "propertyNames": self.key.schema(),
            "additionalProperties": self.value.schema(),
            "minProperties": 0 if self.may_be_empty else 1,
        }


class Key(Struct, frozen=True):
    """A key of a record: what it takes, and one sentence for editors."""

    shape: Shape
    about: str
    required: bool = False


class Record(Struct, frozen=True):
    """A mapping whose keys are known.

    Of the keys in ``one_of`` exactly one must be there. ``also`` is what only JSON Schema needs:
    the loader says the same of what a record's values mean together.
    """

    name: str
    keys: abc.Mapping[str, Key]
    one_of: tuple[str, ...] = ()
    also: Schema | None = None

    def check(self, node: Node, what: str) -> Problems:
        """Not a mapping, unknown, missing or conflicting keys, and the problems of the values."""
        if not isinstance(node, Mapping):
            yield wrong_type(node, what, "a mapping")
            return
        yield from self._missing(node)
        yield from self._conflicting(node)
        for name, key in node.keys.items():
            if known := self.keys.get(name):
                yield from known.shape.check(node.values[name], f"`{name}`")
            else:
                hint = suggestion(name, self.keys)
                message = f"{self.name} has no key `{shown(name)}`"
                yield key.problem("unknown-key", message, hint)

    def schema(self) -> Schema:
        """The object with its properties."""
        properties = {name: _described(key) for name, key in self.keys.items()}
        required = [name for name, key in self.keys.items() if key.required]
        choices = {"oneOf": [{"required": [name]} for name in self.one_of]} if self.one_of else {}
        return {
            "type": "object",
            "additionalProperties": False,
            "required": required,
            "properties": properties,
            **choices,
            **(self.also or {}),
        }

    def _missing(self, node: Mapping) -> Problems:
        for name, key in self.keys.items():
            if key.required and name not in node.keys:
                yield node.problem("missing-key", f"{self.name} needs the key `{name}`", key.about)
        if self.one_of and not any(name in node.keys for name in self.one_of):
            names = " or ".join(f"`{name}`" for name in self.one_of)
            yield node.problem("missing-key", f"{self.name} needs one of the keys {names}")

    def _conflicting(self, node: Mapping) -> Problems:
        there = [key for name, key in node.keys.items() if name in self.one_of]
        for key in there[1:]:
            message = f"{self.name} has `{there[0].text}` already, and takes only one of the two"
            yield key.problem("conflicting-keys", message, f"make it {self.name} of its own")


def repeated(code: str, what: str, scalars: abc.Iterable[Scalar | None]) -> Problems:
    """The problems of texts that are not the first of their kind; ``what`` names the first one."""
    first: dict[str, Scalar] = {}
    for scalar in filter(None, scalars):
        if known := first.get(scalar.text):
            place = f"{known.path}:{known.line}"
            yield scalar.problem(code, f"`{shown(scalar.text)}` is the {what} at {place} already")
        else:
            first[scalar.text] = scalar


def _described(key: Key) -> Schema:
    return {**key.shape.schema(), "description": key.about}
