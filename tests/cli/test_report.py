"""`auditor report`: a past run, rendered again."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from auditor.cli.main import main
from auditor.report.formats import FORMATS

Output = pytest.CaptureFixture[str]


@pytest.fixture
def run() -> Path:
    """A run of the demo."""
    main(["demo", "--quiet"])
    return Path("reports", Path("reports/latest").readlink())


def test_without_a_format_it_is_the_summary_once_more(run: Path, capsys: Output) -> None:
    """The screen is the one that the run itself has shown, with the files that are there."""
    capsys.readouterr()
    assert main(["report", "latest"]) == 0
    shown = capsys.readouterr().out
    assert "NON-COMPLIANT" in shown.splitlines()[0]
    assert "manifest.json" in shown


@pytest.mark.parametrize("name", FORMATS)
def test_one_format_goes_to_standard_output(
    name: str, run: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """What would be in its file, and nothing else; the exit code says that it was rendered."""
    assert main(["report", run.name, "--format", name]) == 0
    printed = capfdbinary.readouterr().out
    assert main(["report", run.name, "--format", name, "--to", "out"]) == 0
    assert printed == Path("out", FORMATS[name].file).read_bytes() != b""


def test_jsonl_is_the_file_itself(run: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Reading and writing again changes no byte."""
    assert main(["report", str(run), "--format", "jsonl"]) == 0
    assert capfdbinary.readouterr().out == (run / "findings.jsonl").read_bytes()


def test_several_formats_go_to_files(run: Path, capsys: Output) -> None:
    """Each has its own name, and what is there already is replaced."""
    for _ in range(2):
        assert main(["report", "latest", "--format", "csv,sarif,gitlab", "--to", "out/ci"]) == 0
    assert sorted(path.name for path in Path("out/ci").iterdir()) == [
        *("code-quality.json", "findings.csv", "results.sarif")
    ]
    with Path("out/ci/findings.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    findings = (run / "findings.jsonl").read_text("utf-8").splitlines()
    assert [row["id"] for row in rows] == [json.loads(line)["id"] for line in findings]
    told = capsys.readouterr()
    assert told.out == ""
    assert "sarif: out/ci/results.sarif" in told.err.splitlines()


def test_the_run_itself_is_left_as_it_was(run: Path, capsys: Output) -> None:
    """Its manifest is still true."""
    main(["report", "latest", "--format", "csv", "--to", "out"])
    assert main(["verify", "latest"]) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--format", "csv,sarif"], "only one format fits on standard output"),
        (["--to", "out"], "--to without --format"),
        (["--format", "pdf"], "'pdf' is none of jsonl, "),
        (["--format", "csv", "--to", "reports/latest/ci"], "belongs to the run"),
        (["--format", "csv", "--to", "reports/latest"], "belongs to the run"),
    ],
)
def test_what_cannot_be_done_is_bad_usage(
    arguments: list[str], said: str, run: Path, capsys: Output
) -> None:
    """Nothing is written, and the error says what to do instead."""
    assert main(["report", "latest", *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "hint: " in error
    assert not Path("out").exists()


def test_a_run_that_is_not_there_is_bad_usage(capsys: Output) -> None:
    """The folder where runs were looked for is named."""
    assert main(["report", "latest", "--output", "elsewhere"]) == 2
    assert "there are no runs in elsewhere" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["findings.jsonl", "report.json", "manifest.json"])
def test_a_run_that_was_changed_is_not_rendered(name: str, run: Path, capsys: Output) -> None:
    """A run that lost its last finding would look better than it was."""
    file = run / name
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:-1]))
    capsys.readouterr()
    assert main(["report", "latest", "--format", "markdown"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert name in told.err


def test_what_is_not_read_may_be_changed(run: Path, capsys: Output) -> None:
    """Whoever keeps no inventory can still render the run."""
    (run / "inventory.jsonl").unlink()
    assert main(["report", "latest", "--format", "github"]) == 0


def test_a_folder_that_cannot_be_made_is_told(run: Path, capsys: Output) -> None:
    """A file stands where a folder is meant."""
    Path("file").write_text("", "utf-8")
    assert main(["report", "latest", "--format", "csv", "--to", "file"]) == 2
    assert "cannot write file" in capsys.readouterr().err


def test_a_gate_is_shown_as_a_gate(run: Path, capsys: Output) -> None:
    """The decision is what a person wants to see again."""
    first = json.loads((run / "findings.jsonl").read_text("utf-8").splitlines()[0])
    arn = first["resource"]["arn"]
    asked = ["--model", arn, "--version", "latest", "--inventory", str(run)]
    main(["gate", *asked, "--quiet", "--output", "gates"])
    capsys.readouterr()
    assert main(["report", "latest", "--output", "gates"]) == 0
    assert "RELEASE" in capsys.readouterr().out.splitlines()[0]
