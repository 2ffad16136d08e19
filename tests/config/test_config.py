"""auditor.yaml becomes a configuration, or a list of everything that is wrong with it.

A line of a ``.problems`` file is ``LINE:COLUMN+LENGTH CODE``; a sound file has an empty one.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from auditor.config import Config, load_config
from auditor.config.places import model_arn
from auditor.config.shape import config_schema
from auditor.errors import InvalidInput, SourceError
from auditor.model import Severity
from auditor.policy.codes import CODES, CONFIG, STRUCTURE
from auditor.policy.document import load_document
from auditor.service import regions, shape
from auditor.source.plan import ALL, Manner, Membership, Target

FOLDER = Path(__file__).with_name("cases")
CASES = sorted(FOLDER.glob("*.yaml"))
SEEN_BY_EDITORS = {*STRUCTURE, "bad-arn"}
"""The codes of what JSON Schema can say."""

MEMBERSHIP = "11111111-2222-3333-4444-555555555555"
ARN = f"arn:aws:cleanrooms-ml:us-east-1:111122223333:membership/{MEMBERSHIP}/trained-model/a"


def expected(case: Path) -> list[str]:
    """The lines beside a case."""
    return case.with_suffix(".problems").read_text().splitlines()


def found(case: Path) -> list[str]:
    """What the loader says of a case."""
    try:
        load_config(case)
    except InvalidInput as error:
        return [f"{at.line}:{at.column}+{at.length} {at.code}" for at in error.problems]
    return []


def messages(case: str) -> list[str]:
    """The sentences about a case that has problems."""
    with pytest.raises(InvalidInput) as caught:
        load_config(FOLDER / f"{case}.yaml")
    return [problem.message for problem in caught.value.problems]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_file_has_the_problems_that_stand_beside_it(case: Path) -> None:
    """Every problem is reported, each with its code, its place and the length of its caret."""
    assert found(case) == expected(case)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_json_schema_agrees_with_the_loader(case: Path) -> None:
    """An editor underlines a file exactly if the loader has a problem that a schema can express."""
    try:
        data: Any = load_document(case).root.plain()
    except InvalidInput:
        return
    codes = {line.split()[1] for line in expected(case)}
    validator = jsonschema.Draft202012Validator(config_schema())
    assert validator.is_valid(data) is not bool(codes & SEEN_BY_EDITORS)


def test_every_code_of_a_configuration_is_in_a_case() -> None:
    """No code goes untried, and none is used that is not explained."""
    tried = {line.split()[1] for case in CASES for line in expected(case)}
    assert set(CONFIG) <= tried <= set(CODES)


def test_a_configuration_says_what_its_file_says() -> None:
    """Targets become what a source is asked to read."""
    config = load_config(FOLDER / "sound.yaml")
    assert config.targets == (
        Target(
            name="ads-prod",
            region="us-east-1",
            account="111122223333",
            role_arn="arn:aws:iam::111122223333:role/path/auditor",
            external_id="shared-word",
            profile="audit",
            memberships=(
                Membership(MEMBERSHIP, (ARN + "/b.c_d", ARN.removesuffix("a") + "e")),
                Membership("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", ALL),
            ),
        ),
        Target(name="everything", region="eu-west-1", memberships=ALL),
    )


def test_a_target_in_several_regions_becomes_one_for_each() -> None:
    """All of them have its name, and none is there twice."""
    spread, _, organization = _by_name(load_config(FOLDER / "everywhere.yaml"))
    assert spread == [Target("spread", "us-east-1"), Target("spread", "eu-west-1")]
    assert organization == [
        Target(
            "everyone",
            "us-east-1",
            role_arn="arn:aws:iam::111122223333:role/hub",
            external_id="shared-word",
            profile="hub",
            role_name="path/auditor",
        )
    ]


def _by_name(config: Config) -> list[list[Target]]:
    names = dict.fromkeys(target.name for target in config.targets)
    return [[each for each in config.targets if each.name == name] for name in names]


def test_all_regions_are_those_that_the_service_is_in(tmp_path: Path) -> None:
    """As the installed botocore knows them."""
    path = tmp_path / "auditor.yaml"
    path.write_text("version: 1\ntargets: [{name: a, regions: all, memberships: all}]\n")
    assert load_config(path).targets == tuple(Target("a", region) for region in regions())
    assert len(regions()) > 5


def test_all_regions_of_a_partition_without_the_service_are_refused(tmp_path: Path) -> None:
    """A target of no region would be compliant."""
    path = tmp_path / "auditor.yaml"
    role = "role_arn: 'arn:aws-cn:iam::444455556666:role/auditor'"
    path.write_text(f"version: 1\ntargets: [{{name: a, regions: all, memberships: all, {role}}}]\n")
    with pytest.raises(SourceError, match="aws-cn"):
        load_config(path)


def test_names_of_models_are_told_from_arns() -> None:
    """What is no ARN is a pattern of names."""
    (target,) = load_config(FOLDER / "patterns.yaml").targets
    assert target.memberships == (
        Membership(MEMBERSHIP, (ARN,), ("churn-*", "[fF]raud score ?")),
        Membership("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", (), ("churn-*",)),
    )


def test_an_organization_names_no_account() -> None:
    """The account of the role on the way is not that of the models."""
    assert {each.account for each in load_config(FOLDER / "everywhere.yaml").targets} == {None}


def test_options_have_the_values_of_the_file() -> None:
    """Every option of the command line can stand in the file."""
    config = load_config(FOLDER / "sound.yaml")
    assert config.rules == ("CRML-001",)
    assert config.fail_on is Severity.MEDIUM
    assert config.now == "2026-11-23T07:00:00.000Z"
    assert config.formats == ("jsonl",)
    assert (config.stdout, config.log_format) == ("jsonl", "json")
    assert config.manner == Manner(concurrency=8, max_rate=5, settle=True)
    assert (config.quiet, config.no_color) == (True, True)


def test_paths_are_relative_to_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not matter where the command is run."""
    monkeypatch.chdir(tmp_path)
    config = load_config(FOLDER / "sound.yaml")
    assert config.policies == (FOLDER / "policies", FOLDER / "../shared/own.yaml")
    assert config.waivers == FOLDER / "waivers.yaml"
    assert config.baseline == FOLDER / "reports/latest"
    assert config.output == FOLDER / "reports"


