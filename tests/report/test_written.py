"""Where a rule is written, as readers in CI want it."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
from msgspec.structs import replace

from auditor.model import Compared, Past, Verdict
from auditor.report.written import Spot, carried, known_rules, spot
from tests.report import samples


@pytest.mark.parametrize(
    ("path", "said", "uri"),
    [
        ("policies/own.yaml", "policies/own.yaml", "policies/own.yaml"),
        ("policies\\own.yaml", "policies/own.yaml", "policies/own.yaml"),
        ("shipped:baseline.yaml", "auditor/policies/baseline.yaml", None),
        ("", "auditor/policies/baseline.yaml", None),
        (
            "../a b/h\u00f6chst [1].yaml",
            "../a b/h\u00f6chst [1].yaml",
            "../a%20b/h%C3%B6chst%20%5B1%5D.yaml",
        ),
        ("/etc/own.yaml", "/etc/own.yaml", "file:///etc/own.yaml"),
        ("c:own#1?.yaml", "c:own#1?.yaml", "c%3Aown%231%3F.yaml"),
    ],
)
def test_a_rule_s_file_has_slashes_and_a_uri(path: str, said: str, uri: str | None) -> None:
    """A policy that comes with the tool stands in a folder of the tool's name."""
    found = spot(replace(samples.count("CRML-001"), path=path, line=7))
    assert found == Spot(said, 7)
    assert found.uri == (uri or said)
    assert unquote(urlsplit(found.uri).path) == said


def test_a_line_that_is_not_known_is_the_first() -> None:
    """Readers count from one."""
    assert spot(samples.count("CRML-001")).line == 1


def test_a_rule_that_only_the_baseline_knows_is_known() -> None:
    """Its title, severity and controls come from the finding that is carried."""
    past = (
        Past(samples.finding("CRML-016"), carried=True),
        Past(samples.finding("CRML-007"), carried=False),
    )
    run = replace(
        samples.report(Verdict.COMPLIANT, (samples.count("CRML-001"),)),
        compared=Compared("before", "", past),
    )
    rules = known_rules(run)
    assert list(rules) == ["CRML-001", "CRML-016"]
    assert rules["CRML-001"] is run.rules[0]
    assert rules["CRML-016"].title == "Algorithm association is approved"
    assert [one.rule for one in carried(run)] == ["CRML-016"]


def test_without_a_baseline_nothing_is_carried() -> None:
    """There is nothing to be told of again."""
    assert list(carried(samples.compliant()[0])) == []
