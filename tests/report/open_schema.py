"""What OCSF takes: its own schemas, and what no schema can say."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator

Event = dict[str, Any]


def _schemas() -> Any:
    return pytest.importorskip("ocsf_json_schema", reason="ocsf-json-schema is not installed")


@cache
def _validator(version: str) -> Draft202012Validator:
    """The schema of a Compliance Finding with the profile `cloud`."""
    embedded = _schemas().OcsfJsonSchemaEmbedded(_schemas().get_ocsf_schema(version=version))
    return Draft202012Validator(
        embedded.get_class_schema(class_name="compliance_finding", profiles=["cloud"])
    )


@cache
def _attributes(version: str, kind: str, name: str) -> dict[str, Any]:
    """The attributes of a class or of an object, with the captions of their numbers."""
    found: dict[str, Any] = _schemas().get_ocsf_schema(version=version)[kind][name]["attributes"]
    return found


def errors(event: Event) -> list[str]:
    """What is wrong with an event: by its schema, and what no schema can say."""
    version = event["metadata"]["version"]
    wrong = [f"{each.json_path} {each.message}" for each in _validator(version).iter_errors(event)]
    if wrong:
        return wrong
    if event["type_uid"] != event["class_uid"] * 100 + event["activity_id"]:
        wrong.append("type_uid is not of this class and activity")
    if event["type_name"] != f"{event['class_name']}: {event['activity_name']}":
        wrong.append("type_name is not of this class and activity")
    if not 1_600_000_000_000 < event["time"] < 2_000_000_000_000:
        wrong.append("time is not in milliseconds")
    return wrong + list(_wrong_captions(event, version))


def _wrong_captions(event: Event, version: str) -> Iterator[str]:
    """Numbers that have another name than the one that is written beside them."""
    pairs = (
        ("classes", "compliance_finding", event, "activity_id", "activity_name"),
        ("classes", "compliance_finding", event, "severity_id", "severity"),
        ("classes", "compliance_finding", event, "status_id", "status"),
        ("objects", "compliance", event["compliance"], "status_id", "status"),
        ("objects", "account", event["cloud"]["account"], "type_id", "type"),
        ("objects", "analytic", event["finding_info"]["analytic"], "type_id", "type"),
        ("objects", "observable", event["observables"][0], "type_id", "type"),
    )
    for kind, name, value, number, caption in pairs:
        known = _attributes(version, kind, name)[number]["enum"]
        if value[number] != 99 and known[str(value[number])]["caption"] != value[caption]:
            yield f"{name}.{caption} is {value[caption]}"
