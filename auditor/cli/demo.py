"""`auditor demo`: the whole job on the embedded endpoint, without an AWS account."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace

from auditor.cli.live import live_parts
from auditor.cli.options import OUTPUT, add_run_options, run_options
from auditor.cli.output import note
from auditor.cli.rules import rules_asked_for
from auditor.cli.running import carry_out
from auditor.source.emulator import environment, serving, synthetic
from auditor.source.plan import Target

SEED = 7
REGION = "us-east-1"
FORMATS = ("html",)
"""What it writes where nobody names a format: the report that a newcomer opens."""


def options(parser: ArgumentParser) -> None:
    """Add the shared options."""
    add_run_options(parser)


def run(parsed: Namespace) -> int:
    """Scan a made-up estate through boto3, exactly as a real one; ages count to its own moment."""
    asked = run_options(parsed)
    asked = replace(asked, formats=asked.formats or FORMATS)
    estate = synthetic(SEED, region=REGION)
    now = asked.now or estate.now
    rules = rules_asked_for(asked, now)
    with serving(estate) as server, _surroundings(environment(server.url, os.environ)):
        note(
            f"A made-up estate is served on {server.url}: no AWS account, nothing leaves this"
            " machine.\nIt has failures on purpose, so exit code 1 is what to expect.\n"
            f"Afterwards: {_next(asked.output or OUTPUT, asked.formats)}",
            quiet=asked.quiet,
        )
        return carry_out(asked, live_parts([Target("demo", REGION)], rules, now))


def _next(output: Path, formats: Sequence[str]) -> str:
    """What a newcomer may do when the run is over."""
    page = f"open {output}/latest/report.html; " if "html" in formats else ""
    return f"{page}auditor check {output}/latest"


@contextmanager
def _surroundings(variables: Mapping[str, str]) -> Iterator[None]:
    """Only these environment variables until the block ends.

    NOTE: the user's own AWS configuration must not reach this run, and the run's made-up
    credentials must not outlive it.
    """
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
