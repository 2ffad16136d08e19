"""What tests of the command line start with: an empty folder, no AWS, and the endpoint."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import structlog

from auditor import events
from auditor.source.emulator import Server, config_for, environment, serving
from auditor.source.emulator.estate import Estate
from auditor.source.emulator.fault import Fault

ROOT = Path(__file__).parents[2]

Serve = Callable[..., Server]


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test sees the machine's AWS configuration, leaves files, or changes what others see."""
    for name in os.environ:
        if name.startswith("AWS_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.chdir(tmp_path)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    before = structlog.get_config()
    yield
    events.hear(events.DEBUG)
    structlog.configure(**before)
    structlog.contextvars.clear_contextvars()
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Serves an estate, leads boto3 there, and writes an auditor.yaml for all of it."""
    with ExitStack() as stack:

        def start(estate: Estate, *faults: Fault, latency_ms: float = 0, **said: Any) -> Server:
            server = stack.enter_context(serving(estate, faults, latency_ms=latency_ms))
            for name, value in environment(server.url).items():
                monkeypatch.setenv(name, value)
            monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
            config = {**config_for(estate), "now": estate.now, **said}
            Path("auditor.yaml").write_text(json.dumps(config), "utf-8")
            return server

        yield start


def auditor(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A whole process, from its command line to its exit code."""
    return subprocess.run(
        [sys.executable, "-m", "auditor", *arguments], capture_output=True, text=True, check=False
    )


def report(run: Path = Path("reports/latest")) -> dict[str, Any]:
    """The ``report.json`` of a run."""
    read: dict[str, Any] = json.loads((run / "report.json").read_bytes())
    return read


def findings(run: Path = Path("reports/latest")) -> list[dict[str, Any]]:
    """The findings of a run."""
    return [json.loads(line) for line in (run / "findings.jsonl").read_text("utf-8").splitlines()]


def runs() -> list[Path]:
    """Every run, and whatever else was left, under ``reports``."""
    return sorted(Path("reports").iterdir()) if Path("reports").exists() else []
