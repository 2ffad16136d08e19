"""What the loop calls by name: guards of columns, and tables of the words of an enum.

A guard says whether the values of a column are as the service model promises.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Any

# NOTE: from Python 3.14 on 24:00 is a moment too, and one with another text.
_READS_24 = sys.version_info >= (3, 14)
_DIGITS = str.maketrans("123456789", "000000000")
_FORM = "0000-00-00T00:00:00.000Z"


def texts(column: list[Any]) -> bool:
    """Whether a column holds strings only."""
    return set(map(type, column)) <= {str}


def texts_or_null(column: list[Any]) -> bool:
    """Whether a column holds strings and nulls only."""
    return set(map(type, column)) <= {str, type(None)}


def lists_or_null(column: list[Any]) -> bool:
    """Whether a column holds lists and nulls only."""
    return set(map(type, column)) <= {list, type(None)}


def timestamps(column: list[Any]) -> bool:
    """Whether a column holds timestamps in their one form only, each of them a real moment."""
    if not texts(column):
        return False
    joined = "".join(column)
    if joined.translate(_DIGITS) != _FORM * len(column) or (_READS_24 and "T24" in joined):
        return False
    try:
        deque(map(datetime.fromisoformat, column), maxlen=0)
    except ValueError:
        return False
    return True


GUARDS = (texts, texts_or_null, lists_or_null, timestamps)
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
