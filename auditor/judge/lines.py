"""The lines of a rule's failures, written without making a finding of each.

What a failure has in common with the others of its rule is encoded once; the line is that of
`auditor.report.jsonl.finding_line`, byte for byte.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from json.encoder import encode_basestring_ascii as quoted
from typing import Any, NamedTuple

from auditor.judge.findings import RuleVoice, finding_id, model_resource, version_resource
from auditor.model import Outcome, Place, Resource
from auditor.report.document import finding_json, resource_json
from auditor.report.encoding import line

# NOTE: nobody can guess the mark, so no text from anywhere is taken for a gap.
_MARK = os.urandom(16).hex()
_GAPS = ("id", "message", "observed", "remediation", "resource")
_GAP = re.compile(f'"{_MARK}[a-z]+"')


class Frame(NamedTuple):
    """A line but for what each failure has of its own, and the names of what is observed."""

    pieces: tuple[str, ...]
    names: tuple[tuple[str, str], ...]


class FailureLines:
    """Writes the failures of one rule."""

    def __init__(self, voice: RuleVoice) -> None:
        self._voice = voice
        self._frames: dict[str, Frame] = {}

    def line(self, resources: ResourceTexts, version: str, document: Mapping[str, Any]) -> str:
        """The line of a failure of a version, or of the model where ``version`` is empty."""
        voice, place = self._voice, resources.place
        kind = "version" if version else "model"
        observed = voice.observed(document)
        frame = self._frames.get(kind)
        if frame is None:
            frame = self._frames[kind] = _frame(voice, place, version, document)
        before, message, seen, remedy, about, after = frame.pieces
        values = ",".join(
            [
                f"{label}{quoted(value) if value.__class__ is str else _compact(value)}"
                for name, label in frame.names
                for value in (observed[name],)
            ]
        )
        return (
            f'{before}"{finding_id(voice.rule, place.arn or "", version or None)}"'
            f"{message}{quoted(voice.message(document, kind))}{seen}{{{values}}}"
            f"{remedy}{quoted(voice.remediation(document, kind))}"
            f"{about}{resources.text(version, document)}{after}"
        )


class ResourceTexts:
    """The resources of one model as JSON, which differ in three texts."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._pieces: dict[str, tuple[str, ...]] = {}

    def text(self, version: str, document: Mapping[str, Any]) -> str:
        """A version as JSON, or the model where ``version`` is empty."""
        kind = "version" if version else "model"
        pieces = self._pieces.get(kind)
        if pieces is None:
            pieces = self._pieces[kind] = _resource_pieces(_resource(self.place, version, {}))
        collaboration = str(document.get("collaborationIdentifier", ""))
        name = str(document.get("name", ""))
        return (
            f"{pieces[0]}{quoted(collaboration)}{pieces[1]}{quoted(name)}{pieces[2]}"
            f"{quoted(version) if version else 'null'}{pieces[3]}"
        )


def _resource_pieces(resource: Resource) -> tuple[str, ...]:
    gaps = {name: _MARK + name for name in ("collaboration", "name", "version")}
    pieces = tuple(_GAP.split(_compact({**resource_json(resource), **gaps})))
    if len(pieces) != len(gaps) + 1:
        raise AssertionError("a resource has other members than are written here")
    return pieces


def _resource(place: Place, version: str, document: Mapping[str, Any]) -> Resource:
    make = version_resource if version else model_resource
    return make(place, document)


def _frame(voice: RuleVoice, place: Place, version: str, document: Mapping[str, Any]) -> Frame:
    finding = voice.finding(Outcome.FAIL, _resource(place, version, document), document)
    text = line({**finding_json(finding), **{name: _MARK + name for name in _GAPS}})
    pieces = tuple(_GAP.split(text))
    if len(pieces) != len(_GAPS) + 1:
        raise AssertionError("a finding has other members than are written here")
    return Frame(pieces, tuple((name, f"{quoted(name)}:") for name in sorted(finding.observed)))


def _compact(value: Any) -> str:
    return line(value)[:-1]
