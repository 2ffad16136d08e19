"""Synthetic estates: repeatable, true to the service model, and nasty."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import service, timestamps
from auditor.errors import UsageError
from auditor.model import BASE, Row, Unavailable
from auditor.source.emulator import synthetic
from auditor.source.emulator.estate import Estate, TrainedModel, latest, version_of
from auditor.source.emulator.hostile import DESCRIPTIONS, NAMES
from auditor.source.emulator.lives import WEIGHTS
from tests.source.emulator.sample import ESTATE

DAY = 86_400
HOSTILE = frozenset({"name", "description", "modelName", "message", "versionIdentifier"})


def models(estate: Estate) -> Iterator[TrainedModel]:
    """Every model of an estate."""
    return (model for membership in estate.memberships for model in membership.models)


def rows(estate: Estate) -> list[Row]:
    """Every row of an estate."""
    return [row for model in models(estate) for row in model.rows]


def details(estate: Estate, row: Row) -> Mapping[str, Any]:
    """The details of a row."""
    found = estate.details(row)
    assert not isinstance(found, Unavailable)
    return found


def written(estate: Estate) -> str:
    """Everything in an estate as text."""
    return json.dumps(
        [
            {
                **vars(membership),
                "models": [[model.arn, *model.rows] for model in membership.models],
            }
            for membership in estate.memberships
        ]
        + [details(estate, row) for row in rows(estate)],
        sort_keys=True,
    )


def faults(shape: str, value: Any, path: str = "") -> Iterator[str]:
    """Where a value is not what the service model says, hostile texts aside."""
    model = service.shape(shape)
    match model["type"]:
        case "structure":
            yield from (
                f"{path}.{name} missing" for name in model.get("required", ()) if name not in value
            )
            yield from (f"{path}.{name} unknown" for name in value.keys() - model["members"].keys())
            for name in value.keys() - HOSTILE & model["members"].keys():
                yield from faults(model["members"][name]["shape"], value[name], f"{path}.{name}")
        case "list":
            yield from _length(model, len(value), path)
            for item in value:
                yield from faults(model["member"]["shape"], item, path + "[]")
        case "map":
            for name, item in value.items():
                yield from faults(model["key"]["shape"], name, path + "{}")
                yield from faults(model["value"]["shape"], item, path + "{}")
        case "string":
            yield from _length(model, len(value), path)
            if "pattern" in model and not re.fullmatch(model["pattern"], value):
                yield f"{path} pattern"
            if "enum" in model and value not in model["enum"]:
                yield f"{path} enum"
        case "integer":
            yield from _length(model, value, path)
        case "timestamp":
            if timestamps.canonical(value) != value:
                yield f"{path} form"


def _length(model: Mapping[str, Any], size: int, path: str) -> Iterator[str]:
    if not model.get("min", 0) <= size <= model.get("max", size):
        yield f"{path} size"


def test_the_check_of_this_file_finds_what_is_wrong() -> None:
    """A row with a wrong enum, pattern, size, member and a missing one has five faults."""
    row = {**rows(ESTATE)[0], "status": "X", "membershipIdentifier": "x", "extra": 1}
    del row["createTime"]
    assert sorted(faults("TrainedModelSummary", row)) == [
        ".createTime missing",
        ".extra unknown",
        ".membershipIdentifier pattern",
        ".membershipIdentifier size",
        ".status enum",
    ]


@pytest.mark.parametrize("clean", [True, False])
def test_rows_are_what_the_service_model_says(clean: bool) -> None:
    """Members, enums, patterns, sizes and the form of moments are AWS's own."""
    estate = synthetic(3, 3, 4, 40, clean=clean)
    for row in rows(estate):
        assert list(faults("TrainedModelSummary", row)) == []


@pytest.mark.parametrize("clean", [True, False])
def test_details_are_what_the_service_model_says(clean: bool) -> None:
    """A row with its details is a GetTrainedModelResponse."""
    estate = synthetic(3, 2, 3, 40, clean=clean)
    for row in rows(estate):
        assert list(faults("GetTrainedModelResponse", {**row, **details(estate, row)})) == []


