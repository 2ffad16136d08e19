"""Whole scans beside what a user would write with boto3, and what they need at scale.

    python -m benchmarks.scan [--bench ../shared/bench] [--only peers,latency,memory]

The peers are not part of this project: ``--bench`` is the folder of the harness
(docs/benchmarks.md). Each comparison takes turns, and the answers have to be equal. Ends with 1
where they differ or a target is missed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from auditor.model import ModelRecord
from auditor.source.inventory import InventorySource, inventory_in
from benchmarks.processes import Measured, measured
from benchmarks.site import Site, site

NOW = "2026-11-01T12:00:00Z"
POLICY = Path(__file__).with_name("naive.yaml")
CHECKOUT = Path(__file__).resolve().parent.parent

PER_PAGE = 5.0
"""How many times as long boto3's paginator alone takes for a page, at least."""

END_TO_END = 8.0
"""How many times as long the naive scan takes, at least."""

OF_IDEAL = 0.85
"""The part of what requests in flight and latency allow that is reached, at least."""

MEMORY = 400 << 20
"""Resident bytes that a scan may need at most, its children counted too."""

IN_FLIGHT, LATENCY_MS = 16, 50


def main(arguments: list[str]) -> int:
    """The exit code: 0 where all answers are equal and every target holds."""
    asked = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        held = [
            each
            for name in asked.only.split(",")
            for each in MEASUREMENTS[name](asked.bench.resolve(), Path(folder), asked.rounds)
        ]
    return 0 if all(held) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--bench", type=Path, default=CHECKOUT.parent / "shared" / "bench")
    parser.add_argument("--only", default=",".join(MEASUREMENTS), help="measurements, with commas")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each side")
    return parser


def peers(bench: Path, folder: Path, rounds: int) -> Iterator[bool]:
    """100,000 versions in 100 models, beside boto3's paginator alone and the naive scan."""
    with site(bench, models=100, pages=10) as served:
        config = served.config(folder)
        rows = folder / "naive.jsonl"
        naive_command: list[str | Path] = [
            sys.executable,
            bench / "naive_scan.py",
            config,
            rows,
            NOW,
        ]
        fetch: list[str | Path] = [
            sys.executable,
            bench / "fetch_peers.py",
            "boto3_paginator",
            "--repeat",
            "1",
        ]
        naive, paginator, ours = [], [], []
        _scan(served, config, folder)  # not counted
        for _ in range(rounds):
            ours.append(_scan(served, config, folder))
            naive.append(measured(naive_command, served.environment))
            told = measured([*fetch, "--endpoint", served.endpoint], served.environment)
            paginator.append(json.loads(told.output)["ms_per_page"])
        if _ours(folder) != _theirs(rows):
            print("MISSED  the two scans do not find the same")
            yield False
            return
        print(f"both scans find the same {len(_theirs(rows)):,} things")
        yield from _compared(served.pages, ours, naive, paginator)


def _compared(
    pages: int, ours: list[Measured], naive: list[Measured], paginator: list[float]
) -> Iterator[bool]:
    _row("this project, whole process", [each.wall for each in ours], "s")
    _row("  processor time, both processes", [each.cpu for each in ours], "s")
    _row("naive scan, whole process", [each.wall for each in naive], "s")
    _row("boto3's paginator alone, a page", paginator, "ms")
    per_page = [each.wall * 1000 / pages for each in ours]
    _row("this project, a page, everything", per_page, "ms")
    yield _held("naive scan", _ratio([each.wall for each in naive], ours), END_TO_END)
    yield _held("paginator, a page", _median(paginator) / _median(per_page), PER_PAGE)


