"""The policy that a document declares, as far as its structure is sound."""

from __future__ import annotations

from collections import abc
from types import MappingProxyType

from auditor.kinds import KINDS
from auditor.model import Severity
from auditor.policy.document import Document
from auditor.policy.node import Mapping, Node, Sequence
from auditor.policy.params import param_value
from auditor.policy.rule import (
    EXAMPLE_NOW,
    MODES,
    Allow,
    Example,
    Expression,
    Parameter,
    ParamValue,
    Policy,
    Rule,
)
from auditor.timestamps import canonical


def build_policy(document: Document, bad_lines: abc.Collection[int] = ()) -> Policy:
    """The policy of a document that was checked; what stands on a line with a problem is left out.

    A parameter there has no type, and a rule without a test is no rule. ``whole`` is whether
    nothing was left out.
    """
    root = document.root
    if not isinstance(root, Mapping):
        return Policy("", "", 1, "", {}, (), document.path, document.sha256, whole=False)
    params = _params(root, bad_lines)
    types = {name: param.type for name, param in params.items()}
    name = _text(root, "policy")
    rules = (_rule(node, name, types, bad_lines) for node in root.mappings("rules"))
    return Policy(
        name=name,
        title=_text(root, "title"),
        version=1,
        description=_text(root, "description"),
        params=params,
        rules=tuple(filter(None, rules)),
        path=document.path,
        sha256=document.sha256,
        whole=not bad_lines,
    )


def _touches(node: Node, lines: abc.Collection[int]) -> bool:
    """Whether a value stands on one of these lines."""
    last = node.source.place(node.end)[0]
    return any(node.line <= line <= last for line in lines)


def _text(node: Mapping, key: str) -> str:
    """The text of a key; empty where it is not there."""
    found = node.scalar(key)
    return found.text if found else ""


def _expression(node: Mapping, key: str, bad_lines: abc.Collection[int]) -> Expression | None:
    found = node.scalar(key)
    if found is None or _touches(found, bad_lines):
        return None
    return Expression(found.text, found)


def _params(root: Mapping, bad_lines: abc.Collection[int]) -> abc.Mapping[str, Parameter]:
    params = root.mapping("params")
    nodes = params.values.items() if params else ()
    return MappingProxyType({name: _param(name, node, bad_lines) for name, node in nodes})


def _param(name: str, node: Node, bad_lines: abc.Collection[int]) -> Parameter:
    if not isinstance(node, Mapping) or _touches(node, bad_lines):
        return Parameter(name, "", None, "", node)
    type_name, default = _text(node, "type"), node.values.get("default")
    value = param_value(type_name, default.plain()) if default else None
    return Parameter(name, type_name, value, _text(node, "description"), node)


def _rule(
    node: Mapping, policy: str, types: abc.Mapping[str, str], bad_lines: abc.Collection[int]
) -> Rule | None:
    """A rule as far as it is sound; None where even its test, or its kind, is not."""
    modes = [mode for mode in MODES if mode in node.keys]
    test = _expression(node, modes[0], bad_lines) if len(modes) == 1 else None
    kind = _text(node, "kind")
    if test is None or kind not in KINDS or (modes == ["deny_each"] and kind != "model"):
        return None
    examples, controls, allow = (
        _sound(node, key, bad_lines) for key in ("examples", "controls", "allow")
    )
    return Rule(
        id=_text(node, "id"),
        title=_text(node, "title"),
        severity=_severity(_text(node, "severity")),
        kind=kind,
        mode=modes[0],
        test=test,
        policy=policy,
        node=node,
        when=_expression(node, "when", bad_lines),
        message=_expression(node, "message", bad_lines),
        rationale=_text(node, "rationale"),
        remediation=_expression(node, "remediation", bad_lines),
        controls=_controls(controls),
        examples_pass=_examples(examples, "pass", types),
        examples_fail=_examples(examples, "fail", types),
        allow=_allow(allow),
    )


def _sound(node: Mapping, key: str, bad_lines: abc.Collection[int]) -> Node | None:
    """The value of a key, if it is there and has no problem."""
    found = node.values.get(key)
    return None if found is None or _touches(found, bad_lines) else found


def _severity(text: str) -> Severity:
    """The severity; a word that is none is a problem of its own, and must not hide others."""
    return Severity(text) if text in set(Severity) else Severity.INFO


def _allow(node: Node | None) -> tuple[Allow, ...]:
    items = node.items if isinstance(node, Sequence) else ()
    return tuple(
        Allow(_text(item, "code"), _text(item, "reason"), item)
        for item in items
        if isinstance(item, Mapping)
    )


def _controls(node: Node | None) -> abc.Mapping[str, tuple[str, ...]]:
    pairs = node.plain().items() if node else ()
    return MappingProxyType({framework: tuple(listed) for framework, listed in pairs})


def _examples(node: Node | None, key: str, types: abc.Mapping[str, str]) -> tuple[Example, ...]:
    items = node.mappings(key) if isinstance(node, Mapping) else ()
    return tuple(_example(item, types) for item in items)


def _example(node: Mapping, types: abc.Mapping[str, str]) -> Example:
    """An example in either form: the document itself, or one with ``resource`` and more."""
    resource = node.mapping("resource")
    if resource is None:
        return Example(node.plain(), node)
    params = node.mapping("params")
    values: dict[str, ParamValue] = {
        name: param_value(types[name], data)
        for name, data in (params.plain().items() if params else ())
    }
    now = node.scalar("now")
    moment = canonical(now.text) if now else EXAMPLE_NOW
    return Example(resource.plain(), resource, MappingProxyType(values), moment)
