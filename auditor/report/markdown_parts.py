"""The parts of the Markdown report beside its findings; each is nothing where it has nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from auditor.model import Coverage, Place, Report, Unread, WaiverUsed
from auditor.report.attention import ATTENTION, about
from auditor.report.compliance import CAUTION, Control, Framework, Standing, control_view
from auditor.report.headline import unread_things
from auditor.report.identity import own_words, surroundings
from auditor.report.markup import code, plain
from auditor.report.unread import remedy
from auditor.report.words import between, counted

_EXAMPLES = 5
_TEXT = 300
_SHORT = {
    Standing.VIOLATED: "violated",
    Standing.NOT_DETERMINED: "not determined",
    Standing.SATISFIED: "satisfied",
    Standing.NOT_COVERED: "not covered",
}


def unread(coverage: Coverage) -> Iterator[str]:
    """What was to be read and was not, by what kept it from being read."""
    if not coverage.unread:
        return
    yield f"### Not read: {unread_things(coverage.unread)}"
    yield ""
    groups: dict[tuple[str, str, str], list[Unread]] = {}
    for each in coverage.unread:
        groups.setdefault((each.operation, each.code, remedy(each)), []).append(each)
    for (operation, name, todo), group in groups.items():
        things = unread_things(tuple(group))
        yield f"- {code(name, _TEXT)} on {code(operation, _TEXT)}: {things}"
        if group[0].message:
            yield f"  - said: {code(group[0].message, _TEXT)}"
        yield from _places((one.place, one.version) for one in group)
        if todo:
            yield f"  - to do: {code(todo)}"
    yield ""


def _places(places: Iterable[tuple[Place, str | None]]) -> Iterator[str]:
    every = list(places)
    for place, version in every[:_EXAMPLES]:
        own, around = own_words(place, version), surroundings(place)
        yield f"  - {code(f'{own} in {around}' if own else around, _TEXT)}"
    if len(every) > _EXAMPLES:
        yield f"  - and {len(every) - _EXAMPLES:,} more"


def waivers(report: Report) -> Iterator[str]:
    """The waivers that somebody must look at: those that do not cover what they were made for."""
    every = [
        (status, [waiver for waiver in report.waivers if waiver.status == status])
        for status in ATTENTION
    ]
    if not any(found for _, found in every):
        return
    yield "### Waivers to look at"
    yield ""
    for status, found in every:
        yield from _of_a_status(status, found)
    yield ""


def _of_a_status(status: str, found: Sequence[WaiverUsed]) -> Iterator[str]:
    if found:
        yield f"- {status}: {counted(len(found), 'waiver')}"
    for waiver in found[:_EXAMPLES]:
        what = code(about(waiver), _TEXT)
        yield f"  - {what}: {code(waiver.detail, _TEXT)}, owner {code(waiver.owner, _TEXT)}"
    if len(found) > _EXAMPLES:
        yield f"  - and {len(found) - _EXAMPLES:,} more"


def compliance(report: Report) -> Iterator[str]:
    """How the controls of each framework stand: counts, then those that are not satisfied."""
    frameworks = control_view(report)
    if not frameworks:
        return
    yield "### By framework"
    yield ""
    yield f"| framework | {' | '.join(_SHORT.values())} |"
    yield f"|---|{'--:|' * len(_SHORT)}"
    for framework in frameworks:
        counts = " | ".join(f"{framework.count(standing):,}" for standing in _SHORT)
        yield f"| {plain(framework.title)} | {counts} |"
    yield ""
    yield plain(CAUTION)
    yield ""
    for framework in frameworks:
        yield from _open_controls(framework)
    yield ""


def _open_controls(framework: Framework) -> Iterator[str]:
    """The controls of a framework that are violated or not determined, one line each."""
    for standing in (Standing.VIOLATED, Standing.NOT_DETERMINED):
        for control in framework.controls:
            if control.standing is standing:
                yield f"- {_control(framework, control)}"


def _control(framework: Framework, control: Control) -> str:
    rules = ", ".join(plain(rule.rule) for rule in control.rules)
    name = f"{plain(framework.framework)} {plain(control.control)}"
    return f"{name} **{_SHORT[control.standing]}** ({rules}): {plain(control.why)}"


def coverage(report: Report) -> Iterator[str]:
    """What was looked at, and what was odd about it."""
    seen = report.coverage
    yield "### Coverage"
    yield ""
    looked = (counted(seen.targets, "target"), counted(seen.models, "model"))
    yield f"- looked at {', '.join((*looked, counted(seen.versions, 'version')))}"
    if seen.api_calls:
        calls = ", ".join(f"{name} {count:,}" for name, count in sorted(seen.api_calls.items()))
        yield f"- calls to AWS: {plain(calls)}"
    if seen.blind_spots:
        yield f"- {counted(len(seen.blind_spots), 'blind spot')}: AWS gives no way to read them"
        yield from _places((spot.place, spot.version) for spot in seen.blind_spots)
    if seen.anomalies:
        yield f"- {counted(len(seen.anomalies), 'anomaly', 'anomalies')} in what AWS answered"
        for anomaly in seen.anomalies[:_EXAMPLES]:
            yield f"  - {code(anomaly.code, _TEXT)}: {code(anomaly.message, _TEXT)}"
    if seen.unrecognised:
        yield "- not recognised, and kept as it came:"
        for item in seen.unrecognised[:_EXAMPLES]:
            where = f"{item.what} in {item.operation}"
            yield f"  - {code(item.name, _TEXT)}, {plain(where)}, {counted(item.count, 'time')}"
    yield ""


def evidence(report: Report) -> Iterator[str]:
    """What somebody needs to find the run again, and to repeat it."""
    yield "### Run"
    yield ""
    yield f"- run {code(report.run)}, as of {code(report.now)}"
    yield f"- took {between(report.started_at, report.finished_at)}"
    tools = ", ".join(f"{name} {version}" for name, version in sorted(report.tool.items()))
    yield f"- made by {plain(tools)}"
    for policy in report.policies:
        digest = f"sha256 {policy.sha256}"
        rules = counted(len(policy.rules), "rule")
        yield f"- policy {plain(policy.policy)}, {rules}: {code(policy.path)} {code(digest)}"
