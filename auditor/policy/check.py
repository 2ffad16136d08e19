"""Judges policies before they judge anything: every problem of every file, each with its place."""

from __future__ import annotations

import copyreg
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from auditor.errors import InvalidInput, Problem
from auditor.expression.check import Scope
from auditor.expression.codes import CODES, Flaw
from auditor.expression.emit import Run
from auditor.expression.nearest import suggestion
from auditor.expression.program import CheckedRule
from auditor.expression.rulecheck import Checked, RuleText, check_rule
from auditor.expression.types import Type
from auditor.policy.advice import of_whole
from auditor.policy.examples import example_problems
from auditor.policy.load import draft_policies
from auditor.policy.node import Mapping as Node
from auditor.policy.rule import Expression, Parameter, ParamValue, Policy, Rule
from auditor.policy.types import document_type, param_type

Values = Mapping[str, Mapping[str, ParamValue]]
"""The values of parameters, by policy and name."""

NEVER_ALLOWED = frozenset(
    {"syntax", "unknown-param", "unknown-function", "arity", "constant-argument"}
)
"""Codes that `allow` cannot let through: such a rule could not run."""

MESSAGES: Mapping[str, str] = {
    "unused-param": "A parameter is declared and no rule reads it.",
    "missing-example": "A shipped rule has no example that passes, or none that fails.",
    "example-outcome": "An example does not have the outcome that it declares.",
    "example-field": "An example holds something that the document cannot hold.",
    "unused-allow": "`allow` lets a problem through that the rule does not have.",
    "bad-allow": "`allow` names a code that there is not, or that cannot be let through.",
}
"""The codes of this module's own problems, each with its one sentence."""


