"""Rules that read details, from the command line to the exit code, against the endpoint."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, unquote

import pytest

from auditor.cli.main import main
from auditor.model import BASE, Row
from auditor.source.emulator import Server, synthetic
from auditor.source.emulator.estate import Estate, latest, version_of
from auditor.source.emulator.fault import Fault
from tests.cli.conftest import ROOT, Serve, auditor, findings, report, runs

GET = "GetTrainedModel"
DETAILS = str(ROOT / "policies/optional/details.yaml")
OWN_KEY, ONE_IMAGE, LOGS = "CRML-028", "CRML-032", "CRML-035"
SICK = synthetic(seed=5, memberships=1, models=3, versions=40)
HEALTHY = synthetic(seed=5, memberships=1, models=2, versions=6, clean=True)
ARNS = sorted(model.arn for model in HEALTHY.memberships[0].models)


def scan(*rules: str, quiet: bool = True) -> int:
    """The exit code of a scan with rules of the details policy, or with all of them."""
    chosen = [word for rule in rules for word in ("--rule", rule)]
    return main(["scan", "--policy", DETAILS, *chosen, *(["--quiet"] if quiet else [])])


def rows(of: Estate) -> Iterator[tuple[Row, bool]]:
    """Every row, and whether its details can be asked for: of a base only if it is the latest."""
    for model in of.memberships[0].models:
        newest = version_of(latest(model.rows))
        for row in model.rows:
            yield row, version_of(row) != BASE or newest == BASE


def asked(server: Server) -> set[tuple[str, str]]:
    """ARN and version of every version whose details were asked for."""
    found = set()
    for each in server.requests:
        if each.operation == GET:
            path, _, query = each.request.target.partition("?")
            (version,) = parse_qs(query).get("versionIdentifier", [BASE])
            found.add((unquote(path.rpartition("/")[2]), version))
    return found


@pytest.mark.parametrize(
    ("rule", "statuses"),
    [(OWN_KEY, None), (LOGS, {"ACTIVE", "CREATE_FAILED"})],
)
def test_details_are_asked_for_only_where_the_rule_applies(
    serve: Serve, rule: str, statuses: set[str] | None
) -> None:
    """One request for each version that `when` lets through by list data, and no other."""
    server = serve(SICK)
    assert scan(rule) == 1
    meant = {
        (row["trainedModelArn"], version_of(row))
        for row, can_be_asked in rows(SICK)
        if can_be_asked and (row["status"] in statuses if statuses else row["status"] != "INACTIVE")
    }
    assert asked(server) == meant
    assert server.calls[GET] == len(meant) == report()["coverage"]["api_calls"][GET]


def test_a_rule_about_the_model_asks_for_every_version(serve: Serve) -> None:
    """It looks at all of them."""
    server = serve(SICK)
    scan(ONE_IMAGE)
    meant = {
        (row["trainedModelArn"], version_of(row))
        for row, can_be_asked in rows(SICK)
        if can_be_asked
    }
    assert asked(server) == meant


def test_no_rule_that_reads_details_no_request_for_them(serve: Serve) -> None:
    """The shipped baseline needs lists alone."""
    server = serve(SICK)
    assert main(["scan", "--quiet"]) == 1
    assert GET not in server.calls


def test_the_findings_are_those_of_the_details(serve: Serve) -> None:
    """Each version without a key of its own, by plain Python, and no other."""
    serve(SICK)
    scan(OWN_KEY)
    failed = {
        (each["resource"]["arn"], each["resource"]["version"])
        for each in findings()
        if each["outcome"] == "fail"
    }
    expected = set()
    for row, can_be_asked in rows(SICK):
        details = SICK.details(row)
        assert isinstance(details, dict)
        if can_be_asked and row["status"] != "INACTIVE" and "kmsKeyArn" not in details:
            expected.add((row["trainedModelArn"], version_of(row)))
    assert failed == expected
    assert expected


def test_base_versions_that_are_not_the_latest_are_blind_spots(serve: Serve) -> None:
    """They are told in a section of their own, and the run is complete."""
    young = synthetic(seed=5, memberships=1, models=2, versions=3, clean=True)
    serve(young)
    assert scan(OWN_KEY) == 0
    said = report()
    bases = {
        row["trainedModelArn"]
        for row, can_be_asked in rows(young)
        if not can_be_asked and row["status"] != "INACTIVE"
    }
    spots = {(spot["place"]["arn"], spot["version"]) for spot in said["coverage"]["blind_spots"]}
    assert spots == {(arn, BASE) for arn in bases}
    assert bases
    assert (said["verdict"], said["complete"]) == ("compliant", True)
    assert {each["outcome"] for each in findings()} == {"unknown"}
    assert said["counts"]["rules"][0]["blind"] == len(bases)


def test_details_that_are_denied_leave_the_run_incomplete(serve: Serve) -> None:
    """Unknown, with the permission that is missing; one entry for each model."""
    server = serve(HEALTHY, Fault("denied", operation=GET))
    assert scan(OWN_KEY) == 3
    said = report()
    assert (said["verdict"], said["complete"]) == ("incomplete", False)
    unread = said["coverage"]["unread"]
    assert [each["place"]["arn"] for each in unread] == ARNS
    assert {each["operation"] for each in unread} == {GET}
    assert all("cleanrooms-ml:GetTrainedModel" in each["permission"] for each in unread)
    assert server.calls[GET] == len(ARNS)
    assert {each["outcome"] for each in findings()} == {"unknown"}


def test_what_needs_no_details_is_judged_all_the_same(serve: Serve) -> None:
    """Denied details hide no failure of another rule."""
    serve(SICK, Fault("denied", operation=GET))
    code = main(["scan", "--quiet", "--policy", DETAILS, "--policy", str(ROOT / "policies")])
    assert code == 1
    assert report()["complete"] is False
    assert any(each["outcome"] == "fail" for each in findings())


@pytest.mark.parametrize("word", ["html", "torn", "error500", "reset"])
def test_one_answer_that_cannot_be_used_leaves_its_version_unread(serve: Serve, word: str) -> None:
    """The others are judged."""
    serve(HEALTHY, Fault(word, operation=GET, model=ARNS[0], times=1))
    assert scan(OWN_KEY) == 3
    (one,) = report()["coverage"]["unread"]
    assert (one["place"]["arn"], one["operation"]) == (ARNS[0], GET)
    assert one["version"]


def test_a_version_that_answers_for_another_is_a_blind_spot(serve: Serve) -> None:
    """Somebody else's values are never taken for its own."""
    other = {"versionIdentifier": "11111111-2222-3333-4444-555555555555"}
    serve(HEALTHY, Fault("wrong_types", operation=GET, model=ARNS[0], times=1, set=other))
    assert scan(OWN_KEY) == 0
    whys = [spot["why"] for spot in report()["coverage"]["blind_spots"]]
    assert any("another version" in why for why in whys)


