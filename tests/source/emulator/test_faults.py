"""Misbehaviour, as clients see it."""

from __future__ import annotations

import http.client
import json
from collections import Counter
from contextlib import suppress
from time import perf_counter
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from auditor.source.emulator.actions import ACTIONS
from auditor.source.emulator.estate import version_of
from auditor.source.emulator.fault import Fault
from tests.source.conftest import Serve
from tests.source.emulator.conftest import Ask, Connect
from tests.source.emulator.sample import ESTATE, MEMBERSHIP, MODEL, PLACE, listing

LIST = "ListTrainedModelVersions"
OTHER = MEMBERSHIP.models[1]


def page(ask: Ask, server: Any, number: int = 1, size: int = 100) -> Any:
    """The JSON of a page, reached through the tokens of the pages before it."""
    answer = ask(server, listing(maxResults=size)).json
    for _ in range(number - 1):
        answer = ask(server, listing(maxResults=size, nextToken=answer["nextToken"])).json
    return answer


@pytest.mark.parametrize(
    ("do", "status", "code"),
    [
        ("throttle", 429, "ThrottlingException"),
        ("error500", 500, "InternalServerException"),
        ("error503", 503, "ServiceUnavailableException"),
        ("denied", 403, "AccessDeniedException"),
        ("expired", 403, "ExpiredTokenException"),
        ("not_found", 404, "ResourceNotFoundException"),
    ],
)
def test_errors_arrive_as_those_of_the_service(
    serve: Serve, connect: Connect, do: str, status: int, code: str
) -> None:
    """boto3 raises the error with the service's own code and HTTP status."""
    serve(ESTATE, Fault(do))
    with pytest.raises(ClientError) as caught:
        connect().list_trained_model_versions(**PLACE)
    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


@pytest.mark.parametrize(
    ("do", "code"),
    [("throttle", "Throttling"), ("denied", "AccessDenied"), ("expired", "ExpiredToken")],
)
def test_errors_speak_the_protocol_of_the_operation(
    serve: Serve, connect: Connect, do: str, code: str
) -> None:
    """An error of STS is XML with STS's own code."""
    serve(ESTATE, Fault(do, operation="GetCallerIdentity"))
    with pytest.raises(ClientError) as caught:
        connect("sts").get_caller_identity()
    assert caught.value.response["Error"]["Code"] == code


def test_a_throttled_client_may_be_told_how_long_to_wait(serve: Serve, ask: Ask) -> None:
    """Retry-After is there where it was asked for, and only there."""
    server = serve(ESTATE, Fault("throttle", times=1, retry_after=3), Fault("throttle"))
    assert ask(server, listing()).headers["Retry-After"] == "3"
    assert "Retry-After" not in ask(server, listing()).headers


def test_a_reset_ends_the_connection_without_an_answer(
    serve: Serve, ask: Ask, connect: Connect
) -> None:
    """The connection is reset; boto3 says that it was closed."""
    server = serve(ESTATE, Fault("reset"))
    with pytest.raises(ConnectionResetError):
        ask(server, listing())
    with pytest.raises(ConnectionClosedError):
        connect().list_trained_model_versions(**PLACE)


def test_a_cut_body_is_shorter_than_it_says(serve: Serve, ask: Ask) -> None:
    """The connection ends in the middle of the body that the head announced."""
    with pytest.raises(http.client.IncompleteRead):
        ask(serve(ESTATE, Fault("cut")), listing())


def test_a_torn_body_is_half_a_document(serve: Serve, ask: Ask, connect: Connect) -> None:
    """HTTP is in order, JSON is not: botocore gives an answer without rows and no error."""
    server = serve(ESTATE, Fault("torn"))
    answer = ask(server, listing())
    assert (answer.status, int(answer.headers["Content-Length"])) == (200, len(answer.body))
    assert answer.body.startswith(b'{"nextToken"')
    with pytest.raises(json.JSONDecodeError):
        _ = answer.json
    assert "trainedModels" not in connect().list_trained_model_versions(**PLACE)


