"""A run in which every text of another company is written to do harm, for the tests of formats.

Each kind, outcome and state of a finding is there, and each severity. Nothing here needs a judge.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from auditor.judge.findings import finding_id
from auditor.model import (
    Anomaly,
    BlindSpot,
    Compared,
    Coverage,
    Finding,
    Outcome,
    Past,
    Place,
    PolicyUsed,
    Report,
    Resource,
    RuleCount,
    Severity,
    State,
    StatusAges,
    Unavailable,
    Unread,
    Unrecognised,
    Verdict,
    WaiverUsed,
    Why,
)

NOW = "2026-11-23T07:00:00.000Z"
FINISHED = "2026-11-23T07:00:03.240Z"
MEMBERSHIP = "11111111-2222-3333-4444-555555555555"
COLLABORATION = "99999999-8888-7777-6666-555555555555"
PLACES = (("111122223333", "us-east-1"), ("444455556666", "eu-central-1"))
POLICY_PATH = "policies/team a/höchst [1].yaml"

TEXTS = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "\"><svg/onload=alert(1)> ' onmouseover=alert(1) &lt; &#x3c; <!--",
    "</td></tr></table></script></style>]]><![CDATA[",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("https://example.invalid","click")',
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\x1b[2J\x1b[31mred\x1b]0;title\x07\x1b]8;;https://example.invalid\x07link\x9b31m",
    "::error file=a.py,line=1::annotation\n::stop-commands::x\n##[error]vso %0A%0D%25",
    "::set-output name=verdict::compliant\n::add-mask::a",
    "CEF:0|evil|x|1|id|name|10|act=allowed\\|pipe\\\\back\\=equals=a rt=0 cs1=forged",
    "trailing backslash\\",
    "pipe | at | the end|",
    "\u202egnp.exe \u2066isolated\u2069 \u200fmark\u200e \u061c",
    "".join(map(chr, range(0x20))) + "\x7f",
    "".join(map(chr, range(0x80, 0xA0))),
    "line one\nCOMPLIANT\r\nexit code 0\rtab\tvt\x0bff\x0cnel\x85ls\u2028ps\u2029end",
    "a" * 255,
    "\U0001f469\u200d\U0001f4bb" * 85,
    "\ud800 high alone, \udfff low alone, \udc80\ud83d wrong order",
    "\ufeffbom, \ufffe \uffff noncharacters, \U000e0041 tag, \ue000 private, zero\u200bwidth",
    "Z\u0351\u0352\u0353\u0354\u0355\u0356algo \u5e83\u544a\u30e2\u30c7\u30eb \u00a0\u3164blank",
    "| table | [link](javascript:alert(1)) ![img](https://example.invalid/x.png) `code` **b**",
    "```\n# heading\n- [ ] task @team #1 <details><summary>s</summary>",
    '","verdict":"compliant","x":"\\u0022 {"a":[]} \\',
    "%s %n {0} {name} ${jndi:ldap://example.invalid/a} $(id) `id` ; rm -rf ; ' OR 1=1 --",
    "../../etc/passwd %2e%2e/ C:\\con\\nul file:///etc/passwd",
    "",
    " ",
    "[bold red]markup[/] [link=https://example.invalid]click[/link] :boom:",
)
"""What a name, a description or a status message can be."""

_RULES = {
    (kind, severity): f"CRML-{900 + 10 * number + severity.rank}"
    for number, kind in enumerate(("version", "model"))
    for severity in Severity
}
_CONTROLS = {"nist-800-53-r5": ("SI-12", "SI-12(3)"), "iso-27001-2022": ("A.8.10",)}


def hostile_report() -> Report:
    """The run that gave `hostile_findings`, compared with a past run; nothing in it is harmless."""
    findings = hostile_findings()
    return Report(
        run="20261123T070000Z-a1b2c3",
        verdict=Verdict.NON_COMPLIANT,
        complete=False,
        fail_on=Severity.INFO,
        now=NOW,
        started_at=NOW,
        finished_at=FINISHED,
        tool={"auditor": "0.1.0", "botocore": "1.44.5", "python": "3.11.7"},
        rules=tuple(_counts(findings)),
        coverage=_coverage(),
        policies=(_policy(),),
        interrupted=True,
        allowed=({"code": "AlwaysTrue", "rule": "CRML-900", "reason": TEXTS[0]},),
        waivers=_waivers(),
        compared=Compared("20261122T070000Z-d4e5f6", "reports/latest", _past()),
    )


def hostile_findings() -> list[Finding]:
    """Findings in the order of a run: each kind, outcome and state, and every one of `TEXTS`."""
    cases = list(product(("version", "model"), Outcome, (None, *State)))
    cases = [case for case in cases if case[1] in (Outcome.FAIL, Outcome.WAIVED, Outcome.UNKNOWN)]
    made = [_finding(number, *cases[number % len(cases)]) for number in range(2 * len(TEXTS))]
    return sorted(made, key=lambda one: (one.resource.arn, one.resource.version or "", one.rule))


def model_arn(number: int) -> str:
    """The ARN of a model; their order is that of the numbers, and regions change between them."""
    account, region = PLACES[number % len(PLACES)]
    own = f"team/{number:08x}-0000-4000-8000-000000000000"
    return f"arn:aws:cleanrooms-ml:{region}:{account}:membership/{MEMBERSHIP}/trained-model/{own}"


def _finding(number: int, kind: str, outcome: Outcome, state: State | None) -> Finding:
    text = TEXTS[number % len(TEXTS)]
    severity = list(Severity)[number % len(Severity)]
    resource = _resource(number, kind, text)
    rule = _RULES[kind, severity]
    return Finding(
        id=finding_id(rule, resource.arn, resource.version),
        rule=rule,
        policy="hostile",
        severity=severity,
        outcome=outcome,
        title=f"Rule {rule} holds",
        message=f"the model {text} has the description {text}",
        resource=resource,
        evaluated_at=NOW,
        reason=f"status says {text}" if outcome is Outcome.UNKNOWN else None,
        observed=_observed(text),
        rationale="Names are written by another company.",
        remediation=f"aws cleanroomsml delete-trained-model-output --name '{text}'",
        controls=_CONTROLS,
        waiver=_waiver(text) if outcome is Outcome.WAIVED else None,
        state=state,
    )


def _resource(number: int, kind: str, text: str) -> Resource:
    account, region = PLACES[number % len(PLACES)]
    version = "BASE" if number % 7 == 0 else f"{number:08x}-aaaa-4bbb-8ccc-000000000000"
    return Resource(
        kind=kind,
        arn=model_arn(number),
        version=version if kind == "version" else None,
        name=text,
        account=account,
        region=region,
        membership=MEMBERSHIP,
        collaboration=COLLABORATION,
    )


def _observed(text: str) -> dict[str, object]:
    return {
        "name": text,
        f"description == '{text}'": {"nested": [text, None, 1.5, True, {text: text}]},
        "to_number('nan')": float("nan"),
        "details.kmsKeyArn": Unavailable(Why.UNREAD, text),
        "count": 2**70,
    }


def _waiver(text: str) -> dict[str, object]:
    return {"reason": text, "owner": text, "ticket": text, "expires": "2027-01-31"}


def _past() -> tuple[Past, ...]:
    gone = [
        _finding(900 + number, kind, Outcome.FAIL, State.EXISTING)
        for number, kind in enumerate(("version", "model", "version", "model"))
    ]
    return tuple(Past(finding, carried=number > 1) for number, finding in enumerate(gone))


def _counts(findings: list[Finding]) -> Iterator[RuleCount]:
    for line, ((kind, severity), rule) in enumerate(_RULES.items(), start=7):
        mine = [finding.outcome for finding in findings if finding.rule == rule]
        yield RuleCount(
            rule=rule,
            policy="hostile",
            title=f"Rule {rule} holds",
            severity=severity,
            kind=kind,
            rationale="Names are written by another company.",
            controls=_CONTROLS,
            path=POLICY_PATH,
            line=line,
            substantive=3,
            vacuous=1,
            fail=mine.count(Outcome.FAIL),
            waived=mine.count(Outcome.WAIVED),
            unknown=mine.count(Outcome.UNKNOWN),
            not_applicable=2,
        )


def _policy() -> PolicyUsed:
    return PolicyUsed(
        policy="hostile",
        title="Rules for models with hostile names",
        path=POLICY_PATH,
        sha256="ab" * 32,
        rules=tuple(_RULES.values()),
        params={"failed_max_age": "30d", "pattern": "^<b>|[a-z]+$", "max_versions": 50},
    )


def _waivers() -> tuple[WaiverUsed, ...]:
    return tuple(
        WaiverUsed(
            rule="CRML-900",
            arn=model_arn(number),
            version=("*", "BASE", None)[number % 3],
            reason=text,
            owner=text,
            expires="2027-01-31",
            status=("used", "expiring", "expired", "lapsed", "unmatched", "unseen")[number % 6],
            ticket=text,
            detail=text,
        )
        for number, text in enumerate(TEXTS)
    )


def _coverage() -> Coverage:
    texts = list(enumerate(TEXTS))
    return Coverage(
        targets=2,
        models=70,
        versions=1040,
        ages=tuple(
            StatusAges(text, (0 if number else 1041 - len(TEXTS), *(0,) * 5, min(number, 1)))
            for number, text in texts
        ),
        api_calls={"ListTrainedModelVersions": 72},
        unread=tuple(_unread(number, text) for number, text in texts),
        blind_spots=tuple(BlindSpot(_place(number), "BASE", text, text) for number, text in texts),
        anomalies=tuple(
            Anomaly(_place(number), "RowsDiffer", text, text) for number, text in texts
        ),
        unrecognised=tuple(
            Unrecognised("status", text, "ListTrainedModelVersions", number + 1)
            for number, text in texts
        ),
    )


def _place(number: int) -> Place:
    account, region = PLACES[number % len(PLACES)]
    return Place("ads-prod", account, region, MEMBERSHIP, model_arn(number))


def _unread(number: int, text: str) -> Unread:
    place = _place(number)
    whole = Place(place.target, place.account, place.region, place.membership)
    return Unread(
        place=whole if number % 5 == 0 else place,
        operation="ListTrainedModelVersions",
        code=text or "AccessDeniedException",
        message=text,
        request_id=text,
        attempts=4,
        permission=("cleanrooms-ml:ListTrainedModelVersions", "cleanrooms:PassMembership"),
        remedy=text,
    )
