"""One live line on a terminal while models are read: how many, how much, how long."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct, field

from auditor.source.plan import Progress
from auditor.timestamps import spoken

if TYPE_CHECKING:
    from rich.text import Text


class Line(Struct):
    """The line: the last progress that it was told, and the time since it was made."""

    progress: Progress = field(default_factory=Progress)
    started: float = field(default_factory=time.monotonic)

    def tell(self, progress: Progress) -> None:
        """Remember how far the source has come."""
        self.progress = progress

    @contextmanager
    def drawn(self, *, quiet: bool) -> Iterator[None]:
        """Draw it on standard error until the block ends; nothing where no terminal is."""
        if quiet:
            yield
            return
        from rich.console import Console
        from rich.live import Live

        console = Console(stderr=True, highlight=False)
        if not console.is_terminal:
            yield
            return
        with Live(self, console=console, refresh_per_second=5, transient=True):
            yield

    def __rich__(self) -> Text:
        from rich.text import Text

        seconds = time.monotonic() - self.started
        return Text(written(self.progress, seconds), no_wrap=True, overflow="ellipsis")


def written(progress: Progress, seconds: float) -> str:
    """The line as plain text; the number of models is left out until it is known."""
    total = f" of {progress.models_total}" if progress.models_total else ""
    return (
        f"reading: {progress.models_done}{total} models, {progress.versions} versions, "
        f"{progress.pages} pages, {spoken(seconds)}"
    )
