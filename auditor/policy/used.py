"""The evidence about policies that a report carries: files, values, what was let through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from auditor.model import PolicyUsed
from auditor.policy.check import ReadyRule, Values
from auditor.policy.rule import Policy
from auditor.timestamps import spoken


def policies_used(
    policies: Iterable[Policy], params: Values, rules: Iterable[ReadyRule]
) -> tuple[PolicyUsed, ...]:
    """The policies of a run: their files' digests, the values of their parameters, their rules."""
    chosen = tuple(rules)
    return tuple(
        PolicyUsed(
            policy=policy.name,
            title=policy.title,
            path=policy.path,
            sha256=policy.sha256,
            rules=tuple(r.rule.id for r in chosen if r.rule.policy == policy.name),
            params=_written(policy, params.get(policy.name, {})),
        )
        for policy in policies
    )


def _written(policy: Policy, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Values as a person writes them: a length of time is text, not seconds."""
    return {
        name: spoken(value) if policy.params[name].type == "duration" else value
        for name, value in values.items()
    }


def allowances(rules: Iterable[ReadyRule]) -> tuple[Mapping[str, str], ...]:
    """The problems that rules were let through with, each with the reason that its author gave."""
    return tuple(
        {"rule": ready.rule.id, "code": allow.code, "reason": allow.reason}
        for ready in rules
        for allow in ready.rule.allow
    )
