"""From what AWS sent to a row in its one form."""

from __future__ import annotations

from typing import Any

import pytest

from auditor import service
from auditor.model import BASE
from auditor.source.rows import Noted, RowFault, cleaned, identity

MEMBERSHIP = "11111111-2222-3333-4444-555555555555"
HOME = f"arn:aws:cleanrooms-ml:us-east-1:111122223333:membership/{MEMBERSHIP}"
RAW: dict[str, Any] = {
    "createTime": "2026-11-01T07:00:00Z",
    "updateTime": "2026-11-02T09:30:00.123456+02:00",
    "trainedModelArn": f"{HOME}/trained-model/churn",
    "versionIdentifier": "aaaaaaaa-0000-0000-0000-000000000001",
    "name": "churn",
    "membershipIdentifier": MEMBERSHIP,
    "collaborationIdentifier": "99999999-2222-3333-4444-555555555555",
    "status": "ACTIVE",
    "configuredModelAlgorithmAssociationArn": f"{HOME}/configured-model-algorithm-association/x",
}


def fault(raw: object) -> str:
    """What is said of a row that cannot be used."""
    with pytest.raises(RowFault) as caught:
        cleaned(raw, {})
    return str(caught.value)


def test_timestamps_come_in_their_one_form() -> None:
    """UTC, milliseconds, always 24 characters."""
    row = cleaned(RAW, {})
    assert row["createTime"] == "2026-11-01T07:00:00.000Z"
    assert row["updateTime"] == "2026-11-02T07:30:00.123Z"


@pytest.mark.parametrize("seconds", [1_793_516_400, 1_793_516_400.0])
def test_a_timestamp_may_come_as_seconds_since_1970(seconds: float) -> None:
    """Some services send numbers where the model says timestamp."""
    assert cleaned({**RAW, "createTime": seconds}, {})["createTime"] == "2026-11-01T07:00:00.000Z"


@pytest.mark.parametrize(
    "moment",
    ["2026-11-01T07:00:00", "yesterday", "", True, ["2026"], 1e300, "0001-01-01T00:00:00+09:00"],
)
def test_a_timestamp_that_names_no_moment_makes_the_row_unusable(moment: object) -> None:
    """Without a zone a text could mean any moment."""
    assert "createTime" in fault({**RAW, "createTime": moment})


@pytest.mark.parametrize("form", [None, "", "NULL", "null"])
def test_every_form_of_no_identifier_is_the_base_version(form: str | None) -> None:
    """Nobody knows which of them AWS sends."""
    row = cleaned({**RAW, "versionIdentifier": form}, {})
    assert "versionIdentifier" not in row
    assert identity(row) == BASE


def test_a_row_without_the_member_is_the_base_version_too() -> None:
    """The member is optional."""
    row = {name: value for name, value in RAW.items() if name != "versionIdentifier"}
    assert identity(cleaned(row, {})) == BASE


def test_an_identifier_that_is_our_word_for_none_makes_the_row_unusable() -> None:
    """It would be taken for the base version, whose deletion is another command."""
    assert "versionIdentifier" in fault({**RAW, "versionIdentifier": BASE})


def test_null_members_are_left_out() -> None:
    """Null and absent mean the same on the wire."""
    assert "description" not in cleaned({**RAW, "description": None}, {})


@pytest.mark.parametrize("name", service.shape("TrainedModelSummary")["required"])
@pytest.mark.parametrize("how", ["absent", "null"])
def test_a_required_member_that_is_missing_is_named(name: str, how: str) -> None:
    """Every member that the service model requires is held against the row."""
    raw = {**RAW, name: None} if how == "null" else {k: v for k, v in RAW.items() if k != name}
    assert fault(raw) == f"{name} is missing"


@pytest.mark.parametrize("name", sorted(service.shape("TrainedModelSummary")["members"]))
def test_a_member_of_another_type_is_named_and_its_value_is_not(name: str) -> None:
    """A wrong type would decide rules silently; the value may be anybody's text."""
    told = fault({**RAW, name: {"hidden": "hidden"}})
    assert told.startswith(name)
    assert "hidden" not in told


