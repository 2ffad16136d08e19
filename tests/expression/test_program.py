"""Compiled rules on documents: what is failed, vacuous, unknown or not applicable, and why."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.expression.emit import Run
from auditor.expression.program import BATCH, CheckedRule, Program, Tally
from auditor.expression.syntax import parse
from auditor.model import Unavailable, Why
from auditor.policy.types import document_type

NOW = "2026-11-23T07:00:00.000Z"
RUN = Run(NOW, {"words": ("ACTIVE", "INACTIVE"), "count": 3, "tiny": 1e-8, "endless": float("inf")})
UNREAD = Unavailable(Why.UNREAD, "the details were denied")
BLIND = Unavailable(Why.BLIND_SPOT, "AWS gives no way to read this")

ROW: dict[str, Any] = {
    "status": "ACTIVE",
    "name": "crml-churn",
    "createTime": "2026-10-24T07:00:00.000Z",
    "updateTime": "2026-11-01T00:00:00.000Z",
    "trainedModelArn": "arn:aws:cleanrooms-ml:us-east-1:111122223333:membership/m/trained-model/t",
}
FAILED = {**ROW, "status": "CREATE_FAILED"}


def rule(test: str, mode: str = "require", when: str | None = None, run: Run = RUN) -> CheckedRule:
    """A rule of these texts."""
    return CheckedRule(mode, parse(test), None if when is None else parse(when), run)


def compiled(*rules: CheckedRule, kind: str = "version") -> Program:
    """The rules as a program."""
    return Program(rules, document_type(kind))


def judged(one: CheckedRule, *rows: Any, kind: str = "version") -> Tally:
    """What one rule says of some documents."""
    return compiled(one, kind=kind).judge(rows)[0]


def numbers(tally: Tally) -> tuple[int, int, list[int], list[int]]:
    """Applied, vacuous, failed and unknown."""
    return tally.applied, tally.vacuous, tally.failed, [each.row for each in tally.unknown]


@pytest.mark.parametrize(
    "test",
    [
        "status == 'ACTIVE'",
        "!contains(['CREATE_FAILED', 'DELETE_FAILED'], status)",
        "contains(param('words'), status) || ends_with(status, '_FAILED')",
        "age(createTime) <= duration('30d')",
        "duration('30d') > age(updateTime)",
        "updateTime >= createTime",
        "createTime < now()",
        "starts_with(name, 'crml-') && !contains(name, '_')",
        "matches(name, '^crml-[a-z]+$')",
        "length(name) > `3`",
        "description && versionIdentifier",
        "!incrementalTrainingDataChannels[0].versionIdentifier",
        "!(incrementalTrainingDataChannels[0].versionIdentifier)",
        "length(incrementalTrainingDataChannels || `[]`) <= param('count')",
        "versionIdentifier == `null` || description != 'x'",
        "(status == 'ACTIVE' && age(createTime) > duration('180d')) || !description",
    ],
)
def test_the_usual_shapes_run_in_the_loop(test: str) -> None:
    """What most rules are made of never takes the slow way, as a test or as a condition."""
    usual = test != "!incrementalTrainingDataChannels[0].versionIdentifier"
    assert compiled(rule(test)).fused(0) is usual
    assert compiled(rule("name == 'x'", "deny", test)).fused(0) is usual


@pytest.mark.parametrize(
    "test",
    [
        "length(description) > `3`",
        "age(createTime) == duration('30d')",
        "age(createTime) > param('tiny')",
        "age(createTime) > param('endless')",
        "age(createTime) > param('words')",
        "age(createTime) > param('missing')",
        "age(createTime) > duration('30x')",
        "status > `1`",
        "facts.isLatest",
        "details.kmsKeyArn",
        "unknownMember",
        "incrementalTrainingDataChannels[?versionIdentifier]",
        "no_such(name)",
        "matches(name, '(')",
        "@",
        "[status, name]",
    ],
)
def test_what_could_raise_or_has_no_column_runs_in_its_general_form(test: str) -> None:
    """The loop takes only what cannot go wrong in it."""
    assert not compiled(rule(test)).fused(0)


def test_rules_of_both_forms_keep_their_order() -> None:
    """Tallies come in the order of the rules, whichever way each of them ran."""
    rules = [rule("name"), rule("length(name) == length(status)"), rule("!name"), rule("facts")]
    program = compiled(*rules)
    assert [program.fused(number) for number in range(4)] == [True, False, True, False]
    assert [tally.failed for tally in program.judge([ROW, FAILED])] == [[], [0, 1], [0, 1], [0, 1]]


@pytest.mark.parametrize("text", ["`1` == `1`", "`[]`", "param('count') > `1`", "'a' < 'b'"])
@pytest.mark.parametrize("mode", ["require", "deny"])
def test_a_rule_that_reads_nothing_is_judged_all_the_same(text: str, mode: str) -> None:
    """The checker refuses it; if it ever gets here, no document is left out."""
    holds = text != "`[]`"
    tally = judged(rule(text, mode), ROW, ROW)
    assert tally.applied == 2
    assert tally.failed == ([0, 1] if holds == (mode == "deny") else [])


def test_batches_change_nothing() -> None:
    """Positions count through all batches, and one odd document spoils only its own batch."""
    rows = [FAILED if number % 3 == 0 else ROW for number in range(2 * BATCH + 5)]
    rows[BATCH + 1] = {**ROW, "status": None}
    tally = judged(rule("status == 'CREATE_FAILED'", "deny", "createTime < now()"), *rows)
    wanted = [number for number, row in enumerate(rows) if row["status"] == "CREATE_FAILED"]
    assert numbers(tally) == (len(rows), 1, wanted, [])
    assert tally.passed == len(rows) - len(wanted)


def test_no_documents_and_no_rules_are_fine() -> None:
    """Nothing is said of nothing."""
    assert compiled().judge([ROW]) == []
    assert compiled(rule("name"), rule("facts")).judge([]) == [Tally(), Tally()]


@pytest.mark.parametrize(
    ("test", "vacuous"),
    [
        ("!description", 1),
        ("!incrementalTrainingDataChannels", 1),
        ("!(incrementalTrainingDataChannels[0].modelName)", 1),
        ("length(incrementalTrainingDataChannels || `[]`) == `0`", 1),
        ("!description && !versionIdentifier", 1),
        ("!description && name", 0),
        ("status != 'CREATE_FAILED'", 0),
        ("!(incrementalTrainingDataChannels[?modelName == 'x'])", 1),
        ("length(versions || `[]`) == `0`", 1),
    ],
)
def test_a_pass_without_anything_to_look_at_is_vacuous(test: str, vacuous: int) -> None:
    """Everything that the rule read was absent, or a filter selected nothing."""
    assert numbers(judged(rule(test), ROW)) == (1, vacuous, [], [])


def test_a_member_that_is_never_absent_can_still_be_absent() -> None:
    """A document that is not as promised is vacuous by what it is, not by what was promised."""
    assert judged(rule("!name"), {**ROW, "name": None}).vacuous == 1
    assert judged(rule("!name", when="!name"), {**ROW, "name": None}, ROW).vacuous == 1


def test_looking_for_evidence_does_not_undo_a_pass() -> None:
    """What the rule never came to evaluate makes nothing unknown; it is no absence either."""
    test = "!description || incrementalTrainingDataChannels[?length(modelName) > `3`]"
    row = {**ROW, "incrementalTrainingDataChannels": [{}]}
    assert numbers(judged(rule(test), row)) == (1, 0, [], [])


@pytest.mark.parametrize("unread", [UNREAD, BLIND])
@pytest.mark.parametrize(
    "test",
    [
        "details.kmsKeyArn",
        "!details.kmsKeyArn",
        "!(details.kmsKeyArn)",
        "details.kmsKeyArn != 'x'",
        "status == 'ACTIVE' || details.kmsKeyArn",
        "details || status",
        "not_null(details, status)",
        "to_string(@)",
        "contains(to_string(@), 'x')",
        "length(values(@)) > `3`",
        "@ == @",
        "[details]",
        "@.*",
        "{a: details}.b",
        "@ | details.kmsKeyArn",
        "contains([@], @)",
        "unique([@, @])",
    ],
)
def test_what_was_not_read_makes_the_outcome_unknown(test: str, unread: Unavailable) -> None:
    """Whatever ``!``, ``||`` or a function would have made of the gap."""
    (unknown,) = judged(rule(test), {**ROW, "details": unread}).unknown
    assert (unknown.why, unknown.reason) == (unread.why, unread.reason)


@pytest.mark.parametrize("test", ["status", "length(@)", "keys(@)", "length(name) > `3`"])
def test_what_a_rule_does_not_need_may_be_unread(test: str) -> None:
    """A rule on list data alone is judged without details."""
    assert judged(rule(test), {**ROW, "details": UNREAD}).unknown == []


def test_members_of_a_list_are_unknown_only_where_they_are_needed() -> None:
    """A filter that never came to what was not read says what it says."""
    rows = [{**ROW, "details": UNREAD}, {**FAILED, "details": {"kmsKeyArn": "k"}}]
    test = "versions[?status == 'CREATE_FAILED' && details.kmsKeyArn]"
    assert judged(rule(test, "deny"), {"versions": rows}, kind="model").failed == [0]
    test = "versions[?status == 'ACTIVE' && details.kmsKeyArn]"
    (unknown,) = judged(rule(test, "deny"), {"versions": rows}, kind="model").unknown
    assert unknown.why is Why.UNREAD


@pytest.mark.parametrize(
    ("when", "applied", "unknown"),
    [
        ("details.x && status == 'ACTIVE'", 1, [0]),
        ("details.x && status == 'CREATE_FAILED'", 0, []),
        ("status == 'CREATE_FAILED' && details.x", 0, []),
        ("details.x || status == 'ACTIVE'", 1, [0]),
        ("!(details.x || status == 'ACTIVE')", 0, []),
        ("!(details.x && status == 'CREATE_FAILED')", 1, [0]),
        ("!details.x && name == 'other'", 0, []),
        ("length(description) > `1` && status == 'CREATE_FAILED'", 0, []),
        ("length(description) > `1`", 1, [0]),
        ("details", 1, [0]),
    ],
)
def test_a_condition_may_say_no_from_what_was_read(
    when: str, applied: int, unknown: list[int]
) -> None:
    """A part that cannot be evaluated is neither true nor false; only a certain no is a no."""
    tally = judged(rule("name", when=when), {**ROW, "details": UNREAD})
    assert (tally.applied, [each.row for each in tally.unknown]) == (applied, unknown)


def test_an_error_is_unknown_for_its_document_only() -> None:
    """The reason names types, never the value."""
    rows = [ROW, {**ROW, "description": 12345}, {**ROW, "description": "secret"}]
    tally = judged(rule("length(description) > `3`"), *rows)
    assert numbers(tally) == (3, 0, [], [0, 1])
    assert [each.reason for each in tally.unknown] == [
        "length() was given null as argument 1",
        "length() was given number as argument 1",
    ]
    assert {each.why for each in tally.unknown} == {Why.ERROR}


@pytest.mark.parametrize("moment", ["2026-02-30T00:00:00.000Z", "2026-10-24", "soon", "", None, 5])
def test_a_moment_that_is_none_is_unknown_and_never_a_pass(moment: Any) -> None:
    """The loop compares text; text that is no moment does not get that far."""
    rows = [ROW, {**ROW, "createTime": moment}, FAILED]
    program = compiled(rule("age(createTime) > duration('90d')", "deny"))
    assert program.fused(0)
    (tally,) = program.judge(rows)
    assert numbers(tally) == (3, 0, [], [1])
    assert "soon" not in tally.unknown[0].reason


def test_the_midnight_of_24_hours_is_left_to_the_general_form() -> None:
    """Python reads 24:00 from 3.14 on, and then as a moment whose text is another one."""
    row = {**ROW, "createTime": "2026-11-22T24:00:00.000Z"}
    (tally,) = compiled(rule("age(createTime) < duration('7h')")).judge([row])
    assert len(tally.failed) + len(tally.unknown) == 1


@pytest.mark.parametrize("kind", ["deep", "unread"])
def test_what_is_deep_in_a_column_is_unknown_too(kind: str) -> None:
    """The loop looks at the first level only; what it meets below does not end the run."""
    deep: Any = []
    for _ in range(5000):
        deep = [deep]
    inner = deep if kind == "deep" else UNREAD
    row = {**ROW, "incrementalTrainingDataChannels": [{"modelName": inner}, {"modelName": [inner]}]}
    channel = "incrementalTrainingDataChannels"
    test = f"{channel}[0].modelName == {channel}[1].modelName"
    program = compiled(rule("status", "deny"), rule(test))
    assert program.fused(1)
    first, second = program.judge([ROW, row])
    assert numbers(first) == (2, 0, [0, 1], [])
    assert numbers(second)[2:] == ([], [1])


def test_a_deep_document_is_unknown_in_a_condition_too() -> None:
    """Running out of stack is a reason, not the end of the run."""
    deep: Any = []
    for _ in range(5000):
        deep = [deep]
    (unknown,) = judged(rule("name", when="to_string(@)"), {**ROW, "x": deep}).unknown
    assert unknown.reason == "the document is nested too deeply"


@pytest.mark.parametrize(
    ("test", "chosen"),
    [
        ("versions[?status == 'CREATE_FAILED']", [FAILED]),
        ("versions[?status == 'INACTIVE']", []),
        ("name == 'other' && versions", []),
        ("sort_by(versions, &status)[1:]", [FAILED]),
        ("missing", []),
    ],
)
def test_what_deny_each_names_is_kept(test: str, chosen: list[Any]) -> None:
    """Each named version is a failure of its own; nothing named is a pass."""
    model = {"name": "m", "versions": [FAILED, ROW]}
    tally = judged(rule(test, "deny_each"), model, kind="model")
    assert tally.selected.get(0, []) == chosen
    assert tally.failed == ([0] if chosen else [])
    assert tally.unknown == []


@pytest.mark.parametrize(
    "test", ["latest", "name", "versions[*].status", "length(versions)", "`[1]`"]
)
def test_what_is_no_list_of_objects_is_not_taken_for_a_pass(test: str) -> None:
    """The checker refuses most of them; the others are unknown."""
    model = {"name": "m", "versions": [ROW], "latest": ROW}
    (unknown,) = judged(rule(test, "deny_each"), model, kind="model").unknown
    assert unknown.reason == "deny_each did not give a list of objects"


def test_the_code_of_a_rule_can_be_read() -> None:
    """Known members stand in it by name, everything else is named below."""
    program = compiled(
        rule("status == 'ACTIVE' && custom", "deny", "name"), rule("versions", "deny_each")
    )
    assert program.code(0).splitlines() == [
        "applies = lambda row: is_true(field(row, 'name'))",
        "deny = lambda row: ((field(row, 'status') == k1) and is_true(field(row, k2)))",
        "# k1 = 'ACTIVE'",
        "# k2 = 'custom'",
    ]
    assert program.code(1).splitlines()[0] == "deny_each = lambda row: field(row, k1)"


def test_rules_share_what_they_share() -> None:
    """A member is taken out of the rows once, and a test of the status is made once."""
    tests = ["status == 'ACTIVE' && name == 'a'", "status == 'ACTIVE' && name == 'b'"]
    source = compiled(*(rule(test) for test in tests)).source
    assert source.count("row['name']") == source.count("row['status']") == 1
    assert source.count("word == k1") == 1


def test_each_rule_has_the_parameters_of_its_own_policy() -> None:
    """Two policies may give one name two values."""
    rules = [rule("length(name) > param('count')", run=Run(NOW, {"count": n})) for n in (3, 30)]
    program = compiled(*rules)
    assert [program.fused(0), program.fused(1)] == [True, True]
    assert [tally.failed for tally in program.judge([ROW])] == [[], [0]]
