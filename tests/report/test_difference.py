"""What differs between two runs, for people, for programs and for a pull request."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token
from msgspec.structs import replace

from auditor.model import Outcome
from auditor.report.difference import (
    EXAMPLES,
    Change,
    Changed,
    Difference,
    Side,
    difference_lines,
    difference_markdown,
    side,
)
from tests.report import samples
from tests.report.hostile import TEXTS
from tests.report.screens import rendered

BEFORE = Side("20261122T070000Z-000000", samples.NOW, "compliant", complete=True)
AFTER = Side("20261123T070000Z-000000", samples.NOW, "incomplete", complete=False)


def changed(change: Change, number: int = 1, was: Outcome | None = None) -> Changed:
    """A finding of a made-up version."""
    about = samples.resource(1, samples.version_id(number))
    return Changed(change, samples.finding(about=about, message=f"says {number}"), was)


def every() -> list[Changed]:
    """One of each change."""
    return [
        changed(change, number, None if change is Change.NEW else Outcome.WAIVED)
        for number, change in enumerate(Change, start=1)
    ]


def difference(*changes: Changed) -> Difference:
    """What differs."""
    return Difference(BEFORE, AFTER, changes)


def text(what: Difference) -> str:
    """The difference on a terminal, its lines joined."""
    return " ".join(rendered(what, 80).split())


def test_every_change_is_counted_and_explained() -> None:
    """What is unchanged is counted alone."""
    said = text(difference(*every()))
    assert "1 new, 1 reopened, 1 changed, 1 resolved, 1 carried and 1 unchanged." in said
    assert "Carried: 1" in said
    assert "not looked for: nobody knows" in said
    assert "waived before, fail now" in said
    assert "says 6" not in said


def test_many_changes_of_one_rule_are_a_few_examples_and_a_number() -> None:
    """However many there are."""
    many = [changed(Change.NEW, number) for number in range(1, 12)]
    said = text(difference(*many))
    assert sum(f"says {number}" in said.split("New: ")[1] for number in range(3, 12)) <= EXAMPLES
    assert "and 8 more" in said
    assert "and 8 more" in difference_markdown(difference(*many))


def test_the_worst_rule_comes_first() -> None:
    """Critical before low, whatever its id."""
    worse = Changed(Change.NEW, samples.finding("CRML-007"))
    said = text(difference(changed(Change.NEW), worse))
    assert said.index("CRML-007") < said.index("CRML-001")


def test_nothing_at_all_is_said_to_be_so() -> None:
    """An empty answer could be a broken one."""
    assert "Neither run has findings." in text(difference())
    assert "Neither run has findings." in difference_markdown(difference())


def test_the_difference_as_json_is_one_document() -> None:
    """What changed with both outcomes, and every count; what did not change is not listed."""
    said = json.loads("".join(difference_lines(BEFORE, AFTER, every())))
    assert said["schema"] == "auditor.diff/1"
    assert said["before"]["run"] == BEFORE.run
    assert said["after"] == {
        "run": AFTER.run,
        "now": AFTER.now,
        "verdict": "incomplete",
        "complete": False,
    }
    assert said["counts"] == dict.fromkeys((change.value for change in Change), 1)
    assert [each["change"] for each in said["changes"]] == [
        *("new", "reopened", "changed", "resolved", "carried"),
    ]
    assert said["changes"][1]["was"] == "waived"
    assert said["changes"][0]["finding"]["schema"] == "auditor.finding/1"


def test_no_change_is_a_sound_document_too() -> None:
    """The list is empty."""
    said = json.loads("".join(difference_lines(side("f.jsonl", None), AFTER, [])))
    assert said["changes"] == []
    assert said["before"] == {"run": "f.jsonl", "now": None, "verdict": None, "complete": None}


def tokens(parsed: list[Token]) -> Iterator[Token]:
    """Every token, those inside others too."""
    for token in parsed:
        yield token
        yield from tokens(token.children or [])


@pytest.mark.parametrize("hostile", TEXTS)
def test_what_another_company_wrote_is_only_shown(hostile: str) -> None:
    """In Markdown it makes no link, no picture, no HTML, no heading and no mention."""
    about = replace(samples.resource(1, samples.version_id(1)), name=hostile)
    finding = samples.finding(about=about, message=hostile or "-")
    said = difference_markdown(difference(Changed(Change.NEW, finding)))
    kinds = {token.type for token in tokens(MarkdownIt("gfm-like", {"linkify": False}).parse(said))}
    assert not {kind for kind in kinds if kind.startswith(("link", "image", "html", "table"))}
    assert sum(row.startswith("#") for row in said.splitlines()) == 1
    outside = [
        token.content
        for token in tokens(MarkdownIt().parse(said))
        if token.type == "text" and token.content
    ]
    assert not any("@" in each or "alert" in each for each in outside)


@pytest.mark.parametrize("hostile", TEXTS)
def test_a_terminal_is_not_moved_by_it(hostile: str) -> None:
    """No escape, no control, no mark that turns the line round."""
    about = replace(samples.resource(1, samples.version_id(1)), name=hostile)
    said = rendered(difference(Changed(Change.NEW, samples.finding(about=about))), 80)
    assert all(char.isprintable() or char == "\n" for char in said)
