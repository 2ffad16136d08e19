"""What was looked at, and everything that was not: the section that keeps a page honest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import TypeVar

from auditor.model import Anomaly, BlindSpot, Coverage, Place, Report, RuleCount, Unread
from auditor.report import headline
from auditor.report.html.element import Child, Html, element, joined
from auditor.report.html.parts import code, command, empty, facts, own, section, table
from auditor.report.html.told import named
from auditor.report.html.view import View
from auditor.report.identity import surroundings, tail
from auditor.report.words import counted

_PLACES = 50
"""How many places are named of one reason."""

_GROUPS = 100
"""How many reasons are told apart."""

_ITEMS = 200

Thing = TypeVar("Thing")
Key = TypeVar("Key", bound=Hashable)


def coverage(view: View) -> Html:
    """What was looked at, what could not be read and why, and what nobody can read."""
    seen = view.report.coverage
    return section(
        "coverage",
        "Coverage",
        _gaps(view.report),
        facts(_looked(view.report), "glance"),
        _unread(seen),
        _blind_spots(seen.blind_spots),
        _anomalies(seen.anomalies),
        _unrecognised(seen),
        _calls(seen),
    )


def _gaps(report: Report) -> Html:
    """NOTE: blind spots leave a run complete, so the sentence about it does not deny them."""
    gaps = headline.gaps(report)
    if report.complete:
        return element("p", "Everything that was asked for was read and judged.", class_="whole")
    return element(
        "div",
        element("p", "Not everything that was asked for was read and judged:"),
        element("ul", (element("li", gap) for gap in gaps)),
        class_="gaps",
    )


def _looked(report: Report) -> Iterator[tuple[str, Child]]:
    seen = report.coverage
    yield "Targets", seen.targets
    yield "Models", seen.models
    yield "Versions", seen.versions
    yield "Rules", len(report.rules)
    yield "Judgements", f"{sum(rule.judged for rule in report.rules):,} certain, {_unsure(report)}"
    idle = [rule.rule for rule in report.rules if _idle(rule)]
    yield "Rules that applied to nothing", ", ".join(idle) or "none"


def _unsure(report: Report) -> str:
    unknown = sum(rule.unknown for rule in report.rules)
    blind = sum(rule.blind for rule in report.rules)
    return f"{unknown:,} unknown" + (f", {blind:,} of them blind spots" if blind else "")


def _idle(rule: RuleCount) -> bool:
    return rule.judged == rule.not_applicable and not rule.unknown


def _unread(seen: Coverage) -> Html:
    if not seen.unread:
        return _part("Not read", empty("Nothing: every list was read to its end."))
    groups = list(_grouped(seen.unread, lambda one: (one.code, one.operation, one.remedy)).values())
    title = f"Not read: {headline.unread_things(seen.unread)}"
    left = sum(map(len, groups[_GROUPS:]))
    return _part(title, map(_unread_group, groups[:_GROUPS]), _more(left))


def _unread_group(group: list[Unread]) -> Html:
    first = group[0]
    title = code(named(first.code, "no code")), " on ", code(first.operation), f": {_things(group)}"
    permission = ", ".join(first.permission)
    requests = [one.request_id for one in group if one.request_id][:_PLACES]
    return element(
        "div",
        element("h4", title),
        element("p", own(first.message), class_="said") if first.message else None,
        facts(
            [
                ("What to do", first.remedy),
                ("Permission to allow", command(permission) if permission else None),
                ("Attempts", max(one.attempts for one in group)),
                (
                    "Request ids",
                    joined(*((code(one), " ") for one in requests)) if requests else None,
                ),
            ]
        ),
        _places([(one.place, one.version) for one in group]),
        class_="unread",
    )


def _things(group: Sequence[Unread]) -> str:
    return headline.unread_things(tuple(group))


def _blind_spots(spots: Sequence[BlindSpot]) -> Html:
    if not spots:
        return _part("Blind spots", empty("None met."))
    groups = list(_grouped(spots, lambda spot: (spot.what, spot.why)).items())
    title = f"Blind spots: {len(spots):,}, which AWS gives no way to read"
    inner = (
        element(
            "div",
            element("h4", own(named(what, "not said what"))),
            element("p", own(why), class_="said"),
            _places([(spot.place, spot.version) for spot in group]),
        )
        for (what, why), group in groups[:_GROUPS]
    )
    left = sum(len(group) for _, group in groups[_GROUPS:])
    return _part(title, inner, _more(left))


def _anomalies(anomalies: Sequence[Anomaly]) -> Html | None:
    if not anomalies:
        return None
    rows = [
        (one.code, own(one.message), code(_model(one.place)), code(one.version or ""))
        for one in anomalies[:_ITEMS]
    ]
    title = f"Anomalies: {len(anomalies):,}"
    caption = "What was odd in the answers of AWS, and did not stop the reading"
    headings = ("Code", "What", "Model", "Version")
    return _part(title, table(caption, headings, rows), _more(len(anomalies) - len(rows)))


def _unrecognised(seen: Coverage) -> Html | None:
    if not seen.unrecognised:
        return None
    rows = [
        (one.what, code(one.name), code(one.operation), one.count)
        for one in seen.unrecognised[:_ITEMS]
    ]
    caption = "What the installed service model does not know; it was kept as it came"
    headings = ("What", "Name", "Operation", "Times")
    return _part(
        f"Unrecognised: {len(seen.unrecognised):,}",
        table(caption, headings, rows),
        _more(len(seen.unrecognised) - len(rows)),
    )


def _calls(seen: Coverage) -> Html:
    failed = Counter((one.operation, one.code) for one in seen.unread)
    if not seen.api_calls:
        return _part("Calls to AWS", empty("None: a recorded inventory was judged."))
    rows = [
        (code(name), count, _failures(name, failed))
        for name, count in sorted(seen.api_calls.items())
    ]
    caption = f"{counted(sum(seen.api_calls.values()), 'call')}, retries included"
    return _part("Calls to AWS", table(caption, ("Operation", "Calls", "Not read"), rows))


def _failures(operation: str, failed: Counter[tuple[str, str]]) -> str:
    mine = ((code, count) for (name, code), count in sorted(failed.items()) if name == operation)
    return ", ".join(f"{count:,} {code}" for code, count in mine) or "none"


def _part(title: str, *children: Child) -> Html:
    return element("div", element("h3", title), children, class_="part")


def _places(places: Sequence[tuple[Place, str | None]]) -> Html:
    """Where it was, the models of one membership together."""
    shown = places[:_PLACES]
    groups = _grouped(shown, lambda one: surroundings(one[0]))
    items = (
        element("li", around, element("ul", map(_own, filter(_has_own, group))))
        for around, group in groups.items()
    )
    return joined(element("ul", items, class_="places"), _more(len(places) - len(shown)))


def _has_own(place: tuple[Place, str | None]) -> bool:
    return bool(place[0].arn or place[1])


def _own(place: tuple[Place, str | None]) -> Html:
    where, version = place
    return element(
        "li", code(_model(where)), joined(" version ", code(version)) if version else None
    )


def _model(place: Place) -> str:
    return tail(place.arn) if place.arn else ""


def _more(count: int) -> Html | None:
    return element("p", f"and {count:,} more in report.json", class_="more") if count > 0 else None


def _grouped(things: Iterable[Thing], key: Callable[[Thing], Key]) -> dict[Key, list[Thing]]:
    groups: dict[Key, list[Thing]] = {}
    for thing in things:
        groups.setdefault(key(thing), []).append(thing)
    return groups
