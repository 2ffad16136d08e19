"""SARIF, against the schema of OASIS, Microsoft's multitool, and what both miss."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from jsonschema.validators import validator_for
from msgspec.structs import replace

from auditor.model import (
    Compared,
    Finding,
    Outcome,
    Past,
    Report,
    RuleCount,
    Severity,
    State,
    Verdict,
)
from auditor.report import sarif as module
from auditor.report import sarif_run
from auditor.report.sarif import sarif
from auditor.report.sarif_run import message
from tests.report import samples
from tests.report.hostile import TEXTS, hostile_findings, hostile_report
from tests.report.readers import multitool, schema_file

_PATH = "policies/baseline.yaml"
_RUNS: dict[str, tuple[Report, list[Finding]]] = {
    "everything_hostile": (hostile_report(), hostile_findings()),
    **{
        name: (run, [one for kept in highlights.findings.values() for one in kept])
        for name, (run, highlights) in ((name, make()) for name, make in samples.STATES.items())
    },
}


def _log(report: Report, findings: Iterable[Finding]) -> dict[str, Any]:
    log: dict[str, Any] = json.loads("".join(sarif(report, findings)))
    return log


def _one(report: Report, findings: Iterable[Finding]) -> dict[str, Any]:
    (run,) = _log(report, findings)["runs"]
    return dict(run)


def _rule(name: str = "CRML-001", **said: Any) -> RuleCount:
    return replace(samples.count(name), **{"path": _PATH, "line": 7, **said})


def _run(*rules: RuleCount, **said: Any) -> Report:
    return replace(samples.report(Verdict.NON_COMPLIANT, rules), **said)


@pytest.mark.parametrize("name", _RUNS)
def test_every_run_is_valid(name: str) -> None:
    """For the schema of OASIS."""
    schema = json.loads(schema_file("sarif-schema-2.1.0.json").read_text("utf-8"))
    errors = validator_for(schema)(schema).iter_errors(_log(*_RUNS[name]))
    assert [f"{error.json_path}: {error.message}" for error in errors] == []


@pytest.mark.parametrize("name", _RUNS)
def test_the_multitool_has_no_complaint(
    name: str, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    """Nor do the rules of GitHub's code scanning; only the tool's home page is not given."""
    file = tmp_path / "results.sarif"
    file.write_text("".join(sarif(*_RUNS[name])), "utf-8")
    assert {found["ruleId"] for found in multitool(pytestconfig, file)} <= {"SARIF2005"}


@pytest.mark.parametrize("name", _RUNS)
def test_what_the_validators_miss_is_right(name: str) -> None:
    """Rules and results agree, each result is told apart, and only failures are there."""
    report, findings = _RUNS[name]
    run = _one(report, findings)
    rules = run["tool"]["driver"]["rules"]
    fingerprints = [
        each["partialFingerprints"]["primaryLocationLineHash"] for each in run["results"]
    ]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("note", "warning", "error")
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert not urlsplit(place["artifactLocation"]["uri"]).scheme
        assert set(place["region"]) == {"startLine", "startColumn", "endLine", "endColumn"}
        assert result["message"]["text"].strip()
    assert set(fingerprints) >= {one.id for one in findings if one.outcome is Outcome.FAIL}
    if name == "everything_hostile":  # the ids of the others are all one
        assert len(set(fingerprints)) == len(fingerprints)


def test_a_failure_stands_on_its_rule_s_line() -> None:
    """With the model and its version, and what to do about it."""
    (result,) = _one(_run(_rule(fail=1)), [samples.finding()])["results"]
    about = samples.resource(version=samples.version_id(7))
    assert result == {
        "ruleId": "CRML-001",
        "ruleIndex": 0,
        "level": "note",
        "message": {
            "text": "churn-predictor 00000001-0000-4000-8000-000000000001 version"
            f" {samples.version_id(7)}: version {samples.version_id(7)} failed 41d 3h ago"
        },
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _PATH},
                    "region": {"startLine": 7, "startColumn": 1, "endLine": 7, "endColumn": 2},
                },
                "logicalLocations": [
                    {
                        "name": samples.version_id(7),
                        "fullyQualifiedName": f"{about.arn}#{samples.version_id(7)}",
                        "kind": "trained model version",
                    }
                ],
            }
        ],
        "partialFingerprints": {"primaryLocationLineHash": "0f" * 16},
        "properties": {
            "policy": "baseline",
            "remediation": "aws cleanroomsml delete-trained-model-output --version-identifier ...",
        },
    }


@pytest.mark.parametrize("outcome", [Outcome.WAIVED, Outcome.UNKNOWN])
def test_what_is_no_failure_is_no_result(outcome: Outcome) -> None:
    """Code scanning would show it as an alert."""
    assert _one(_run(_rule()), [samples.finding(outcome=outcome)])["results"] == []


@pytest.mark.parametrize(
    ("severity", "level", "score"),
    [
        (Severity.INFO, "note", None),
        (Severity.LOW, "note", (0.1, 3.9)),
        (Severity.MEDIUM, "warning", (4.0, 6.9)),
        (Severity.HIGH, "error", (7.0, 8.9)),
        (Severity.CRITICAL, "error", (9.1, 10.0)),
    ],
)
def test_severities_are_those_of_code_scanning(
    severity: Severity, level: str, score: tuple[float, float] | None
) -> None:
    """The score lies in the range that GitHub gives the same word."""
    run = _one(_run(_rule(severity=severity, fail=1)), [samples.finding()])
    (rule,) = run["tool"]["driver"]["rules"]
    assert rule["defaultConfiguration"] == {"level": level}
    if score is None:
        assert "security-severity" not in rule["properties"]
    else:
        assert score[0] <= float(rule["properties"]["security-severity"]) <= score[1]


def test_a_rule_has_its_help() -> None:
    """Why it is there, where it comes from and what it supports."""
    described = _rule(rationale="Failed versions are noise.", controls={"soc-2": ("C1.2", "CC8.1")})
    (rule,) = _one(_run(described), [])["tool"]["driver"]["rules"]
    assert rule["name"] == "FailedVersionsAreCleanedUp"
    assert rule["shortDescription"] == {"text": "Failed versions are cleaned up"}
    assert rule["fullDescription"] == {"text": "Failed versions are noise."}
    assert rule["help"] == {
        "text": "Failed versions are noise. Rule CRML-001 of policy baseline, severity low."
        " Supports soc-2 C1.2, CC8.1."
    }
    assert rule["properties"]["tags"] == ["security", "baseline", "soc-2/C1.2", "soc-2/CC8.1"]


def test_a_rule_has_at_most_ten_tags_and_none_twice() -> None:
    """Code scanning keeps no more."""
    many = _rule(policy="security", controls={"soc-2": tuple(f"C{n}" for n in range(30))})
    (rule,) = _one(_run(many), [])["tool"]["driver"]["rules"]
    assert len(set(rule["properties"]["tags"])) == len(rule["properties"]["tags"]) == 10
    assert len(rule["properties"]["controls"]["soc-2"]) == 30


@pytest.mark.parametrize("text", TEXTS)
def test_a_message_is_only_text(text: str) -> None:
    """No placeholder and no link, and every character is seen."""
    shown = message(text)["text"]
    assert "](" not in shown
    assert "{" not in shown.replace("{{", "")
    assert "}" not in shown.replace("}}", "")
    assert shown.isprintable()


def test_the_worst_failures_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of more than code scanning takes, the least severe are left out, and that is said."""
    monkeypatch.setattr(module, "MOST", 5)
    report = _run(_rule(fail=6), _rule("CRML-007", fail=3), _rule("CRML-016", fail=1))
    findings = [
        replace(samples.finding(rule), id=f"{rule} {number}")
        for number in range(6)
        for rule, count in (("CRML-001", 6), ("CRML-007", 3), ("CRML-016", 1))
        if number < count
    ]
    run = _one(report, findings)
    assert sorted(result["ruleId"] for result in run["results"]) == [
        *("CRML-001", "CRML-007", "CRML-007", "CRML-007", "CRML-016")
    ]
    (told,) = run["invocations"][0]["toolExecutionNotifications"]
    assert told["message"]["text"] == (
        "5 failures not in this file, the least severe: 5 low. findings.jsonl has all."
    )


