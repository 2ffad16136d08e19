"""Random conditions on version rows, random rows, and what the oracle says of both.

Most conditions are of the kinds that run in the quick loop; some are not. Rows are as on the
wire, and now and then not as AWS promises.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from auditor.expression.emit import Emitter, Run, evaluator
from auditor.expression.program import CheckedRule, Program, Tally
from auditor.expression.rulecheck import reads
from auditor.expression.syntax import parse
from auditor.expression.values import EvaluationError
from auditor.policy.types import document_type
from tests.language import oracle

NOW = "2026-11-23T07:00:00.000Z"
RUN = Run(
    NOW,
    {
        "word": "ACTIVE",
        "words": ("ACTIVE", "churn"),
        "count": 3,
        "age": 2592000.0,
        "tiny": 0.0005,
        "regex": "^crml-",
    },
)
STATUSES = ("ACTIVE", "CREATE_FAILED", "CREATE_IN_PROGRESS", "INACTIVE", "DELETE_FAILED")
NAMES = ("crml-churn", "tmp_x", "", "a", "crml-a\nb")
MOMENTS = (
    "2026-11-23T07:00:00.000Z",
    "2026-10-24T07:00:00.000Z",
    "2026-10-24T06:59:59.999Z",
    "2026-10-24T07:00:00.001Z",
    "2026-12-01T00:00:00.000Z",
    "1999-01-01T00:00:00.000Z",
)
BAD_MOMENTS: tuple[Any, ...] = (
    "2026-02-30T00:00:00.000Z",
    "2026-13-01T00:00:00.000Z",
    "2026-10-24T25:00:00.000Z",
    "2026-10-24T07:61:00.000Z",
    "2026-W01-1T00:00:00.000Z",
    "2026-10-24T07:00:00.000",
    "2026-10-24T09:00:00.000+02:00",
    "2026-10-24T07:00:00Z",
    "2026-10-24T07:00:00.000Z ",
    "0000-01-01T00:00:00.000Z",
    "2026-11-2३T07:00:00.000Z",
    "",
    "soon",
    None,
    1760000000,
    True,
    ["2026-10-24T07:00:00.000Z"],
)
BAD_VALUES: tuple[Any, ...] = (
    None,
    0,
    1.5,
    True,
    [],
    ["ACTIVE"],
    {},
    {"a": "b"},
    "\ud800",
    "ACTIV",
)
CHANNELS: tuple[Any, ...] = (
    None,
    [],
    [{"channelName": "training", "modelName": "crml-churn"}],
    [{"channelName": "training", "modelName": "a", "versionIdentifier": "1"}, {}],
    [{"channelName": "x", "versionIdentifier": ""}],
)
ODD_CHANNELS: tuple[Any, ...] = (
    "x",
    {},
    {"0": 1},
    [None],
    [1, "x"],
    [[]],
    True,
    0,
    [{"versionIdentifier": 0}],
)

_FIELDS = ("status", "name", "description", "versionIdentifier", "createTime", "updateTime")


def row(rng: Random, *, conforming: bool) -> dict[str, Any]:
    """A row as AWS sends it; where not ``conforming``, with one member as it never should be."""
    made: dict[str, Any] = {
        "createTime": rng.choice(MOMENTS),
        "updateTime": rng.choice(MOMENTS),
        "trainedModelArn": "arn:aws:cleanrooms-ml:us-east-1:111122223333:membership/m",
        "name": rng.choice(NAMES),
        "membershipIdentifier": "m",
        "collaborationIdentifier": "c",
        "status": rng.choice(STATUSES),
        "configuredModelAlgorithmAssociationArn": "arn:aws:cleanrooms-ml:::x",
    }
    _maybe(made, "description", rng.choice((None, "", "a model", "tmp")))
    _maybe(made, "versionIdentifier", rng.choice((None, "1", "2")))
    _maybe(made, "incrementalTrainingDataChannels", rng.choice(CHANNELS))
    if not conforming:
        _spoil(rng, made)
    return made


def _maybe(made: dict[str, Any], name: str, value: Any) -> None:
    if value is not None:
        made[name] = value


def _spoil(rng: Random, made: dict[str, Any]) -> None:
    name = rng.choice(
        (
            "createTime",
            "updateTime",
            "status",
            "name",
            "description",
            "incrementalTrainingDataChannels",
        )
    )
    if rng.randrange(5) == 4:
        made.pop(name, None)
    elif name.endswith("Time"):
        made[name] = rng.choice(BAD_MOMENTS)
    elif name.startswith("incremental"):
        made[name] = rng.choice(ODD_CHANNELS)
    else:
        made[name] = rng.choice(BAD_VALUES)


def condition(rng: Random, depth: int = 2) -> str:
    """A condition on a version."""
    kind = rng.randrange(12) if depth > 0 else 0
    if kind < 6:
        return _simple(rng)
    inner = condition(rng, depth - 1)
    if kind < 8:
        return f"!({inner})"
    sign = " && " if kind < 10 else " || "
    return f"({sign.join((inner, condition(rng, depth - 1)))})"


def _simple(rng: Random) -> str:
    pattern = rng.choice(_PATTERNS) if rng.randrange(8) else rng.choice(_SLOW)
    for name, words in _BLANKS.items():
        while name in pattern:
            pattern = pattern.replace(name, rng.choice(words), 1)
    return pattern


_BLANKS = {
    "STATUS": tuple(f"'{word}'" for word in (*STATUSES, "ACTIV", "")),
    "TEXT": ("'crml-'", "'tmp'", "'_'", "''", "'FAILED'", "'ACTIVE'", "'1'", "'crml-churn'"),
    "VALUE": (
        "`1`",
        "`0`",
        "`true`",
        "`null`",
        "`[]`",
        '`"1"`',
        "`1.0`",
        "param('count')",
        "param('words')",
    ),
    "EQUALS": ("==", "!="),
    "ORDER": ("<", "<=", ">", ">="),
    "FIELD": _FIELDS,
    "SOLID": ("status", "name", "trainedModelArn"),
    "TIME": ("createTime", "updateTime"),
    "LENGTH": (
        "duration('30d')",
        "duration('0s')",
        "param('age')",
        "param('count')",
        "param('tiny')",
        "duration('1w2h')",
    ),
    "MOMENT": ("createTime", "updateTime", "now()", "'2026-10-24T07:00:00.000Z'", "'2026'"),
    "CHANNEL": (
        "incrementalTrainingDataChannels[0]",
        "incrementalTrainingDataChannels[-1]",
        "incrementalTrainingDataChannels[1]",
    ),
    "REGEX": ("'^crml-'", "param('regex')", "'a$'", "'(a|b)+'"),
    "NUMBER": ("`0`", "`1`", "`10`", "param('count')"),
}
_PATTERNS = (
    "status EQUALS STATUS",
    "STATUS EQUALS status",
    "status EQUALS param('word')",
    "status ORDER STATUS",
    "contains([STATUS, STATUS], status)",
    'contains(`["ACTIVE", "INACTIVE", 1]`, FIELD)',
    "contains(param('words'), FIELD)",
    "starts_with(SOLID, TEXT)",
    "ends_with(SOLID, TEXT)",
    "contains(SOLID, TEXT)",
    "FIELD",
    "!FIELD",
    "FIELD EQUALS TEXT",
    "FIELD EQUALS VALUE",
    "FIELD EQUALS FIELD",
    "SOLID ORDER TEXT",
    "age(TIME) ORDER LENGTH",
    "LENGTH ORDER age(TIME)",
    "MOMENT ORDER MOMENT",
    "incrementalTrainingDataChannels",
    "CHANNEL",
    "CHANNEL.versionIdentifier",
    "CHANNEL.modelName EQUALS name",
    "CHANNEL.versionIdentifier EQUALS VALUE",
    "length(SOLID) ORDER NUMBER",
    "length(incrementalTrainingDataChannels || `[]`) ORDER NUMBER",
    "matches(SOLID, REGEX)",
    "VALUE EQUALS VALUE",
    "status == STATUS && !(status == STATUS || contains(status, TEXT))",
)
_SLOW = (
    "length(FIELD) ORDER NUMBER",
    "contains(FIELD, TEXT)",
    "age(FIELD) ORDER LENGTH",
    "age(TIME) EQUALS LENGTH",
    "incrementalTrainingDataChannels[?versionIdentifier EQUALS TEXT]",
    "incrementalTrainingDataChannels[*].modelName | contains(@, name)",
    "length(incrementalTrainingDataChannels) ORDER NUMBER",
    "FIELD ORDER FIELD",
    "FIELD ORDER NUMBER",
    "matches(FIELD, REGEX)",
    "name.x",
    "unknownMember",
    "no_such_function(FIELD)",
    "not_null(description, name) EQUALS TEXT",
)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in words; ``when`` may be None."""

    mode: str
    test: str
    when: str | None

    def checked(self) -> CheckedRule:
        """The rule as a program takes it."""
        when = None if self.when is None else parse(self.when)
        return CheckedRule(self.mode, parse(self.test), when, RUN)


