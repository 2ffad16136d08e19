"""What was looked at and everything that was not: the JSON in ``report.json``, and back."""

from __future__ import annotations

from typing import Any

from auditor.model import Anomaly, BlindSpot, Coverage, Place, StatusAges, Unread, Unrecognised
from auditor.report.strict import Value

AGES = ("under_1d", "from_1d", "from_7d", "from_30d", "from_90d", "from_365d", "not_known")
"""The members that are `auditor.model.AGE_BANDS`, in their order."""


def coverage_json(coverage: Coverage) -> dict[str, Any]:
    """The member ``coverage`` of a report."""
    return {
        "targets": coverage.targets,
        "models": coverage.models,
        "versions": coverage.versions,
        "ages": [_ages(ages) for ages in coverage.ages],
        "api_calls": coverage.api_calls,
        "unread": [_unread(unread) for unread in coverage.unread],
        "blind_spots": [_blind_spot(spot) for spot in coverage.blind_spots],
        "anomalies": [_anomaly(anomaly) for anomaly in coverage.anomalies],
        "unrecognised": [_unrecognised(item) for item in coverage.unrecognised],
    }


def _ages(ages: StatusAges) -> dict[str, Any]:
    return {"status": ages.status, **dict(zip(AGES, ages.counts, strict=True))}


def _place(place: Place) -> dict[str, Any]:
    return {
        "target": place.target,
        "account": place.account,
        "region": place.region,
        "membership": place.membership,
        "arn": place.arn,
    }


def _unread(unread: Unread) -> dict[str, Any]:
    return {
        "place": _place(unread.place),
        "version": unread.version,
        "operation": unread.operation,
        "code": unread.code,
        "message": unread.message,
        "request_id": unread.request_id,
        "attempts": unread.attempts,
        "permission": unread.permission,
        "remedy": unread.remedy,
    }


def _blind_spot(spot: BlindSpot) -> dict[str, Any]:
    return {
        "place": _place(spot.place),
        "version": spot.version,
        "what": spot.what,
        "why": spot.why,
    }


def _anomaly(anomaly: Anomaly) -> dict[str, Any]:
    return {
        "place": _place(anomaly.place),
        "version": anomaly.version,
        "code": anomaly.code,
        "message": anomaly.message,
    }


def _unrecognised(item: Unrecognised) -> dict[str, Any]:
    return {
        "what": item.what,
        "name": item.name,
        "operation": item.operation,
        "count": item.count,
    }


def coverage_of(said: Value) -> Coverage:
    """The coverage that such JSON says; DamagedRun where it has not that form."""
    return Coverage(
        targets=said["targets"].count(),
        models=said["models"].count(),
        versions=said["versions"].count(),
        ages=tuple(map(_ages_of, said["ages"].items())),
        api_calls=said["api_calls"].map_of_counts(),
        unread=tuple(map(_unread_of, said["unread"].items())),
        blind_spots=tuple(map(_blind_spot_of, said["blind_spots"].items())),
        anomalies=tuple(map(_anomaly_of, said["anomalies"].items())),
        unrecognised=tuple(map(_unrecognised_of, said["unrecognised"].items())),
    )


def _ages_of(said: Value) -> StatusAges:
    return StatusAges(said["status"].text(), tuple(said[name].count() for name in AGES))


def _place_of(said: Value) -> Place:
    return Place(
        target=said["target"].text(),
        account=said["account"].text(),
        region=said["region"].text(),
        membership=said["membership"].text(),
        arn=said["arn"].maybe_text(),
    )


def _unread_of(said: Value) -> Unread:
    return Unread(
        place=_place_of(said["place"]),
        operation=said["operation"].text(),
        code=said["code"].text(),
        message=said["message"].text(),
        request_id=said["request_id"].maybe_text(),
        attempts=said["attempts"].count(),
        permission=said["permission"].texts(),
        remedy=said["remedy"].text(),
        version=said["version"].maybe_text(),
    )


def _blind_spot_of(said: Value) -> BlindSpot:
    return BlindSpot(
        place=_place_of(said["place"]),
        version=said["version"].text(),
        what=said["what"].text(),
        why=said["why"].text(),
    )


def _anomaly_of(said: Value) -> Anomaly:
    return Anomaly(
        place=_place_of(said["place"]),
        code=said["code"].text(),
        message=said["message"].text(),
        version=said["version"].maybe_text(),
    )


def _unrecognised_of(said: Value) -> Unrecognised:
    return Unrecognised(
        what=said["what"].text(),
        name=said["name"].text(),
        operation=said["operation"].text(),
        count=said["count"].count(),
    )
