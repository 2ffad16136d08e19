"""The policies that come with the program."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from auditor.expression.nodes import Field, walk
from auditor.policy.check import checked_rule, policy_problems
from auditor.policy.examples import try_examples
from auditor.policy.load import load_policies, load_policy, shipped
from auditor.policy.params import resolve_params
from auditor.policy.rule import Policy, Rule

FILES = sorted(shipped().rglob("*.yaml"))
POLICIES = {path.stem: load_policy(path) for path in FILES}
RULES = {rule.id: rule for policy in POLICIES.values() for rule in policy.rules}

FRAMEWORKS = {
    "nist-800-53-r5": r"[A-Z]{2}-\d+(\(\d+\))?",
    "iso-27001-2022": r"A\.[5-8]\.\d+",
    "iso-42001-2023": r"A\.\d+\.\d+(\.\d+)?",
    "soc-2": r"(CC|A|C|P)\d\.\d",
    "nist-ai-rmf-1.0": r"(GOVERN|MAP|MEASURE|MANAGE) \d\.\d",
    "gdpr": r"Art\. \d+(\(\d\))?(\([a-z]\))?",
    "eu-ai-act": r"Art\. \d+",
}
"""The frameworks that rules name, each with the form of its controls."""

DESTRUCTIVE = ("delete-trained-model-output", "cancel-trained-model")
"""Commands that mean the base version where no version is named."""


def owner(rule: Rule) -> Policy:
    """The policy of a rule."""
    return POLICIES[rule.policy]


@pytest.mark.parametrize("policy", POLICIES.values(), ids=lambda policy: policy.name)
def test_a_shipped_policy_has_no_problem(policy: Policy) -> None:
    """Under the strict checks for shipped policies, examples included."""
    assert [str(each) for each in policy_problems(policy, {}, shipped=True)] == []


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_every_example_does_what_it_declares(rule: Rule) -> None:
    """What is to pass passes, what is to fail fails, and there is one of each."""
    tried = list(try_examples(rule, checked_rule(rule, owner(rule), {}), owner(rule), {}))
    assert {each.wanted.value for each in tried} == {"pass", "fail"}
    assert [each.outcome for each in tried] == [each.wanted for each in tried]


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_a_rule_is_complete(rule: Rule) -> None:
    """It has a message, a reason, a remedy and controls of known frameworks."""
    assert rule.message is not None
    assert rule.rationale.strip().endswith(".")
    assert rule.remediation is not None
    assert rule.controls
    for framework, controls in rule.controls.items():
        for control in controls:
            assert re.fullmatch(FRAMEWORKS[framework], control), control


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_a_destructive_command_names_the_version(rule: Rule) -> None:
    """Without the option AWS means the base version, and would delete that one."""
    text = rule.remediation.text if rule.remediation else ""
    for command in re.findall(r"aws cleanroomsml ([a-z-]+)([^\n]*)", text):
        if command[0] in DESTRUCTIVE:
            assert "{facts.versionOption}" in command[1]
            assert rule.kind == "version"


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_a_destructive_command_comes_after_what_to_check_first(rule: Rule) -> None:
    """No remedy begins with a command."""
    text = rule.remediation.text if rule.remediation else ""
    assert not text.startswith("aws ")
    assert "\naws " in text or "aws " not in text


def test_ids_and_names_are_unique_over_all_files() -> None:
    """Default and optional policies can be loaded together."""
    assert len(load_policies([shipped(), shipped() / "optional", shipped() / "gate"])) == len(FILES)


@pytest.mark.parametrize("name", [path.stem for path in shipped().glob("*.yaml")])
def test_the_default_policies_need_the_version_list_alone(name: str) -> None:
    """No details, no list of the user's own."""
    policy = POLICIES[name]
    for rule in policy.rules:
        checked = checked_rule(rule, policy, {})
        trees = [tree for tree in (checked.when, checked.test) if tree is not None]
        fields = {part.name for tree in trees for part in walk(tree) if isinstance(part, Field)}
        assert "details" not in fields
    assert resolve_params([policy])


def test_the_file_of_a_policy_has_its_name() -> None:
    """Whoever reads a report finds the file."""
    assert [path.stem for path in FILES] == [POLICIES[path.stem].name for path in FILES]


def test_the_baseline_is_large_enough() -> None:
    """The rules that everybody wants are one file."""
    assert len(POLICIES["baseline"].rules) >= 14


def test_the_default_is_the_folder_without_its_folders() -> None:
    """What needs lists of the user's own is never judged by accident."""
    assert {Path(policy.path).stem for policy in load_policies([shipped()])} == {
        "baseline",
        "finops",
        "privacy",
        "release-gate",
        "security",
    }
