"""Models and versions to judge, made by hand."""

from __future__ import annotations

from typing import Any

from auditor.judge.judge import Judge
from auditor.model import ModelRecord, Place, Unread
from auditor.policy.check import ready_rules
from auditor.policy.load import load_policies
from auditor.policy.params import resolve_params

NOW = "2026-11-23T00:00:00.000Z"
MEMBERSHIP = "11111111-2222-3333-4444-555555555555"
ARN = f"arn:aws:cleanrooms-ml:us-east-1:111122223333:membership/{MEMBERSHIP}/trained-model/churn"
PLACE = Place("ads-prod", "111122223333", "us-east-1", MEMBERSHIP, ARN)
OLD = "2026-01-01T00:00:00.000Z"
RECENT = "2026-11-20T00:00:00.000Z"


def version(
    identifier: str | None = None, status: str = "ACTIVE", created: str = RECENT, **more: Any
) -> dict[str, Any]:
    """The row of a version; without an identifier it is the base version."""
    row = {
        "trainedModelArn": ARN,
        "name": "churn",
        "membershipIdentifier": MEMBERSHIP,
        "collaborationIdentifier": "99999999-2222-3333-4444-555555555555",
        "configuredModelAlgorithmAssociationArn": "arn:aws:cleanrooms-ml:x",
        "status": status,
        "createTime": created,
        "updateTime": created,
        **more,
    }
    return {**row, "versionIdentifier": identifier} if identifier else row


def record(*rows: dict[str, Any], unread: Unread | None = None) -> ModelRecord:
    """A model with these versions, in the order of their identity."""
    order = sorted(rows, key=lambda row: row.get("versionIdentifier", "BASE"))
    return ModelRecord(PLACE, tuple(order), unread)


def denied() -> Unread:
    """The list was denied on some page."""
    return Unread(PLACE, "ListTrainedModelVersions", "AccessDeniedException")


def judge(path: str, now: str = NOW, **params: str) -> Judge:
    """A judge with the rules of a policy file."""
    policies = load_policies([path])
    return Judge(ready_rules(policies, resolve_params(policies, given=params), now))
