"""An estate made from a seed: the same arguments give the same estate, byte for byte.

It looks like a few years of use by people who do not clean up, unless it is ``clean``.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from random import Random
from typing import Any

from msgspec import Struct, field

from auditor import timestamps
from auditor.errors import UsageError
from auditor.model import BASE, Row
from auditor.source.emulator import hostile
from auditor.source.emulator.estate import Estate, Membership, TrainedModel, version_of
from auditor.source.emulator.lives import DAY, HISTORY, KEPT, Life, clean_lives, lives
from auditor.source.emulator.particulars import chance, particulars

NOW = "2026-11-23T07:00:00.000Z"
"""The moment from which a synthetic estate counts its ages, unless told otherwise."""

NAMES = (
    "churn-propensity",
    "fraud-score",
    "lifetime-value",
    "lookalike-audience",
    "next-best-offer",
    "basket-affinity",
    "credit-risk",
    "uplift-holdout",
)
TITLES = (
    "Weekly retrain on the shared panel",
    "Change CHG-{number}: new feature set",
    "Backfill after the schema change, run {number}",
    "Candidate for release {number}",
)

_EARLIEST = "2000-01-01T00:00:00.000Z"
_FOREIGN = "999988887777"
_BASE_FORMS: tuple[Mapping[str, Any], ...] = (
    {},
    {"versionIdentifier": None},
    {"versionIdentifier": "NULL"},
)
_MEMBERSHIP_STATUSES = ("ACTIVE", "ACTIVE", "ACTIVE", "COLLABORATION_DELETED", "ACTIVE", "REMOVED")


def synthetic(  # noqa: PLR0913  # the options of `auditor emulate`
    seed: int = 1,
    memberships: int = 2,
    models: int = 3,
    versions: int = 40,
    *,
    now: str = NOW,
    region: str = "us-east-1",
    account: str = "111122223333",
    clean: bool = False,
) -> Estate:
    """An estate with ``models`` models in each membership and ``versions`` versions in each model.

    Where there are at least 33 versions, each model has every status. ``clean`` makes everything
    healthy: nothing failed, stuck, stale, unnamed or without an owner. Raises UsageError for
    counts below 1 and for a ``now`` that is no moment.
    """
    if min(memberships, models, versions) < 1:
        raise UsageError("an estate has at least 1 membership, model and version")
    moment = _moment(now)
    plan = _Plan(seed, models, versions, timestamps.seconds(moment), region, account, clean)
    return Estate(
        account,
        moment,
        tuple(_membership(plan, index) for index in range(memberships)),
        partial(particulars, seed=seed, clean=clean),
    )


def _moment(now: str) -> str:
    try:
        moment = timestamps.canonical(now)
    except ValueError as error:
        raise UsageError(f"{now} is no timestamp", "write it like 2026-11-23T07:00:00Z") from error
    if moment < _EARLIEST:
        raise UsageError(f"{now} is too long ago", f"an estate may begin with {_EARLIEST}")
    return moment


class _Plan(Struct, frozen=True):
    seed: int
    models: int
    versions: int
    now: float
    region: str
    account: str
    clean: bool

    def moment(self, age: float) -> str:
        return timestamps.written(datetime.fromtimestamp(self.now - age, UTC))


class _Family(Struct):
    """What the versions of one model have in common, and those made so far."""

    plan: _Plan
    rng: Random
    common: Mapping[str, Any]
    base: Mapping[str, Any]
    made: list[dict[str, Any]] = field(default_factory=list)


def _membership(plan: _Plan, index: int) -> Membership:
    rng = Random(f"membership {plan.seed} {index}")  # noqa: S311  # repeatable, not secret
    identifier, collaboration = _uuid(rng), _uuid(rng)
    return Membership(
        id=identifier,
        account=plan.account,
        region=plan.region,
        collaboration=collaboration,
        name=f"Collaboration {index + 1}",
        created=plan.moment(HISTORY + DAY),
        models=tuple(
            _model(plan, identifier, collaboration, index * plan.models + number)
            for number in range(plan.models)
        ),
        status="ACTIVE" if plan.clean else _MEMBERSHIP_STATUSES[index % len(_MEMBERSHIP_STATUSES)],
    )


def _model(plan: _Plan, membership: str, collaboration: str, number: int) -> TrainedModel:
    rng = Random(f"model {plan.seed} {number}")  # noqa: S311  # repeatable, not secret
    prefix = f"arn:aws:cleanrooms-ml:{plan.region}:{plan.account}:membership/{membership}"
    arn = f"{prefix}/trained-model/{_tail(rng, number)}"
    common = {
        "trainedModelArn": arn,
        "name": _name(plan, number),
        "membershipIdentifier": membership,
        "collaborationIdentifier": collaboration,
        "configuredModelAlgorithmAssociationArn": (
            f"{prefix}/configured-model-algorithm-association/{_uuid(rng)}"
        ),
    }
    family = _Family(plan, rng, common, _BASE_FORMS[number % len(_BASE_FORMS)])
    for status, created, updated in _lives(plan, rng, number):
        family.made.append(_row(family, status, created, updated))
    # The service promises no order of its lists.
    rng.shuffle(family.made)
    return TrainedModel(arn, tuple(family.made))


def _tail(rng: Random, number: int) -> str:
    """Mostly a UUID; the pattern of the service also lets slashes and dots through."""
    identifier = _uuid(rng)
    return identifier if (number + 1) % 4 else f"team.a/{identifier}"


def _name(plan: _Plan, number: int) -> str:
    if plan.clean or (number + 1) % 3:
        return NAMES[number % len(NAMES)]
    return hostile.NAMES[(plan.seed + number // 3) % len(hostile.NAMES)]


def _lives(plan: _Plan, rng: Random, number: int) -> list[Life]:
    if plan.clean:
        return clean_lives(plan.versions)
    return lives(rng, plan.versions, old_failure=number % 2 == 0)


def _row(family: _Family, status: str, created: float, updated: float) -> dict[str, Any]:
    plan = family.plan
    row: dict[str, Any] = {
        "createTime": plan.moment(created),
        "updateTime": plan.moment(updated),
        "status": status,
        **family.common,
    }
    row |= {"versionIdentifier": _uuid(family.rng)} if family.made else family.base
    return row | _description(family) | _payer(family) | _lineage(family)


def _description(family: _Family) -> dict[str, Any]:
    rng, number = family.rng, len(family.made)
    if chance(rng, 0.6) or family.plan.clean:
        return {"description": rng.choice(TITLES).format(number=1000 + number)}
    return {"description": rng.choice(hostile.DESCRIPTIONS)} if chance(rng, 0.5) else {}


def _payer(family: _Family) -> dict[str, Any]:
    if chance(family.rng, 0.8) or family.plan.clean:
        return {"mlModelTrainingPayerAccountId": family.plan.account}
    return {"mlModelTrainingPayerAccountId": _FOREIGN} if chance(family.rng, 0.5) else {}


def _lineage(family: _Family) -> dict[str, Any]:
    """Every third version continues an earlier one; one parent in twelve is nowhere to be found."""
    parents = _parents(family)
    if not parents or not chance(family.rng, 1 / 3):
        return {}
    channel = {"channelName": "previous", "modelName": family.common["name"]}
    version = version_of(family.rng.choice(parents))
    if not family.plan.clean and chance(family.rng, 1 / 12):
        version = _uuid(family.rng)
    if version != BASE:
        channel["versionIdentifier"] = version
    return {"incrementalTrainingDataChannels": [channel]}


def _parents(family: _Family) -> Sequence[Row]:
    """Versions to continue from; in a clean estate one that is in use and has an identifier."""
    if not family.plan.clean:
        return family.made
    first = len(family.made) - family.plan.versions + KEPT
    recent = family.made[-first:] if first > 0 else []
    return [row for row in recent[:1] if version_of(row) != BASE]


def _uuid(rng: Random) -> str:
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))
