"""What is installed: a wheel that holds everything, from a lock that names no registry."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from auditor import __version__

ROOT = Path(__file__).parent.parent
LOCK = (ROOT / "requirements/dev.txt").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PINNED = re.compile(r"^([a-z0-9-]+)==\S+ \\$", re.MULTILINE)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_every_module_and_every_data_file(wheel: Path) -> None:
    """Shipped policies stand inside the package."""
    there = set(zipfile.ZipFile(wheel).namelist())
    files = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "auditor").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    policies = {f"auditor/_policies/{path.name}" for path in (ROOT / "policies").glob("*.yaml")}
    assert policies
    assert files | policies <= there


def test_the_wheel_runs_by_itself(wheel: Path, tmp_path: Path) -> None:
    """Nothing of the checkout is needed: the demo finds the shipped policies."""
    zipfile.ZipFile(wheel).extractall(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "auditor", "demo", "--quiet"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert (tmp_path / "reports/latest/report.json").exists()


def test_the_wheel_has_the_command_and_the_version(wheel: Path) -> None:
    """`auditor` is on the path after an installation."""
    assert f"-{__version__}-" in wheel.name
    archive = zipfile.ZipFile(wheel)
    (entries,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
    assert "auditor = auditor.cli.main:entry" in archive.read(entries).decode()


def name(requirement: str) -> str:
    """The normal name of a requirement."""
    return re.split(r"[<>=!\[;, ]", requirement)[0].lower().replace("_", "-")


def test_the_lock_pins_every_dependency_with_hashes() -> None:
    """Whatever pyproject.toml asks for is in the lock, and each pin has a hash."""
    wanted = {*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]}
    pinned = PINNED.findall(LOCK)
    assert {name(requirement) for requirement in wanted} <= set(pinned)
    assert len(pinned) == len(re.split(r"^[a-z0-9-]+==", LOCK, flags=re.MULTILINE)) - 1
    for block in re.split(r"^(?=[a-z0-9-]+==)", LOCK, flags=re.MULTILINE)[1:]:
        assert "--hash=sha256:" in block


def test_the_lock_names_no_place() -> None:
    """No registry's address and no path: it works wherever pip is configured."""
    assert not re.search(r"://|--index|--find-links|--trusted|-e |^/|[ '\"]/", LOCK, re.MULTILINE)
    assert set(re.findall(r"[a-z.]+\.(?:toml|in|txt)", LOCK)) == {"pyproject.toml"}


def test_the_documentation_says_what_each_dependency_is_for() -> None:
    """Each package that is asked for has its line."""
    page = (ROOT / "docs/dependencies.md").read_text("utf-8").lower()
    wanted = {*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]}
    assert {name(each) for each in wanted if name(each) not in page} == set()
