"""`auditor policy`: what policies are, and whether they are sound."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from auditor.cli.main import main
from auditor.policy.load import load_policies, shipped

GOOD = """\
version: 1
policy: own
title: Our own
params:
  bound: {type: integer, description: without a default}
rules:
  - id: OWN-001
    title: Few versions
    severity: low
    kind: model
    require: length(versions) <= param('bound')
    message: "{name} has too many"
    rationale: They cost.
    remediation: Delete some.
    controls: {iso-27001-2022: [A.8.10]}
"""
EXAMPLES = """\
    examples:
      pass: [{resource: {versions: []}, params: {bound: 0}}]
      fail: [{resource: {versions: [{status: ACTIVE}]}, params: {bound: 0}}]
"""


def write(text: str) -> str:
    """The name of a policy file with this text."""
    Path("own.yaml").write_text(text, "utf-8")
    return "own.yaml"


def test_list_shows_every_shipped_rule(capsys: pytest.CaptureFixture[str]) -> None:
    """One a line, with severity and kind."""
    assert main(["policy", "list"]) == 0
    out = capsys.readouterr().out
    for policy in load_policies([shipped()]):
        for rule in policy.rules:
            assert any(
                line.split()[:3] == [rule.id, rule.severity, rule.kind] for line in out.splitlines()
            )


def test_show_tells_everything_about_a_rule(capsys: pytest.CaptureFixture[str]) -> None:
    """What it asks, why, what to do, and where it stands."""
    assert main(["policy", "show", "OWN-001", "--policy", write(GOOD)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "rule:        OWN-001  Few versions",
        "policy:      own (own.yaml:7)",
        "severity:    low",
        "kind:        model",
        "require:     length(versions) <= param('bound')",
        "message:     {name} has too many",
        "rationale:   They cost.",
        "remediation: Delete some.",
        "controls:    iso-27001-2022 A.8.10",
    ]


def test_show_of_a_rule_that_is_not_there_says_where_to_look(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit code 2, and the command that lists rules."""
    assert main(["policy", "show", "CRML-999"]) == 2
    assert "hint: auditor policy list" in capsys.readouterr().err


def test_the_shipped_policies_are_sound(capsys: pytest.CaptureFixture[str]) -> None:
    """Checked as strictly as it goes: each rule has examples that pass and that fail."""
    assert main(["policy", "check"]) == 0
    assert capsys.readouterr().out.endswith("no mistakes\n")
    assert main(["policy", "test"]) == 0
    assert capsys.readouterr().out.endswith("all as declared\n")


def test_check_accepts_a_parameter_without_a_default(capsys: pytest.CaptureFixture[str]) -> None:
    """Its value comes with the run."""
    assert main(["policy", "check", write(GOOD)]) == 0
    assert capsys.readouterr().out == "1 policy, 1 rule: no mistakes\n"


def test_check_lists_every_mistake_with_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, line, column and caret."""
    bad = GOOD.replace("length(versions)", "lenght(version)")
    assert main(["policy", "check", write(bad)]) == 2
    error = capsys.readouterr().err
    assert "own.yaml:11:14: unknown-function" in error
    assert "^^^^^^" in error


def test_check_writes_mistakes_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    """To standard output, with the same exit code."""
    bad = write(GOOD.replace("severity: low", "severity: lwo"))
    assert main(["policy", "check", "--output-format", "json", bad]) == 2
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert (problem["path"], problem["line"]) == ("own.yaml", 9)
    assert main(["policy", "check", "--output-format", "json", write(GOOD)]) == 0
    assert json.loads(capsys.readouterr().out)["problems"] == []


def test_test_runs_the_examples(capsys: pytest.CaptureFixture[str]) -> None:
    """Each rule with how many of its examples came out as declared."""
    assert main(["policy", "test", write(GOOD + EXAMPLES)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "OWN-001  2 of 2 as declared",
        "1 policy, 1 rule, 2 examples: all as declared",
    ]


def test_an_example_that_comes_out_otherwise_is_a_mistake(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit code 2, and the example's place."""
    wrong = EXAMPLES.replace("versions: []", "versions: [{status: ACTIVE}]")
    assert main(["policy", "test", write(GOOD + wrong)]) == 2
    captured = capsys.readouterr()
    assert captured.out == "OWN-001  1 of 2 as declared\n"
    assert "own.yaml:17:25: example-outcome" in captured.err


def test_a_test_of_nothing_is_no_success(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing passes by accident."""
    assert main(["policy", "test", write(GOOD)]) == 2
    captured = capsys.readouterr()
    assert captured.out == "OWN-001  untested\n"
    assert "nothing was tested" in captured.err
