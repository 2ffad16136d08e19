"""A service on loopback for benchmarks: the harness has the pages, our endpoint says who calls."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from auditor.source.emulator import environment, serving, synthetic

_ACCOUNT = "123456789012"
_NO_CODE = "PYTHONDONTWRITEBYTECODE"


@dataclass(frozen=True, slots=True)
class Site:
    """What is served: ``about`` is what the harness says of it."""

    endpoint: str
    environment: Mapping[str, str]
    about: Mapping[str, Any]

    @property
    def pages(self) -> int:
        """Pages of all models together."""
        return len(self.about["models"]) * int(self.about["pages"])

    def config(self, folder: Path) -> Path:
        """A configuration that names every model, as JSON, which is YAML too."""
        target = {
            "name": "bench",
            "region": self.about["region"],
            "role_arn": f"arn:aws:iam::{_ACCOUNT}:role/bench",
            "memberships": [{"id": self.about["membership"], "models": self.about["models"]}],
        }
        path = folder / "auditor.json"
        path.write_text(json.dumps({"version": 1, "targets": [target]}), "utf-8")
        return path


@contextmanager
def site(bench: Path, models: int, pages: int, latency_ms: float = 0) -> Iterator[Site]:
    """Serves so many models of so many pages of 100 versions until the block ends."""
    size = ["--models", str(models), "--pages", str(pages), "--latency-ms", str(latency_ms)]
    with (
        serving(synthetic(seed=1, memberships=1, models=1, versions=1)) as identity,
        subprocess.Popen(
            [sys.executable, bench / "serve.py", *size], stdout=subprocess.PIPE, text=True
        ) as server,
    ):
        try:
            assert server.stdout is not None
            endpoint = json.loads(server.stdout.readline())["endpoint"]
            with urlopen(endpoint) as answer:  # noqa: S310  # on loopback
                about = json.load(answer)
            aws = {
                **environment(identity.url),
                "AWS_ENDPOINT_URL_STS": identity.url,
                "AWS_ENDPOINT_URL": endpoint,
            }
            # As everybody has it: what was compiled once is not compiled again.
            kept = {name: text for name, text in os.environ.items() if name != _NO_CODE}
            yield Site(endpoint, {**kept, **aws}, about)
        finally:
            server.terminate()
