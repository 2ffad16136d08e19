"""The lines of a rule's failures, written without making a finding of each.

What a failure has in common with the others of its rule is encoded once; the line is that of
`auditor.report.jsonl.finding_line`, byte for byte.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from json.encoder import encode_basestring_ascii as quoted
from typing import Any

from auditor.judge.findings import RuleVoice, finding_hash, model_resource, version_resource
from auditor.model import Outcome, Place
from auditor.report.document import finding_json, resource_json
from auditor.report.encoding import line

Line = Callable[[str, Mapping[str, Any]], str]
"""The line of a failure: of a version, by its identity and document, or of the model."""

# NOTE: nobody can guess the mark, so no text from anywhere is taken for a gap.
_MARK = os.urandom(16).hex()
_GAP = re.compile(f'"({_MARK}[a-z]+)"')


class FailureLines:
    """Writes the failures of one rule on one model, or on its versions.

    ``version`` and ``document`` are those of any failure that it is to write; ``version`` is empty
    for the model.
    """

    def __init__(
        self, voice: RuleVoice, place: Place, version: str, document: Mapping[str, Any]
    ) -> None:
        self._voice = voice
        self._kind = "version" if version else "model"
        self._hash = finding_hash(voice.rule, place.arn or "")
        make = version_resource if version else model_resource
        resource = make(place, document)
        self._resource = _pieces(resource_json(resource), ("collaboration", "name", "version"))
        finding = voice.finding(Outcome.FAIL, resource, document)
        gaps = ("id", "message", "observed", "remediation", "resource")
        self._line = _pieces(finding_json(finding), gaps, end="\n")
        self._names = [(name, f"{quoted(name)}:") for name in sorted(finding.observed)]
        self._same = (quoted(finding.message), quoted(finding.remediation))

    def line(self, version: str, document: Mapping[str, Any]) -> str:
        """As `Line`."""
        voice, kind = self._voice, self._kind
        name = quoted(version) if version else "null"
        made = self._hash.copy()
        made.update(f"{name}]".encode())
        message, remediation = self._same
        if not voice.says_the_same:
            message = quoted(voice.message(document, kind))
            remediation = quoted(voice.remediation(document, kind))
        observed = voice.observed(document)
        seen = [
            label + (quoted(value) if value.__class__ is str else _compact(value))
            for label, value in ((label, observed[name]) for name, label in self._names)
        ]
        about, whole = self._resource, self._line
        collaboration = quoted(str(document.get("collaborationIdentifier", "")))
        called = quoted(str(document.get("name", "")))
        return (
            f'{whole[0]}"{made.hexdigest()[:32]}"{whole[1]}{message}'
            f"{whole[2]}{{{','.join(seen)}}}{whole[3]}{remediation}"
            f"{whole[4]}{about[0]}{collaboration}{about[1]}{called}{about[2]}{name}{about[3]}"
            f"{whole[5]}"
        )


def _pieces(value: Mapping[str, Any], gaps: Sequence[str], end: str = "") -> list[str]:
    """The JSON of a value around some of its members, which have to stand there in this order."""
    text = line({**value, **{name: _MARK + name for name in gaps}})[:-1] + end
    pieces = _GAP.split(text)
    if [each.removeprefix(_MARK) for each in pieces[1::2]] != list(gaps):
        raise AssertionError(f"these are no members of a {value.get('schema', 'resource')}")
    return pieces[::2]


def _compact(value: Any) -> str:
    return "null" if value is None else line(value)[:-1]
