"""Events on standard error."""

from __future__ import annotations

import json
from threading import Barrier, Thread

import pytest

from auditor import events
from auditor.cli import logging

HOSTILE = "\x1b[31mred\nCOMPLIANT"


def test_json_is_one_object_a_line_with_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    """For whatever collects logs."""
    logging.configure("r-1", "json", quiet=False, colour=True)
    events.tell(events.INFO, "page read", name=HOSTILE)
    (line,) = capsys.readouterr().err.splitlines()
    event = json.loads(line)
    assert (event["event"], event["run"], event["name"]) == ("page read", "r-1", HOSTILE)
    assert event["timestamp"].endswith("Z")


def test_on_a_console_hostile_text_is_quoted(capsys: pytest.CaptureFixture[str]) -> None:
    """A name can neither colour the terminal nor begin a line of its own."""
    logging.configure("r-1", "console", quiet=False, colour=False)
    events.tell(events.WARNING, "unread", name=HOSTILE)
    error = capsys.readouterr().err
    assert "\x1b" not in error
    assert len(error.splitlines()) == 1
    assert "run='r-1'" in error


@pytest.mark.parametrize(
    ("log_format", "options", "levels"),
    [
        ("json", {}, ["info", "warning"]),
        ("console", {}, ["warning"]),
        ("json", {"quiet": True}, ["warning"]),
        ("console", {"debug": True}, ["debug", "info", "warning"]),
        (None, {}, ["info", "warning"]),
    ],
)
def test_what_is_logged_depends_on_who_reads(
    capsys: pytest.CaptureFixture[str],
    log_format: str | None,
    options: dict[str, bool],
    levels: list[str],
) -> None:
    """On a console the summary says what went well."""
    logging.configure("r-1", log_format, **{"quiet": False, "colour": False, **options})
    for level in ("debug", "info", "warning"):
        events.tell(getattr(events, level.upper()), f"an event of {level}")
    error = capsys.readouterr().err
    assert [level for level in ("debug", "info", "warning") if f"of {level}" in error] == levels


def test_the_first_events_may_come_from_many_threads(capsys: pytest.CaptureFixture[str]) -> None:
    """Each has the run's id, and none gets among what is printed."""
    logging.configure("r-1", "json", quiet=False, colour=False)
    start = Barrier(8)

    def tell() -> None:
        start.wait()
        events.tell(events.WARNING, "unread")

    crew = [Thread(target=tell) for _ in range(8)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    printed = capsys.readouterr()
    assert printed.out == ""
    assert [json.loads(line)["run"] for line in printed.err.splitlines()] == ["r-1"] * 8
