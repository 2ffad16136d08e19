"""How clients and scans come to the endpoint: environment variables and a configuration."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from auditor.source.emulator.estate import Estate, Membership

_PROXIES = frozenset({"http_proxy", "https_proxy", "all_proxy", "no_proxy"})


def environment(url: str, inherited: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables with which boto3 and the aws command line reach the endpoint at ``url``.

    Those of ``inherited`` that say anything about AWS or proxies are left out: a profile, another
    endpoint or a proxy would lead elsewhere. The credentials are words; nothing checks them.
    """
    kept = {
        name: value
        for name, value in (inherited or {}).items()
        if not name.startswith("AWS_") and name.lower() not in _PROXIES
    }
    return kept | {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "AKIAEMULATED00000000",
        "AWS_SECRET_ACCESS_KEY": "emulated",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }


def config_for(estate: Estate) -> dict[str, Any]:
    """What an ``auditor.yaml`` says to scan the whole estate, every model named.

    Accounts other than the estate's own are reached through a role.
    """
    targets: dict[tuple[str, str, str], list[Membership]] = {}
    for membership in estate.memberships:
        key = (membership.target, membership.account, membership.region)
        targets.setdefault(key, []).append(membership)
    for unread in estate.unread:
        place = unread.place
        targets.setdefault((place.target, place.account, place.region), [])
    return {
        "version": 1,
        "targets": [_target(estate, *key, memberships) for key, memberships in targets.items()],
    }


def _target(
    estate: Estate, name: str, account: str, region: str, memberships: list[Membership]
) -> dict[str, Any]:
    role = (
        {}
        if account in {"", estate.account}
        else {"role_arn": f"arn:aws:iam::{account}:role/auditor"}
    )
    return {
        "name": name,
        "region": region,
        **role,
        "memberships": [
            {"id": membership.id, "models": [model.arn for model in membership.models] or "all"}
            for membership in memberships
        ]
        or "all",
    }
