"""What auditor.yaml may hold: one table for the loader, and for editors as JSON Schema."""

from __future__ import annotations

from functools import cache

from auditor.config.places import PATTERN, model_or_pattern
from auditor.model import Severity
from auditor.policy.schema import PARAM_NAME, POLICY_NAME, RULE_ID, TIMESTAMP
from auditor.policy.shape import Anything, Schema, Switch, Text, Whole, Word
from auditor.policy.structure import Either, Key, ListOf, MapOf, Record
from auditor.report.formats import FORMATS, NAMES
from auditor.service import shape
from auditor.source.plan import ALL

_PATH = Text("a path")
_REGION = Text("the name of a region", "us-east-1", r"[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}")
_ACCOUNT = Text("the number of an account", '"111122223333"', r"[0-9]{12}")
_ROLE = Text(
    "the ARN of a role",
    "arn:aws:iam::111122223333:role/auditor",
    r"arn:aws[-a-z]*:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]{1,512}",
)
_ROLE_NAME = Text(
    "the name of a role", "auditor", r"([A-Za-z0-9_+=,.@-]{1,64}/)*[A-Za-z0-9_+=,.@-]{1,64}"
)
_EXTERNAL_ID = Text("an external id", pattern=r"[A-Za-z0-9_+=,.@:/-]{2,1224}")
_NAME = Text("the name of a target", "ads-prod", r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_PARAM = Text(
    "the name of a parameter",
    "max_versions or baseline.max_versions",
    rf"({POLICY_NAME.pattern}\.)?{PARAM_NAME.pattern}",
)

EXECUTOR = Text("where models are read", "threads", r"threads|process|dask://[^\s/:]+:[0-9]{1,5}")
"""The words for executors (auditor/source/executor/chosen.py)."""

MOST_CONCURRENCY = 64
MOST_RATE = 10_000

_SEVERITY = Word(tuple(level.value for level in Severity))

ORGANIZATION = "organization"
"""What ``accounts`` says: every account that the organization lists."""


def config_schema() -> Schema:
    """The JSON Schema of auditor.yaml."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The configuration of auditor",
        **config_shape().schema(),
    }


@cache
def config_shape() -> Record:
    """The whole file; a function, because ids and ARNs are described by the service model."""
    return Record(
        "the configuration",
        {
            "version": Key(Whole(1, 1), "the version of this format: 1", required=True),
            "targets": Key(ListOf(_target()), "where to look", required=True),
            "policies": Key(ListOf(_PATH), "policy files, and folders of them"),
            "rules": Key(ListOf(RULE_ID), "the only rules to judge"),
            "params": Key(MapOf(_PARAM, Anything()), "values of the policies' parameters"),
            "waivers": Key(_PATH, "the file of reviewed exceptions"),
            "baseline": Key(_PATH, "the earlier run that says what is new"),
            "fail_on": Key(_SEVERITY, "the lowest severity that makes a run non-compliant"),
            "fail_on_new": Key(Switch(), "only failures that the baseline has not decide"),
            "now": Key(TIMESTAMP, "the moment that ages are counted to"),
            "output": Key(_PATH, "where the folder of the run is made"),
            "formats": Key(ListOf(Word(NAMES)), "the formats to write"),
            "stdout": Key(Word(tuple(FORMATS)), "the format to write to standard output, alone"),
            "quiet": Key(Switch(), "no summary and no progress"),
            "no_color": Key(Switch(), "no colours"),
            "log_format": Key(Word(("console", "json")), "how events are logged"),
            "max_concurrency": Key(
                Whole(1, MOST_CONCURRENCY), "how many requests are on their way at the same time"
            ),
            "max_rate": Key(
                Whole(1, MOST_RATE),
                "how many requests a second an account gets in a region at most",
            ),
            "executor": Key(
                EXECUTOR, "where models are read: threads, process or dask://HOST:PORT"
            ),
            "settle": Key(
                Switch(), "read a model again in which versions changed while it was read"
            ),
        },
    )


def _target() -> Record:
    memberships = Either(ALL.value, ListOf(_membership()))
    regions = Either(ALL.value, ListOf(_REGION))
    return Record(
        "a target",
        {
            "name": Key(_NAME, "a name that no other target has", required=True),
            "region": Key(_REGION, "the region to look in, such as us-east-1"),
            "regions": Key(regions, "`all`, or a list of regions to look in"),
            "account": Key(_ACCOUNT, "the account that the credentials must belong to"),
            "accounts": Key(
                Word((ORGANIZATION,)), "`organization`: every active account of the organization"
            ),
            "role_name": Key(_ROLE_NAME, "the role to take on in each account of the organization"),
            "role_arn": Key(
                _ROLE, "the role to take on; with `accounts`, on the way to the others"
            ),
            "external_id": Key(_EXTERNAL_ID, "the external id that the roles ask for"),
            "profile": Key(Text("the name of a profile"), "the AWS profile to start from"),
            "memberships": Key(memberships, "`all`, or a list of memberships", required=True),
        },
        one_of=("region", "regions"),
        also={
            "dependentRequired": {"accounts": ["role_name"]},
            "not": {"required": ["account", "accounts"]},
        },
    )


def _membership() -> Record:
    uuid = Text("the id of a membership", pattern=shape("UUID")["pattern"])
    model = Text(
        "the ARN of a trained model, or a pattern of names",
        "",
        f"{shape('TrainedModelArn')['pattern']}|{PATTERN}",
        model_or_pattern,
        "bad-arn",
    )
    return Record(
        "a membership",
        {
            "id": Key(uuid, "the id of the membership", required=True),
            "models": Key(
                Either(ALL.value, ListOf(model)),
                "`all`, or a list of ARNs and of patterns of names such as churn-*",
                required=True,
            ),
        },
    )
