"""The policy that a document without problems declares."""

from __future__ import annotations

from collections import abc
from types import MappingProxyType
from typing import cast

from auditor.model import Severity
from auditor.policy.document import Document
from auditor.policy.node import Mapping, Scalar
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


def build_policy(document: Document) -> Policy:
    """The policy of a document that was checked and has no problems."""
    root = cast("Mapping", document.root)
    params = _params(root)
    types = {name: param.type for name, param in params.items()}
    name = _text(root, "policy")
    return Policy(
        name=name,
        title=_text(root, "title"),
        version=root.values["version"].plain(),
        description=_text(root, "description"),
        params=params,
        rules=tuple(_rule(node, name, types) for node in root.mappings("rules")),
        path=document.path,
        sha256=document.sha256,
    )


def _text(node: Mapping, key: str) -> str:
    """The text of a key; empty where it is not there."""
    found = node.scalar(key)
    return found.text if found else ""


def _expression(node: Mapping, key: str) -> Expression | None:
    found = node.scalar(key)
    return Expression(found.text, found) if found else None


def _params(root: Mapping) -> abc.Mapping[str, Parameter]:
    params = root.mapping("params")
    nodes = params.values.items() if params else ()
    return MappingProxyType({name: _param(name, cast("Mapping", node)) for name, node in nodes})


def _param(name: str, node: Mapping) -> Parameter:
    type_name, default = _text(node, "type"), node.values.get("default")
    value = param_value(type_name, default.plain()) if default else None
    return Parameter(name, type_name, value, _text(node, "description"), node)


def _rule(node: Mapping, policy: str, types: abc.Mapping[str, str]) -> Rule:
    mode = next(mode for mode in MODES if mode in node.keys)
    test = cast("Scalar", node.values[mode])
    examples = node.mapping("examples")
    return Rule(
        id=_text(node, "id"),
        title=_text(node, "title"),
        severity=Severity(_text(node, "severity")),
        kind=_text(node, "kind"),
        mode=mode,
        test=Expression(test.text, test),
        policy=policy,
        node=node,
        when=_expression(node, "when"),
        message=_expression(node, "message"),
        rationale=_text(node, "rationale"),
        remediation=_expression(node, "remediation"),
        controls=_controls(node),
        examples_pass=_examples(examples, "pass", types),
        examples_fail=_examples(examples, "fail", types),
        allow=tuple(
            Allow(_text(item, "code"), _text(item, "reason"), item)
            for item in node.mappings("allow")
        ),
    )


def _controls(node: Mapping) -> abc.Mapping[str, tuple[str, ...]]:
    found = node.mapping("controls")
    pairs = found.plain().items() if found else ()
    return MappingProxyType({framework: tuple(listed) for framework, listed in pairs})


def _examples(node: Mapping | None, key: str, types: abc.Mapping[str, str]) -> tuple[Example, ...]:
    return tuple(_example(item, types) for item in node.mappings(key)) if node else ()


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
