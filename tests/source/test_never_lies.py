"""Every way in which AWS, or what stands before it, gave no answer to rely on, over HTTP.

In each, one of three models is struck: it is unread with operation, code and remedy, and the
others are read in full.
"""

from __future__ import annotations

import pytest

from auditor.model import ModelRecord
from auditor.source.emulator.estate import version_of
from auditor.source.emulator.fault import Fault
from auditor.source.refusal import remedy
from tests.source.conftest import Serve
from tests.source.estates import arns, codes, estate, models, named, source

VERSIONS = 250
SAMPLE = estate(models=3, versions=VERSIONS)
STRUCK, *OTHERS = arns(SAMPLE)
LIST = "ListTrainedModelVersions"


def scan(serve: Serve, *faults: Fault, attempts: int = 1) -> dict[str | None, ModelRecord]:
    """The three models by ARN, read while the first one is struck."""
    serve(SAMPLE, *faults, attempts=attempts)
    return {record.place.arn: record for record in models(source(named(SAMPLE)).records())}


def fault(do: str, page: int | None = None, times: int | None = None) -> Fault:
    """A fault of the first model, from a page on, so many times."""
    return Fault(do, operation=LIST, model=STRUCK, page=page, times=times)


@pytest.mark.parametrize(
    ("struck", "code", "kept", "message"),
    [
        pytest.param(fault("denied"), "AccessDeniedException", 0, "page 1", id="denied"),
        pytest.param(fault("denied", page=2), "AccessDeniedException", 100, "page 2", id="later"),
        pytest.param(
            fault("expired", page=3), "ExpiredTokenException", 200, "page 3", id="expired"
        ),
        pytest.param(fault("not_found"), "ResourceNotFoundException", 0, "page 1", id="not-found"),
        pytest.param(fault("html"), "MalformedAnswer", 0, "page 1: the answer is", id="html"),
        pytest.param(fault("torn"), "MalformedAnswer", 0, "page 1: the answer is", id="half-json"),
        pytest.param(fault("torn", page=3), "MalformedAnswer", 200, "page 3", id="half-json-late"),
        pytest.param(fault("no_rows"), "MalformedAnswer", 0, "no list trainedModels", id="no-rows"),
        pytest.param(fault("empty"), "EmptyAnswer", 0, "at least one", id="empty"),
        pytest.param(fault("invalid_token"), "ValidationException", 100, "page 2", id="token"),
        pytest.param(fault("token_repeat"), "TokenRepeated", 200, "never end", id="token-repeats"),
        pytest.param(fault("token_cycle"), "TokenRepeated", 200, "never end", id="token-cycle"),
        pytest.param(fault("throttle"), "ThrottlingException", 0, "page 1", id="throttled"),
        pytest.param(fault("error500"), "InternalServerException", 0, "page 1", id="500"),
        pytest.param(fault("error503"), "ServiceUnavailableException", 0, "page 1", id="503"),
        pytest.param(fault("reset"), "ConnectionClosedError", 0, "page 1", id="reset"),
        pytest.param(fault("cut"), "MalformedAnswer", 0, "page 1", id="cut-body"),
        pytest.param(fault("wrong_types"), "MalformedRow", VERSIONS - 3, "row 1", id="wrong-types"),
    ],
)
def test_a_model_that_could_not_be_read_is_unread_and_the_others_are_whole(
    serve: Serve, struck: Fault, code: str, kept: int, message: str
) -> None:
    """The struck model says what happened; what was read of it is kept; the others are whole."""
    records = scan(serve, struck)

    one = records[STRUCK]
    assert one.unread is not None
    assert (one.unread.place.arn, one.unread.operation, one.unread.code) == (STRUCK, LIST, code)
    assert message in one.unread.message
    assert one.unread.remedy == remedy(code)
    assert len(one.versions) == kept
    for arn in OTHERS:
        assert records[arn].unread is None
        assert len(records[arn].versions) == VERSIONS


def test_an_answered_error_carries_its_request_id(serve: Serve) -> None:
    """Whoever asks AWS Support needs the id of the very request."""
    unread = scan(serve, fault("denied"))[STRUCK].unread
    assert unread is not None
    assert unread.request_id


def test_a_denied_call_names_the_permissions_that_it_needs(serve: Serve) -> None:
    """The forgotten permission is mostly the one to pass the membership."""
    unread = scan(serve, fault("denied"))[STRUCK].unread
    assert unread is not None
    assert unread.permission == (
        "cleanrooms-ml:ListTrainedModelVersions",
        "cleanrooms:PassMembership",
    )


