"""Lists and details, as boto3 sees them."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import quote

import pytest
from msgspec.structs import replace

from auditor import service, timestamps
from auditor.model import BASE, Unavailable
from auditor.source.emulator import synthetic
from auditor.source.emulator.estate import TrainedModel, latest, version_of
from tests.source.conftest import Serve
from tests.source.emulator.conftest import Ask, Connect
from tests.source.emulator.sample import ESTATE, MEMBERSHIP, MODEL, NOBODY, PLACE, listing

FULL_PAGES = {"PageSize": 100}


def pages(client: Any, **query: Any) -> list[Any]:
    """The rows of each page of a list of versions."""
    paginator = client.get_paginator("list_trained_model_versions")
    return [page["trainedModels"] for page in paginator.paginate(**{**PLACE, **query})]


def test_260_versions_come_in_three_pages_of_100(serve: Serve, connect: Connect) -> None:
    """A list of 260 versions takes three requests, and every version comes once."""
    server = serve(ESTATE)
    found = pages(connect(), PaginationConfig=FULL_PAGES)
    assert [len(page) for page in found] == [100, 100, 60]
    assert {version_of(row) for page in found for row in page} == set(map(version_of, MODEL.rows))
    assert server.calls == {"ListTrainedModelVersions": 3}


def test_a_page_holds_ten_rows_unless_told_otherwise(serve: Serve, connect: Connect) -> None:
    """The service's own default is ten rows a page."""
    serve(ESTATE)
    assert len(connect().list_trained_model_versions(**PLACE)["trainedModels"]) == 10


def test_the_last_page_names_no_next_one(serve: Serve, ask: Ask) -> None:
    """A list that ends exactly with a page ends there."""
    whole = synthetic(7, 1, 1, 100)
    target = listing(whole.memberships[0].models[0], maxResults=100)
    assert "nextToken" not in ask(serve(whole), target).json


def test_a_page_size_may_change_on_the_way(serve: Serve, connect: Connect) -> None:
    """A token continues at its row, whatever the size of the next page is."""
    serve(ESTATE)
    ask_for = connect().list_trained_model_versions
    first = ask_for(**PLACE, maxResults=7)
    second = ask_for(**PLACE, maxResults=3, nextToken=first["nextToken"])
    rows = [*first["trainedModels"], *second["trainedModels"]]
    assert list(map(version_of, rows)) == list(map(version_of, MODEL.rows[:10]))


def test_every_form_of_a_base_version_is_served(serve: Serve, ask: Ask) -> None:
    """On the wire a base version has no identifier, a null or the word NULL."""
    estate = synthetic(7, 1, 3, 5)
    server = serve(estate)
    forms = []
    for model in estate.memberships[0].models:
        rows = ask(server, listing(model)).json["trainedModels"]
        forms += [row.get("versionIdentifier", "absent") for row in rows if version_of(row) == BASE]
    assert forms == ["absent", None, "NULL"]


@pytest.mark.parametrize("status", service.statuses())
def test_a_status_filters(serve: Serve, connect: Connect, status: str) -> None:
    """Only versions in the status that was asked for are listed."""
    serve(ESTATE)
    found = pages(connect(), status=status, PaginationConfig=FULL_PAGES)
    assert Counter(row["status"] for page in found for row in page) == {
        status: sum(row["status"] == status for row in MODEL.rows)
    }


def test_an_arn_with_slashes_and_dots_is_one_path_segment(serve: Serve, connect: Connect) -> None:
    """The raw path is routed, so what an encoded ARN holds cannot look like a route."""
    estate = synthetic(7, 1, 4, 3)
    model = estate.memberships[0].models[3]
    serve(estate)
    place = {"membershipIdentifier": estate.memberships[0].id, "trainedModelArn": model.arn}
    assert "trained-model/team.a/" in model.arn
    assert len(connect().list_trained_model_versions(**place)["trainedModels"]) == 3


def test_an_arn_in_a_path_that_was_decoded_leads_nowhere(serve: Serve, ask: Ask) -> None:
    """Like AWS, the endpoint takes an ARN with bare slashes for another path."""
    path = f"/memberships/{MEMBERSHIP.id}/trained-models/{MODEL.arn}/versions"
    answer = ask(serve(ESTATE), path)
    assert (answer.status, answer.headers["x-amzn-ErrorType"]) == (404, "UnknownOperationException")


