"""From policy files to rules that can judge, or every problem of all of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from auditor.cli.options import RunOptions
from auditor.errors import InvalidInput, Problem
from auditor.model import PolicyUsed
from auditor.policy.check import ReadyRule, ready_rules
from auditor.policy.load import load_policies, shipped
from auditor.policy.params import resolve_params
from auditor.policy.rule import ParamValue, Policy

Params = Mapping[str, Mapping[str, ParamValue]]


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of a run, and what they came from."""

    ready: tuple[ReadyRule, ...]
    used: tuple[PolicyUsed, ...]
    allowed: tuple[Mapping[str, str], ...]


def rules_asked_for(asked: RunOptions, now: str) -> Rules:
    """The rules of the policies that were asked for, or of the shipped ones.

    Raises InvalidInput with every problem of policies and parameters.
    """
    policies = load_policies(asked.policies or (shipped(),))
    problems: list[Problem] = []
    params = defaults(policies)
    try:
        params = resolve_params(policies, asked.configured, asked.params)
    except InvalidInput as error:
        problems += error.problems
    try:
        ready = ready_rules(policies, params, now, asked.rules)
    except InvalidInput as error:
        problems += error.problems
    if problems:
        raise InvalidInput(problems)
    return Rules(ready, tuple(_used(policies, ready, params)), tuple(_allowed(ready)))


def defaults(policies: Iterable[Policy]) -> Params:
    """The values that parameters have when nobody gives any."""
    return {
        policy.name: {
            param.name: param.default
            for param in policy.params.values()
            if param.default is not None
        }
        for policy in policies
    }


def _used(
    policies: Iterable[Policy], ready: Iterable[ReadyRule], params: Params
) -> Iterable[PolicyUsed]:
    for policy in policies:
        judged = tuple(each.rule.id for each in ready if each.rule.policy == policy.name)
        yield PolicyUsed(
            policy=policy.name,
            title=policy.title,
            path=_named(Path(policy.path)),
            sha256=policy.sha256,
            rules=judged,
            params=params[policy.name],
        )


def _named(path: Path) -> str:
    """A policy file as evidence names it: where the program is installed says nothing."""
    return f"shipped:{path.name}" if path.parent == shipped() else str(path)


def _allowed(ready: Iterable[ReadyRule]) -> Iterable[Mapping[str, str]]:
    for each in ready:
        for allow in each.rule.allow:
            yield {"rule": each.rule.id, "code": allow.code, "reason": allow.reason}
