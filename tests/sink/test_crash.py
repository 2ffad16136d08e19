"""Runs whose process is killed while others go on."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

from auditor.evidence.manifest import verify
from auditor.sink.run_directory import resolve_run

_RUNS = """
import sys
from itertools import count
from pathlib import Path
from auditor.evidence.manifest import NAME, manifest
from auditor.report.encoding import document
from auditor.sink.run_directory import RunDirectory, new_run_id

output = Path(sys.argv[1])
for number in count():
    run = RunDirectory(output, new_run_id("2026-11-23T07:00:00.000Z"))
    with run.open_lines("findings.jsonl") as add:
        for line in range(2000):
            add(f"{number} {line}\\n")
    run.write(NAME, document(manifest(run.partial, run.names, [], {})))
    run.commit()
    print(run.run_id, flush=True)
"""


def _start(output: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _RUNS, str(output)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _kill(process: subprocess.Popen[str]) -> list[str]:
    process.send_signal(signal.SIGKILL)
    said, _ = process.communicate(timeout=30)
    return said.split()


def test_every_run_with_a_name_is_whole_after_a_kill(tmp_path: Path) -> None:
    """Two processes write runs into one place and are killed: what can be seen is whole."""
    for delay in (0.0, 0.05, 0.11):
        processes = [_start(tmp_path), _start(tmp_path)]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline()
        time.sleep(delay)
        told = [run_id for process in processes for run_id in _kill(process)]
        assert all((tmp_path / run_id).is_dir() for run_id in told)
    runs = [path for path in tmp_path.iterdir() if path.name[0] != "." and path.name != "latest"]
    assert len(runs) >= 6
    assert [problem for run in runs for problem in verify(run)] == []
    assert resolve_run(tmp_path, "latest") in runs
