"""Where the models of auditor.yaml are, and whether that is where they are listed.

A model that is listed where it does not belong would be looked for in vain: the service would
answer that it is not there, or that access is denied.
"""

from __future__ import annotations

import re
from collections import abc

from auditor.policy.node import Mapping, Node, Scalar
from auditor.policy.shape import Problems, shown
from auditor.policy.structure import repeated
from auditor.service import shape

_ARN = re.compile(
    r"arn:[^:]*:(?P<service>[^:]*):(?P<region>[^:]*):(?P<account>[^:]*)"
    r":membership/(?P<membership>[^/]*)/trained-model/(?P<model>.*)"
)
_PARTS = (
    ("service", "cleanrooms-ml", "cleanrooms-ml"),
    ("region", "[-a-z0-9]+", "the name of a region"),
    ("account", "[0-9]{12}", "12 digits"),
    ("membership", "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "a UUID in small letters"),
    ("model", "[-a-zA-Z0-9_/.]+", "made of letters, digits and the signs - _ / ."),
)
_ROLE_ACCOUNT = re.compile(r"arn:[^:]*:iam::([0-9]{12}):")


def model_arn(text: str) -> re.Match[str]:
    """The parts ``region``, ``account`` and ``membership`` of a trained model's ARN.

    Raises ValueError with what is wrong for a text that the service would not take.
    """
    found, known = _ARN.fullmatch(text), shape("TrainedModelArn")
    if not found:
        raise ValueError(
            "its form is arn:aws:cleanrooms-ml:REGION:ACCOUNT:membership/ID/trained-model/ID"
        )
    for part, pattern, form in _PARTS:
        if not re.fullmatch(pattern, found[part]):
            raise ValueError(f"its {part} `{shown(found[part])}` is not {form}")
    if len(text) > known["max"] or not re.fullmatch(known["pattern"], text):
        raise ValueError(
            f"it must have at most {known['max']} characters and match {known['pattern']}"
        )
    return found


def stated_account(target: Mapping) -> str | None:
    """The account that a target names, itself or by its role."""
    account, role = target.scalar("account"), target.scalar("role_arn")
    in_role = _ROLE_ACCOUNT.match(role.text) if role else None
    if account:
        return account.text
    return in_role[1] if in_role else None


def misplaced(root: Node) -> Problems:
    """What is listed twice, or where it does not belong; nothing else of the file is relied on."""
    if not isinstance(root, Mapping):
        return
    targets = root.mappings("targets")
    memberships = [found for target in targets for found in target.mappings("memberships")]
    models = [scalar for found in memberships for scalar in _models(found)]
    names = [target.scalar("name") for target in targets]
    ids = [membership.scalar("id") for membership in memberships]
    yield from repeated("duplicate-target", "name of the target", names)
    yield from repeated("duplicate-membership", "membership", ids)
    yield from repeated("duplicate-model", "model", models)
    for target in targets:
        yield from _role(target)
        yield from _strays(target)


def _models(membership: Mapping) -> list[Scalar]:
    """The items of ``models`` that are text."""
    found = membership.sequence("models")
    return [item for item in found if isinstance(item, Scalar) and isinstance(item.value, str)]


def _role(target: Mapping) -> Problems:
    """A role of another account than the target's, and an external id without a role."""
    account, role = target.scalar("account"), target.scalar("role_arn")
    found = _ROLE_ACCOUNT.match(role.text) if role else None
    if role and account and found and found[1] != account.text:
        message = f"the role is in account {found[1]}, and its target in {shown(account.text)}"
        yield role.problem("wrong-account", message, "name one of the two", *found.span(1))
    if (key := target.keys.get("external_id")) and "role_arn" not in target.keys:
        message = "`external_id` has no effect without `role_arn`"
        yield key.problem("unused-key", message, "add the role, or remove the key")


def _strays(target: Mapping) -> Problems:
    """Models in another region, account or membership than the one they are listed under."""
    region, account = _text(target, "region"), stated_account(target)
    whose = "its target is"
    for membership in target.mappings("memberships"):
        home = _text(membership, "id")
        for model, arn in _arns(_models(membership)):
            yield from _stray(model, arn, "region", region, "its target is")
            yield from _stray(model, arn, "account", account, whose)
            yield from _stray(model, arn, "membership", home, "it is listed")
            if account is None:
                account, whose = arn["account"], "the first model of its target is"


def _text(node: Mapping, key: str) -> str | None:
    found = node.scalar(key)
    return found.text if found else None


def _arns(models: abc.Iterable[Scalar]) -> abc.Iterator[tuple[Scalar, re.Match[str]]]:
    """The models whose ARN is one, with its parts."""
    for model in models:
        try:
            yield model, model_arn(model.text)
        except ValueError:
            continue


def _stray(
    model: Scalar, arn: re.Match[str], part: str, wanted: str | None, whose: str
) -> Problems:
    if wanted is not None and arn[part] != wanted:
        message = f"the model is in {part} {arn[part]}, and {whose} in {shown(wanted)}"
        yield model.problem(f"wrong-{part}", message, "list it where it is", *arn.span(part))
