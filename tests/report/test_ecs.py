"""ECS documents, judged by the field list that Elastic publishes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.model import Finding, Outcome, Verdict
from auditor.report.ecs import OWN, VERSION, ecs
from tests.report import npm, samples
from tests.report.hostile import hostile_findings, hostile_report

Document = dict[str, Any]
Fields = Mapping[str, Mapping[str, Any]]

_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_PRINT = """
const {EcsVersion, EcsFlat} = require("@elastic/ecs");
console.log(JSON.stringify({version: EcsVersion, fields: EcsFlat}));
"""


@pytest.fixture(scope="module", params=["8.11.5", "9.4.0"])
def ecs_fields(request: pytest.FixtureRequest) -> Fields:
    """Every field of a version of ECS, with its type and the values that it may have."""
    found = npm.run(npm.folder(request.config, "@elastic/ecs", request.param), _PRINT)
    fields: Fields = found["fields"]
    assert len(fields) > 1000
    return fields


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every field of a document, by its dotted name; a list is a value."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from leaves(part, f"{path}.{name}" if path else name)
    else:
        yield path, value


def errors(document: Document, fields: Fields) -> list[str]:
    """What is wrong with the fields of a document that are not our own."""
    return [
        f"{path}: {wrong}"
        for path, value in leaves({k: v for k, v in document.items() if k != OWN})
        if (wrong := _wrong(value, fields.get(path)))
    ]


def _wrong(value: Any, field: Mapping[str, Any] | None) -> str:
    if field is None:
        return "no such field"
    if isinstance(value, list) != ("array" in field["normalize"]):
        return "a list, or none where one is wanted"
    values = value if isinstance(value, list) else [value]
    allowed = {each["name"] for each in field.get("allowed_values", ())}
    if allowed and not allowed.issuperset(values):
        return "not an allowed value"
    return "" if all(_is_of(each, field["type"]) for each in values) else "of another type"


def _is_of(value: Any, kind: str) -> bool:
    if kind == "date":
        return isinstance(value, str) and bool(_DATE.fullmatch(value))
    if kind == "long":
        return isinstance(value, int) and not isinstance(value, bool)
    return kind in ("keyword", "match_only_text") and isinstance(value, str)


def one(finding: Finding) -> Document:
    """The document of one finding."""
    (line,) = ecs(samples.report(Verdict.NON_COMPLIANT, ()), [finding])
    document: Document = json.loads(line)
    return document


def documents() -> list[Document]:
    """The documents of the hostile run."""
    return [json.loads(line) for line in ecs(hostile_report(), hostile_findings())]


def test_every_field_is_one_of_ecs(ecs_fields: Fields) -> None:
    """With its type and its values, or it stands under our own name."""
    found = documents()
    assert len(found) == len(hostile_findings()) + 2
    assert [errors(document, ecs_fields) for document in found] == [[]] * len(found)
    assert OWN not in {name.partition(".")[0] for name in ecs_fields}


def test_event_types_are_those_of_the_category(ecs_fields: Fields) -> None:
    """ECS says which types a category may have."""
    types = {
        each["name"]: each["expected_event_types"]
        for each in ecs_fields["event.category"]["allowed_values"]
    }
    event = one(samples.finding())["event"]
    for category in event["category"]:
        assert set(event["type"]) <= set(types[category])


def test_the_judge_sees_mistakes(ecs_fields: Fields) -> None:
    """A document that is wrong in one place is refused."""
    assert errors({"event": {"kind": "finding"}}, ecs_fields)
    assert errors({"event": {"category": "configuration"}}, ecs_fields)
    assert errors({"event": {"severity": "3"}}, ecs_fields)
    assert errors({"@timestamp": "2026-11-23"}, ecs_fields)
    assert errors({"rule": {"severity": "high"}}, ecs_fields)


def test_what_ecs_requires_is_there() -> None:
    """The moment, and the version of ECS."""
    document = one(samples.finding())
    assert document["@timestamp"] == samples.NOW
    assert document["ecs"] == {"version": VERSION}


def test_own_fields_have_one_type_each() -> None:
    """An index makes a field of each name once, so a name never has values of two types."""
    seen: dict[str, set[type]] = {}
    for document in documents():
        for path, value in leaves(document[OWN]):
            seen.setdefault(path, set()).add(type(value))
    assert {path: types for path, types in seen.items() if len(types) > 1} == {}
    assert "observed" in seen
    assert "waiver" in seen


def test_what_was_observed_comes_back() -> None:
    """As JSON text, because its keys are expressions."""
    document = one(samples.finding())
    assert json.loads(document[OWN]["observed"]) == samples.finding().observed


@pytest.mark.parametrize(
    ("outcome", "word"),
    [(Outcome.FAIL, "failure"), (Outcome.WAIVED, "unknown"), (Outcome.UNKNOWN, "unknown")],
)
def test_the_outcome_is_never_success(outcome: Outcome, word: str) -> None:
    """Only a fail is a failure; the exact outcome stands beside it."""
    document = one(samples.finding(outcome=outcome, reason="denied"))
    assert document["event"]["outcome"] == word
    assert document[OWN]["outcome"] == outcome.value
    assert document["event"]["reason"] == "denied"


def test_what_is_gone_is_a_document_without_outcome() -> None:
    """So that no search for failures finds it."""
    report = hostile_report()
    assert report.compared is not None
    gone = [past.finding.id for past in report.compared.past if not past.carried]
    closed = [each for each in documents() if each["event"]["action"] == "finding-close"]
    assert [document["event"]["id"] for document in closed] == gone
    for document in closed:
        assert document["event"]["outcome"] == "unknown"
        assert document[OWN]["state"] == "resolved"
        assert not {"outcome", "remediation"} & document[OWN].keys()


def test_the_names_come_back() -> None:
    """Exactly, but for lone surrogates and for names that are empty."""
    for finding, document in zip(hostile_findings(), documents(), strict=False):
        name = finding.resource.name.encode("utf-16-le", "surrogatepass")
        assert document[OWN]["model"]["name"] == name.decode("utf-16-le", "replace")
        assert document["event"]["id"] == finding.id


def test_documents_are_lines_of_ascii_and_stream() -> None:
    """Each before the next finding was asked for."""
    findings = iter([samples.finding(), replace(samples.finding(), message="\x1b[2J\ud800")])
    lines = ecs(samples.report(Verdict.NON_COMPLIANT, ()), findings)
    first = next(lines)
    assert next(findings).message == "\x1b[2J\ud800"
    assert first.isascii()
    assert all(line[:-1].isprintable() for line in ecs(hostile_report(), hostile_findings()))
