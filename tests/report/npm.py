"""Packages of npm that a test takes as judge; a test without them is skipped and says why."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest


def folder(config: pytest.Config, package: str, version: str) -> Path:
    """A folder in which node finds the package; installed once, kept in the cache of pytest."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip(f"{package} comes through npm, which is not installed")
    cache = config.cache
    if cache is None:
        pytest.skip(f"{package} is kept in the cache of pytest, which is switched off")
    kept = cache.mkdir("npm") / f"{package.replace('/', '-')}-{version}"
    if not kept.exists():
        _install(npm, f"{package}@{version}", kept)
    return kept


def _install(npm: str, package: str, kept: Path) -> None:
    """NOTE: Several test processes may do this at once; the first one's folder stays."""
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--silent")
    with tempfile.TemporaryDirectory(dir=kept.parent) as name:
        fresh = Path(name) / "fresh"
        command = [npm, "install", *quiet, "--prefix", str(fresh), package]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=120)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            pytest.skip(f"{package} cannot be had through npm here")
        try:
            fresh.rename(kept)
        except OSError:
            assert kept.exists()


def run(where: Path, script: str, text: str = "") -> Any:
    """What a script of node prints, as JSON; it reads ``text`` from standard input."""
    done = subprocess.run(
        ["node", "-e", script],
        cwd=where,
        input=text,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return json.loads(done.stdout)
