"""`auditor emulate`: the embedded endpoint, served until it is stopped."""

from __future__ import annotations

import json
import shlex
import signal
import threading
from argparse import ArgumentParser, Namespace
from pathlib import Path

from auditor.cli.options import timestamp, whole_number
from auditor.errors import UsageError
from auditor.source.emulator import (
    config_for,
    environment,
    from_inventory,
    load_faults,
    serving,
    synthetic,
)
from auditor.source.emulator.estate import Estate

SYNTHETIC = ("seed", "memberships", "models", "versions", "now")
"""Options of the made-up estate: they say nothing about a recorded one."""


def options(parser: ArgumentParser) -> None:
    """Add what is served, and where."""
    made_up = parser.add_argument_group("a made-up estate")
    made_up.add_argument(
        "--seed", metavar="N", type=whole_number, help="the same N gives the same estate"
    )
    made_up.add_argument(
        "--memberships", metavar="N", type=whole_number, help="how many memberships"
    )
    made_up.add_argument("--models", metavar="N", type=whole_number, help="how many models in each")
    made_up.add_argument(
        "--versions", metavar="N", type=whole_number, help="how many versions of each"
    )
    made_up.add_argument(
        "--now", metavar="TIMESTAMP", type=timestamp, help="the moment its ages count to"
    )
    parser.add_argument(
        "--inventory", metavar="FILE", type=Path, help="serve a recorded inventory instead"
    )
    parser.add_argument(
        "--faults", metavar="FILE", type=Path, help="misbehave on purpose, as the file says"
    )
    parser.add_argument(
        "--port",
        metavar="N",
        type=whole_number,
        default=0,
        help="on 127.0.0.1 (default: any free one)",
    )
    parser.add_argument(
        "--write-config",
        metavar="FILE",
        type=Path,
        help="write an auditor.yaml that scans the whole estate",
    )


def run(parsed: Namespace) -> int:
    """Serve until SIGINT or SIGTERM; being stopped is how this command ends well."""
    estate = _estate(parsed)
    faults = load_faults(parsed.faults) if parsed.faults else ()
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with serving(estate, faults, parsed.port) as server:
        if parsed.write_config:
            _write_config(parsed.write_config, estate)
        for name, value in environment(server.url).items():
            print(f"export {name}={shlex.quote(value)}")
        print(f"# serving on {server.url}; stop with Ctrl-C", flush=True)
        stopped.wait()
    return 0


def _estate(parsed: Namespace) -> Estate:
    given = {name: getattr(parsed, name) for name in SYNTHETIC if getattr(parsed, name) is not None}
    if parsed.inventory is None:
        return synthetic(**given)
    if given:
        raise UsageError(f"--inventory and --{min(given)} do not go together", "leave one out")
    return from_inventory(parsed.inventory)


def _write_config(path: Path, estate: Estate) -> None:
    """A new file; JSON is YAML too."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(json.dumps(config_for(estate), indent=2) + "\n")
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}", "name a new file") from error
