"""The JSON Schemas (draft 2020-12) of what this project publishes; the data is in ``schemas/``."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

SCHEMAS = ("finding", "report")
"""What has a schema here."""

_OF_A_FILE = ("$schema", "$id", "$defs")


def schema(name: str) -> dict[str, Any]:
    """The schema of one of `SCHEMAS`; whole, so that nothing else is needed to read it."""
    read = _read(name)
    if name == "report":
        finding = _read("finding")
        read["$defs"] |= finding["$defs"]
        read["$defs"]["finding"] = {
            key: value for key, value in finding.items() if key not in _OF_A_FILE
        }
    return read


def _read(name: str) -> dict[str, Any]:
    text = files("auditor.report").joinpath("schemas", f"{name}.json").read_text("utf-8")
    read: dict[str, Any] = json.loads(text)
    return read
