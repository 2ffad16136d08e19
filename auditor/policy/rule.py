"""What a policy file says, as frozen values."""

from __future__ import annotations

from collections import abc
from typing import Any

from msgspec import Struct, field

from auditor.model import Severity
from auditor.policy.node import Mapping, Node, Scalar

EXAMPLE_NOW = "2026-11-23T00:00:00.000Z"
"""The moment at which an example is judged that names none."""

MODES = ("require", "deny", "deny_each")
"""The keys that can hold a rule's test."""

ParamValue = str | int | float | bool | tuple[str, ...]
"""The value of a parameter; a duration is a number of seconds."""


class Expression(Struct, frozen=True):
    """The text of an expression, or of a template, and where it stands.

    A template is text with expressions in braces; ``{{`` and ``}}`` are braces.
    """

    text: str
    scalar: Scalar


class Parameter(Struct, frozen=True):
    """A value that a policy's user may set; without a default the user must."""

    name: str
    type: str
    default: ParamValue | None
    description: str
    node: Node


class Example(Struct, frozen=True):
    """A document that a rule is to pass or to fail, judged at ``now`` with ``params``."""

    document: abc.Mapping[str, Any]
    node: Mapping
    params: abc.Mapping[str, ParamValue] = field(default_factory=dict)
    now: str = EXAMPLE_NOW


class Allow(Struct, frozen=True):
    """A problem of one code that this rule may have, and why."""

    code: str
    reason: str
    node: Mapping


class Rule(Struct, frozen=True):
    """One requirement. ``mode`` says what ``test`` means: one of `MODES`."""

    id: str
    title: str
    severity: Severity
    kind: str
    mode: str
    test: Expression
    policy: str
    node: Mapping
    when: Expression | None = None
    message: Expression | None = None
    rationale: str = ""
    remediation: Expression | None = None
    controls: abc.Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    examples_pass: tuple[Example, ...] = ()
    examples_fail: tuple[Example, ...] = ()
    allow: tuple[Allow, ...] = ()


class Policy(Struct, frozen=True):
    """A named set of rules with their parameters, and the SHA-256 of the file's bytes.

    ``whole`` is False where the file has problems of structure and what they touch was left out.
    """

    name: str
    title: str
    version: int
    description: str
    params: abc.Mapping[str, Parameter]
    rules: tuple[Rule, ...]
    path: str
    sha256: str
    whole: bool = True
