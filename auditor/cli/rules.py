"""From policy files to rules that can judge, or every problem of all of them at once."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from auditor.cli.options import RunOptions
from auditor.errors import InvalidInput, Problem
from auditor.model import PolicyUsed, Unjudged
from auditor.policy.check import ReadyRule, checked_policies, ready_rules
from auditor.policy.load import evidence_name, load_policies, shipped
from auditor.policy.params import resolve_params
from auditor.policy.rule import ParamValue, Policy, Rule
from auditor.policy.waivers import WaiverFile, load_waivers

Params = Mapping[str, Mapping[str, ParamValue]]


class Rules(Struct, frozen=True):
    """The rules of a run, what they came from, and the waivers of what they say.

    ``unjudged`` are the known rules that the run leaves out.
    """

    ready: tuple[ReadyRule, ...]
    used: tuple[PolicyUsed, ...]
    allowed: tuple[Mapping[str, str], ...]
    unjudged: tuple[Unjudged, ...] = ()
    waivers: WaiverFile | None = None


def rules_asked_for(asked: RunOptions, now: str, also: tuple[Path, ...] = ()) -> Rules:
    """The rules of the policies that were asked for, or of the shipped ones.

    Those of ``also`` are judged in any case, even where only single rules were asked for. Raises
    InvalidInput with every problem of policies, parameters and waivers.
    """
    policies = checked_policies((*(asked.policies or (shipped(),)), *also))
    known = _known(policies)
    problems: list[Problem] = []
    params, waivers = defaults(policies), None
    try:
        params = resolve_params(policies, asked.configured, asked.params)
    except InvalidInput as error:
        problems += error.problems
    try:
        ready = ready_rules(policies, params, now, _selected(asked, also))
    except InvalidInput as error:
        problems += error.problems
    try:
        if asked.waivers is not None and not asked.no_waivers:
            waivers = load_waivers(asked.waivers, known, now)
    except InvalidInput as error:
        problems += error.problems
    if problems:
        raise InvalidInput(problems)
    used = tuple(_used(policies, ready, params))
    unjudged = tuple(_unjudged(known.values(), ready, {policy.name for policy in policies}))
    return Rules(ready, used, tuple(_allowed(ready)), unjudged, waivers)


def _selected(asked: RunOptions, also: tuple[Path, ...]) -> tuple[str, ...]:
    """The ids of the rules to judge; none where all are meant."""
    if not asked.rules or not also:
        return asked.rules
    return (*asked.rules, *(rule.id for policy in load_policies(also) for rule in policy.rules))


def _known(policies: Iterable[Policy]) -> Mapping[str, Rule]:
    """The rules of these policies, and those of every shipped policy that is not among them."""
    own = {rule.id: rule for policy in policies for rule in policy.rules}
    others = load_policies((shipped(), shipped() / "optional"))
    return {rule.id: rule for policy in others for rule in policy.rules} | own


def _unjudged(
    known: Iterable[Rule], ready: Iterable[ReadyRule], policies: Container[str]
) -> Iterable[Unjudged]:
    judged = {each.rule.id for each in ready}
    for rule in known:
        if rule.id not in judged:
            yield Unjudged(rule.id, rule.controls, asked=rule.policy in policies)


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
            path=evidence_name(policy.path),
            sha256=policy.sha256,
            rules=judged,
            params=params[policy.name],
        )


def _allowed(ready: Iterable[ReadyRule]) -> Iterable[Mapping[str, str]]:
    for each in ready:
        for allow in each.rule.allow:
            yield {"rule": each.rule.id, "code": allow.code, "reason": allow.reason}
