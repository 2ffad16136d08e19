"""What a policy file says, as frozen values."""

from __future__ import annotations

from collections import abc
from dataclasses import dataclass, field
from typing import Any

from auditor.model import Severity
from auditor.policy.node import Mapping, Node, Scalar

EXAMPLE_NOW = "2026-11-23T00:00:00.000Z"
"""The moment at which an example is judged that names none."""

MODES = ("require", "deny", "deny_each")
"""The keys that can hold a rule's test."""

ParamValue = str | int | float | bool | tuple[str, ...]
"""The value of a parameter; a duration is a number of seconds."""


@dataclass(frozen=True, slots=True)
class Expression:
    """The text of an expression, or of a template, and where it stands.

    A template is text with expressions in braces; ``{{`` and ``}}`` are braces.
    """

    text: str
    scalar: Scalar


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that a policy's user may set; without a default the user must."""

    name: str
    type: str
    default: ParamValue | None
    description: str
    node: Node


@dataclass(frozen=True, slots=True)
class Example:
    """A document that a rule is to pass or to fail, judged at ``now`` with ``params``."""

    document: abc.Mapping[str, Any]
    node: Mapping
    params: abc.Mapping[str, ParamValue] = field(default_factory=dict)
    now: str = EXAMPLE_NOW


@dataclass(frozen=True, slots=True)
class Allow:
    """A problem of one code that this rule may have, and why."""

    code: str
    reason: str
    node: Mapping


@dataclass(frozen=True, slots=True)
class Rule:
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


@dataclass(frozen=True, slots=True)
class Policy:
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
