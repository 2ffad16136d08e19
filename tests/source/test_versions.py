"""The versions of one model, gathered from its pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from auditor.model import BASE, ModelRecord, Place
from auditor.source.paging import Page
from auditor.source.refusal import Refusal
from auditor.source.rows import cleaned, identity
from auditor.source.versions import OPERATION, VersionList
from tests.source.test_rows import MEMBERSHIP, RAW

PLACE = Place("ads-prod", "111122223333", "us-east-1", MEMBERSHIP, RAW["trainedModelArn"])
DENIED = Refusal(OPERATION, "AccessDeniedException", "no", "id", 1)


def row(version: str | None, **members: Any) -> dict[str, Any]:
    """A row as it comes over the wire."""
    return {**RAW, "versionIdentifier": version, **members}


def record(*pages: Page, refusal: Refusal | None = None) -> ModelRecord:
    """What these pages give."""
    versions = VersionList(PLACE)
    for page in pages:
        versions.take(page)
    return versions.record(refusal, "start", "finish")


def page(*rows: object, number: int = 1, reading: int = 1) -> Page:
    """A page of these rows."""
    return Page(list(rows), number, reading, "the-request")


def test_versions_come_in_the_order_of_their_identity() -> None:
    """Whatever the order of the service was."""
    made = record(page(row("b"), row(None)), page(row("a"), number=2))
    assert [identity(each) for each in made.versions] == [BASE, "a", "b"]
    assert made.unread is None
    assert (made.started_at, made.finished_at) == ("start", "finish")


def test_a_model_without_any_version_is_unread() -> None:
    """A trained model has at least one, so an empty list is no answer."""
    unread = record(page()).unread
    assert unread is not None
    assert unread.code == "EmptyAnswer"


def test_a_malformed_row_makes_the_model_unread_and_the_others_are_kept() -> None:
    """The row is named by its place and the member that is at fault."""
    made = record(page(row("a"), row("b", name=None), row("c", status=1)))
    assert [identity(each) for each in made.versions] == ["a"]
    assert made.unread is not None
    assert made.unread.code == "MalformedRow"
    assert made.unread.message == "page 1, row 2: name is missing"
    assert made.unread.request_id == "the-request"


@pytest.mark.parametrize("form", [lambda raw: raw, lambda raw: cleaned(raw, {})])
def test_a_row_of_another_model_makes_the_model_unread(
    form: Callable[[dict[str, Any]], dict[str, Any]],
) -> None:
    """It is nobody's version here, in whatever form it comes."""
    other = row("b", trainedModelArn=RAW["trainedModelArn"] + "x")
    made = record(page(form(row("a")), form(other)))
    assert [identity(each) for each in made.versions] == ["a"]
    assert made.unread is not None
    assert made.unread.code == "ForeignRow"
    assert "trainedModelArn" in made.unread.message


def test_a_row_of_another_membership_makes_the_model_unread() -> None:
    """The membership was part of the question."""
    made = record(page(row("a", membershipIdentifier="99999999-2222-3333-4444-555555555555")))
    assert made.versions == ()
    assert made.unread is not None
    assert made.unread.code == "ForeignRow"
    assert "membershipIdentifier" in made.unread.message


def test_the_earlier_update_never_replaces_the_later_one() -> None:
    """A page that was answered later may still show an older state."""
    new = row("a", updateTime="2026-11-05T00:00:00Z", status="INACTIVE")
    old = row("a", updateTime="2026-11-04T00:00:00Z", status="ACTIVE")
    for pages in ((page(new), page(old, number=2)), (page(old), page(new, number=2))):
        made = record(*pages)
        assert [each["status"] for each in made.versions] == ["INACTIVE"]
        assert [(each.code, each.version) for each in made.anomalies] == [("RowsDiffer", "a")]


def test_rows_of_one_identity_that_were_created_apart_are_two_versions() -> None:
    """One of them lost its identifier: counted as one, a version would be gone unseen."""
    made = record(page(row(None), row("NULL", createTime="2026-10-01T00:00:00Z")))
    assert len(made.versions) == 1
    assert made.unread is not None
    assert made.unread.code == "MalformedRow"
    assert "createTime" in made.unread.message


def test_a_second_reading_counts_alone() -> None:
    """A version that only the first, broken-off reading saw may be gone by now."""
    made = record(page(row("a"), row("b")), page(row("b"), reading=2))
    assert [identity(each) for each in made.versions] == ["b"]
    assert made.unread is None


def test_a_second_reading_that_breaks_off_keeps_what_the_first_saw() -> None:
    """What was seen may fail rules for certain, and the model is unread anyway."""
    made = record(page(row("a"), row("b")), page(row("b"), reading=2), refusal=DENIED)
    assert [identity(each) for each in made.versions] == ["a", "b"]
    assert made.unread is not None
    assert made.unread.code == "AccessDeniedException"


