"""Scans that are killed, stopped or out of disk, and what finishes them."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.source.emulator import Server
from auditor.source.emulator.fault import Fault
from tests.cli.conftest import Serve, auditor, findings, report
from tests.source.estates import arns, estate

LIST = "ListTrainedModelVersions"
NOW = "2026-11-23T07:00:00Z"
SAMPLE = estate(memberships=2, models=15, versions=120)
PAGES = 2
SLOW = Fault("slow", operation=LIST, ms=40)
SCAN = ("scan", "--quiet", "--now", NOW, "--max-concurrency", "2")

Started = subprocess.Popen[str]
Start = Callable[..., Started]


@pytest.fixture(params=["threads", "process"])
def executor(request: pytest.FixtureRequest) -> str:
    """Where models are read."""
    return str(request.param)


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts scans that go on by themselves, and ends them with the test."""
    with ExitStack() as stack:

        def started(*arguments: str, **how: Any) -> Started:
            scan = subprocess.Popen(
                [sys.executable, "-m", "auditor", *SCAN, *arguments],
                stderr=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                **how,
            )
            stack.enter_context(scan)
            stack.callback(scan.kill)
            return scan

        yield started


def killed(scan: Started, server: Server) -> None:
    """Kills a scan; nothing goes on without it, neither a process nor a request."""
    left = children(scan)
    scan.kill()
    scan.wait()
    until = time.monotonic() + 10
    while left and time.monotonic() < until:
        time.sleep(0.1)
        left = [pid for pid in left if alive(pid)]
    assert not left, "the process that reads is still there"
    calls = server.calls
    time.sleep(0.5)
    assert server.calls == calls


def children(scan: Started) -> list[int]:
    """The processes that a scan began."""
    told = Path(f"/proc/{scan.pid}/task/{scan.pid}/children")
    return list(map(int, told.read_text("ascii").split())) if told.exists() else []