@pytest.mark.parametrize(
    "word", ["throttle", "error500", "error503", "reset", "cut", "torn", "html"]
)
def test_what_passes_with_the_next_attempt_leaves_no_trace(serve: Serve, word: str) -> None:
    """A request is sent again where that may help, and the record is as in calm weather."""
    server = serve(SAMPLE, fault(word, times=1), attempts=3)
    live = source(named(SAMPLE))
    records = list(live.records())

    assert set(codes(records).values()) == {None}
    assert [len(each.versions) for each in models(records)] == [VERSIONS] * 3
    assert live.api_calls[LIST] == server.calls[LIST] == 10


def test_every_attempt_is_counted(serve: Serve) -> None:
    """An unread says how often it was tried, and the calls count every request sent."""
    server = serve(SAMPLE, fault("error500"), attempts=2)
    live = source(named(SAMPLE))
    records = {each.place.arn: each for each in models(live.records())}

    unread = records[STRUCK].unread
    assert unread is not None
    assert unread.attempts == 2
    assert live.api_calls == server.calls == {"GetCallerIdentity": 1, LIST: 2 + 6}


def test_a_token_that_expired_begins_the_model_once_more(serve: Serve) -> None:
    """One refusal of a token costs a second reading of that model, and no row."""
    server = serve(SAMPLE, fault("invalid_token", times=1))
    live = source(named(SAMPLE))
    records = list(live.records())

    assert set(codes(records).values()) == {None}
    assert [len(each.versions) for each in models(records)] == [VERSIONS] * 3
    assert server.calls[LIST] == 3 + 3 + 2 + 3


def test_a_token_that_is_refused_for_ever_is_tried_twice(serve: Serve) -> None:
    """The model is begun again once, not for ever."""
    server = serve(SAMPLE, fault("invalid_token"))
    list(source(named(SAMPLE)).records())
    assert server.calls[LIST] == 3 + 3 + 2 + 2


def test_rows_that_come_again_are_counted_once_in_silence(serve: Serve) -> None:
    """Pages are no snapshot: an equal row on the next page is the same version."""
    record = scan(serve, fault("duplicates"))[STRUCK]
    assert record.unread is None
    assert len(record.versions) == VERSIONS
    assert record.anomalies == ()


def test_of_rows_that_differ_the_later_one_is_kept_and_reported(serve: Serve) -> None:
    """The version is there once, as it was updated last, and the model has an anomaly for it."""
    calm = next(m for m in SAMPLE.memberships[0].models if m.arn == STRUCK)
    record = scan(serve, fault("conflicting_duplicates"))[STRUCK]

    assert record.unread is None
    assert len(record.versions) == VERSIONS
    assert [each.code for each in record.anomalies] == ["RowsDiffer", "RowsDiffer"]
    before = {version_of(row): row for row in calm.rows}
    after = {version_of(row): row for row in record.versions}
    for anomaly in record.anomalies:
        assert "status, updateTime" in anomaly.message
        assert anomaly.version is not None
        assert after[anomaly.version]["updateTime"] > before[anomaly.version]["updateTime"]
        assert after[anomaly.version]["status"] != before[anomaly.version]["status"]


def test_an_unknown_status_stops_nothing_and_is_reported(serve: Serve) -> None:
    """A status that AWS adds later is kept as it is."""
    record = scan(serve, fault("unknown_status"))[STRUCK]
    assert record.unread is None
    assert [(each.what, each.name, each.operation, each.count) for each in record.unrecognised] == [
        ("status", "QUARANTINED", LIST, 3)
    ]
    assert sum(row["status"] == "QUARANTINED" for row in record.versions) == 3


def test_unknown_members_stop_nothing_and_are_reported(serve: Serve) -> None:
    """Members that this botocore does not know are kept, of a row and of the answer."""
    record = scan(serve, fault("unknown_field"))[STRUCK]
    assert record.unread is None
    assert [(each.what, each.name, each.count) for each in record.unrecognised] == [
        ("answer field", "emulatedMember", 3),
        ("field", "emulatedMember", VERSIONS),
    ]
    assert all(row["emulatedMember"]["because"] for row in record.versions)


def test_what_may_be_a_secret_never_gets_into_a_record(serve: Serve) -> None:
    """Should AWS ever list such members, their values are dropped as they arrive."""
    secret = {"TOKEN": "hunter2"}
    members = {"environment": secret, "hyperparameters": secret, "new": {"environment": secret}}
    record = scan(serve, Fault("wrong_types", operation=LIST, model=STRUCK, set=members))[STRUCK]
    assert record.unread is None
    assert "hunter2" not in repr(record)
    assert {each.name for each in record.unrecognised} == {"environment", "hyperparameters", "new"}
