"""`auditor scan`: every version of every configured model, listed in AWS, judged, reported."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from auditor import timestamps
from auditor.cli.dry_run import dry_run
from auditor.cli.live import live_parts
from auditor.cli.options import add_run_options, run_options
from auditor.cli.rules import rules_asked_for
from auditor.cli.running import carry_out
from auditor.config import Config, load_config
from auditor.errors import UsageError

CONFIG = Path("auditor.yaml")
"""The configuration where none is named."""


def options(parser: ArgumentParser) -> None:
    """Add the configuration, the dry run and the shared options."""
    add_config(parser)
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would be called and why, and call nothing"
    )
    add_run_options(parser)


def add_config(parser: ArgumentParser) -> None:
    """Add ``-c``."""
    parser.add_argument(
        "-c",
        "--config",
        metavar="FILE",
        type=Path,
        help=f"what to look at (default: {CONFIG})",
    )


def run(parsed: Namespace) -> int:
    """Check everything that was asked for, then call AWS."""
    config = configuration(parsed.config)
    asked = run_options(parsed, config)
    now = asked.now or timestamps.now()
    rules = rules_asked_for(asked, now)
    if parsed.dry_run:
        return dry_run(asked, config.targets, rules, now)
    files = {config.path: config.sha256}
    parts = live_parts(config.targets, rules, now, config.max_concurrency, files)
    return carry_out(asked, parts)


def configuration(named: Path | None) -> Config:
    """The configuration; raises UsageError where there is none, InvalidInput where it is wrong."""
    path = named or CONFIG
    if not path.exists():
        raise UsageError(f"there is no {path}", "-c names another file; auditor init writes one")
    return load_config(path)
