"""`auditor check`: a recorded inventory judged again, without AWS."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from auditor.cli.options import add_run_options, run_options
from auditor.cli.rules import rules_asked_for
from auditor.cli.running import Parts, carry_out
from auditor.service import tool
from auditor.source.inventory import INVENTORY, InventorySource, inventory_in


def options(parser: ArgumentParser) -> None:
    """Add the inventory and the shared options."""
    parser.add_argument(
        "inventory", metavar="INVENTORY", type=Path, help=f"{INVENTORY}, or the folder of a run"
    )
    add_run_options(parser)


def run(parsed: Namespace) -> int:
    """Judge as of the recorded moment, unless told otherwise."""
    asked = run_options(parsed)
    source = recorded(parsed.inventory)
    now = asked.now or source.header.now
    rules = rules_asked_for(asked, now)
    return carry_out(asked, Parts(source, rules, now, tool()))


def recorded(path: Path) -> InventorySource:
    """The source of an inventory, or of the inventory in the folder of a run."""
    return InventorySource(inventory_in(path) if path.is_dir() else path)
