"""A file of faults (docs/emulate.md) to `Fault` values, or every problem that it has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from auditor.errors import InvalidInput, Problem
from auditor.kinds import OPERATIONS
from auditor.policy.document import load_document
from auditor.policy.node import Mapping
from auditor.policy.shape import Anything, Text, Whole, Word
from auditor.policy.structure import Key, ListOf, MapOf, Record
from auditor.source.emulator.actions import ACTIONS
from auditor.source.emulator.fault import Fault, reaches

_MANY = 1_000_000_000
_GLOB = Text("a glob")
_COUNT = Whole(1, _MANY)

FAULT = Record(
    "a fault",
    {
        "do": Key(Word(tuple(ACTIONS)), "what goes wrong", required=True),
        "operation": Key(Word(tuple(OPERATIONS)), "only requests for this operation"),
        "account": Key(_GLOB, "only requests of this account, or to assume a role in it"),
        "membership": Key(_GLOB, "only requests about these memberships"),
        "model": Key(_GLOB, "only requests about the models with these ARNs"),
        "page": Key(_COUNT, "only from this page of a list on"),
        "every": Key(_COUNT, "only each n-th of the requests that are meant"),
        "times": Key(_COUNT, "only so often"),
        "retry_after": Key(Whole(0, _MANY), "seconds, in the Retry-After header"),
        "ms": Key(_COUNT, "milliseconds that the answer comes late"),
        "set": Key(MapOf(Text("a member"), Anything()), "members of the first row, as JSON"),
    },
)
FILE = Record(
    "a file of faults",
    {
        "version": Key(Whole(1, 1), "the version of this format", required=True),
        "faults": Key(ListOf(FAULT), "the first that fits a request strikes it", required=True),
    },
)

_OWN = frozenset().union(*(action.keys for action in ACTIONS.values()))
_ABOUT_A_MODEL = frozenset({"ListTrainedModelVersions", "GetTrainedModel"})
_ABOUT_A_MEMBERSHIP = _ABOUT_A_MODEL | {"ListTrainedModels", "GetMembership"}


def load_faults(path: str | Path) -> tuple[Fault, ...]:
    """The faults of a file, in its order; InvalidInput with every problem of the file."""
    root = load_document(path).root
    problems = list(FILE.check(root, "a file of faults"))
    if problems or not isinstance(root, Mapping):
        raise InvalidInput(problems)
    nodes = root.mappings("faults")
    if idle := [problem for node in nodes for problem in _without_effect(node)]:
        raise InvalidInput(idle)
    return tuple(Fault(**node.plain()) for node in nodes)


def _without_effect(node: Mapping) -> Iterator[Problem]:
    """Keys without effect: nobody is to believe in a fault that never comes."""
    fault = Fault(**node.plain())
    own = ACTIONS[fault.do].keys
    for name in sorted((_OWN - own) & node.keys.keys()):
        message = f"`{name}` means nothing where `do` is `{fault.do}`"
        yield node.keys[name].problem("unused-key", message, "remove it")
    if fault.do == "slow" and "ms" not in node.keys:
        yield node.problem("missing-key", "a slow answer needs the key `ms`", "such as ms: 2000")
    if fault.operation is not None:
        yield from _beside_operation(node, fault, fault.operation)


def _beside_operation(node: Mapping, fault: Fault, operation: str) -> Iterator[Problem]:
    if not reaches(ACTIONS[fault.do].reach, operation):
        message = f"`{fault.do}` cannot be done to {operation}"
        yield node.values["do"].problem("conflicting-keys", message, "choose another `do`")
    meant = {
        "page": operation.startswith("List"),
        "model": operation in _ABOUT_A_MODEL,
        "membership": operation in _ABOUT_A_MEMBERSHIP,
    }
    for name, has in meant.items():
        if name in node.keys and not has:
            message = f"a request for {operation} has no {name}"
            yield node.keys[name].problem("unused-key", message, "remove it")