def test_a_web_page_may_come_instead(serve: Serve, ask: Ask, connect: Connect) -> None:
    """A 200 that is HTML: botocore gives an answer without rows and no error."""
    server = serve(ESTATE, Fault("html"))
    answer = ask(server, listing())
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html")
    assert "trainedModels" not in connect().list_trained_model_versions(**PLACE)


def test_a_slow_answer_is_late_and_right(serve: Serve, ask: Ask) -> None:
    """The answer comes after the time that was asked for, unchanged."""
    server = serve(ESTATE, Fault("slow", ms=120, times=1))
    start = perf_counter()
    late = ask(server, listing())
    taken = perf_counter() - start
    assert taken >= 0.12
    assert late.json == ask(server, listing()).json


def test_rows_may_be_missing_altogether(serve: Serve, ask: Ask) -> None:
    """JSON without the member that holds the rows, nor a next page."""
    assert page(ask, serve(ESTATE, Fault("no_rows"))) == {}


def test_a_list_may_be_empty(serve: Serve, ask: Ask) -> None:
    """An empty list with no next page, although the model has versions."""
    assert page(ask, serve(ESTATE, Fault("empty"))) == {"trainedModels": []}


def test_a_token_may_be_refused_on_the_way(serve: Serve, ask: Ask) -> None:
    """The first page is answered; its token is not accepted."""
    server = serve(ESTATE, Fault("invalid_token"))
    token = page(ask, server)["nextToken"]
    answer = ask(server, listing(nextToken=token))
    assert (answer.status, answer.headers["x-amzn-ErrorType"]) == (400, "ValidationException")


@pytest.mark.parametrize("size", [100, 10])
def test_a_token_may_repeat(serve: Serve, ask: Ask, size: int) -> None:
    """The next token is the one just used, again and again."""
    server = serve(ESTATE, Fault("token_repeat"))
    first = page(ask, server, size=size)["nextToken"]
    second = page(ask, server, 2, size)
    assert second["nextToken"] == first
    assert len(second["trainedModels"]) == size


def test_tokens_may_go_in_a_circle(serve: Serve, ask: Ask) -> None:
    """Two tokens lead to each other, also from a later page on."""
    for fault, lead in ((Fault("token_cycle"), 0), (Fault("token_cycle", page=2), 1)):
        server = serve(ESTATE, fault)
        found = [page(ask, server, number)["nextToken"] for number in range(1, 6)][lead:]
        assert found[0] == found[2]
        assert found[1] == found[3]
        assert len(set(found)) == 2


@pytest.mark.parametrize("do", ["token_repeat", "token_cycle"])
def test_lists_of_one_page_can_be_endless_too(serve: Serve, ask: Ask, do: str) -> None:
    """After the last row come empty pages, each with a token."""
    server = serve(ESTATE, Fault(do))
    target = f"/memberships/{MEMBERSHIP.id}/trained-models"
    first = ask(server, target).json
    again = ask(server, f"{target}?nextToken={first['nextToken'].replace('+', '%2B')}").json
    assert (len(first["trainedModels"]), again["trainedModels"]) == (2, [])
    assert again["nextToken"]


def test_a_row_may_come_twice(serve: Serve, ask: Ask) -> None:
    """Each page after the first begins with the last row of the page before; none is lost."""
    server = serve(ESTATE, Fault("duplicates"))
    found = [page(ask, server, number)["trainedModels"] for number in (1, 2, 3)]
    assert [len(rows) for rows in found] == [100, 101, 61]
    assert [found[1][0], found[2][0]] == [found[0][-1], found[1][-1]]
    assert {version_of(row) for rows in found for row in rows} == set(map(version_of, MODEL.rows))


def test_a_row_may_move_to_a_page_that_was_read(serve: Serve, ask: Ask) -> None:
    """The others move on by one, and the row that moved is on no page."""
    server = serve(ESTATE, Fault("moved"))
    found = [page(ask, server, number)["trainedModels"] for number in (1, 2, 3)]
    assert [len(rows) for rows in found] == [100, 101, 60]
    seen = {version_of(row) for rows in found for row in rows}
    assert {*map(version_of, MODEL.rows)} - seen == {version_of(MODEL.rows[-1])}


