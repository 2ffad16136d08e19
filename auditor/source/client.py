"""One target's way to AWS: credentials, clients, requests counted, answers as they came.

boto3 signs and finds endpoints and credentials. The answers are not parsed by it, because its
parser drops the members that it does not know and takes most of the time; and whether a request is
sent again is decided here, because every attempt has to come out of one budget.
"""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache, partial
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
from botocore.loaders import Loader, create_loader

from auditor import __version__
from auditor.kinds import OPERATIONS
from auditor.source.budget import Budget, Budgets
from auditor.source.clock import Clock, Stopped
from auditor.source.paging import PAGE_SIZE, Answer, Page, pages
from auditor.source.plan import Target
from auditor.source.refusal import Refusal
from auditor.source.values import ValueFault, decoded
from auditor.source.weather import ATTEMPTS, PATIENCE, Kind, Miss, missed, pause, unusable

CONNECT_TIMEOUT = 5.0
"""Seconds to reach an endpoint."""

READ_TIMEOUT = 30.0
"""Seconds in which an answer begins and goes on."""

_LAST_GOOD = 300  # what botocore still parses as a result
_MALFORMED = "MalformedAnswer"
_RAW = ("cleanroomsml", "cleanrooms", "organizations")
_KEPT = "auditor.answer"


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

    def __init__(
        self, target: Target, calls: Calls, clock: Clock, budgets: Budgets, concurrency: int
    ) -> None:
        self.target = target
        self._calls = calls
        self._clock = clock
        self._budgets = budgets
        self._concurrency = concurrency
        self._budget = Budget(clock)
        self._identity_budget = Budget(clock)
        self._lock = Lock()
        self._session: botocore.session.Session | None = None
        self._clients: dict[str, Any] = {}
        self._retired: list[Any] = []
        self._attempts = ATTEMPTS
        self._generation = 0
        self._worked = True
        self._beside: list[Connection] = []

    def beside(self, target: Target) -> Connection:
        """A connection for another target, counted and paced like this one; it ends with it."""
        made = Connection(target, self._calls, self._clock, self._budgets, self._concurrency)
        self._beside.append(made)
        return made

    def belongs_to(self, account: str) -> None:
        """Lets the target share the budget of its account and region with all others there."""
        self._budget = self._budgets.of(account, self.target.region)

    def pages(self, operation: str, parameters: Mapping[str, Any]) -> Iterator[Page | Refusal]:
        """Every page of a list; a refusal comes last, where the list was not read to its end."""

        def ask(token: str | None) -> Answer | Refusal:
            following = {"nextToken": token} if token else {}
            return self.ask(operation, {**parameters, "maxResults": PAGE_SIZE, **following})

        return pages(operation, OPERATIONS[operation].rows or "", ask)

    def ask(self, operation: str, parameters: Mapping[str, Any]) -> Answer | Refusal:
        """What AWS answers; whatever goes wrong on the way is a refusal, never an exception.

        A request is sent again, within `ATTEMPTS` and `PATIENCE`, where that may help.
        """
        self._calls.begin()
        # Who somebody is has a service of its own, and its limits are not those of the lists.
        mine = OPERATIONS[operation].client == "sts"
        budget = self._identity_budget if mine else self._budget
        try:
            return self._asked(operation, parameters, budget)
        except Stopped as stopped:
            sent = self._calls.attempts(operation)
            return Refusal(operation, "Interrupted", str(stopped), attempts=max(1, sent))

    def close(self) -> None:
        """Gives back sockets and memory, and takes them again if it is asked once more."""
        with self._lock:
            for client in (*self._retired, *self._clients.values()):
                client.close()
            self._retired.clear()
            self._clients.clear()
            self._session = None
        for connection in self._beside:
            connection.close()

    def _asked(
        self, operation: str, parameters: Mapping[str, Any], budget: Budget
    ) -> Answer | Refusal:
        began = self._clock.now()
        attempt = 0
        renewed = False
        while True:
            sent_at = budget.turn()
            if isinstance(sent_at, Refusal):
                return replace(sent_at, operation=operation)
            attempt += 1
            generation = self._generation
            found = self._once(operation, parameters)
            _learn(budget, found, sent_at, operation)
            if isinstance(found, Answer):
                self._worked = True
                return found
            if found.kind is Kind.EXPIRED and not renewed and attempt < self._attempts:
                renewed = self._renewed(generation)
                if renewed:
                    continue
            wait = pause(attempt, self._clock.jitter(), found.retry_after)
            late = self._clock.now() + wait - began > PATIENCE
            if late or attempt >= found.most(self._attempts):
                return found.refusal
            self._clock.sleep(wait)

    def _once(self, operation: str, parameters: Mapping[str, Any]) -> Answer | Miss:
        """One request, and what came of it."""
        service = OPERATIONS[operation].client
        try:
            response = getattr(self._client(service), xform_name(operation))(**parameters)
        except Stopped:
            raise
        except Exception as error:  # noqa: BLE001  # botocore raises from many trees
            return missed(operation, error, self._calls.attempts(operation))
        body = response.get(_KEPT, "it was not kept") if service in _RAW else response
        request_id = response.get("ResponseMetadata", {}).get("RequestId")
        if isinstance(body, str):
            why = f"the answer is not a JSON object: {body}"
            sent = self._calls.attempts(operation)
            return unusable(Refusal(operation, _MALFORMED, why, request_id, sent))
        return Answer(body, request_id)

    def _renewed(self, generation: int) -> bool:
        """Whether there are other credentials than those that expired.

        What a profile, a role or the environment gives is fetched anew, once for each set of
        credentials that worked.
        """
        with self._lock:
            if self._generation == generation and self._worked:
                self._generation += 1
                self._worked = False
                self._session = None
                self._retired += self._clients.values()
                self._clients = {}
            return self._generation != generation

    def _client(self, service: str) -> Any:
        """The client of one service; made under a lock, because making one is not thread safe."""
        client = self._clients.get(service)
        if client is not None:
            return client
        with self._lock:
            if self._session is None:
                self._session = _session(self.target, self._calls)
                self._attempts = self._session.get_config_variable("max_attempts") or ATTEMPTS
            if service not in self._clients:
                session = boto3.Session(
                    botocore_session=self._session, region_name=self.target.region
                )
                config = _config(self._session, self._concurrency)
                client = session.client(service, config=config)  # type: ignore[call-overload]
                self._clients[service] = client
            return self._clients[service]


