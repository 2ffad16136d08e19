"""The values that everything passes on. All frozen; this module imports nothing of ours.

A row of AWS is a plain mapping (`Row`): the wire's own members, timestamps in their one form
(`auditor.timestamps`), no ``versionIdentifier`` for a base version. Rows are never changed
after they were read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum, StrEnum
from typing import Any

from msgspec import Struct, field

BASE = "BASE"
"""The name of the version that has no identifier."""

Row = Mapping[str, Any]


class Severity(StrEnum):
    """How much a failure matters; ``rank`` orders them, `INFO` lowest."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for info to 4 for critical."""
        return list(Severity).index(self)


class Outcome(StrEnum):
    """What one rule says of one resource."""

    PASS = "pass"  # noqa: S105  # a verdict, not a password
    FAIL = "fail"
    WAIVED = "waived"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


class Verdict(Enum):
    """What a run says, with the exit code that says the same."""

    COMPLIANT = ("compliant", 0)
    NON_COMPLIANT = ("non_compliant", 1)
    INCOMPLETE = ("incomplete", 3)

    def __init__(self, word: str, exit_code: int) -> None:
        self.word = word
        self.exit_code = exit_code


class State(StrEnum):
    """What a finding is against the baseline; only an unread model's findings are `CARRIED`."""

    NEW = "new"
    EXISTING = "existing"
    REOPENED = "reopened"
    CARRIED = "carried"


class Why(StrEnum):
    """Why an outcome is `unknown`. Only `BLIND_SPOT` leaves a run complete."""

    ERROR = "error"
    UNREAD = "unread"
    BLIND_SPOT = "blind_spot"


class Unavailable(Struct, frozen=True):
    """Stands in a document where a value was not read; a rule that touches it is `unknown`."""

    why: Why
    reason: str


class Place(Struct, frozen=True):
    """Where in AWS something is: one model (``arn``), or a whole membership (``arn`` None)."""

    target: str
    account: str
    region: str
    membership: str
    arn: str | None = None


class Unread(Struct, frozen=True):
    """Something that was to be read and was not.

    ``code`` is the service's error code, or one of ours where there was an answer that could not
    be used (the words stand in docs/coverage.md). ``permission`` names the IAM actions
    whose absence explains the code; ``remedy`` says what to do next.
    """

    place: Place
    operation: str
    code: str
    message: str = ""
    request_id: str | None = None
    attempts: int = 1
    permission: tuple[str, ...] = ()
    remedy: str = ""
    version: str | None = None


class BlindSpot(Struct, frozen=True):
    """Something that AWS gives no way to read; ``version`` is empty where it is no version."""

    place: Place
    version: str
    what: str
    why: str


class Anomaly(Struct, frozen=True):
    """Something odd in what AWS answered that did not stop the reading."""

    place: Place
    code: str
    message: str
    version: str | None = None


class Unrecognised(Struct, frozen=True):
    """A status or a member that the installed service model does not know; it was kept."""

    what: str
    name: str
    operation: str
    count: int


class ModelRecord(Struct, frozen=True):
    """One trained model with every version that was read of it.

    ``versions`` are in the order of their identity (identifier, `BASE` for none) and each
    identity is there once. ``unread`` is None only if the list was read to its end;
    ``details_unread`` is what of single versions was asked for and not read.
    """

    place: Place
    versions: Sequence[Row]
    unread: Unread | None = None
    anomalies: tuple[Anomaly, ...] = ()
    unrecognised: tuple[Unrecognised, ...] = ()
    blind_spots: tuple[BlindSpot, ...] = ()
    details_unread: tuple[Unread, ...] = ()
    started_at: str = ""
    finished_at: str = ""


SourceRecord = ModelRecord | Unread | BlindSpot
"""What a source gives: a model, or what gave no models, or of which nobody can see any."""


class Resource(Struct, frozen=True):
    """One judged thing. ``version`` is an identifier or `BASE`; None for a model."""

    kind: str
    arn: str
    version: str | None
    name: str
    account: str
    region: str
    membership: str
    collaboration: str


class Finding(Struct, frozen=True):
    """An outcome worth writing down: a fail, a waived or an unknown.

    Has no run id and no wall clock: the same inventory, policies and ``evaluated_at`` give an
    equal finding. ``observed`` holds the values that the rule read, by expression.
    """

    id: str
    rule: str
    policy: str
    severity: Severity
    outcome: Outcome
    title: str
    message: str
    resource: Resource
    evaluated_at: str
    reason: str | None = None
    observed: Mapping[str, Any] = field(default_factory=dict)
    rationale: str = ""
    remediation: str = ""
    controls: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    waiver: Mapping[str, Any] | None = None
    state: State | None = None


