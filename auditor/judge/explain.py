"""Why a rule says what it says of one resource of an inventory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from auditor.errors import UsageError
from auditor.expression.emit import Emitter
from auditor.expression.program import Program, Tally
from auditor.expression.trace import Trace, Tracer
from auditor.judge.facts import identity, model_document, newest_first, version_documents
from auditor.model import ModelRecord, Outcome, SourceRecord
from auditor.policy.check import ReadyRule
from auditor.policy.types import document_type


class Explanation(Struct, frozen=True):
    """The outcome of one rule on one resource, with each of its expressions taken apart."""

    rule: str
    title: str
    resource: str
    outcome: Outcome
    reason: str
    traces: Mapping[str, Trace]

    def lines(self) -> Iterator[str]:
        """The whole explanation as lines of text."""
        yield f"{self.rule} {self.title}"
        yield f"on {self.resource}"
        yield f"gives {self.outcome.value}{f': {self.reason}' if self.reason else ''}"
        for key, trace in self.traces.items():
            yield ""
            yield f"{key}:"
            yield from (f"  {line}".rstrip() for line in trace.lines())


def explain(
    ready: ReadyRule, records: Iterable[SourceRecord], arn: str, version: str | None
) -> Explanation:
    """Why a rule says what it says. ``version`` is an identifier, `BASE`, ``latest`` or None.

    Raises UsageError where the records do not hold the resource, or the rule is not about it.
    """
    record = _record(records, arn)
    if (version is None) != (ready.rule.kind == "model"):
        wanted = "a model: ARN alone" if ready.rule.kind == "model" else "a version: ARN#VERSION"
        raise UsageError(f"{ready.rule.id} is about {wanted}")
    document = _document(record, version)
    tally = Program([ready.compiled()], document_type(ready.rule.kind)).judge([document])[0]
    outcome, reason = _outcome(tally)
    name = arn if version is None else f"{arn}#{identity(document)}"
    traces = dict(_traces(ready, document))
    return Explanation(ready.rule.id, ready.rule.title, name, outcome, reason, traces)


def _record(records: Iterable[SourceRecord], arn: str) -> ModelRecord:
    for record in records:
        if isinstance(record, ModelRecord) and record.place.arn == arn:
            return record
    raise UsageError(f"the inventory holds no trained model {arn}", "name a model that was scanned")


def _document(record: ModelRecord, version: str | None) -> dict[str, Any]:
    documents = version_documents(record)
    if version is None and record.unread is None:
        return model_document(record, documents)
    if version is None:
        raise UsageError(
            f"the versions of this model were not all read: {record.unread and record.unread.code}",
            "every rule about it is unknown; scan again",
        )
    wanted = identity(newest_first(record.versions)[0]) if version == "latest" else version
    for document in documents:
        if identity(document) == wanted:
            return document
    raise UsageError(
        f"the inventory holds no version {wanted} of this model",
        "an identifier such as a UUID in lower case, BASE, or latest",
    )


def _outcome(tally: Tally) -> tuple[Outcome, str]:
    if not tally.applied:
        return Outcome.NOT_APPLICABLE, "its `when` is not true"
    if tally.unknown:
        return Outcome.UNKNOWN, tally.unknown[0].reason
    if tally.failed:
        return Outcome.FAIL, ""
    return Outcome.PASS, "vacuously: everything that it looked at was absent" * bool(tally.vacuous)


def _traces(ready: ReadyRule, document: dict[str, Any]) -> Iterator[tuple[str, Trace]]:
    rule, checked = ready.rule, ready.checked
    for key, expression, tree in (
        ("when", rule.when, checked.when),
        (rule.mode, rule.test, checked.test),
    ):
        if expression is not None and tree is not None:
            tracer = Tracer(expression.text, Emitter(ready.run), ready.durations)
            yield key, tracer.trace(tree, document)
