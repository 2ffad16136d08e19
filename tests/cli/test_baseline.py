"""`--baseline`, `--fail-on-new`, `auditor diff` and `auditor history`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from auditor.cli.main import main
from auditor.source.emulator import synthetic
from auditor.source.emulator.fault import Fault
from tests.cli.conftest import Serve, auditor, findings, report, runs

SICK = synthetic(seed=5, memberships=1, models=2, versions=40)
RULES = ("--rule", "CRML-001", "--rule", "CRML-002", "--quiet")


def states() -> set[str | None]:
    """The states that findings of the last run have."""
    return {each["state"] for each in findings()}


def test_the_first_run_is_all_new_and_the_second_is_not(
    serve: Serve, capsys: pytest.CaptureFixture[str]
) -> None:
    """`latest` is the run before this one; where there is none, that is said."""
    serve(SICK)
    assert main(["scan", "--baseline", "latest", "--fail-on-new", "--rule", "CRML-001"]) == 1
    assert "there is no latest run yet" in capsys.readouterr().err
    assert states() == {"new"}
    assert report()["baseline"] is None
    first = Path("reports/latest").resolve()
    assert main(["scan", "--baseline", "latest", "--fail-on-new", *RULES]) == 0
    assert states() == {"existing"}
    said = report()
    assert said["baseline"]["run"] == first.name
    assert said["baseline"]["counts"]["existing"] == len(findings()) > 3
    assert (said["verdict"], said["fail_on_new"]) == ("compliant", True)


def test_without_fail_on_new_known_failures_still_decide(serve: Serve) -> None:
    """A baseline alone excuses nothing."""
    serve(SICK)
    main(["scan", *RULES])
    assert main(["scan", "--baseline", "latest", *RULES]) == 1


def test_an_unread_model_is_carried_until_it_is_read_again(serve: Serve) -> None:
    """Denied for two runs, and then its findings are what they were: existing."""
    arn = SICK.memberships[0].models[0].arn
    serve(SICK)
    main(["scan", *RULES])
    mine = {each["id"] for each in findings() if each["resource"]["arn"] == arn}
    serve(SICK, Fault("denied", operation="ListTrainedModelVersions", model=arn))
    for _ in range(2):
        assert main(["scan", "--baseline", "latest", "--fail-on-new", *RULES]) == 3
        baseline = report()["baseline"]
        assert {each["id"] for each in baseline["carried"]} == mine
        assert baseline["resolved"] == []
    serve(SICK)
    assert main(["scan", "--baseline", "latest", "--fail-on-new", *RULES]) == 0
    assert states() == {"existing"}


def test_every_way_to_name_a_baseline(serve: Serve) -> None:
    """The folder of a run, its id, its findings, and auditor.yaml."""
    serve(SICK, baseline="reports/latest", fail_on_new=True)
    assert main(["scan", *RULES]) == 1
    run = Path("reports/latest").resolve().name
    for name in (f"reports/{run}", run, f"reports/{run}/findings.jsonl"):
        assert main(["check", "reports/latest", "--baseline", name, *RULES]) == 1
        assert states() == {"existing"}
    assert main(["scan", *RULES]) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--baseline", "nowhere"], "there is no run nowhere"),
        (["--fail-on-new"], "--fail-on-new needs a baseline"),
        (["--baseline", "broken.jsonl"], "broken.jsonl:1: is no finding"),
    ],
)
def test_a_baseline_that_cannot_be_used_ends_the_run_before_it_begins(
    serve: Serve, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    """Nothing is called."""
    server = serve(SICK)
    Path("broken.jsonl").write_text("{}\n", "utf-8")
    assert main(["scan", *RULES, *arguments]) == 2
    assert said in capsys.readouterr().err
    assert (runs(), list(server.requests)) == ([], [])


def test_a_gate_judges_a_version_as_it_is(serve: Serve, capsys: pytest.CaptureFixture[str]) -> None:
    """A failure that is known is no reason to release, whatever auditor.yaml says."""
    serve(SICK, baseline="reports/latest", fail_on_new=True)
    main(["scan", *RULES])
    where = findings()[0]["resource"]
    gate = ["gate", "--model", where["arn"], "--version", where["version"], *RULES]
    assert main([*gate, "--fail-on-new"]) == 2
    assert "not for a gate" in capsys.readouterr().err
    assert main(gate) == 1
    carried = report()["baseline"]["carried"]
    assert {each["resource"]["arn"] for each in carried} <= {where["arn"]}


@pytest.fixture
def two(serve: Serve) -> tuple[str, str]:
    """Two runs: the second judges by another bound, and did not see the first model."""
    arn = SICK.memberships[0].models[0].arn
    serve(SICK)
    main(["scan", *RULES])
    before = Path("reports/latest").resolve().name
    serve(SICK, Fault("denied", operation="ListTrainedModelVersions", model=arn))
    main(["scan", *RULES, "--param", "failed_max_age=3650d"])
    return before, Path("reports/latest").resolve().name


def test_diff_says_what_is_gone_and_what_nobody_looked_for(two: tuple[str, str]) -> None:
    """By id, on a terminal, as JSON and as Markdown."""
    before, after = two
    shown = auditor("diff", *two)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "Resolved: " in shown.stdout
    assert "Carried: " in shown.stdout
    said = json.loads(auditor("diff", before, "latest", "--output-format", "json").stdout)
    assert (said["before"]["run"], said["after"]["run"]) == two
    counts = said["counts"]
    total = len(findings(Path("reports") / before))
    assert counts["resolved"] + counts["carried"] + counts["unchanged"] == total
    assert counts["resolved"]
    assert counts["carried"]
    gone = [each for each in said["changes"] if each["change"] == "carried"]
    assert len(gone) == counts["carried"]
    markdown = auditor("diff", f"reports/{before}", after, "--output-format", "markdown").stdout
    assert f"### Carried: {counts['carried']}" in markdown


def test_diff_of_a_run_with_itself_is_nothing(two: tuple[str, str]) -> None:
    """Everything is unchanged."""
    said = json.loads(auditor("diff", two[0], two[0], "--output-format", "json").stdout)
    assert said["changes"] == []


def test_diff_needs_the_folder_of_the_later_run(two: tuple[str, str]) -> None:
    """A file of findings does not say what was looked at, so nothing could be said to be gone."""
    done = auditor("diff", two[0], f"reports/{two[1]}/findings.jsonl")
    assert (done.returncode, done.stdout) == (2, "")
    done = auditor("diff", f"reports/{two[0]}/findings.jsonl", two[1])
    assert done.returncode == 0


def test_history_shows_every_run(two: tuple[str, str]) -> None:
    """The oldest first, with what each said."""
    shown = auditor("history")
    assert shown.returncode == 0
    rows = shown.stdout.splitlines()
    assert [row.split()[0] for row in rows[1:3]] == list(two)
    said = json.loads(auditor("history", "reports", "--output-format", "json").stdout)
    assert [each["run"] for each in said["runs"]] == list(two)
    assert [each["complete"] for each in said["runs"]] == [True, False]


def test_history_of_no_folder_is_bad_usage() -> None:
    """With the name that is not there."""
    done = auditor("history", "nowhere")
    assert done.returncode == 2
    assert "there is no folder nowhere" in done.stderr
