"""The embedded endpoint: the Clean Rooms ML API on loopback, for people, tests and benchmarks.

estate = synthetic(seed=7)
with serving(estate) as server:
    environment(server.url)     # what a client needs to reach it
"""

from __future__ import annotations

from auditor.source.emulator.faultfile import load_faults
from auditor.source.emulator.reach import config_for, environment
from auditor.source.emulator.recorded import from_inventory
from auditor.source.emulator.server import Server, serving
from auditor.source.emulator.synthetic import synthetic

__all__ = [
    "Server",
    "config_for",
    "environment",
    "from_inventory",
    "load_faults",
    "serving",
    "synthetic",
]
