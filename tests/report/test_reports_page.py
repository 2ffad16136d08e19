"""docs/reports.md says what the code does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from auditor.evidence.manifest import SCHEMA, manifest
from auditor.model import Severity, Verdict
from auditor.report.formats import FORMATS
from auditor.report.schema import SCHEMAS, schema

_PAGE = (Path(__file__).parents[2] / "docs" / "reports.md").read_text("utf-8")


def _members(value: Any) -> Iterator[str]:
    """Every name of a member that a schema knows."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "properties":
                yield from item
            if key not in ("if", "then"):
                yield from _members(item)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_member_is_explained(name: str) -> None:
    """A reader finds each member of the published JSON on the page."""
    missing = {member for member in _members(schema(name)) if f"`{member}`" not in _PAGE}
    assert missing - set(Severity) == set()


def test_every_verdict_stands_beside_its_exit_code() -> None:
    """The table of exit codes is the one of the model."""
    for verdict in Verdict:
        assert f"| {verdict.exit_code} | `{verdict.word}` |" in _PAGE


def test_every_format_and_its_file_is_listed() -> None:
    """The table of formats is the one of the code."""
    table = _PAGE.partition("## Formats")[2].partition("##")[0]
    listed = re.findall(r"^\| `([\w.-]+)` \| `([\w.-]+)` \|", table, re.MULTILINE)
    assert listed == [(row.name, row.file) for row in FORMATS.values()]


def test_the_manifest_is_explained() -> None:
    """Its name and each of its members stand in its table."""
    table = _PAGE.partition("## The manifest")[2].partition("##")[0]
    assert all(f"`{member}`" in table for member in manifest(Path(), [], [], {}))
    assert f"`{SCHEMA}`" in table


def test_every_code_of_verify_is_explained() -> None:
    """A code that `auditor verify` prints can be looked up."""
    source = Path(__file__).parents[2] / "auditor" / "evidence" / "manifest.py"
    codes = set(re.findall(r'"((?:File|Manifest)[A-Z]\w+)"', source.read_text("utf-8")))
    assert codes == set(re.findall(r"^\| `((?:File|Manifest)\w+)`", _PAGE, re.MULTILINE))
