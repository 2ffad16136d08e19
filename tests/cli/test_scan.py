"""`auditor scan`, from the command line to the exit code, against the embedded endpoint."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

import pytest

from auditor.cli.main import main
from auditor.source.emulator import synthetic
from auditor.source.emulator.fault import Fault
from tests.cli.conftest import Serve, auditor, findings, report, runs

LIST = "ListTrainedModelVersions"
SICK = synthetic(seed=5, memberships=1, models=2, versions=40)
HEALTHY = synthetic(seed=5, memberships=1, models=2, versions=4, clean=True)
ARNS = sorted(model.arn for model in HEALTHY.memberships[0].models)


def test_a_scan_that_finds_failures_exits_with_1(serve: Serve) -> None:
    """A whole process: summary on standard output, files, and an exit code that says the same."""
    serve(SICK)
    done = auditor("scan", "-c", "auditor.yaml")
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "NON-COMPLIANT, exit code 1"
    assert sorted(path.name for path in Path("reports/latest").iterdir()) == [
        "findings.jsonl",
        "inventory.jsonl",
        "manifest.json",
        "report.json",
    ]
    said = report()
    assert (said["verdict"], said["complete"], said["exit_code"]) == ("non_compliant", True, 1)
    assert said["counts"]["outcomes"]["fail"] == len(findings())
    assert "Traceback" not in done.stderr


def test_every_event_is_json_with_the_run_id_where_nobody_watches(serve: Serve) -> None:
    """Standard error that is no terminal gets one JSON object a line."""
    serve(SICK)
    events = [json.loads(line) for line in auditor("scan").stderr.splitlines()]
    assert {event["run"] for event in events} == {report()["run"]}
    assert [event["event"] for event in events] == ["run started", "run finished"]


def test_an_unread_model_is_logged_with_the_request_id(serve: Serve) -> None:
    """AWS support asks for the request id."""
    serve(HEALTHY, Fault("denied", operation=LIST, model=ARNS[0]))
    events = [json.loads(line) for line in auditor("scan").stderr.splitlines()]
    (unread,) = [event for event in events if event["event"] == "unread"]
    assert unread["arn"] == ARNS[0]
    assert unread["request_id"]
    assert unread["run"] == report()["run"]


def test_a_scan_that_finds_nothing_exits_with_0(serve: Serve) -> None:
    """Everything was read and judged, and nothing failed."""
    serve(HEALTHY)
    assert main(["scan"]) == 0
    assert (report()["verdict"], report()["complete"]) == ("compliant", True)
    assert findings() == []


def test_a_scan_that_could_not_read_a_model_exits_with_3(serve: Serve) -> None:
    """Nothing failed, and yet nobody may call it compliant."""
    serve(HEALTHY, Fault("denied", operation=LIST, model=ARNS[0]))
    assert main(["scan"]) == 3
    assert (report()["verdict"], report()["complete"]) == ("incomplete", False)


def test_each_page_is_asked_for_once(serve: Serve) -> None:
    """4 models of 260 versions are 12 pages of 100."""
    server = serve(synthetic(seed=5, memberships=2, models=2, versions=260))
    assert main(["scan", "--quiet"]) == 1
    assert server.calls[LIST] == 12
    assert report()["coverage"]["api_calls"][LIST] == 12
    assert report()["coverage"]["versions"] == 1040


def test_findings_alone_go_to_standard_output(serve: Serve) -> None:
    """What a log shipper reads is the file of the run, byte for byte."""
    serve(SICK)
    done = auditor("scan", "--stdout", "jsonl")
    assert done.returncode == 1
    assert done.stdout == Path("reports/latest/findings.jsonl").read_text("utf-8")
    assert "NON-COMPLIANT, exit code 1" in done.stderr


def test_a_reader_that_goes_away_does_not_change_the_exit_code(serve: Serve) -> None:
    """``head`` has seen enough; the verdict is what it was."""
    serve(synthetic(seed=5, memberships=1, models=4, versions=260))
    running = subprocess.Popen(
        [sys.executable, "-m", "auditor", "scan", "--stdout", "jsonl", "--quiet"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    running.stdout.readline()
    running.stdout.close()
    assert running.stderr is not None
    said = running.stderr.read()
    running.stderr.close()
    assert running.wait() == 1
    assert "standard output was closed" in said
    assert "Traceback" not in said


def test_quiet_prints_nothing(serve: Serve, capsys: pytest.CaptureFixture[str]) -> None:
    """No summary, no events; the exit code and the files say it all."""
    serve(SICK)
    assert main(["scan", "--quiet"]) == 1
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("said", "arguments", "code"),
    [
        ({}, [], 1),
        ({"fail_on": "critical"}, [], 0),
        ({"fail_on": "critical"}, ["--fail-on", "high"], 1),
        ({"rules": ["CRML-018"]}, [], 0),
        ({"rules": ["CRML-018"]}, ["--rule", "CRML-001"], 1),
        ({"params": {"failed_max_age": "1000d"}}, ["--rule", "CRML-001"], 0),
        (
            {"params": {"failed_max_age": "1000d"}},
            ["--rule", "CRML-001", "--param", "failed_max_age=1d"],
            1,
        ),
        # A moment at which there was no such version: nothing of their ages is known.
        ({}, ["--rule", "CRML-001", "--now", "2020-01-01T00:00:00Z"], 3),
    ],
)
def test_the_command_line_counts_more_than_the_configuration(
    serve: Serve, said: dict[str, object], arguments: list[str], code: int
) -> None:
    """Each option has its key in auditor.yaml, and wins over it."""
    serve(SICK, **said)
    assert main(["scan", "--quiet", *arguments]) == code


def test_output_names_another_place(serve: Serve) -> None:
    """The key is relative to the file, the option to the working directory."""
    serve(HEALTHY, output="from-file")
    assert main(["scan", "--quiet"]) == 0
    assert main(["scan", "--quiet", "--output", "from-option"]) == 0
    assert Path("from-file/latest").exists()
    assert Path("from-option/latest").exists()
    assert runs() == []


def test_the_manifest_names_the_configuration(serve: Serve) -> None:
    """The evidence says with which configuration the run was made."""
    serve(HEALTHY)
    assert main(["scan", "--quiet"]) == 0
    manifest = json.loads(Path("reports/latest/manifest.json").read_bytes())
    assert [each["path"] for each in manifest["configuration"]] == ["auditor.yaml"]
    assert {each["path"].partition(":")[0] for each in manifest["policies"]} == {"shipped"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["-c", "broken.yaml"],
        ["-c", "missing.yaml"],
        ["--policy", "missing.yaml"],
        ["--policy", "twice.yaml"],
        ["--rule", "CRML-999"],
        ["--param", "no_such=1"],
        ["--param", "max_versions=many"],
        ["--param", "max_versions"],
        ["--fail-on", "severe"],
        ["--now", "yesterday"],
        ["--format", "pdf"],
        ["--stdout", "pdf"],
        ["--log-format", "xml"],
        ["--output", "auditor.yaml"],
        ["--waivers", "w.yaml"],
        ["surplus"],
    ],
    ids=" ".join,
)
def test_whatever_is_wrong_is_said_before_anything_is_called(
    serve: Serve, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    """Exit code 2: no request, no file, and words about what is wrong."""
    server = serve(SICK)
    Path("broken.yaml").write_text('{"version": 1, "targetz": []}', "utf-8")
    Path("twice.yaml").write_text(TWICE, "utf-8")
    assert main(["scan", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "no audit was performed: nothing was called, nothing was written" in captured.err
    assert server.calls.total() == 0
    assert runs() == []


RULE = """
  - {id: OWN-001, title: Twice, severity: low, kind: version, require: "status == 'ACTIVE'"}
