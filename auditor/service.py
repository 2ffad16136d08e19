"""What AWS itself publishes about Clean Rooms ML: botocore's service model, read as data.

NOTE: this reads the JSON that botocore ships without importing botocore, because `check` and
`policy check` need the shapes and importing botocore costs ten times the rest of the start-up.
"""

from __future__ import annotations

import gzip
import platform
import re
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import orjson

from auditor import __version__
from auditor.errors import SourceError

FLOOR = (1, 43, 13)
"""The first botocore that knows ``mlModelTrainingPayerAccountId``; older ones drop it silently."""


def botocore_version() -> str:
    """The installed botocore's version, without importing it."""
    # What looks a version up costs more to import than all the rest of this module.
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415

    try:
        return version("botocore")
    except PackageNotFoundError as error:
        raise SourceError("botocore is not installed", "pip install 'boto3>=1.43.13'") from error


def refuse_old() -> None:
    """Raises SourceError where botocore is older than the floor: it would drop members silently."""
    installed = botocore_version()
    numbers = tuple(int(part) for part in re.findall(r"\d+", installed)[:3])
    if numbers < FLOOR:
        floor = ".".join(map(str, FLOOR))
        raise SourceError(
            f"botocore {installed} is too old: it silently drops members that rules read",
            f"pip install 'boto3>={floor}'",
        )


def tool() -> Mapping[str, str]:
    """The versions of what reads and judges: this project, botocore and Python."""
    return {
        "auditor": __version__,
        "botocore": botocore_version(),
        "python": platform.python_version(),
    }


@cache
def service_model(service: str = "cleanroomsml") -> Mapping[str, Any]:
    """The newest installed service model (``operations``, ``shapes``, …) of a boto3 client name.

    Raises SourceError where botocore, or the service in it, is not installed.
    """
    spec = find_spec("botocore")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    found = sorted(
        path for root in folders for path in Path(root, "data", service).glob("*/service-2.json*")
    )
    if not found:
        raise SourceError(
            f"the installed botocore knows no service {service}", "pip install 'boto3>=1.43.13'"
        )
    return published(found[-1])


@cache
def regions(partition: str = "aws", service: str = "cleanrooms") -> tuple[str, ...]:
    """The regions of a partition in which the installed botocore knows a service, sorted.

    NOTE: botocore knows no region of ``cleanroomsml``, which AWS offers where ``cleanrooms`` is.
    Raises SourceError where it knows none at all: to look nowhere would look like finding nothing.
    """
    spec = find_spec("botocore")
    roots = list(spec.submodule_search_locations or ()) if spec else []
    files = [path for root in roots for path in Path(root, "data").glob("endpoints.json*")]
    found: set[str] = set()
    for each in published(files[0])["partitions"] if files else ():
        if each["partition"] == partition:
            # Beside regions there are names such as fips-us-east-1.
            endpoints = each["services"].get(service, {}).get("endpoints", {})
            found |= endpoints.keys() & each["regions"].keys()
    if not found:
        raise SourceError(
            f"the installed botocore knows no region of partition {partition} with {service}",
            "name the regions one by one",
        )
    return tuple(sorted(found))


def published(path: Path) -> dict[str, Any]:
    """What a file of botocore's data says, whose name may end in ``.gz``."""
    raw = path.read_bytes()
    data: dict[str, Any] = orjson.loads(gzip.decompress(raw) if path.suffix == ".gz" else raw)
    return data


def shape(name: str, service: str = "cleanroomsml") -> Mapping[str, Any]:
    """One shape of the service model: its ``type``, ``members``, ``required``, ``enum``."""
    found: Mapping[str, Any] = service_model(service)["shapes"][name]
    return found


def statuses() -> tuple[str, ...]:
    """Every ``TrainedModelStatus`` that the installed service model knows."""
    return tuple(shape("TrainedModelStatus")["enum"])
