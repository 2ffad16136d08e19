"""The published schemas take what is written, and nothing that is broken."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from auditor.model import Finding, Outcome, Severity, State, Verdict
from auditor.report.document import WAIVERS, finding_json, report_text
from auditor.report.encoding import line
from auditor.report.schema import SCHEMAS, schema
from tests.report import samples
from tests.report.hostile import hostile_findings, hostile_report

_BROKEN = json.loads(Path(__file__).with_name("broken_documents.json").read_text("utf-8"))

_FINDINGS = {
    "a failed version": samples.finding(),
    "a failed base version": samples.finding("CRML-007", about=samples.resource(1, "BASE")),
    "a failed model": samples.finding("CRML-002"),
    "an unknown": samples.finding("CRML-016", Outcome.UNKNOWN, reason="torn page"),
    "a waived one": samples.finding("CRML-016", Outcome.WAIVED),
    "a hostile one": samples.finding(message="".join(samples.HOSTILE)),
}


def _errors(name: str, value: Any) -> list[str]:
    return [error.message for error in Draft202012Validator(schema(name)).iter_errors(value)]


def _objects(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object schema below a value, with its path."""
    if isinstance(value, dict):
        if value.get("type") == "object":
            yield path, value
        for key, item in value.items():
            if key not in ("if", "then"):
                yield from _objects(item, f"{path}/{key}")


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_a_valid_one(name: str) -> None:
    """Each schema is valid against the draft that it names."""
    Draft202012Validator.check_schema(schema(name))
    assert schema(name)["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    assert schema(name)["title"].lower() == name


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_member_is_described_in_one_sentence(name: str) -> None:
    """A reader learns from the schema alone what each member means."""
    for path, found in _objects(schema(name)):
        for member, said in found.get("properties", {}).items():
            assert said["description"].endswith("."), f"{path}/{member}"


@pytest.mark.parametrize("name", SCHEMAS)
def test_objects_with_known_members_are_closed(name: str) -> None:
    """An object that names its members takes no others, and asks for all but two."""
    for path, found in _objects(schema(name)):
        if "properties" in found:
            assert found["additionalProperties"] is False, path
            assert set(found["properties"]) - set(found["required"]) <= {"gate", "resumes"}, path


@pytest.mark.parametrize("found", _FINDINGS.values(), ids=list(_FINDINGS))
def test_findings_are_valid(found: Finding) -> None:
    """What is written to findings.jsonl is what the schema says."""
    assert _errors("finding", json.loads(line(finding_json(found)))) == []


@pytest.mark.parametrize("state", samples.STATES)
def test_reports_are_valid(state: str) -> None:
    """What is written to report.json is what the schema says, in every state of a run."""
    run, _ = samples.STATES[state]()
    assert _errors("report", json.loads(report_text(run))) == []


def test_a_report_with_everything_is_valid() -> None:
    """Waivers of every fate, a baseline with findings, and texts that are written to do harm."""
    published = json.loads(report_text(hostile_report()))
    assert all(published["waivers"][fate] for fate in ("used", "expired", "lapsed", "unmatched"))
    assert all(published["baseline"][part] for part in ("resolved", "carried"))
    assert _errors("report", published) == []


@pytest.mark.parametrize("finding", hostile_findings(), ids=lambda finding: finding.id[:8])
def test_hostile_findings_are_valid(finding: Finding) -> None:
    """Each kind, outcome and state of a finding."""
    assert _errors("finding", json.loads(line(finding_json(finding)))) == []


@pytest.mark.parametrize("verdict", Verdict)
def test_reports_of_a_gate_are_valid(verdict: Verdict) -> None:
    """The report of a gate is valid, also where nothing of the version is known."""
    assert _errors("report", json.loads(report_text(samples.gate(verdict)))) == []


@pytest.mark.parametrize(
    "case", _BROKEN, ids=[f"{case['schema']}: {case['why']}" for case in _BROKEN]
)
def test_broken_documents_are_refused(case: dict[str, Any]) -> None:
    """A document that is valid but for one change is refused."""
    valid = {"finding": line(finding_json(samples.finding())), "report": _valid_report()}
    value = json.loads(valid[case["schema"]])
    assert _errors(case["schema"], value) == []
    *outer, last = case["path"]
    inner = value
    for step in outer:
        inner = inner[step]
    inner[last] = case["value"]
    assert _errors(case["schema"], value) != []


def _valid_report() -> str:
    return report_text(samples.compliant()[0])


@pytest.mark.parametrize("member", ["finding", "report"])
def test_nothing_may_be_missing(member: str) -> None:
    """Each member on its own is asked for."""
    valid = {"finding": line(finding_json(samples.finding())), "report": _valid_report()}[member]
    for name in json.loads(valid):
        value = json.loads(valid)
        del value[name]
        assert _errors(member, value) != [], name


def test_the_words_of_the_schemas_are_those_of_the_model() -> None:
    """A severity, an outcome or a verdict that is added to the model is missed here first."""
    finding, report = schema("finding")["properties"], schema("report")["properties"]
    assert finding["severity"]["enum"] == list(Severity)
    assert report["fail_on"]["enum"] == list(Severity)
    assert set(report["counts"]["properties"]["severities"]["properties"]) == set(Severity)
    assert set(schema("report")["$defs"]["outcomes"]["properties"]) == set(Outcome)
    assert finding["state"]["enum"] == [*State, None]
    assert report["waivers"]["required"] == list(WAIVERS)
    assert set(finding["outcome"]["enum"]) == {Outcome.FAIL, Outcome.WAIVED, Outcome.UNKNOWN}
    assert report["verdict"]["enum"] == [verdict.word for verdict in Verdict]
    assert report["exit_code"]["enum"] == [verdict.exit_code for verdict in Verdict]
