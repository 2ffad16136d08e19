"""Charts as inline SVG, each with the numbers that it draws beside it as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.model import AGE_BANDS, Point, Severity, StatusAges
from auditor.report.html.element import Html, element, joined
from auditor.report.html.parts import bar, table
from auditor.report.words import counted

_WIDTH = 480
_HEIGHT = 200
_BOTTOM = 24
_LEFT = 44
_POINTS = 60
"""How many runs a chart shows, the newest last."""

_WIDEST = 32


def ages_chart(ages: Sequence[StatusAges]) -> Html | None:
    """Versions by status, each status split by age; nothing where nobody counted."""
    if not ages:
        return None
    most = max(status.total for status in ages)
    drawn = [
        number for number in range(len(AGE_BANDS)) if any(each.counts[number] for each in ages)
    ]
    legend = (
        element("span", element("span", class_=f"key fill-age-{number}"), AGE_BANDS[number])
        for number in drawn
    )
    total = sum(status.total for status in ages)
    return element(
        "div",
        element("h3", "Versions by status and age"),
        element("ol", (_status_bar(status, most) for status in ages), class_="bars labelled"),
        element("p", legend, class_="legend", aria_hidden="true"),
        _numbers(
            f"{counted(total, 'version')} by status and age",
            ("Status", *(AGE_BANDS[number] for number in drawn), "All"),
            [
                (each.status, *(each.counts[number] for number in drawn), each.total)
                for each in ages
            ],
        ),
        class_="card",
    )


def _status_bar(status: StatusAges, most: int) -> Html:
    parts = [(f"age-{number}", count) for number, count in enumerate(status.counts)]
    return element(
        "li",
        element("span", status.status, class_="what"),
        bar(parts, most),
        element("span", status.total, class_="count"),
    )


def history_chart(history: Sequence[Point]) -> Html | None:
    """Failures by severity over runs; a run that saw only a part is marked as that."""
    points = history[-_POINTS:]
    if not points:
        return None
    left_out = len(history) - len(points)
    note = f"The last {len(points):,} of {len(history):,} runs." if left_out else ""
    return element(
        "div",
        element("h3", "Failures by severity over runs"),
        _columns(points),
        element("p", _keys(points), class_="legend", aria_hidden="true"),
        element("p", note, class_="aside") if note else None,
        _numbers("Failures of each run", _HEADINGS, [_point_row(point) for point in points]),
        class_="card",
    )


def _keys(points: Sequence[Point]) -> Iterator[Html]:
    for severity in reversed(Severity):
        yield element("span", element("span", class_=f"key fill-{severity}"), severity.value)
    if not all(point.complete for point in points):
        text = "incomplete: not everything was seen, so there may be more"
        yield element("span", element("span", class_="key fill-unknown"), text)


_HEADINGS = ("Run", "As of", "Verdict", *(one.value for one in reversed(Severity)), "unknown")


def _point_row(point: Point) -> tuple[str | int, ...]:
    verdict = point.verdict.word.replace("_", "-")
    failures = (point.failures.get(severity, 0) for severity in reversed(Severity))
    also = "" if point.complete or verdict == "incomplete" else ", incomplete"
    return (point.run, point.now[:10], verdict + also, *failures, point.unknown)


def _columns(points: Sequence[Point]) -> Html:
    top = max(1, *(sum(point.failures.values()) for point in points))
    step = (_WIDTH - _LEFT) / len(points)
    columns = (
        _column(point, round(_LEFT + step * number), min(step, _WIDEST), top)
        for number, point in enumerate(points)
    )
    said = f"Failures of {counted(len(points), 'run')}; the numbers stand in the table below."
    return element(
        "svg",
        element("title", said),
        _scale(top),
        columns,
        _dates(points, step),
        class_="columns",
        viewBox=f"0 0 {_WIDTH} {_HEIGHT + _BOTTOM}",
        role="img",
    )


def _scale(top: int) -> Iterator[Html]:
    """Lines at nothing, half and all; a number that is no whole one is not written."""
    for count in sorted({0, top // 2, top}):
        y = _y(count, top)
        yield element("line", x1=_LEFT, x2=_WIDTH, y1=y, y2=y, class_="grid")
        yield element("text", count, x=_LEFT - 6, y=y + 4, text_anchor="end")


def _column(point: Point, x: int, width: float, top: int) -> Html:
    inner = max(2, round(width) - 3)
    at, rects = 0, []
    if not point.complete:
        rects.append(_rect(x, inner, (0, top), top, "unknown faint"))
    for severity in reversed(Severity):
        count = point.failures.get(severity, 0)
        if count:
            rects.append(_rect(x, inner, (at, at + count), top, severity.value))
        at += count
    words = ", ".join(f"{point.failures.get(one, 0)} {one}" for one in reversed(Severity))
    title = f"{point.run}: {words}{'' if point.complete else '; incomplete'}"
    return element("g", element("title", title), rects)


def _rect(x: int, width: int, counts: tuple[int, int], top: int, kind: str) -> Html:
    low, high = counts
    y = _y(high, top)
    height = max(1, _y(low, top) - y)
    return element("rect", x=x, y=y, width=width, height=height, class_=f"fill-{kind}")


def _y(count: int, top: int) -> int:
    return round(_HEIGHT - (_HEIGHT - 12) * count / top)


def _dates(points: Sequence[Point], step: float) -> Html:
    """The first and the last day, and as many between them as have room."""
    every = max(1, round(90 / step))
    labels = (
        element("text", point.now[:10], x=round(_LEFT + step * number), y=_HEIGHT + 18)
        for number, point in enumerate(points)
        if number % every == 0 and _LEFT + step * number < _WIDTH - 90
    )
    return joined(labels)


def _numbers(caption: str, headings: Sequence[str], rows: list[tuple[str | int, ...]]) -> Html:
    return element(
        "details", element("summary", "The numbers"), table(caption, headings, rows, "numbers")
    )