def alive(pid: int) -> bool:
    """Whether a process is more than its exit code, which nobody may have asked for yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def recorded(folder: Path) -> set[str]:
    """The models that stand whole in an inventory, and whose lists were read to their ends."""
    whole: set[str] = set()
    open_model: tuple[str, int] | None = None
    for text in (folder / "inventory.jsonl").read_text("utf-8").splitlines(keepends=True):
        if not text.endswith("\n"):
            break
        line = json.loads(text)
        if line["type"] == "model" and line["unread"] is None:
            open_model = (line["place"]["arn"], line["versions"])
        elif line["type"] == "version" and open_model:
            open_model = (open_model[0], open_model[1] - 1)
        if open_model and open_model[1] == 0:
            whole.add(open_model[0])
            open_model = None
    return whole


def ended() -> list[Path]:
    """The runs that came to their ends."""
    return [
        each
        for each in sorted(Path("reports").iterdir())
        if not each.is_symlink() and not each.name.startswith(".")
    ]


def run_of(folder: Path) -> str:
    """The id of a run by its hidden folder."""
    return folder.name.removeprefix(".").removesuffix(".partial")


def partial() -> Path:
    """The hidden folder of the one run that goes on."""
    (found,) = Path("reports").glob(".*.partial")
    return found


def when_begun(scan: Started, models: int = 5) -> Path:
    """Waits until so many models are recorded, and gives the folder."""
    until = time.monotonic() + 60
    while time.monotonic() < until and scan.poll() is None:
        found = list(Path("reports").glob(".*.partial/inventory.jsonl"))
        if found and len(recorded(found[0].parent)) >= models:
            return found[0].parent
        time.sleep(0.02)
    raise AssertionError(f"no {models} models in time: {scan.communicate()}")


def calm(serve: Serve, *options: str) -> bytes:
    """The findings of a scan that nothing disturbs; its run is out of the way then."""
    serve(SAMPLE)
    assert auditor(*SCAN, "--output", "calm", *options).returncode == 1
    return Path("calm/latest/findings.jsonl").read_bytes()


def resumed(server: Server, run: str, done: set[str], *options: str) -> None:
    """Finishes a run; only what had not been read is asked for."""
    before = server.calls[LIST]
    finished = auditor(*SCAN, "--resume", run, *options)
    assert finished.returncode == 1, finished.stderr
    assert server.calls[LIST] - before == PAGES * (30 - len(done))
    said = report()
    assert (said["complete"], said["coverage"]["models"], said["coverage"]["versions"]) == (
        True,
        30,
        30 * 120,
    )
    assert said["resumes"] == run


def test_a_killed_scan_is_finished(serve: Serve, start: Start, executor: str) -> None:
    """Nothing of it is lost or counted twice, and of the killed run nothing is left over."""
    expected = calm(serve, "--executor", executor)
    server = serve(SAMPLE, SLOW)
    scan = start("--executor", executor)
    folder = when_begun(scan)
    assert bool(children(scan)) == (executor == "process")
    killed(scan, server)
    done = recorded(folder)
    assert 5 <= len(done) < 30
    assert ended() == []
    run = run_of(folder)
    resumed(server, run, done, "--executor", executor)

    assert Path("reports/latest/findings.jsonl").read_bytes() == expected
    assert len(ended()) == 1
    assert list(Path("reports").glob(".*.partial")) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_scan_writes_what_it_has_and_is_finished(
    serve: Serve, start: Start, executor: str, number: signal.Signals
) -> None:
    """It ends within two seconds with an incomplete run, which says how to go on."""
    expected = calm(serve)
    server = serve(SAMPLE, SLOW)
    scan = start("--executor", executor)
    folder = when_begun(scan)
    stopped_at = time.monotonic()
    scan.send_signal(number)
    _, told = scan.communicate(timeout=30)
    took = time.monotonic() - stopped_at
    run = run_of(folder)

    assert (scan.returncode, "Traceback" in told) == (128 + number, False)
    assert took < 2
    stopped = report()
    assert (stopped["run"], stopped["complete"], stopped["interrupted"]) == (run, False, True)
    resumed(server, run, recorded(Path("reports") / run))
    assert Path("reports/latest/findings.jsonl").read_bytes() == expected
    assert len(ended()) == 2


def limited(size: int) -> Callable[[], None]:
    """What makes a process unable to write files beyond a size, as if the disk were full."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


def test_a_scan_that_is_out_of_disk_is_finished(serve: Serve, start: Start, executor: str) -> None:
    """It says what is wrong and how to go on, without a traceback, and exits with 3."""
    expected = calm(serve)
    size = Path("calm/latest/inventory.jsonl").stat().st_size // 2
    server = serve(SAMPLE)
    scan = start("--executor", executor, preexec_fn=limited(size))
    _, told = scan.communicate(timeout=60)
    folder = partial()
    run = run_of(folder)

    assert (scan.returncode, "Traceback" in told) == (3, False)
    assert "cannot write" in told
    assert f"auditor scan --resume {run} reads only what is missing" in told
    done = recorded(folder)
    assert 5 < len(done) < 30
    resumed(server, run, done)
    assert Path("reports/latest/findings.jsonl").read_bytes() == expected


def test_what_was_unread_is_read(serve: Serve) -> None:
    """A run that came to its end without some of its models is finished in the same way."""
    expected = calm(serve)
    struck = arns(SAMPLE)[3]
    serve(SAMPLE, Fault("denied", operation=LIST, model=struck))
    first = auditor("scan", "--now", NOW)
    run = report()["run"]
    assert not report()["complete"]
    assert f"auditor scan --resume {run} reads only what is missing" in first.stderr
    resumed(serve(SAMPLE), run, set(arns(SAMPLE)) - {struck})
    assert Path("reports/latest/findings.jsonl").read_bytes() == expected


