"""Lines on standard output."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator

from auditor.sink.stdout import write_lines


def test_lines_are_written_as_utf_8() -> None:
    """The bytes are the same under every locale, and nothing in a line can stop them."""
    stream = io.BytesIO()
    assert write_lines(stream, ["größe\n", "a\ud800\n"])
    assert stream.getvalue() == "größe\na\\ud800\n".encode()


def test_a_reader_that_goes_away_is_no_error() -> None:
    """When the pipe is closed, the writing stops and nothing is raised, now or at the end."""
    reading, writing = os.pipe()
    os.close(reading)
    asked = []

    def lines() -> Iterator[str]:
        for number in range(1000):
            asked.append(number)
            yield "x" * 1000 + "\n"

    with os.fdopen(writing, "wb", buffering=4096) as stream:
        assert not write_lines(stream, lines())
    assert len(asked) < 1000
