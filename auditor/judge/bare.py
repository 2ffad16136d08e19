"""Whether rules can be judged on rows as AWS sent them, because none looks at what is computed.

Computing facts for every version takes as long as judging it by a dozen rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from auditor.expression.nodes import (
    And,
    Call,
    Compare,
    Current,
    Field,
    Filter,
    Flatten,
    Index,
    Literal,
    MultiList,
    Node,
    Not,
    Or,
    Projection,
    Sub,
    walk,
)
from auditor.kinds import VERSION
from auditor.policy.check import ReadyRule

_ADDED = frozenset({"details", *VERSION.computed})
# What is left out here could show a whole document, and whether it has more than its row.
_NODES = (
    *(And, Call, Compare, Field, Filter, Flatten, Index, Literal, MultiList, Not, Or, Projection),
    Sub,
)
_CALLS = frozenset(
    {
        "age",
        "arn_account",
        "arn_region",
        "contains",
        "duration",
        "ends_with",
        "length",
        "matches",
        "now",
        "param",
        "starts_with",
    }
)


def rows_are_enough(rules: Iterable[ReadyRule]) -> bool:
    """Whether every expression of the rules, and of what they say, is sure to read rows alone."""
    return all(_reads_rows(tree) for ready in rules for tree in _trees(ready))


def _trees(ready: ReadyRule) -> Iterator[Node]:
    checked = ready.checked
    pieces = (*checked.message, *checked.remediation)
    for tree in (checked.when, checked.test, *(piece.tree for piece in pieces)):
        if tree is not None:
            yield tree


def _reads_rows(tree: Node) -> bool:
    nodes = list(walk(tree))
    # The right side of `versions[?…]`: each element as it is.
    kept = {id(node.right) for node in nodes if isinstance(node, Filter | Projection)}
    return all(
        _is_plain(node) or (isinstance(node, Current) and id(node) in kept) for node in nodes
    )


def _is_plain(node: Node) -> bool:
    match node:
        case Field(name=name):
            # The latest version is the one document that an expression can name as a whole.
            return name not in _ADDED and name != "latest"
        case Call(name="length", arguments=(Index(),)):
            # It may count the members of a version.
            return False
        case Call(name=name):
            return name in _CALLS
        case Literal(value=value):
            return not isinstance(value, list | dict)
    return isinstance(node, _NODES)
