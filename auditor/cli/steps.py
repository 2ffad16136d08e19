"""What looks at findings before they count: the waivers and the baseline that were asked for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from auditor.cli.options import OUTPUT, RunOptions
from auditor.cli.output import note
from auditor.cli.rules import Rules
from auditor.errors import UsageError
from auditor.judge.baseline import Baseline
from auditor.judge.digest import rule_digest
from auditor.judge.earlier import Earlier, earlier
from auditor.judge.judge import Step
from auditor.judge.waivers import Waivers
from auditor.model import Report
from auditor.sink.run_directory import LATEST, resolve_run


class Steps(Struct, frozen=True):
    """The waivers and the baseline of a run; None where there is none."""

    waivers: Waivers | None
    baseline: Baseline | None
    files: Mapping[str, str]

    def all(self) -> tuple[Step, ...]:
        """In their order: what is waived is no failure that could be new."""
        return tuple(step for step in (self.waivers, self.baseline) if step is not None)

    def told(self, report: Report) -> Report:
        """The report of a run that is over, with what became of waivers and baseline."""
        judged = {rule.rule for rule in report.rules}
        if self.waivers is not None:
            report = replace(report, waivers=self.waivers.used(judged))
        if self.baseline is not None:
            report = replace(report, compared=self.baseline.compared(report))
        return report


def steps_asked_for(asked: RunOptions, rules: Rules, now: str) -> Steps:
    """The steps of a run; ``files`` are those that they were read from, with their SHA-256.

    Raises UsageError where the baseline is not there, DamagedRun where it cannot be read.
    """
    if asked.fail_on_new and asked.baseline is None:
        raise UsageError(
            "--fail-on-new needs a baseline that says what is not new",
            "add --baseline latest, or the folder of a run",
        )
    files = {} if rules.waivers is None else {rules.waivers.path: rules.waivers.sha256}
    return Steps(_waivers(asked, rules, now), _baseline(asked), files)


def _waivers(asked: RunOptions, rules: Rules, now: str) -> Waivers | None:
    if rules.waivers is None:
        return None
    digests = {ready.rule.id: rule_digest(ready.rule) for ready in rules.ready}
    meant = [each for each in rules.waivers.waivers if asked.about in (None, each.arn)]
    return Waivers(meant, digests, now)


def _baseline(asked: RunOptions) -> Baseline | None:
    if asked.baseline is None:
        return None
    before = earlier_run(asked.baseline, asked.output or OUTPUT)
    if before is None:
        note(f"there is no {asked.baseline} run yet: everything is new", quiet=asked.quiet)
    return Baseline(before, asked.about)


def earlier_run(name: str, output: Path) -> Earlier | None:
    """The run that is named; None where it is the last one and there was none yet."""
    path = Path(name)
    if path.name == LATEST:
        link = output / LATEST if name == LATEST else path
        if not link.is_symlink() and not link.exists():
            return None
    elif path.is_file():
        return earlier(path)
    return earlier(resolve_run(output, name))
