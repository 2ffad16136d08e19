"""The estate of most of these tests, and how its lists are asked for."""

from __future__ import annotations

from urllib.parse import quote

from auditor.source.emulator import synthetic
from auditor.source.emulator.estate import TrainedModel

ESTATE = synthetic(seed=7, memberships=2, models=2, versions=260)
MEMBERSHIP = ESTATE.memberships[0]
MODEL = MEMBERSHIP.models[0]
PLACE = {"membershipIdentifier": MEMBERSHIP.id, "trainedModelArn": MODEL.arn}
NOBODY = "00000000-0000-4000-8000-000000000000"


def listing(model: TrainedModel = MODEL, **query: str | int) -> str:
    """The target of a list of a model's versions, as botocore writes it."""
    membership = model.arn.split("/")[1]
    path = f"/memberships/{membership}/trained-models/{quote(model.arn, safe='')}/versions"
    pairs = (f"{name}={quote(str(value), safe='')}" for name, value in query.items())
    return f"{path}?{'&'.join(pairs)}"