def latency(bench: Path, folder: Path, rounds: int) -> Iterator[bool]:
    """200 models of 10 pages at 50 ms: what 16 requests in flight could do at most."""
    with site(bench, models=200, pages=10, latency_ms=LATENCY_MS) as served:
        config = served.config(folder)
        ideal = served.pages * LATENCY_MS / 1000 / IN_FLIGHT
        took, bare = [], []
        for _ in range(rounds):
            _scan(served, config, folder, "--max-concurrency", str(IN_FLIGHT))
            took.append(_reading(folder))
            asked = [sys.executable, "-m", "benchmarks.bare", served.endpoint, str(IN_FLIGHT)]
            bare.append(float(measured(asked, served.environment).output))
        _row(f"reading {served.pages:,} pages", took, "s")
        # What nothing but sockets reach says how much of the ideal there is to be had.
        _row(f"{IN_FLIGHT} bare sockets, the same pages", bare, "s")
        print(f"        of what bare sockets reach: {_median(bare) / _median(took):.2f}")
        yield _held(f"of the ideal {ideal:.2f} s", ideal / _median(took), OF_IDEAL)


def memory(bench: Path, folder: Path, _rounds: int) -> Iterator[bool]:
    """1,000,000 versions in 1,000 models, and 100,000 versions in one."""
    for models, pages in ((1000, 10), (1, 1000)):
        with site(bench, models, pages) as served:
            done = _scan(served, served.config(folder), folder)
        what = f"{models * pages * 100:,} versions in {models:,} models"
        held = done.memory < MEMORY
        print(
            f"{_word(held=held)}  {what}: {done.memory >> 20} MiB resident at most,"
            f" {done.wall:.0f} s, {served.pages / done.wall:.0f} pages a second"
        )
        yield held or models == 1


MEASUREMENTS: Mapping[str, Callable[[Path, Path, int], Iterator[bool]]] = {
    "peers": peers,
    "latency": latency,
    "memory": memory,
}


def _scan(served: Site, config: Path, folder: Path, *options: str) -> Measured:
    """One scan of everything that is served; its run is the latest one in the folder."""
    command = (sys.executable, "-m", "auditor", "scan", "-c", config, "--policy", POLICY)
    rest: tuple[str | Path, ...] = (
        "--now",
        NOW,
        "--output",
        folder / "reports",
        "--quiet",
        *options,
    )
    return measured((*command, *rest), {**served.environment, "PYTHONPATH": str(CHECKOUT)}, (1,))


def _ours(folder: Path) -> set[tuple[str, ...]]:
    """What a scan of this project found: rule, model and version."""
    findings = (folder / "reports/latest/findings.jsonl").read_text("utf-8").splitlines()
    return {
        (found["rule"][-3:], found["resource"]["arn"], str(found["resource"]["version"]))
        for found in map(json.loads, findings)
    }


def _theirs(rows: Path) -> set[tuple[str, ...]]:
    """The same of the naive scan, in the words of this project."""
    found: set[tuple[str, ...]] = set()
    for row in map(json.loads, rows.read_text("utf-8").splitlines()):
        if row["rule"] == "count":
            found.add(("010", row["arn"], "None"))
            continue
        version = row["resource"]
        name = version.get("versionIdentifier", "BASE")
        found.add((f"{row['rule']:03}", version["trainedModelArn"], name))
    return found


def _reading(folder: Path) -> float:
    """Seconds from the begin of the first model to the end of the last, by the inventory."""
    records = InventorySource(inventory_in((folder / "reports/latest").resolve())).records()
    models = [record for record in records if isinstance(record, ModelRecord)]
    moments = [moment for each in models for moment in (each.started_at, each.finished_at)]
    first, last = map(datetime.fromisoformat, (min(moments), max(moments)))
    return (last - first).total_seconds()


def _median(figures: list[float]) -> float:
    return statistics.median(figures)


def _ratio(theirs: list[float], ours: list[Measured]) -> float:
    """The median of what each turn gives."""
    return _median([one / other.wall for one, other in zip(theirs, ours, strict=True)])


def _row(name: str, figures: list[float], unit: str) -> None:
    spread = f"[{min(figures):.2f}..{max(figures):.2f}]"
    print(f"{name:34} {_median(figures):8.2f} {unit:2} {spread}")


def _held(name: str, ratio: float, least: float) -> bool:
    held = ratio >= least
    print(f"{_word(held=held)}  {name}: {ratio:.2f}, {least} wanted")
    return held


def _word(*, held: bool) -> str:
    return "holds " if held else "MISSED"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
