"""The details of single versions."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.model import ModelRecord, Place, Unavailable, Why
from auditor.source.details import AskVersion, with_details
from auditor.source.paging import Answer
from auditor.source.refusal import Refusal

MEMBERSHIP = "11111111-2222-3333-4444-555555555555"
ARN = f"arn:aws:cleanrooms-ml:us-east-1:111122223333:membership/{MEMBERSHIP}/trained-model/churn"
PLACE = Place("ads-prod", "111122223333", "us-east-1", MEMBERSHIP, ARN)
ONE = "aaaaaaaa-0000-0000-0000-000000000001"
TWO = "aaaaaaaa-0000-0000-0000-000000000002"


def row(identifier: str | None, created: str, status: str = "ACTIVE") -> dict[str, Any]:
    """The list row of a version."""
    made = {
        "trainedModelArn": ARN,
        "name": "churn",
        "membershipIdentifier": MEMBERSHIP,
        "collaborationIdentifier": MEMBERSHIP,
        "configuredModelAlgorithmAssociationArn": "arn:aws:cleanrooms-ml:x",
        "status": status,
        "createTime": created,
        "updateTime": created,
    }
    return {**made, "versionIdentifier": identifier} if identifier else made


BASE = row(None, "2026-01-01T00:00:00.000Z")
FIRST = row(ONE, "2026-02-01T00:00:00.000Z")
SECOND = row(TWO, "2026-03-01T00:00:00.000Z")


class Service:
    """Answers as GetTrainedModel does: without a version, about the latest one."""

    def __init__(self, *rows: dict[str, Any]) -> None:
        self.rows = {each.get("versionIdentifier"): each for each in rows}
        self.latest = max(rows, key=lambda each: str(each["createTime"]))
        self.asked: list[str | None] = []

    def __call__(self, identifier: str | None) -> Answer | Refusal:
        """The details of one version, secrets included."""
        self.asked.append(identifier)
        found = self.latest if identifier is None else self.rows[identifier]
        more = {
            "dataChannels": [],
            "kmsKeyArn": "arn:aws:kms:k",
            "environment": {"TOKEN": "s3cret"},
        }
        return Answer({**found, **more}, "request-1")


def record(*rows: dict[str, Any]) -> ModelRecord:
    """A model with these versions."""
    return ModelRecord(PLACE, rows)


def test_only_wanted_versions_are_asked_for() -> None:
    """A version that no rule needs costs no call."""
    service = Service(FIRST, SECOND)
    found = with_details(record(FIRST, SECOND), {TWO}, service)
    assert service.asked == [TWO]
    assert "details" not in found.versions[0]
    assert found.versions[1]["details"]["kmsKeyArn"] == "arn:aws:kms:k"


def test_secrets_are_dropped_as_soon_as_they_arrive() -> None:
    """The values of the environment are in no record."""
    found = with_details(record(FIRST), {ONE}, Service(FIRST))
    assert "s3cret" not in repr(found)


def test_a_base_version_that_is_the_latest_is_read_without_a_version() -> None:
    """AWS answers about the latest version, which here is the base."""
    service = Service(BASE)
    found = with_details(record(BASE), {"BASE"}, service)
    assert service.asked == [None]
    assert found.versions[0]["details"]["status"] == "ACTIVE"


def test_a_base_version_that_is_not_the_latest_is_a_blind_spot() -> None:
    """Nothing is asked, because the answer would be about somebody else."""
    service = Service(BASE, FIRST)
    found = with_details(record(BASE, FIRST), {"BASE"}, service)
    assert service.asked == []
    details = found.versions[0]["details"]
    assert isinstance(details, Unavailable)
    assert details.why is Why.BLIND_SPOT
    assert [spot.version for spot in found.blind_spots] == ["BASE"]
    assert found.details_unread == ()


@pytest.mark.parametrize("other", [SECOND, {**FIRST, "status": "DELETE_PENDING"}])
def test_an_answer_about_another_version_or_status_is_a_blind_spot(other: dict[str, Any]) -> None:
    """Somebody else's values are never taken for this version's."""
    found = with_details(record(FIRST), {ONE}, lambda _: Answer({**other, "dataChannels": []}))
    details = found.versions[0]["details"]
    assert isinstance(details, Unavailable)
    assert details.why is Why.BLIND_SPOT


def test_a_base_row_answered_by_a_newer_version_is_a_blind_spot() -> None:
    """A version that came up during the scan is noticed by its identifier."""
    found = with_details(record(BASE), {"BASE"}, Service(BASE, FIRST))
    assert [spot.version for spot in found.blind_spots] == ["BASE"]


def test_a_denied_call_leaves_the_details_unread_and_names_the_permission() -> None:
    """The version stays judged by its list row; what needs details is unknown."""
    denied = Refusal("GetTrainedModel", "AccessDeniedException", "no", "request-9")
    found = with_details(record(FIRST), {ONE}, lambda _: denied)
    details = found.versions[0]["details"]
    assert details == Unavailable(Why.UNREAD, "GetTrainedModel gave AccessDeniedException")
    (unread,) = found.details_unread
    assert (unread.version, unread.request_id) == (ONE, "request-9")
    assert "cleanrooms-ml:GetTrainedModel" in unread.permission


def test_an_answer_that_is_not_what_the_model_says_is_unread() -> None:
    """A missing member is a fault of the answer, told without its values."""
    found = with_details(record(FIRST), {ONE}, lambda _: Answer({"name": 5}))
    assert [unread.code for unread in found.details_unread] == ["MalformedRow"]


def refusing(refusal: Refusal, times: int = 100) -> tuple[list[str | None], AskVersion]:
    """A service that refuses that often and then answers, and whom it was asked about."""
    asked: list[str | None] = []
    service = Service(FIRST, SECOND)

    def ask(identifier: str | None) -> Answer | Refusal:
        asked.append(identifier)
        return refusal if len(asked) <= times else service(identifier)

    return asked, ask


@pytest.mark.parametrize(
    "refusal",
    [
        Refusal("GetTrainedModel", "AccessDeniedException", "no"),
        Refusal("GetTrainedModel", "ExpiredTokenException", "no"),
        Refusal("AssumeRole", "AccessDenied", "no"),
        Refusal("GetTrainedModel", "Interrupted", "no"),
        Refusal("GetTrainedModel", "ThrottlingException", "no", attempts=0),
    ],
    ids=lambda refusal: refusal.code,
)
def test_what_holds_for_every_version_of_a_model_is_asked_once(refusal: Refusal) -> None:
    """A model of a thousand versions makes no thousand denied calls, and no thousand entries."""
    asked, ask = refusing(refusal)
    found = with_details(record(FIRST, SECOND), {ONE, TWO}, ask)
    assert asked == [ONE]
    details = {row["versionIdentifier"]: row["details"] for row in found.versions}
    assert details[ONE] == details[TWO]
    assert details[TWO].why is Why.UNREAD
    (unread,) = found.details_unread
    assert unread.version == ONE
    assert unread.message == "no; 1 more versions of the model were not asked for"


def test_what_holds_for_one_version_leaves_the_others_to_be_read() -> None:
    """A version that went away between its row and its details hides no other."""
    gone = Refusal("GetTrainedModel", "ResourceNotFoundException", "gone")
    asked, ask = refusing(gone, times=1)
    found = with_details(record(FIRST, SECOND), {ONE, TWO}, ask)
    assert asked == [ONE, TWO]
    assert [unread.version for unread in found.details_unread] == [ONE]
    assert found.versions[1]["details"]["kmsKeyArn"] == "arn:aws:kms:k"