class RuleCount(Struct, frozen=True):
    """A rule, and how it went over the whole run; ``path`` and ``line`` are where it is written.

    ``fail`` is the number of its fail findings, and ``fresh`` the part of them that is new or
    reopened against the baseline; ``blind`` is the part of ``unknown`` that nobody could have read.
    ``digest`` changes when the rule's expressions do. ``wants`` is its test as written, such as
    ``require age(updateTime) <= param('max')``, and ``when`` its condition, or empty.
    """

    rule: str
    policy: str
    title: str
    severity: Severity
    kind: str
    rationale: str = ""
    controls: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    path: str = ""
    line: int = 0
    wants: str = ""
    when: str = ""
    digest: str = ""
    substantive: int = 0
    vacuous: int = 0
    fail: int = 0
    fresh: int = 0
    waived: int = 0
    unknown: int = 0
    blind: int = 0
    not_applicable: int = 0

    @property
    def judged(self) -> int:
        """Resources of which the rule said something certain."""
        return self.substantive + self.vacuous + self.fail + self.waived + self.not_applicable


AGE_BANDS = (
    "under a day",
    "1 to 6 days",
    "7 to 29 days",
    "30 to 89 days",
    "90 to 364 days",
    "a year and more",
    "not known",
)
"""The ages that versions are grouped by."""


class StatusAges(Struct, frozen=True):
    """How many versions of one status there are of each age: a number per band of `AGE_BANDS`."""

    status: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """How many versions have this status."""
        return sum(self.counts)


class Coverage(Struct, frozen=True):
    """What was looked at, and everything that was not.

    ``ages`` counts every version that was read, by its status and its age at the run's ``now``.
    """

    targets: int = 0
    models: int = 0
    versions: int = 0
    ages: tuple[StatusAges, ...] = ()
    api_calls: Mapping[str, int] = field(default_factory=dict)
    unread: tuple[Unread, ...] = ()
    blind_spots: tuple[BlindSpot, ...] = ()
    anomalies: tuple[Anomaly, ...] = ()
    unrecognised: tuple[Unrecognised, ...] = ()


class PolicyUsed(Struct, frozen=True):
    """A policy of the run, as evidence: which file, and its digest."""

    policy: str
    title: str
    path: str
    sha256: str
    rules: tuple[str, ...]
    params: Mapping[str, Any]


class Past(Struct, frozen=True):
    """A finding of the baseline that this run did not give again.

    ``carried`` where its resource was not read, so that nobody knows; otherwise it is resolved.
    """

    finding: Finding
    carried: bool


class Compared(Struct, frozen=True):
    """What a run is against its baseline: the run compared with, and what did not come again.

    ``counts`` is how many findings are new, existing and reopened, and how many of the baseline's
    are resolved and carried. ``past`` may read its findings from disk each time that it is used.
    ``resolved_before`` holds the ids of findings that are resolved, the latest first: one of them
    that fails again is reopened.
    """

    run: str
    path: str
    past: Sequence[Past] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    resolved_before: tuple[str, ...] = ()


class WaiverUsed(Struct, frozen=True):
    """A waiver of the run and what became of it.

    ``status`` is one of used, expiring (used, and soon over), expired, lapsed, unmatched and unseen
    (what it is about was not read or not judged, so nobody knows). ``version`` is an identifier,
    `BASE`, ``*`` for every version, or None for the model itself.
    """

    rule: str
    arn: str
    version: str | None
    reason: str
    owner: str
    expires: str
    status: str
    ticket: str = ""
    detail: str = ""


class Unjudged(Struct, frozen=True):
    """A known rule that this run did not judge, and the controls that it is evidence for.

    ``asked`` where its policy is one of the run, and only the rule was left out.
    """

    rule: str
    controls: Mapping[str, tuple[str, ...]]
    asked: bool


class Point(Struct, frozen=True):
    """One past run: its word, its failures by severity, and how much it looked at.

    ``complete`` is False where something was unread or unknown: there may be more failures then,
    and fewer than the day before is no improvement.
    """

    run: str
    now: str
    started_at: str
    verdict: Verdict
    complete: bool
    failures: Mapping[Severity, int]
    waived: int
    unknown: int
    models: int
    versions: int


class Report(Struct, frozen=True):
    """Everything that a run says, but for the findings themselves, which are streamed.

    With ``fail_on_new`` only failures that are new or reopened decided the verdict. ``history`` is
    the course of runs up to this one, the oldest first, for formats that draw it; what other runs
    said is no part of this one's evidence, so it is not written to ``report.json``. ``resumes`` is
    the run that did not come to its end and whose models this one took over.
    """

    run: str
    verdict: Verdict
    complete: bool
    fail_on: Severity
    now: str
    started_at: str
    finished_at: str
    tool: Mapping[str, str]
    rules: tuple[RuleCount, ...]
    coverage: Coverage
    policies: tuple[PolicyUsed, ...]
    interrupted: bool = False
    allowed: tuple[Mapping[str, str], ...] = ()
    gate: Mapping[str, Any] | None = None
    waivers: tuple[WaiverUsed, ...] = ()
    compared: Compared | None = None
    fail_on_new: bool = False
    unjudged: tuple[Unjudged, ...] = ()
    history: tuple[Point, ...] = ()
    resumes: str | None = None
