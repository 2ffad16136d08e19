"""The checker beside the engine: it takes every text, and what it accepts cannot go wrong."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.expression.check import Scope
from auditor.expression.codes import CODES
from auditor.expression.emit import Run
from auditor.expression.program import CheckedRule, Program
from auditor.expression.rulecheck import Checked, RuleText, check_rule
from auditor.policy.types import document_type
from tests.language import grammar, oracle, typed, versions

KINDS = ("version", "model")
RUN = Run(typed.NOW, typed.PARAMS)
randomness = st.randoms(use_true_random=False)


@pytest.fixture(autouse=True)
def _broken_literals_are_allowed() -> Iterator[None]:
    """The package warns where it takes a broken literal for text."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        yield


def checked(rule: RuleText, kind: str = "version") -> Checked:
    """What the checker says of a rule, its flaws being where they should be."""
    texts = {rule.mode: rule.test, "when": rule.when or "", "message": rule.message or ""}
    found = check_rule(rule, Scope(document_type(kind), typed.PARAM_TYPES))
    for key, flaws in found.flaws.items():
        for flaw in flaws:
            assert 0 <= flaw.start <= len(texts[key])
            assert flaw.start < flaw.end <= len(texts[key]) + 1
            assert flaw.code in CODES
            assert flaw.message
    return found


@settings(deadline=None, max_examples=200)
@given(randomness, st.sampled_from(KINDS), st.sampled_from(("require", "deny", "deny_each")))
def test_any_expression_can_be_checked(rng: Random, kind: str, mode: str) -> None:
    """Nothing raises, and every flaw stands within the text that it is about."""
    text, when = grammar.expression(rng), versions.condition(rng)
    rule = RuleText(mode, text, when, f"a {{{text}}} b", None)
    used = checked(rule, kind).used
    assert not used or "param" in text + when


@settings(deadline=None, max_examples=200)
@given(st.text("{}[]().*@&|!'\"`ab_1 <>=,:?", max_size=40))
def test_any_text_can_be_checked(text: str) -> None:
    """Texts that are no expressions are flaws, in tests and in messages."""
    checked(RuleText("require", text, text, text, None))


def accepted(rng: Random, kind: str) -> CheckedRule | None:
    """A random rule on a kind that the checker finds nothing wrong with; None where it does."""
    document = document_type(kind)
    when = typed.condition(rng, document) if rng.randrange(2) else None
    mode = rng.choice(("require", "deny"))
    found = checked(RuleText(mode, typed.condition(rng, document), when), kind)
    if not found.sound or found.test is None:
        return None
    return CheckedRule(mode, found.test, found.when, RUN)


def reasons(rule: CheckedRule, kind: str, rows: list[Any]) -> list[str]:
    """Why a rule could not say anything of some documents."""
    (tally,) = Program([rule], document_type(kind)).judge(rows)
    return [unknown.reason for unknown in tally.unknown]


@settings(deadline=None, max_examples=100)
@given(randomness, st.sampled_from(KINDS))
def test_what_the_checker_accepts_is_never_unknown(rng: Random, kind: str) -> None:
    """On documents that are as AWS promises, an accepted rule gives an answer every time."""
    rule = accepted(rng, kind)
    if rule is not None:
        rows = [typed.document(rng, document_type(kind)) for _ in range(6)]
        assert reasons(rule, kind, rows) == []


def test_many_rules_are_accepted_and_none_of_them_is_unknown() -> None:
    """The same for rules enough to know that the property above is about something."""
    rng = grammar.seeded(11)
    rows = {kind: [typed.document(rng, document_type(kind)) for _ in range(25)] for kind in KINDS}
    sound = 0
    for _ in range(600):
        kind = rng.choice(KINDS)
        rule = accepted(rng, kind)
        if rule is not None:
            sound += 1
            assert reasons(rule, kind, rows[kind]) == []
    assert 300 < sound < 600


def accepted_texts(rng: Random, kind: str) -> tuple[str, str] | None:
    """The `when` and `require` of a random rule that the checker finds nothing wrong with."""
    document = document_type(kind)
    when = typed.condition(rng, document) if rng.randrange(2) else "@"
    test = typed.condition(rng, document)
    found = checked(RuleText("require", test, when if when != "@" else None), kind)
    return (when, test) if found.sound else None


def test_null_decides_no_comparison_of_what_is_accepted() -> None:
    """In an accepted rule nothing is ordered with null, and nothing is unequal by being absent."""
    rng = grammar.seeded(13)
    rows = {kind: [typed.document(rng, document_type(kind)) for _ in range(12)] for kind in KINDS}
    sound = 0
    for _ in range(600):
        kind = rng.choice(KINDS)
        texts = accepted_texts(rng, kind)
        if texts is None:
            continue
        sound += 1
        when, test = texts
        for row in rows[kind]:
            assert oracle.accidents(when, row, RUN) == [], when
            if oracle.truth(oracle.expected(when, row, RUN).value):
                assert oracle.accidents(test, row, RUN) == [], f"{test} where {when}"
    assert sound > 250


def test_the_documents_are_as_the_service_model_says() -> None:
    """Members that must be there are, those that may be absent are absent now and then."""
    rng = grammar.seeded(12)
    rows = [typed.document(rng, document_type("version")) for _ in range(100)]
    assert all({"status", "name", "createTime", "facts"} <= set(row) for row in rows)
    assert 0 < sum("description" in row for row in rows) < 100
    assert 0 < sum(row.get("incrementalTrainingDataChannels") is None for row in rows) < 100
