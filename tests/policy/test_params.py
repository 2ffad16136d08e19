"""The values of parameters: read by their type, from three places, the last of which wins."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.errors import InvalidInput, Problem
from auditor.policy.document import parse_document
from auditor.policy.load import load_policies
from auditor.policy.node import Mapping
from auditor.policy.params import TYPES, param_value, resolve_params
from auditor.policy.rule import ParamValue, Policy

RULES = "rules: [{id: %s, title: T, severity: low, kind: version, deny: status}]\n"


@pytest.fixture(name="policies")
def _policies(tmp_path: Path) -> tuple[Policy, ...]:
    """Two policies that share the name of one parameter."""
    first = (
        "params: {most: {type: integer, default: 50}, longest: {type: duration, default: 30d}}\n"
    )
    second = "params: {most: {type: integer, default: 5}, regions: {type: list, default: [a]}}\n"
    for name, params, rule in (("base", first, "DEMO-001"), ("extra", second, "DEMO-002")):
        text = f"version: 1\npolicy: {name}\ntitle: T\n{params}{RULES % rule}"
        (tmp_path / f"{name}.yaml").write_text(text)
    return load_policies([tmp_path])


def configured(text: str) -> Mapping:
    """The `params` of a configuration."""
    root = parse_document(text.encode(), "auditor.yaml")
    assert isinstance(root, Mapping)
    return root


def refused(
    policies: tuple[Policy, ...], config: str = "a: 1", **given: str
) -> tuple[Problem, ...]:
    """The problems of values that must have some."""
    with pytest.raises(InvalidInput) as caught:
        resolve_params(policies, configured(config), given)
    return caught.value.problems


def test_defaults_hold_where_nothing_is_given(policies: tuple[Policy, ...]) -> None:
    """Each policy has its own values."""
    assert resolve_params(policies) == {
        "base": {"most": 50, "longest": 2592000.0},
        "extra": {"most": 5, "regions": ("a",)},
    }


def test_a_name_means_the_parameter_of_every_policy(policies: tuple[Policy, ...]) -> None:
    """Without a policy's name a value is for all that declare it."""
    values = resolve_params(policies, configured("most: 7"))
    assert (values["base"]["most"], values["extra"]["most"]) == (7, 7)


@pytest.mark.parametrize(
    ("config", "given", "expected"),
    [
        ("{most: 7, base.most: 8}", {}, (8, 7)),
        ("{base.most: 8, most: 7}", {}, (8, 7)),
        ("{base.most: 8}", {"most": "9"}, (9, 9)),
        ("{most: 7}", {"extra.most": "9", "most": "1"}, (1, 9)),
    ],
)
def test_the_nearer_and_the_more_specific_value_wins(
    policies: tuple[Policy, ...], config: str, given: dict[str, str], expected: tuple[int, int]
) -> None:
    """The command line wins over the file, and a policy's own value over a general one."""
    values = resolve_params(policies, configured(config), given)
    assert (values["base"]["most"], values["extra"]["most"]) == expected


@pytest.mark.parametrize(
    ("type_name", "text", "value"),
    [
        ("string", "a=b, c", "a=b, c"),
        ("integer", "-3", -3),
        ("number", "0.25", 0.25),
        ("number", "3", 3),
        ("boolean", "true", True),
        ("boolean", "false", False),
        ("duration", "1d12h", 129600.0),
        ("list", "us-east-1, eu-west-1", ("us-east-1", "eu-west-1")),
        ("list", "", ()),
    ],
)
def test_a_text_of_the_command_line_is_read_by_type(
    type_name: str, text: str, value: ParamValue
) -> None:
    """What `--param` gives is text, and becomes what the policy declares."""
    read = param_value(type_name, text, text=True)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("type_name", "text"),
    [
        ("string", ""),
        ("string", "  "),
        ("integer", "3.0"),
        ("integer", "1_000"),
        ("integer", "0x10"),
        ("integer", "9007199254740992"),
        ("number", "nan"),
        ("number", "1e999"),
        ("boolean", "True"),
        ("boolean", "yes"),
        ("boolean", "1"),
        ("duration", "30"),
        ("duration", "P30D"),
        ("list", "a,,b"),
    ],
)
def test_a_text_that_is_not_of_its_type_is_refused(type_name: str, text: str) -> None:
    """Nothing is taken for something near it."""
    with pytest.raises(ValueError, match=f"^must be {TYPES[type_name].says}"):
        param_value(type_name, text, text=True)


@pytest.mark.parametrize(
    ("type_name", "data"),
    [
        ("integer", True),
        ("integer", 1.0),
        ("integer", "1"),
        ("number", False),
        ("boolean", 1),
        ("string", 1),
        ("duration", 30),
        ("list", "a"),
        ("list", [1]),
        ("list", [""]),
        ("string", None),
        ("list", {"a": "b"}),
    ],
)
def test_a_value_of_a_file_must_be_of_the_declared_type(type_name: str, data: object) -> None:
    """True is not 1, 1.0 is not 1, and one text is not a list."""
    with pytest.raises(ValueError, match=r"^must be "):
        param_value(type_name, data)


def test_a_value_for_no_parameter_is_a_problem(policies: tuple[Policy, ...]) -> None:
    """A misspelt name is reported with what was probably meant, where it is written."""
    option, file = refused(policies, "{mots: 1}", longst="1d")
    assert (option.path, option.line, option.code) == ("--param longst", 0, "unknown-param")
    assert (file.path, file.column, file.code) == ("auditor.yaml", 2, "unknown-param")
    assert "most" in file.hint
    assert "longest" in option.hint


def test_a_value_of_the_wrong_type_is_a_problem_where_it_is_written(
    policies: tuple[Policy, ...],
) -> None:
    """It is reported once, also where two policies declare the parameter."""
    (problem,) = refused(policies, "{most: many}")
    assert (problem.code, problem.line, problem.column) == ("bad-param", 1, 8)
    (problem,) = refused(policies, "{most: 1}", **{"base.longest": "30"})
    assert (problem.code, problem.path) == ("bad-param", "--param base.longest")


def test_a_parameter_without_any_value_is_a_problem(tmp_path: Path) -> None:
    """Without a default a value must be given; until then no rule can be judged."""
    path = tmp_path / "a.yaml"
    params = "params: {regions: {type: list}}\n"
    path.write_text(f"version: 1\npolicy: base\ntitle: T\n{params}{RULES % 'DEMO-001'}")
    policies = load_policies([path])
    with pytest.raises(InvalidInput) as caught:
        resolve_params(policies)
    (problem,) = caught.value.problems
    assert (problem.code, problem.line, problem.column) == ("missing-param", 4, 19)
    assert resolve_params(policies, None, {"regions": "a"}) == {"base": {"regions": ("a",)}}


def test_values_cannot_be_changed(policies: tuple[Policy, ...]) -> None:
    """What a run was started with holds to its end."""
    values = resolve_params(policies)
    with pytest.raises(TypeError):
        values["base"]["most"] = 1  # type: ignore[index]
