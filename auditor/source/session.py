"""Sessions of botocore for a target: its credentials, and what is different from botocore's own.

boto3 signs and finds endpoints and credentials. Its parser does not see good answers, because it
drops the members that it does not know and takes most of the time.
"""

from __future__ import annotations

import platform
from copy import copy
from functools import cache, partial
from pathlib import Path
from typing import Any, Protocol

import boto3
import botocore.session
from botocore.config import Config
from botocore.credentials import (
    AssumeRoleCredentialFetcher,
    CredentialProvider,
    CredentialResolver,
    DeferredRefreshableCredentials,
)
from botocore.exceptions import NoCredentialsError
from botocore.hooks import HierarchicalEmitter
from botocore.loaders import JSONFileLoader, Loader, create_loader

from auditor import __version__, service
from auditor.source.plan import Target
from auditor.source.values import ValueFault, decoded

CONNECT_TIMEOUT = 5.0
"""Seconds to reach an endpoint."""

READ_TIMEOUT = 30.0
"""Seconds in which an answer begins and goes on."""

RAW = ("cleanroomsml", "cleanrooms", "organizations")
"""The services whose good answers are kept as they came."""

KEPT = "auditor.answer"
"""The member of botocore's answer that holds one: a JSON object, or why it is none."""


class Traffic(Protocol):
    """Is told by botocore of every request."""

    def sent(self, **event: Any) -> None:
        """A request is about to be sent."""

    def answered(self, **event: Any) -> None:
        """Its answer is there, and was not looked at yet."""


_LAST_GOOD = 300  # what botocore still parses as a result


def session_of(target: Target, traffic: Traffic) -> botocore.session.Session:
    """A session of botocore with the target's credentials; ``traffic`` hears of every request."""
    session = _own_session(target, traffic)
    for role_arn in target.roles:
        # A role is assumed with what the profile, the environment or the role before it gives, so
        # by a session of its own.
        role = _AssumedRole(session, target, role_arn)
        session = _own_session(target, traffic)
        session.register_component("credential_provider", CredentialResolver([role]))
    return session


def _own_session(target: Target, traffic: Traffic) -> botocore.session.Session:
    session = botocore.session.Session(
        profile=target.profile, event_hooks=copy(_hooks()), include_builtin_handlers=False
    )
    session.register_component("data_loader", _models(session.get_config_variable("data_path")))
    session.register("before-send", traffic.sent)
    session.register("before-parse", traffic.answered)
    for name in RAW:
        session.register(f"before-parse.{name}", keep_answer)
    return session


@cache
def _hooks() -> HierarchicalEmitter:
    """The handlers that botocore registers for every session, registered once.

    NOTE: it looks at the signature of each of them, which takes longer than all else.
    """
    hooks = HierarchicalEmitter()
    botocore.session.Session(event_hooks=hooks)
    return hooks


@cache
def _models(path: str | None) -> Loader:
    """What botocore knows of its services, read once.

    NOTE: every session would read it again, 12 MB and a quarter of a second for each account and
    region of an organization.
    """
    return _Models(
        extra_search_paths=create_loader(path).search_paths,
        file_loader=_Files(),
        include_default_search_paths=False,
    )


class _Models(Loader):
    """As botocore's own, but for a look into the folders of all services to know that one is there.

    What is not there is an error when it is read.
    """

    def list_available_services(self, type_name: str) -> Any:  # noqa: ARG002  # as it is called
        """Every name."""
        return _Everything()


class _Everything:
    def __contains__(self, name: object) -> bool:
        return True


class _Files(JSONFileLoader):
    """As botocore's own, with the quicker decoder."""

    def load_file(self, file_path: str) -> Any:
        """The JSON of a file whose name is given without its end; None where there is none."""
        paths = (Path(f"{file_path}{end}") for end in (".json", ".json.gz"))
        return next((service.published(path) for path in paths if path.is_file()), None)


def prepare() -> None:
    """Reads what every client of the service is made of, while nothing else is to be done."""
    _hooks()
    loader = _models(None)
    for name in ("endpoints", "partitions", "sdk-default-configuration", "_retry"):
        loader.load_data(name)
    for kind in ("service-2", "endpoint-rule-set-1"):
        loader.load_service_model("cleanroomsml", kind)


class _AssumedRole(CredentialProvider):
    """Credentials of a target's role that are fetched at first use and renew themselves."""

    METHOD = "auditor-role"

    def __init__(self, source: botocore.session.Session, target: Target, role_arn: str) -> None:
        super().__init__(source)
        self._source = source
        self._target = target
        self._role_arn = role_arn

    def load(self) -> DeferredRefreshableCredentials:
        """The role's credentials; raises NoCredentialsError where nobody could assume it."""
        credentials = self._source.get_credentials()
        if credentials is None:
            raise NoCredentialsError
        extra = {"RoleSessionName": "auditor"}
        if self._target.external_id:
            extra["ExternalId"] = self._target.external_id
        fetcher = AssumeRoleCredentialFetcher(
            client_creator=partial(
                self._source.create_client,
                region_name=self._target.region,
                config=config_of(self._source, 1),
            ),
            source_credentials=credentials,
            role_arn=self._role_arn,
            extra_args=extra,
        )
        return DeferredRefreshableCredentials(fetcher.fetch_credentials, method=self.METHOD)


def config_of(session: botocore.session.Session, concurrency: int) -> Config:
    """How requests are sent: each call once, because sending again is decided here."""
    return Config(
        retries={"total_max_attempts": 1, "mode": "standard"},
        user_agent=_user_agent(session),
        max_pool_connections=max(10, concurrency),
        connect_timeout=CONNECT_TIMEOUT,
        read_timeout=READ_TIMEOUT,
    )


def _user_agent(session: botocore.session.Session) -> str:
    """Who asks; said once, because botocore would put its own together for each request."""
    application = session.get_config_variable("user_agent_appid")
    names = [
        f"auditor/{__version__}",
        f"Boto3/{boto3.__version__}",
        f"Botocore/{botocore.__version__}",
        f"Python/{platform.python_version()}",
        *([f"app/{application}"] if application else []),
    ]
    return " ".join(names)


def keep_answer(**event: Any) -> None:
    """Takes a good answer's body as JSON and leaves botocore's parser an empty object.

    NOTE: `before-parse` is what botocore itself uses for S3, but no documented promise. Where it
    should stop being sent, every answer becomes a refusal, never an empty list.
    """
    answer = event["response_dict"]
    if answer["status_code"] <= _LAST_GOOD:
        try:
            kept: dict[str, Any] | str = decoded(answer["body"])
        except ValueFault as fault:
            kept = str(fault)
        event["customized_response_dict"][KEPT] = kept
        answer["body"] = b"{}"
