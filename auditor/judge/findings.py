"""Outcomes to findings: identity, message, what was observed, what to do."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from json.encoder import encode_basestring_ascii as quoted
from typing import Any

from auditor.expression.emit import Emitter, evaluator
from auditor.expression.general import PROBLEMS
from auditor.expression.nodes import Call, Field, Filter, Literal, Node, walk
from auditor.expression.rulecheck import reads
from auditor.expression.template import Piece, rendered
from auditor.judge.facts import identity
from auditor.kinds import KINDS
from auditor.model import Finding, Outcome, Place, Resource
from auditor.policy.check import ReadyRule
from auditor.policy.rule import Expression
from auditor.timestamps import spoken

_SHORT = 20
"""Elements that a list may have to be written out as observed."""

_TEXTS = frozenset({str, type(None)})

Evaluate = Callable[[Any], Any]


def finding_id(rule: str, arn: str, version: str | None) -> str:
    """The stable id of a finding: 32 hexadecimal digits of a hash of rule and resource, no more.

    Nothing that changes between two runs is part of it, so the same finding has the same id
    tomorrow.
    """
    (made,) = finding_ids(rule, arn, ["null" if version is None else quoted(version)])
    return made


def finding_ids(rule: str, arn: str, versions: Iterable[str]) -> Iterator[str]:
    """The ids of findings of one rule on one model, by its versions as they stand in JSON."""
    start = f"[{quoted(rule)},{quoted(arn)},"
    for version in versions:
        yield hashlib.sha256(f"{start}{version}]".encode()).hexdigest()[:32]


def version_resource(place: Place, document: Mapping[str, Any]) -> Resource:
    """A version as a resource."""
    return _resource("version", place, identity(document), document)


def model_resource(place: Place, document: Mapping[str, Any]) -> Resource:
    """A model as a resource; what could not be read of it is empty."""
    return _resource("model", place, None, document)


def _resource(
    kind: str, place: Place, version: str | None, document: Mapping[str, Any]
) -> Resource:
    return Resource(
        kind=kind,
        arn=place.arn or "",
        version=version,
        name=str(document.get("name", "")),
        account=place.account,
        region=place.region,
        membership=place.membership,
        collaboration=str(document.get("collaborationIdentifier", "")),
    )


class RuleVoice:
    """What one rule says in findings: its texts, rendered on a document, and what it read."""

    def __init__(self, ready: ReadyRule) -> None:
        self._ready = ready
        self._emitter = Emitter(ready.run)
        self._observers: Sequence[tuple[str, str, Evaluate]] | None = None
        self._controls = dict(ready.rule.controls)
        said = ready.checked.message
        self._plain_message = _plain(said) if said else ready.rule.title
        self._plain_remediation = _plain(ready.checked.remediation)

    @property
    def rule(self) -> str:
        """The id of the rule."""
        return self._ready.rule.id

    @property
    def says_the_same(self) -> bool:
        """Whether the message and the remediation are the same of every resource."""
        return self._plain_message is not None and self._plain_remediation is not None

    def finding(
        self,
        outcome: Outcome,
        resource: Resource,
        document: Mapping[str, Any],
        reason: str | None = None,
    ) -> Finding:
        """The finding of an outcome on a resource; ``document`` is the resource's own."""
        rule = self._ready.rule
        return Finding(
            id=finding_id(rule.id, resource.arn, resource.version),
            rule=rule.id,
            policy=rule.policy,
            severity=rule.severity,
            outcome=outcome,
            title=rule.title,
            message=(
                self.message(document, resource.kind)
                if outcome is not Outcome.UNKNOWN
                else f"cannot be judged: {reason}"
            ),
            resource=resource,
            evaluated_at=self._ready.run.now,
            reason=reason,
            observed=self.observed(document),
            rationale=rule.rationale,
            remediation=self.remediation(document, resource.kind),
            controls=self._controls,
        )

    def message(self, document: Mapping[str, Any], kind: str) -> str:
        """What the rule says of a resource that fails."""
        if self._plain_message is not None:
            return self._plain_message
        return self._rendered(self._ready.checked.message, document, kind, for_shell=False)

    def remediation(self, document: Mapping[str, Any], kind: str) -> str:
        """What to do about it."""
        if self._plain_remediation is not None:
            return self._plain_remediation
        return self._rendered(self._ready.checked.remediation, document, kind, for_shell=True)

    def _rendered(
        self, pieces: tuple[Piece, ...], document: Mapping[str, Any], kind: str, *, for_shell: bool
    ) -> str:
        def evaluate(piece: Piece) -> Any:
            if piece.tree is None:
                return piece.text
            try:
                return evaluator(piece.tree, self._emitter)(document)
            except PROBLEMS:
                return "(not known)"

        return rendered(pieces, evaluate, KINDS[kind].spoken_when_null, for_shell=for_shell)

    def observed(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The values that the rule read, by the text that read them.

        Ages are left to the message, so that what is observed changes only when the resource or a
        parameter does.
        """
        return {text: value for text, (value,) in self.observed_of([document]).items()}

    def observed_of(self, documents: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
        """The same of many resources: for each text the values in their order."""
        if self._observers is None:
            self._observers = list(self._observing())
        return {
            text: _column(member, observe, documents) for text, member, observe in self._observers
        }

    def _evaluator(self, node: Node) -> Evaluate:
        match node:
            case Call(name="param", arguments=(Literal(value=name),)) if (
                name in self._ready.durations
            ):
                length = spoken(float(self._ready.run.params[name]))
                return lambda _document: length
        return evaluator(node, self._emitter)

    def _observing(self) -> Iterator[tuple[str, str, Evaluate]]:
        """Each text, the document's member that it names if it is just that, and what reads it."""
        rule, checked = self._ready.rule, self._ready.checked
        for expression, tree in ((rule.when, checked.when), (rule.test, checked.test)):
            if expression is not None and tree is not None:
                for node in self._observed_nodes(tree):
                    member = node.name if isinstance(node, Field) else ""
                    yield _text(expression, node), member, self._evaluator(node)

    def _observed_nodes(self, tree: Node) -> Iterable[Node]:
        """NOTE: a finding of `deny_each` shows what the filter read of its version."""
        if self._ready.rule.mode == "deny_each" and tree is self._ready.checked.test:
            for part in walk(tree):
                if isinstance(part, Filter):
                    yield from reads(part.condition)
        else:
            yield from reads(tree)
        for part in walk(tree):
            if (
                isinstance(part, Call)
                and part.name == "param"
                and isinstance(part.arguments[0], Literal)
            ):
                yield part


def _plain(pieces: Iterable[Piece]) -> str | None:
    """A template without expressions as text; None where there is one."""
    pieces = tuple(pieces)
    if any(piece.tree is not None for piece in pieces):
        return None
    return "".join(piece.text for piece in pieces)


def _text(expression: Expression, node: Node) -> str:
    start, end = node.span
    return " ".join(expression.text[start:end].split())


def _column(member: str, observe: Evaluate, documents: Sequence[Mapping[str, Any]]) -> list[Any]:
    """What was observed of many documents; ``member`` is empty where it is more than that."""
    if member:
        values = [document.get(member) for document in documents]
        # Most of what rules read is a member that is a text.
        if _TEXTS.issuperset(map(type, values)):
            return values
    return [_shown(observe, document) for document in documents]


def _shown(observe: Evaluate, document: Mapping[str, Any]) -> Any:
    """A value as it is written into a finding; what is long or deep is counted."""
    try:
        value = observe(document)
    except PROBLEMS:
        return None
    if value is None or value.__class__ is str:
        return value
    if isinstance(value, (list, tuple)):
        plain = len(value) <= _SHORT and not any(isinstance(each, (list, dict)) for each in value)
        return list(value) if plain else {"count": len(value)}
    if isinstance(value, dict):
        plain = len(value) <= _SHORT and not any(
            isinstance(v, (list, dict)) for v in value.values()
        )
        return value if plain else {"count": len(value)}
    return value