def test_a_finished_run_counts_ages_to_the_moment_of_the_first(serve: Serve) -> None:
    """Otherwise its findings would not be those of one scan."""
    serve(SAMPLE, Fault("denied", operation=LIST, model=arns(SAMPLE)[3]))
    said = json.loads(Path("auditor.yaml").read_text("utf-8"))
    del said["now"]
    Path("auditor.yaml").write_text(json.dumps(said))
    auditor("scan", "--quiet")
    first = report()
    auditor("scan", "--quiet", "--resume", "latest")
    second = report()
    assert first["run"] != second["run"]
    assert (first["now"], first["started_at"]) == (second["now"], second["started_at"])


def test_a_run_that_is_killed_again_is_finished_again(serve: Serve, start: Start) -> None:
    """What the second one had taken over counts as read."""
    expected = calm(serve)
    server = serve(SAMPLE, SLOW)
    scan = start()
    first = when_begun(scan, 3)
    killed(scan, server)
    run = run_of(first)
    scan = start("--resume", run)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        others = [each for each in Path("reports").glob(".*.partial") if each != first]
        if others and (others[0] / "inventory.jsonl").exists() and len(recorded(others[0])) >= 10:
            break
    killed(scan, server)
    done = recorded(others[0])
    second = run_of(others[0])
    resumed(server, second, done)
    assert Path("reports/latest/findings.jsonl").read_bytes() == expected


def test_a_run_that_goes_on_cannot_be_resumed(serve: Serve, start: Start) -> None:
    """Two processes never finish one run; nothing is called."""
    serve(SAMPLE, replace(SLOW, ms=400))
    scan = start()
    folder = when_begun(scan, 1)
    run = run_of(folder)
    refused = auditor(*SCAN, "--resume", run)
    assert refused.returncode == 2
    assert f"the run {run} has not ended" in refused.stderr


def test_two_scans_at_once_do_not_disturb_each_other(serve: Serve, start: Start) -> None:
    """Both write their runs into the same place, and both runs are whole."""
    expected = calm(serve)
    serve(SAMPLE, SLOW)
    scans = [start(), start()]
    assert [scan.wait(60) for scan in scans] == [1, 1]
    assert len(ended()) == 2
    for run in ended():
        assert (run / "findings.jsonl").read_bytes() == expected
        assert auditor("verify", str(run)).returncode == 0
    assert Path("reports/latest").resolve() in [run.resolve() for run in ended()]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--resume", "20261123T070000Z-abcdef"], "there is no run 20261123T070000Z-abcdef"),
        (["--resume", "latest", "--dry-run"], "--dry-run says what a whole scan would call"),
    ],
)
def test_what_cannot_be_resumed_is_told(serve: Serve, arguments: Sequence[str], said: str) -> None:
    """With exit code 2, before anything is called."""
    server = serve(SAMPLE)
    refused = auditor(*SCAN, *arguments)
    assert (refused.returncode, said in refused.stderr) == (2, True)
    assert not server.calls


def test_an_inventory_without_a_beginning_cannot_be_resumed(serve: Serve) -> None:
    """There is nothing to go on from."""
    server = serve(SAMPLE)
    folder = Path("reports/.20261123T070000Z-abcdef.partial")
    folder.mkdir(parents=True)
    (folder / "inventory.jsonl").write_bytes(b'{"type": "sc')
    refused = auditor(*SCAN, "--resume", "20261123T070000Z-abcdef")
    assert refused.returncode == 2
    assert not server.calls


def test_what_follows_a_damage_is_read_again(serve: Serve) -> None:
    """A machine that died may leave zeros where its last lines were to be."""
    expected = calm(serve)
    server = serve(SAMPLE)
    run = "20261123T070000Z-abcdef"
    folder = Path(f"reports/.{run}.partial")
    folder.mkdir(parents=True)
    whole = Path("calm/latest/inventory.jsonl").read_bytes().splitlines(keepends=True)
    torn = [*whole[:300], b"\0" * 500 + b"\n", *whole[305:]]
    (folder / "inventory.jsonl").write_bytes(b"".join(torn))
    resumed(server, run, set(arns(SAMPLE)[:2]))
    assert Path("reports/latest/findings.jsonl").read_bytes() == expected
    assert findings()