def rule(rng: Random) -> Rule:
    """A rule on versions."""
    when = condition(rng) if rng.randrange(2) else None
    return Rule(rng.choice(("require", "deny")), condition(rng), when)


def program(rules: list[Rule]) -> Program:
    """The rules compiled together."""
    return Program([each.checked() for each in rules], document_type("version"))


@dataclass(slots=True)
class Said:
    """What a rule says of rows, in the positions of the rows."""

    applied: int
    vacuous: int
    failed: list[int]
    unknown: list[int]


def engine_says(tally: Tally) -> Said:
    """A program's tally, as far as the oracle can know it."""
    return Said(tally.applied, tally.vacuous, tally.failed, [each.row for each in tally.unknown])


def oracle_says(rule: Rule, rows: list[dict[str, Any]]) -> Said:
    """The same from the package's interpreter, row by row."""
    said = Said(0, 0, [], [])
    evidence = [evaluator(part, Emitter(RUN)) for part in reads(parse(rule.test))]
    for number, each in enumerate(rows):
        applies = _applies(rule, each)
        if applies is False:
            continue
        said.applied += 1
        found = oracle.expected(rule.test, each, RUN)
        if applies is None or found.error:
            said.unknown.append(number)
        elif oracle.truth(found.value) == (rule.mode == "deny"):
            said.failed.append(number)
        elif evidence and all(_absent(part, each) for part in evidence):
            said.vacuous += 1
    return said


def _applies(rule: Rule, each: dict[str, Any]) -> bool | None:
    if rule.when is None:
        return True
    found = oracle.expected(rule.when, each, RUN)
    if not found.error:
        return oracle.truth(found.value)
    return None if oracle.certain(rule.when, each, RUN) is not False else False


def _absent(part: Any, each: dict[str, Any]) -> bool:
    try:
        value = part(each)
    except EvaluationError:
        return False
    return value is None or value in ([], {})
