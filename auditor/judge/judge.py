"""Rules x resources -> outcomes: one model at a time, in the order in which models come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, Protocol, cast

from msgspec import Struct

from auditor.expression.program import Program, Tally, Unknown
from auditor.judge.bare import rows_are_enough
from auditor.judge.counts import Counts, zero
from auditor.judge.facts import (
    Document,
    bare_model_document,
    identity,
    model_document,
    version_documents,
)
from auditor.judge.findings import RuleVoice, model_resource, version_resource
from auditor.judge.given import Given, finding_of, lines_of, lines_of_findings
from auditor.model import (
    Finding,
    ModelRecord,
    Outcome,
    RuleCount,
    Severity,
    Unread,
    Why,
)
from auditor.policy.check import ReadyRule
from auditor.policy.types import document_type
from auditor.report.highlights import First, Position

_ORDER = itemgetter(0, 1)  # by resource, a model before its versions, then by rule


class Said(Struct, frozen=True):
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


class Judged(Struct, frozen=True):
    """What is said of one model: its findings by resource, then rule, and how each rule went."""

    findings: Sequence[Finding]
    counts: Counts


class Written(Struct, frozen=True):
    """The same as lines, some in each text, which can be gone through once.

    ``first`` says which of the lines are the first of their rule and outcome.
    """

    lines: Iterator[bytes]
    first: Sequence[Position]
    counts: Counts


class _Bench(Struct, frozen=True):
    """The rules of one kind with their program."""

    rules: tuple[ReadyRule, ...]
    voices: tuple[RuleVoice, ...]
    program: Program


class Judge:
    """Judges models against the rules of a run and counts as it goes.

    Every finding goes through ``steps`` in their order, and counts as what it is then.
    """

    def __init__(self, rules: Iterable[ReadyRule], steps: Iterable[Step] = ()) -> None:
        self._rules = tuple(rules)
        self._versions = _bench(self._rules, "version")
        self._models = _bench(self._rules, "model")
        self._steps = tuple(steps)
        self._bare = rows_are_enough(self._rules)
        self._counts = Counts()

    def __reduce__(self) -> tuple[Any, ...]:
        # A program cannot be sent to another process; it is compiled there anew.
        if self.remembers:
            raise TypeError("what it remembers cannot be in two places")
        return Judge, (self._rules,)

    @property
    def counts(self) -> tuple[RuleCount, ...]:
        """How every rule went so far, in the order of the rules' ids."""
        return self._counts.of(map(zero, self._rules))

    def add(self, counts: Counts) -> None:
        """Count what was judged, here or elsewhere."""
        self._counts.add_all(counts)

    def findings(self, record: ModelRecord) -> list[Finding]:
        """The findings of one model and its versions, which are counted at once."""
        judged = self.judged(record)
        self.add(judged.counts)
        return list(judged.findings)

    @property
    def remembers(self) -> bool:
        """Whether there are steps, which have to see every finding of a run."""
        return bool(self._steps)

    def judged(self, record: ModelRecord) -> Judged:
        """What is said of one model and its versions; changes nothing but what steps remember."""
        given, counts = self._given(record)
        found: Sequence[Finding] = [finding_of(record.place, each) for each in given]
        for step in self._steps:
            found = step.settled(record, found)
        for finding, each in zip(found, given, strict=True):
            counts.add_finding(finding, blind=each.is_blind)
        return Judged(found, counts)

    def written(self, record: ModelRecord) -> Written:
        """The same as lines; where nothing is remembered, several times as quickly."""
        if self.remembers:
            return _written(self.judged(record))
        given, counts = self._given(record)
        first = First()
        for each in given:
            if each.unknown is None:
                first.add(each.rule, Outcome.FAIL)
            else:
                first.add(each.rule, Outcome.UNKNOWN)
                counts.add_unknown(each.rule, blind=each.is_blind)
        failures = Counter([each.rule for each in given if each.unknown is None])
        for rule, count in failures.items():
            counts.add_failures(rule, count)
        return Written(lines_of(record.place, given, failures), first.all(), counts)

    def _given(self, record: ModelRecord) -> tuple[list[Given], Counts]:
        """What gives findings, in the order in which they stand, and the counts of all else."""
        documents, counts = self._documents(record), Counts()
        given = [*self._of_versions(documents, counts), *self._of_model(record, documents, counts)]
        given.sort(key=_ORDER)
        return given, counts

    def _documents(self, record: ModelRecord) -> Sequence[Document]:
        """The documents of the versions; the very rows, where no rule asks for more."""
        if self._bare:
            return cast("Sequence[Document]", record.versions)
        return version_documents(record)

    def _of_versions(self, documents: Sequence[Document], counts: Counts) -> Iterator[Given]:
        tallies = self._versions.program.judge(documents)
        for ready, voice, tally in zip(
            self._versions.rules, self._versions.voices, tallies, strict=True
        ):
            rule = ready.rule.id
            counts.add(rule, tally, len(documents))
            for number in tally.failed:
                document = documents[number]
                yield Given(identity(document), rule, voice, document)
            for unknown in tally.unknown:
                document = documents[unknown.row]
                yield Given(identity(document), rule, voice, document, unknown)

    def _of_model(
        self, record: ModelRecord, documents: Sequence[Document], counts: Counts
    ) -> Iterator[Given]:
        if record.unread is not None:
            yield from self._of_unread(record.unread, documents)
            return
        bare = self._bare
        document = bare_model_document(record) if bare else model_document(record, documents)
        tallies = self._models.program.judge([document])
        for ready, voice, tally in zip(
            self._models.rules, self._models.voices, tallies, strict=True
        ):
            rule = ready.rule.id
            selected = _selected(tally)
            counts.add(rule, tally, 1)
            for chosen in selected:
                yield Given(identity(chosen), rule, voice, chosen)
            if tally.failed and not selected:
                yield Given("", rule, voice, document)
            for unknown in tally.unknown:
                yield Given("", rule, voice, document, unknown)

    def _of_unread(self, unread: Unread, documents: Sequence[Document]) -> Iterator[Given]:
        """A model whose versions were not all read: nothing that needs them all can be said."""
        known = documents[0] if documents else {}
        reason = f"its versions were not all read: {unread.operation} gave {unread.code}"
        for ready, voice in zip(self._models.rules, self._models.voices, strict=True):
            yield Given("", ready.rule.id, voice, known, Unknown(0, Why.UNREAD, reason))

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


def _written(judged: Judged) -> Written:
    """The lines of findings that were made."""
    first = First()
    for finding in judged.findings:
        first.add(finding.rule, finding.outcome, finding.state)
    return Written(lines_of_findings(judged.findings), first.all(), judged.counts)


def _selected(tally: Tally) -> list[Mapping[str, Any]]:
    """The versions that a `deny_each` rule named, each once."""
    chosen = {identity(each): each for found in tally.selected.values() for each in found}
    return list(chosen.values())


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
