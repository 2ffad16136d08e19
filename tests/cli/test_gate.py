"""`auditor gate`: one version and its model, and whether to release it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from auditor.cli.gate import reaching
from auditor.cli.main import main
from auditor.errors import UsageError
from auditor.model import BASE, Place
from auditor.source.emulator import synthetic
from auditor.source.emulator.estate import version_of
from auditor.source.emulator.fault import Fault
from auditor.source.plan import Membership, Target
from tests.cli.conftest import Serve, auditor, findings, report

LIST = "ListTrainedModelVersions"
HEALTHY = synthetic(seed=5, memberships=2, models=2, versions=6, clean=True)
SICK = synthetic(seed=5, memberships=1, models=2, versions=40)
MODEL = HEALTHY.memberships[0].models[0]
OWN = """\
version: 1
policy: own
title: Own
rules:
  - {id: OWN-001, title: Named, severity: low, kind: version, require: "length(name) > `0`"}
"""
ELSEWHERE = "11111111-2222-3333-4444-555555555555"


def newest(rows: tuple[Any, ...]) -> str:
    """The version with the newest createTime, ties going to the greater identifier."""
    return version_of(max(rows, key=lambda row: (row["createTime"], version_of(row))))


def gate(version: str, *more: str, model: str = MODEL.arn) -> int:
    """The exit code of a gate."""
    return main(["gate", "--model", model, "--version", version, "--no-color", *more])


def test_a_version_without_failures_is_released(
    serve: Serve, capsys: pytest.CaptureFixture[str]
) -> None:
    """The decision comes first; every rule that was judged is on the screen."""
    serve(HEALTHY)
    assert gate(newest(MODEL.rows)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "RELEASE" in lines[0]
    assert "NOT" not in lines[0]
    assert report()["gate"]["version"] == newest(MODEL.rows)
    assert {each["outcome"] for each in report()["gate"]["outcomes"]} == {"pass", "not_applicable"}


def test_only_that_model_is_listed(serve: Serve) -> None:
    """One model of four, in one of two memberships: one list."""
    server = serve(HEALTHY)
    assert gate("latest", "--quiet") == 0
    assert server.calls[LIST] == 1
    assert server.calls["ListTrainedModels"] == server.calls["ListMemberships"] == 0
    assert report()["coverage"]["models"] == 1


def test_latest_is_computed_said_and_pinned(
    serve: Serve, capsys: pytest.CaptureFixture[str]
) -> None:
    """AWS has no such word: the newest createTime, and of equal ones the greater identifier."""
    serve(HEALTHY)
    assert gate("latest") == 0
    version = newest(MODEL.rows)
    out = capsys.readouterr().out
    assert f"latest = {version}" in out
    assert "computed" in out
    assert (report()["gate"]["asked"], report()["gate"]["version"]) == ("latest", version)


def test_the_base_version_has_a_name(serve: Serve) -> None:
    """It has no identifier; BASE means it."""
    serve(HEALTHY)
    gate(BASE, "--quiet")
    assert report()["gate"]["version"] == BASE


@pytest.mark.parametrize("more", [(), ("--rule", "CRML-002"), ("--policy", "own.yaml")])
def test_what_is_not_active_is_never_released(
    serve: Serve, tmp_path: Path, more: tuple[str, ...]
) -> None:
    """Whatever rules a gate is asked for, a version with nothing in it is no release."""
    (tmp_path / "own.yaml").write_text(OWN)
    serve(HEALTHY)
    row = next(row for row in MODEL.rows if row["status"] != "ACTIVE")
    assert gate(version_of(row), "--quiet", *more) == 1
    failed = [each for each in report()["gate"]["outcomes"] if each["outcome"] == "fail"]
    assert [each["rule"] for each in failed] == ["GATE-001"]


def test_failures_of_the_version_and_of_its_model_count_and_no_others(serve: Serve) -> None:
    """What is wrong with a neighbour does not decide about this version."""
    serve(SICK)
    arn = SICK.memberships[0].models[0].arn
    version = newest(SICK.memberships[0].models[0].rows)
    assert gate(version, model=arn) == 1
    assert {each["resource"]["version"] for each in findings()} <= {None, version}
    assert {each["resource"]["arn"] for each in findings()} == {arn}
    failed = sum(each["outcome"] == "fail" for each in report()["gate"]["outcomes"])
    assert failed == report()["counts"]["outcomes"]["fail"] > 0


def test_a_gate_says_what_a_scan_says_of_the_same_version(serve: Serve) -> None:
    """The same judging: each finding of the scan about the version or its model, byte for byte."""
    serve(SICK)
    model = SICK.memberships[0].models[0]
    main(["scan", "--quiet", "--output", "scanned"])
    main(["check", "scanned/latest", "--quiet"])
    scanned = findings()
    for row in model.rows[::8]:
        gate(version_of(row), "--quiet", model=model.arn)
        about = [
            each
            for each in scanned
            if each["resource"]["arn"] == model.arn
            and each["resource"]["version"] in (None, version_of(row))
        ]
        assert [each for each in findings() if each["policy"] != "gate"] == about


def test_a_version_that_is_not_listed_cannot_be_judged(
    serve: Serve, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not seen is neither yes nor no: exit code 3, and it is said what was not seen."""
    serve(HEALTHY)
    assert gate(ELSEWHERE) == 3
    out = capsys.readouterr().out
    assert "CANNOT SAY" in out
    assert f"the list of versions has no {ELSEWHERE}" in out
    (unread,) = report()["coverage"]["unread"]
    assert (unread["code"], unread["version"]) == ("VersionNotListed", ELSEWHERE)
    assert report()["gate"]["version"] is None
    assert report()["gate"]["outcomes"] == []


