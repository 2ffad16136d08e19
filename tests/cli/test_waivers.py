"""Waivers on the command line: `--waivers`, `--no-waivers`, `auditor waive`, the gate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from auditor.cli.main import main
from auditor.source.emulator import synthetic
from tests.cli.conftest import Serve, findings, report, runs

SICK = synthetic(seed=5, memberships=1, models=2, versions=40)
ONE_RULE = ("--rule", "CRML-001", "--quiet")
REASON = "kept as evidence: see #12"


@pytest.fixture
def scanned(serve: Serve) -> dict[str, Any]:
    """A scan by one rule, and its first failure."""
    serve(SICK)
    assert main(["scan", *ONE_RULE]) == 1
    return findings()[0]


def waive(finding: dict[str, Any], *more: str) -> int:
    """Waive a finding of the last run."""
    return main(["waive", finding["id"], "--reason", REASON, "--owner", "ml", *more])


def again(*more: str) -> int:
    """Judge what was scanned again."""
    return main(["check", "reports/latest", *ONE_RULE, *more])


def outcomes() -> dict[str, str]:
    """The outcome of every finding of the last run."""
    return {each["id"]: each["outcome"] for each in findings()}


def test_a_waived_finding_is_waived_from_the_next_run_on(scanned: dict[str, Any]) -> None:
    """Bound to the rule and to what it read, for as long as was said."""
    assert waive(scanned, "--expires", "90d", "--ticket", "T-1") == 0
    again("--waivers", "waivers.yaml")
    assert outcomes()[scanned["id"]] == "waived"
    assert findings()[0]["waiver"]["reason"] == REASON
    (used,) = report()["waivers"]["used"]
    assert (used["owner"], used["ticket"], used["detail"]) == ("ml", "T-1", "covers 1 finding")
    assert report()["counts"]["outcomes"]["waived"] == 1


def test_everything_waived_is_compliant_and_the_truth_is_still_there(
    scanned: dict[str, Any],
) -> None:
    """`--no-waivers` shows what there would be without."""
    for finding in findings():
        assert waive(finding, "--expires", "90d") == 0
    assert again("--waivers", "waivers.yaml") == 0
    assert again() == 1
    serve_config = json.loads(Path("auditor.yaml").read_text("utf-8"))
    Path("auditor.yaml").write_text(json.dumps({**serve_config, "waivers": "waivers.yaml"}))
    assert main(["scan", *ONE_RULE]) == 0
    assert main(["scan", *ONE_RULE, "--no-waivers"]) == 1
    assert report()["waivers"]["used"] == []


def test_a_waiver_that_is_over_is_over(scanned: dict[str, Any]) -> None:
    """Judged by the run's moment, not by the clock."""
    assert waive(scanned, "--expires", "90d") == 0
    assert again("--waivers", "waivers.yaml", "--now", "2027-11-23T07:00:00Z") == 1
    assert outcomes()[scanned["id"]] == "fail"
    assert len(report()["waivers"]["expired"]) == 1


def test_a_waiver_lapses_when_the_parameter_that_the_rule_read_changes(
    scanned: dict[str, Any],
) -> None:
    """What was accepted was a failure under another bound."""
    assert waive(scanned, "--expires", "90d") == 0
    assert again("--waivers", "waivers.yaml", "--param", "failed_max_age=7d") == 1
    assert outcomes()[scanned["id"]] == "fail"
    assert len(report()["waivers"]["lapsed"]) == 1


def test_the_file_is_evidence(scanned: dict[str, Any]) -> None:
    """The manifest has its digest."""
    assert waive(scanned, "--expires", "90d") == 0
    again("--waivers", "waivers.yaml")
    manifest = json.loads(Path("reports/latest/manifest.json").read_bytes())
    assert [each["path"] for each in manifest["configuration"]] == ["waivers.yaml"]


def test_the_beginning_of_an_id_is_enough(scanned: dict[str, Any]) -> None:
    """As long as it is one finding's."""
    assert main(["waive", scanned["id"][:10], "--reason", "a", "--expires", "9d"]) == 0
    text = Path("waivers.yaml").read_text("utf-8")
    assert scanned["resource"]["arn"] in text
    assert "digest: " in text


