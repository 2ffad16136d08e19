"""``report.md``: a run as Markdown, short enough for a comment on a pull request.

The verdict comes first, and what is missing before what was found. Every part has a bound, and
findings have the rest of the room; what is left out is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from auditor.model import Finding, Outcome, Report, RuleCount, Severity, State, Verdict
from auditor.report import headline
from auditor.report.document import outcomes
from auditor.report.highlights import Highlights, HighlightsCollector
from auditor.report.identity import short_names
from auditor.report.markdown_parts import compliance, coverage, evidence, unread, waivers
from auditor.report.markup import code, fitted, plain, size
from auditor.report.words import counted, listed, steps

COMMENT = 65_536
"""Characters of a comment on GitHub."""

STEP_SUMMARY = 1 << 20
"""Bytes of the summary of one step on GitHub; beyond, the whole summary is refused."""

_RESERVE = 512
_COMMENT_EXAMPLES = 3
_SUMMARY_EXAMPLES = 50
_MESSAGE = 300
_COMMAND = 1000
_TITLES = {
    Outcome.FAIL: "Failures",
    Outcome.UNKNOWN: "Could not be judged",
    Outcome.WAIVED: "Waived",
}
_STATES = ("new", "reopened", "existing", "resolved", "carried")


def markdown(report: Report, findings: Iterable[Finding]) -> Iterator[str]:
    """The report for a comment; it comes when all findings were seen."""
    return _document(report, findings, _COMMENT_EXAMPLES, COMMENT)


def step_summary(report: Report, findings: Iterable[Finding]) -> Iterator[str]:
    """The report with more examples, for ``$GITHUB_STEP_SUMMARY``."""
    return _document(report, findings, _SUMMARY_EXAMPLES, STEP_SUMMARY)


def _document(
    report: Report, findings: Iterable[Finding], examples: int, limit: int
) -> Iterator[str]:
    collector = HighlightsCollector(examples)
    for finding in findings:
        collector.add(finding)
    not_seen = fitted(list(unread(report.coverage)), limit // 8)
    head = [*_verdict(report), *_counts(report), *not_seen]
    tail = [
        line
        for part in (waivers(report), compliance(report), coverage(report), evidence(report))
        for line in fitted(list(part), limit // 8)
    ]
    room = limit - size(head) - size(tail) - _RESERVE
    found = fitted(list(_findings(report, collector.highlights())), room)
    return (f"{line}\n" for line in (*head, *found, *tail))


def _verdict(report: Report) -> Iterator[str]:
    yield f"## {headline.word(report)}"
    yield ""
    sentences = list(headline.sentences(report))
    if not report.complete:
        gap = sentences.pop(report.verdict is Verdict.NON_COMPLIANT)
        yield "> [!WARNING]"
        yield f"> **INCOMPLETE.** {plain(gap)}"
        yield ""
    ended = "Interrupted." if report.interrupted else f"Exit code {report.verdict.exit_code}."
    yield plain(" ".join([*sentences, ended]))
    if report.compared:
        counts = report.compared.counts
        spoken = [f"{counts[state]:,} {state}" for state in _STATES if counts.get(state)]
        yield ""
        yield f"Against {code(report.compared.run, _MESSAGE)}: {listed(spoken) or 'no findings'}."
    yield ""


def _counts(report: Report) -> Iterator[str]:
    """How often each outcome was given, by severity; severities without rules are left out."""
    yield "| severity | pass | fail | unknown | waived | not applicable |"
    yield "|---|--:|--:|--:|--:|--:|"
    for severity in reversed(Severity):
        rules = [rule for rule in report.rules if rule.severity is severity]
        if rules:
            yield _count_row(severity, rules)
    yield _count_row("all", report.rules)
    yield ""


def _count_row(name: str, rules: Sequence[RuleCount]) -> str:
    counts = outcomes(rules)
    cells = [counts[each] for each in ("pass", "fail", "unknown", "waived", "not_applicable")]
    return f"| {name} | {' | '.join(f'{cell:,}' for cell in cells)} |"


def _findings(report: Report, highlights: Highlights) -> Iterator[str]:
    """Failures, then what could not be judged, then what is waived; the worst rules first."""
    for outcome, title in _TITLES.items():
        rules = [rule for rule in report.rules if _count(rule, outcome)]
        if rules:
            yield f"### {title}"
            yield ""
        for rule in sorted(rules, key=lambda rule: (-rule.severity.rank, rule.rule)):
            yield from _of_a_rule(rule, outcome, report, highlights.of(rule.rule, outcome))


def _count(rule: RuleCount, outcome: Outcome) -> int:
    return {
        Outcome.FAIL: rule.fail,
        Outcome.UNKNOWN: rule.unknown,
        Outcome.WAIVED: rule.waived,
    }[outcome]


def _of_a_rule(
    rule: RuleCount, outcome: Outcome, report: Report, kept: Sequence[Finding]
) -> Iterator[str]:
    count = _count(rule, outcome)
    note = _note(rule, outcome, report)
    yield f"**{plain(rule.rule)} {plain(rule.title)}** ({note})"
    yield ""
    names = short_names([finding.resource for finding in kept])
    for finding, name in zip(kept, names, strict=True):
        new = f"**{finding.state}** " if finding.state in (State.NEW, State.REOPENED) else ""
        said = f"{code(finding.message, _MESSAGE)}{_waived(finding)}"
        yield f"- {new}{code(name, _MESSAGE)}: {said}"
    if count > len(kept):
        yield f"- and {count - len(kept):,} more"
    if kept and outcome is Outcome.FAIL:
        yield from _todo(kept[0], count)
    yield ""


def _waived(finding: Finding) -> str:
    """Why a waived finding is, and until when; nothing for another one."""
    if finding.waiver is None:
        return ""
    until, why = str(finding.waiver.get("expires", ""))[:10], str(finding.waiver.get("reason", ""))
    return f", waived until {code(until)}: {code(why, _MESSAGE)}"


def _note(rule: RuleCount, outcome: Outcome, report: Report) -> str:
    noun = {Outcome.FAIL: "failure", Outcome.UNKNOWN: "outcome"}.get(outcome, "finding")
    parts = [rule.severity.value, counted(_count(rule, outcome), noun)]
    if outcome is Outcome.FAIL and report.compared:
        parts.append(f"{rule.fresh:,} new")
    if outcome is Outcome.FAIL and not headline.decides(rule.severity, report):
        parts.append(f"below {report.fail_on}: does not decide the verdict")
    if outcome is Outcome.UNKNOWN and rule.blind:
        parts.append(f"{rule.blind:,} of them blind spots")
    return ", ".join(parts)


def _todo(finding: Finding, count: int) -> Iterator[str]:
    if finding.remediation and len(finding.remediation) <= _COMMAND:
        yield f"- to do{' for the first' if count > 1 else ''}:"
        yield from (f"  - {code(step)}" for step in steps(finding.remediation))
