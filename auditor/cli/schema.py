"""`auditor schema`: JSON Schemas, for editors and for readers of reports."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from typing import Any


def _config() -> Mapping[str, Any]:
    from auditor.config.shape import config_schema

    return config_schema()


def _policy() -> Mapping[str, Any]:
    from auditor.policy.schema import policy_schema

    return policy_schema()


def _waivers() -> Mapping[str, Any]:
    from auditor.policy.waiver import waivers_schema

    return waivers_schema()


def _published(name: str) -> Callable[[], Mapping[str, Any]]:
    def read() -> Mapping[str, Any]:
        from auditor.report.schema import schema

        return schema(name)

    return read


SCHEMAS: Mapping[str, Callable[[], Mapping[str, Any]]] = {
    "config": _config,
    "policy": _policy,
    "waivers": _waivers,
    "report": _published("report"),
    "finding": _published("finding"),
}
"""What has a schema, and where that comes from."""


def options(parser: ArgumentParser) -> None:
    """Add the name."""
    parser.add_argument("name", choices=tuple(SCHEMAS), help="what the schema describes")


def run(parsed: Namespace) -> int:
    """Print the schema."""
    print(json.dumps(SCHEMAS[parsed.name](), indent=2))
    return 0
