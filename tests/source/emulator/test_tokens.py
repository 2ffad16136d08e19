"""Tokens lead on in their own list, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.source.emulator import tokens
from tests.source.conftest import Serve
from tests.source.emulator.conftest import Ask, Connect
from tests.source.emulator.sample import ESTATE, MEMBERSHIP, PLACE, listing

STARTS = st.integers(0, 2**32 - 1)
MARKS = st.integers(0, 255)


@given(st.text(), STARTS, MARKS)
def test_a_token_gives_back_what_was_put_in(scope: str, start: int, mark: int) -> None:
    """Row and mark survive the way through a token."""
    assert tokens.read(scope, tokens.written(scope, start, mark)) == (start, mark)


@given(st.text(), st.text(), STARTS)
def test_a_token_is_worth_nothing_in_another_list(one: str, other: str, start: int) -> None:
    """A token of one list is refused by every other one."""
    token = tokens.written(one, start)
    if one != other:
        with pytest.raises(ValueError, match="no token"):
            tokens.read(other, token)


@given(st.text())
def test_no_text_is_a_token_by_chance(text: str) -> None:
    """Whatever somebody makes up is refused, and raises nothing else."""
    with pytest.raises(ValueError, match="no token"):
        tokens.read("list", text)


@given(STARTS, st.integers(0, 27), st.sampled_from("AZaz09+/="))
def test_a_changed_token_is_refused(start: int, place: int, char: str) -> None:
    """A token that differs in one character is no token, or means the same."""
    token = tokens.written("list", start)
    changed = token[:place] + char + token[place + 1 :]
    try:
        assert tokens.read("list", changed) == (start, 0)
    except ValueError:
        assert changed != token


def test_tokens_need_percent_encoding() -> None:
    """Like those of AWS, a token holds characters that a query cannot hold bare."""
    assert tokens.written("list", 100).endswith("==")


def test_tokens_are_bound_to_operation_model_and_status(serve: Serve, connect: Connect) -> None:
    """A token from one list is a ValidationException in each other list."""
    serve(ESTATE)
    client = connect()
    ask_for = client.list_trained_model_versions
    token = ask_for(**PLACE)["nextToken"]
    other = {**PLACE, "trainedModelArn": MEMBERSHIP.models[1].arn}
    for foreign in (other, {**PLACE, "status": "ACTIVE"}):
        with pytest.raises(client.exceptions.ValidationException):
            ask_for(**foreign, nextToken=token)
    with pytest.raises(client.exceptions.ValidationException):
        client.list_trained_models(membershipIdentifier=MEMBERSHIP.id, nextToken=token)
    assert len(ask_for(**PLACE, nextToken=token)["trainedModels"]) == 10


def test_tokens_outlive_a_restart(serve: Serve, ask: Ask) -> None:
    """The same estate gives the same tokens again, so that answers are equal byte for byte."""
    first, second = (ask(serve(ESTATE), listing(maxResults=50)) for _ in range(2))
    assert first.body == second.body