def test_a_row_may_contradict_itself(serve: Serve, ask: Ask) -> None:
    """The repeated row has a later updateTime and another status."""
    server = serve(ESTATE, Fault("conflicting_duplicates"))
    before = page(ask, server)["trainedModels"][-1]
    after = page(ask, server, 2)["trainedModels"][0]
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"updateTime", "status"}
    assert after["updateTime"] > before["updateTime"]


def test_a_status_may_be_unknown(serve: Serve, connect: Connect) -> None:
    """A status that the service model does not know goes through botocore unchanged."""
    serve(ESTATE, Fault("unknown_status"))
    rows = connect().list_trained_model_versions(**PLACE)["trainedModels"]
    assert Counter(row["status"] for row in rows)["QUARANTINED"] == 1


def test_members_may_be_unknown(serve: Serve, ask: Ask, connect: Connect) -> None:
    """Members that the service model does not know are on the wire, and botocore drops them."""
    server = serve(ESTATE, Fault("unknown_field"))
    answer = page(ask, server)
    assert answer["emulatedMember"] is True
    assert all("emulatedMember" in row for row in answer["trainedModels"])
    rows = connect().list_trained_model_versions(**PLACE)["trainedModels"]
    assert not any("emulatedMember" in row for row in rows)


def test_members_may_have_wrong_types(serve: Serve, ask: Ask) -> None:
    """The first row has values of other types than the service model says."""
    rows = page(ask, serve(ESTATE, Fault("wrong_types")))["trainedModels"]
    assert (rows[0]["name"], rows[0]["status"], rows[0]["updateTime"]) == (
        7,
        ["ACTIVE"],
        "yesterday",
    )
    assert rows[1] == MODEL.rows[1]


def test_members_may_be_set(serve: Serve, ask: Ask, connect: Connect) -> None:
    """What the first row says can be chosen; in details it is the answer itself."""
    fault = Fault("wrong_types", set={"versionIdentifier": "another", "description": None})
    server = serve(ESTATE, fault)
    row = page(ask, server)["trainedModels"][0]
    assert (row["versionIdentifier"], row["description"]) == ("another", None)
    assert connect().get_trained_model(**PLACE)["versionIdentifier"] == "another"


def test_a_membership_may_be_spoilt_too(serve: Serve, connect: Connect) -> None:
    """Actions on a row also reach the one object of GetMembership."""
    serve(ESTATE, Fault("unknown_status", operation="GetMembership"))
    found = connect("cleanrooms").get_membership(membershipIdentifier=MEMBERSHIP.id)
    assert found["membership"]["status"] == "QUARANTINED"


def test_an_error_of_the_service_is_not_spoilt(serve: Serve, ask: Ask) -> None:
    """A request that fails by itself fails as it would without the fault."""
    target = listing().replace(MODEL.arn[-5:], "xxxxx")
    assert ask(serve(ESTATE, Fault("unknown_field")), target).status == 404


def statuses(ask: Ask, server: Any, count: int, target: str) -> list[int]:
    """The HTTP statuses of equal requests, one after the other."""
    return [ask(server, target).status for _ in range(count)]


def test_times_and_every_count_the_requests_that_are_meant(serve: Serve, ask: Ask) -> None:
    """The first n, each n-th, or each n-th for so many times."""
    for fault, expected in (
        (Fault("throttle", times=2), [429, 429, 200, 200, 200, 200]),
        (Fault("throttle", every=3), [200, 200, 429, 200, 200, 429]),
        (Fault("throttle", every=2, times=2), [200, 429, 200, 429, 200, 200]),
    ):
        assert statuses(ask, serve(ESTATE, fault), 6, listing()) == expected


def test_each_list_is_counted_for_itself(serve: Serve, ask: Ask) -> None:
    """Two models are struck twice each, in whatever order they are asked for."""
    server = serve(ESTATE, Fault("throttle", operation=LIST, times=1))
    assert [ask(server, listing(model)).status for model in (MODEL, OTHER, OTHER, MODEL)] == [
        429,
        429,
        200,
        200,
    ]


