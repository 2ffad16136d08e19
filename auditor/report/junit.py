"""``junit.xml``: what CI systems show as tests.

A suite for each model that has findings, with a case for each rule, and a last one with a case for
each rule on everything else. A failure fails, an unknown outcome is an error, what is waived is
skipped. The first suite says whether everything was read and judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from auditor.model import Finding, Outcome, Report, RuleCount, Unread
from auditor.report.attention import needing_somebody, sentence
from auditor.report.headline import gaps, sentences
from auditor.report.identity import tail
from auditor.report.junit_xml import LONGEST, Case, Result, Suite
from auditor.report.unread import refusal, remedy
from auditor.report.words import steps
from auditor.report.written import carried, known_rules
from auditor.timestamps import seconds

MOST = 50_000
"""Cases up to which a model's suite has those that pass; beyond, it has only those that do not."""

_LISTED = 20
_ELSE = "everything else that was read"
_ORDER = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.WAIVED)


def junit(report: Report, findings: Iterable[Finding]) -> Iterator[str]:
    """The suites, each as soon as the findings of its model have come."""
    run = _run(report)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n'
    suites = _suites(run, findings)
    for number, suite in enumerate(suites):
        yield suite.xml(number, report.started_at[:19])
    yield "</testsuites>\n"


class _Run(Struct, frozen=True):
    """What every suite needs; ``unread`` says by its ARN why a model was not read in full."""

    report: Report
    rules: Mapping[str, RuleCount]
    unread: Mapping[str, Unread]
    passes: bool


def _run(report: Report) -> _Run:
    unread = {
        each.place.arn: each
        for each in report.coverage.unread
        if each.place.arn is not None and each.version is None
    }
    cases = report.coverage.models * len(report.rules)
    return _Run(report, known_rules(report), unread, cases <= MOST)


def _suites(run: _Run, findings: Iterable[Finding]) -> Iterator[Suite]:
    yield _of_the_run(run.report)
    models = 0
    for _, group in groupby(findings, _arn):
        models += 1
        yield _of_a_model(run, list(group))
    for _, group in groupby(carried(run.report), _arn):
        yield _of_a_lost_model(run, list(group))
    if run.report.coverage.models > models or not run.passes:
        yield _of_the_rest(run.report)


def _arn(finding: Finding) -> str:
    return finding.resource.arn


def _of_the_run(report: Report) -> Suite:
    """One case: everything was read and judged."""
    result = Result()
    if not report.complete:
        why = "; ".join(gaps(report)) or "not everything was read and judged"
        unread = report.coverage.unread
        lines = [*map(_not_read, unread[:_LISTED]), *_more(len(unread))]
        result = Result("error", f"INCOMPLETE: {why}", "incomplete", lines)
    case = Case("everything was read and judged", "coverage", result)
    said = {
        "run": report.run,
        "verdict": report.verdict.word,
        "complete": str(report.complete).lower(),
        "now": report.now,
        **{f"version of {name}": version for name, version in report.tool.items()},
    }
    taken = max(0.0, seconds(report.finished_at) - seconds(report.started_at))
    return Suite("coverage", said, [case], [*sentences(report), *_waivers(report)], taken)


def _waivers(report: Report) -> Iterator[str]:
    every = needing_somebody(report)
    yield from map(sentence, every[:_LISTED])
    yield from _more(len(every))


def _of_a_model(run: _Run, findings: Sequence[Finding]) -> Suite:
    by_rule = _by_rule(findings)
    first = findings[0].resource
    name = f"{first.name} {tail(first.arn)}".strip()
    unread = run.unread.get(first.arn)
    rules = run.report.rules if run.passes else [run.rules[rule] for rule in by_rule]
    cases = [
        Case(_case_name(rule), name, _result(rule, by_rule.get(rule.rule, ()), unread))
        for rule in rules
    ]
    return Suite(name, _properties(findings[0]), cases)


def _of_a_lost_model(run: _Run, findings: Sequence[Finding]) -> Suite:
    """A model of which nobody knows what became of its findings in the baseline."""
    first = findings[0].resource
    name = f"{first.name} {tail(first.arn)} (not read in this run)".strip()
    cases = []
    for rule, group in _by_rule(findings).items():
        said = f"not read in this run; before: {_summary(group)}"
        result = Result("error", said, "carried", _listed(group))
        cases.append(Case(_case_name(run.rules[rule]), name, result))
    return Suite(name, _properties(findings[0]), cases)


def _of_the_rest(report: Report) -> Suite:
    """Each rule on everything that no other case is about."""
    cases = []
    for rule in report.rules:
        result = Result() if rule.judged else Result("skipped", "it was applied to nothing")
        cases.append(Case(_case_name(rule), _ELSE, result))
    return Suite(_ELSE, {"models": str(report.coverage.models)}, cases)


def _by_rule(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    return by_rule


def _case_name(rule: RuleCount) -> str:
    return f"{rule.rule} {rule.title} [{rule.kind}]"


def _properties(finding: Finding) -> dict[str, str]:
    resource = finding.resource
    return {
        "arn": resource.arn,
        "account": resource.account,
        "region": resource.region,
        "membership": resource.membership,
    }


def _result(rule: RuleCount, findings: Sequence[Finding], unread: Unread | None) -> Result:
    """What a rule says of a model and its versions: the worst of its findings."""
    ordered = sorted(findings, key=lambda finding: _ORDER.index(finding.outcome))
    worst = ordered[0].outcome if ordered else None
    said = Result("", _summary(ordered) if ordered else "", rule.severity, _listed(ordered))
    if worst is Outcome.FAIL:
        return replace(said, kind="failure")
    # NOTE: a blind spot leaves a run complete, so it must not break a build; where all that a rule
    # could not judge is blind spots, this is one.
    if worst is Outcome.UNKNOWN and rule.unknown > rule.blind:
        return replace(said, kind="error")
    if unread is not None:
        why = f"its versions were not all read: {unread.operation} gave {unread.code}"
        return Result("error", why, "unread", [*said.lines, *_todo(remedy(unread))])
    return replace(said, kind="skipped") if worst else Result()


def _summary(findings: Sequence[Finding]) -> str:
    more = len(findings) - 1
    return findings[0].message + (f" (and {more:,} more)" if more else "")


def _listed(findings: Sequence[Finding]) -> list[str]:
    lines: list[str] = []
    for finding in findings[:_LISTED]:
        version = finding.resource.version
        who = f"version {version}" if version else "the model"
        state = f" ({finding.state})" if finding.state else ""
        lines.append(f"{finding.outcome.upper()}{state} {who}: {finding.message}")
        if finding.waiver is not None:
            until, why = finding.waiver.get("expires"), finding.waiver.get("reason")
            lines.append(f"    waived until {until}: {why}")
        lines += _todo(finding.remediation)
    return [*lines, *_more(len(findings))]


def _todo(text: str) -> list[str]:
    if len(text) > LONGEST:
        text = "it is too long for this file; findings.jsonl has it"
    first, *others = steps(text) or [""]
    return [f"    to do: {first}", *(f"           {other}" for other in others)] if first else []


def _more(count: int) -> list[str]:
    return [f"... and {count - _LISTED:,} more"] if count > _LISTED else []


def _not_read(unread: Unread) -> str:
    return f"{refusal(unread)}: {remedy(unread) or unread.message}"
