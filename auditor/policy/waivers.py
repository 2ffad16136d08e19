"""A file of waivers to values: all its problems at once, or waivers that can be relied on."""

from __future__ import annotations

from collections import abc
from pathlib import Path
from typing import cast

from msgspec import Struct

from auditor.errors import InvalidInput, Problem
from auditor.expression.nearest import suggestion
from auditor.policy.document import Document, load_document
from auditor.policy.node import Mapping, Node, Scalar
from auditor.policy.rule import Rule
from auditor.policy.shape import Problems, shown
from auditor.policy.waiver import EVERY, LONGEST, Waiver, moment, waivers_shape
from auditor.timestamps import seconds

Rules = abc.Mapping[str, Rule]
"""The rules that a waiver may name, by their ids."""

_DAY = 86400


class WaiverFile(Struct, frozen=True):
    """The waivers of one file, and the SHA-256 of its bytes."""

    path: str
    sha256: str
    waivers: tuple[Waiver, ...]


def load_waivers(path: str | Path, rules: Rules | None, now: str) -> WaiverFile:
    """The waivers of a file, as they may be at ``now``.

    Without ``rules`` nothing is said about the rules that they name. Raises InvalidInput with
    every problem that the file has.
    """
    return built(load_document(path), rules, now)


def built(document: Document, rules: Rules | None, now: str) -> WaiverFile:
    """The waivers of a document; InvalidInput with every problem that it has."""
    problems: list[Problem] = [*waivers_shape().check(document.root, "a file of waivers")]
    nodes = document.root.mappings("waivers") if isinstance(document.root, Mapping) else ()
    problems += _repeated(nodes)
    for node in nodes:
        problems += _dates(node, now)
        problems += _digest(node)
        problems += _rule(node, rules) if rules is not None else ()
    if problems:
        raise InvalidInput(problems)
    return WaiverFile(document.path, document.sha256, tuple(map(_waiver, nodes)))


def _waiver(node: Mapping) -> Waiver:
    created = _text(node, "created")
    return Waiver(
        rule=str(_text(node, "rule")),
        arn=str(_text(node, "resource")),
        version=_text(node, "version"),
        reason=str(_text(node, "reason")),
        owner=str(_text(node, "owner")),
        expires=moment(str(_text(node, "expires"))),
        ticket=_text(node, "ticket") or "",
        created=None if created is None else moment(created),
        digest=_text(node, "digest"),
    )


def _text(node: Mapping, key: str) -> str | None:
    found = node.scalar(key)
    return found.text if found else None


def _repeated(nodes: abc.Iterable[Mapping]) -> Problems:
    """Waivers that are about the same as an earlier one."""
    first: dict[tuple[str | None, ...], Mapping] = {}
    for node in nodes:
        key = tuple(_text(node, name) for name in ("rule", "resource", "version"))
        if None in key[:2]:
            continue
        if known := first.get(key):
            message = f"the waiver at {known.path}:{known.line} is about the same"
            yield node.keys["rule"].problem("duplicate-waiver", message, "keep one of the two")
        else:
            first[key] = node


def _dates(node: Mapping, now: str) -> Problems:
    """A waiver that ends before it begins, or that lasts too long.

    NOTE: `created` counts only as far as it lies in the past. A waiver of a year that begins in ten
    years would otherwise hold for eleven.
    """
    expires, created = _written_moment(node, "expires"), _written_moment(node, "created")
    if expires is None:
        return
    place = cast("Scalar", node.values["expires"])
    if created is not None and expires <= created:
        yield place.problem("wrong-dates", "`expires` is not after `created`")
    begin = min(created or now, now)
    if seconds(expires) - seconds(begin) > LONGEST * _DAY:
        whence = "`created`" if begin == created else f"this run's moment, {now}"
        message = f"`expires` is more than {LONGEST} days after {whence}"
        hint = "a waiver is looked at again once a year: name an earlier day"
        yield place.problem("waiver-too-long", message, hint)


def _written_moment(node: Mapping, key: str) -> str | None:
    """The timestamp of a key, where it is there and is one."""
    try:
        return moment(_text(node, key) or "")
    except (ValueError, OverflowError):
        return None


def _digest(node: Mapping) -> Problems:
    digest = node.keys.get("digest")
    if digest and _text(node, "version") == EVERY:
        message = "a digest binds to what was seen of one version, and this is about all"
        yield digest.problem("digest-of-many", message, "name the version, or take out the digest")


def _rule(node: Mapping, rules: Rules) -> Problems:
    """A rule that is not known, or that does not judge what the waiver is about."""
    name = node.scalar("rule")
    if name is None:
        return
    rule = rules.get(name.text)
    if rule is None:
        hint = suggestion(name.text, rules)
        yield name.problem("unknown-rule", f"no policy has a rule `{shown(name.text)}`", hint)
        return
    version: Node | None = node.keys.get("version")
    if rule.kind == "version" and version is None:
        message = f"{rule.id} judges versions, and this waiver names none"
        yield name.problem("wrong-scope", message, f"add `version`, or `version: '{EVERY}'`")
    if rule.kind == "model" and rule.mode != "deny_each" and version is not None:
        message = f"{rule.id} judges models as a whole, and not a version"
        yield version.problem("wrong-scope", message, "take out `version`")
