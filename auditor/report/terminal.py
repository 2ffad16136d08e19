"""The summary of a run on a terminal: the verdict first, and the verdict last.

It stays short however much was found: a few examples of each thing, and how many more there are;
the more rules have findings, the fewer examples of each.
NOTE: remediation commands are not shown here. Wrapped or cut, one that lost its
``--version-identifier`` would delete the base version instead of the one that failed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct
from rich.console import Console, ConsoleOptions, RenderResult

from auditor.model import Finding, Outcome, Report, RuleCount, Severity
from auditor.report import headline
from auditor.report.highlights import Highlights
from auditor.report.identity import identifiers, recognisable, shortened
from auditor.report.known import put_known
from auditor.report.screen import OUTCOME_STYLES, SEVERITY_STYLES, VERDICT_STYLES, Screen
from auditor.report.sections import EXAMPLES, put_coverage, put_files, put_more, put_unseen
from auditor.report.words import counted

_MESSAGE = 300
_RESOURCE = 200
_LABELS = 9
_ALL_EXAMPLES = 12


class Summary(Struct, frozen=True):
    """A summary that rich prints; it fits the width and the encoding of the console."""

    report: Report
    highlights: Highlights
    run_directory: Path
    files: tuple[str, ...]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The lines of the summary."""
        screen = Screen(console, options)
        _put_verdict(screen, self.report)
        _put_findings(screen, self.report, self.highlights)
        put_known(screen, self.report)
        put_unseen(screen, self.report.coverage)
        put_coverage(screen, self.report)
        put_files(screen, self.run_directory, self.files)
        _put_end(screen, self.report)
        yield from screen


def summary(
    report: Report, highlights: Highlights, run_directory: Path, files: Iterable[str] = ()
) -> Summary:
    """What a person reads after a run; ``files`` are the names of the run's files."""
    return Summary(report, highlights, run_directory, tuple(files))


def _put_verdict(screen: Screen, report: Report) -> None:
    screen.heading(headline.word(report), VERDICT_STYLES[report.verdict], strong=True)
    for sentence in headline.sentences(report):
        screen.put(0, sentence)


def _put_end(screen: Screen, report: Report) -> None:
    """The verdict once more, and why: of a long log only the end is seen."""
    ended = "interrupted" if report.interrupted else f"exit code {report.verdict.exit_code}"
    screen.blank()
    screen.put(0, next(headline.sentences(report)))
    screen.put(0, (headline.word(report), VERDICT_STYLES[report.verdict]), f", {ended}")


def _put_findings(screen: Screen, report: Report, highlights: Highlights) -> None:
    found = [rule for rule in report.rules if rule.fail or rule.unknown or rule.waived]
    if not found:
        return
    shown = [finding.resource for kept in highlights.findings.values() for finding in kept]
    short = shortened(identifiers(shown), screen.ellipsis)
    most = _examples(len(found))
    screen.blank()
    screen.heading("Findings")
    for severity in reversed(Severity):
        rules = [rule for rule in found if rule.severity is severity]
        if rules:
            _put_severity(screen, severity, report)
        for rule in sorted(rules, key=lambda rule: rule.rule):
            _put_rule_line(screen, rule, compared=report.compared is not None)
            _put_examples(screen, rule, highlights, most, short)


def _put_severity(screen: Screen, severity: Severity, report: Report) -> None:
    decides = headline.decides(severity, report)
    note = "" if decides else f"  below {report.fail_on}: does not decide the verdict"
    screen.put(0, (severity.upper(), SEVERITY_STYLES[severity]), note)


def _examples(rules: int) -> int:
    """How many examples each rule has: all in all they fit on a screen or two."""
    return max(1, min(EXAMPLES, _ALL_EXAMPLES // rules))


def _put_rule_line(screen: Screen, rule: RuleCount, *, compared: bool) -> None:
    found = (_found(rule, compared=compared), "bold")
    screen.put(2, f"{rule.title}: ", found, label=(rule.rule, "bold"), column=len(rule.rule) + 2)


def _put_examples(
    screen: Screen, rule: RuleCount, highlights: Highlights, most: int, short: Mapping[str, str]
) -> None:
    for outcome, total in (
        (Outcome.FAIL, rule.fail),
        (Outcome.UNKNOWN, rule.unknown),
    ):
        examples = highlights.of(rule.rule, outcome)[:most]
        for finding in examples:
            _put_example(screen, finding, short)
        if examples:
            put_more(screen, 4 + _LABELS, total - len(examples))


def _found(rule: RuleCount, *, compared: bool) -> str:
    """``20 failed (3 new), 4 unknown (1 blind spot)``; new is only told against a baseline."""
    fresh = f" ({rule.fresh:,} new)" if compared and rule.fresh else ""
    blind = f" ({counted(rule.blind, 'blind spot')})" if rule.blind else ""
    counts = (
        f"{rule.fail:,} failed{fresh}" if rule.fail else "",
        f"{rule.unknown:,} unknown{blind}" if rule.unknown else "",
        f"{rule.waived:,} waived" if rule.waived else "",
    )
    return ", ".join(filter(None, counts))


def _put_example(screen: Screen, finding: Finding, short: Mapping[str, str]) -> None:
    label = (finding.outcome.upper(), OUTCOME_STYLES[finding.outcome])
    about = screen.cut(recognisable(finding.resource, short), _RESOURCE)
    screen.put(4, about, label=label, column=_LABELS)
    said = finding.message
    if finding.outcome is Outcome.UNKNOWN and finding.reason:
        said = finding.reason
    screen.put(4 + _LABELS, screen.cut(said, _MESSAGE))
