"""Workflow commands for GitHub Actions: annotations in a job's log and on its pull request.

GitHub shows ten of each kind that one step prints and drops the others silently. So there is one
for each rule and not for each finding, the worst first, and the tenth says what is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from auditor.model import Finding, Outcome, Report, RuleCount, Unread
from auditor.report import headline
from auditor.report.attention import TROUBLED, about, needing_somebody
from auditor.report.highlights import Highlights, HighlightsCollector
from auditor.report.hostile import visible
from auditor.report.identity import short_names
from auditor.report.unread import remedy, what
from auditor.report.words import counted
from auditor.report.written import Spot, carried, spot

MOST = 10
"""Annotations of one kind that GitHub shows of one step."""

_EXAMPLES = 3
_NAMED = 30
_LONGEST = 300
_TITLE = 200
_LEVELS = ("error", "warning", "notice")


class _Annotation(Struct, frozen=True):
    """One command; ``short`` is what it is called where it is left out."""

    level: str
    title: str
    lines: Sequence[str]
    short: str
    at: Spot | None = None

    def command(self) -> str:
        """The command as a line."""
        place = {"file": self.at.path, "line": str(self.at.line)} if self.at else {}
        properties = {**place, "title": visible(self.title, _TITLE)}
        said = ",".join(f"{name}={_property(text)}" for name, text in properties.items())
        text = "\n".join(visible(one, _LONGEST) for one in self.lines)
        return f"::{self.level} {said}::{_data(text)}\n"


def workflow_commands(report: Report, findings: Iterable[Finding]) -> Iterator[str]:
    """The annotations of a run, the verdict first; they come when all findings were seen."""
    collector = HighlightsCollector()
    for finding in findings:
        collector.add(finding)
    every = list(_annotations(report, collector.highlights()))
    for level in _LEVELS:
        for annotation in _fitted([one for one in every if one.level == level]):
            yield annotation.command()


def _fitted(annotations: Sequence[_Annotation]) -> Iterator[_Annotation]:
    """As many as GitHub shows; the last says what is left out."""
    if len(annotations) <= MOST:
        yield from annotations
        return
    yield from annotations[: MOST - 1]
    left_out = [one.short for one in annotations[MOST - 1 :]]
    title = f"and {len(left_out)} more, because GitHub shows {MOST} of a kind"
    lines = ["Left out:", *left_out[:_NAMED], *_more(len(left_out), _NAMED)]
    yield _Annotation(annotations[0].level, title, lines, "")


def _annotations(report: Report, highlights: Highlights) -> Iterator[_Annotation]:
    yield _verdict(report)
    for rule in sorted(report.rules, key=_urgency):
        if rule.fail:
            level = "error" if _decides(rule, report) else "warning"
            yield _of_a_rule(rule, highlights, Outcome.FAIL, level)
    yield from _not_read(report.coverage.unread)
    for rule in sorted(report.rules, key=_urgency):
        if rule.unknown > rule.blind:
            yield _of_a_rule(rule, highlights, Outcome.UNKNOWN, "warning")
    yield from _carried(report)
    yield from _waivers(report)


def _urgency(rule: RuleCount) -> tuple[int, str]:
    return -rule.severity.rank, rule.rule


def _decides(rule: RuleCount, report: Report) -> bool:
    failures = rule.fresh if report.fail_on_new else rule.fail
    return failures > 0 and headline.decides(rule.severity, report)


def _verdict(report: Report) -> _Annotation:
    level = "error" if report.verdict.exit_code else "notice"
    return _Annotation(level, headline.word(report), [*headline.sentences(report)], "the verdict")


def _of_a_rule(
    rule: RuleCount, highlights: Highlights, outcome: Outcome, level: str
) -> _Annotation:
    count = rule.fail if outcome is Outcome.FAIL else rule.unknown
    noun = "failure" if outcome is Outcome.FAIL else "unknown outcome"
    kept = highlights.of(rule.rule, outcome)[:_EXAMPLES]
    lines = [f"{counted(count, noun)} of severity {rule.severity}"]
    names = short_names([finding.resource for finding in kept])
    lines += [f"- {name}: {one.message}" for name, one in zip(names, kept, strict=True)]
    lines += _more(count, len(kept))
    title = f"{rule.rule} {rule.title}"
    return _Annotation(level, title, lines, f"{rule.rule} ({counted(count, noun)})", spot(rule))


def _not_read(every: Iterable[Unread]) -> Iterator[_Annotation]:
    groups: dict[tuple[str, str, str], list[Unread]] = {}
    for unread in every:
        groups.setdefault((unread.operation, unread.code, remedy(unread)), []).append(unread)
    for (operation, code, todo), group in groups.items():
        lines = [group[0].message, *(f"- {what(each)}" for each in group[:_EXAMPLES])]
        lines += [*_more(len(group), _EXAMPLES), f"To do: {todo}" if todo else ""]
        title = f"Not read: {code} on {operation}: {headline.unread_things(tuple(group))}"
        yield _Annotation("warning", title, [*filter(None, lines)], title)


def _more(count: int, shown: int) -> list[str]:
    return [f"... and {count - shown:,} more"] if count > shown else []


def _carried(report: Report) -> Iterator[_Annotation]:
    count = sum(1 for _ in carried(report))
    if count:
        said = f"{counted(count, 'finding')} of the baseline: nobody looked this time"
        yield _Annotation("warning", "Neither found again nor resolved", [said], said)


def _waivers(report: Report) -> Iterator[_Annotation]:
    for waiver in needing_somebody(report):
        if waiver.status in (*TROUBLED, "expiring"):
            level = "warning" if waiver.status in TROUBLED else "notice"
            lines = [about(waiver), waiver.detail, f"owner: {waiver.owner}"]
            name = f"waiver of {about(waiver)}"
            yield _Annotation(level, f"A waiver is {waiver.status}", lines, name)


def _data(text: str) -> str:
    """NOTE: the percent sign comes first, or it would be escaped twice."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
