"""Which versions need their details."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.judge.wanted import DetailsWanted, rules_reading_details
from auditor.policy.check import ready_rules
from auditor.policy.load import load_policies
from auditor.policy.params import resolve_params
from tests.judge.models import NOW, record, version

HEAD = "version: 1\npolicy: trial\ntitle: A trial\nrules:\n"
OWN_KEY = """
  - {id: AA-001, title: Own key, severity: high, kind: version,
     when: status == 'ACTIVE', require: details.kmsKeyArn}
"""
LIST_ONLY = """
  - {id: AA-002, title: Described, severity: low, kind: version, require: description}
"""
WHOLE = """
  - {id: AA-003, title: One image, severity: low, kind: model,
     require: "length(unique(versions[*].details.trainingContainerImageDigest)) <= `1`"}
"""


def wanted(folder: Path, rules: str, asked: str | None = None) -> DetailsWanted:
    """What the rules want."""
    file = folder / "trial.yaml"
    file.write_text(HEAD + rules)
    policies = load_policies([file])
    return DetailsWanted(ready_rules(policies, resolve_params(policies), NOW), asked)


@pytest.mark.parametrize(
    ("rules", "names"),
    [
        (LIST_ONLY, set()),
        (OWN_KEY, {"v1"}),
        (LIST_ONLY + OWN_KEY, {"v1"}),
        (WHOLE, {"v1", "v2", "BASE"}),
    ],
)
def test_details_are_wanted_only_where_a_rule_could_need_them(
    tmp_path: Path, rules: str, names: set[str]
) -> None:
    """A `when` that is false by list data alone saves the call; a rule on the model wants all."""
    model = record(version("v1"), version("v2", "INACTIVE"), version(None, "INACTIVE"))
    assert wanted(tmp_path, rules)(model) == names


def test_the_rules_that_read_details_are_told(tmp_path: Path) -> None:
    """A plan says which rule causes which calls."""
    file = tmp_path / "trial.yaml"
    file.write_text(HEAD + LIST_ONLY + OWN_KEY + WHOLE)
    policies = load_policies([file])
    ready = ready_rules(policies, resolve_params(policies), NOW)
    assert [each.rule.id for each in rules_reading_details(ready)] == ["AA-001", "AA-003"]


@pytest.mark.parametrize(
    ("rules", "asked", "names"),
    [
        (OWN_KEY, "v1", {"v1"}),
        (OWN_KEY, "v2", set()),
        (OWN_KEY, "nobody", set()),
        (OWN_KEY, "latest", {"v3"}),
        (WHOLE, "v1", {"v1", "v2", "v3"}),
    ],
)
def test_a_gate_wants_the_details_of_its_version_alone(
    tmp_path: Path, rules: str, asked: str, names: set[str]
) -> None:
    """The others are not judged; a rule about the model needs them all the same."""
    model = record(version("v1"), version("v2", "INACTIVE"), version("v3"))
    assert wanted(tmp_path, rules, asked)(model) == names