def test_identifiers_are_uuids_but_for_the_base() -> None:
    """Every version but one has an identifier of the service's own pattern."""
    uuid = re.compile(service.shape("UUID")["pattern"])
    for model in models(ESTATE):
        names = [version_of(row) for row in model.rows]
        assert names.count(BASE) == 1
        assert len(set(names)) == len(names) == 260
        assert all(uuid.fullmatch(name) for name in names if name != BASE)


@given(st.integers(0, 2**64), st.booleans())
def test_the_same_seed_gives_the_same_bytes(seed: int, clean: bool) -> None:
    """Nothing of an estate depends on anything but its arguments."""
    one, other = (synthetic(seed, 1, 2, 6, clean=clean) for _ in range(2))
    assert written(one) == written(other)


def test_another_seed_gives_another_estate() -> None:
    """Estates of different seeds share no ARN."""
    one, other = synthetic(1), synthetic(2)
    assert not {model.arn for model in models(one)} & {model.arn for model in models(other)}


def test_region_account_and_moment_are_those_asked_for() -> None:
    """They stand in every ARN, and no version is younger than now."""
    estate = synthetic(
        1, 1, 2, 9, now="2030-01-01T00:00:00.000Z", region="eu-west-1", account="444455556666"
    )
    assert all(":eu-west-1:444455556666:" in model.arn for model in models(estate))
    for row in rows(estate):
        assert row["createTime"] <= row["updateTime"] <= estate.now
    assert max(row["updateTime"] for row in rows(estate)) > "2029"


def test_every_status_of_the_service_occurs() -> None:
    """Each model of 33 versions or more has all of the service's statuses, ACTIVE most."""
    assert set(WEIGHTS) == set(service.statuses())
    for model in models(synthetic(5, 2, 2, 33)):
        assert {row["status"] for row in model.rows} == set(WEIGHTS)
    assert Counter(row["status"] for row in rows(ESTATE)).most_common(1)[0][0] == "ACTIVE"


@pytest.mark.parametrize("seed", range(20))
def test_an_old_failure_is_always_there(seed: int) -> None:
    """The first model has a CREATE_FAILED version of more than 30 days ago."""
    estate = synthetic(seed, 1, 1, 3)
    now = timestamps.seconds(estate.now)
    assert any(
        row["status"] == "CREATE_FAILED" and now - timestamps.seconds(row["updateTime"]) > 30 * DAY
        for row in rows(estate)
    )


def test_lineage_leads_to_versions_that_are_there_and_some_that_are_not() -> None:
    """Most parents are versions of the model, the base among them; a few cannot be found."""
    found: Counter[str] = Counter()
    for model in models(ESTATE):
        names = {version_of(row) for row in model.rows}
        for row in model.rows:
            for channel in row.get("incrementalTrainingDataChannels", ()):
                parent = channel.get("versionIdentifier", BASE)
                found["there" if parent in names else "lost"] += 1
                found["base"] += parent == BASE
    assert found["there"] > 5 * found["lost"] > 0
    assert found["base"] > 0


def test_names_and_descriptions_are_hostile() -> None:
    """Hostile texts are at most as long as the service lets them be, and they are used."""
    estate = synthetic(1, 6, 9, 30)
    used = {row["name"] for row in rows(estate)} & set(NAMES)
    assert used == set(NAMES)
    assert {row.get("description") for row in rows(estate)} >= {*DESCRIPTIONS, None}
    assert max(map(len, NAMES)) == service.shape("NameString")["max"]
    assert max(map(len, DESCRIPTIONS)) == service.shape("ResourceDescription")["max"]


def test_lists_come_in_no_order() -> None:
    """Whoever takes the first row for the newest or the oldest is wrong."""
    first = [model.rows[0] for model in models(ESTATE)]
    assert all(
        row is not latest(model.rows) for row, model in zip(first, models(ESTATE), strict=True)
    )
    assert not any(version_of(row) == BASE for row in first)


