"""What botocore ships, read as data."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from auditor import service
from auditor.errors import SourceError

ENDPOINTS = {
    "partitions": [
        {
            "partition": "aws",
            "regions": {"us-east-1": {}, "eu-west-1": {}, "eu-south-1": {}},
            "services": {
                "cleanrooms": {
                    "endpoints": {"us-east-1": {}, "eu-west-1": {}, "fips-us-east-1": {}}
                }
            },
        },
        {"partition": "aws-cn", "regions": {"cn-north-1": {}}, "services": {}},
    ]
}


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that stands for botocore's data until the test ends."""
    folder = tmp_path / "data"
    folder.mkdir()
    found: Any = SimpleNamespace(submodule_search_locations=[str(tmp_path)])
    monkeypatch.setattr(service, "find_spec", lambda _: found)
    service.regions.cache_clear()
    yield folder
    service.regions.cache_clear()


def test_the_regions_are_those_that_boto3_names() -> None:
    """For the service that has endpoints; the other one has none."""
    service.regions.cache_clear()
    session = boto3.session.Session()
    assert list(service.regions()) == sorted(session.get_available_regions("cleanrooms"))
    assert session.get_available_regions("cleanroomsml") == []
    assert "us-east-1" in service.regions()


@pytest.mark.parametrize("packed", [False, True])
def test_regions_are_real_ones_and_sorted(shipped: Path, *, packed: bool) -> None:
    """Other names of endpoints are left out; the file may be packed some day."""
    raw = json.dumps(ENDPOINTS).encode()
    if packed:
        (shipped / "endpoints.json.gz").write_bytes(gzip.compress(raw))
    else:
        (shipped / "endpoints.json").write_bytes(raw)
    assert service.regions() == ("eu-west-1", "us-east-1")


@pytest.mark.parametrize("partition", ["aws-cn", "aws-moon"])
def test_a_partition_without_the_service_is_refused(shipped: Path, partition: str) -> None:
    """To look nowhere would look like finding nothing."""
    (shipped / "endpoints.json").write_text(json.dumps(ENDPOINTS))
    with pytest.raises(SourceError, match=partition):
        service.regions(partition)


def test_a_botocore_without_endpoints_is_refused(shipped: Path) -> None:
    """The regions can still be named one by one."""
    with pytest.raises(SourceError) as caught:
        service.regions()
    assert "one by one" in caught.value.hint


def test_a_service_that_is_not_there_is_refused() -> None:
    """With the way to get it."""
    with pytest.raises(SourceError, match="knows no service nothing"):
        service.service_model("nothing")
