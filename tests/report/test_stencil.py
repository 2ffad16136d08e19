"""JSON that is encoded once and filled in is the JSON that would be encoded each time."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from auditor.model import Finding, Outcome
from auditor.report.encoding import line
from auditor.report.stencil import Stencils, Texts, as_text, well_formed
from tests.report import samples
from tests.report.hostile import TEXTS, hostile_findings

_TEXT = st.text(st.characters(exclude_categories=()))


def described(finding: Finding, _texts: Texts) -> dict[str, Any]:
    """Every text of a finding somewhere in a value, some of them twice."""
    resource = finding.resource
    value: dict[str, Any] = {
        "id": finding.id,
        "rule": {"title": finding.title, "percent": "100% %s %(id)s"},
        "where": [resource.account, resource.region, {"arn": resource.arn}],
        "names": [resource.name, resource.name, resource.membership, resource.collaboration],
        "version": resource.version,
        "said": {"message": finding.message, "observed": finding.observed},
        "waiver": finding.waiver,
        "again": finding.id,
    }
    if finding.reason:
        value["reason"] = finding.reason
    if finding.remediation:
        value["remediation"] = finding.remediation
    return value


def test_what_is_filled_in_is_what_would_be_encoded() -> None:
    """For findings of every shape, with hostile texts, in any order."""
    stencils = Stencils(described)
    for finding in hostile_findings() * 2:
        assert stencils.line(finding) == well_formed(line(described(finding, {})))


def test_a_text_that_is_there_once_and_missing_once_makes_two_shapes() -> None:
    """What ``build`` leaves out for an empty text is left out for that finding only."""
    stencils = Stencils(described)
    with_reason = samples.finding(outcome=Outcome.UNKNOWN, reason="denied")
    without = replace(with_reason, reason=None, remediation="")
    for finding, there in ((with_reason, True), (without, False), (with_reason, True)):
        read = json.loads(stencils.line(finding))
        assert ("reason" in read, "remediation" in read) == (there, there)


@pytest.mark.parametrize("change", [str.upper, "a {}".format, lambda text: text[:20]])
def test_a_text_that_build_changes_is_refused(change: Callable[[str], str]) -> None:
    """Otherwise every finding of the shape would have the same text."""
    stencils = Stencils(lambda finding, _texts: {"name": change(finding.resource.name)})
    with pytest.raises(ValueError, match="changed where only its place is known"):
        stencils.line(samples.finding())


def test_many_shapes_do_not_stay_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run with very many rules forgets shapes, and its text stays right."""
    monkeypatch.setattr("auditor.report.stencil._MANY", 3)
    stencils = Stencils(described)
    findings = [replace(samples.finding(), rule=f"R-{number}") for number in range(10)]
    assert all(json.loads(stencils.line(finding))["id"] for finding in findings)
    assert len(stencils._known) <= 3


def test_observed_values_can_be_written_as_text() -> None:
    """``encode`` decides how what was observed is written."""
    finding = samples.finding()
    read = json.loads(Stencils(described, encode=as_text).line(finding))
    assert json.loads(read["said"]["observed"]) == finding.observed


@given(st.lists(_TEXT, min_size=3, max_size=3))
def test_no_text_is_taken_for_a_part_of_another(texts: list[str]) -> None:
    """Quotes, commas and backslashes do not move what stands between two texts."""
    message, name, remediation = texts
    about = replace(samples.resource(), name=name)
    finding = replace(samples.finding(message=message, about=about), remediation=remediation)
    whole = line(described(finding, {}))
    assert Stencils(described).line(finding) == well_formed(whole)


@pytest.mark.parametrize("text", ['a",', '","', 'a\\","b', "\\", '\\"', ',"', '"', "\x7f"])
def test_texts_that_look_like_the_space_between_texts(text: str) -> None:
    """In each place, and beside each other."""
    about = replace(samples.resource(), name=text)
    finding = replace(samples.finding(message=text, about=about, reason=text), remediation=text)
    assert Stencils(described).line(finding) == line(described(finding, {}))


@given(_TEXT)
def test_only_lone_surrogates_are_replaced(text: str) -> None:
    """Everything else comes back as it was."""
    read = json.loads(well_formed(line([text])))[0]
    assert read == text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


@pytest.mark.parametrize("text", TEXTS)
def test_text_in_json_in_json_is_not_touched(text: str) -> None:
    """An escape that is itself written as text has no surrogate in it."""
    inner = line([text])
    assert json.loads(well_formed(line([inner]))) == [inner]