def _learn(budget: Budget, found: Answer | Miss, sent_at: float, operation: str) -> None:
    """Tells the budget how a request went."""
    if isinstance(found, Answer) or (found.kind is Kind.FINAL and found.refusal.request_id):
        budget.answered()
    elif found.kind is Kind.THROTTLED and found.refusal.operation == operation:
        budget.throttled(sent_at, found.retry_after, found.refusal)
    elif found.kind in (Kind.THROTTLED, Kind.BROKEN):
        budget.failed(found.refusal)


def _session(target: Target, calls: Calls) -> botocore.session.Session:
    """A session of botocore with the target's credentials; every request goes past ``calls``."""
    session = _own_session(target, calls)
    for role_arn in target.roles:
        # A role is assumed with what the profile, the environment or the role before it gives, so
        # by a session of its own.
        role = _AssumedRole(session, target, role_arn)
        session = _own_session(target, calls)
        session.register_component("credential_provider", CredentialResolver([role]))
    return session


def _own_session(target: Target, calls: Calls) -> botocore.session.Session:
    session = botocore.session.Session(profile=target.profile)
    session.register_component("data_loader", _models(session.get_config_variable("data_path")))
    session.register("before-send", calls.sent)
    for service in _RAW:
        session.register(f"before-parse.{service}", keep_answer)
    return session


@cache
def _models(path: str | None) -> Loader:
    """What botocore knows of its services, read once.

    NOTE: every session would read it again, 12 MB and a quarter of a second for each account and
    region of an organization.
    """
    return create_loader(path)


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
        event["customized_response_dict"][_KEPT] = kept
        answer["body"] = b"{}"