def test_some_details_are_missing_and_some_look_secret() -> None:
    """Keys, tags and digests lack here and there; environments hold words like secrets."""
    estate = synthetic(1, 2, 12, 20)
    all_details = [details(estate, row) for row in rows(estate)]
    for name in ("kmsKeyArn", "tags", "trainingContainerImageDigest", "logsStatus"):
        assert 0 < sum(name in each for each in all_details) < len(all_details), name
    assert any("AWS_SECRET_ACCESS_KEY" in each["environment"] for each in all_details)


@pytest.mark.parametrize("versions", [1, 2, 3, 4, 40, 260])
def test_a_clean_estate_is_healthy(versions: int) -> None:
    """The newest versions are in use and fresh, the older ones gone; all are described."""
    estate = synthetic(1, 3, 2, versions, clean=True)
    now = timestamps.seconds(estate.now)
    assert {membership.status for membership in estate.memberships} == {"ACTIVE"}
    for model in models(estate):
        newest = latest(model.rows)
        active = [row for row in model.rows if row["status"] == "ACTIVE"]
        assert newest in active
        assert len(active) == min(3, versions)
        assert {row["status"] for row in model.rows} <= {"ACTIVE", "INACTIVE"}
        assert now - timestamps.seconds(newest["createTime"]) <= DAY
        assert all(row["description"] and row["name"] not in NAMES for row in model.rows)


def parents_in(model: TrainedModel) -> Iterator[Row]:
    """The rows that other rows of a model name as their parents, all of them by identifier."""
    by_version = {version_of(row): row for row in model.rows}
    for row in model.rows:
        for channel in row.get("incrementalTrainingDataChannels", ()):
            yield by_version[channel["versionIdentifier"]]


def test_a_clean_lineage_is_short_and_in_use() -> None:
    """A parent in a clean estate is ACTIVE, has an identifier and no parent itself."""
    estate = synthetic(1, 3, 30, 5, clean=True)
    parents = [parent for model in models(estate) for parent in parents_in(model)]
    assert parents
    assert all(parent["status"] == "ACTIVE" for parent in parents)
    assert not any("incrementalTrainingDataChannels" in parent for parent in parents)


def test_clean_details_lack_nothing_and_hold_no_secret() -> None:
    """Keys, tags, digests and bounds are there; environments are plain."""
    estate = synthetic(1, 1, 2, 5, clean=True)
    for row in rows(estate):
        found = details(estate, row)
        assert found["kmsKeyArn"].startswith("arn:aws:kms:us-east-1:111122223333:key/")
        assert set(found["tags"]) == {"Owner", "DataClassification"}
        assert found["stoppingCondition"] == {"maxRuntimeInSeconds": DAY}
        assert found["environment"] == {"LOG_LEVEL": "INFO"}
        assert found["logsStatus"] == "PUBLISH_SUCCEEDED"


@pytest.mark.parametrize("counts", [(0, 1, 1), (1, 0, 1), (1, 1, 0), (1, 1, -5)])
def test_an_estate_has_at_least_one_of_everything(counts: tuple[int, int, int]) -> None:
    """Counts below 1 are bad usage."""
    with pytest.raises(UsageError, match="at least 1"):
        synthetic(1, *counts)


@pytest.mark.parametrize("now", ["yesterday", "2026-11-23T07:00:00", "0001-01-01T00:00:00Z"])
def test_now_is_a_moment_with_a_zone(now: str) -> None:
    """Anything else is bad usage."""
    with pytest.raises(UsageError, match=re.escape(now)):
        synthetic(now=now)


def test_now_may_be_written_in_any_zone() -> None:
    """The estate has it in its one form."""
    assert synthetic(1, 1, 1, 1, now="2026-11-23T08:00:00+01:00").now == "2026-11-23T07:00:00.000Z"
