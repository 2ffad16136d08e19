"""Where in a file each character of a YAML scalar stands.

YAML folds lines, drops indentation and knows escapes, and the parser keeps no record of it. So the
decoding is done once more, character by character, with the place of each. Whoever asks compares
the text with what the parser made of it: nothing is ever placed by a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

Placed = tuple[str, int]
"""A character of the decoded text, and the index in the file where it (or its escape) begins."""

_BREAK = re.compile(r"\r\n|\r|\n")
_BLANKS = re.compile(r"[ \t\r\n]+")
_ESCAPED_BREAK = re.compile(r"\\(?:\r\n|\r|\n)([ \t\r\n]*)")
_ESCAPED = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_BLOCK = re.compile(r"(?P<style>[|>])(?P<marks>[-+1-9]*)[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n|$)")
_SPACES = re.compile(r"(?:^|(?<=[\r\n]))( *)[^ \r\n]")
_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|$)")

_NAMED = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f",
    "r": "\r", "e": "\x1b", " ": " ", '"': '"', "/": "/", "\\": "\\", "N": "\x85", "_": "\xa0",
    "L": "\u2028", "P": "\u2029",
}  # fmt: skip


def offsets(text: str, start: int, end: int, style: str, value: str) -> tuple[int, ...] | None:
    """The index in ``text`` of each character of ``value``, and of the end of what is seen of it.

    ``text[start:end]`` is the scalar as written, ``style`` its PyYAML style. None where the
    decoding gives anything but ``value``.
    """
    if style in {"|", ">"}:
        placed = list(_block(text, start, value))
        close = next((index + 1 for char, index in reversed(placed) if char != "\n"), end)
    else:
        inset = 1 if style else 0
        close = end - inset
        placed = list(_flow(text, start + inset, close, style))
    if "".join(char for char, _ in placed) != value:
        return None
    return (*(index for _, index in placed), close)


def _flow(text: str, start: int, end: int, quote: str) -> Iterator[Placed]:
    """A plain scalar or the inside of a quoted one: folded, with the escapes of its quote."""
    while start < end:
        if blanks := _BLANKS.match(text, start, end):
            yield from _folded(text, start, blanks.end())
            start = blanks.end()
        elif quote == '"' and text[start] == "\\":
            placed, start = _escape(text, start, end)
            yield from placed
        else:
            yield text[start], start
            start += 2 if text[start] == quote == "'" else 1


def _folded(text: str, start: int, end: int) -> Iterator[Placed]:
    """A run of blanks: kept within a line; one line break is a space, each further one stays."""
    breaks = [found.start() for found in _BREAK.finditer(text, start, end)]
    if not breaks:
        yield from ((text[index], index) for index in range(start, end))
    elif len(breaks) == 1:
        yield " ", breaks[0]
    else:
        yield from (("\n", index) for index in breaks[1:])


def _escape(text: str, start: int, end: int) -> tuple[list[Placed], int]:
    """The characters that a backslash stands for, and where the text goes on."""
    if ended := _ESCAPED_BREAK.match(text, start, end):
        kept = _BREAK.finditer(text, ended.start(1), ended.end(1))
        return [("\n", found.start()) for found in kept], ended.end()
    if not (found := _ESCAPED.match(text, start, end)):
        return [], end
    code = found[1] or found[2] or found[3]
    char = chr(int(code, 16)) if code else _NAMED.get(found[4], "")
    return [(char, start)], found.end()


def _block(text: str, start: int, value: str) -> Iterator[Placed]:
    """A literal or folded scalar: its lines joined as style and chomping say."""
    if not (header := _BLOCK.match(text, start)):
        return
    leading: list[Placed] = []
    trailing: list[Placed] = []
    spaced = False
    for line, ended in _lines(text, header.end(), _indent(text, header.end(), value)):
        if not line:
            trailing += ended
            continue
        starts_blank = line[0][0] in " \t"
        if header["style"] == ">" and leading and not spaced and not starts_blank:
            leading = [] if trailing else [(" ", leading[0][1])]
        yield from (*leading, *trailing, *line)
        leading, trailing, spaced = ended, [], starts_blank
    yield from leading if "-" not in header["marks"] else ()
    yield from trailing if "+" in header["marks"] else ()


def _indent(text: str, start: int, value: str) -> int:
    """The indentation that a block's lines lose.

    NOTE: an indentation indicator counts from the parent, which is not known here. What the first
    line with text lost is the difference between file and value, with an indicator or without.
    """
    kept = _SPACES.search(value)
    written = _SPACES.search(text, start)
    return max(1, len(written[1]) - len(kept[1])) if kept and written else 1


def _lines(text: str, start: int, indent: int) -> Iterator[tuple[list[Placed], list[Placed]]]:
    """Each line of a block without its indentation, and its line break, until the block ends."""
    for line in _LINE.finditer(text, start):
        spaces = len(line[1]) - len(line[1].lstrip(" "))
        if spaces < min(indent, len(line[1])) or line.start() == len(text):
            return
        begin = min(line.start() + indent, line.end(1))
        ended = [("\n", line.start(2))] if line[2] else []
        yield [(text[index], index) for index in range(begin, line.end(1))], ended