def test_absolute_paths_stay_as_they_are(tmp_path: Path) -> None:
    """A path that says where it is needs no folder."""
    path = tmp_path / "auditor.yaml"
    text = (FOLDER / "minimal.yaml").read_text()
    path.write_text(f"{text}output: /somewhere/reports\n")
    assert load_config(path).output == Path("/somewhere/reports")


def test_what_a_file_does_not_say_is_not_made_up() -> None:
    """Defaults belong to the commands."""
    config = load_config(FOLDER / "minimal.yaml")
    assert config == Config(
        path=str(FOLDER / "minimal.yaml"),
        sha256=config.sha256,
        targets=(Target("main", "us-east-1"),),
    )
    assert re.fullmatch("[0-9a-f]{64}", config.sha256)


def test_values_of_parameters_keep_their_places() -> None:
    """A wrong value is reported where it is written, once the policies are known."""
    params = load_config(FOLDER / "sound.yaml").params
    assert params
    assert params.plain() == {"max_versions": 20, "baseline.failed_max_age": "30d"}
    assert params.values["max_versions"].line == 18


def test_the_account_of_a_role_is_the_targets_account(tmp_path: Path) -> None:
    """Credentials of another account are noticed before anything is listed with them."""
    path = tmp_path / "auditor.yaml"
    role = "role_arn: 'arn:aws:iam::444455556666:role/auditor'"
    path.write_text(
        f"version: 1\ntargets: [{{name: a, region: us-east-1, memberships: all, {role}}}]\n"
    )
    assert load_config(path).targets[0].account == "444455556666"


def test_a_stray_model_is_reported_with_what_differs() -> None:
    """Region, account and membership are each named, with both values."""
    other = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
    first = "the first model of its target"
    assert messages("everything-differs") == [
        "the model is in region eu-west-1, and its target is in us-east-1",
        f"the model is in account 444455556666, and {first} is in 111122223333",
        f"the model is in membership {other}, and it is listed in {MEMBERSHIP}",
    ]


@pytest.mark.parametrize("tail", ["a", "a/b", "a.b_c-D/9"])
def test_the_parts_of_an_arn_are_read(tail: str) -> None:
    """The id of a model may hold slashes and dots."""
    found = model_arn(ARN.removesuffix("a") + tail)
    assert (found["region"], found["account"]) == ("us-east-1", "111122223333")
    assert (found["membership"], found["model"]) == (MEMBERSHIP, tail)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("cleanrooms-ml", "sagemaker"), "its service `sagemaker`"),
        (("us-east-1", "US"), "its region `US`"),
        (("111122223333", "1234"), "its account `1234`"),
        ((MEMBERSHIP, "x"), "its membership `x`"),
        (("trained-model/a", "trained-model/"), "its model ``"),
        (("trained-model", "model"), "its form is"),
        (("arn:aws:", "arn:AWS:"), "it must have at most 2048 characters and match"),
        (("trained-model/a", "trained-model/" + "a" * 2048), "it must have at most 2048"),
    ],
)
def test_an_arn_that_the_service_would_not_take_is_refused(
    change: tuple[str, str], reason: str
) -> None:
    """The part that is wrong is named."""
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}"):
        model_arn(ARN.replace(*change))


def test_the_parts_of_an_arn_are_those_of_the_service_model() -> None:
    """What is refused here is refused by the service as well, and the other way round."""
    pattern = str(shape("TrainedModelArn")["pattern"])
    assert pattern == (
        "arn:aws[-a-z]*:cleanrooms-ml:[-a-z0-9]+:[0-9]{12}:membership/"
        "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
        "/trained-model/[-a-zA-Z0-9_/.]+"
    )
