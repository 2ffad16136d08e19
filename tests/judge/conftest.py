"""A policy that is written to disk for each test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from auditor.judge.judge import Judge
from tests.judge.models import judge

Judging = Callable[[str], Judge]


@pytest.fixture
def judging(tmp_path: Path) -> Judging:
    """Makes a judge of rules written as YAML."""

    def make(rules: str) -> Judge:
        file = tmp_path / "trial.yaml"
        file.write_text(f"version: 1\npolicy: trial\ntitle: A trial\nrules:\n{rules}")
        return judge(str(file))

    return make
