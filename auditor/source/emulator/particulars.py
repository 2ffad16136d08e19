"""What GetTrainedModel adds to a synthetic row; a pure function of the seed and the row.

NOTE: environment and hyperparameters hold words that look like secrets, drawn at random. A reader
must never write them anywhere.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from random import Random
from typing import Any

from auditor.model import Row
from auditor.source.emulator import hostile
from auditor.source.emulator.estate import version_of

_DONE = frozenset({"ACTIVE", "INACTIVE", "DELETE_FAILED"})
_STATUS_CODES = ("TRAINING_JOB_FAILED", "INTERNAL_ERROR", "CAPACITY_ERROR")
_INSTANCES = ("ml.m5.xlarge", "ml.m5.4xlarge", "ml.g5.2xlarge", "ml.p3.16xlarge")
_SECRET = string.ascii_letters + string.digits + "/+"


def particulars(row: Row, *, seed: int, clean: bool) -> Mapping[str, Any]:
    """Keys, tags, resources, digest, logs, metrics, environment and hyperparameters of a row."""
    arn = row["trainedModelArn"]
    rng = _random(seed, arn, version_of(row))
    return {
        "dataChannels": _channels(arn, _random(seed, arn)),
        "trainingInputMode": "File",
        **_resources(rng, clean=clean),
        **_code(rng, _random(seed, arn), clean=clean),
        **_key(arn, rng, clean=clean),
        **_tags(_random(seed, arn), clean=clean),
        **_publishing(row["status"], rng, clean=clean),
        **_reason(row["status"], rng),
        **_settings(rng, clean=clean),
    }


def chance(rng: Random, odds: float) -> bool:
    """True with the given odds (0 to 1)."""
    return rng.random() < odds


def _random(*parts: object) -> Random:
    return Random("\n".join(map(str, parts)))  # noqa: S311  # repeatable, not secret


def _channels(arn: str, rng: Random) -> list[Mapping[str, str]]:
    prefix = arn.partition("/trained-model/")[0]
    return [
        {
            "mlInputChannelArn": f"{prefix}/ml-input-channel/{rng.getrandbits(64):016x}",
            "channelName": name,
            "s3DataDistributionType": "FullyReplicated",
        }
        for name in ("train", "validation")
    ]


def _resources(rng: Random, *, clean: bool) -> Mapping[str, Any]:
    if clean:
        return {
            "resourceConfig": {
                "instanceType": _INSTANCES[0],
                "instanceCount": 1,
                "volumeSizeInGB": 30,
            },
            "stoppingCondition": {"maxRuntimeInSeconds": 86_400},
        }
    resources = {
        "instanceType": rng.choice(_INSTANCES),
        "volumeSizeInGB": rng.choice([30, 500, 8192]),
    }
    count = {"instanceCount": rng.randint(1, 5)} if chance(rng, 0.8) else {}
    bound = rng.choice([{}, {"maxRuntimeInSeconds": 86_400}, {"maxRuntimeInSeconds": 2_419_200}])
    return {"resourceConfig": resources | count, "stoppingCondition": bound}


def _code(rng: Random, of_model: Random, *, clean: bool) -> Mapping[str, str]:
    digest = f"sha256:{of_model.getrandbits(256):064x}"
    if clean or chance(rng, 0.8):
        return {"trainingContainerImageDigest": digest}
    other = f"sha256:{rng.getrandbits(256):064x}"
    return {"trainingContainerImageDigest": other} if chance(rng, 0.5) else {}


def _key(arn: str, rng: Random, *, clean: bool) -> Mapping[str, str]:
    region, account = arn.split(":")[3:5]
    own = f"arn:aws:kms:{region}:{account}:key/11111111-2222-3333-4444-555555555555"
    if clean or chance(rng, 0.7):
        return {"kmsKeyArn": own}
    foreign = own.replace(account, "999988887777")
    return {"kmsKeyArn": foreign} if chance(rng, 0.3) else {}


def _tags(of_model: Random, *, clean: bool) -> Mapping[str, Any]:
    tags = {"Owner": "ml-platform", "DataClassification": "confidential"}
    if clean or chance(of_model, 0.6):
        return {"tags": tags}
    return {"tags": {"owner": "=1+1", "<b>": "\u202e"}} if chance(of_model, 0.5) else {}


def _publishing(status: str, rng: Random, *, clean: bool) -> Mapping[str, str]:
    """Absent until a training ended, as in the service."""
    if status not in _DONE | {"CREATE_FAILED"}:
        return {}
    if clean or chance(rng, 0.85):
        return {"logsStatus": "PUBLISH_SUCCEEDED", "metricsStatus": "PUBLISH_SUCCEEDED"}
    return {
        "logsStatus": "PUBLISH_FAILED",
        "logsStatusDetails": "Failed to publish logs as no ML Config role is set",
        "metricsStatus": rng.choice(["PUBLISH_FAILED", "PUBLISH_SUCCEEDED"]),
    }


def _reason(status: str, rng: Random) -> Mapping[str, Any]:
    if not status.endswith("_FAILED"):
        return {}
    return {
        "statusDetails": {
            "statusCode": rng.choice(_STATUS_CODES),
            "message": rng.choice(hostile.MESSAGES),
        }
    }


def _settings(rng: Random, *, clean: bool) -> Mapping[str, Any]:
    hyperparameters = {"epochs": str(rng.randint(3, 40)), "learning_rate": "0.001"}
    if clean:
        return {"hyperparameters": hyperparameters, "environment": {"LOG_LEVEL": "INFO"}}
    secrets = {
        "AWS_SECRET_ACCESS_KEY": _word(rng, 40),
        "DB_PASSWORD": _word(rng, 16),
        "AWS_ACCESS_KEY_ID": "AKIA" + "".join(rng.choices(string.ascii_uppercase, k=16)),
    }
    return {
        "hyperparameters": hyperparameters | {"hub_token": "hf_" + _word(rng, 30)},
        "environment": {"LOG_LEVEL": "INFO", **(secrets if chance(rng, 0.3) else {})},
    }


def _word(rng: Random, length: int) -> str:
    return "".join(rng.choices(_SECRET, k=length))
