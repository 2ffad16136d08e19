"""Scans on a Dask cluster: a real scheduler and real worker processes on loopback."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from auditor.source.emulator.fault import Fault
from tests.cli.conftest import Serve, auditor, report
from tests.source.estates import arns, estate

pytest.importorskip("distributed", reason="the extra dask is not installed")

LIST = "ListTrainedModelVersions"
SAMPLE = estate(memberships=2, models=10, versions=120)
SLOW = Fault("slow", operation=LIST, ms=50)
AUDITOR = (sys.executable, "-m", "auditor")
SCAN = ("scan", "--quiet", "--now", "2026-11-23T07:00:00Z")


class Cluster:
    """A scheduler and its workers; they end with the test."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._file = Path("scheduler.json").resolve()
        quiet = ("--no-dashboard", "--no-show", "--port", "0")
        self._started("dask_scheduler", "--scheduler-file", str(self._file), *quiet)
        until = time.monotonic() + 60
        while not self._file.exists() or not self._file.read_text("utf-8").endswith("}"):
            assert time.monotonic() < until, "no scheduler in time"
            time.sleep(0.05)
        self.where = json.loads(self._file.read_bytes())["address"].replace("tcp", "dask")
        self.workers = [self.worker(), self.worker()]

    def worker(self) -> subprocess.Popen[bytes]:
        """One more worker, with two threads."""
        how = ("--nthreads", "2", "--no-nanny", "--no-dashboard")
        return self._started("dask_worker", "--scheduler-file", str(self._file), *how)

    def _started(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{program}", "--host", "127.0.0.1"]
        done = self._stack.enter_context(
            subprocess.Popen(
                [*command, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        )
        self._stack.callback(done.kill)
        return done


Start = Callable[[], Cluster]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a cluster, whose workers have the environment of that moment."""
    with ExitStack() as stack:
        yield lambda: Cluster(stack)


def calm(serve: Serve) -> bytes:
    """The findings of a local scan that nothing disturbs."""
    serve(SAMPLE)
    assert auditor(*SCAN, "--output", "calm", "--executor", "threads").returncode == 1
    return Path("calm/latest/findings.jsonl").read_bytes()


def recorded() -> int:
    """How many models the scan that goes on has recorded."""
    found = list(Path("reports").glob(".*.partial/inventory.jsonl"))
    return found[0].read_bytes().count(b'"type":"model"') if found else 0


def test_the_findings_are_those_of_the_local_run(
    serve: Serve, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Byte for byte; every request of the workers is counted."""
    expected = calm(serve)
    server = serve(SAMPLE, Fault("throttle", operation=LIST, every=7))
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "8")
    done = auditor(*SCAN, "--executor", start().where)

    assert (done.returncode, done.stderr) == (1, "")
    assert Path("reports/latest/findings.jsonl").read_bytes() == expected
    assert report()["complete"]
    assert report()["coverage"]["api_calls"] == dict(sorted(server.calls.items()))


def test_a_worker_that_is_killed_half_way_changes_nothing(serve: Serve, start: Start) -> None:
    """Its tasks are done by the other one."""
    expected = calm(serve)
    serve(SAMPLE, SLOW)
    cluster = start()
    scan = subprocess.Popen([*AUDITOR, *SCAN, "--executor", cluster.where])
    while recorded() < 4:
        assert scan.poll() is None
        time.sleep(0.02)
    cluster.workers[0].kill()
    assert scan.wait(60) == 1
    assert report()["complete"]
    assert Path("reports/latest/findings.jsonl").read_bytes() == expected


def test_all_workers_together_keep_one_budget(serve: Serve, start: Start) -> None:
    """However many there are, an account gets no more requests in a region than it may."""
    server = serve(SAMPLE)
    scan = subprocess.Popen(
        [*AUDITOR, *SCAN, "--executor", start().where, "--max-rate", "10"],
    )
    moments: list[float] = []
    while scan.poll() is None:
        seen = server.calls[LIST]
        moments += [time.monotonic()] * (seen - len(moments))
        time.sleep(0.01)

    assert scan.returncode == 1
    assert len(moments) == 40
    assert 39 / (moments[-1] - moments[0]) < 12


def test_what_no_worker_is_left_for_is_unread(serve: Serve, start: Start) -> None:
    """The scan ends all the same, and says which models nobody read."""
    serve(SAMPLE, SLOW)
    cluster = start()
    code = (
        "from auditor.source.executor import cluster; cluster.PATIENCE = 2.0;"
        "from auditor.cli.main import entry; entry()"
    )
    scan = subprocess.Popen([sys.executable, "-c", code, *SCAN, "--executor", cluster.where])
    while recorded() < 4:
        assert scan.poll() is None
        time.sleep(0.02)
    for worker in cluster.workers:
        worker.kill()
    assert scan.wait(60) == 1
    unread = report()["coverage"]["unread"]
    assert not report()["complete"]
    assert {each["code"] for each in unread} == {"ReaderEnded"}
    assert {each["place"]["arn"] for each in unread} < set(arns(SAMPLE))


def test_a_scan_on_a_cluster_is_stopped(serve: Serve, start: Start) -> None:
    """Within some seconds, with what was read, and no further request is sent."""
    server = serve(SAMPLE, Fault("slow", operation=LIST, ms=300))
    cluster = start()
    scan = subprocess.Popen([*AUDITOR, *SCAN, "--executor", cluster.where])
    while recorded() < 2:
        assert scan.poll() is None
        time.sleep(0.02)
    scan.terminate()
    assert scan.wait(10) == 143
    assert report()["interrupted"]
    time.sleep(0.5)
    before = server.calls
    time.sleep(1)
    assert server.calls == before


def test_a_cluster_that_is_not_there_is_told(serve: Serve, tmp_path: Path) -> None:
    """With exit code 2, before anything is called."""
    server = serve(SAMPLE)
    done = auditor(*SCAN, "--executor", "dask://127.0.0.1:1")
    assert (done.returncode, "no Dask cluster" in done.stderr) == (2, True)
    assert "Traceback" not in done.stderr
    assert not server.calls
