"""What the values of a policy file must be for each other, where each alone is sound.

Nothing is relied on here: the same file may have any other problem as well.
"""

from __future__ import annotations

from collections import abc

from auditor.expression.nearest import suggestion
from auditor.policy.node import Mapping, Node
from auditor.policy.params import TYPES, param_value
from auditor.policy.shape import Problems, shown


def problems_together(root: Node) -> Problems:
    """The problems of values that do not fit each other."""
    if not isinstance(root, Mapping):
        return
    types = _types(root)
    yield from _defaults(root, types)
    for rule in root.mappings("rules"):
        yield from _kind(rule)
        if examples := rule.mapping("examples"):
            for example in (*examples.mappings("pass"), *examples.mappings("fail")):
                yield from _params(example, types)


def _types(root: Mapping) -> dict[str, str]:
    """The type of each declared parameter; empty where it is not told, or no type."""
    params = root.mapping("params")
    types = {}
    for name, param in params.values.items() if params else ():
        told = param.scalar("type") if isinstance(param, Mapping) else None
        types[name] = told.text if told and told.text in TYPES else ""
    return types


def _defaults(root: Mapping, types: abc.Mapping[str, str]) -> Problems:
    """Defaults that are not of their parameter's type."""
    params = root.mapping("params")
    for name, param in params.values.items() if params else ():
        if isinstance(param, Mapping) and (default := param.values.get("default")):
            yield from _value("bad-default", "`default`", types[name], default)


def _kind(rule: Mapping) -> Problems:
    """`deny_each` in a rule that is not about models."""
    kind, key = rule.scalar("kind"), rule.keys.get("deny_each")
    if key and kind and kind.text != "model":
        hint = "write `kind: model`, or `deny` for each version by itself"
        yield key.problem("wrong-kind", "`deny_each` lists the versions of a model", hint)


def _params(example: Mapping, types: abc.Mapping[str, str]) -> Problems:
    """Values of an example that are for no parameter, or not of its type."""
    params = example.mapping("params") if "resource" in example.keys else None
    for name, value in params.values.items() if params else ():
        if name in types:
            yield from _value("bad-param", f"`{name}`", types[name], value)
        elif params:
            message = f"this policy has no parameter `{shown(name)}`"
            yield params.keys[name].problem("unknown-param", message, suggestion(name, types))


def _value(code: str, what: str, type_name: str, node: Node) -> Problems:
    try:
        if type_name:
            param_value(type_name, node.plain())
    except ValueError as error:
        yield node.problem(code, f"{what} {error}")
