"""The published JSON of findings and runs."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace

from auditor.model import Compared, Outcome, Past, Severity, Verdict, WaiverUsed
from auditor.report.document import WAIVERS, finding_json, outcomes, report_json, report_text
from auditor.report.encoding import line
from tests.report import samples


def test_a_finding_has_exactly_its_published_members() -> None:
    """The contract's members are there, and neither the rationale nor anything of the run is."""
    published = finding_json(samples.finding())
    assert set(published) == {
        *("schema", "id", "rule", "policy", "severity", "outcome", "reason", "title", "message"),
        *("resource", "observed", "remediation", "controls", "waiver", "state", "evaluated_at"),
    }
    assert set(published["resource"]) == {
        *("kind", "arn", "version", "name", "account", "region", "membership", "collaboration"),
    }


def test_the_values_of_a_finding_are_published_unchanged() -> None:
    """Every member holds the finding's own value."""
    about = samples.resource(2, "BASE")
    found = samples.finding("CRML-007", Outcome.UNKNOWN, "said", about, "torn")
    published = json.loads(line(finding_json(found)))
    assert published["schema"] == "auditor.finding/1"
    assert (published["rule"], published["policy"]) == ("CRML-007", "baseline")
    assert (published["severity"], published["outcome"]) == ("critical", "unknown")
    assert (published["message"], published["reason"]) == ("said", "torn")
    assert published["resource"]["arn"] == about.arn
    assert published["resource"]["version"] == "BASE"
    assert published["controls"] == {"nist-800-53-r5": ["SI-12"], "iso-27001-2022": ["A.8.10"]}
    assert published["observed"] == {
        "status": "CREATE_FAILED",
        "updateTime": "2026-10-13T04:00:00.000Z",
    }
    assert (published["waiver"], published["state"]) == (None, None)
    assert published["evaluated_at"] == samples.NOW


@pytest.mark.parametrize("verdict", Verdict)
def test_a_report_says_its_verdict_and_exit_code(verdict: Verdict) -> None:
    """The word and the exit code always belong together."""
    published = report_json(samples.report(verdict, ()))
    assert (published["verdict"], published["exit_code"]) == verdict.value


def test_the_counts_agree_with_each_other() -> None:
    """The whole is the sum of the rules, and the sum of the severities."""
    run, _ = samples.non_compliant()
    counts = report_json(run)["counts"]
    assert counts["outcomes"] == {
        "pass": 2085,
        "fail": 22,
        "waived": 0,
        "unknown": 0,
        "not_applicable": 1017,
    }
    for parts in (counts["severities"].values(), [rule["outcomes"] for rule in counts["rules"]]):
        for outcome, total in counts["outcomes"].items():
            assert sum(part[outcome] for part in parts) == total
    assert list(counts["severities"]) == list(Severity)
    assert counts["severities"]["critical"]["fail"] == 1


def test_passes_are_told_apart_by_what_they_are_worth() -> None:
    """A vacuous pass counts as a pass and is said to be vacuous."""
    rules = report_json(samples.non_compliant()[0])["counts"]["rules"]
    approved = next(rule for rule in rules if rule["rule"] == "CRML-016")
    assert approved["outcomes"]["pass"] == 1040
    assert approved["passes"] == {"substantive": 1038, "vacuous": 2}


def test_what_a_blind_spot_leaves_open_is_unknown_and_never_a_pass() -> None:
    """A blind outcome is among the unknown ones, and counted apart as well."""
    rule = samples.count("CRML-028", substantive=3, unknown=3, blind=2)
    assert outcomes([rule]) == {
        "pass": 3,
        "fail": 0,
        "waived": 0,
        "unknown": 3,
        "not_applicable": 0,
    }
    run = samples.report(Verdict.INCOMPLETE, [rule])
    assert report_json(run)["counts"]["rules"][0]["blind"] == 2


def test_everything_that_was_not_seen_is_in_the_report() -> None:
    """An unread model is there with its ARN, operation, code and remedy, and so is the rest."""
    coverage = json.loads(report_text(samples.incomplete()[0]))["coverage"]
    assert len(coverage["unread"]) == 6
    assert coverage["unread"][0] == {
        "place": {
            "target": "ads-prod",
            "account": "111122223333",
            "region": "us-east-1",
            "membership": samples.MEMBERSHIP,
            "arn": samples.model_arn(3),
        },
        "version": None,
        "operation": "ListTrainedModelVersions",
        "code": "AccessDeniedException",
        "message": samples.denied(3).message,
        "request_id": samples.denied(3).request_id,
        "attempts": 1,
        "permission": ["cleanrooms-ml:ListTrainedModelVersions", "cleanrooms:PassMembership"],
        "remedy": samples.denied(3).remedy,
    }
    assert coverage["unread"][5]["place"]["arn"] is None
    assert [anomaly["code"] for anomaly in coverage["anomalies"]] == ["RowsDiffer"]
    assert [item["name"] for item in coverage["unrecognised"]] == [
        "CREATE_PAUSED",
        "trainingPlanArn",
    ]
    assert coverage["api_calls"] == {"ListTrainedModelVersions": 14, "ListTrainedModels": 1}


