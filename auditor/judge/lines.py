"""The lines of a rule's failures, written without making a finding of each.

What a failure has in common with the others of its rule is encoded once; the line is that of
`auditor.report.jsonl.finding_line`, byte for byte.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from json.encoder import encode_basestring_ascii as quoted
from typing import Any

from auditor.judge.findings import RuleVoice, finding_ids, model_resource, version_resource
from auditor.model import Outcome, Place
from auditor.report.document import finding_json, resource_json
from auditor.report.encoding import line

Document = Mapping[str, Any]

Failure = tuple[str, Document]
"""The version that fails, or an empty text for its model, and the document of either."""

# NOTE: nobody can guess the mark, so no text from anywhere is taken for a gap.
_MARK = os.urandom(16).hex()
_GAP = re.compile(f'"({_MARK}[a-z]+)"')


class FailureLines:
    """Writes the failures of one rule on one model, or on its versions; ``example`` is any."""

    def __init__(self, voice: RuleVoice, place: Place, example: Failure) -> None:
        version, document = example
        self._voice = voice
        self._kind = "version" if version else "model"
        self._arn = place.arn or ""
        make = version_resource if version else model_resource
        resource = make(place, document)
        self._resource = _pieces(resource_json(resource), ("collaboration", "name", "version"))
        finding = voice.finding(Outcome.FAIL, resource, document)
        gaps = ("id", "message", "observed", "remediation", "resource")
        self._line = _pieces(finding_json(finding), gaps, end="\n")
        self._message = quoted(finding.message)
        self._remediation = quoted(finding.remediation)

    def lines(self, failures: Sequence[Failure]) -> list[str]:
        """The lines of failures, in their order; many at once, which is quicker."""
        versions = [quoted(version) if version else "null" for version, _ in failures]
        documents = [document for _, document in failures]
        columns = (
            finding_ids(self._voice.rule, self._arn, versions),
            self._said(self._message, self._voice.message, documents),
            self._observed(documents),
            self._said(self._remediation, self._voice.remediation, documents),
            _texts("collaborationIdentifier", documents),
            _texts("name", documents),
            versions,
        )
        # One text around all of them, so that each line is put together once.
        at_id, at_message, at_observed, at_remediation, at_resource, end = self._line
        at_collaboration, at_name, at_version, after = self._resource
        at_collaboration, end = at_resource + at_collaboration, after + end
        return [
            f'{at_id}"{made}"{at_message}{message}{at_observed}{observed}{at_remediation}{advice}'
            f"{at_collaboration}{collaboration}{at_name}{name}{at_version}{version}{end}"
            for made, message, observed, advice, collaboration, name, version in zip(
                *columns, strict=False
            )
        ]

    def _said(
        self, same: str, say: Callable[[Document, str], str], documents: Sequence[Document]
    ) -> Iterable[str]:
        """What the voice says of each, as a text in JSON; ``same`` where it is always that."""
        if self._voice.says_the_same:
            return repeat(same)
        return [quoted(say(each, self._kind)) for each in documents]

    def _observed(self, documents: Sequence[Document]) -> Iterable[str]:
        """What was observed of each, as an object in JSON."""
        columns = sorted(self._voice.observed_of(documents).items())
        if not columns:
            return repeat("{}")
        members = [_members(f"{quoted(name)}:", values) for name, values in columns]
        return [f"{{{','.join(each)}}}" for each in zip(*members, strict=True)]


def _texts(member: str, documents: Sequence[Document]) -> Iterable[str]:
    return [quoted(str(document.get(member, ""))) for document in documents]


def _members(label: str, values: Sequence[Any]) -> Iterable[str]:
    return [
        label + (quoted(value) if value.__class__ is str else _compact(value)) for value in values
    ]


def _pieces(value: Mapping[str, Any], gaps: Sequence[str], end: str = "") -> list[str]:
    """The JSON of a value around some of its members, which have to stand there in this order."""
    text = line({**value, **{name: _MARK + name for name in gaps}})[:-1] + end
    pieces = _GAP.split(text)
    if [each.removeprefix(_MARK) for each in pieces[1::2]] != list(gaps):
        raise AssertionError(f"these are no members of a {value.get('schema', 'resource')}")
    return pieces[::2]


def _compact(value: Any) -> str:
    return "null" if value is None else line(value)[:-1]
