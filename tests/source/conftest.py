"""What every test of a source starts with: no AWS configuration, and logs that are kept."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import ExitStack
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from auditor import events
from auditor.source.emulator import Server, environment, serving
from auditor.source.emulator.estate import Estate
from auditor.source.emulator.fault import Fault

Serve = Callable[..., Server]
Logs = list[MutableMapping[str, Any]]


@pytest.fixture(autouse=True)
def logs() -> Iterator[Logs]:
    """What was logged, at every level, whatever other tests configured."""
    before = structlog.get_config()
    events.hear(events.DEBUG)
    structlog.reset_defaults()
    with capture_logs() as kept:
        yield kept
    structlog.configure(**before)


@pytest.fixture(autouse=True)
def _no_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the AWS configuration or the proxies of the machine."""
    for name in os.environ:
        if name.startswith("AWS_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Serves an estate on loopback until the test ends; boto3 is led there, without retries."""
    with ExitStack() as stack:

        def start(
            estate: Estate, *faults: Fault, attempts: int = 1, latency_ms: float = 0
        ) -> Server:
            server = stack.enter_context(serving(estate, faults, latency_ms=latency_ms))
            for name, value in environment(server.url).items():
                monkeypatch.setenv(name, value)
            monkeypatch.setenv("AWS_MAX_ATTEMPTS", str(attempts))
            return server

        yield start
