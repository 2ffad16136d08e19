"""One waiver more in the text of a file, with everything that stands there left as it is."""

from __future__ import annotations

import json
from typing import cast

from auditor.errors import UsageError
from auditor.policy.document import parse_document
from auditor.policy.node import Mapping, Node, Sequence
from auditor.policy.waiver import EVERY, Waiver

EMPTY = "# Reviewed exceptions; each ends by itself.\nversion: 1\nwaivers: []\n"
"""The text of a file without waivers."""


def appended(text: str, waiver: Waiver, path: str) -> str:
    """The text of a sound file of waivers with one waiver more, after the last one.

    Comments, order and layout of what was there are kept. Raises UsageError where the list is
    written in brackets, so that an item cannot be added to it by a line.
    """
    root = cast("Mapping", parse_document(text.encode(), path))
    listed = cast("Sequence", root.values["waivers"])
    if not listed.items:
        return _first(text, root.keys["waivers"], listed, waiver)
    last = listed.items[-1]
    lines = text[: last.start].splitlines(keepends=True)
    before = lines[-1] if lines else ""
    if before.strip() != "-":
        raise UsageError(
            f"{path}:{listed.line}: the waivers are not written as a list of lines with dashes",
            "write each waiver as its own item that begins with a dash",
        )
    at = _line_end(text, _end(last))
    newline = "" if text[:at].endswith("\n") else "\n"
    indent = before[: before.index("-")]
    return text[:at] + newline + _written(waiver, indent) + text[at:]


def _first(text: str, key: Node, listed: Node, waiver: Waiver) -> str:
    """The text with a first waiver instead of the empty list."""
    at = _line_end(text, listed.end)
    rest = text[listed.end : at].rstrip("\n")
    return text[: key.end] + ":" + rest + "\n" + _written(waiver, "  ") + text[at:]


def _end(node: Node) -> int:
    """Where the last value inside a node ends.

    NOTE: a mapping itself ends where the next thing begins, which may be after comments.
    """
    if isinstance(node, Mapping) and node.values:
        return max(_end(value) for value in node.values.values())
    if isinstance(node, Sequence) and node.items:
        return _end(node.items[-1])
    return node.end


def _line_end(text: str, index: int) -> int:
    """The index after the line in which the text before an index ends."""
    end = len(text[:index].rstrip())
    found = text.find("\n", end)
    return len(text) if found < 0 else found + 1


def _written(waiver: Waiver, indent: str) -> str:
    """A waiver as an item of a list, each key on a line of its own."""
    pairs = [
        ("rule", waiver.rule),
        ("resource", waiver.arn),
        ("version", f"'{EVERY}'" if waiver.version == EVERY else waiver.version),
        ("reason", quoted(waiver.reason)),
        ("owner", quoted(waiver.owner)),
        ("ticket", quoted(waiver.ticket) if waiver.ticket else None),
        ("created", waiver.created and _short(waiver.created)),
        ("expires", _short(waiver.expires)),
        ("digest", waiver.digest),
    ]
    lines = [f"{name}: {value}\n" for name, value in pairs if value is not None]
    return f"{indent}- " + f"{indent}  ".join(lines)


def _short(timestamp: str) -> str:
    """The date alone where the timestamp is the first moment of a day."""
    return timestamp.removesuffix("T00:00:00.000Z")


def quoted(text: str) -> str:
    """Text as YAML writes it in double quotes, with nothing in it that acts or cannot be seen."""
    return "".join(
        char if char.isprintable() or char == " " else _escape(char)
        for char in json.dumps(text, ensure_ascii=False)
    )


def _escape(char: str) -> str:
    code = ord(char)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004  # four digits
