"""`auditor init`, `schema` and `verify`."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from auditor.cli.init import WRITTEN
from auditor.cli.main import main
from auditor.cli.schema import SCHEMAS
from auditor.config import load_config
from auditor.policy.document import load_document
from auditor.policy.node import Mapping
from tests.cli.conftest import findings, report


def test_init_writes_files_that_are_right(capsys: pytest.CaptureFixture[str]) -> None:
    """The configuration loads, the policy is sound and its examples come out as declared."""
    assert main(["init", "there"]) == 0
    assert sorted(Path("there").rglob("*.yaml")) == sorted(Path("there", name) for name in WRITTEN)
    config = load_config("there/auditor.yaml")
    assert main(["policy", "check", *map(str, config.policies)]) == 0
    assert main(["policy", "test", *map(str, config.policies)]) == 0
    workflow = load_document("there/.github/workflows/auditor.yaml").root
    assert isinstance(workflow, Mapping)
    assert "next: " in capsys.readouterr().out


def test_init_never_overwrites(capsys: pytest.CaptureFixture[str]) -> None:
    """What is there stays as it is, and that is said."""
    Path("auditor.yaml").write_text("mine", "utf-8")
    assert main(["init"]) == 0
    assert Path("auditor.yaml").read_text("utf-8") == "mine"
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["kept  auditor.yaml", "wrote policies/own.yaml"]


def test_init_says_where_it_cannot_write(capsys: pytest.CaptureFixture[str]) -> None:
    """A file stands where a folder is meant."""
    Path("file").write_text("", "utf-8")
    assert main(["init", "file"]) == 2
    assert "cannot write file/auditor.yaml" in capsys.readouterr().err


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_one(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It is printed as JSON, and it is a valid schema."""
    assert main(["schema", name]) == 0
    schema = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator.check_schema(schema)


def test_what_a_run_writes_is_what_the_schemas_say(capsys: pytest.CaptureFixture[str]) -> None:
    """The report and every finding of a real run."""
    main(["demo", "--quiet"])
    for name, documents in (("report", [report()]), ("finding", findings())):
        main(["schema", name])
        validator = jsonschema.Draft202012Validator(json.loads(capsys.readouterr().out))
        for document in documents:
            validator.validate(document)


@pytest.mark.parametrize("name", ["latest", "reports/latest", "id"])
def test_a_run_that_nobody_touched_is_verified(
    capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """By `latest`, by its folder or by its id; and it is said what that does not prove."""
    main(["demo", "--quiet"])
    assert main(["verify", report()["run"] if name == "id" else name]) == 0
    out = capsys.readouterr().out
    assert "every file is what manifest.json says" in out
    assert "not signed" in out


def test_a_run_that_was_changed_is_not_verified(capsys: pytest.CaptureFixture[str]) -> None:
    """One byte in one file is enough, and the file is named."""
    main(["demo", "--quiet"])
    path = Path("reports/latest/findings.jsonl")
    path.write_bytes(path.read_bytes()[:-2] + b" \n")
    assert main(["verify", "latest"]) == 2
    captured = capsys.readouterr()
    assert "findings.jsonl" in captured.err
    assert captured.out == ""


def test_a_run_that_is_not_there_is_not_verified(capsys: pytest.CaptureFixture[str]) -> None:
    """Those that are there are named instead."""
    assert main(["verify", "latest"]) == 2
    assert "there is no run latest" in capsys.readouterr().err
