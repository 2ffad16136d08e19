"""Values that are equal where what matters of them is."""

from __future__ import annotations

from typing import Any, ClassVar

from msgspec import Struct


class Alike(Struct, frozen=True, eq=False):
    """A frozen value whose equality ignores the members in ``beside``."""

    beside: ClassVar[frozenset[str]] = frozenset()

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._matter() == other._matter()

    def __hash__(self) -> int:
        return hash((type(self), self._matter()))

    def _matter(self) -> tuple[Any, ...]:
        beside = self.beside
        return tuple(getattr(self, name) for name in self.__struct_fields__ if name not in beside)
