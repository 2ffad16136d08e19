"""The manifest of a run, and what it finds."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from auditor.evidence.manifest import NAME, manifest, sha256, verify
from auditor.model import PolicyUsed

_POLICY = PolicyUsed("baseline", "Baseline", "policies/baseline.yaml", "ab" * 32, ("CRML-001",), {})
_CONTENT = {"report.json": b"{}\n", "findings.jsonl": b"", "inventory.jsonl": b"\x00\xff" * 70_000}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run whose files are what its manifest says."""
    for name, content in _CONTENT.items():
        (tmp_path / name).write_bytes(content)
    _write(tmp_path, manifest(tmp_path, _CONTENT, [_POLICY], {}))
    return tmp_path


def _write(directory: Path, value: Any) -> None:
    (directory / NAME).write_text(json.dumps(value), "utf-8")


def _found(directory: Path) -> list[tuple[str, str]]:
    return [(Path(problem.path).name, problem.code) for problem in verify(directory)]


def test_the_manifest_lists_digest_and_size_of_every_file(run: Path) -> None:
    """Files, policies and configuration are there with their SHA-256, by name."""
    made = manifest(run, ["report.json"], [_POLICY], {"b.yaml": "cd" * 32, "a.yaml": "ef" * 32})
    assert made == {
        "schema": "auditor.manifest/1",
        "files": {"report.json": {"sha256": hashlib.sha256(b"{}\n").hexdigest(), "size": 3}},
        "policies": [{"policy": "baseline", "path": "policies/baseline.yaml", "sha256": "ab" * 32}],
        "configuration": [
            {"path": "a.yaml", "sha256": "ef" * 32},
            {"path": "b.yaml", "sha256": "cd" * 32},
        ],
    }


def test_the_digest_is_the_one_that_other_tools_compute(run: Path) -> None:
    """A large file has the digest that hashlib gives of its bytes."""
    content = _CONTENT["inventory.jsonl"]
    assert sha256(run / "inventory.jsonl") == hashlib.sha256(content).hexdigest()


def test_an_unchanged_run_has_no_problem(run: Path) -> None:
    """Files that are what the manifest says give nothing."""
    assert verify(run) == ()


def _change_a_byte(run: Path) -> None:
    (run / "report.json").write_bytes(b"[]\n")


def _cut(run: Path) -> None:
    (run / "inventory.jsonl").write_bytes(b"\x00")


def _remove(run: Path) -> None:
    (run / "findings.jsonl").unlink()


def _add(run: Path) -> None:
    (run / "notes.txt").touch()


def _add_hidden_directory(run: Path) -> None:
    (run / ".hidden").mkdir()


def _link(run: Path) -> None:
    moved = run.parent / f"{run.name}-moved.json"
    (run / "report.json").rename(moved)
    (run / "report.json").symlink_to(moved)


def _make_directory(run: Path) -> None:
    (run / "report.json").unlink()
    (run / "report.json").mkdir()


@pytest.mark.parametrize(
    ("damage", "name", "code"),
    [
        (_change_a_byte, "report.json", "FileChanged"),
        (_cut, "inventory.jsonl", "FileChanged"),
        (_remove, "findings.jsonl", "FileMissing"),
        (_add, "notes.txt", "FileUnlisted"),
        (_add_hidden_directory, ".hidden", "FileUnlisted"),
        (_link, "report.json", "FileChanged"),
        (_make_directory, "report.json", "FileChanged"),
    ],
)
def test_every_damage_is_found(
    run: Path, damage: Callable[[Path], None], name: str, code: str
) -> None:
    """One change to a run is one problem, with the name of the file and a code."""
    damage(run)
    assert _found(run) == [(name, code)]


def test_files_in_folders_are_compared_too(run: Path) -> None:
    """By their names from the run on; what lies beside them is not listed."""
    folder = run / "ocsf-parquet" / "region=us-east-1"
    folder.mkdir(parents=True)
    (folder / "one.parquet").write_bytes(b"one")
    name = "ocsf-parquet/region=us-east-1/one.parquet"
    _write(run, manifest(run, [*_CONTENT, name], [_POLICY], {}))
    assert verify(run) == ()
    (folder / "one.parquet").write_bytes(b"two")
    (folder / "two.parquet").touch()
    (run / "ocsf-parquet" / "empty").mkdir()
    assert _found(run) == [
        ("empty", "FileUnlisted"),
        ("one.parquet", "FileChanged"),
        ("two.parquet", "FileUnlisted"),
    ]


def test_all_problems_are_found_at_once_in_the_order_of_names(run: Path) -> None:
    """One problem does not hide another."""
    for damage in (_add, _change_a_byte, _remove):
        damage(run)
    assert [name for name, _ in _found(run)] == ["findings.jsonl", "notes.txt", "report.json"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        '{"schema": "auditor.manifest/2", "files": {}}',
        '{"schema": "auditor.manifest/1"}',
        '{"schema": "auditor.manifest/1", "files": {}}',
        '{"schema": "auditor.manifest/1", "files": {"report.json": {}}}',
        '{"schema": "auditor.manifest/1", "files": {"../a": {"sha256": "", "size": 0}}}',
        '{"schema": "auditor.manifest/1", "files": {"a/../../b": {"sha256": "", "size": 0}}}',
        '{"schema": "auditor.manifest/1", "files": {"/etc/hosts": {"sha256": "", "size": 0}}}',
        '{"schema": "auditor.manifest/1", "files": {"a": {"sha256": "", "size": "x"}}}',
        "[" * 100_000,
    ],
)
def test_a_manifest_that_says_nothing_is_a_problem(run: Path, text: str) -> None:
    """A run is never found unchanged on the word of a manifest that cannot be read."""
    (run / NAME).write_text(text, "utf-8")
    assert _found(run) == [(NAME, "ManifestUnreadable")]


def test_a_run_without_manifest_is_a_problem(run: Path) -> None:
    """What has no manifest is not verified."""
    (run / NAME).unlink()
    assert _found(run) == [(NAME, "ManifestUnreadable")]
    assert _found(run / "missing") == [(NAME, "ManifestUnreadable")]


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read anything"
)
def test_a_file_that_cannot_be_read_is_a_problem(run: Path) -> None:
    """A file without the permission to read it is not taken for unchanged."""
    (run / "report.json").chmod(0)
    assert _found(run) == [("report.json", "FileUnreadable")]
