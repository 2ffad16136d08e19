"""Which versions a run has to read the details of: those that a rule needs, and no others."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.expression.nodes import Field, Node, walk
from auditor.expression.program import CheckedRule, Program
from auditor.judge.facts import identity, version_documents
from auditor.judge.one_version import chosen
from auditor.model import ModelRecord, Why
from auditor.policy.check import ReadyRule
from auditor.policy.types import document_type

DETAILS = "details"


def rules_reading_details(rules: Iterable[ReadyRule]) -> tuple[ReadyRule, ...]:
    """The rules that read details at any place."""
    return tuple(ready for ready in rules if any(_reads(tree) for tree in _trees(ready)))


class DetailsWanted:
    """Says of which versions the details are needed, from list data alone.

    ``asked`` is the one version that is judged (an identifier, `BASE` or `LATEST`), where it is
    not every one.
    """

    def __init__(self, rules: Iterable[ReadyRule], asked: str | None = None) -> None:
        reading = rules_reading_details(rules)
        self._whole = any(ready.rule.kind == "model" for ready in reading)
        self._asked = asked
        versions = (ready for ready in reading if ready.rule.kind == "version")
        self._rules = tuple(ready.compiled() for ready in versions)
        self._program = Program(self._rules, document_type("version"))

    def __getstate__(self) -> tuple[bool, str | None, tuple[CheckedRule, ...]]:
        # A program cannot be sent to another process; it is compiled there anew.
        return self._whole, self._asked, self._rules

    def __setstate__(self, state: tuple[bool, str | None, tuple[CheckedRule, ...]]) -> None:
        self._whole, self._asked, self._rules = state
        self._program = Program(self._rules, document_type("version"))

    def __call__(self, record: ModelRecord) -> frozenset[str]:
        """Identities of versions; every one of them where a rule about the model reads details.

        A version is left out where each rule's ``when`` is false by list data alone.
        """
        if self._whole:
            return frozenset(map(identity, record.versions))
        return self._by_themselves(record) & self._judged(record)

    def _judged(self, record: ModelRecord) -> frozenset[str]:
        """The versions of which rules about versions are to say something."""
        if self._asked is None:
            return frozenset(map(identity, record.versions))
        row = chosen(record, self._asked)
        return frozenset() if row is None else frozenset({identity(row)})

    def _by_themselves(self, record: ModelRecord) -> frozenset[str]:
        documents = version_documents(record)
        tallies = self._program.judge(documents)
        rows = {
            unknown.row
            for tally in tallies
            for unknown in tally.unknown
            if unknown.why is Why.UNREAD
        }
        return frozenset(identity(documents[row]) for row in rows)


def _trees(ready: ReadyRule) -> Iterable[Node]:
    checked = ready.checked
    return (tree for tree in (checked.when, checked.test) if tree is not None)


def _reads(tree: Node) -> bool:
    return any(isinstance(node, Field) and node.name == DETAILS for node in walk(tree))
