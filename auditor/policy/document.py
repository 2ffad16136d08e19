"""YAML, strictly: one document of plain values, every value with its place, or all its problems.

What is read is the part of YAML that holds no surprise. ``true``, ``false``, ``null`` and numbers
as JSON writes them are values; everything else is text, also ``yes``, ``on``, ``0o17``, ``1:30``
and ``2024-01-01``. There are no tags, no merge keys and no second document.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from msgspec import Struct

from auditor.errors import InvalidInput, Problem
from auditor.policy.advice import of_whole
from auditor.policy.compose import Composer
from auditor.policy.node import Node, Source

LARGEST = 1024 * 1024
"""Bytes that a file may have."""

_REFUSED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
"""What no editor shows, or shows in another order than it is read."""


class Document(Struct, frozen=True):
    """One file: its root value and the SHA-256 of its bytes."""

    path: str
    root: Node
    sha256: str


def load_document(path: str | Path) -> Document:
    """The one YAML document of a file; InvalidInput with every problem that it has."""
    raw = _bytes(str(path))
    return Document(str(path), parse_document(raw, str(path)), hashlib.sha256(raw).hexdigest())


def parse_document(raw: bytes, path: str) -> Node:
    """The root value of a YAML text; InvalidInput with every problem that it has."""
    source = Source(path, _text(raw, path))
    if refused := [_control(source, found) for found in _REFUSED.finditer(source.text)]:
        raise InvalidInput(refused)
    composer = Composer(source)
    root = composer.document()
    if composer.problems or root is None:
        raise InvalidInput(composer.problems)
    return root


def _bytes(path: str) -> bytes:
    """What a file holds, if it is no larger than it may be."""
    try:
        with Path(path).open("rb") as file:
            raw = file.read(LARGEST + 1)
    except FileNotFoundError as error:
        problem = of_whole(path, "missing-file", "there is no such file")
        raise InvalidInput([problem]) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = f"the file cannot be read: {reason}"
        raise InvalidInput([of_whole(path, "unreadable-file", message)]) from error
    if len(raw) > LARGEST:
        message = f"the file is larger than {LARGEST // 1024} KiB"
        raise InvalidInput([of_whole(path, "file-too-large", message)])
    return raw


def _text(raw: bytes, path: str) -> str:
    """Bytes as text, without the byte order mark that some editors put first."""
    try:
        return raw.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        source = Source(path, raw.decode(errors="replace"))
        index = len(raw[: error.start].decode())
        message = f"the byte 0x{raw[error.start]:02x} is not UTF-8 text"
        hint = "save the file as UTF-8"
        problem = source.problem(index, "not-utf8", message, hint, end=index + 1)
        raise InvalidInput([problem]) from error


def _control(source: Source, found: re.Match[str]) -> Problem:
    message = f"the character U+{ord(found[0]):04X} cannot be seen"
    hint = f'remove it, or write "\\u{ord(found[0]):04x}" in double quotes'
    return source.problem(found.start(), "control-character", message, hint, end=found.end())