def test_blind_spots_stand_in_their_own_list() -> None:
    """A blind spot says which version and why, and is no unread."""
    coverage = report_json(samples.compliant()[0])["coverage"]
    assert coverage["unread"] == []
    assert [(spot["version"], spot["place"]["arn"]) for spot in coverage["blind_spots"]] == [
        ("BASE", samples.model_arn(2))
    ]


def test_policies_are_evidence() -> None:
    """Each policy is there with its digest, its rules and the parameters as used."""
    published = json.loads(report_text(samples.compliant()[0]))
    assert published["policies"] == [
        {
            "policy": "baseline",
            "title": "Clean Rooms ML trained-model baseline",
            "path": "policies/baseline.yaml",
            "sha256": "ab" * 32,
            "rules": list(samples.TITLES),
            "params": {"failed_max_age": "30d", "max_versions": 50},
        }
    ]


def test_what_a_policy_allows_is_in_the_report() -> None:
    """A check that a policy switches off is listed with its reason."""
    allowed = {"rule": "CRML-001", "code": "NullableCompared", "reason": "always set"}
    run = replace(samples.compliant()[0], allowed=(allowed,))
    assert report_json(run)["allowed"] == (allowed,)


def test_only_a_gate_has_a_gate() -> None:
    """The decision about one version is there where one was asked for, and nowhere else."""
    assert "gate" not in report_json(samples.compliant()[0])
    assert report_json(samples.gate(Verdict.COMPLIANT))["gate"]["asked"] == "latest"


def test_a_rule_is_there_with_what_a_reader_needs_of_it() -> None:
    """Its reason, its controls, and where it is written."""
    rule = replace(
        samples.count("CRML-001"),
        rationale="Noise.",
        controls={"soc-2": ("C1.2",)},
        path="policies/own.yaml",
        line=7,
    )
    published = report_json(samples.report(Verdict.COMPLIANT, [rule]))["counts"]["rules"][0]
    assert (published["rationale"], published["controls"]) == ("Noise.", {"soc-2": ("C1.2",)})
    assert (published["path"], published["line"]) == ("policies/own.yaml", 7)


def test_waivers_stand_by_what_became_of_them() -> None:
    """Every list is there, and each waiver in one of them."""
    waivers = [
        WaiverUsed("CRML-001", "arn:x", None, "moving", "ml", "2027-01-31", status, "T-1", "said")
        for status in ("expired", "used", "expired")
    ]
    run = replace(samples.compliant()[0], waivers=tuple(waivers))
    published = report_json(run)["waivers"]
    assert {status: len(items) for status, items in published.items()} == {
        **dict.fromkeys(WAIVERS, 0),
        "used": 1,
        "expired": 2,
    }
    assert published["used"][0] == {
        "rule": "CRML-001",
        "arn": "arn:x",
        "version": None,
        "reason": "moving",
        "owner": "ml",
        "ticket": "T-1",
        "expires": "2027-01-31",
        "detail": "said",
    }


def test_a_waiver_of_an_unknown_fate_is_never_left_out() -> None:
    """A word that no list has is an error of this project, not a waiver less."""
    waiver = WaiverUsed("CRML-001", "arn:x", "*", "", "", "", "forgotten")
    with pytest.raises(KeyError, match="forgotten"):
        report_json(replace(samples.compliant()[0], waivers=(waiver,)))


def test_the_baseline_is_there_with_what_did_not_come_again() -> None:
    """What is gone and what nobody looked for are two lists; without a baseline there is null."""
    past = (
        Past(samples.finding("CRML-007"), carried=True),
        Past(samples.finding("CRML-016"), carried=False),
    )
    compared = Compared("before", "reports/before", past, {"new": 1})
    published = report_json(replace(samples.compliant()[0], compared=compared))["baseline"]
    assert (published["run"], published["path"]) == ("before", "reports/before")
    assert published["counts"] == {"new": 1}
    assert [one["rule"] for one in published["resolved"]] == ["CRML-016"]
    assert [one["rule"] for one in published["carried"]] == ["CRML-007"]
    assert report_json(samples.compliant()[0])["baseline"] is None
