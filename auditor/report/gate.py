"""The decision about one version, on one screen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypedDict

from msgspec import Struct
from rich.console import Console, ConsoleOptions, RenderResult

from auditor.model import Outcome, Report, Severity, Verdict
from auditor.report import headline
from auditor.report.known import put_known
from auditor.report.screen import OUTCOME_STYLES, VERDICT_STYLES, Screen
from auditor.report.sections import put_files, put_unseen

LATEST = "latest"
"""What is asked for when the newest version is meant."""

_DECISIONS = {
    Verdict.COMPLIANT: "RELEASE",
    Verdict.NON_COMPLIANT: "DO NOT RELEASE",
    Verdict.INCOMPLETE: "CANNOT SAY",
}
_ORDER = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.WAIVED, Outcome.PASS, Outcome.NOT_APPLICABLE)
_MESSAGE = 300
_LABELS = 11
_OUTCOMES = 16


class GateOutcome(TypedDict):
    """What one rule says of the version, or of its model, and why."""

    rule: str
    title: str
    severity: str
    outcome: str
    message: str


class Gate(TypedDict):
    """What `Report.gate` holds.

    ``asked`` is the version as it was asked for: an identifier, `BASE` or ``latest``. ``version``
    is the one that was judged. It and what follows it are None where it could not be read.
    """

    arn: str
    asked: str
    version: str | None
    name: str | None
    status: str | None
    createTime: str | None
    outcomes: list[GateOutcome]


class GateScreen(Struct, frozen=True):
    """A decision that rich prints; it fits the width and the encoding of the console."""

    report: Report
    gate: Mapping[str, Any]
    run_directory: Path
    files: tuple[str, ...]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The lines of the decision."""
        screen = Screen(console, options)
        _put_decision(screen, self.report)
        _put_subject(screen, self.report, self.gate)
        _put_outcomes(screen, self.report, self.gate["outcomes"])
        put_known(screen, self.report)
        put_unseen(screen, self.report.coverage)
        put_files(screen, self.run_directory, self.files)
        yield from screen


def gate_screen(report: Report, run_directory: Path, files: Iterable[str] = ()) -> GateScreen:
    """What a release engineer reads; the report is one of `auditor gate`."""
    if report.gate is None:
        raise ValueError("the report is not one of a gate")
    return GateScreen(report, report.gate, run_directory, tuple(files))


def _put_decision(screen: Screen, report: Report) -> None:
    decision = _DECISIONS[report.verdict]
    screen.heading(decision, VERDICT_STYLES[report.verdict], strong=True)
    ended = "interrupted" if report.interrupted else f"exit code {report.verdict.exit_code}"
    screen.put(
        0, (f"{headline.word(report)}, {ended}. ", "bold"), " ".join(headline.sentences(report))
    )


def _put_subject(screen: Screen, report: Report, gate: Mapping[str, Any]) -> None:
    screen.blank()
    _put_row(screen, "Model", gate["name"])
    screen.put_path(2, gate["arn"], label=("ARN", "bold"), column=_LABELS)
    _put_row(screen, "Version", gate["version"])
    if gate["asked"] == LATEST:
        _put_row(screen, "Asked for", _asked(gate))
    _put_row(screen, "Status", gate["status"])
    _put_row(screen, "Created", gate["createTime"])
    _put_row(screen, "As of", report.now)


def _put_row(screen: Screen, label: str, text: str | None) -> None:
    said = "not known: it could not be read" if text is None else text
    screen.put(2, said, label=(label, "bold"), column=_LABELS)


def _asked(gate: Mapping[str, Any]) -> str:
    if gate["version"] is None:
        return f"{LATEST}, which could not be computed"
    return f"{LATEST} = {gate['version']}, newest createTime {gate['createTime']}, computed"


def _put_outcomes(screen: Screen, report: Report, outcomes: Sequence[GateOutcome]) -> None:
    if outcomes:
        screen.blank()
    for one in sorted(outcomes, key=_rank):
        outcome, severity = Outcome(one["outcome"]), Severity(one["severity"])
        note = severity.value
        if outcome is Outcome.FAIL and not headline.decides(severity, report):
            note += f", below {report.fail_on}: does not decide"
        label = (outcome.replace("_", " ").upper(), OUTCOME_STYLES[outcome])
        title = f" {one['title']} ({note})"
        screen.put(2, (one["rule"], "bold"), title, label=label, column=_OUTCOMES)
        if one["message"] and outcome not in (Outcome.PASS, Outcome.NOT_APPLICABLE):
            screen.put(2 + _OUTCOMES, screen.cut(one["message"], _MESSAGE))


def _rank(one: GateOutcome) -> tuple[int, int, str]:
    """What decides first: failures, then the unknown, the worst of each before the others."""
    return _ORDER.index(Outcome(one["outcome"])), -Severity(one["severity"]).rank, one["rule"]
