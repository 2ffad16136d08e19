"""Lines on standard output, for whoever reads it: a log shipper, a pipe."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import BinaryIO, TextIO


def write_lines(stream: BinaryIO, lines: Iterable[str]) -> bool:
    """Write lines that have their newlines, as UTF-8 in any locale; whether all were taken.

    A reader that goes away, as ``head`` does, is no error: what is left is not written.
    """
    try:
        stream.writelines(line.encode(errors="backslashreplace") for line in lines)
        stream.flush()
    except BrokenPipeError:
        send_nowhere(stream)
        return False
    return True


def send_nowhere(stream: BinaryIO | TextIO) -> None:
    """Let what is still to come vanish.

    NOTE: Python flushes standard output once more when it ends, and would complain then.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, stream.fileno())
    finally:
        os.close(nowhere)
