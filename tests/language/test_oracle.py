"""The engine says what the `jmespath` package's own interpreter says.

Random expressions meet random documents, and random rules random rows: the general form and the
loop are held against the same oracle. `tests.language.soak` runs as many pairs as one likes.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.expression.functions import FUNCTIONS
from auditor.expression.nodes import Call, Node, walk
from auditor.expression.program import BATCH
from auditor.expression.syntax import parse
from tests.language import grammar, oracle, soak, versions

randomness = st.randoms(use_true_random=False)
patient = settings(deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True)
def _broken_literals_are_allowed() -> Iterator[None]:
    """The package warns where it takes a broken literal for text."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        yield


@settings(patient, max_examples=600)
@given(randomness)
def test_an_expression_means_what_the_package_says(rng: Random) -> None:
    """The same value, or an error of the same kind."""
    assert soak.difference(grammar.expression(rng), grammar.document(rng)) == ""


@settings(patient, max_examples=200)
@given(randomness)
def test_rules_on_rows_come_out_as_the_package_says(rng: Random) -> None:
    """Failed, applied, vacuous and unknown are what the interpreter gives row by row."""
    assert soak.rules(rng)[0] == ""


def test_a_known_seed_shows_no_difference() -> None:
    """Some thousand pairs without hypothesis, the same in every run."""
    assert soak.main(["--pairs", "3000", "--seed", "20261123"]) == 0


def test_a_difference_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that gives null for everything does not get through."""
    monkeypatch.setattr(oracle, "evaluator", lambda *_: lambda _document: None)
    assert soak.main(["--pairs", "100"]) == 1


def test_the_grammar_writes_the_whole_language() -> None:
    """Every kind of node and every function is met, with a value as its outcome."""
    met: Counter[str] = Counter()
    rng = grammar.seeded(1)
    for _ in range(4000):
        text, document = grammar.expression(rng), grammar.document(rng)
        if not oracle.expected(text, document, soak.RUN).error:
            for node in walk(parse(text)):
                met[node.name if isinstance(node, Call) else type(node).__name__] += 1
    nodes = {kind.__name__ for kind in Node.__subclasses__()} - {"Call"}
    assert {name for name in nodes | set(FUNCTIONS) if met[name] < 3} == set()


def test_the_grammar_knows_every_function() -> None:
    """A new function is part of the proof, or this fails."""
    assert set(grammar.FUNCTIONS) == set(FUNCTIONS)
    for name, function in FUNCTIONS.items():
        least = len(function.arguments)
        given_to = len(grammar.FUNCTIONS[name])
        assert given_to == least or (function.variadic and given_to > least)


def test_most_random_rules_run_in_the_loop() -> None:
    """What the loop makes of rules is what the property above is about."""
    rng = grammar.seeded(2)
    programs = [versions.program([versions.rule(rng)]) for _ in range(300)]
    assert 200 < sum(each.fused(0) for each in programs) < 300


def test_one_odd_row_changes_nothing_for_the_others() -> None:
    """A batch with one row that is not as promised gives what the batches without it give."""
    rng = grammar.seeded(3)
    rules = [versions.rule(rng) for _ in range(40)]
    good = [versions.row(rng, conforming=True) for _ in range(BATCH + 40)]
    odd: dict[str, Any] = {**good[7], "createTime": "2026-02-30T00:00:00.000Z", "status": None}
    rows = [*good[:100], odd, *good[100:]]
    compiled = versions.program(rules)
    for rule, tally in zip(rules, compiled.judge(rows), strict=True):
        assert versions.engine_says(tally) == versions.oracle_says(rule, rows)
