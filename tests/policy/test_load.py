"""Policy files become policies, or a list of everything that is wrong with them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from auditor.errors import InvalidInput, Problem
from auditor.model import Severity
from auditor.policy.load import load_policies, load_policy, shipped
from auditor.policy.rule import EXAMPLE_NOW

SOUND = Path(__file__).with_name("cases") / "sound.yaml"


def written(path: Path, policy: str, *rules: str) -> Path:
    """A file with a policy and its rules."""
    lines = [f"version: 1\npolicy: {policy}\ntitle: A sample\nrules:\n"]
    lines += [
        f"  - {{id: {rule}, title: T, severity: low, kind: version, deny: status}}\n"
        for rule in rules
    ]
    path.write_text("".join(lines))
    return path


def refused(*paths: Path | str) -> tuple[Problem, ...]:
    """The problems of files that must have some."""
    with pytest.raises(InvalidInput) as caught:
        load_policies(paths)
    return caught.value.problems


def test_a_policy_says_what_its_file_says() -> None:
    """Name, title, parameters and the digest of the file are as written."""
    policy = load_policy(SOUND)
    assert (policy.name, policy.title, policy.version) == ("sample", "A sample", 1)
    assert policy.description == "Everything that a policy can hold.\n"
    assert policy.path == str(SOUND)
    assert policy.sha256 == hashlib.sha256(SOUND.read_bytes()).hexdigest()
    assert {name: param.default for name, param in policy.params.items()} == {
        "longest": 30 * 86400.0,
        "most": 50,
        "share": 0.5,
        "strict": True,
        "owner": "ml-platform",
        "regions": ("us-east-1", "eu-west-1"),
        "accounts": None,
    }
    assert policy.params["longest"].type == "duration"
    assert policy.params["longest"].description == "how long a failed version may stay"


def test_a_rule_says_what_its_file_says() -> None:
    """Texts, expressions, controls and exceptions of a rule are as written."""
    rule = load_policy(SOUND).rules[0]
    assert (rule.id, rule.severity, rule.kind, rule.policy) == (
        "DEMO-001",
        Severity.LOW,
        "version",
        "sample",
    )
    assert rule.mode == "require"
    assert rule.test.text == "age(updateTime) <= param('longest')"
    assert rule.when
    assert rule.when.text == "status == 'CREATE_FAILED'"
    assert rule.remediation
    assert rule.remediation.text.endswith("# {{not}} YAML's comment")
    assert rule.controls == {
        "nist-800-53-r5": ("SI-12", "SI-12(3)"),
        "iso-27001-2022": ("A.8.10",),
    }
    assert [(allow.code, allow.reason) for allow in rule.allow] == [
        ("always-true", "it is a sample")
    ]


def test_an_expression_knows_its_place() -> None:
    """An offset in an expression is a line and a column of the file, folded or not."""
    test = load_policy(SOUND).rules[0].test
    line, column = test.scalar.place(test.text.index("param"))
    assert SOUND.read_text().splitlines()[line - 1][column - 1 :] == "param('longest')"


def test_the_optional_parts_of_a_rule_are_empty_where_they_are_not_written() -> None:
    """A rule needs no more than an id, a title, a severity, a kind and a test."""
    rule = load_policy(SOUND).rules[1]
    assert rule.mode == "deny_each"
    assert (rule.when, rule.message, rule.remediation) == (None, None, None)
    assert (rule.rationale, rule.controls, rule.examples_pass, rule.allow) == ("", {}, (), ())


def test_an_example_is_a_document_judged_at_a_fixed_moment() -> None:
    """The plain form is the document itself."""
    example, empty = load_policy(SOUND).rules[0].examples_pass
    assert example.document == {"status": "CREATE_FAILED", "updateTime": "2026-11-20T00:00:00Z"}
    assert (example.now, example.params) == (EXAMPLE_NOW, {})
    assert example.node.line == 32
    assert empty.document == {}


def test_an_example_with_a_resource_can_have_its_own_moment_and_parameters() -> None:
    """The longer form names the document, the values of parameters by type, and the moment."""
    (example,) = load_policy(SOUND).rules[0].examples_fail
    assert example.document["status"] == "CREATE_FAILED"
    assert example.params == {"longest": 86400.0, "regions": ("us-east-2",)}
    assert example.now == "2026-11-23T06:00:00.000Z"


def test_a_folder_means_its_yaml_files_by_name(tmp_path: Path) -> None:
    """Sorted, not what lies in folders below, no hidden and no other files."""
    written(tmp_path / "b.yaml", "second", "DEMO-002")
    written(tmp_path / "a.yml", "first", "DEMO-001")
    written(tmp_path / ".hidden.yaml", "hidden", "DEMO-003")
    (tmp_path / "readme.md").write_text("no policy")
    (tmp_path / "below.yaml").mkdir()
    assert [policy.name for policy in load_policies([tmp_path])] == ["first", "second"]


def test_a_file_that_is_meant_twice_is_read_once(tmp_path: Path) -> None:
    """A folder and a file in it are no conflict."""
    path = written(tmp_path / "a.yaml", "first", "DEMO-001")
    assert len(load_policies([tmp_path, path, str(path)])) == 1


def test_no_policy_is_a_problem(tmp_path: Path) -> None:
    """An empty folder, or no path at all, cannot end in a run without rules."""
    assert [problem.code for problem in refused()] == ["no-policy"]
    (problem,) = refused(tmp_path)
    assert (problem.code, problem.path, problem.line) == ("no-policy", str(tmp_path), 0)


def test_a_path_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    """A misspelt path is reported together with what is wrong in the other files."""
    other = written(tmp_path / "a.yaml", "Wrong", "DEMO-001")
    problems = refused(tmp_path / "none.yaml", other)
    assert [problem.code for problem in problems] == ["bad-format", "missing-file"]


def test_a_broken_link_in_a_folder_is_a_problem(tmp_path: Path) -> None:
    """A policy that should be there and cannot be read is not passed over."""
    written(tmp_path / "a.yaml", "first", "DEMO-001")
    (tmp_path / "b.yaml").symlink_to(tmp_path / "none")
    assert [problem.code for problem in refused(tmp_path)] == ["missing-file"]


def test_rule_ids_differ_over_all_files(tmp_path: Path) -> None:
    """The second one is the problem, and says where the first one is."""
    first = written(tmp_path / "a.yaml", "first", "DEMO-001")
    written(tmp_path / "b.yaml", "second", "DEMO-002", "DEMO-001")
    (problem,) = refused(tmp_path)
    assert (problem.code, problem.line, problem.column) == ("duplicate-rule", 6, 10)
    assert f"{first}:5" in problem.message


def test_policy_names_differ_over_all_files(tmp_path: Path) -> None:
    """Parameters are addressed by the policy's name, so it must mean one."""
    written(tmp_path / "a.yaml", "same", "DEMO-001")
    written(tmp_path / "b.yaml", "same", "DEMO-002")
    (problem,) = refused(tmp_path)
    assert (problem.code, problem.path) == ("duplicate-policy", str(tmp_path / "b.yaml"))


def test_all_problems_of_all_files_come_at_once(tmp_path: Path) -> None:
    """A file that is no YAML hides neither another file's problems nor a repeated id."""
    (tmp_path / "a.yaml").write_text("a: [")
    written(tmp_path / "b.yaml", "Wrong", "DEMO-001")
    written(tmp_path / "c.yaml", "third", "DEMO-001")
    problems = refused(tmp_path)
    assert [(Path(problem.path).name, problem.code) for problem in problems] == [
        ("a.yaml", "yaml-syntax"),
        ("b.yaml", "bad-format"),
        ("c.yaml", "duplicate-rule"),
    ]


def test_the_shipped_policies_are_found() -> None:
    """In a source tree they are in its folder `policies`."""
    assert shipped().is_dir()
    assert shipped().name in {"policies", "_policies"}


def test_shipped_policies_of_an_installation_stand_inside_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder called `policies` beside an installed package is somebody else's."""
    (tmp_path / "auditor" / "_policies").mkdir(parents=True)
    (tmp_path / "policies").mkdir()
    monkeypatch.setattr("auditor.__file__", str(tmp_path / "auditor" / "__init__.py"))
    assert shipped() == tmp_path / "auditor" / "_policies"
