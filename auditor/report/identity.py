"""Resources and places as people recognise them: a name, and as much of an id as tells it apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from auditor.model import Place, Resource

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_BOUNDARIES = (8, 13, 18, 23)


def tail(arn: str) -> str:
    """The model's own part of its ARN; it may hold slashes."""
    return arn.partition("/trained-model/")[2] or arn


def shortened(identifiers: Iterable[str], ellipsis: str) -> Mapping[str, str]:
    """A short form of each identifier; no two of them share one.

    Only UUIDs are shortened, all to the same length: the shortest at a hyphen that still tells
    them apart.
    """
    every = set(identifiers)
    uuids = {identifier for identifier in every if _UUID.fullmatch(identifier)}
    for length in _BOUNDARIES:
        if len({identifier[:length] for identifier in uuids}) == len(uuids):
            return {one: one[:length] + ellipsis if one in uuids else one for one in every}
    return {one: one for one in every}


def identifiers(resources: Iterable[Resource]) -> set[str]:
    """Every model and version identifier in the resources."""
    found = set()
    for resource in resources:
        found.add(tail(resource.arn))
        if resource.version is not None:
            found.add(resource.version)
    return found


def short_names(resources: Sequence[Resource]) -> list[str]:
    """What `recognisable` says of each resource, with identifiers no longer than they must be."""
    short = shortened(identifiers(resources), "\N{HORIZONTAL ELLIPSIS}")
    return [recognisable(resource, short) for resource in resources]


def recognisable(resource: Resource, short: Mapping[str, str]) -> str:
    """``churn-predictor 6f1c2d3e… version 3f2a9c1e…``; a model has no version."""
    model = tail(resource.arn)
    words = [resource.name, short.get(model, model)]
    if resource.version is not None:
        words += ["version", short.get(resource.version, resource.version)]
    return " ".join(filter(None, words))


def surroundings(place: Place) -> str:
    """Where a place is: its target, account, region and membership, as far as they are known."""
    membership = f"membership {place.membership}" if place.membership else ""
    return ", ".join(filter(None, (place.target, place.account, place.region, membership)))


def own_words(place: Place, version: str | None) -> str:
    """What a place is within its surroundings: a model, or a version of it, in full."""
    words = [tail(place.arn) if place.arn else "", f"version {version}" if version else ""]
    return " ".join(filter(None, words))