def _read_only(values: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(values)


# Rules are sent to the processes that judge by them, and pickle alone sends no read-only mapping.
copyreg.pickle(MappingProxyType, lambda mapping: (_read_only, (dict(mapping),)))


class ReadyRule(Struct, frozen=True):
    """A rule that was checked and can be run; ``durations`` names parameters that are lengths."""

    rule: Rule
    checked: Checked
    run: Run
    durations: frozenset[str] = frozenset()

    def compiled(self) -> CheckedRule:
        """What the program of its kind is made of."""
        if self.checked.test is None:
            raise AssertionError(self.rule.id)
        return CheckedRule(self.rule.mode, self.checked.test, self.checked.when, self.run)


def checked_policies(paths: Iterable[str | Path]) -> tuple[Policy, ...]:
    """The policies of files and folders, as `load_policies` gives them.

    Raises InvalidInput; where the structure of a file is wrong, the problems of its expressions,
    and of those in every other file, are told at once with it.
    """
    drafts = draft_policies(paths)
    if not drafts.problems:
        return drafts.policies
    params = default_values(drafts.policies)
    found = [problem for policy in drafts.policies for problem in policy_problems(policy, params)]
    raise InvalidInput([*drafts.problems, *found])


def default_values(policies: Iterable[Policy]) -> Values:
    """The values that parameters have when nobody gives any."""
    return {
        policy.name: {
            param.name: param.default
            for param in policy.params.values()
            if param.default is not None
        }
        for policy in policies
    }


def ready_rules(
    policies: Iterable[Policy], params: Values, now: str, only: Iterable[str] = ()
) -> tuple[ReadyRule, ...]:
    """The rules of a run in the order of their ids, every one of them sound.

    ``only`` selects rules by id; all policies are checked all the same. Raises InvalidInput.
    """
    policies = tuple(policies)
    problems = [problem for policy in policies for problem in policy_problems(policy, params)]
    wanted = set(only)
    known = {rule.id for policy in policies for rule in policy.rules}
    problems += [
        of_whole(
            f"--rule {name}",
            "unknown-rule",
            "no policy has a rule of this id",
            suggestion(name, known),
        )
        for name in sorted(wanted - known)
    ]
    if problems:
        raise InvalidInput(problems)
    made = (
        _ready(rule, policy, params, now)
        for policy in policies
        for rule in policy.rules
        if not wanted or rule.id in wanted
    )
    return tuple(sorted(made, key=lambda ready: ready.rule.id))


def _ready(rule: Rule, policy: Policy, params: Values, now: str) -> ReadyRule:
    lengths = (name for name, param in policy.params.items() if param.type == "duration")
    run = Run(now, params.get(policy.name, {}))
    return ReadyRule(rule, checked_rule(rule, policy, params), run, frozenset(lengths))


def policy_problems(policy: Policy, params: Values, *, shipped: bool = False) -> Iterator[Problem]:
    """Everything that is wrong with the rules of one policy under these parameters."""
    used: set[str] = set()
    for rule in policy.rules:
        checked = checked_rule(rule, policy, params)
        used |= checked.used
        yield from _flaws(rule, checked)
        if checked.sound and all(policy.params[name].type for name in checked.used):
            yield from example_problems(rule, checked, policy, params.get(policy.name, {}))
        if shipped:
            yield from _without_examples(rule)
    for name, param in policy.params.items():
        if name not in used and policy.whole:
            hint = f"read it with param('{name}'), or take it out"
            yield param.node.problem("unused-param", f"no rule reads the parameter {name}", hint)


def checked_rule(rule: Rule, policy: Policy, params: Values) -> Checked:
    """A rule's expressions, checked; flaws that the rule allows are left out."""
    given = params.get(policy.name, {})
    types = {name: _typed(param, given.get(name)) for name, param in policy.params.items()}
    text = RuleText(
        mode=rule.mode,
        test=rule.test.text,
        when=_text(rule.when),
        message=_text(rule.message),
        remediation=_text(rule.remediation),
    )
    checked = check_rule(text, Scope(document_type(rule.kind), types))
    excused = {each.code for each in rule.allow} - NEVER_ALLOWED
    found = {flaw.code for flaws in checked.flaws.values() for flaw in flaws}
    kept = {k: [f for f in flaws if f.code not in excused] for k, flaws in checked.flaws.items()}
    return replace(checked, flaws=kept, excused=frozenset(found & excused))


def _text(expression: Expression | None) -> str | None:
    return None if expression is None else expression.text


def _typed(param: Parameter, value: Any) -> Type:
    """A parameter's type; the words that it holds are held against enums like literals are."""
    kind = param_type(param.type)
    if isinstance(value, str) and param.type == "string":
        return replace(kind, values=frozenset({value}), literal=True)
    if isinstance(value, tuple) and value and kind.item is not None:
        return replace(kind, item=replace(kind.item, values=frozenset(value), literal=True))
    return kind


def _flaws(rule: Rule, checked: Checked) -> Iterator[Problem]:
    places: Mapping[str, Expression | None] = {
        "when": rule.when,
        rule.mode: rule.test,
        "message": rule.message,
        "remediation": rule.remediation,
    }
    for key, flaws in checked.flaws.items():
        expression = places[key]
        if expression is not None:
            yield from (_placed(expression, flaw) for flaw in flaws)
    for allow in rule.allow:
        if allow.code not in CODES or allow.code in NEVER_ALLOWED:
            yield allow.node.problem("bad-allow", f"{allow.code} cannot be let through")
        elif allow.code not in checked.excused:
            yield allow.node.problem("unused-allow", f"this rule has no problem {allow.code}")


def _placed(expression: Expression, flaw: Flaw) -> Problem:
    return expression.scalar.problem(flaw.code, flaw.message, flaw.hint, flaw.start, flaw.end)


def _without_examples(rule: Rule) -> Iterator[Problem]:
    for word, examples in (("pass", rule.examples_pass), ("fail", rule.examples_fail)):
        if not examples:
            node: Node = rule.node
            yield node.problem("missing-example", f"{rule.id} has no example that is to {word}")
