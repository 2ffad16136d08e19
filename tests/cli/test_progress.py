"""The live line, and what is printed where nobody watches."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from auditor.cli.progress import Line, written
from auditor.source.plan import Progress


@pytest.mark.parametrize(
    ("progress", "seconds", "text"),
    [
        (Progress(), 0, "reading: 0 models, 0 versions, 0 pages, 0s"),
        (Progress(4, 1, 260, 3), 65, "reading: 1 of 4 models, 260 versions, 3 pages, 1m 5s"),
    ],
)
def test_the_line_says_how_far_it_is(progress: Progress, seconds: float, text: str) -> None:
    """Models done of those that are known, versions, pages and time."""
    assert written(progress, seconds) == text


def test_nothing_is_drawn_where_no_terminal_is(capsys: pytest.CaptureFixture[str]) -> None:
    """A log file gets no live line."""
    with Line().drawn(quiet=False):
        pass
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(("quiet", "drawn"), [(False, True), (True, False)])
def test_a_terminal_gets_the_line_unless_quiet(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], quiet: bool, drawn: bool
) -> None:
    """It is on standard error, and gone when the block ends."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    line = Line()
    with line.drawn(quiet=quiet):
        line.tell(Progress(4, 1, 260, 3))
    captured = capsys.readouterr()
    assert captured.out == ""
    assert ("1 of 4 models" in captured.err) is drawn


def test_a_narrow_terminal_cuts_the_line() -> None:
    """It never wraps: a wrapped line would be left standing."""
    console = Console(file=io.StringIO(), width=20)
    assert len(console.render_lines(Line())) == 1