def test_a_row_at_fault_in_the_first_reading_is_forgotten_with_it() -> None:
    """The second reading says for itself whether it is whole."""
    made = record(page(row("a", name=None)), page(row("a"), reading=2))
    assert made.unread is None


def test_what_is_unrecognised_is_counted_once_for_each_version() -> None:
    """Rows that come again count once here too."""
    odd = row("a", status="QUARANTINED")
    made = record(page(odd, odd), page(odd, number=2))
    assert [(each.name, each.count) for each in made.unrecognised] == [("QUARANTINED", 1)]


def readings(*lists: tuple[Page, ...], since: str | None = None) -> tuple[ModelRecord, list[bool]]:
    """What readings of a list give, and whether each asked for another."""
    versions, again = VersionList(PLACE), []
    for pages in lists:
        versions.begin()
        for each in pages:
            versions.take(each)
        again.append(versions.again(since))
    if again[-1]:
        versions.never_settled()
    return versions.record(None, "start", "finish"), again


def test_a_list_without_repeated_rows_is_read_once() -> None:
    """Nothing says that anything moved."""
    assert readings((page(row("a")), page(row("b"), number=2)))[1] == [False]


def test_a_list_in_which_rows_moved_is_read_until_a_reading_adds_nothing() -> None:
    """Where one row came twice, another may have moved to a page that was read already."""
    moved = (page(row("a"), row("b")), page(row("b"), number=2))
    made, again = readings(moved, (page(row("c"), row("a")), page(row("b"), number=2)))
    assert again == [True, False]
    assert [identity(each) for each in made.versions] == ["a", "b", "c"]
    assert made.unread is None

    made, again = readings(moved, moved)
    assert again == [True, False]
    assert [identity(each) for each in made.versions] == ["a", "b"]


def test_a_version_that_a_later_reading_missed_is_kept() -> None:
    """A list that moves can leave out a row that was there before."""
    made, _ = readings((page(row("a"), row("b"), row("b")),), (page(row("b")),))
    assert [identity(each) for each in made.versions] == ["a", "b"]


def test_a_list_that_never_comes_to_rest_makes_the_model_unread() -> None:
    """Nobody knows what none of the readings showed."""
    made, again = readings(*((page(row("a"), row("a"), row(f"b{number}")),) for number in range(3)))
    assert again == [True, True, True]
    assert made.unread is not None
    assert made.unread.code == "ListMoved"
    assert len(made.versions) == 4


def test_a_version_that_changed_since_has_the_list_read_again() -> None:
    """Only where that was asked for."""
    early, late = RAW["updateTime"], "2026-11-05T00:00:00.000Z"
    changed, calm = (page(row("a", updateTime=late)),), (page(row("a")),)
    assert readings(changed)[1] == [False]
    assert readings(calm, since="2026-11-04T00:00:00.000Z")[1] == [False]
    made, again = readings(changed, since=late)
    assert again == [True]
    assert [each.code for each in made.anomalies] == ["StillChanging"]
    assert made.unread is None
    assert early < late


def test_what_is_noted_is_counted_once_however_often_a_list_is_read() -> None:
    """Two readings hold the same rows."""
    moved = (page(row("a", status="NEW"), row("a", status="NEW")),)
    made, _ = readings(moved, moved)
    assert [(each.name, each.count) for each in made.unrecognised] == [("NEW", 1)]


CLEAN_ROWS = st.builds(
    lambda version, status: {**cleaned(row(version), {}), "status": status},
    st.sampled_from(["a", "b", "c", "d", None]),
    st.sampled_from(["ACTIVE", "INACTIVE"]),
)
ODD_ROWS = st.builds(
    lambda clean, members: {**clean, **members},
    CLEAN_ROWS,
    st.sampled_from(
        [{"status": "QUARANTINED"}, {"status": 1}, {"trainedModelArn": "another"}, RAW, {"x": 1}]
    ),
)
READINGS = st.lists(
    st.lists(st.lists(st.one_of(CLEAN_ROWS, CLEAN_ROWS, CLEAN_ROWS, ODD_ROWS), max_size=3)),
    min_size=1,
    max_size=2,
)


@for_any(st.one_of(READINGS, st.lists(st.lists(st.lists(CLEAN_ROWS)), min_size=1, max_size=2)))
def test_pages_that_are_looked_at_together_give_what_each_gives_alone(
    lists: list[list[list[dict[str, Any]]]],
) -> None:
    """How many rows are looked at together is about time, and about nothing else."""
    given = tuple(
        page(*rows, number=number, reading=reading)
        for reading, pages in enumerate(lists, start=1)
        for number, rows in enumerate(pages, start=1)
    )
    together = readings(given)
    with patch("auditor.source.versions._AT_ONCE", 0):
        assert readings(given) == together