@pytest.mark.parametrize("raw", [None, [], "row", 7, True])
def test_what_is_no_object_is_no_row(raw: object) -> None:
    """A list may hold anything on the wire."""
    assert fault(raw).startswith("the row is not an object but ")


def test_a_member_inside_a_list_is_checked_too() -> None:
    """The channels of incremental training are objects of their own."""
    channels = [{"channelName": "c", "modelName": 7}]
    told = fault({**RAW, "incrementalTrainingDataChannels": channels})
    assert told == "incrementalTrainingDataChannels[].modelName is not a string but a number"


def test_a_channel_of_the_base_version_names_no_identifier() -> None:
    """Inside a row the base version has the same form as the row's own."""
    channels = [{"channelName": "c", "modelName": "m", "versionIdentifier": "NULL"}]
    row = cleaned({**RAW, "incrementalTrainingDataChannels": channels}, {})
    assert row["incrementalTrainingDataChannels"] == [{"channelName": "c", "modelName": "m"}]


def test_an_unknown_member_is_kept_and_noted() -> None:
    """Whatever AWS adds is there for those who read the inventory later."""
    noted: Noted = {}
    row = cleaned({**RAW, "newMember": {"a": [1, None], "b": None}}, noted)
    assert row["newMember"] == {"a": [1, None]}
    assert noted == {("field", "newMember"): 1}


def test_an_unknown_member_inside_a_list_is_named_by_its_path() -> None:
    """The name says where it was."""
    noted: Noted = {}
    channels = [{"channelName": "c", "modelName": "m", "new": 1}]
    cleaned({**RAW, "incrementalTrainingDataChannels": channels}, noted)
    assert noted == {("field", "incrementalTrainingDataChannels[].new"): 1}


def test_an_unknown_status_is_kept_and_noted() -> None:
    """A status that AWS adds later stops nothing."""
    noted: Noted = {}
    assert cleaned({**RAW, "status": "QUARANTINED"}, noted)["status"] == "QUARANTINED"
    assert noted == {("status", "QUARANTINED"): 1}


@pytest.mark.parametrize("name", ["environment", "hyperparameters"])
def test_what_may_be_a_secret_is_dropped_at_any_depth(name: str) -> None:
    """Such a member is noted by its name and its values are gone."""
    noted: Noted = {}
    secret = {"TOKEN": "hunter2"}
    row = cleaned({**RAW, name: secret, "newMember": {"deep": [{name: secret}]}}, noted)
    assert "hunter2" not in str(row)
    assert noted == {("field", name): 1, ("field", "newMember"): 1}


@pytest.mark.parametrize("name", ["environment", "hyperparameters"])
def test_what_may_be_a_secret_is_dropped_from_details(name: str) -> None:
    """There the service model knows the members, so that nothing is noted."""
    noted: Noted = {}
    details = cleaned(
        {**RAW, "dataChannels": [], name: {"TOKEN": "hunter2"}, "tags": {name: "prod"}},
        noted,
        "GetTrainedModelResponse",
    )
    assert "hunter2" not in str(details)
    assert details["tags"] == {name: "prod"}
    assert noted == {}


@pytest.mark.parametrize("name", ["details", "facts"])
def test_an_unknown_member_with_a_name_of_our_own_is_noted_and_dropped(name: str) -> None:
    """It would be taken for what this project reads or computes itself."""
    noted: Noted = {}
    assert name not in cleaned({**RAW, name: {"kmsKeyArn": "arn"}}, noted)
    assert noted == {("field", name): 1}


def test_what_was_sent_is_not_changed() -> None:
    """A row is a value of its own."""
    raw = {**RAW, "description": None}
    cleaned(raw, {})
    assert raw == {**RAW, "description": None}


def test_a_row_in_its_one_form_stays_as_it_is() -> None:
    """Cleaning twice is cleaning once: the inventory relies on it."""
    row = cleaned({**RAW, "newMember": {"a": [1, None]}}, {})
    assert cleaned(row, {}) == row
