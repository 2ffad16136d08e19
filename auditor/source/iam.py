"""The least that a scan has to be allowed, as IAM policies: one for each account that is read.

The listing operations know no resources in IAM, so they are allowed on ``*`` in the regions of the
scan; what bounds them is ``cleanrooms:PassMembership`` on the memberships (service authorization
reference of AWS Clean Rooms and AWS Clean Rooms ML).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from auditor.source.plan import All, Target

Document = Mapping[str, Any]

ANY_ACCOUNT = "*"
"""Stands for an account that the configuration does not name."""


def policies(targets: Iterable[Target], *, details: bool) -> Mapping[str, Document]:
    """The policy for the identity that reads each account, by account id.

    ``details`` is whether a rule of the run reads details, which needs GetTrainedModel.
    """
    by_account: dict[str, list[Target]] = {}
    for target in targets:
        by_account.setdefault(account_of(target), []).append(target)
    return {
        account: {
            "Version": "2012-10-17",
            "Statement": _statements(account, chosen, details=details),
        }
        for account, chosen in sorted(by_account.items())
    }


def account_of(target: Target) -> str:
    """The account whose resources a target reads; `ANY_ACCOUNT` where nothing names it."""
    arns = [target.role_arn or "", *(arn for _, arn in target.arns)]
    named = [target.account or "", *(arn.split(":", 5)[4] for arn in arns if arn)]
    return next((account for account in named if account), ANY_ACCOUNT)


def hub_policy(targets: Iterable[Target]) -> Document | None:
    """The policy for the identity that takes the targets' roles; None where there are none."""
    roles = sorted({target.role_arn for target in targets if target.role_arn})
    if not roles:
        return None
    statement = _statement("TakeTheRoles", ["sts:AssumeRole"], roles)
    return {"Version": "2012-10-17", "Statement": [statement]}


def _statements(account: str, targets: Sequence[Target], *, details: bool) -> list[Document]:
    regions = sorted({target.region for target in targets})
    bound = {"StringEquals": {"aws:RequestedRegion": regions}}
    listing = ["cleanrooms-ml:ListTrainedModelVersions"]
    if any(_lists_models(target) for target in targets):
        listing.insert(0, "cleanrooms-ml:ListTrainedModels")
    memberships = sorted(set(_memberships(account, targets)))
    found: list[Document] = [
        {**_statement("ListVersions", listing, ["*"]), "Condition": bound},
        _statement("UseMemberships", ["cleanrooms:PassMembership"], memberships),
    ]
    if any(isinstance(target.memberships, All) for target in targets):
        discovery = _statement("FindMemberships", ["cleanrooms:ListMemberships"], ["*"])
        found.append({**discovery, "Condition": bound})
    if details:
        models = sorted(set(_models(account, targets)))
        found.append(_statement("ReadDetails", ["cleanrooms-ml:GetTrainedModel"], models))
    return found


def _statement(sid: str, actions: list[str], resources: Sequence[str | None]) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": list(resources)}


def _lists_models(target: Target) -> bool:
    if isinstance(target.memberships, All):
        return True
    return any(isinstance(each.models, All) for each in target.memberships)


def _memberships(account: str, targets: Iterable[Target]) -> Iterable[str]:
    for target in targets:
        head = f"arn:aws:cleanrooms:{target.region}:{account}:membership/"
        if isinstance(target.memberships, All):
            yield f"{head}*"
        else:
            yield from (f"{head}{each.id}" for each in target.memberships)


def _models(account: str, targets: Iterable[Target]) -> Iterable[str]:
    for target in targets:
        head = f"arn:aws:cleanrooms-ml:{target.region}:{account}:membership/"
        if isinstance(target.memberships, All):
            yield f"{head}*/trained-model/*"
            continue
        for each in target.memberships:
            if isinstance(each.models, All):
                yield f"{head}{each.id}/trained-model/*"
            else:
                yield from each.models
