"""As many findings as somebody wants, as a real run would give them."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from auditor.judge.findings import finding_id
from auditor.model import Finding, Outcome, Report, Verdict
from tests.report import samples

RULES = tuple(samples.TITLES)
PER_MODEL = 100

_OUTCOMES = (Outcome.FAIL, Outcome.FAIL, Outcome.UNKNOWN, Outcome.WAIVED)


def crowd(count: int) -> Iterator[Finding]:
    """Findings of every made-up rule and each outcome, `PER_MODEL` of each model."""
    for number in range(count):
        about = samples.resource(
            number // PER_MODEL, samples.version_id(number)[:36], f"model-{number // PER_MODEL}"
        )
        rule, outcome = RULES[number % len(RULES)], _OUTCOMES[number % len(_OUTCOMES)]
        reason = "its details cannot be read" if outcome is Outcome.UNKNOWN else None
        message = f"version {about.version} failed {number % 400}d 3h ago"
        made = samples.finding(rule, outcome, message, about, reason)
        yield replace(
            made,
            id=finding_id(rule, about.arn, about.version),
            remediation=f"Then run\naws cleanroomsml delete-trained-model-output"
            f" --membership-identifier {about.membership} --trained-model-arn {about.arn}"
            f" --version-identifier {about.version}",
        )


def crowded_report(count: int) -> Report:
    """The run that gave so many findings."""
    found = [(one.rule, one.outcome) for one in crowd(count)]
    rules = [
        samples.count(
            rule,
            fail=found.count((rule, Outcome.FAIL)),
            unknown=found.count((rule, Outcome.UNKNOWN)),
            waived=found.count((rule, Outcome.WAIVED)),
            substantive=count,
        )
        for rule in RULES
    ]
    return samples.report(Verdict.NON_COMPLIANT, rules)
