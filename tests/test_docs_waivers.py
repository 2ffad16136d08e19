"""docs/waivers.md and docs/baseline.md: what they show is what the code knows."""

from __future__ import annotations

import re
from pathlib import Path

from auditor.model import State
from auditor.policy.load import load_policies, shipped
from auditor.policy.waiver import LONGEST, waivers_shape
from auditor.policy.waivers import load_waivers
from auditor.report.difference import Change
from auditor.report.document import WAIVERS
from tests.documented import page, rows

NOW = "2026-11-23T07:00:00.000Z"
WAIVERS_PAGE = page("waivers.md")
BASELINE_PAGE = page("baseline.md")


def words(cells: list[list[str]]) -> list[str]:
    """The words in the first cells of a table."""
    return [word for row in cells for word in re.findall(r"`([\w-]+)`", row[0])]


def test_the_file_that_is_shown_is_a_sound_one(tmp_path: Path) -> None:
    """Its rule is shipped, its resource an ARN, its dates within the bound."""
    (shown,) = re.findall(r"```yaml\n(.*?)```", WAIVERS_PAGE, re.DOTALL)
    path = tmp_path / "waivers.yaml"
    path.write_text(shown, "utf-8")
    rules = {rule.id: rule for policy in load_policies([shipped()]) for rule in policy.rules}
    assert len(load_waivers(path, rules, NOW).waivers) == 1


def test_every_key_and_every_status_is_explained() -> None:
    """In the tables of the page, and no others."""
    item = waivers_shape().keys["waivers"].shape.schema()["items"]
    assert sorted(words(rows(WAIVERS_PAGE, "Waivers"))) == sorted(item["properties"])
    assert sorted(words(rows(WAIVERS_PAGE, "When it holds"))) == sorted(WAIVERS)
    assert f"at most {LONGEST} days" in WAIVERS_PAGE


def test_every_state_and_every_change_is_explained() -> None:
    """Those of findings, and those of what did not come again."""
    states = {state.value for state in State}
    assert set(words(rows(BASELINE_PAGE, "Against a baseline"))) == states | {"resolved"}
    for change in Change:
        assert f"`{change}`" in BASELINE_PAGE
