"""The layers of the code are a contract, and the contract is kept."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_imports_go_down_only() -> None:
    """import-linter finds every contract of pyproject.toml kept."""
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_every_module_has_its_place() -> None:
    """The contract is exhaustive: a new top-level module has to be placed in it."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    layers = contracts[0]
    named = {name.strip() for row in layers["layers"] for name in row.split("|")}
    there = {
        path.stem
        for path in (ROOT / "auditor").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert layers["exhaustive"] is True
    assert there - {"__init__", "__main__", "_policies"} == named
