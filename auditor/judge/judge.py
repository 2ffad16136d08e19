"""Rules x resources -> outcomes: one model at a time, in the order in which models come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

from auditor.expression.program import Program, Tally, Unknown
from auditor.judge.bare import rows_are_enough
from auditor.judge.counts import Counts
from auditor.judge.facts import (
    Document,
    bare_model_document,
    identity,
    model_document,
    version_documents,
)
from auditor.judge.findings import RuleVoice, model_resource, version_resource
from auditor.model import (
    Finding,
    ModelRecord,
    Outcome,
    Resource,
    RuleCount,
    Severity,
    Unread,
    Why,
)
from auditor.policy.check import ReadyRule
from auditor.policy.types import document_type


@dataclass(frozen=True, slots=True)
class Said:
    """What one rule says of one resource, and why it fails or cannot be judged."""

    rule: str
    title: str
    severity: Severity
    outcome: Outcome
    message: str


class Step(Protocol):
    """What looks at the findings of each model before they count: waivers, a baseline."""

    def settled(self, record: ModelRecord, findings: Sequence[Finding]) -> Sequence[Finding]:
        """The same findings in the same order, with what this step knows of them."""


@dataclass(frozen=True, slots=True)
class _Given:
    """A finding as a rule gave it, and whether nobody could have read what it needs."""

    finding: Finding
    blind: bool = False


@dataclass(frozen=True, slots=True)
class _Bench:
    """The rules of one kind with their program."""

    rules: tuple[ReadyRule, ...]
    voices: tuple[RuleVoice, ...]
    program: Program


class Judge:
    """Judges models against the rules of a run and counts as it goes.

    Every finding goes through ``steps`` in their order, and counts as what it is then.
    """

    def __init__(self, rules: Iterable[ReadyRule], steps: Iterable[Step] = ()) -> None:
        rules = tuple(rules)
        self._versions = _bench(rules, "version")
        self._models = _bench(rules, "model")
        self._steps = tuple(steps)
        self._bare = rows_are_enough(rules)
        self._counts = Counts(rules)

    @property
    def counts(self) -> tuple[RuleCount, ...]:
        """How every rule went so far, in the order of the rules' ids."""
        return self._counts.all()

    def findings(self, record: ModelRecord) -> list[Finding]:
        """The findings of one model and its versions, ordered by resource, then rule."""
        documents = self._documents(record)
        given = [*self._of_versions(record, documents), *self._of_model(record, documents)]
        given.sort(key=_order)
        found: Sequence[Finding] = [each.finding for each in given]
        for step in self._steps:
            found = step.settled(record, found)
        for finding, each in zip(found, given, strict=True):
            self._counts.add_finding(finding, blind=each.blind)
        return list(found)

    def _documents(self, record: ModelRecord) -> Sequence[Document]:
        """The documents of the versions; the very rows, where no rule asks for more."""
        if self._bare:
            return cast("Sequence[Document]", record.versions)
        return version_documents(record)

    def _of_versions(self, record: ModelRecord, documents: Sequence[Document]) -> Iterator[_Given]:
        tallies = self._versions.program.judge(documents)
        for ready, voice, tally in zip(
            self._versions.rules, self._versions.voices, tallies, strict=True
        ):
            self._counts.add(ready.rule.id, tally, len(documents))
            for number in tally.failed:
                document = documents[number]
                resource = version_resource(record.place, document)
                yield _Given(voice.finding(Outcome.FAIL, resource, document))
            for unknown in tally.unknown:
                document = documents[unknown.row]
                resource = version_resource(record.place, document)
                yield _unknown(voice, resource, document, unknown)

    def _of_model(self, record: ModelRecord, documents: Sequence[Document]) -> Iterator[_Given]:
        if record.unread is not None:
            yield from self._of_unread(record, record.unread, documents)
            return
        bare = self._bare
        document = bare_model_document(record) if bare else model_document(record, documents)
        resource = model_resource(record.place, document)
        tallies = self._models.program.judge([document])
        for ready, voice, tally in zip(
            self._models.rules, self._models.voices, tallies, strict=True
        ):
            selected = _selected(tally)
            self._counts.add(ready.rule.id, tally, 1)
            for chosen in selected:
                about = version_resource(record.place, chosen)
                yield _Given(voice.finding(Outcome.FAIL, about, chosen))
            if tally.failed and not selected:
                yield _Given(voice.finding(Outcome.FAIL, resource, document))
            for unknown in tally.unknown:
                yield _unknown(voice, resource, document, unknown)

    def _of_unread(
        self, record: ModelRecord, unread: Unread, documents: Sequence[Document]
    ) -> Iterator[_Given]:
        """A model whose versions were not all read: nothing that needs them all can be said."""
        known = documents[0] if documents else {}
        resource = model_resource(record.place, known)
        reason = f"its versions were not all read: {unread.operation} gave {unread.code}"
        for voice in self._models.voices:
            yield _unknown(voice, resource, known, Unknown(0, Why.UNREAD, reason))

    def sayings(self, record: ModelRecord, version: str) -> list[Said]:
        """What every rule says of one version and of its model, passes too; for a gate."""
        documents = version_documents(record)
        chosen = [each for each in documents if identity(each) == version]
        said = list(_said(self._versions, chosen, record, version))
        if record.unread is None:
            said += _said(self._models, [model_document(record, documents)], record, version)
        else:
            reason = f"cannot be judged: {record.unread.operation} gave {record.unread.code}"
            said += (_saying(ready, Outcome.UNKNOWN, reason) for ready in self._models.rules)
        return sorted(said, key=lambda each: each.rule)


