"""CEF events, read by a parser that knows the format and not the writer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from auditor.model import Finding, Outcome, Severity, Verdict
from auditor.report.cef import cef
from auditor.report.hostile import visible
from tests.report import npm, samples
from tests.report.hostile import hostile_findings, hostile_report

HEADER = ("version", "vendor", "product", "device_version", "class", "name", "severity")
PARSE = """
const parse = require("nsyslog-parser");
const lines = JSON.parse(require("fs").readFileSync(0, "utf-8"));
console.log(JSON.stringify(lines.map(line => [parse(line).cef, parse(line).fields])));
"""


def parsed(line: str) -> dict[str, str]:
    """An event as its header's fields and its extension's, without escapes."""
    assert line.endswith("\n")
    *header, extension = _split(line[:-1])
    event = dict(zip(HEADER, (_plain(field, r"|\\") for field in header), strict=True))
    starts = list(re.finditer(r"(?:^| )(\w+)=", extension))
    for start, end in zip(starts, [*starts[1:], None], strict=True):
        value = extension[start.end() : end.start() if end else len(extension)]
        assert start[1] not in event
        event[start[1]] = _plain(value, r"=\\")
    return event


def _split(line: str) -> list[str]:
    """The seven fields of the header and the extension, at the pipes that are not escaped."""
    fields = [""]
    characters = iter(line)
    for character in characters:
        if len(fields) > len(HEADER):
            fields[-1] += character
        elif character == "\\":
            fields[-1] += character + next(characters)
        elif character == "|":
            fields.append("")
        else:
            fields[-1] += character
    return fields


def _plain(text: str, special: str) -> str:
    """The text without escapes; nothing else may be escaped, and nothing special may not be."""
    assert re.fullmatch(rf"(?:[^{special}]|\\[{special}])*", text), text
    return re.sub(r"\\(.)", r"\1", text)


def events() -> list[dict[str, str]]:
    """The events of the hostile run."""
    return [parsed(line) for line in cef(hostile_report(), hostile_findings())]


def one(finding: Finding) -> dict[str, str]:
    """The event of one finding."""
    (line,) = cef(samples.report(Verdict.NON_COMPLIANT, ()), [finding])
    return parsed(line)


def test_every_event_is_one_line_in_which_all_is_seen() -> None:
    """Whatever the texts are, no event can end another one or act on a terminal."""
    lines = list(cef(hostile_report(), hostile_findings()))
    assert len(lines) == len(hostile_findings()) + 2
    for line in lines:
        assert line.endswith("\n")
        assert visible(line[:-1]) == line[:-1]
        assert line.encode()


def test_the_texts_come_back() -> None:
    """Of every hostile finding, with what is not seen as escapes."""
    for finding, event in zip(hostile_findings(), events(), strict=False):
        assert event["externalId"] == finding.id
        assert event["msg"] == visible(finding.message, 1023).strip(" ")
        assert event.get("cs3", "") == visible(finding.resource.name).strip(" ")
        assert event.get("reason", "") == visible(finding.reason or "").strip(" ")
        assert event["cs1"] == finding.resource.arn
        assert event.get("cs2") == finding.resource.version
        assert event["outcome"] == finding.outcome.value


def test_no_text_makes_a_field() -> None:
    """A name such as ``act=allowed`` stays a name."""
    known = {"rt", "act", "outcome", "cat", "externalId", "msg", "reason"}
    custom = {f"cs{number}" for number in range(1, 7)} | {"flexString1", "flexString2"}
    labels = {f"{name}Label" for name in custom}
    for event in events():
        assert set(event) <= {*HEADER, *known, *custom, *labels}
        assert {f"{name}Label" for name in custom & set(event)} == labels & set(event)


def test_another_parser_finds_the_same_header(request: pytest.FixtureRequest) -> None:
    """One from npm, which agrees on where header and fields are.

    NOTE: It cuts a value at an escaped ``=``, so only fields without one are compared.
    """
    lines = [line[:-1] for line in cef(hostile_report(), hostile_findings())]
    where = npm.folder(request.config, "nsyslog-parser", "0.10.1")
    for (header, fields), event in zip(
        npm.run(where, PARSE, json.dumps(lines)), events(), strict=True
    ):
        assert header["version"] == event["version"]
        assert header["deviceEventClassID"] == event["class"]
        assert header["name"] == event["name"]
        assert header["severity"] == event["severity"]
        for name in ("rt", "act", "outcome", "cat", "externalId", "cs1", "cs1Label", "flexString2"):
            assert fields[name] == event[name]


@pytest.mark.parametrize(
    ("severity", "number"),
    [
        (Severity.INFO, "1"),
        (Severity.LOW, "3"),
        (Severity.MEDIUM, "5"),
        (Severity.HIGH, "8"),
        (Severity.CRITICAL, "10"),
    ],
)
def test_severities_are_numbers(severity: Severity, number: str) -> None:
    """On CEF's scale of 0 to 10, each in the range of the same name."""
    assert one(replace(samples.finding(), severity=severity))["severity"] == number


def test_a_header_takes_pipes_and_backslashes() -> None:
    """In the title of a rule, and in its id."""
    event = one(replace(samples.finding(), title="a|b\\|c\\", rule="X|1\\"))
    assert (event["name"], event["class"]) == ("a|b\\|c\\", "X|1\\")


def test_the_moment_is_in_milliseconds() -> None:
    """As `rt` wants it."""
    assert one(samples.finding())["rt"] == "1795417200000"


def test_what_was_observed_is_whole_or_not_there() -> None:
    """A piece of JSON would be none."""
    assert json.loads(one(samples.finding())["cs5"]) == samples.finding().observed
    long = replace(samples.finding(), observed={"name": "x" * 5000})
    assert "cs5" not in one(long)
    assert "cs5Label" not in one(long)


def test_what_is_gone_is_closed() -> None:
    """One event for each finding that is resolved since the baseline."""
    report = hostile_report()
    assert report.compared is not None
    gone = [past.finding.id for past in report.compared.past if not past.carried]
    closed = [event for event in events() if event["act"] == "close"]
    assert [event["externalId"] for event in closed] == gone
    assert {event["outcome"] for event in closed} == {"resolved"}


def test_findings_of_one_rule_keep_their_own_outcome() -> None:
    """What is written once for a rule is not taken from another finding."""
    made = [samples.finding(outcome=outcome) for outcome in (Outcome.FAIL, Outcome.UNKNOWN)]
    lines = cef(samples.report(Verdict.NON_COMPLIANT, ()), [*made, *made])
    found = [parsed(line)["outcome"] for line in lines]
    assert found == ["fail", "unknown", "fail", "unknown"]


def test_many_rules_do_not_stay_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Heads are forgotten and written again."""
    monkeypatch.setattr("auditor.report.cef._MANY", 3)
    made = [replace(samples.finding(), rule=f"R-{number}") for number in range(10)]
    lines = cef(samples.report(Verdict.NON_COMPLIANT, ()), made)
    assert [parsed(line)["class"] for line in lines] == [finding.rule for finding in made]


def test_events_stream() -> None:
    """An event is there before the next finding was asked for."""
    asked = []

    def findings() -> Iterator[Finding]:
        for finding in hostile_findings():
            asked.append(finding.id)
            yield finding

    next(cef(hostile_report(), findings()))
    assert len(asked) == 1
