"""Lines for a terminal: wrapped, indented, and harmless whatever is written on them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions
from rich.text import Text

from auditor.model import Outcome, Severity, Verdict
from auditor.report.hostile import visible

Part = str | tuple[str, str]
"""A text, or a text and its style. Never markup: what is in brackets stays in brackets."""

SEVERITY_STYLES = {
    Severity.CRITICAL: "bold red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
    Severity.INFO: "blue",
}

VERDICT_STYLES = {
    Verdict.COMPLIANT: "bold green",
    Verdict.NON_COMPLIANT: "bold red",
    Verdict.INCOMPLETE: "bold yellow",
}

OUTCOME_STYLES = {
    Outcome.FAIL: "bold red",
    Outcome.UNKNOWN: "bold yellow",
    Outcome.WAIVED: "bold blue",
    Outcome.PASS: "bold green",
    Outcome.NOT_APPLICABLE: "dim",
}

_NARROWEST = 20
_AFTER_SLASH = re.compile(r"(?<=/)")


class Screen:
    """Collects the lines of one output; every text that is put on it goes through `visible`."""

    def __init__(self, console: Console, options: ConsoleOptions) -> None:
        self._console = console
        self._width = options.max_width
        self._lines: list[Text] = []
        self.ascii_only = options.ascii_only
        self.ellipsis = "..." if self.ascii_only else "\N{HORIZONTAL ELLIPSIS}"

    def __iter__(self) -> Iterator[Text]:
        """The lines so far, each at most as wide as the console."""
        return iter(self._lines)

    def blank(self) -> None:
        """Put an empty line."""
        self._lines.append(Text())

    def heading(self, title: str, style: str = "bold", *, strong: bool = False) -> None:
        """Put a title on a line that spans the console."""
        bar = self._bar(strong=strong)
        drawn = style if strong else "dim"
        text = Text().append(f"{bar * 2} ", drawn).append(self._seen(title), style)
        rest = self._width - text.cell_len - 1
        if rest > 0:
            text.append(f" {bar * rest}", drawn)
        self._wrap(Text(), text)

    def _bar(self, *, strong: bool) -> str:
        if self.ascii_only:
            return "=" if strong else "-"
        return (
            "\N{BOX DRAWINGS HEAVY HORIZONTAL}" if strong else "\N{BOX DRAWINGS LIGHT HORIZONTAL}"
        )

    def put(self, indent: int, *parts: Part, label: Part = "", column: int = 0) -> None:
        """Put a paragraph, all its lines indented alike.

        A label stands before its first line, in a column of its own of ``column`` characters.
        """
        self._wrap(self._head(indent, label, column), self._text(parts))

    def put_path(self, indent: int, path: str, label: Part = "", column: int = 0) -> None:
        """Put an ARN or a path; where it must be broken, that is after a slash if possible."""
        head = self._head(indent, label, column)
        pieces = _AFTER_SLASH.split(self._seen(path))
        self._wrap(head, Text("\n".join(_packed(pieces, self._room(head), ""))))

    def put_list(self, indent: int, items: Iterable[str]) -> None:
        """Put names side by side, as many to a line as fit."""
        head = self._head(indent, "", 0)
        names = map(self._seen, items)
        self._wrap(head, Text("\n".join(_packed(names, self._room(head), "  "))))

    def cut(self, text: str, limit: int) -> str:
        """The visible form of a text, cut to a length."""
        return visible(text.strip(), limit, ascii_only=self.ascii_only)

    def _seen(self, text: str) -> str:
        return visible(text, ascii_only=self.ascii_only)

    def _text(self, parts: Iterable[Part]) -> Text:
        text = Text()
        for part in parts:
            plain, style = (part, "") if isinstance(part, str) else part
            text.append(self._seen(plain), style)
        return text

    def _head(self, indent: int, label: Part, column: int) -> Text:
        head = Text(" " * indent).append_text(self._text((label,)))
        return head.append(" " * max(1 if label else 0, indent + column - head.cell_len))

    def _room(self, head: Text) -> int:
        return max(_NARROWEST, self._width - head.cell_len)

    def _wrap(self, head: Text, text: Text) -> None:
        for wrapped in text.wrap(self._console, self._room(head), overflow="fold"):
            wrapped.rstrip()
            self._lines.append(head + wrapped)
            head = Text(" " * head.cell_len)


def _packed(items: Iterable[str], room: int, separator: str) -> Iterator[str]:
    """The items in rows of at most ``room`` characters; an item is never broken here."""
    row = ""
    for item in filter(None, items):
        if row and cell_len(row + separator + item) > room:
            yield row
            row = ""
        row += (separator if row else "") + item
    if row:
        yield row
