"""A scan finds exactly what plain Python finds that knows nothing of this project."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from auditor.cli.main import main
from auditor.source.emulator import synthetic
from tests.cli.conftest import Serve, findings, report

ESTATE = synthetic(seed=11, memberships=2, models=2, versions=260)
NOW = datetime.fromisoformat(ESTATE.now)
RULES = [f"CRML-{number:03d}" for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15)]


def idle(row: dict[str, Any], days: float, since: str = "updateTime") -> bool:
    """Whether more than so many days have passed."""
    return NOW - datetime.fromisoformat(row[since]) > timedelta(days=days)


def of_version(row: dict[str, Any], superseded: bool) -> Iterator[str]:
    """The rules that a version fails, written by hand."""
    status = row["status"]
    failing = {
        "CRML-001": status == "CREATE_FAILED" and idle(row, 30),
        "CRML-004": status == "CREATE_PENDING" and idle(row, 1, "createTime"),
        "CRML-005": status == "CREATE_IN_PROGRESS" and idle(row, 7, "createTime"),
        "CRML-006": status in ("DELETE_PENDING", "DELETE_IN_PROGRESS") and idle(row, 1),
        "CRML-007": status == "DELETE_FAILED",
        "CRML-008": status == "CANCEL_FAILED"
        or (status in ("CANCEL_PENDING", "CANCEL_IN_PROGRESS") and idle(row, 1)),
        "CRML-012": status == "ACTIVE" and superseded and idle(row, 90, "createTime"),
        "CRML-015": status != "INACTIVE" and not row.get("description"),
    }
    return (rule for rule, failed in failing.items() if failed)


def of_model(rows: list[dict[str, Any]]) -> Iterator[str]:
    """The rules that a model fails, written by hand."""
    latest = max(rows, key=lambda row: (row["createTime"], version_of(row)))
    active = sum(row["status"] == "ACTIVE" for row in rows)
    failing = {
        "CRML-002": sum(row["status"] != "INACTIVE" for row in rows) > 50,
        "CRML-003": active > 10,
        "CRML-009": active == 0,
        "CRML-010": latest["status"] != "ACTIVE",
    }
    return (rule for rule, failed in failing.items() if failed)


def version_of(row: dict[str, Any]) -> str:
    """What a version is called; a base version has no identifier, in several spellings."""
    identifier = row.get("versionIdentifier")
    return "BASE" if identifier in (None, "", "NULL") else str(identifier)


def expected() -> set[tuple[str, str, str | None]]:
    """(rule, ARN, version) of everything that should be found."""
    found: set[tuple[str, str, str | None]] = set()
    for membership in ESTATE.memberships:
        for model in membership.models:
            rows: list[dict[str, Any]] = [dict(row) for row in model.rows]
            active = [row["createTime"] for row in rows if row["status"] == "ACTIVE"]
            newest = max(active, default="")
            for row in rows:
                superseded = row["createTime"] < newest
                found |= {
                    (rule, model.arn, version_of(row)) for rule in of_version(row, superseded)
                }
            found |= {(rule, model.arn, None) for rule in of_model(rows)}
    return found


def test_a_scan_finds_what_plain_python_finds(serve: Serve) -> None:
    """Four models of 260 versions, twelve list calls, twelve rules, the same findings."""
    server = serve(ESTATE)
    chosen = [word for rule in RULES for word in ("--rule", rule)]
    assert main(["scan", "--quiet", *chosen]) == 1
    assert server.calls["ListTrainedModelVersions"] == 12
    assert report()["coverage"]["versions"] == 4 * 260
    found = {(f["rule"], f["resource"]["arn"], f["resource"]["version"]) for f in findings()}
    assert found == expected()
    assert len(found) > 100
    assert Path("reports/latest/report.json").exists()
