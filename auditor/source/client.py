"""One target's way to AWS: clients, requests counted and paced, answers as they came.

Whether a request is sent again is decided here and not by boto3, because every attempt has to come
out of one budget.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from threading import BoundedSemaphore, Event, Lock, local
from typing import Any

import boto3
import botocore.session
from botocore import xform_name
from msgspec import Struct
from msgspec.structs import replace

from auditor.kinds import OPERATIONS
from auditor.source.budget import Budget, Budgets, Turns
from auditor.source.clock import Clock, Stopped
from auditor.source.meter import Meter
from auditor.source.paging import PAGE_SIZE, Answer, Page, pages
from auditor.source.plan import Target
from auditor.source.refusal import Refusal
from auditor.source.session import KEPT, RAW, config_of, session_of
from auditor.source.weather import ATTEMPTS, PATIENCE, Kind, Miss, missed, pause, unusable

_MALFORMED = "MalformedAnswer"


class Calls:
    """Counts requests, every attempt of every target; sends none after ``stop``.

    At most ``most`` of them are on their way at the same time.
    """

    def __init__(self, meter: Meter, stop: Event, most: int) -> None:
        self._meter = meter
        self._stop = stop
        self._places = BoundedSemaphore(most)
        self._mine = local()

    def sent(self, **event: Any) -> None:
        """Is told by botocore before each request; raises Stopped to hold it back."""
        if not getattr(self._mine, "on_its_way", False):
            self._places.acquire()
            self._mine.on_its_way = True
        if self._stop.is_set():
            raise Stopped("the scan was stopped")
        operation = event["event_name"].rpartition(".")[2]
        self._meter.sent(operation)
        self._own()[operation] += 1

    def answered(self, **_event: Any) -> None:
        """Is told by botocore when an answer is there; by others when there will be none."""
        if getattr(self._mine, "on_its_way", False):
            self._mine.on_its_way = False
            self._places.release()

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


class Means(Struct, frozen=True):
    """What all connections share; ``concurrency`` is how many requests are sent at once."""

    calls: Calls
    clock: Clock
    budgets: Budgets
    concurrency: int


class Connections:
    """The connections of a scan by their targets, whatever is read there; safe for many threads."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._lock = Lock()
        self._known: dict[Target, Connection] = {}

    def to(self, target: Target) -> Connection:
        """The connection to a target, always the same one."""
        way = target.way
        with self._lock:
            if way not in self._known:
                self._known[way] = Connection(way, self._means)
            return self._known[way]

    def close(self) -> None:
        """Gives back the sockets and the memory of all of them."""
        for connection in self._known.values():
            connection.close()


class Connection:
    """The clients of one target, made when they are first used; safe for many threads."""

    def __init__(self, target: Target, means: Means) -> None:
        self._target = target
        self._means = means
        self._calls = means.calls
        self._clock = means.clock
        self._budget: Turns = Budget(means.clock)
        self._identity_budget = Budget(means.clock)
        self._lock = Lock()
        self._session: botocore.session.Session | None = None
        self._clients: dict[str, Any] = {}
        self._retired: list[Any] = []
        self._attempts = ATTEMPTS
        self._generation = 0
        self._worked = True

    def belongs_to(self, account: str) -> None:
        """Lets the target share the budget of its account and region with all others there."""
        self._budget = self._means.budgets.of(account, self._target.region)

    def pages(self, operation: str, parameters: Mapping[str, Any]) -> Iterator[Page | Refusal]:
        """Every page of a list; a refusal comes last, where the list was not read to its end."""

        def ask(token: str | None) -> Answer | Refusal:
            following = {"nextToken": token} if token else {}
            return self.ask(operation, {**parameters, "maxResults": PAGE_SIZE, **following})

        return pages(operation, OPERATIONS[operation].rows or "", ask)

    def get_ready(self, operation: str) -> None:
        """Makes what asks for an operation, which takes longer than to ask; asks for nothing."""
        # What goes wrong is told where it matters, when somebody asks.
        with suppress(Exception):
            self._client(OPERATIONS[operation].client)

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

    def _asked(
        self, operation: str, parameters: Mapping[str, Any], budget: Turns
    ) -> Answer | Refusal:
        began = self._clock.now()
        attempt = 0
        renewed = False
        alike: Counter[int] = Counter()
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
            most = found.most(self._attempts)
            alike[most] += 1
            # Some failures are hopeless sooner than others, however many of the others there were.
            if late or attempt >= self._attempts or alike[most] >= most:
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
        finally:
            self._calls.answered()
        body = response.get(KEPT, "it was not kept") if service in RAW else response
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
                self._session = session_of(self._target, self._calls)
                self._attempts = self._session.get_config_variable("max_attempts") or ATTEMPTS
            if service not in self._clients:
                session = boto3.Session(
                    botocore_session=self._session, region_name=self._target.region
                )
                config = config_of(self._session, self._means.concurrency)
                client = session.client(service, config=config)  # type: ignore[call-overload]
                self._clients[service] = client
            return self._clients[service]


def _learn(budget: Turns, found: Answer | Miss, sent_at: float, operation: str) -> None:
    """Tells the budget how a request went."""
    if isinstance(found, Answer) or (found.kind is Kind.FINAL and found.refusal.request_id):
        budget.answered()
    elif found.kind is Kind.THROTTLED and found.refusal.operation == operation:
        budget.throttled(sent_at, found.retry_after, found.refusal)
    elif found.kind in (Kind.THROTTLED, Kind.BROKEN):
        budget.failed(found.refusal)
