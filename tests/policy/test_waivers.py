"""Files of waivers as data: each stands beside the problems that it must have, and no others.

A line of a ``.problems`` file is ``LINE:COLUMN+LENGTH CODE``; a sound file has an empty one.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from auditor.errors import InvalidInput
from auditor.policy.codes import STRUCTURE, WAIVERS
from auditor.policy.document import load_document
from auditor.policy.load import load_policies
from auditor.policy.rule import Rule
from auditor.policy.waiver import EVERY, Waiver, moment, waivers_schema
from auditor.policy.waivers import load_waivers

FOLDER = Path(__file__).with_name("waivers")
CASES = sorted(FOLDER.glob("*.yaml"))
NOW = "2026-11-23T00:00:00.000Z"
ARN = (
    "arn:aws:cleanrooms-ml:us-east-1:111122223333:membership/"
    "11111111-2222-3333-4444-555555555555/trained-model/churn"
)
VERSION = "aaaaaaaa-2222-3333-4444-555555555555"

RULES = """
  - {id: AA-001, title: A, severity: low, kind: version, deny: "status == 'DELETE_FAILED'"}
  - {id: AA-002, title: B, severity: low, kind: model, require: "length(versions) < `9`"}
  - {id: AA-003, title: C, severity: low, kind: model,
     deny_each: "versions[?status == 'DELETE_FAILED']"}
"""


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Rule]:
    """Rules of each sort."""
    path = tmp_path_factory.mktemp("policies") / "own.yaml"
    path.write_text(f"version: 1\npolicy: own\ntitle: Own\nrules:{RULES}", "utf-8")
    return {rule.id: rule for policy in load_policies([path]) for rule in policy.rules}


def expected(case: Path) -> list[str]:
    """The lines beside a case."""
    return case.with_suffix(".problems").read_text("utf-8").splitlines()


def found(case: Path, rules: Mapping[str, Rule] | None, now: str = NOW) -> list[str]:
    """What the loader says of a case."""
    try:
        load_waivers(case, rules, now)
    except InvalidInput as error:
        return [f"{at.line}:{at.column}+{at.length} {at.code}" for at in error.problems]
    return []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_file_has_the_problems_that_stand_beside_it(
    case: Path, rules: Mapping[str, Rule]
) -> None:
    """Every problem is reported, each with its code, its place and the length of its caret."""
    assert found(case, rules) == expected(case)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_json_schema_agrees_with_the_loader(case: Path) -> None:
    """An editor underlines a file exactly if the loader has a problem that a schema can express."""
    try:
        data: Any = load_document(case).root.plain()
    except InvalidInput:
        return
    codes = {line.split()[1] for line in expected(case)}
    schema = waivers_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    seen = jsonschema.Draft202012Validator(schema).is_valid(data)
    assert seen is not bool(codes & set(STRUCTURE))


def test_every_code_of_waivers_is_in_a_case() -> None:
    """No code goes untried."""
    tried = {line.split()[1] for case in CASES for line in expected(case)}
    assert set(WAIVERS) <= tried


def test_a_sound_file_becomes_waivers(rules: Mapping[str, Rule]) -> None:
    """Moments are in their one form; a date is its first moment in UTC."""
    waivers = load_waivers(FOLDER / "sound.yaml", rules, NOW).waivers
    assert waivers[0] == Waiver(
        rule="AA-001",
        arn=ARN,
        version="BASE",
        reason="known",
        owner="ml",
        expires="2026-12-31T00:00:00.000Z",
        ticket="T-1",
        created="2026-11-01T00:00:00.000Z",
        digest=f"{'0' * 32}-{'f' * 32}",
    )
    assert [each.version for each in waivers] == ["BASE", VERSION, EVERY, None, None, VERSION]
    assert waivers[2].expires == "2026-12-31T06:00:00.000Z"


def test_a_file_is_evidence_by_its_digest(rules: Mapping[str, Rule]) -> None:
    """The SHA-256 of its bytes goes into the manifest."""
    case = FOLDER / "sound.yaml"
    assert load_waivers(case, rules, NOW).sha256 == load_document(case).sha256


def test_without_rules_nothing_is_said_of_them() -> None:
    """Who only appends to a file need not know every policy."""
    assert found(FOLDER / "unknown-rule.yaml", None) == []


def test_a_waiver_becomes_short_enough_by_and_by(rules: Mapping[str, Rule]) -> None:
    """Without `created` the bound counts from the run: what is too far off today is not later."""
    case = FOLDER / "longer-than-a-year.yaml"
    assert found(case, rules, "2026-11-23T23:59:59.999Z") != []
    assert found(case, rules, "2026-11-24T00:00:00.000Z") == []


def test_a_name_is_never_a_resource() -> None:
    """The message says so."""
    with pytest.raises(InvalidInput) as caught:
        load_waivers(FOLDER / "by-name.yaml", None, NOW)
    assert "never matched by a name" in caught.value.problems[0].message


@pytest.mark.parametrize("text", ["", "2026-12", "2026-12-31T00:00:00", "tomorrow", "2026-02-30"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    """A moment without a zone could mean any."""
    with pytest.raises(ValueError, match=r"isoformat|zone|day"):
        moment(text)
