"""The screens whose whole text is kept in ``screens/``.

``python -m tests.report.screens`` writes them anew; read the difference before it is committed.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from rich.console import Console, RenderableType

from auditor.model import Verdict
from auditor.report.gate import gate_screen
from auditor.report.terminal import summary
from tests.report import samples

FOLDER = Path(__file__).parent / "screens"
_RUN = Path("reports") / samples.RUN


def rendered(
    what: RenderableType, width: int, encoding: str = "utf-8", *, colour: bool = False
) -> str:
    """What a console of this width and encoding would show."""
    file = io.TextIOWrapper(io.BytesIO(), encoding, newline="")
    console = Console(
        file=file,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        legacy_windows=False,
        _environ={},
    )
    console.print(what)
    file.flush()
    file.seek(0)
    return file.read()


def state(name: str, width: int, encoding: str = "utf-8") -> str:
    """The summary of one of the made-up runs."""
    report, highlights = samples.STATES[name]()
    return rendered(summary(report, highlights, _RUN, samples.FILES), width, encoding)


def decision(verdict: Verdict, width: int) -> str:
    """The screen of one of the made-up gates."""
    return rendered(gate_screen(samples.gate(verdict), _RUN, samples.FILES), width)


SCREENS: Mapping[str, Callable[[], str]] = {
    **{f"{name}-80": partial(state, name, 80) for name in samples.STATES},
    "incomplete-60": partial(state, "incomplete", 60),
    "failing_and_incomplete-120": partial(state, "failing_and_incomplete", 120),
    "hostile-80-ascii": partial(state, "hostile", 80, "ascii"),
    **{f"gate-{verdict.word}-80": partial(decision, verdict, 80) for verdict in Verdict},
}

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, screen in SCREENS.items():
        (FOLDER / f"{name}.txt").write_text(screen(), "utf-8")
