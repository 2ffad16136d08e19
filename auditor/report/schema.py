"""The JSON Schemas (draft 2020-12) of what this project publishes; the data is in ``schemas/``."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

SCHEMAS = ("finding", "report")
"""What has a schema here."""


def schema(name: str) -> dict[str, Any]:
    """The schema of one of `SCHEMAS`."""
    text = files("auditor.report").joinpath("schemas", f"{name}.json").read_text("utf-8")
    read: dict[str, Any] = json.loads(text)
    return read