@pytest.mark.parametrize("version", ["latest", newest(MODEL.rows), ELSEWHERE])
def test_a_model_that_is_denied_cannot_be_judged(serve: Serve, version: str) -> None:
    """A denied call never ends in a release."""
    serve(HEALTHY, Fault("denied", operation=LIST, model=MODEL.arn))
    assert gate(version, "--quiet") == 3
    codes = [each["code"] for each in report()["coverage"]["unread"]]
    assert codes[0] == "AccessDeniedException"


def test_the_latest_of_a_list_that_broke_off_is_not_known(serve: Serve) -> None:
    """The newest of what was read may not be the newest of all."""
    many = synthetic(seed=5, memberships=1, models=1, versions=150, clean=True)
    serve(many, Fault("denied", operation=LIST, page=2))
    assert gate("latest", "--quiet", model=many.memberships[0].models[0].arn) == 3
    assert report()["gate"]["version"] is None
    assert [each["code"] for each in report()["coverage"]["unread"]] == ["AccessDeniedException"]


def test_a_version_can_be_judged_from_a_recorded_inventory(serve: Serve) -> None:
    """Offline, and with the same answer."""
    server = serve(SICK)
    arn = SICK.memberships[0].models[1].arn
    main(["scan", "--quiet"])
    calls = server.calls.total()
    assert gate("latest", "--quiet", model=arn) == 1
    live = (report()["gate"], findings())
    asked = server.calls.total()
    assert asked > calls
    runs = "reports/latest/inventory.jsonl"
    assert gate("latest", "--quiet", "--inventory", runs, model=arn) == 1
    assert (report()["gate"], findings()) == live
    assert server.calls.total() == asked


def test_a_model_that_the_inventory_does_not_hold_cannot_be_judged(serve: Serve) -> None:
    """The inventory may be of another membership."""
    serve(HEALTHY)
    main(["scan", "--quiet"])
    assert gate("latest", "--quiet", "--inventory", "reports/latest", model=f"{MODEL.arn}x") == 3
    assert [each["code"] for each in report()["coverage"]["unread"]] == ["ModelNotListed"]


@pytest.mark.parametrize(
    ("model", "version", "said"),
    [
        ("arn:aws:s3:::bucket", "latest", "no trained model"),
        (MODEL.arn, "LATEST", "no version"),
        (MODEL.arn, "v1", "no version"),
        (MODEL.arn.replace("us-east-1", "eu-west-1"), "latest", "reaches"),
        (MODEL.arn.replace(HEALTHY.memberships[0].id, ELSEWHERE), "latest", "reaches"),
    ],
)
def test_what_cannot_be_asked_is_refused_before_any_call(
    serve: Serve, capsys: pytest.CaptureFixture[str], model: str, version: str, said: str
) -> None:
    """Exit code 2: nothing was called."""
    server = serve(HEALTHY)
    assert gate(version, model=model) == 2
    assert said in capsys.readouterr().err
    assert server.calls.total() == 0


def test_a_configuration_beside_an_inventory_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It would be ignored, and its policies with it."""
    assert gate("latest", "--inventory", "i.jsonl", "-c", "auditor.yaml") == 2
    assert "do not go together" in capsys.readouterr().err


ARN = "arn:aws:cleanrooms-ml:us-east-1:111122223333:membership/m/trained-model/x"
PLACE = Place("", "111122223333", "us-east-1", "m", ARN)
ALL_OF_IT = Target("all", "us-east-1")
NAMED = Target("named", "us-east-1", memberships=(Membership("m"),))
OTHER_ACCOUNT = Target("other", "us-east-1", account="444455556666")


@pytest.mark.parametrize(
    ("targets", "chosen"),
    [
        ([ALL_OF_IT], "all"),
        ([ALL_OF_IT, NAMED], "named"),
        ([OTHER_ACCOUNT, ALL_OF_IT], "all"),
    ],
)
def test_the_target_that_names_the_membership_is_used(targets: list[Target], chosen: str) -> None:
    """It is narrowed to the one model."""
    target = reaching(targets, PLACE)
    assert target.name == chosen
    assert target.memberships == (Membership("m", (ARN,)),)


def test_no_target_is_an_error() -> None:
    """With the next step."""
    with pytest.raises(UsageError, match="no target"):
        reaching([OTHER_ACCOUNT], PLACE)


def test_a_whole_process_gates(serve: Serve) -> None:
    """From the command line to the exit code."""
    serve(HEALTHY)
    done = auditor("gate", "--model", MODEL.arn, "--version", "latest", "-c", "auditor.yaml")
    assert done.returncode == 0, done.stderr
    assert "RELEASE" in done.stdout
