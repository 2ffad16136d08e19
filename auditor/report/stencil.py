"""JSON of findings that differ in a few texts: encoded once for each shape, then filled in.

A format is a function from a finding to a JSON value. It is called once for each shape of findings
(rule, outcome, state, which texts there are), with a finding that has gaps for texts; the others of
that shape cost no more than their own texts.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from json.encoder import encode_basestring_ascii
from typing import Any, NamedTuple, cast

from msgspec.structs import replace
from orjson import dumps

from auditor.model import Finding
from auditor.report.encoding import line

Texts = Mapping[str, str | None]
"""The texts of a finding that are its own, by name."""

Build = Callable[[Finding, Texts], Any]
"""A finding, and the texts that stand in it, as a JSON value."""

_MANY = 2000
"""Shapes that are kept; a run has its rules times a few."""

# NOTE: Nobody can guess the mark, so no text from anywhere is taken for a gap.
_MARK = os.urandom(16).hex()
_GAP = re.compile(f'"{_MARK}([a-z]+)"')
_LONE = re.compile(
    r"(\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|\\[^u]|\\u(?!d[89a-f]))|\\ud[89a-f][0-9a-f]{2}"
)


def own_texts(finding: Finding) -> dict[str, str | None]:
    """The texts of a finding as they are."""
    resource = finding.resource
    return {
        "id": finding.id,
        "message": finding.message,
        "reason": finding.reason,
        "remediation": finding.remediation,
        "arn": resource.arn,
        "version": resource.version,
        "name": resource.name,
        "account": resource.account,
        "region": resource.region,
        "membership": resource.membership,
        "collaboration": resource.collaboration,
    }


def quoted(text: str) -> str:
    """The text as JSON, in pure ASCII; lone surrogates are replaced."""
    # orjson is several times quicker, and leaves what is not ASCII as it is.
    if text.isascii():
        return dumps(text).decode()
    return well_formed(encode_basestring_ascii(text))


def compact(value: Any) -> str:
    """The value as compact JSON, on no line of its own."""
    return line(value)[:-1]


def as_text(value: Any) -> str:
    """The JSON of a text that holds the value as compact JSON."""
    return quoted(compact(value))


def well_formed(text: str) -> str:
    r"""ASCII-escaped JSON with U+FFFD for each lone surrogate, which strict readers refuse."""
    if "\\ud" not in text:
        return text
    return _LONE.sub(lambda found: found[1] or "\\ufffd", text)


class Stencils:
    """Findings as lines of JSON in which no surrogate is lone.

    ``build`` sees gaps in place of what ``texts`` gives, of ``observed`` and of ``waiver``; it may
    pass them on and ask whether they are empty, but not change them. ``encode`` gives the JSON of
    ``observed`` and of ``waiver``. Title, rationale and controls are taken to be those of the rule.
    """

    def __init__(
        self,
        build: Build,
        texts: Callable[[Finding], Texts] = own_texts,
        encode: Callable[[Any], str] = compact,
    ) -> None:
        self._build = build
        self._texts = texts
        self._encode = encode
        self._known: dict[tuple[Any, ...], _Template] = {}

    def line(self, finding: Finding) -> str:
        """A finding as JSON, keys sorted, with a newline."""
        texts = self._texts(finding)
        shape = (
            finding.policy,
            finding.rule,
            finding.severity,
            finding.outcome,
            finding.state,
            finding.evaluated_at,
            finding.resource.kind,
            finding.waiver is None,
            *map(bool, texts.values()),
        )
        template = self._known.get(shape) or self._learn(shape, finding, texts)
        filling = [
            (dumps(text) if text.isascii() else quoted(text).encode()) if text else b""
            for text in texts.values()
        ]
        filling.append(well_formed(self._encode(finding.observed)).encode())
        if finding.waiver is not None:
            filling.append(well_formed(self._encode(finding.waiver)).encode())
        pieces = template.pieces.copy()
        pieces[1::2] = [filling[number] for number in template.gaps]
        # orjson leaves DEL as it is, which no terminal should see.
        return b"".join(pieces).replace(b"\x7f", b"\\u007f").decode()

    def _learn(self, shape: tuple[Any, ...], finding: Finding, texts: Texts) -> _Template:
        gaps = {name: text and _MARK + name for name, text in texts.items()}
        pieces = _GAP.split(well_formed(line(self._build(_with_gaps(finding, gaps), gaps))))
        if any(_MARK[:8] in piece.lower() for piece in pieces):
            raise ValueError("a text of a finding was changed where only its place is known")
        if len(self._known) >= _MANY:
            self._known.clear()
        order = (*texts, "observed", "waiver")
        gaps_at = tuple(map(order.index, pieces[1::2]))
        template = _Template([piece.encode() for piece in pieces], gaps_at)
        self._known[shape] = template
        return template


class _Template(NamedTuple):
    """JSON text in pieces, of which every second one is a gap, and what belongs into the gaps.

    The numbers are those of the texts in their order, and then of ``observed`` and ``waiver``.
    """

    pieces: list[bytes]
    gaps: tuple[int, ...]


def _with_gaps(finding: Finding, gaps: Texts) -> Finding:
    resource = replace(
        finding.resource,
        arn=gaps["arn"] or "",
        version=gaps["version"],
        name=gaps["name"] or "",
        account=gaps.get("account") or "",
        region=gaps.get("region") or "",
        membership=gaps.get("membership") or "",
        collaboration=gaps["collaboration"] or "",
    )
    return replace(
        finding,
        id=gaps["id"] or "",
        message=gaps["message"] or "",
        reason=gaps["reason"],
        remediation=gaps["remediation"] or "",
        resource=resource,
        observed=cast("Mapping[str, Any]", _MARK + "observed"),
        waiver=cast("Mapping[str, Any]", _MARK + "waiver") if finding.waiver is not None else None,
    )
