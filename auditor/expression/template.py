"""Texts with expressions in braces: ``version {versionIdentifier} is {status}``."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from auditor.expression.codes import Flaw
from auditor.expression.narrow import path_of
from auditor.expression.nodes import Node
from auditor.expression.syntax import SyntaxProblem, parse
from auditor.timestamps import spoken


class Piece(Struct, frozen=True):
    """A part of a template: plain text, an expression (``tree``, its ``base`` type), or a flaw."""

    text: str
    start: int
    tree: Node | None = None
    base: str = "any"
    flaw: Flaw | None = None


def pieces(template: str) -> Iterator[Piece]:
    """The parts of a template. ``{{`` and ``}}`` stand for a brace; quotes hide braces."""
    at = 0
    while at < len(template):
        if template[at : at + 2] in ("{{", "}}"):
            yield Piece(template[at], at)
            at += 2
        elif template[at] == "{":
            end = _closing(template, at)
            yield _expression(template, at, end)
            at = end + 1
        elif template[at] == "}":
            yield _flawed(at, at + 1, "a } without a {", "write }} for a brace")
            at += 1
        else:
            end = min(
                (p for p in map(template.find, "{}", (at, at)) if p >= 0), default=len(template)
            )
            yield Piece(template[at:end], at)
            at = end


def _closing(template: str, start: int) -> int:
    """Where the brace that opens at ``start`` is closed; the end of the text if it is not."""
    depth, quote, at = 0, "", start
    while at < len(template):
        sign = template[at]
        if quote:
            at += sign == "\\"
            quote = "" if sign == quote else quote
        elif sign in "'\"`":
            quote = sign
        elif sign in "{}":
            depth += 1 if sign == "{" else -1
            if depth == 0:
                return at
        at += 1
    return len(template)


def _flawed(start: int, end: int, message: str, hint: str) -> Piece:
    return Piece("", start, flaw=Flaw(start, end, "syntax", message, hint))


def _expression(template: str, start: int, end: int) -> Piece:
    if end >= len(template):
        return _flawed(start, len(template), "this { is never closed", "write {{ for a brace")
    text = template[start + 1 : end]
    try:
        return Piece(text, start + 1, parse(text))
    except SyntaxProblem as problem:
        places = (start + 1 + problem.start, start + 1 + problem.end)
        return Piece("", start, flaw=Flaw(*places, "syntax", problem.message, problem.hint))


def rendered(
    parts: tuple[Piece, ...],
    evaluate: Callable[[Piece], Any],
    when_null: Mapping[str, str],
    *,
    for_shell: bool = False,
) -> str:
    """The text of a template. ``when_null`` says how an absent member is spoken.

    ``for_shell`` quotes what other companies wrote, so that a copied command does only what it
    says; what this project computed (the members of ``facts``) is put in as it is.
    """
    texts = []
    for part in parts:
        if part.tree is None:
            texts.append(part.text)
            continue
        text = _text(evaluate(part), part, when_null)
        texts.append(shlex.quote(text) if for_shell and not _computed(part.tree) else text)
    return "".join(texts)


def _computed(tree: Node) -> bool:
    """NOTE: what stands deeper in ``facts`` can be a copy of what AWS sent."""
    path = path_of(tree)
    return path is not None and len(path) == 2 and path[0] == "facts"  # noqa: PLR2004


def _text(value: Any, part: Piece, when_null: Mapping[str, str]) -> str:
    if value is None:
        return when_null.get(part.text.strip(), "none")
    if isinstance(value, bool):
        return "true" if value else "false"
    if part.base == "duration" and isinstance(value, (int, float)):
        return spoken(value)
    if isinstance(value, float):
        return repr(round(value, 6)).removesuffix(".0")
    return str(value)
