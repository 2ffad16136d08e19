"""Lists and their ends, without a network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from auditor.source.paging import Answer, Ask, Page, pages
from auditor.source.refusal import Refusal

OPERATION = "ListTrainedModelVersions"
INVALID = Refusal(OPERATION, "ValidationException", "The nextToken is not valid.", "id", 1)


def answering(*answers: Mapping[str, Any] | Refusal) -> Ask:
    """Gives the answers one after the other, whatever is asked."""
    left = iter(answers)

    def ask(_token: str | None) -> Answer | Refusal:
        answer = next(left)
        return answer if isinstance(answer, Refusal) else Answer(answer, "id")

    return ask


def read(ask: Ask, cap: int = 1000) -> tuple[list[list[Any]], Refusal | None]:
    """The rows of each page, and the refusal at the end, if any."""
    rows, refusal = [], None
    for page in pages(OPERATION, "trainedModels", ask, cap):
        assert refusal is None
        if isinstance(page, Page):
            rows.append(page.rows)
        else:
            refusal = page
    return rows, refusal


@pytest.mark.parametrize("last", [{}, {"nextToken": None}, {"nextToken": ""}])
def test_a_list_ends_where_there_is_no_token(last: Mapping[str, Any]) -> None:
    """Absent, null and empty all end a list."""
    ask = answering({"trainedModels": [1], "nextToken": "a"}, {"trainedModels": [2], **last})
    assert read(ask) == ([[1], [2]], None)


def test_an_empty_page_with_a_token_is_legal() -> None:
    """A service may answer a page without rows and go on."""
    ask = answering({"trainedModels": [], "nextToken": "a"}, {"trainedModels": [1]})
    assert read(ask) == ([[], [1]], None)


def test_each_page_is_asked_for_with_the_token_of_the_one_before() -> None:
    """The first page has no token."""
    asked: list[str | None] = []
    following = {None: "a", "a": "b", "b": None}

    def ask(token: str | None) -> Answer:
        asked.append(token)
        return Answer({"trainedModels": [], "nextToken": following[token]})

    assert read(ask) == ([[], [], []], None)
    assert asked == [None, "a", "b"]


@pytest.mark.parametrize("cycle", [["a"], ["a", "b"], ["a", "b", "c", "d"]])
def test_a_cycle_of_tokens_ends_at_the_first_token_that_comes_again(cycle: list[str]) -> None:
    """A cycle of any length is a list without end."""

    def ask(token: str | None) -> Answer:
        following = cycle[(cycle.index(token) + 1) % len(cycle)] if token else cycle[0]
        return Answer({"trainedModels": [token], "nextToken": following}, "id")

    rows, refusal = read(ask)
    assert len(rows) == len(cycle) + 1
    assert refusal is not None
    assert (refusal.code, refusal.request_id) == ("TokenRepeated", "id")


def test_a_list_that_invents_tokens_for_ever_ends_at_the_cap() -> None:
    """New tokens without end are a list without end as well."""

    def ask(token: str | None) -> Answer:
        return Answer({"trainedModels": [], "nextToken": f"{token}x"})

    rows, refusal = read(ask, cap=7)
    assert len(rows) == 7
    assert refusal is not None
    assert refusal.code == "TooManyPages"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({}, "no list trainedModels"),
        ({"trainedModels": None}, "no list trainedModels"),
        ({"trainedModels": {}}, "no list trainedModels"),
        ({"trainedModels": [], "nextToken": 7}, "nextToken is not a string"),
        ({"trainedModels": [], "nextToken": False}, "nextToken is not a string"),
    ],
)
def test_an_answer_of_another_form_is_no_empty_list(answer: Mapping[str, Any], why: str) -> None:
    """What is not a page is refused, with the page's number."""
    rows, refusal = read(answering(answer))
    assert rows == []
    assert refusal is not None
    assert refusal.code == "MalformedAnswer"
    assert refusal.message.startswith("page 1: ")
    assert why in refusal.message


def test_a_refused_token_begins_the_list_once_more() -> None:
    """The pages of the second reading say that they are of the second."""
    first = {"trainedModels": [1], "nextToken": "a"}
    ask = answering(first, INVALID, first, {"trainedModels": [2]})
    readings = [
        (page.reading, page.number)
        for page in pages(OPERATION, "trainedModels", ask)
        if isinstance(page, Page)
    ]
    assert readings == [(1, 1), (2, 1), (2, 2)]


def test_a_token_that_is_refused_again_ends_the_list() -> None:
    """There are two readings at most."""
    first = {"trainedModels": [1], "nextToken": "a"}
    rows, refusal = read(answering(first, INVALID, first, INVALID))
    assert rows == [[1], [1]]
    assert refusal is not None
    assert refusal.code == "ValidationException"
    assert refusal.message == "page 2: The nextToken is not valid."


def test_a_first_page_that_is_invalid_is_not_asked_for_again() -> None:
    """No token can be at fault where none was sent."""
    rows, refusal = read(answering(INVALID))
    assert rows == []
    assert refusal is not None
    assert refusal.code == "ValidationException"


def test_members_beside_rows_and_token_are_named() -> None:
    """What AWS adds to an answer some day must not go unseen."""
    (page,) = pages(OPERATION, "trainedModels", answering({"trainedModels": [], "b": 1, "a": 2}))
    assert isinstance(page, Page)
    assert page.beside == ("a", "b")
