"""How large a value an expression could build.

``[@, @]`` doubles its input; thirty of them in a pipe make a value that no machine can compare.
"""

from __future__ import annotations

from auditor.expression.nodes import (
    And,
    Call,
    Compare,
    Filter,
    MultiDict,
    MultiList,
    Node,
    Not,
    Or,
    Projection,
    Reference,
    Sub,
    Values,
    children,
)

LARGEST = 1_000_000

Size = tuple[float, float]
"""How often the input of a node can stand in its value, and in anything computed on the way."""

# What functions make of what they are given; those that are not here give a number, a boolean or
# one of a few words. NOTE: writing a text into a text doubles its backslashes each time, and a
# text stands between all elements of what it joins.
_COPIES = {
    **dict.fromkeys(
        (
            *("keys", "map", "max", "max_by", "merge", "min", "min_by", "not_null", "reverse"),
            *("sort", "sort_by", "to_array", "unique", "values"),
        ),
        1.0,
    ),
    "to_string": 2.0,
    "join": 100.0,
}


def too_large(tree: Node) -> bool:
    """Whether an expression repeats its input so often that a small document becomes huge."""
    return _size(tree)[1] > LARGEST


def _size(node: Node) -> Size:
    match node:
        case Sub():
            return _then(_size(node.left), _size(node.right))
        case Projection() | Values():
            return _then(_size(node.base), _size(node.right))
        case Filter():
            selected = _size(node.base)
            copies, peak = _then(selected, _size(node.right))
            return copies, max(peak, _then(selected, _size(node.condition))[1])
        case Call():
            return _call(node)
    sizes = [_size(child) for child in children(node)]
    parts = [copies for copies, _ in sizes] or [1.0]
    largest = max((peak for _, peak in sizes), default=1.0)
    match node:
        case Compare() | Not():
            return 1.0, largest
        case MultiList() | MultiDict():
            return sum(parts), max(largest, sum(parts))
        case And() | Or():
            return max(parts), largest
    return parts[0], largest


def _then(first: Size, second: Size) -> Size:
    """The second on the value of the first."""
    return first[0] * second[0], max(first[1], first[0] * second[1])


def _call(node: Call) -> Size:
    """A function's value; the body of a reference works on what stands beside it."""
    given = [_size(each) for each in node.arguments if not isinstance(each, Reference)]
    bodies = [_size(each.body) for each in node.arguments if isinstance(each, Reference)]
    total = sum(copies for copies, _ in given)
    made = total * _COPIES.get(node.name, 0.0) or 1.0
    worked = [_then((total or 1.0, 1.0), body) for body in bodies]
    if node.name == "map":
        made = max([made, *(copies for copies, _ in worked)])
    return made, max([made, *(peak for _, peak in (*given, *worked))])