def test_what_code_scanning_will_not_show_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes more results than it shows."""
    monkeypatch.setattr(sarif_run, "SHOWN", 1)
    run = _one(_run(_rule(fail=2)), [samples.finding(), samples.finding()])
    (told,) = run["invocations"][0]["toolExecutionNotifications"]
    assert told["message"]["text"] == ("GitHub code scanning shows the worst 1 of these 2 results.")


def test_as_many_results_as_code_scanning_takes_fit_into_its_bound() -> None:
    """25,000 results of versions that all differ are less than 10 MB, packed."""
    report = _run(_rule(fail=module.MOST))
    text = "".join(sarif(report, _many(module.MOST))).encode()
    assert len(gzip.compress(text, 6)) < 10_000_000


def _many(count: int) -> Iterator[Finding]:
    for number in range(count):
        about = samples.resource(number // 100, samples.version_id(number * 40_503 % 2**24))
        found = samples.finding(about=about)
        yield replace(found, id=f"{hash(number) * 0x9E3779B97F4A7C15 % 2**128:032x}")


def test_a_complete_run_says_so() -> None:
    """Nothing to notify, and the exit code of the verdict."""
    run = _one(samples.compliant()[0], [])
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is True
    assert invocation["exitCode"] == 0
    assert invocation["toolExecutionNotifications"] == []
    assert run["properties"]["verdict"] == "compliant"


def test_waivers_that_need_somebody_are_notified() -> None:
    """A run stays successful: what an expired one covered is a result again."""
    waivers = tuple(map(samples.waiver, ("unmatched", "lapsed", "used")))
    (invocation,) = _one(replace(samples.compliant()[0], waivers=waivers), [])["invocations"]
    told = [
        (each["descriptor"]["id"], each["level"], each["message"]["text"].partition(":")[0])
        for each in invocation["toolExecutionNotifications"]
    ]
    assert told == [
        ("waiver", "warning", "Waiver lapsed"),
        ("waiver", "note", "Waiver unmatched"),
    ]
    assert invocation["executionSuccessful"] is True


def test_an_incomplete_run_is_not_successful() -> None:
    """What is missing is notified: the reasons, each rule that is open, each unread thing."""
    run = _one(samples.incomplete()[0], [])
    (invocation,) = run["invocations"]
    told = [
        (each["descriptor"]["id"], each["message"]["text"])
        for each in invocation["toolExecutionNotifications"]
    ]
    assert invocation["executionSuccessful"] is False
    assert [name for name, _ in told] == ["incomplete", "unknown", *["unread"] * 6]
    assert told[1][1] == "CRML-016 Algorithm association is approved: 4 outcomes unknown."
    assert samples.model_arn(3)[-36:] in told[2][1]
    described = {each["id"] for each in run["tool"]["driver"]["notifications"]}
    assert {name for name, _ in told} <= described


def test_an_interrupted_run_has_no_exit_code_of_a_verdict() -> None:
    """The process ended with another one."""
    run = _one(replace(samples.incomplete()[0], interrupted=True), [])
    assert "exitCode" not in run["invocations"][0]


def test_thousands_of_unread_things_are_counted() -> None:
    """The first are named."""
    many = replace(samples.COVERAGE, unread=(samples.denied(4),) * 1200)
    run = _one(replace(samples.incomplete()[0], coverage=many), [])
    told = [each["message"]["text"] for each in run["invocations"][0]["toolExecutionNotifications"]]
    assert told[-1] == "And 700 more."


def test_a_result_says_how_it_stands_against_the_baseline() -> None:
    """Reopened is new to SARIF, and what nobody looked for is as it was."""
    findings = [
        replace(samples.finding(), id=state, state=state)
        for state in (State.NEW, State.EXISTING, State.REOPENED)
    ]
    lost = replace(samples.finding(message="failed"), id="lost")
    past = (Past(lost, carried=True), Past(samples.finding("CRML-007"), carried=False))
    report = _run(_rule(fail=3), compared=Compared("before", "", past))
    results = _one(report, findings)["results"]
    assert [result["baselineState"] for result in results] == [
        *("new", "unchanged", "new", "unchanged")
    ]
    assert results[-1]["message"]["text"].endswith("not read in this run; before: failed")


def test_a_carried_finding_of_a_rule_that_is_gone_is_described() -> None:
    """GitHub closes the alert of a result that is missing; its rule comes from the finding."""
    past = (Past(samples.finding("CRML-007"), carried=True),)
    run = _one(_run(_rule(), compared=Compared("before", "", past)), [])
    (result,) = run["results"]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "CRML-007"


def test_policies_are_artifacts_with_their_digests() -> None:
    """What was asked for can be held against the file."""
    (artifact,) = _one(_run(_rule()), [])["artifacts"]
    assert artifact["location"] == {"uri": _PATH}
    assert artifact["hashes"] == {"sha-256": "ab" * 32}