def test_a_recorded_scan_is_judged_again_with_its_details(serve: Serve) -> None:
    """Offline, byte for byte, blind spots and what was denied included."""
    serve(SICK, Fault("denied", operation=GET, model=min(_arns(SICK))))
    assert scan() == 1
    first = Path("reports/latest").resolve()
    code = main(["check", str(first / "inventory.jsonl"), "--policy", DETAILS, "--quiet"])
    again = Path("reports/latest").resolve()
    assert code == 1
    assert again != first
    assert (again / "findings.jsonl").read_bytes() == (first / "findings.jsonl").read_bytes()
    for member in ("unread", "blind_spots"):
        assert report(again)["coverage"][member] == report(first)["coverage"][member]


def test_no_secret_is_in_any_file_or_log(serve: Serve) -> None:
    """The values of environment and hyperparameters, in whatever is written or said."""
    server = serve(SICK, Fault("error500", operation=GET, every=7))
    done = auditor(
        "scan", "--policy", DETAILS, "--debug", "--log-format", "json",
        "--format", "jsonl,html,csv,sarif",
    )  # fmt: skip
    secrets = set(_secrets(SICK))
    served = b"".join(each.response.body for each in server.requests)
    assert {secret for secret in secrets if json.dumps(secret)[1:-1].encode() in served}
    written = b"".join(
        path.read_bytes() for run in runs() for path in run.rglob("*") if path.is_file()
    )
    said = written + done.stdout.encode() + done.stderr.encode()
    assert b"kmsKeyArn" in written
    assert [secret for secret in secrets if secret.encode() in said] == []


def _arns(of: Estate) -> list[str]:
    return [model.arn for model in of.memberships[0].models]


def _secrets(of: Estate) -> Iterator[str]:
    """Every value of environment and hyperparameters that is long enough to be one."""
    for row, _ in rows(of):
        details = of.details(row)
        assert isinstance(details, dict)
        for member in ("environment", "hyperparameters"):
            yield from (value for value in details[member].values() if len(value) > 10)


@pytest.mark.parametrize("version", ["latest", "identifier"])
def test_a_gate_asks_for_the_details_of_its_version_alone(serve: Serve, version: str) -> None:
    """The other versions of its model are not judged."""
    server = serve(HEALTHY)
    model = HEALTHY.memberships[0].models[0]
    newest = version_of(latest(model.rows))
    name = newest if version == "identifier" else version
    arguments = ["gate", "--model", model.arn, "--version", name, "--policy", DETAILS]
    assert main([*arguments, "--rule", OWN_KEY, "--quiet"]) == 0
    assert asked(server) == {(model.arn, newest)}


def test_a_gate_on_a_base_that_is_not_the_latest_says_that_nobody_can_know(serve: Serve) -> None:
    """Nothing is asked, and the blind spot is told."""
    server = serve(HEALTHY)
    model = HEALTHY.memberships[0].models[0]
    main(["gate", "--model", model.arn, "--version", BASE, "--policy", DETAILS, "--quiet"])
    assert GET not in server.calls or (model.arn, BASE) not in asked(server)
    assert [spot["version"] for spot in report()["coverage"]["blind_spots"]] == [BASE]
