"""`auditor init`: the files that a first audit needs."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from importlib.resources import files
from pathlib import Path

from auditor.errors import UsageError

WRITTEN = {
    "auditor.yaml": "auditor.yaml",
    "policies/own.yaml": "own.yaml",
    ".github/workflows/auditor.yaml": "workflow.yaml",
}
"""Each file that is written, and the template it is written from."""


def options(parser: ArgumentParser) -> None:
    """Add the folder."""
    parser.add_argument(
        "folder", metavar="DIR", nargs="?", type=Path, default=Path(), help="where (default: here)"
    )


def run(parsed: Namespace) -> int:
    """Write what is not there yet; what is there is left as it is."""
    for name, template in WRITTEN.items():
        path = parsed.folder / name
        print(f"{'wrote' if _written(path, template) else 'kept '} {path}")
    print("next: auditor policy test policies, then auditor scan -c auditor.yaml")
    return 0


def _written(path: Path, template: str) -> bool:
    """Write one file; False where there is one already."""
    text = files("auditor.cli").joinpath("templates", template).read_text(encoding="utf-8")
    if path.exists():
        return False
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}", "name another folder") from error
    return True
