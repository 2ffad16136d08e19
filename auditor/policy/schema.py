"""What a policy file may hold: one table for the loader, and for editors as JSON Schema."""

from __future__ import annotations

from msgspec import Struct

from auditor.kinds import KINDS
from auditor.model import Severity
from auditor.policy.node import Mapping, Node
from auditor.policy.params import TYPES
from auditor.policy.rule import MODES
from auditor.policy.shape import Anything, Code, Lines, Problems, Schema, Text, Whole, Word
from auditor.policy.structure import Key, ListOf, MapOf, Record
from auditor.timestamps import canonical

RULE_ID = Text("a rule id", "CRML-001", r"[A-Z][A-Z0-9]*-[0-9]{3,}")
POLICY_NAME = Text("a policy name", "baseline or release-gate", r"[a-z][a-z0-9-]*")
PARAM_NAME = Text("a parameter name", "max_versions", r"[a-z][a-z0-9_]*")


def _moment(text: str) -> None:
    """Nothing for a timestamp; ValueError for any other text."""
    try:
        canonical(text)
    except (ValueError, OverflowError) as error:
        raise ValueError("it needs a date, a time and a zone") from error


TIMESTAMP = Text(
    "a timestamp",
    "2026-11-23T07:00:00Z",
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})",
    _moment,
)

_DATA = MapOf(Text("a name"), Anything(), may_be_empty=True)

EXAMPLE = Record(
    "an example with `resource`",
    {
        "resource": Key(_DATA, "the document that is judged", required=True),
        "params": Key(_DATA, "values of parameters, instead of their defaults"),
        "now": Key(TIMESTAMP, "the moment at which it is judged"),
    },
)


class _Example(Struct, frozen=True):
    """A document, or a mapping with ``resource`` and what is to be different for it."""

    def check(self, node: Node, what: str) -> Problems:
        """The problems of either form."""
        wrapped = isinstance(node, Mapping) and "resource" in node.keys
        yield from (EXAMPLE if wrapped else _DATA).check(node, what)

    def schema(self) -> Schema:
        """Either form, told apart by the key ``resource``."""
        return {"type": "object", "if": {"required": ["resource"]}, "then": EXAMPLE.schema()}


_EXAMPLES = Record(
    "`examples`",
    {
        "pass": Key(ListOf(_Example()), "documents that the rule must pass"),
        "fail": Key(ListOf(_Example()), "documents that the rule must fail"),
    },
)

_ALLOW = Record(
    "an item of `allow`",
    {
        "code": Key(
            Text("a problem code", "unknown-field", r"[a-z]+(-[a-z0-9]+)*"),
            "the code of a problem that `auditor policy check` reports",
            required=True,
        ),
        "reason": Key(Lines(), "why this rule may have that problem", required=True),
    },
)

_PARAM = Record(
    "a parameter",
    {
        "type": Key(Word(tuple(TYPES)), "the type of its values", required=True),
        "default": Key(Anything(), "its value where none is given; without it one must be given"),
        "description": Key(Lines(), "what it is for"),
    },
    also={
        "allOf": [
            {
                "if": {"properties": {"type": {"const": name}}, "required": ["type"]},
                "then": {"properties": {"default": kind.schema}},
            }
            for name, kind in TYPES.items()
        ]
    },
)

RULE = Record(
    "a rule",
    {
        "id": Key(RULE_ID, "an id that no other rule has, such as CRML-001", required=True),
        "title": Key(Text(), "the requirement in one line", required=True),
        "severity": Key(
            Word(tuple(level.value for level in Severity)),
            "how much a failure matters",
            required=True,
        ),
        "kind": Key(Word(tuple(KINDS)), "what is judged", required=True),
        "when": Key(Code(), "where this is not true, the rule is not applicable"),
        "require": Key(Code(), "must be true"),
        "deny": Key(Code(), "must not be true"),
        "deny_each": Key(Code(), "kind model only: gives the versions that fail"),
        "message": Key(Code(), "what a finding says, with expressions in braces"),
        "rationale": Key(Lines(), "why the requirement exists"),
        "remediation": Key(Code(), "what to do about a failure, with expressions in braces"),
        "controls": Key(
            MapOf(
                Text("the name of a framework", "nist-800-53-r5", r"[a-z0-9]+([.-][a-z0-9]+)*"),
                ListOf(Text("a control", "SI-12")),
            ),
            "the controls of each framework that this rule is evidence for",
        ),
        "examples": Key(_EXAMPLES, "documents with the outcome that they must have"),
        "allow": Key(ListOf(_ALLOW), "problems of `auditor policy check` that this rule may have"),
    },
    one_of=MODES,
    also={
        "if": {"required": ["deny_each"]},
        "then": {"properties": {"kind": {"const": "model"}}},
    },
)

POLICY = Record(
    "a policy",
    {
        "version": Key(Whole(1, 1), "the version of this format: 1", required=True),
        "policy": Key(POLICY_NAME, "a name that no other policy has", required=True),
        "title": Key(Text(), "what the policy is, in one line", required=True),
        "description": Key(Lines(), "what the policy is for"),
        "params": Key(MapOf(PARAM_NAME, _PARAM), "values that the user of the policy may set"),
        "rules": Key(ListOf(RULE), "the requirements", required=True),
    },
)


def policy_schema() -> Schema:
    """The JSON Schema of a policy file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A policy of auditor",
        **POLICY.schema(),
    }
