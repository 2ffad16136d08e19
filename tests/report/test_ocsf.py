"""OCSF events, judged by the schemas of OCSF."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy

import pytest
from msgspec.structs import replace

from auditor.model import Finding, Outcome, Report, State, Verdict
from auditor.report.formats import FORMATS
from auditor.report.ocsf import VERSIONS, ocsf
from tests.report import samples
from tests.report.hostile import hostile_findings, hostile_report
from tests.report.open_schema import Event, errors


def read(report: Report, findings: list[Finding], version: str = "1.6.0") -> list[Event]:
    """The events of a run, read again."""
    return [json.loads(line) for line in ocsf(report, findings, version)]


def one(finding: Finding) -> Event:
    """The event of one finding."""
    (event,) = read(samples.report(Verdict.NON_COMPLIANT, ()), [finding])
    return event


@pytest.mark.parametrize("version", VERSIONS)
def test_every_event_is_valid(version: str) -> None:
    """With hostile texts, in every outcome and state, in every version."""
    events = read(hostile_report(), hostile_findings(), version)
    assert len(events) == len(hostile_findings()) + 2
    assert [errors(event) for event in events] == [[]] * len(events)
    assert {event["metadata"]["version"] for event in events} == {version}


def test_the_judge_sees_mistakes() -> None:
    """An event that is wrong in one place is refused."""
    event = one(samples.finding())
    broken: list[Event] = [deepcopy(event) for _ in range(7)]
    del broken[0]["metadata"]["product"]
    del broken[1]["cloud"]
    broken[2]["verdict"] = "compliant"
    broken[3]["type_uid"] = 200303
    broken[4]["severity"] = "Fatal"
    broken[5]["time"] //= 1000
    broken[6]["resources"][0] = {"type": "trained model"}
    assert errors(event) == []
    assert all(errors(each) for each in broken)


def test_versions_differ_in_their_number_only() -> None:
    """One event is valid in all of them."""
    made = [read(hostile_report(), hostile_findings(), version) for version in VERSIONS]
    for events in made:
        for event in events:
            del event["metadata"]["version"]
    assert all(events == made[0] for events in made)


def test_an_unknown_version_is_refused_at_once() -> None:
    """Before the first event, with the versions that there are."""
    with pytest.raises(ValueError, match=r"2\.0\.0 is not written; take one of 1\.3\.0"):
        ocsf(hostile_report(), [], "2.0.0")


def test_the_default_is_the_version_of_security_hub() -> None:
    """Version 1.6.0, also from the table of formats."""
    run = samples.report(Verdict.NON_COMPLIANT, ())
    (line,) = FORMATS["ocsf"].lines(run, [samples.finding()])
    assert json.loads(line)["metadata"]["version"] == "1.6.0"


@pytest.mark.parametrize(
    ("state", "activity_id"),
    [(None, 1), (State.NEW, 1), (State.REOPENED, 1), (State.EXISTING, 2), (State.CARRIED, 2)],
)
def test_the_state_is_the_activity(state: State | None, activity_id: int) -> None:
    """New and reopened findings are created, the others updated."""
    assert one(replace(samples.finding(), state=state))["activity_id"] == activity_id


def test_a_fail_is_a_new_failure() -> None:
    """Compliance status 3 and event status 1."""
    event = one(samples.finding())
    assert (event["compliance"]["status_id"], event["status_id"]) == (3, 1)
    assert event["status_code"] == "fail"


def test_an_unknown_is_a_warning_with_its_reason() -> None:
    """Compliance status 2: no result, for want of information."""
    event = one(samples.finding(outcome=Outcome.UNKNOWN, reason="its versions were not all read"))
    assert event["compliance"]["status_id"] == 2
    assert event["compliance"]["status_detail"] == "its versions were not all read"
    assert event["status_detail"] == "its versions were not all read"
    assert event["status_code"] == "unknown"


def test_a_waived_finding_is_suppressed() -> None:
    """With its waiver, and still as what it is."""
    waived = replace(samples.finding(outcome=Outcome.WAIVED), waiver={"owner": "ml-platform"})
    event = one(waived)
    assert (event["status_id"], event["compliance"]["status_id"]) == (3, 3)
    assert event["unmapped"]["waiver"] == {"owner": "ml-platform"}
    unknown = one(replace(waived, reason="denied"))
    assert (unknown["status_id"], unknown["compliance"]["status_id"]) == (3, 2)


def test_what_is_gone_is_closed_and_never_passed() -> None:
    """A Close event for what is resolved; none for what was carried."""
    report = hostile_report()
    assert report.compared is not None
    closed = [event for event in read(report, hostile_findings()) if event["activity_id"] == 3]
    gone = [past.finding.id for past in report.compared.past if not past.carried]
    assert [event["finding_info"]["uid"] for event in closed] == gone
    assert {event["status_id"] for event in closed} == {4}
    assert {event["compliance"]["status_id"] for event in closed} == {99}
    assert not any("remediation" in event for event in closed)


def test_nothing_is_ever_a_pass() -> None:
    """A finding is never good news."""
    events = read(hostile_report(), hostile_findings())
    assert 1 not in {event["compliance"]["status_id"] for event in events}


def test_every_text_comes_back() -> None:
    """Exactly, but for lone surrogates, which no strict reader takes."""
    for finding, event in zip(
        hostile_findings(), read(hostile_report(), hostile_findings()), strict=False
    ):
        resource = event["resources"][0]
        expected = (finding.resource.name, finding.message, finding.remediation)
        found = (resource["name"], event["message"], event["remediation"]["desc"])
        assert found == tuple(map(as_read, expected))
        assert event["finding_info"]["uid"] == finding.id
        assert (resource["uid"], resource.get("version")) == (
            finding.resource.arn,
            finding.resource.version,
        )


def as_read(text: str) -> str:
    """The text as a strict reader has it."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def test_events_are_lines_of_ascii() -> None:
    """Whatever the texts are."""
    for line in ocsf(hostile_report(), hostile_findings()):
        assert line.isascii()
        assert line[:-1].isprintable()
        assert line.endswith("\n")


def test_events_stream() -> None:
    """An event is there before the next finding was asked for."""
    asked = []

    def findings() -> Iterator[Finding]:
        for finding in hostile_findings():
            asked.append(finding.id)
            yield finding

    next(ocsf(hostile_report(), findings()))
    assert len(asked) == 1


def test_a_rule_without_controls_has_its_policy_as_standard() -> None:
    """OCSF 1.3 wants one."""
    event = one(replace(samples.finding(), controls={}, rationale="", remediation=""))
    assert event["compliance"]["standards"] == ["baseline"]
    assert errors(event) == []
