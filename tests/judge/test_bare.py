"""Rules that are judged on bare rows give the very findings that they give on whole documents."""

from __future__ import annotations

import pytest

from auditor.expression.syntax import parse
from auditor.judge.bare import _reads_rows, rows_are_enough
from auditor.judge.facts import identity
from auditor.judge.judge import Judge
from auditor.model import ModelRecord, Place
from auditor.policy.check import ReadyRule
from tests.language.test_rules import sound_program
from tests.source.estates import estate

RULES = [rule for kind in ("version", "model") for rule in sound_program(kind)[0]]
BARE = [rule for rule in RULES if rows_are_enough([rule])]


def records() -> list[ModelRecord]:
    """Models with versions of all statuses, incremental ones and hostile ones."""
    return [
        ModelRecord(
            Place("ads-prod", "111122223333", "us-east-1", membership.id, model.arn),
            tuple(sorted(model.rows, key=identity)),
        )
        for membership in estate(memberships=1, models=2, versions=120).memberships
        for model in membership.models
    ]


def test_many_rules_need_no_more_than_rows() -> None:
    """And many do, so that both ways are used."""
    assert len(BARE) >= 40
    assert len(RULES) - len(BARE) >= 40


@pytest.mark.parametrize("rule", BARE, ids=lambda rule: rule.rule.id)
def test_the_findings_are_those_of_whole_documents(rule: ReadyRule) -> None:
    """Facts that nobody reads change nothing."""
    quick, whole = Judge([rule]), Judge([rule])
    whole._bare = False
    for record in records():
        assert quick.findings(record) == whole.findings(record)
    assert quick.counts == whole.counts


@pytest.mark.parametrize(
    "text",
    [
        "facts.isLatest",
        "details",
        "latest",
        "latest.status",
        "versions[?facts.isBase]",
        "versions[0] | keys(@)",
        "to_string(@)",
        "@",
        "values(@)",
        "versions[*].*",
        "length(versions[0])",
        "{a: @}",
        "type(@)",
    ],
)
def test_what_could_show_more_than_a_row_is_not_judged_on_rows(text: str) -> None:
    """Whatever names what is computed, or a document as a whole."""
    assert not _reads_rows(parse(text))