def _bench(rules: Sequence[ReadyRule], kind: str) -> _Bench:
    chosen = tuple(ready for ready in rules if ready.rule.kind == kind)
    program = Program([ready.compiled() for ready in chosen], document_type(kind))
    return _Bench(chosen, tuple(RuleVoice(ready) for ready in chosen), program)


def _unknown(
    voice: RuleVoice, resource: Resource, document: Mapping[str, Any], unknown: Unknown
) -> _Given:
    finding = voice.finding(Outcome.UNKNOWN, resource, document, unknown.reason)
    return _Given(finding, blind=unknown.why is Why.BLIND_SPOT)


def _selected(tally: Tally) -> list[Mapping[str, Any]]:
    """The versions that a `deny_each` rule named, each once."""
    chosen = {identity(each): each for found in tally.selected.values() for each in found}
    return list(chosen.values())


def _order(given: _Given) -> tuple[str, str, str]:
    """By resource, a model before its versions, then by rule."""
    resource = given.finding.resource
    return (resource.arn, resource.version or "", given.finding.rule)


def _saying(ready: ReadyRule, outcome: Outcome, message: str = "") -> Said:
    rule = ready.rule
    return Said(rule.id, rule.title, rule.severity, outcome, message)


def _said(
    bench: _Bench, documents: Sequence[Document], record: ModelRecord, version: str
) -> Iterator[Said]:
    """The sayings on one document; of `deny_each` only what names this version counts."""
    if not documents:
        return
    document = documents[0]
    tallies = bench.program.judge(documents)
    for ready, voice, tally in zip(bench.rules, bench.voices, tallies, strict=True):
        named = [each for each in _selected(tally) if identity(each) == version]
        if not tally.applied:
            yield _saying(ready, Outcome.NOT_APPLICABLE)
        elif tally.unknown:
            yield _saying(ready, Outcome.UNKNOWN, f"cannot be judged: {tally.unknown[0].reason}")
        elif named or (tally.failed and not tally.selected):
            subject = named[0] if named else document
            of_version = ready.rule.kind == "version" or named
            make = version_resource if of_version else model_resource
            finding = voice.finding(Outcome.FAIL, make(record.place, subject), subject)
            yield _saying(ready, Outcome.FAIL, finding.message)
        else:
            yield _saying(ready, Outcome.PASS)
