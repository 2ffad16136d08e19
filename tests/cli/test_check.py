"""`auditor check`: what was recorded, judged again without AWS."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from auditor.cli.main import main
from auditor.source.emulator import synthetic
from auditor.source.emulator.fault import Fault
from tests.cli.conftest import Serve, auditor, report, runs

SICK = synthetic(seed=5, memberships=1, models=3, versions=40)
HEALTHY = synthetic(seed=5, memberships=1, models=2, versions=4, clean=True)


@pytest.fixture
def recorded(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a scan; afterwards there are no credentials and no endpoint."""
    serve(SICK)
    main(["scan", "--quiet", "--output", "scanned"])
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    return Path("scanned/latest").resolve()


def test_the_same_inventory_gives_the_same_findings_byte_for_byte(recorded: Path) -> None:
    """The scan, a check of its inventory, and a check of the check's own."""
    scanned = (recorded / "findings.jsonl").read_bytes()
    for source in (recorded / "inventory.jsonl", Path("reports/latest/inventory.jsonl")):
        done = auditor("check", str(source), "--quiet")
        assert (done.returncode, done.stdout) == (1, "")
        assert Path("reports/latest/findings.jsonl").read_bytes() == scanned
    assert len(scanned.splitlines()) > 50


def test_a_format_of_several_files_is_a_folder_of_the_run(
    recorded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its files are in the manifest by their names, and the summary names the folder."""
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    assert main(["check", str(recorded), "--format", "ocsf-parquet"]) == 1
    assert "ocsf-parquet" in capsys.readouterr().out.split("Files")[1].split()
    run = Path("reports/latest")
    files = [path.relative_to(run).as_posix() for path in run.rglob("*.parquet")]
    listed = json.loads((run / "manifest.json").read_text("utf-8"))["files"]
    assert [name for name in listed if name.startswith("ocsf-parquet/region=")] == files != []
    assert main(["verify", "latest"]) == 0
    assert main(["report", "latest"]) == 0


def test_a_format_that_cannot_be_written_here_ends_the_run_before_it_begins(
    recorded: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody waits for a scan and then learns that a package is missing."""
    monkeypatch.setitem(sys.modules, "pyarrow.json", None)
    assert main(["check", str(recorded), "--format", "ocsf-parquet"]) == 2
    assert "needs pyarrow" in capsys.readouterr().err
    assert not Path("reports").exists()


def test_ages_count_to_the_recorded_moment_unless_told_otherwise(recorded: Path) -> None:
    """A check next year says what the scan said."""
    main(["check", str(recorded), "--quiet"])
    assert report()["now"] == SICK.now
    main(["check", str(recorded), "--quiet", "--now", "2030-01-01T00:00:00+01:00"])
    assert report()["now"] == "2029-12-31T23:00:00.000Z"


def test_nothing_is_called(recorded: Path) -> None:
    """The report says so too."""
    main(["check", str(recorded), "--quiet"])
    assert report()["coverage"]["api_calls"] == {}


def test_what_the_scan_could_not_read_is_still_unread(serve: Serve) -> None:
    """A check cannot make an incomplete scan complete."""
    arn = HEALTHY.memberships[0].models[0].arn
    serve(HEALTHY, Fault("denied", operation="ListTrainedModelVersions", model=arn))
    assert main(["scan", "--quiet"]) == 3
    before = report()["coverage"]["unread"]
    assert main(["check", "reports/latest", "--quiet"]) == 3
    assert report()["coverage"]["unread"] == before


def test_an_inventory_that_was_cut_is_incomplete(recorded: Path) -> None:
    """A file without its end is not whole, however healthy what is left looks."""
    lines = (recorded / "inventory.jsonl").read_bytes().splitlines(keepends=True)
    Path("cut.jsonl").write_bytes(b"".join(lines[:-1]))
    assert main(["check", "cut.jsonl", "--quiet", "--fail-on", "critical"]) == 3
    assert [each["code"] for each in report()["coverage"]["unread"]] == ["InventoryCut"]


def test_a_damaged_inventory_is_no_audit(
    recorded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, the line that is wrong, and no run left behind."""
    lines = (recorded / "inventory.jsonl").read_bytes().splitlines(keepends=True)
    Path("bad.jsonl").write_bytes(b"".join([*lines[:30], b"{}\n", *lines[30:]]))
    assert main(["check", "bad.jsonl"]) == 2
    captured = capsys.readouterr()
    assert "bad.jsonl:31: the inventory is damaged" in captured.err
    assert "no audit was performed" in captured.err
    assert captured.out == ""
    assert runs() == []


def test_an_inventory_that_is_not_there_is_no_audit(capsys: pytest.CaptureFixture[str]) -> None:
    """The file is named, and what to name instead."""
    assert main(["check", "no.jsonl"]) == 2
    assert "no.jsonl: the inventory cannot be read" in capsys.readouterr().err


def test_the_recorded_run_is_timed_as_itself(recorded: Path) -> None:
    """A check began when it began, not when the scan did."""
    scanned = report(recorded)
    main(["check", str(recorded), "--quiet"])
    assert report()["started_at"] >= scanned["finished_at"]
