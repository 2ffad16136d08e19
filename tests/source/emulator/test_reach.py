"""How clients and scans find the endpoint."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest
from msgspec.structs import replace

from auditor.model import Place, Unread
from auditor.source.emulator import config_for, environment, serving, synthetic
from auditor.source.emulator.estate import Estate
from tests.source.emulator.sample import ESTATE, MEMBERSHIP, MODEL

LIST = [
    "list-trained-model-versions",
    "--membership-identifier",
    MEMBERSHIP.id,
    "--trained-model-arn",
    MODEL.arn,
]
CODE = """
import boto3
print(boto3.client("sts").get_caller_identity()["Account"], boto3.session.Session().region_name)
"""


def test_the_environment_is_all_that_boto3_needs() -> None:
    """Whatever else the environment said of AWS and of proxies, boto3 reaches the endpoint."""
    hindrances = {
        "AWS_PROFILE": "elsewhere",
        "AWS_SESSION_TOKEN": "old",
        "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:9",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
        "AWS_USE_FIPS_ENDPOINT": "true",
        "AWS_REGION": "eu-west-1",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "http_proxy": "http://127.0.0.1:9",
    }
    with serving(ESTATE) as server:
        done = subprocess.run(
            [sys.executable, "-c", CODE],
            env=environment(server.url, {**os.environ, **hindrances}),
            capture_output=True,
            text=True,
            check=True,
        )
    assert done.stdout.split() == ["111122223333", "us-east-1"]


def test_retries_are_left_to_the_user() -> None:
    """How often a client tries is no business of the endpoint."""
    assert "AWS_MAX_ATTEMPTS" not in environment("http://127.0.0.1:1")


def test_the_rest_of_the_environment_is_kept() -> None:
    """Only what says something about AWS or proxies is left out."""
    kept = environment("http://127.0.0.1:1", {"PATH": "/bin", "AWS_PROFILE": "x", "ALL_PROXY": "y"})
    assert kept["PATH"] == "/bin"
    assert not {"AWS_PROFILE", "ALL_PROXY"} & kept.keys()


@pytest.mark.skipif(shutil.which("aws") is None, reason="the aws command line is not installed")
def test_the_aws_command_line_pages_through_the_endpoint() -> None:
    """A client that nobody here wrote finds all 260 versions, in three requests."""
    with serving(ESTATE) as server:
        done = subprocess.run(
            ["aws", "cleanroomsml", *LIST, "--page-size", "100", "--output", "json"],
            env=environment(server.url, os.environ),
            capture_output=True,
            text=True,
            check=True,
        )
        assert server.calls == {"ListTrainedModelVersions": 3}
    assert len(json.loads(done.stdout)["trainedModels"]) == 260


def test_a_configuration_names_every_model() -> None:
    """One target for the account and region, with each membership and each ARN."""
    assert config_for(synthetic(7, 2, 2, 1)) == {
        "version": 1,
        "targets": [
            {
                "name": "emulated",
                "region": "us-east-1",
                "memberships": [
                    {"id": membership.id, "models": [model.arn for model in membership.models]}
                    for membership in synthetic(7, 2, 2, 1).memberships
                ],
            }
        ],
    }


def test_other_accounts_are_reached_through_a_role() -> None:
    """A target in another account or region stands by itself, with the role that leads there."""
    abroad = replace(MEMBERSHIP, account="444455556666", region="eu-west-1", target="abroad")
    found = config_for(Estate("111122223333", ESTATE.now, (MEMBERSHIP, abroad), ESTATE.details))
    assert [(each["name"], each["region"], each.get("role_arn")) for each in found["targets"]] == [
        ("emulated", "us-east-1", None),
        ("abroad", "eu-west-1", "arn:aws:iam::444455556666:role/auditor"),
    ]


def test_what_could_not_be_listed_is_asked_for_again() -> None:
    """A membership without models and a target without memberships ask for all of them."""
    place = Place("denied", "444455556666", "us-east-1", "")
    unread = (Unread(place, "ListMemberships", "AccessDeniedException"),)
    estate = replace(ESTATE, memberships=(replace(MEMBERSHIP, models=()),), unread=unread)
    first, second = config_for(estate)["targets"]
    assert first["memberships"] == [{"id": MEMBERSHIP.id, "models": "all"}]
    assert (second["name"], second["memberships"]) == ("denied", "all")