"""
TWICE = f"version: 1\npolicy: own\ntitle: Own\nrules:{RULE}{RULE}"


def test_every_problem_is_listed_at_once_with_its_place(serve: Serve) -> None:
    """Two mistakes in the configuration are two places, in one run."""
    server = serve(SICK)
    config = "version: 1\ntargetz: []\nfail_on: severe\n"
    Path("broken.yaml").write_text(config, "utf-8")
    done = auditor("scan", "-c", "broken.yaml")
    assert done.returncode == 2
    assert "broken.yaml:2:1: unknown-key" in done.stderr
    assert "broken.yaml:3:10: " in done.stderr
    assert "2 | targetz: []" in done.stderr
    assert "  | ^^^^^^^" in done.stderr
    assert server.calls.total() == 0


def test_parameters_and_rules_that_are_wrong_are_listed_together(
    serve: Serve, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is wrong in one place does not hide what is wrong in another."""
    serve(SICK)
    assert main(["scan", "--param", "no_such=1", "--rule", "CRML-999"]) == 2
    error = capsys.readouterr().err
    assert "no_such" in error
    assert "CRML-999" in error
    assert "error: 2 problems in 2 files" in error


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_keeps_what_was_gathered(serve: Serve, number: int, code: int) -> None:
    """The run ends as an incomplete one, written in full, with the signal's exit code."""
    server = serve(synthetic(seed=5, memberships=1, models=9, versions=240), latency_ms=150)
    running = subprocess.Popen(
        [sys.executable, "-m", "auditor", "scan"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    until = time.monotonic() + 60
    while server.calls[LIST] < 6 and time.monotonic() < until:
        time.sleep(0.01)
    os.kill(running.pid, number)
    out, err = running.communicate(timeout=60)
    assert running.returncode == code
    assert b"Traceback" not in err
    assert b"interrupted" in out.splitlines()[-1]
    said = report()
    assert (said["interrupted"], said["complete"]) == (True, False)
    assert said["coverage"]["unread"]
    assert '"interrupted":true' in Path("reports/latest/inventory.jsonl").read_text("utf-8")


def test_a_run_that_breaks_off_is_incomplete_and_says_where_its_files_are(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A crash of ours after the first call is never exit code 0, 1 or 2."""
    serve(SICK)

    def breaks(*_: object) -> None:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(import_module("auditor.cli.running"), "report_text", breaks)
    assert main(["scan", "--quiet"]) == 3
    (partial,) = runs()
    assert capsys.readouterr().err.splitlines() == [
        "error: an unexpected ZeroDivisionError: ours",
        f"incomplete: the run was not finished; what it wrote is in {partial}",
        f"hint: auditor scan --resume {partial.name[1:24]} reads only what is missing",
        "hint: --debug shows the traceback",
    ]
    assert (partial / "inventory.jsonl").exists()


BROKEN = (
    "import sys\n"
    "from auditor.cli.main import main\n"
    "from auditor.source.executor import serving\n"
    "def broken(*_): raise ZeroDivisionError('ours')\n"
    "serving.Reader = broken\n"
    "sys.exit(main(sys.argv[1:]))\n"
)


@pytest.mark.skipif(sys.platform != "linux", reason="a spawned process knows nothing of patches")
def test_an_error_in_a_process_that_reads_is_told_by_the_one_that_writes(serve: Serve) -> None:
    """Once, without a traceback, and the run is incomplete."""
    serve(HEALTHY)
    done = subprocess.run(
        [sys.executable, "-c", BROKEN, "scan", "--executor", "process", "--quiet"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert "in the process that reads: ZeroDivisionError: ours" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_run_that_cannot_be_told_is_incomplete_too(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The files are there in full; who only has the exit code must not take it for a success."""
    serve(HEALTHY)

    def breaks(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(import_module("auditor.cli.running"), "show", breaks)
    assert main(["scan"]) == 3
    assert f"what it wrote is in reports/{report()['run']}" in capsys.readouterr().err


def test_debug_shows_the_traceback(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And changes nothing else, the exit code least of all."""
    serve(SICK)

    def breaks(*_: object) -> None:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(import_module("auditor.cli.running"), "report_text", breaks)
    assert main(["scan", "--quiet", "--debug"]) == 3
    assert "Traceback (most recent call last)" in capsys.readouterr().err


def test_a_large_inventory_is_written_in_zstd(serve: Serve) -> None:
    """Every command reads it by the run's folder, and the manifest lists it."""
    serve(SICK)
    code = (
        "from auditor.sink import compressed; compressed.LARGE = 10_000;"
        "from auditor.cli.main import entry; entry()"
    )
    subprocess.run([sys.executable, "-c", code, "scan", "--quiet"], check=False)
    (run,) = [each for each in runs() if not each.is_symlink()]
    names = sorted(each.name for each in run.iterdir())
    assert names == ["findings.jsonl", "inventory.jsonl.zst", "manifest.json", "report.json"]
    assert auditor("verify", "latest").returncode == 0
    before = (run / "findings.jsonl").read_bytes()
    assert auditor("check", "reports/latest", "--quiet").returncode == 1
    assert Path("reports/latest/findings.jsonl").read_bytes() == before
    assert auditor("scan", "--quiet", "--resume", run.name).returncode == 1
    assert report()["coverage"]["api_calls"] == {"GetCallerIdentity": 1}
