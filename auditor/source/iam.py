"""The least that a scan has to be allowed, as IAM policies: one for each account that is read.

The listing operations know no resources in IAM, so they are allowed on ``*`` in the regions of the
scan; what bounds them is ``cleanrooms:PassMembership`` on the memberships (service authorization
reference of AWS Clean Rooms and AWS Clean Rooms ML).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from auditor.kinds import OPERATIONS
from auditor.source.plan import All, Target

Document = Mapping[str, Any]

_LANGUAGE = "2012-10-17"
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
            "Version": _LANGUAGE,
            "Statement": _statements(account, chosen, details=details),
        }
        for account, chosen in sorted(by_account.items())
    }


def account_of(target: Target) -> str:
    """The account whose resources a target reads; `ANY_ACCOUNT` where nothing names it."""
    if target.role_name:
        return ANY_ACCOUNT
    arns = [target.role_arn or "", *(arn for _, arn in target.arns)]
    named = [target.account or "", *(arn.split(":", 5)[4] for arn in arns if arn)]
    return next((account for account in named if account), ANY_ACCOUNT)


def hub_policy(targets: Iterable[Target]) -> Document | None:
    """The policy for the identity that a scan starts with; None where it takes on no role."""
    targets = tuple(targets)
    organizations = [each for each in targets if each.role_name and not each.role_arn]
    roles = {each.role_arn for each in targets if each.role_arn}
    return _hub(roles | set(map(_everywhere, organizations)), lists=bool(organizations))


def hub_roles(targets: Iterable[Target]) -> Mapping[str, Document]:
    """The policy of each role on the way to an organization's accounts, by its ARN.

    It is this role, and not the identity that a scan starts with, that lists the accounts and takes
    on the role in each of them.
    """
    onward: dict[str, set[str]] = {}
    for target in targets:
        if target.role_name and target.role_arn:
            onward.setdefault(target.role_arn, set()).add(_everywhere(target))
    found = {arn: _hub(roles, lists=True) for arn, roles in sorted(onward.items())}
    return {arn: document for arn, document in found.items() if document is not None}


def _everywhere(target: Target) -> str:
    """The role of a target of an organization, in whichever account."""
    return str(target.in_account(ANY_ACCOUNT).role_arn)


def _hub(roles: Collection[str], *, lists: bool) -> Document | None:
    if not roles:
        return None
    statements = [_statement("TakeTheRoles", ["sts:AssumeRole"], sorted(roles))]
    if lists:
        actions = list(OPERATIONS["ListAccounts"].permissions)
        statements.insert(0, _statement("ListAccounts", actions, ["*"]))
    return {"Version": _LANGUAGE, "Statement": statements}


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


def _statement(sid: str, actions: list[str], resources: Sequence[str]) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": list(resources)}


def _lists_models(target: Target) -> bool:
    if isinstance(target.memberships, All):
        return True
    return any(each.is_listed for each in target.memberships)


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
            if each.is_listed:
                yield f"{head}{each.id}/trained-model/*"
            elif not isinstance(each.models, All):
                yield from each.models
