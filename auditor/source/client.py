"""One target's way to AWS: credentials, clients, requests counted, answers as they came.

boto3 signs, finds endpoints and credentials, and asks again; the answers are not parsed by it,
because its parser drops the members that it does not know.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from threading import Event, Lock, local
from typing import Any

import boto3
import botocore.session
from botocore import xform_name
from botocore.config import Config
from botocore.credentials import (
    AssumeRoleCredentialFetcher,
    CredentialProvider,
    CredentialResolver,
    DeferredRefreshableCredentials,
)
from botocore.exceptions import NoCredentialsError

from auditor import __version__
from auditor.kinds import OPERATIONS
from auditor.source.paging import PAGE_SIZE, Answer, Page, pages
from auditor.source.plan import Target
from auditor.source.refusal import Refusal, refused
from auditor.source.values import ValueFault, decoded

ATTEMPTS = 8
"""How often a request is sent at most, unless AWS_MAX_ATTEMPTS or a profile says otherwise."""

_TORN_ATTEMPTS = 3
_PAUSE = 0.1
_LAST_GOOD = 300  # what botocore still parses as a result
_MALFORMED = "MalformedAnswer"
_RAW = ("cleanroomsml", "cleanrooms")
_KEPT = "auditor.answer"


class Stopped(Exception):
    """A request was not sent because the scan was stopped."""


class Calls:
    """Counts requests by operation, every attempt of every target; sends none after ``stop``."""

    def __init__(self, stop: Event) -> None:
        self.stop = stop
        self._lock = Lock()
        self._counts: Counter[str] = Counter()
        self._mine = local()

    def sent(self, **event: Any) -> None:
        """Is told by botocore before each request; raises Stopped to hold it back."""
        if self.stop.is_set():
            raise Stopped("the scan was stopped")
        operation = event["event_name"].rpartition(".")[2]
        with self._lock:
            self._counts[operation] += 1
        self._own()[operation] += 1

    def snapshot(self) -> Mapping[str, int]:
        """Requests so far, by operation."""
        with self._lock:
            return dict(sorted(self._counts.items()))

    def begin(self) -> None:
        """Starts this thread's count of attempts again."""
        self._own().clear()

    def attempts(self, operation: str) -> int:
        """Requests that this thread sent for an operation since it began."""
        return self._own()[operation]

    def _own(self) -> Counter[str]:
        if not hasattr(self._mine, "counts"):
            self._mine.counts = Counter()
        counts: Counter[str] = self._mine.counts
        return counts


class Connection:
    """The clients of one target, made when they are first used; safe for many threads."""

    def __init__(self, target: Target, calls: Calls, concurrency: int) -> None:
        self.target = target
        self._calls = calls
        self._concurrency = concurrency
        self._lock = Lock()
        self._session: botocore.session.Session | None = None
        self._clients: dict[str, Any] = {}
        self._attempts = ATTEMPTS

    def pages(self, operation: str, parameters: Mapping[str, Any]) -> Iterator[Page | Refusal]:
        """Every page of a list; a refusal comes last, where the list was not read to its end."""

        def ask(token: str | None) -> Answer | Refusal:
            following = {"nextToken": token} if token else {}
            return self.ask(operation, {**parameters, "maxResults": PAGE_SIZE, **following})

        return pages(operation, OPERATIONS[operation].rows or "", ask)

    def ask(self, operation: str, parameters: Mapping[str, Any]) -> Answer | Refusal:
        """What AWS answers; whatever goes wrong on the way is a refusal, never an exception.

        An answer that is no JSON object may be a torn one and is asked for again.
        """
        self._calls.begin()
        tries = 1
        while True:
            answer = self._once(operation, parameters)
            torn = isinstance(answer, Refusal) and answer.code == _MALFORMED
            if not torn or tries >= min(_TORN_ATTEMPTS, self._attempts):
                return answer
            self._calls.stop.wait(_PAUSE * 2**tries)
            tries += 1

    def close(self) -> None:
        """Gives the sockets back."""
        with self._lock:
            for client in self._clients.values():
                client.close()
            self._clients.clear()

    def _once(self, operation: str, parameters: Mapping[str, Any]) -> Answer | Refusal:
        """One call of boto3, which sends a request again where that may help."""
        service = OPERATIONS[operation].client
        try:
            response = getattr(self._client(service), xform_name(operation))(**parameters)
        except Stopped as stopped:
            return Refusal(operation, "Interrupted", str(stopped))
        except Exception as error:  # noqa: BLE001  # botocore raises from many trees
            return refused(operation, error, self._calls.attempts(operation))
        body = response.get(_KEPT, "it was not kept") if service in _RAW else response
        request_id = response.get("ResponseMetadata", {}).get("RequestId")
        if isinstance(body, str):
            why = f"the answer is not a JSON object: {body}"
            return Refusal(operation, _MALFORMED, why, request_id, self._calls.attempts(operation))
        return Answer(body, request_id)

    def _client(self, service: str) -> Any:
        """The client of one service; made under a lock, because making one is not thread safe."""
        with self._lock:
            if self._session is None:
                self._session = _session(self.target, self._calls)
            if service not in self._clients:
                config = _config(self._session, self._concurrency)
                session = boto3.Session(
                    botocore_session=self._session, region_name=self.target.region
                )
                client: Any = session.client(service, config=config)  # type: ignore[call-overload]
                self._attempts = client.meta.config.retries["total_max_attempts"]
                self._clients[service] = client
            return self._clients[service]


def _session(target: Target, calls: Calls) -> botocore.session.Session:
    """A session of botocore with the target's credentials; every request goes past ``calls``."""
    session = _own_session(target, calls)
    if target.role_arn is not None:
        # The role is assumed with what the profile or the environment gives, so by a session of
        # its own.
        role = _AssumedRole(_own_session(target, calls), target, target.role_arn)
        session.register_component("credential_provider", CredentialResolver([role]))
    return session


def _own_session(target: Target, calls: Calls) -> botocore.session.Session:
    session = botocore.session.Session(profile=target.profile)
    session.register("before-send", calls.sent)
    for service in _RAW:
        session.register(f"before-parse.{service}", keep_answer)
    return session


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
                config=_config(self._source, 1),
            ),
            source_credentials=credentials,
            role_arn=self._role_arn,
            extra_args=extra,
        )
        return DeferredRefreshableCredentials(fetcher.fetch_credentials, method=self.METHOD)


def _config(session: botocore.session.Session, concurrency: int) -> Config:
    """How requests are sent; a retry setting of the user's own counts more than ours."""
    retries: Any = {}
    if session.get_config_variable("max_attempts") is None:
        retries["total_max_attempts"] = ATTEMPTS
    if "AWS_RETRY_MODE" not in os.environ and "retry_mode" not in session.get_scoped_config():
        retries["mode"] = "standard"
    return Config(
        retries=retries,
        user_agent_extra=f"auditor/{__version__}",
        max_pool_connections=max(10, concurrency),
        connect_timeout=10,
        read_timeout=60,
    )


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
        event["customized_response_dict"][_KEPT] = kept
        answer["body"] = b"{}"