def test_a_page_means_that_page_and_all_later_ones(serve: Serve, ask: Ask) -> None:
    """Earlier pages are answered as if there were no fault."""
    server = serve(ESTATE, Fault("denied", page=2))
    token = page(ask, server)["nextToken"]
    assert ask(server, listing(maxResults=100, nextToken=token)).status == 403


def test_the_first_fault_that_fits_strikes(serve: Serve, ask: Ask) -> None:
    """A fault whose turn is over makes way for the next."""
    server = serve(ESTATE, Fault("error500", times=1), Fault("denied", times=1))
    assert statuses(ask, server, 3, listing()) == [500, 403, 200]
    assert [each.fault for each in server.requests] == ["error500", "denied", None]


@pytest.mark.parametrize(
    ("fault", "struck"),
    [
        (Fault("denied", model="*" + MODEL.arn[-12:]), [403, 200]),
        (Fault("denied", model=MODEL.arn), [403, 200]),
        (Fault("denied", model="*/nothing"), [200, 200]),
        (Fault("denied", membership=MEMBERSHIP.id), [403, 403]),
        (Fault("denied", membership="ffff*"), [200, 200]),
        (Fault("denied", account="111122223333"), [403, 403]),
        (Fault("denied", account="444455556666"), [200, 200]),
        (Fault("denied", operation="ListTrainedModels"), [200, 200]),
    ],
    ids=repr,
)
def test_a_fault_strikes_what_it_names(
    serve: Serve, ask: Ask, fault: Fault, struck: list[int]
) -> None:
    """Operation, account, membership and model choose the requests."""
    server = serve(ESTATE, fault)
    assert [ask(server, listing(model)).status for model in (MODEL, OTHER)] == struck


def test_a_fault_of_an_account_strikes_the_way_into_it(serve: Serve, connect: Connect) -> None:
    """AssumeRole belongs to the account of the role."""
    serve(ESTATE, Fault("denied", operation="AssumeRole", account="4444*"))
    client = connect("sts")
    name = {"RoleSessionName": "scan"}
    client.assume_role(RoleArn="arn:aws:iam::111122223333:role/auditor", **name)
    with pytest.raises(ClientError, match="AccessDenied"):
        client.assume_role(RoleArn="arn:aws:iam::444455556666:role/auditor", **name)


def test_a_fault_that_needs_a_list_leaves_the_rest_alone(serve: Serve, connect: Connect) -> None:
    """Actions on lists do not reach details, those on JSON do not reach STS."""
    serve(ESTATE, *(Fault(do) for do, action in ACTIONS.items() if action.reach != "any"))
    assert connect("sts").get_caller_identity()["Account"] == "111122223333"
    serve(ESTATE, *(Fault(do) for do, action in ACTIONS.items() if action.reach == "list"))
    assert connect().get_trained_model(**PLACE)["trainedModelArn"] == MODEL.arn


REQUESTS = (
    ("/memberships", "GET", None),
    (f"/memberships/{MEMBERSHIP.id}", "GET", None),
    (f"/memberships/{MEMBERSHIP.id}/trained-models", "GET", None),
    (listing().removesuffix("/versions?"), "GET", None),
    (listing(maxResults=2), "GET", None),
    ("/", "POST", "Action=GetCallerIdentity"),
)


@pytest.mark.parametrize("do", ACTIONS)
def test_every_action_can_be_done_to_every_operation(serve: Serve, ask: Ask, do: str) -> None:
    """The server answers, or ends the connection on purpose, and lives on."""
    server = serve(ESTATE, Fault(do, times=1, ms=1))
    for request in REQUESTS:
        with suppress(ConnectionResetError, http.client.IncompleteRead):
            assert ask(server, *request).status in {200, 403, 404, 400, 429, 500, 503}
        assert ask(server, *request).status == 200
    assert sum(server.calls.values()) == 2 * len(REQUESTS)
