"""What the loop calls by name: guards of columns, and tables of the words of an enum.

A guard says whether the values of a column are as the service model promises.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from auditor.timestamps import are_moments


def texts(column: list[Any]) -> bool:
    """Whether a column holds strings only."""
    return set(map(type, column)) <= {str}


def texts_or_null(column: list[Any]) -> bool:
    """Whether a column holds strings and nulls only."""
    return set(map(type, column)) <= {str, type(None)}


def lists_or_null(column: list[Any]) -> bool:
    """Whether a column holds lists and nulls only."""
    return set(map(type, column)) <= {list, type(None)}


GUARDS = (texts, texts_or_null, lists_or_null, are_moments)
"""Every guard; a loop names those that it needs."""


class Words(dict[str, tuple[bool, ...]]):
    """What the tests of one enum member say of a word; worked out when a word is first seen."""

    def __init__(self, tests: Callable[[str], tuple[bool, ...]]) -> None:
        super().__init__()
        self._tests = tests

    def __missing__(self, word: str) -> tuple[bool, ...]:
        """The tests' answers for a new word, kept."""
        answers = self[word] = self._tests(word)
        return answers
