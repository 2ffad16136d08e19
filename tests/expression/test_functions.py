"""The functions as a table, and what their cases in tests/language cannot show."""

from __future__ import annotations

import time

import pytest

from auditor.expression.emit import Emitter, Run, evaluator
from auditor.expression.functions import FUNCTIONS, pattern
from auditor.expression.signatures import RESULTS
from auditor.expression.syntax import parse
from auditor.expression.values import EvaluationError

RUN = Run("2026-11-23T07:00:00.000Z", {"big": "^(a+)+$"})
SECRET = "hunter2"


def test_every_function_has_its_static_side() -> None:
    """What a function gives is known before it runs, for each of them."""
    assert set(RESULTS) == set(FUNCTIONS)


@pytest.mark.parametrize(
    "regex", ["^(a+)+$", "(a|aa)+$", "(a*)*b", "(.*)*(.*)*x", "[ab]*a[ab]{900}c"]
)
def test_matching_takes_time_linear_in_the_text(regex: str) -> None:
    """What makes other engines run for years is answered at once."""
    document = {"a": "a" * 50_000 + "!"}
    started = time.perf_counter()
    assert evaluator(parse(f"matches(a, '{regex}')"), Emitter(RUN))(document) is False
    assert time.perf_counter() - started < 2


def test_a_pattern_that_would_need_much_memory_is_refused() -> None:
    """The bound is on what the pattern compiles to, not on its text."""
    with pytest.raises(ValueError, match="large"):
        pattern("\\pL{1000}")


def test_a_text_that_is_no_unicode_can_be_matched() -> None:
    """Half of a surrogate pair is no reason to end a run."""
    assert evaluator(parse("matches(a, 'x')"), Emitter(RUN))({"a": "\ud800x"}) is True


@pytest.mark.parametrize(
    "text",
    [
        "length(n)",
        "keys(a)",
        "abs(a)",
        "sum([a])",
        "join(a, [n])",
        "sort([a, n])",
        "age(a)",
        "max_by([@], &xs)",
        "count_by([@], &n)",
        "contains(a, n)",
        "a < n",
        "arn_account(n)",
        "to_string(&a)",
        "matches(a, a)",
        "matches(n, a)",
        "merge(@, a)",
        "values(a)",
    ],
)
def test_an_error_never_says_the_value(text: str) -> None:
    """Its text ends in findings and logs: it names types only."""
    document = {"a": f"({SECRET}", "n": 4711, "xs": [SECRET]}
    with pytest.raises(EvaluationError) as caught:
        evaluator(parse(text), Emitter(RUN))(document)
    assert SECRET not in str(caught.value)
    assert "4711" not in str(caught.value)


def test_functions_change_none_of_their_arguments() -> None:
    """Rules are judged on documents that no rule before them changed."""
    document = {"xs": [3, 1, 2], "rows": [{"a": 2}, {"a": 1}], "m": {"a": 1}}
    before = repr(document)
    for text in (
        "sort(xs)",
        "reverse(xs)",
        "sort_by(rows, &a)",
        "merge(m, rows[0])",
        "unique(xs)",
        "to_array(xs)",
        "map(&a, rows)",
        "values(m)",
        "xs[]",
        "rows[*].a",
        "max_by(rows, &a)",
    ):
        evaluator(parse(text), Emitter(RUN))(document)
    assert repr(document) == before


def test_a_literal_is_the_same_each_time() -> None:
    """A constant that a function got its hands on is as it was for the next document."""
    made = evaluator(parse('[sort(`[2, 1]`), merge(`{"a": 1}`, @), `[2, 1]`]'), Emitter(RUN))
    assert made({"a": 2}) == [[1, 2], {"a": 2}, [2, 1]]
    assert made({"b": 3}) == [[1, 2], {"a": 1, "b": 3}, [2, 1]]