def test_a_second_waiver_for_the_same_is_refused(
    scanned: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """The file is left as it was."""
    assert waive(scanned, "--expires", "90d") == 0
    before = Path("waivers.yaml").read_bytes()
    assert waive(scanned, "--expires", "100d") == 2
    assert "has a waiver for this already" in capsys.readouterr().err
    assert Path("waivers.yaml").read_bytes() == before


def test_comments_stay_and_a_second_waiver_comes_behind_the_first(
    scanned: dict[str, Any],
) -> None:
    """The file belongs to people."""
    assert waive(scanned, "--expires", "90d") == 0
    path = Path("waivers.yaml")
    path.write_text(f"# ours\n{path.read_text('utf-8')}\n# the end\n", "utf-8")
    assert waive(findings()[1], "--expires", "2027-01-31") == 0
    text = path.read_text("utf-8")
    assert text.startswith("# ours\n")
    assert text.endswith("\n# the end\n")
    assert text.count("- rule: CRML-001") == 2
    assert "expires: 2027-01-31\n" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--expires", "2020-01-01"], "must be after now"),
        (["--expires", "400d"], "at most 366 days after it"),
        (["--expires", "soon"], "is no moment"),
        (["--expires", "9d", "--run", "20200101T000000Z-000000"], "there is no run"),
        (["--expires", "9d", "--owner", " "], "1 problem"),
    ],
)
def test_what_is_no_waiver_is_not_written(
    scanned: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    """Nothing is left behind."""
    assert waive(scanned, *arguments) == 2
    assert said in capsys.readouterr().err
    assert not Path("waivers.yaml").exists()


@pytest.mark.parametrize(
    ("name", "said"), [("0" * 32, "no finding whose id begins"), ("00", "too short")]
)
def test_a_finding_that_is_not_there_is_not_waived(
    scanned: dict[str, Any], capsys: pytest.CaptureFixture[str], name: str, said: str
) -> None:
    """Nor one of several."""
    assert main(["waive", name, "--reason", "a", "--expires", "9d"]) == 2
    assert said in capsys.readouterr().err


def test_a_file_with_mistakes_ends_everything_before_it_begins(
    scanned: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """Every problem with its place, beside those of the parameters; no run is made."""
    Path("waivers.yaml").write_text(
        "version: 1\nwaivers:\n  - {rule: CRML-999, resource: churn, reason: a, owner: b}\n"
    )
    before = runs()
    assert again("--waivers", "waivers.yaml", "--param", "nothing=1") == 2
    error = capsys.readouterr().err
    assert "waivers.yaml:3:" in error
    for words in ("unknown-rule", "bad-format", "missing-key", "unknown-param"):
        assert words in error
    assert runs() == before


def test_a_waiver_of_a_rule_of_another_shipped_policy_is_no_mistake(
    scanned: dict[str, Any],
) -> None:
    """One file of waivers serves runs with different policies; it is said to be unseen."""
    assert waive(scanned, "--expires", "90d") == 0
    path = Path("waivers.yaml")
    path.write_text(path.read_text("utf-8").replace("CRML-001", "CRML-022"), "utf-8")
    assert again("--waivers", "waivers.yaml") == 1
    assert [each["rule"] for each in report()["waivers"]["unseen"]] == ["CRML-022"]


def test_the_two_options_do_not_go_together(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody can mean both."""
    assert main(["check", "x", "--waivers", "w.yaml", "--no-waivers"]) == 2
    assert "not allowed with" in capsys.readouterr().err


def test_a_gate_knows_waivers(scanned: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    """The failure does not decide any more, and the screen says until when."""
    assert waive(scanned, "--expires", "90d") == 0
    where = scanned["resource"]
    gate = ["gate", "--model", where["arn"], "--version", where["version"]]
    gate += ["--inventory", "reports/latest/inventory.jsonl", "--rule", "CRML-001"]
    main(gate)
    assert "FAIL CRML-001" in " ".join(capsys.readouterr().out.split())
    main([*gate, "--waivers", "waivers.yaml"])
    said = " ".join(capsys.readouterr().out.split())
    assert "WAIVED CRML-001" in said
    assert "(waived until" in said
    outcomes_of = {each["rule"]: each["outcome"] for each in report()["gate"]["outcomes"]}
    assert outcomes_of["CRML-001"] == "waived"
