"""What differs between two runs, for people, for programs and for a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct, field
from rich.console import Console, ConsoleOptions, RenderResult

from auditor.model import Finding, Outcome, Report
from auditor.report.document import finding_json
from auditor.report.encoding import line
from auditor.report.identity import identifiers, recognisable, shortened
from auditor.report.markup import code, plain
from auditor.report.screen import SEVERITY_STYLES, Screen
from auditor.report.words import listed

DIFFERENCE = "auditor.diff/1"

EXAMPLES = 3
"""How many findings of one rule are shown to people."""

_MESSAGE = 300


class Change(StrEnum):
    """What became of a finding between two runs; `CARRIED` where nobody knows."""

    NEW = "new"
    REOPENED = "reopened"
    CHANGED = "changed"
    RESOLVED = "resolved"
    CARRIED = "carried"
    UNCHANGED = "unchanged"


_MEANINGS: Mapping[Change, str] = {
    Change.NEW: "not there before",
    Change.REOPENED: "resolved or waived before, and back",
    Change.CHANGED: "there before, with another outcome",
    Change.RESOLVED: "there before, and gone",
    Change.CARRIED: "there before, and not looked for: nobody knows",
}


class Changed(Struct, frozen=True):
    """A finding and what became of it; ``was`` is its outcome before, None where it had none."""

    change: Change
    finding: Finding
    was: Outcome | None = None


class Side(Struct, frozen=True):
    """One of the two runs; what is not known of a file of findings is empty."""

    run: str
    now: str = ""
    verdict: str = ""
    complete: bool | None = None


def side(run: str, report: Report | None) -> Side:
    """One of the two runs, as far as it is known."""
    if report is None:
        return Side(run)
    return Side(report.run, report.now, report.verdict.word, report.complete)


class _Group(Struct):
    """What changed alike for one rule: how many findings, and the first of them."""

    count: int = 0
    examples: list[Changed] = field(default_factory=list)


class Difference:
    """What differs between two runs: counts, and the first findings of each rule and change."""

    def __init__(self, before: Side, after: Side, changes: Iterable[Changed]) -> None:
        self.before, self.after = before, after
        self.counts = dict.fromkeys(Change, 0)
        self._groups: dict[Change, dict[str, _Group]] = {change: {} for change in _MEANINGS}
        for changed in changes:
            self._add(changed)

    def _add(self, changed: Changed) -> None:
        self.counts[changed.change] += 1
        if changed.change is Change.UNCHANGED:
            return
        group = self._groups[changed.change].setdefault(changed.finding.rule, _Group())
        group.count += 1
        if len(group.examples) < EXAMPLES:
            group.examples.append(changed)

    def groups(self) -> Iterator[tuple[Change, list[_Group]]]:
        """What changed, by change; the rules of each in the order of severity, then id."""
        for change, groups in self._groups.items():
            if groups:
                yield change, sorted(groups.values(), key=_urgency)

    def short(self, ellipsis: str) -> Mapping[str, str]:
        """A short form of every identifier in the examples."""
        groups = [group for groups in self._groups.values() for group in groups.values()]
        shown = [one.finding.resource for group in groups for one in group.examples]
        return shortened(identifiers(shown), ellipsis)

    def sentence(self) -> str:
        """The counts as one sentence."""
        spoken = [f"{count:,} {change}" for change, count in self.counts.items() if count]
        return f"{listed(spoken)}." if spoken else "Neither run has findings."

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The difference on a terminal."""
        screen = Screen(console, options)
        _put(screen, self)
        yield from screen


def _urgency(group: _Group) -> tuple[int, str]:
    finding = group.examples[0].finding
    return -finding.severity.rank, finding.rule


def _put(screen: Screen, difference: Difference) -> None:
    screen.heading(f"{difference.before.run} to {difference.after.run}")
    screen.put(0, difference.sentence())
    short = difference.short(screen.ellipsis)
    for change, groups in difference.groups():
        screen.blank()
        screen.heading(f"{change.capitalize()}: {difference.counts[change]:,}")
        screen.put(0, (_MEANINGS[change], "dim"))
        for group in groups:
            _put_group(screen, group, short)


def _put_group(screen: Screen, group: _Group, short: Mapping[str, str]) -> None:
    first = group.examples[0].finding
    screen.put(
        2,
        (first.severity.upper(), SEVERITY_STYLES[first.severity]),
        f" {first.title}: ",
        (f"{group.count:,}", "bold"),
        label=(first.rule, "bold"),
        column=len(first.rule) + 2,
    )
    for changed in group.examples:
        screen.put(4, screen.cut(_about(changed, short), _MESSAGE))
        screen.put(6, screen.cut(changed.finding.message, _MESSAGE))
    if group.count > len(group.examples):
        screen.put(4, f"{screen.ellipsis} and {group.count - len(group.examples):,} more")


def _about(changed: Changed, short: Mapping[str, str]) -> str:
    """The resource of a finding, with both outcomes where they differ."""
    resource = recognisable(changed.finding.resource, short)
    if changed.change is Change.CHANGED:
        return f"{resource}: {changed.was} before, {changed.finding.outcome} now"
    return resource


def difference_lines(before: Side, after: Side, changes: Iterable[Changed]) -> Iterator[str]:
    """One JSON document, line by line: what changed, and how much of everything.

    Unchanged findings are counted and not listed.
    """
    counts = dict.fromkeys(Change, 0)
    head = {"schema": DIFFERENCE, "before": _side_json(before), "after": _side_json(after)}
    yield line(head).removesuffix("}\n") + ',"changes":[\n'
    first = True
    for changed in changes:
        counts[changed.change] += 1
        if changed.change is not Change.UNCHANGED:
            yield ("" if first else ",") + line(_changed_json(changed))
            first = False
    yield '],"counts":' + line(counts).rstrip("\n") + "}\n"


def _side_json(side: Side) -> dict[str, Any]:
    return {
        "run": side.run,
        "now": side.now or None,
        "verdict": side.verdict or None,
        "complete": side.complete,
    }


def _changed_json(changed: Changed) -> dict[str, Any]:
    return {
        "change": changed.change,
        "was": changed.was,
        "finding": finding_json(changed.finding),
    }


def difference_markdown(difference: Difference) -> str:
    """The difference as Markdown, short enough for a comment."""
    names = f"{code(difference.before.run)} to {code(difference.after.run)}"
    short = difference.short("\N{HORIZONTAL ELLIPSIS}")
    rows = [f"**{names}**: {difference.sentence()}", ""]
    for change, groups in difference.groups():
        rows += [f"### {change.capitalize()}: {difference.counts[change]:,}", ""]
        rows += [f"{_MEANINGS[change].capitalize()}.", ""]
        rows += [text for group in groups for text in _group_markdown(group, short)]
        rows.append("")
    return "\n".join(rows).rstrip("\n") + "\n"


def _group_markdown(group: _Group, short: Mapping[str, str]) -> Iterator[str]:
    first = group.examples[0].finding
    yield f"- {code(first.rule)} {first.severity}, {plain(first.title)}: {group.count:,}"
    for changed in group.examples:
        said = code(changed.finding.message, _MESSAGE)
        yield f"  - {code(_about(changed, short), _MESSAGE)}: {said}"
    if group.count > len(group.examples):
        yield f"  - and {group.count - len(group.examples):,} more"
