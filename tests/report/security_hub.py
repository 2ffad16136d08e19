"""What Security Hub takes: the schema in AWS's own service model, and the limits in its texts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import botocore.session
from botocore.model import ListShape, MapShape, Shape, StructureShape
from jsonschema import Draft202012Validator, FormatChecker

LIMITS = {
    "Id": 512,
    "GeneratorId": 512,
    "ProductArn": 2048,
    "ProductName": 128,
    "CompanyName": 128,
    "Title": 256,
    "Description": 1024,
}
"""Lengths that the service model only tells people, in its documentation."""

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_TYPES = {"string": "string", "integer": "integer", "double": "number", "boolean": "boolean"}


@cache
def requests() -> Draft202012Validator:
    """The validator of a request of BatchImportFindings, made from botocore's model of it."""
    service = botocore.session.get_session().get_service_model("securityhub")
    shape = service.operation_model("BatchImportFindings").input_shape
    assert shape is not None
    return Draft202012Validator(_schema(shape), format_checker=FormatChecker())


def _schema(shape: Shape) -> dict[str, Any]:
    if isinstance(shape, StructureShape):
        return {
            "type": "object",
            "properties": {name: _schema(member) for name, member in shape.members.items()},
            "required": shape.required_members,
            "additionalProperties": False,
        }
    if isinstance(shape, ListShape):
        bounds = {"minItems": shape.metadata.get("min"), "maxItems": shape.metadata.get("max")}
        given = {name: bound for name, bound in bounds.items() if bound is not None}
        return {"type": "array", "items": _schema(shape.member), **given}
    if isinstance(shape, MapShape):
        return {"type": "object", "additionalProperties": _schema(shape.value)}
    return _scalar(shape)


def _scalar(shape: Shape) -> dict[str, Any]:
    if shape.type_name == "timestamp":
        return {"type": "string", "format": "date-time"}
    schema: dict[str, Any] = {"type": _TYPES.get(shape.type_name, shape.type_name)}
    if "enum" in shape.metadata:
        schema["enum"] = shape.metadata["enum"]
    if "pattern" in shape.metadata:
        # Read so that the whole text has to match, of which `.` takes no line break.
        schema["pattern"] = rf"\A(?:{shape.metadata['pattern']})\Z"
    if shape.type_name == "integer" and "max" in shape.metadata:
        schema |= {"minimum": shape.metadata["min"], "maximum": shape.metadata["max"]}
    return schema


def errors(request: Any) -> list[str]:
    """What is wrong with a request, by the model and by the documented limits."""
    wrong = [f"{each.json_path} {each.message[:200]}" for each in requests().iter_errors(request)]
    for finding in () if wrong else request["Findings"]:
        wrong += _over_limits(finding)
    return wrong


def _over_limits(finding: dict[str, Any]) -> Iterator[str]:
    for name, limit in LIMITS.items():
        if not 1 <= _length(finding[name]) <= limit:
            yield f"{name} has {_length(finding[name])} characters"
    if len(json.dumps(finding)) > 240_000:
        yield "the finding has more than 240 KB"
    if not 1 <= len(finding["Resources"]) <= 32:
        yield "there must be 1 to 32 resources"
    yield from _over_map_limits("ProductFields", finding["ProductFields"], 2048)
    for resource in finding["Resources"]:
        yield from _over_map_limits("Details.Other", resource["Details"]["Other"], 1024)
    text = finding.get("Remediation", {}).get("Recommendation", {}).get("Text", "-")
    if not 1 <= _length(text) <= 512:
        yield "Recommendation.Text is too long"
    if len(finding["Compliance"].get("RelatedRequirements", ())) > 32:
        yield "there are more than 32 RelatedRequirements"
    yield from _wrong_words(finding)


def _over_map_limits(name: str, pairs: dict[str, str], limit: int) -> Iterator[str]:
    if len(pairs) > 50:
        yield f"{name} has more than 50 pairs"
    for key, value in pairs.items():
        if len(key) > 128 or _length(value) > limit:
            yield f"{name} {key} is too long"


def _wrong_words(finding: dict[str, Any]) -> Iterator[str]:
    account = finding["AwsAccountId"]
    if finding["SchemaVersion"] != "2018-10-08":
        yield "SchemaVersion is unknown"
    if len(account) != 12 or not account.isdigit():
        yield "AwsAccountId is none"
    if not finding["ProductArn"].endswith(f":{account}:product/{account}/default"):
        yield "ProductArn is not the default product of the account"
    for name in ("CreatedAt", "UpdatedAt", "LastObservedAt"):
        if not _MOMENT.fullmatch(finding[name]):
            yield f"{name} is no timestamp"
    if finding["CreatedAt"] > finding["UpdatedAt"]:
        yield "UpdatedAt lies before CreatedAt"
    if finding["Severity"] != finding["FindingProviderFields"]["Severity"]:
        yield "two severities"


def _length(text: str) -> int:
    """In UTF-16 units, the most that a limit can mean."""
    return len(text.encode("utf-16-le")) // 2
