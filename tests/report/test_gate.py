"""The decision about one version; its whole screens are compared in test_terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from auditor.model import Verdict
from auditor.report.gate import gate_screen
from tests.report import samples
from tests.report.screens import decision, rendered


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (Verdict.COMPLIANT, "RELEASE"),
        (Verdict.NON_COMPLIANT, "DO NOT RELEASE"),
        (Verdict.INCOMPLETE, "CANNOT SAY"),
    ],
)
def test_the_decision_comes_first_and_has_the_exit_code(verdict: Verdict, expected: str) -> None:
    """The first line decides, the second says the exit code that says the same."""
    first, second, *_ = decision(verdict, 80).splitlines()
    assert first.strip("\u2501 ") == expected
    assert f"exit code {verdict.exit_code}." in second


def test_a_version_that_was_asked_for_by_its_id_is_not_called_the_latest() -> None:
    """Only where `latest` was asked is it said how it was computed."""
    run = samples.gate(Verdict.COMPLIANT)
    assert run.gate is not None
    asked = replace(run, gate={**run.gate, "asked": run.gate["version"]})
    text = rendered(gate_screen(asked, Path("reports")), 80)
    assert "latest" not in text
    assert f"Version    {run.gate['version']}" in text


def test_failures_come_first() -> None:
    """What decides stands above what does not, whatever the order of the rules."""
    lines = decision(Verdict.NON_COMPLIANT, 80).splitlines()
    shown = [line.split()[0] for line in lines if " CRML-" in line]
    assert shown == ["FAIL", "UNKNOWN", "PASS"]


def test_a_report_without_a_gate_has_no_decision() -> None:
    """A report of a whole scan is never shown as a decision about one version."""
    with pytest.raises(ValueError, match="not one of a gate"):
        gate_screen(samples.compliant()[0], Path("reports"))
