"""The examples of rules: documents that a rule is to pass or to fail, and does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from auditor.errors import Problem
from auditor.expression.emit import Run
from auditor.expression.nearest import suggestion
from auditor.expression.program import CheckedRule, Program, Tally
from auditor.expression.rulecheck import Checked
from auditor.expression.types import NUMBERS, TEXTS, Type
from auditor.model import Outcome
from auditor.policy.rule import Example, ParamValue, Policy, Rule
from auditor.policy.types import document_type
from auditor.timestamps import canonical


class Tried(Struct, frozen=True):
    """An example and what came of it."""

    example: Example
    wanted: Outcome
    outcome: Outcome
    reason: str = ""


def example_problems(
    rule: Rule, checked: Checked, policy: Policy, params: Mapping[str, ParamValue]
) -> Iterator[Problem]:
    """Every example of a rule that could not be, or does not do what it declares.

    Examples are judged with the parameters' defaults, not with the values of the run: an override
    in auditor.yaml does not make the policy wrong.
    """
    for example in (*rule.examples_pass, *rule.examples_fail):
        yield from _misfits(example, document_type(rule.kind))
    for tried in try_examples(rule, checked, policy, params):
        if tried.outcome is not tried.wanted:
            why = f": {tried.reason}" if tried.reason else ""
            message = f"{rule.id} gives {tried.outcome} for this example, not {tried.wanted}{why}"
            yield tried.example.node.problem("example-outcome", message)


def try_examples(
    rule: Rule, checked: Checked, policy: Policy, params: Mapping[str, ParamValue]
) -> Iterator[Tried]:
    """What the rule says of each of its examples."""
    pairs = [(Outcome.PASS, each) for each in rule.examples_pass]
    pairs += [(Outcome.FAIL, each) for each in rule.examples_fail]
    defaults = {name: p.default for name, p in policy.params.items() if p.default is not None}
    for wanted, example in pairs:
        run = Run(example.now, {**params, **defaults, **example.params})
        yield _tried(rule, checked, run, example, wanted)


def _tried(rule: Rule, checked: Checked, run: Run, example: Example, wanted: Outcome) -> Tried:
    if checked.test is None:
        raise AssertionError(rule.id)
    compiled = CheckedRule(rule.mode, checked.test, checked.when, run)
    kind = document_type(rule.kind)
    document = _normal(example.document, kind)
    tally = Program([compiled], kind).judge([document])[0]
    return Tried(example, wanted, *_outcome(tally))


def _outcome(tally: Tally) -> tuple[Outcome, str]:
    if not tally.applied:
        return Outcome.NOT_APPLICABLE, "its `when` is not true"
    if tally.unknown:
        return Outcome.UNKNOWN, tally.unknown[0].reason
    return (Outcome.FAIL if tally.failed else Outcome.PASS), ""


def _normal(value: Any, kind: Type | None) -> Any:
    """An example's document in the form that documents have: timestamps in their one form."""
    if isinstance(value, Mapping):
        fields = kind.fields if kind else {}
        return {
            k: _normal(v, fields.get(k) or (kind.item if kind else None)) for k, v in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_normal(each, kind.item if kind else None) for each in value]
    if kind is not None and kind.base == "timestamp" and isinstance(value, str):
        try:
            return canonical(value)
        except ValueError:
            return value
    return value


def _misfits(example: Example, kind: Type) -> Iterator[Problem]:
    for path, message, hint in _misfit(example.document, kind, ""):
        yield example.node.problem("example-field", f"{path or 'the example'} {message}", hint)


def _misfit(value: Any, kind: Type, path: str) -> Iterator[tuple[str, str, str]]:
    """Where a value is not of a type, with what is wrong there."""
    if value is None or kind.base == "any":
        return
    if isinstance(value, Mapping) and kind.base in ("object", "map"):
        for name, member in value.items():
            below = f"{path}.{name}" if path else str(name)
            wanted = kind.fields.get(name) if kind.base == "object" else kind.item
            if wanted is None:
                yield below, "is no member of the document", suggestion(str(name), kind.fields)
            else:
                yield from _misfit(member, wanted, below)
    elif isinstance(value, (list, tuple)) and kind.base == "list":
        for number, item in enumerate(value):
            if kind.item is not None:
                yield from _misfit(item, kind.item, f"{path}[{number}]")
    else:
        yield from _misfit_scalar(value, kind, path)


def _misfit_scalar(value: Any, kind: Type, path: str) -> Iterator[tuple[str, str, str]]:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    fits = (
        (isinstance(value, str) and kind.base in TEXTS)
        or (isinstance(value, bool) and kind.base == "boolean")
        or (number and kind.base in NUMBERS)
    )
    if not fits:
        yield path, f"is to be a {kind.base}", ""
    elif kind.declared is not None and value not in kind.declared:
        yield (
            path,
            "is none of the values that this can have",
            suggestion(str(value), kind.declared),
        )
    elif kind.base == "timestamp":
        try:
            canonical(value)
        except ValueError as error:
            yield path, f"is no timestamp: {error}", ""
