"""What is judged, where it comes from and what its documents hold: tables, no code.

Members of AWS's own shapes are not repeated here: their types come from botocore's service model
(`auditor.service`). Only what this project adds stands in ``computed``. tests/test_kinds.py holds
every name in this file against the service model.

A computed member's type is written in one word: ``string``, ``integer``, ``number``, ``boolean``,
``timestamp``, ``status``, with ``?`` where it may be null; ``@NAME`` is the document of a kind or
of `PARTS`, and ``[@NAME]`` a list of them.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field


class Kind(Struct, frozen=True):
    """A kind of resource: the shape of its list row, and what is computed beside it."""

    name: str
    summary: str | None
    details: str | None
    computed: Mapping[str, str] = field(default_factory=dict)
    spoken_when_null: Mapping[str, str] = field(default_factory=dict)


VERSION = Kind(
    name="version",
    summary="TrainedModelSummary",
    details="GetTrainedModelResponse",
    computed={"facts": "@version-facts"},
    spoken_when_null={"versionIdentifier": "BASE"},
)

MODEL = Kind(
    name="model",
    summary=None,
    details=None,
    computed={
        "trainedModelArn": "string",
        "name": "string",
        "membershipIdentifier": "string",
        "collaborationIdentifier": "string",
        "account": "string",
        "region": "string",
        "versions": "[@version]",
        "latest": "@version",
        "facts": "@model-facts",
    },
)

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (VERSION, MODEL)}

PARTS: Mapping[str, Mapping[str, str]] = {
    "version-facts": {
        "isBase": "boolean",
        "isLatest": "boolean",
        "isSuperseded": "boolean",
        "activeRank": "integer?",
        "lineageDepth": "integer",
        "parent": "@parent?",
        "statusKnown": "boolean",
        "versionOption": "string",
    },
    "parent": {
        "found": "boolean",
        "versionIdentifier": "string?",
        "status": "status?",
    },
    "model-facts": {
        "failedRatio": "number",
        "consecutiveFailures": "integer",
    },
}
"""Objects computed once per model, from its whole version list (judge/facts.py)."""

WITHHELD: Mapping[str, str] = {
    "environment": "its values may be secrets",
    "hyperparameters": "its values may be secrets",
}
"""Members of details whose values are dropped as soon as they arrive and that no rule can read."""


class Operation(Struct, frozen=True):
    """An AWS operation that this project calls.

    ``rows`` is the member of the answer that must be there, ``permissions`` the IAM actions that
    the call needs (service authorization reference; ``cleanrooms:PassMembership`` is the one that
    is forgotten most). ``token`` is what the token of a next page is called.
    """

    client: str
    name: str
    rows: str | None
    permissions: tuple[str, ...]
    token: str = "nextToken"  # noqa: S105  # a name, not a password


_PASS = "cleanrooms:PassMembership"  # noqa: S105  # an IAM action

OPERATIONS: Mapping[str, Operation] = {
    operation.name: operation
    for operation in (
        Operation(
            "cleanroomsml",
            "ListTrainedModelVersions",
            "trainedModels",
            ("cleanrooms-ml:ListTrainedModelVersions", _PASS),
        ),
        Operation(
            "cleanroomsml",
            "ListTrainedModels",
            "trainedModels",
            ("cleanrooms-ml:ListTrainedModels", _PASS),
        ),
        Operation(
            "cleanroomsml", "GetTrainedModel", None, ("cleanrooms-ml:GetTrainedModel", _PASS)
        ),
        Operation(
            "cleanrooms", "ListMemberships", "membershipSummaries", ("cleanrooms:ListMemberships",)
        ),
        Operation("cleanrooms", "GetMembership", "membership", ("cleanrooms:GetMembership",)),
        Operation(
            "organizations",
            "ListAccounts",
            "Accounts",
            ("organizations:ListAccounts",),
            "NextToken",
        ),
        Operation("sts", "GetCallerIdentity", "Account", ()),
        Operation("sts", "AssumeRole", "Credentials", ("sts:AssumeRole",)),
    )
}
