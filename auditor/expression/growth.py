"""How large a value an expression could build.

``[@, @]`` doubles its input; thirty of them in a pipe make a value that no machine can compare.
"""

from __future__ import annotations

from auditor.expression.syntax import MultiDict, MultiList, Node, Sub, children

LARGEST = 1_000_000


def too_large(tree: Node) -> bool:
    """Whether an expression repeats its input so often that a small document becomes huge."""
    return _copies(tree) > LARGEST


def _copies(node: Node) -> int:
    """How many times the input of a node can stand in its value, at most."""
    if isinstance(node, Sub):
        return min(_copies(node.left) * _copies(node.right), LARGEST * 2)
    counts = [_copies(child) for child in children(node)]
    if isinstance(node, (MultiList, MultiDict)):
        return min(sum(counts), LARGEST * 2)
    product = 1
    for count in counts:
        product = min(product * max(count, 1), LARGEST * 2)
    return product
