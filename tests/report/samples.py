"""Runs made up for the tests: every state that a run can end in, with data as AWS gives it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from auditor.model import (
    Anomaly,
    BlindSpot,
    Coverage,
    Finding,
    Outcome,
    Place,
    PolicyUsed,
    Report,
    Resource,
    RuleCount,
    Severity,
    Unread,
    Unrecognised,
    Verdict,
    WaiverUsed,
)
from auditor.report.gate import Gate, GateOutcome
from auditor.report.highlights import Highlights, HighlightsCollector

RUN = "20261123T070000Z-a1b2c3"
NOW = "2026-11-23T07:00:00.000Z"
MEMBERSHIP = "11111111-2222-3333-4444-555555555555"
FILES = ("report.json", "findings.jsonl", "inventory.jsonl", "manifest.json")

TITLES = {
    "CRML-001": ("Failed versions are cleaned up", Severity.LOW, "version"),
    "CRML-002": ("Version count per model is bounded", Severity.MEDIUM, "model"),
    "CRML-007": ("No version whose deletion failed", Severity.CRITICAL, "version"),
    "CRML-016": ("Algorithm association is approved", Severity.HIGH, "version"),
    "CRML-028": ("Encrypted with a customer managed key", Severity.HIGH, "version"),
}


def model_arn(number: int) -> str:
    """The ARN of a made-up model."""
    own = f"{number:08x}-0000-4000-8000-00000000000{number % 10}"
    return (
        f"arn:aws:cleanrooms-ml:us-east-1:111122223333:membership/{MEMBERSHIP}/trained-model/{own}"
    )


def version_id(number: int) -> str:
    """The identifier of a made-up version."""
    return f"{number * 0x01010101:08x}-aaaa-4bbb-8ccc-{number:012x}"


def place(arn: str | None = None) -> Place:
    """A place in the one made-up membership."""
    return Place("ads-prod", "111122223333", "us-east-1", MEMBERSHIP, arn)


def resource(model: int = 1, version: str | None = None, name: str = "churn-predictor") -> Resource:
    """A version of a made-up model, or the model itself."""
    return Resource(
        kind="model" if version is None else "version",
        arn=model_arn(model),
        version=version,
        name=name,
        account="111122223333",
        region="us-east-1",
        membership=MEMBERSHIP,
        collaboration="99999999-8888-7777-6666-555555555555",
    )


def finding(
    rule: str = "CRML-001",
    outcome: Outcome = Outcome.FAIL,
    message: str = "",
    about: Resource | None = None,
    reason: str | None = None,
) -> Finding:
    """A finding of one of the made-up rules."""
    title, severity, kind = TITLES[rule]
    about = about or resource(version=None if kind == "model" else version_id(7))
    return Finding(
        id="0f" * 16,
        rule=rule,
        policy="baseline",
        severity=severity,
        outcome=outcome,
        title=title,
        message=message or f"version {about.version} failed 41d 3h ago",
        resource=about,
        evaluated_at=NOW,
        reason=reason,
        observed={"status": "CREATE_FAILED", "updateTime": "2026-10-13T04:00:00.000Z"},
        rationale="Failed versions are noise and may hold partial artefacts.",
        remediation="aws cleanroomsml delete-trained-model-output --version-identifier ...",
        controls={"nist-800-53-r5": ("SI-12",), "iso-27001-2022": ("A.8.10",)},
    )


def count(rule: str, **numbers: Any) -> RuleCount:
    """How one of the made-up rules went."""
    title, severity, kind = TITLES[rule]
    return RuleCount(rule, "baseline", title, severity, kind, **numbers)


def denied(model: int) -> Unread:
    """A model that could not be listed because an IAM action is missing."""
    return Unread(
        place=place(model_arn(model)),
        operation="ListTrainedModelVersions",
        code="AccessDeniedException",
        message=(
            "User: arn:aws:sts::111122223333:assumed-role/auditor/run is not authorized to perform:"
            " cleanrooms-ml:ListTrainedModelVersions"
        ),
        request_id="6b1f6a2e-7d0c-4f6e-9f55-0c8e2d1a7b11",
        permission=("cleanrooms-ml:ListTrainedModelVersions", "cleanrooms:PassMembership"),
        remedy=(
            "allow cleanrooms-ml:ListTrainedModelVersions on * and cleanrooms:PassMembership on"
            " the membership, then run again"
        ),
    )


POLICY = PolicyUsed(
    policy="baseline",
    title="Clean Rooms ML trained-model baseline",
    path="policies/baseline.yaml",
    sha256="ab" * 32,
    rules=tuple(TITLES),
    params={"failed_max_age": "30d", "max_versions": 50},
)

COVERAGE = Coverage(targets=1, models=4, versions=1040, api_calls={"ListTrainedModelVersions": 12})


def report(verdict: Verdict, rules: Iterable[RuleCount], coverage: Coverage = COVERAGE) -> Report:
    """A run that ended with this verdict."""
    rules = tuple(rules)
    return Report(
        run=RUN,
        verdict=verdict,
        complete=not coverage.unread and not any(rule.unknown > rule.blind for rule in rules),
        fail_on=Severity.INFO,
        now=NOW,
        started_at="2026-11-23T07:00:00.000Z",
        finished_at="2026-11-23T07:00:03.240Z",
        tool={"auditor": "0.1.0", "botocore": "1.44.5", "python": "3.11.7"},
        rules=rules,
        coverage=coverage,
        policies=(POLICY,),
    )


def waiver(status: str) -> WaiverUsed:
    """A waiver that became this."""
    about = resource(1, "BASE")
    ends = "2027-01-31T00:00:00.000Z"
    return WaiverUsed("CRML-001", about.arn, "BASE", "moving", "ml", ends, status, detail="why")


def highlights(findings: Iterable[Finding]) -> Highlights:
    """The highlights of these findings."""
    collector = HighlightsCollector()
    for one in findings:
        collector.add(one)
    return collector.highlights()


Sample = tuple[Report, Highlights]


def compliant() -> Sample:
    """Everything was read and judged, and nothing failed."""
    spot = BlindSpot(
        place(model_arn(2)),
        "BASE",
        "the details of a base version that is not the latest",
        "GetTrainedModel without a version answers for the latest one",
    )
    rules = [
        count("CRML-001", substantive=3, vacuous=0, not_applicable=1037),
        count("CRML-002", substantive=4),
        count("CRML-007", substantive=1038, waived=2),
        count("CRML-016", not_applicable=1040),
        count("CRML-028", substantive=1039, unknown=1, blind=1),
    ]
    waived = finding("CRML-007", Outcome.WAIVED)
    blind = finding(
        "CRML-028",
        Outcome.UNKNOWN,
        "cannot be judged: its details cannot be read",
        resource(2, "BASE"),
        "its details cannot be read",
    )
    return (
        report(Verdict.COMPLIANT, rules, replace(COVERAGE, blind_spots=(spot,))),
        highlights([waived, blind]),
    )


def _failures() -> list[Finding]:
    twenty = [
        finding(
            message=f"version {version_id(n)} failed {40 + n}d 3h ago",
            about=resource(1 + n % 2, version_id(n), name="churn-predictor"),
        )
        for n in range(1, 21)
    ]
    base = finding(
        "CRML-007",
        message="the deletion of version BASE failed, so its artefacts may still be stored",
        about=resource(
            3, "BASE", name="ad-relevance-ranker-for-the-holiday-season-2026-experiment-b"
        ),
    )
    many = finding(
        "CRML-002", message="62 versions are kept, and 50 are allowed", about=resource(2)
    )
    return [*twenty, base, many]


_FAILED = (
    count("CRML-001", substantive=3, fail=20, not_applicable=1017),
    count("CRML-002", substantive=3, fail=1),
    count("CRML-007", substantive=1039, fail=1),
    count("CRML-016", substantive=1038, vacuous=2),
)


def non_compliant() -> Sample:
    """Everything was read, and rules of three severities failed; the lowest does not decide."""
    run = replace(report(Verdict.NON_COMPLIANT, _FAILED), fail_on=Severity.MEDIUM)
    return run, highlights(_failures())


def incomplete() -> Sample:
    """Nothing failed, but models and a membership were not read, and a rule had an error."""
    page = replace(
        denied(2),
        code="TornPage",
        message="the answer was no JSON object with trainedModels",
        permission=(),
        remedy="run again; if it stays, send the request id to AWS Support",
        request_id="1d6f0a2c-35a8-4c59-8a01-5a3f0a9b7c22",
        attempts=4,
    )
    whole = Unread(
        place(), "ListTrainedModels", "ExpiredTokenException", remedy="renew the credentials"
    )
    coverage = Coverage(
        targets=1,
        models=6,
        versions=260,
        api_calls={"ListTrainedModelVersions": 14, "ListTrainedModels": 1},
        unread=(*map(denied, (3, 4, 5, 6)), page, whole),
        anomalies=(
            Anomaly(
                place(model_arn(1)),
                "RowsDiffer",
                "two rows of one version differ; the one with the later updateTime was kept",
                version_id(9),
            ),
        ),
        unrecognised=(
            Unrecognised("status", "CREATE_PAUSED", "ListTrainedModelVersions", 3),
            Unrecognised("member", "trainingPlanArn", "ListTrainedModelVersions", 260),
        ),
    )
    rules = [
        count("CRML-001", substantive=12, not_applicable=248),
        count("CRML-016", substantive=256, unknown=4),
    ]
    unknown = [
        finding(
            "CRML-016",
            Outcome.UNKNOWN,
            "version has no association",
            resource(1, version_id(n)),
            "contains() needs a string or a list, and got null",
        )
        for n in range(1, 5)
    ]
    return report(Verdict.INCOMPLETE, rules, coverage), highlights(unknown)


def failing_and_incomplete() -> Sample:
    """Rules failed, and a model was not read."""
    run = report(Verdict.NON_COMPLIANT, _FAILED, replace(COVERAGE, unread=(denied(4),)))
    return run, highlights(_failures())


HOSTILE = (
    "\x1b[2J\x1b[31mred\x1b]0;title\x07",
    "[bold red]markup[/] [link=https://example.invalid]click[/link] :boom:",
    "\u202egnp.exe \u2066isolated\u2069 \u200fmark",
    "line one\nCOMPLIANT\r\nexit code 0\ttab",
    "lone \ud800 surrogate, tag \U000e0041, private \ue000, zero\u200bwidth",
    "Z\u0351\u0352\u0353\u0354\u0355\u0356algo \u5e83\u544a\u30e2\u30c7\u30eb \u00a0\u3164blank",
    "::error file=a::annotation %0A <b>html</b> | =cmd()",
)


def hostile() -> Sample:
    """Every text that another company can write is written to do harm."""
    findings = [
        finding(message=text, about=resource(n, version_id(n), name=text))
        for n, text in enumerate(HOSTILE, start=1)
    ]
    first, last = HOSTILE[0], HOSTILE[4]
    coverage = Coverage(
        targets=1,
        models=7,
        versions=7,
        unread=(replace(denied(3), message=HOSTILE[3], code=first, request_id=last),),
        blind_spots=(BlindSpot(place(model_arn(1)), first, "details", HOSTILE[2]),),
        anomalies=(Anomaly(place(model_arn(1)), "RowsDiffer", HOSTILE[1], last),),
        unrecognised=(Unrecognised("status", HOSTILE[3], "ListTrainedModelVersions", 1),),
    )
    return (
        report(Verdict.NON_COMPLIANT, [count("CRML-001", fail=len(HOSTILE))], coverage),
        highlights(findings),
    )


STATES = {
    "compliant": compliant,
    "non_compliant": non_compliant,
    "incomplete": incomplete,
    "failing_and_incomplete": failing_and_incomplete,
    "hostile": hostile,
}


def _judged(rule: str, outcome: Outcome, message: str = "") -> GateOutcome:
    title, severity, _ = TITLES[rule]
    return {
        "rule": rule,
        "title": title,
        "severity": severity.value,
        "outcome": outcome.value,
        "message": message,
    }


_GATES: Mapping[Verdict, tuple[GateOutcome, ...]] = {
    Verdict.COMPLIANT: (
        _judged("CRML-001", Outcome.NOT_APPLICABLE),
        _judged("CRML-002", Outcome.FAIL, "62 versions are kept, and 50 are allowed"),
        _judged("CRML-007", Outcome.PASS),
        _judged("CRML-016", Outcome.WAIVED, "association is not approved"),
    ),
    Verdict.NON_COMPLIANT: (
        _judged("CRML-001", Outcome.PASS),
        _judged("CRML-016", Outcome.FAIL, "association 4711 is not approved"),
        _judged("CRML-028", Outcome.UNKNOWN, "the details were not read: AccessDeniedException"),
    ),
    Verdict.INCOMPLETE: (),
}


def gate(verdict: Verdict) -> Report:
    """A gate of the latest version that ended with this verdict; nothing is known if incomplete."""
    unseen = verdict is Verdict.INCOMPLETE
    decided: Gate = {
        "arn": model_arn(1),
        "asked": "latest",
        "version": None if unseen else version_id(7),
        "name": None if unseen else "churn-predictor",
        "status": None if unseen else "ACTIVE",
        "createTime": None if unseen else "2026-11-20T09:30:00.000Z",
        "outcomes": list(_GATES[verdict]),
    }
    rules = [_counted(one) for one in decided["outcomes"]]
    seen = Coverage(targets=1, models=1, versions=260, api_calls={"ListTrainedModelVersions": 3})
    unread = Coverage(targets=1, models=1, unread=(denied(1),), api_calls=seen.api_calls)
    run = report(verdict, rules, unread if unseen else seen)
    return replace(run, fail_on=Severity.HIGH, gate=decided)


def _counted(one: GateOutcome) -> RuleCount:
    field = {"pass": "substantive"}.get(one["outcome"], one["outcome"])
    return count(one["rule"], **{field: 1})
