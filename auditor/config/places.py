"""Where the models of auditor.yaml are, and whether that is where they are listed.

A model that is listed where it does not belong would be looked for in vain: the service would
answer that it is not there, or that access is denied.
"""

from __future__ import annotations

import re
from collections import abc

from auditor.policy.node import Mapping, Node, Scalar, Sequence
from auditor.policy.shape import Problems, shown
from auditor.policy.structure import repeated
from auditor.service import shape
from auditor.source.plan import ALL

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
_ARN_SIGNS = ("arn:", "/trained-model/")
PATTERN = (
    rf"(?!{_ARN_SIGNS[0]}|{ALL.value}$)(?!.*{_ARN_SIGNS[1]})[^\x00-\x1f]*[^\x00-\x20][^\x00-\x1f]*"
)
"""What a pattern of model names looks like: nothing that is meant as an ARN, and not `all`."""


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


def is_pattern(text: str) -> bool:
    """Whether an item of ``models`` is a pattern of names; what looks like an ARN has to be one."""
    return not text.startswith(_ARN_SIGNS[0]) and _ARN_SIGNS[1] not in text


def model_or_pattern(text: str) -> None:
    """Raises ValueError with what is wrong for a text that is neither an ARN nor a pattern."""
    if text == ALL.value:
        raise ValueError(f"the word stands alone, as in models: {ALL.value}")
    if not is_pattern(text):
        model_arn(text)


def stated_account(target: Mapping) -> str | None:
    """The account that a target names, itself or by its role; an organization names none."""
    account, role = target.scalar("account"), target.scalar("role_arn")
    if "accounts" in target.keys:
        return None
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
    models = [arn for found in memberships for arn in _models(found) if not is_pattern(arn.text)]
    names = [target.scalar("name") for target in targets]
    ids = [membership.scalar("id") for membership in memberships]
    yield from repeated("duplicate-target", "name of the target", names)
    yield from repeated("duplicate-membership", "membership", ids)
    yield from repeated("duplicate-model", "model", models)
    for membership in memberships:
        patterns = [each for each in _models(membership) if is_pattern(each.text)]
        yield from repeated("duplicate-model", "pattern", patterns)
    for target in targets:
        yield from _role(target)
        yield from _organization(target)
        yield from _spread(target)
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
    roles = {"role_arn", "role_name"} & target.keys.keys()
    if (key := target.keys.get("external_id")) and not roles:
        message = "`external_id` has no effect without `role_arn`"
        yield key.problem("unused-key", message, "add the role, or remove the key")


def _organization(target: Mapping) -> Problems:
    """Keys that `accounts` needs, or cannot stand beside, and one that needs it."""
    accounts, role_name = target.keys.get("accounts"), target.keys.get("role_name")
    if role_name and not accounts:
        message = "`role_name` has no effect without `accounts`"
        yield role_name.problem("unused-key", message, "add accounts: organization, or remove it")
    if not accounts:
        return
    if not role_name:
        message = "`accounts` needs the key `role_name`"
        yield accounts.problem("missing-key", message, "the role to take on in each account")
    if account := target.keys.get("account"):
        message = "a target has either `account` or `accounts`"
        yield account.problem("conflicting-keys", message, "make it a target of its own")


def _spread(target: Mapping) -> Problems:
    """Memberships that are named where nobody can tell in which account or region they are."""
    memberships = target.mappings("memberships")
    where = "an organization" if "accounts" in target.keys else _several_regions(target)
    if memberships and where:
        message = f"the membership is named in a target of {where}: it is in one place only"
        hint = f"write memberships: {ALL.value}, or name it in a target of its own"
        yield memberships[0].problem("ambiguous-membership", message, hint)


def _several_regions(target: Mapping) -> str:
    """How many regions a target has, where they are more than one."""
    regions = target.values.get("regions")
    if isinstance(regions, Sequence):
        count = len({item.text for item in regions.items if isinstance(item, Scalar)})
        return f"{count} regions" if count > 1 else ""
    return "every region" if isinstance(regions, Scalar) else ""


def _strays(target: Mapping) -> Problems:
    """Models in another region, account or membership than the one they are listed under."""
    region, account = _region(target), stated_account(target)
    whose = "its target is"
    for membership in target.mappings("memberships"):
        home = _text(membership, "id")
        for model, arn in _arns(_models(membership)):
            yield from _stray(model, arn, "region", region, "its target is")
            yield from _stray(model, arn, "account", account, whose)
            yield from _stray(model, arn, "membership", home, "it is listed")
            if account is None:
                account, whose = arn["account"], "the first model of its target is"


def _region(target: Mapping) -> str | None:
    """The region of a target that has one."""
    listed = target.sequence("regions")
    if len(listed) == 1 and isinstance(listed[0], Scalar):
        return listed[0].text
    return _text(target, "region")


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