def test_models_are_listed_once_with_their_latest_version(serve: Serve, connect: Connect) -> None:
    """The list of models has a row for each ARN: its newest version."""
    serve(ESTATE)
    paginator = connect().get_paginator("list_trained_models")
    found = paginator.paginate(membershipIdentifier=MEMBERSHIP.id, PaginationConfig={"PageSize": 1})
    rows = [row for page in found for row in page["trainedModels"]]
    assert [(row["trainedModelArn"], version_of(row)) for row in rows] == [
        (model.arn, version_of(latest(model.rows))) for model in MEMBERSHIP.models
    ]


def test_details_without_a_version_are_those_of_the_latest(serve: Serve, connect: Connect) -> None:
    """GetTrainedModel without a version answers the newest, never the base."""
    serve(ESTATE)
    answer = connect().get_trained_model(**PLACE)
    assert answer["versionIdentifier"] == latest(MODEL.rows)["versionIdentifier"]


def test_details_of_a_version_are_its_own(serve: Serve, connect: Connect) -> None:
    """GetTrainedModel with a version answers the row of that version and what is beside it."""
    row = next(row for row in MODEL.rows if version_of(row) != BASE)
    details = ESTATE.details(row)
    serve(ESTATE)
    answer = connect().get_trained_model(**PLACE, versionIdentifier=row["versionIdentifier"])
    assert not isinstance(details, Unavailable)
    assert answer["status"] == row["status"]
    assert {name: answer[name] for name in details} == details


def test_memberships_are_listed_and_filtered(serve: Serve, connect: Connect) -> None:
    """ListMemberships pages, and filters by status."""
    estate = synthetic(7, 6, 1, 1)
    serve(estate)
    client = connect("cleanrooms")
    found = client.get_paginator("list_memberships").paginate(PaginationConfig={"PageSize": 4})
    assert [len(page["membershipSummaries"]) for page in found] == [4, 2]
    removed = client.list_memberships(status="REMOVED")["membershipSummaries"]
    assert [each["id"] for each in removed] == [estate.memberships[5].id]


def test_a_membership_can_be_read(serve: Serve, connect: Connect) -> None:
    """GetMembership answers one membership, with its moments as botocore's own type."""
    serve(ESTATE)
    client = connect("cleanrooms")
    found = client.get_membership(membershipIdentifier=MEMBERSHIP.id)["membership"]
    assert (found["id"], found["status"]) == (MEMBERSHIP.id, "ACTIVE")
    assert found["collaborationId"] == MEMBERSHIP.collaboration
    assert found["createTime"].timestamp() == timestamps.seconds(MEMBERSHIP.created)


@pytest.mark.parametrize("service_name", ["cleanrooms", "cleanroomsml"])
def test_every_answer_has_a_request_id_and_a_date(
    serve: Serve, connect: Connect, service_name: str
) -> None:
    """Answers and errors alike carry x-amzn-RequestId, a different one each."""
    server = serve(ESTATE)
    client = connect(service_name)
    call = getattr(
        client, "get_membership" if service_name == "cleanrooms" else "list_trained_models"
    )
    good = call(membershipIdentifier=MEMBERSHIP.id)["ResponseMetadata"]
    with pytest.raises(client.exceptions.ClientError) as caught:
        call(membershipIdentifier=NOBODY)
    bad = caught.value.response["ResponseMetadata"]
    assert [good["RequestId"], bad["RequestId"]] == [each.request.id for each in server.requests]
    assert good["RequestId"] != bad["RequestId"]
    assert good["HTTPHeaders"]["date"].endswith("GMT")


def test_an_unread_list_ends_in_its_error(serve: Serve, connect: Connect) -> None:
    """What a recorded scan could not read is an error, after the rows that it did read."""
    half = TrainedModel(MODEL.arn, MODEL.rows[:150], "AccessDeniedException")
    serve(replace(ESTATE, memberships=(replace(MEMBERSHIP, models=(half,)),)))
    client = connect()
    ask_for = client.list_trained_model_versions
    first = ask_for(**PLACE, maxResults=100)
    second = ask_for(**PLACE, maxResults=100, nextToken=first["nextToken"])
    assert (len(first["trainedModels"]), len(second["trainedModels"])) == (100, 50)
    with pytest.raises(client.exceptions.AccessDeniedException, match="could not read"):
        ask_for(**PLACE, nextToken=second["nextToken"])


def test_a_version_that_is_the_word_null_is_refused(serve: Serve, ask: Ask) -> None:
    """There is no way to ask for the details of a base version by name."""
    path = f"/memberships/{MEMBERSHIP.id}/trained-models/{quote(MODEL.arn, safe='')}"
    assert ask(serve(ESTATE), f"{path}?versionIdentifier=NULL").status == 400
