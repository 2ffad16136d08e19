"""`auditor policy`: what the policies are, and whether they are sound."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator
from pathlib import Path

from auditor.cli.authoring import add_actions, generated
from auditor.cli.complaint import NOT_PERFORMED
from auditor.cli.rules import defaults
from auditor.errors import InvalidInput, Problem, UsageError
from auditor.policy.check import (
    ReadyRule,
    checked_policies,
    checked_rule,
    policy_problems,
    ready_rules,
)
from auditor.policy.examples import Tried, try_examples
from auditor.policy.load import shipped
from auditor.policy.rule import EXAMPLE_NOW, Policy, Rule
from auditor.report.problems import PROBLEM_FORMATS
from auditor.report.words import counted


def options(parser: ArgumentParser) -> None:
    """Add what can be done with policies."""
    actions = parser.add_subparsers(title="actions", required=True, metavar="ACTION")
    own = {}
    for action, summary in (
        (_list, "the rules, one a line"),
        (_show, "one rule with everything that is written about it"),
        (_check, "every mistake, with file, line and column"),
        (_test, "run the examples that stand in the rules"),
    ):
        name = action.__name__[1:]
        own[name] = actions.add_parser(name, help=summary, allow_abbrev=False)
        own[name].set_defaults(action=action)
    for name in ("list", "check", "test"):
        own[name].add_argument(
            "paths", metavar="PATH", nargs="*", type=Path, help="default: the shipped policies"
        )
    own["show"].add_argument("rule", metavar="ID")
    own["show"].add_argument(
        "--code", action="store_true", help="the Python that the rule is compiled to"
    )
    own["show"].add_argument(
        "--policy", dest="paths", metavar="PATH", action="append", default=[], type=Path
    )
    add_actions(actions)
    own["check"].add_argument(
        "--output-format",
        choices=tuple(PROBLEM_FORMATS),
        default="text",
        help="how mistakes are written (default: text, to standard error)",
    )


def run(parsed: Namespace) -> int:
    """Do what is asked of the policies that are meant."""
    code: int = parsed.action(parsed)
    return code


def _loaded(parsed: Namespace) -> tuple[Policy, ...]:
    return checked_policies(parsed.paths or [shipped()])


def _list(parsed: Namespace) -> int:
    for policy in _loaded(parsed):
        print(f"{policy.name}: {policy.title}")
        for rule in policy.rules:
            print(f"  {rule.id}  {rule.severity:<8}  {rule.kind:<7}  {rule.title}")
    return 0


def _show(parsed: Namespace) -> int:
    policies = _loaded(parsed)
    found = [rule for policy in policies for rule in policy.rules if rule.id == parsed.rule]
    if not found:
        raise UsageError(f"no policy has a rule {parsed.rule}", "auditor policy list")
    if parsed.code:
        print(generated(_ready(policies, found[0])))
        return 0
    for label, text in _described(found[0]):
        print(f"{label + ':':<13}{text}".rstrip().replace("\n", f"\n{'':13}"))
    return 0


def _ready(policies: tuple[Policy, ...], rule: Rule) -> ReadyRule:
    """The rule with the defaults of its policy's parameters; InvalidInput if it is not sound."""
    (ready,) = ready_rules(policies, defaults(policies), EXAMPLE_NOW, [rule.id])
    return ready


def _described(rule: Rule) -> Iterator[tuple[str, str]]:
    """What is written about a rule, with its labels; what is not written is left out."""
    yield "rule", f"{rule.id}  {rule.title}"
    yield "policy", f"{rule.policy} ({rule.node.path}:{rule.node.line})"
    yield "severity", rule.severity
    yield "kind", rule.kind
    expressions = {"when": rule.when, rule.mode: rule.test, "message": rule.message}
    for label, expression in expressions.items():
        if expression is not None:
            yield label, expression.text.strip()
    if rule.rationale:
        yield "rationale", rule.rationale.strip()
    if rule.remediation is not None:
        yield "remediation", rule.remediation.text.strip()
    for framework, controls in rule.controls.items():
        yield "controls", f"{framework} {', '.join(controls)}"


def _check(parsed: Namespace) -> int:
    try:
        policies = _loaded(parsed)
        problems = tuple(_problems(policies, strict=not parsed.paths))
    except InvalidInput as error:
        policies, problems = (), error.problems
    if parsed.output_format != "text":
        print(PROBLEM_FORMATS[parsed.output_format](problems), end="")
        return NOT_PERFORMED if problems else 0
    if problems:
        raise InvalidInput(problems)
    print(f"{_counts(policies)}: no mistakes")
    return 0


def _test(parsed: Namespace) -> int:
    policies, tried = _loaded(parsed), 0
    for policy in policies:
        for rule in policy.rules:
            results = list(_tried(rule, policy))
            tried += len(results)
            good = sum(each.outcome is each.wanted for each in results)
            print(
                f"{rule.id}  {f'{good} of {len(results)} as declared' if results else 'untested'}"
            )
    problems = _problems(policies, strict=False)
    if problems:
        raise InvalidInput(problems)
    if not tried:
        raise UsageError("no rule has an example, so nothing was tested", "give rules `examples`")
    print(f"{_counts(policies)}, {counted(tried, 'example')}: all as declared")
    return 0


def _tried(rule: Rule, policy: Policy) -> Iterator[Tried]:
    """What came of a rule's examples; nothing where the rule itself is not sound."""
    params = defaults([policy])
    checked = checked_rule(rule, policy, params)
    if checked.sound:
        yield from try_examples(rule, checked, policy, params[policy.name])


def _problems(policies: Iterable[Policy], *, strict: bool) -> list[Problem]:
    """Everything wrong with the policies; ``strict`` asks for examples of every rule."""
    return [
        problem
        for policy in policies
        for problem in policy_problems(policy, defaults([policy]), shipped=strict)
    ]


def _counts(policies: tuple[Policy, ...]) -> str:
    rules = sum(len(policy.rules) for policy in policies)
    return f"{counted(len(policies), 'policy', 'policies')}, {counted(rules, 'rule')}"
