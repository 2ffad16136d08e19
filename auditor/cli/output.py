"""What is printed for people, on a stream that may be narrow, plain, or gone."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TextIO

from auditor.sink.stdout import send_nowhere

if TYPE_CHECKING:
    from rich.console import ConsoleRenderable


def show(screen: ConsoleRenderable, stream: TextIO, *, colour: bool) -> None:
    """Print a screen, as wide and as colourful as the stream allows."""
    from rich.console import Console

    # NOTE: of its own, rich takes the variable NO_COLOR to leave bold and dim as they are.
    plain = not colour or bool(os.environ.get("NO_COLOR"))
    console = Console(file=stream, highlight=False, color_system=None if plain else "auto")
    # NOTE: rich ends the process with exit code 1 where a reader went away, and 1 means
    # non-compliant; so it only gives the text, and the writing is ours.
    with console.capture() as capture:
        console.print(screen)
    write(capture.get(), stream)


def write(text: str, stream: TextIO) -> None:
    """Write and flush; a reader that goes away, as ``head`` does, is no error."""
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        send_nowhere(stream)


def note(text: str, *, quiet: bool) -> None:
    """A line for people on standard error, beside the results."""
    if not quiet:
        write(f"{text}\n", sys.stderr)
