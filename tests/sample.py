"""The committed sample of a run, in every format: ``python -m tests.sample`` writes it anew.

Everything in it is fixed: the estate, the moment, the versions of the tools, the run's id. A test
holds the files against what the code writes today.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec.structs import replace

from auditor.judge.judge import Judge
from auditor.model import Finding, Report, Severity, SourceRecord
from auditor.policy.check import default_values, ready_rules
from auditor.policy.load import load_policies
from auditor.policy.used import policies_used
from auditor.report.document import report_text
from auditor.report.formats import FORMATS
from auditor.scan import Run, audit
from auditor.source.inventory import InventorySource
from tests.estate import written_inventory
from tests.judge.kept import keep

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "reports" / "sample"
ROWS = [row for row in FORMATS.values() if not row.name.startswith("ocsf-")]
"""Every format; of OCSF the default version only."""
TOOL = {"auditor": "0", "botocore": "0", "python": "0"}
"""Stands for the versions, so that a release does not change the sample."""


def sample() -> Mapping[str, str]:
    """The text of every file of the sample, by its name."""
    with TemporaryDirectory() as folder:
        inventory = Path(folder, "inventory.jsonl")
        inventory.write_text(written_inventory(), "utf-8")
        findings: list[Finding] = []
        report = _report(InventorySource(inventory), findings)
        formats = {row.file: "".join(row.lines(report, findings)) for row in ROWS}
    return {
        "inventory.jsonl": written_inventory(),
        "report.json": report_text(report),
        **formats,
    }


def _report(source: InventorySource, findings: list[Finding]) -> Report:
    policies = [
        replace(policy, path=str(Path(policy.path).relative_to(ROOT)))
        for policy in load_policies([ROOT / "policies"])
    ]
    params = default_values(policies)
    ready = ready_rules(policies, params, source.header.now)
    used = policies_used(policies, params, ready)
    run = Run("20261123T070000Z-5a3b1e", source.header.now, Severity.INFO, TOOL, used)

    def kept(_record: SourceRecord) -> None:
        """The inventory is there already."""

    report = audit(source, Judge(ready), run, kept, partial(keep, findings))
    return replace(report, finished_at="2026-11-23T07:00:02.000Z")


def write() -> None:
    """Write the sample anew."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in sample().items():
        FOLDER.joinpath(name).write_bytes(text.encode())


if __name__ == "__main__":
    write()
