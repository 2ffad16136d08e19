"""`auditor demo`: the whole job without an account."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from auditor.cli.main import main
from tests.cli.conftest import auditor, report


def test_the_demo_needs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user's own AWS configuration, even a broken one, does not reach it."""
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_CA_BUNDLE", "HTTPS_PROXY", "HTTP_PROXY"):
        monkeypatch.setenv(name, "no-such-thing")
    done = auditor("demo")
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert "NON-COMPLIANT" in lines[0]
    assert lines[-1] == "NON-COMPLIANT, exit code 1"
    assert f"reports/{report()['run']}/" in done.stdout
    assert "no AWS account" in done.stderr
    assert "exit code 1 is what to expect" in done.stderr
    assert report()["complete"] is True


def test_the_demo_leaves_a_page_to_open(capsys: pytest.CaptureFixture[str]) -> None:
    """Its address is told; whoever names formats gets those."""
    main(["demo", "--output", "first"])
    assert Path("first/latest/report.html").is_file()
    assert "open first/latest/report.html" in capsys.readouterr().err
    main(["demo", "--output", "second", "--format", "csv"])
    assert not Path("second/latest/report.html").exists()
    assert "report.html" not in capsys.readouterr().err


def test_the_demo_is_the_same_every_time(capsys: pytest.CaptureFixture[str]) -> None:
    """The estate, its moment and so every finding."""
    for name in ("first", "second"):
        assert main(["demo", "--quiet", "--output", name]) == 1
    assert capsys.readouterr() == ("", "")
    first, second = (
        Path(name, "latest/findings.jsonl").read_bytes() for name in ("first", "second")
    )
    assert first == second


def test_the_demo_leaves_the_environment_as_it_was() -> None:
    """Its made-up credentials are its own."""
    before = dict(os.environ)
    assert main(["demo", "--quiet"]) == 1
    assert dict(os.environ) == before
