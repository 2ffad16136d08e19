"""docs/problems.md: every code has its part, and what the part shows is true."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.config import load_config
from auditor.errors import InvalidInput
from auditor.expression import codes as expressions
from auditor.policy import codes as files
from auditor.policy.check import MESSAGES, NEVER_ALLOWED, policy_problems
from auditor.policy.load import load_policies, load_policy, shipped
from auditor.policy.params import resolve_params
from auditor.policy.rule import EXAMPLE_NOW
from auditor.policy.waivers import load_waivers
from tests.documented import Part, page, parts

PAGE = page("problems.md")
PARTS = parts(PAGE)
SENTENCES = {**files.CODES, **expressions.CODES, **MESSAGES}

RULE = """\
version: 1
policy: own
title: Our own rules
params:
  longest: {{type: duration, default: 30d}}
  most: {{type: integer, default: 3}}
  word: {{type: string, default: x}}
rules:
  - id: OWN-001
    title: A rule
    severity: low
{rule}
"""


def codes(text: str, folder: Path, *, strict: bool) -> set[str]:
    """The codes of the problems of a block: a policy, auditor.yaml, waivers, or keys of a rule."""
    whole = text.startswith("version: 1\n") or "policy: own" in text
    if not whole:
        kind = "" if text.startswith("kind:") else "kind: version\n"
        lines = "".join(f"    {line}\n" for line in (kind + text).splitlines())
        text = RULE.format(rule=lines)
    path = folder / "file.yaml"
    path.write_text(text, "utf-8")
    try:
        if "\ntargets:" in text:
            load_config(path)
        elif "\nwaivers:" in text:
            rules = {rule.id: rule for each in load_policies([shipped()]) for rule in each.rules}
            load_waivers(path, rules, EXAMPLE_NOW)
        else:
            policy = load_policy(path)
            params = resolve_params([policy])
            found = {each.code for each in policy_problems(policy, params, shipped=strict)}
            return found if whole else found - {"unused-param"}
    except InvalidInput as error:
        return {each.code for each in error.problems}
    return set()


def test_every_code_has_one_part() -> None:
    """The headings are the codes, so that a problem's link leads to its part."""
    assert sorted(part.code for part in PARTS) == sorted(SENTENCES)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.code)
def test_a_part_says_what_to_avoid_what_to_prefer_and_why(part: Part) -> None:
    """It opens with the sentence of the table, and has its three words in this order."""
    assert part.text.startswith(f"\n\n{SENTENCES[part.code]}\n")
    places = [part.text.index(f"\n**{word}**") for word in ("Avoid", "Prefer", "Why")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "part", [part for part in PARTS if part.blocks], ids=lambda part: part.code
)
def test_what_to_avoid_is_refused_and_what_to_prefer_is_not(part: Part, tmp_path: Path) -> None:
    """The first block has this problem and no other, the second has none."""
    strict = part.code == "missing-example"
    assert codes(part.blocks["Avoid"], tmp_path, strict=strict) == {part.code}
    assert codes(part.blocks["Prefer"], tmp_path, strict=strict) == set()


def test_most_parts_show_their_problem() -> None:
    """Only what no file of a few lines can show is told in words alone."""
    assert len([part for part in PARTS if part.blocks]) > 0.8 * len(PARTS)


def test_the_codes_that_cannot_be_let_through_are_named() -> None:
    """Before the parts, all of them."""
    opening = PAGE.split("\n## ")[0]
    assert all(f"`{code}`" in opening for code in NEVER_ALLOWED)
