"""The manifest of a run: what its files, policies and configuration were, by their SHA-256."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from auditor.errors import Problem
from auditor.model import PolicyUsed

SCHEMA = "auditor.manifest/1"
NAME = "manifest.json"
"""The file of a run that holds the manifest; it is the one file that the manifest does not list."""


_NOTHING: Mapping[str, str] = MappingProxyType({})


class _Listed(Struct, frozen=True):
    """What the manifest says of one file."""

    sha256: str
    size: int


def sha256(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal; OSError where it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def manifest(
    run_directory: Path,
    names: Iterable[str],
    policies: Iterable[PolicyUsed],
    configuration: Mapping[str, str],
    known: Mapping[str, str] = _NOTHING,
) -> dict[str, Any]:
    """The manifest of the files of a run, by their names, which may have folders in them.

    ``configuration`` is the SHA-256 of each configuration file by its path, and ``known`` that of
    files of the run, taken while they were written.
    """
    return {
        "schema": SCHEMA,
        "files": {name: _said(run_directory / name, known.get(name)) for name in names},
        "policies": [
            {"policy": policy.policy, "path": policy.path, "sha256": policy.sha256}
            for policy in policies
        ],
        "configuration": [
            {"path": path, "sha256": digest} for path, digest in sorted(configuration.items())
        ],
    }


def _said(path: Path, known: str | None) -> dict[str, Any]:
    return {"sha256": known or sha256(path), "size": path.stat().st_size}


def verify(run_directory: Path) -> tuple[Problem, ...]:
    """What differs between a run's files and its manifest, in the order of names; empty if nothing.

    A manifest that is missing, cannot be read or lists nothing is a problem too.
    """
    path = run_directory / NAME
    try:
        listed = _listed(json.loads(path.read_bytes()))
    except (OSError, ValueError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return (_problem(path, "ManifestUnreadable", f"the manifest cannot be read: {reason}"),)
    there = set(_entries(run_directory, listed.keys())) - {NAME}
    names = sorted(there | listed.keys())
    return tuple(
        problem for name in names for problem in _compared(run_directory / name, listed.get(name))
    )


def _entries(folder: Path, listed: Collection[str], before: str = "") -> Iterator[str]:
    """What lies in a folder; of a folder in it what is inside, where the manifest lists that."""
    for entry in folder.iterdir():
        name = f"{before}{entry.name}"
        inside = any(one.startswith(f"{name}/") for one in listed)
        if inside and entry.is_dir() and not entry.is_symlink():
            yield from _entries(entry, listed, f"{name}/")
        else:
            yield name


def _listed(value: Any) -> dict[str, _Listed]:
    """The files that a manifest lists; ValueError where it is not one."""
    try:
        if value["schema"] != SCHEMA:
            raise ValueError(f"its schema is not {SCHEMA}")
        listed = {
            name: _Listed(str(said["sha256"]), int(said["size"]))
            for name, said in value["files"].items()
        }
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"it has not the form of {SCHEMA}") from error
    if not listed:
        raise ValueError("it lists no files")
    if not all(map(_is_inside, listed)):
        raise ValueError("it lists files outside the run")
    return listed


def _is_inside(name: str) -> bool:
    """Whether a name can only be that of a file in the run or in a folder of the run."""
    parts = name.split("/")
    return all(part not in ("", "..") and Path(part).name == part for part in parts)


def _compared(path: Path, said: _Listed | None) -> Iterator[Problem]:
    """The problem of one name, if there is one."""
    if said is None:
        yield _problem(path, "FileUnlisted", "the manifest does not list it")
    elif path.is_symlink() or (path.exists() and not path.is_file()):
        yield _problem(path, "FileChanged", "it is not a plain file")
    elif not path.exists():
        yield _problem(path, "FileMissing", "the manifest lists it, and it is not there")
    else:
        yield from _content(path, said)


def _content(path: Path, said: _Listed) -> Iterator[Problem]:
    size = path.stat().st_size
    if size != said.size:
        yield _problem(path, "FileChanged", f"it has {size} bytes, and {said.size} are listed")
        return
    try:
        digest = sha256(path)
    except OSError as error:
        yield _problem(path, "FileUnreadable", f"it cannot be read: {error.strerror}")
        return
    if digest != said.sha256:
        yield _problem(path, "FileChanged", f"its SHA-256 is {digest}, and {said.sha256} is listed")


def _problem(path: Path, code: str, message: str) -> Problem:
    return Problem(str(path), 0, 0, code, message)
