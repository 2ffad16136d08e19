"""What is recognised at a glance is what the walk through every member would not change."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import service, timestamps
from auditor.source.form import all_recognised, is_timestamp, recogniser
from auditor.source.rows import SUMMARY, Noted, _value
from auditor.timestamps import are_moments

HOME = "arn:aws:cleanrooms-ml:us-east-1:111122223333:membership/m"
ROW: dict[str, Any] = {
    "createTime": "2026-11-01T07:00:00.000Z",
    "updateTime": "2026-11-02T09:30:00.123Z",
    "trainedModelArn": f"{HOME}/trained-model/churn",
    "versionIdentifier": "aaaaaaaa-0000-0000-0000-000000000001",
    "incrementalTrainingDataChannels": [{"channelName": "c", "modelName": "m"}],
    "name": "churn",
    "membershipIdentifier": "m",
    "collaborationIdentifier": "c",
    "status": "ACTIVE",
    "configuredModelAlgorithmAssociationArn": f"{HOME}/configured-model-algorithm-association/x",
}
DETAILS = {
    **ROW,
    "dataChannels": [{"mlInputChannelArn": "a", "channelName": "c"}],
    "resourceConfig": {"instanceType": "ml.m5.large", "instanceCount": 1, "volumeSizeInGB": 8},
    "stoppingCondition": {"maxRuntimeInSeconds": 60},
    "tags": {"environment": "prod"},
}
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.sampled_from(
        [
            "",
            "NULL",
            "null",
            "BASE",
            "ACTIVE",
            "QUARANTINED",
            "2026-11-01T07:00:00Z",
            "2026-02-30T07:00:00.000Z",
            "2026-11-01T24:00:00.000Z",
            "2026-W47-1T07:00:00.000Z",
            [],
            {},
            [{}],
            [{"channelName": "c", "modelName": "m", "versionIdentifier": "NULL"}],
            [{"channelName": "c", "modelName": "m", "new": 1.5}],
            [{"channelName": "c"}],
            {"environment": "x"},
            {"a": 1},
        ]
    ),
)


@given(
    whole=st.sampled_from([(ROW, SUMMARY), (DETAILS, "GetTrainedModelResponse")]),
    changed=st.dictionaries(
        st.sampled_from([*DETAILS, "description", "environment", "kmsKeyArn", "new", "details"]),
        ODD,
        max_size=3,
    ),
    left_out=st.sets(st.sampled_from(sorted(DETAILS)), max_size=2),
)
def test_what_is_recognised_would_not_be_changed(
    whole: tuple[dict[str, Any], str], changed: dict[str, Any], left_out: set[str]
) -> None:
    """The quick look never says yes where the slow one finds, notes or changes anything."""
    row, shape = whole
    value = {name: each for name, each in {**row, **changed}.items() if name not in left_out}
    assert all_recognised(shape, [row, value, row]) == recogniser(shape)(value)
    if not recogniser(shape)(value):
        return
    noted: Noted = {}
    assert _value(shape, value, "", noted) == value
    assert value.get("versionIdentifier") != "BASE"
    assert noted == {}


@pytest.mark.parametrize(("row", "shape"), [(ROW, SUMMARY), (DETAILS, "GetTrainedModelResponse")])
def test_what_has_its_form_is_recognised(row: dict[str, Any], shape: str) -> None:
    """Nearly every row goes the quick way; otherwise it would be for nothing."""
    assert recogniser(shape)(row)
    assert recogniser(shape)({**row, "description": "a text"})


@pytest.mark.parametrize("name", sorted({*ROW} & {*service.shape(SUMMARY)["required"]}))
def test_what_lacks_a_member_is_not_recognised(name: str) -> None:
    """Every member that the service model requires has to be there."""
    assert not recogniser(SUMMARY)({key: value for key, value in ROW.items() if key != name})


@given(st.text(alphabet="0123456789-T:.Z W+2", min_size=20, max_size=28))
def test_a_timestamp_is_recognised_only_in_its_one_form(text: str) -> None:
    """A yes means that writing the moment again gives the same text."""
    assert are_moments([ROW["createTime"], text]) == is_timestamp(text)
    if is_timestamp(text):
        assert timestamps.canonical(text) == text


@given(st.datetimes(timezones=st.timezones()))
def test_every_moment_that_is_written_is_recognised(moment: Any) -> None:
    """Whatever is written can be read at a glance."""
    try:
        text = timestamps.written(moment)
    except OverflowError:
        return
    assert is_timestamp(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-01T07:00:00Z",
        "2026-11-01 07:00:00.000Z",
        "2026-11-01T07:00:00,000Z",
        "2026-11-01T07:00:00.000z",
        "2026-11-01T24:00:00.000Z",
        "2026-02-29T07:00:00.000Z",
        "2026-W47-1T07:00:00.000Z",
        "0000-11-01T07:00:00.000Z",
        "٢٠٢٦-11-01T07:00:00.000Z",
    ],
)
def test_other_forms_of_a_moment_are_left_to_the_slow_way(text: str) -> None:
    """Some are moments, some are not; none is in the one form."""
    assert not is_timestamp(text)
    assert not are_moments([text])


@given(
    st.lists(st.text(alphabet="0123456789-T:.Z", min_size=1, max_size=30), min_size=1, max_size=4),
    st.integers(0, 100),
)
def test_many_timestamps_are_recognised_as_each_by_itself(odd: list[str], cut: int) -> None:
    """Texts that together look like timestamps are none if their borders lie elsewhere."""
    good = ROW["createTime"] * 3
    texts = [good[:cut], good[cut:], *odd]
    assert are_moments(texts) == all(map(is_timestamp, texts))
