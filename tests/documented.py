"""The parts of the pages that tests hold against tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"

_BLOCK = re.compile(r"^\*\*(\w+)\*\*\n\n```yaml\n(.*?)\n```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of docs/problems.md: its text, and the YAML under **Avoid** and **Prefer**."""

    code: str
    text: str

    @property
    def blocks(self) -> Mapping[str, str]:
        """The YAML blocks by the word above them."""
        return dict(_BLOCK.findall(self.text))


def page(name: str) -> str:
    """The text of a page."""
    return (DOCS / name).read_text("utf-8")


def parts(text: str) -> tuple[Part, ...]:
    """The parts of a page that begin with a heading of the third level."""
    found = re.split(r"^### (.+)$", text, flags=re.MULTILINE)
    return tuple(Part(code, body) for code, body in zip(found[1::2], found[2::2], strict=True))


def rows(text: str, heading: str) -> list[list[str]]:
    """The cells of the first table under a heading, without its head."""
    after = re.split(rf"^#+ {re.escape(heading)}$", text, flags=re.MULTILINE)[1]
    lines = [line for line in after.split("\n#")[0].splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[1:]]


def bare(cell: str) -> str:
    """What stands between the backticks of a cell; the bars in it are bars again."""
    found = re.fullmatch(r"(`+) ?(.*?) ?\1", cell)
    return (found[2] if found else cell).replace("\\|", "|")
