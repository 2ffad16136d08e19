"""The sections that every screen shares: what was not seen, what was, and where the files are."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from auditor.model import (
    Anomaly,
    BlindSpot,
    Coverage,
    Place,
    Report,
    RuleCount,
    Unread,
    Unrecognised,
)
from auditor.report.document import outcomes
from auditor.report.headline import unread_things
from auditor.report.identity import own_words, surroundings
from auditor.report.screen import Screen
from auditor.report.words import between, counted

EXAMPLES = 3
"""How many examples are shown of one thing."""

_TEXT = 300
_NAME = 100
_ITEMS = 10
_LABELS = 11

Thing = TypeVar("Thing")
Key = TypeVar("Key", bound=Hashable)


def put_unseen(screen: Screen, coverage: Coverage) -> None:
    """Put everything that was not read, or not as expected; nothing where there is nothing."""
    if coverage.unread:
        _put_unread(screen, coverage.unread)
    if coverage.blind_spots:
        _put_blind_spots(screen, coverage.blind_spots)
    if coverage.anomalies:
        _put_anomalies(screen, coverage.anomalies)
    if coverage.unrecognised:
        _put_unrecognised(screen, coverage.unrecognised)


def put_more(screen: Screen, indent: int, more: int) -> None:
    """Say how many are not shown; nothing where all are."""
    if more > 0:
        screen.put(indent, f"{screen.ellipsis} and {more:,} more")


def _put_unread(screen: Screen, unread: tuple[Unread, ...]) -> None:
    _section(screen, f"Not read: {unread_things(unread)}")
    groups = _grouped(unread, lambda one: (one.code, one.operation, one.remedy))
    for (code, operation, remedy), group in groups.items():
        first = group[0]
        things = unread_things(tuple(group))
        screen.put(2, (screen.cut(code, _NAME), "bold yellow"), f" on {operation}: {things}")
        if first.message:
            screen.put(4, screen.cut(first.message, _TEXT))
        _put_places(screen, [(one.place, one.version) for one in group])
        if first.permission:
            screen.put(4, ", ".join(first.permission), label="Needs:", column=7)
        if remedy:
            screen.put(4, remedy, label="To do:", column=7)
        if first.request_id:
            screen.put(4, (f"Request id: {screen.cut(first.request_id, _NAME)}", "dim"))


def _put_blind_spots(screen: Screen, spots: tuple[BlindSpot, ...]) -> None:
    _section(screen, f"Blind spots: {len(spots):,}, which AWS gives no way to read")
    for (what, why), group in _grouped(spots, lambda spot: (spot.what, spot.why)).items():
        screen.put(2, f"{what}: {why}")
        _put_places(screen, [(spot.place, spot.version) for spot in group])


def _put_anomalies(screen: Screen, anomalies: tuple[Anomaly, ...]) -> None:
    _section(screen, f"Anomalies: {len(anomalies):,} in what AWS answered")
    for code, group in _grouped(anomalies, lambda anomaly: anomaly.code).items():
        screen.put(2, (code, "bold"), f": {screen.cut(group[0].message, _TEXT)}")
        _put_places(screen, [(one.place, one.version) for one in group])


def _put_unrecognised(screen: Screen, items: tuple[Unrecognised, ...]) -> None:
    _section(screen, f"Unrecognised: {len(items):,}, kept as they came")
    for item in items[:_ITEMS]:
        name = screen.cut(item.name, _NAME)
        times = counted(item.count, "time")
        screen.put(2, f"{item.what} ", (name, "bold"), f" in {item.operation}: {times}")
    put_more(screen, 2, len(items) - _ITEMS)


def _put_places(screen: Screen, places: Sequence[tuple[Place, str | None]]) -> None:
    """Put the first places, those of one membership under it."""
    shown = places[:EXAMPLES]
    for around, group in _grouped(shown, lambda one: surroundings(one[0])).items():
        if around:
            screen.put(4, f"in {around}")
        for place, version in group:
            own = own_words(place, version)
            if own:
                screen.put(6, own)
    put_more(screen, 6, len(places) - len(shown))


def put_coverage(screen: Screen, report: Report) -> None:
    """Put what was looked at and judged, and as of when."""
    _section(screen, "Coverage")
    _row(screen, "Looked at", _looked_at(report.coverage))
    _row(screen, "Calls", _calls(report.coverage))
    _row(screen, "Policies", ", ".join(policy.policy for policy in report.policies))
    _row(screen, "Rules", _rules(report))
    idle = [rule.rule for rule in report.rules if _idle(rule)]
    if idle:
        _row(screen, "Idle", f"{', '.join(idle)}: applied to nothing")
    if report.allowed:
        _row(
            screen,
            "Allowed",
            f"{counted(len(report.allowed), 'problem')} of rules, by their policy",
        )
    _row(screen, "As of", f"{report.now}, the moment that ages are counted to")
    _row(screen, "Time", between(report.started_at, report.finished_at))


def _idle(rule: RuleCount) -> bool:
    return rule.judged == rule.not_applicable and not rule.unknown


def _looked_at(coverage: Coverage) -> str:
    looked = (
        f"{counted(coverage.targets, 'target')}, {counted(coverage.models, 'model')},"
        f" {counted(coverage.versions, 'version')}"
    )
    return looked + (f"; not in full: {unread_things(coverage.unread)}" if coverage.unread else "")


def _calls(coverage: Coverage) -> str:
    if not coverage.api_calls:
        return "none to AWS"
    each = ", ".join(f"{name} {count:,}" for name, count in sorted(coverage.api_calls.items()))
    return f"{sum(coverage.api_calls.values()):,} to AWS ({each})"


def _rules(report: Report) -> str:
    """``14: 3,120 pass (14 vacuous), 21 fail, 4 unknown``."""
    spoken = {
        name.replace("_", " "): count for name, count in outcomes(report.rules).items() if count
    }
    vacuous = sum(rule.vacuous for rule in report.rules)
    each = [
        f"{count:,} {name}" + (f" ({vacuous:,} vacuous)" if name == "pass" and vacuous else "")
        for name, count in spoken.items()
    ]
    return f"{len(report.rules)}: {', '.join(each) or 'nothing was judged'}"


def put_files(screen: Screen, run_directory: Path, files: Iterable[str]) -> None:
    """Put where the run's files are."""
    _section(screen, "Files")
    screen.put_path(2, f"{run_directory}/")
    screen.put_list(4, files)


def _section(screen: Screen, title: str) -> None:
    screen.blank()
    screen.heading(title)


def _row(screen: Screen, label: str, text: str) -> None:
    screen.put(2, text, label=(label, "bold"), column=_LABELS)


def _grouped(things: Iterable[Thing], key: Callable[[Thing], Key]) -> dict[Key, list[Thing]]:
    """The things by their key, in the order in which the keys first came."""
    groups: dict[Key, list[Thing]] = {}
    for thing in things:
        groups.setdefault(key(thing), []).append(thing)
    return groups
