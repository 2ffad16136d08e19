"""Workflow commands, read as the runner of GitHub Actions reads them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.model import Compared, Finding, Outcome, Past, Report, Severity, Verdict, WaiverUsed
from auditor.report.github import MOST, workflow_commands
from tests.report import npm, samples
from tests.report.hostile import hostile_findings, hostile_report


@dataclass(frozen=True)
class Command:
    """What the runner makes of one line."""

    name: str
    properties: dict[str, str]
    data: str


def _unescaped(text: str, escapes: Iterable[tuple[str, str]]) -> str:
    for escape, char in escapes:
        text = text.replace(escape, char)
    return text


_DATA = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
_PROPERTY = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))


def _parsed(line: str) -> Command:
    """A command: ``::name key=value,…::data``. A property ends at a comma, all at two colons."""
    assert line.startswith("::")
    head, separator, data = line[2:].partition("::")
    assert separator
    name, _, rest = head.partition(" ")
    pairs = (pair.partition("=") for pair in filter(None, rest.split(",")))
    properties = {key: _unescaped(value, _PROPERTY) for key, _, value in pairs}
    return Command(name, properties, _unescaped(data, _DATA))


def _commands(report: Report, findings: Iterable[Finding] = ()) -> list[Command]:
    text = "".join(workflow_commands(report, findings))
    assert text.endswith("\n")
    return [_parsed(line) for line in text[:-1].split("\n")]


def _run(*rules: Any, **said: Any) -> Report:
    placed = (replace(rule, path="policies/own.yaml", line=n) for n, rule in enumerate(rules, 3))
    return replace(samples.report(Verdict.NON_COMPLIANT, tuple(placed)), **said)


def test_a_rule_that_fails_is_an_error_on_its_line() -> None:
    """The verdict first, then the rule with its first failures."""
    findings = [
        samples.finding(message=f"no. {n}", about=samples.resource(1, samples.version_id(n)))
        for n in range(1, 21)
    ]
    verdict, failed = _commands(_run(samples.count("CRML-001", fail=20)), findings)
    assert verdict == Command("error", {"title": "NON-COMPLIANT"}, "20 failures of 1 rule: 20 low.")
    assert failed.name == "error"
    assert failed.properties == {
        "file": "policies/own.yaml",
        "line": "3",
        "title": "CRML-001 Failed versions are cleaned up",
    }
    short = "\N{HORIZONTAL ELLIPSIS}"
    assert failed.data.split("\n") == [
        "20 failures of severity low",
        *(
            f"- churn-predictor 00000001{short} version 0{n}0{n}0{n}0{n}{short}: no. {n}"
            for n in (1, 2, 3)
        ),
        "... and 17 more",
    ]


def test_a_compliant_run_is_one_notice() -> None:
    """Nothing to look at, and that is said."""
    run = replace(samples.compliant()[0], rules=(samples.count("CRML-001", substantive=3),))
    (command,) = _commands(run)
    assert (command.name, command.properties) == ("notice", {"title": "COMPLIANT"})


def test_an_incomplete_run_is_an_error_with_everything_that_is_missing() -> None:
    """What was not read stands in groups, and so do rules that could not judge."""
    run, _ = samples.incomplete()
    commands = _commands(run)
    assert (commands[0].name, commands[0].properties["title"]) == ("error", "INCOMPLETE")
    titles = [command.properties["title"] for command in commands[1:]]
    assert titles == [
        "Not read: AccessDeniedException on ListTrainedModelVersions: 4 models",
        "Not read: TornPage on ListTrainedModelVersions: 1 model",
        "Not read: ExpiredTokenException on ListTrainedModels: 1 membership",
        "CRML-016 Algorithm association is approved",
    ]
    assert {command.name for command in commands[1:]} == {"warning"}
    assert samples.model_arn(3)[-36:] in commands[1].data
    assert "... and 1 more" in commands[1].data
    assert "To do: allow cleanrooms-ml:ListTrainedModelVersions" in commands[1].data


def test_the_worst_rules_come_first_and_those_that_do_not_decide_warn() -> None:
    """A failure below the bound is no error of the job, and neither is one of the baseline."""
    run = _run(
        samples.count("CRML-001", fail=1, fresh=1),
        samples.count("CRML-002", fail=1, fresh=1),
        samples.count("CRML-007", fail=1),
        fail_on=Severity.MEDIUM,
        fail_on_new=True,
    )
    levels = [(each.name, each.properties.get("title", "")[:8]) for each in _commands(run)[1:]]
    assert levels == [("error", "CRML-002"), ("warning", "CRML-007"), ("warning", "CRML-001")]


def test_no_more_than_github_shows_and_the_last_says_what_is_left_out() -> None:
    """Ten of a kind, the verdict among them."""
    rules = [
        replace(samples.count("CRML-001", fail=n), rule=f"OWN-{n:03}", severity=Severity.HIGH)
        for n in range(1, 15)
    ]
    commands = _commands(_run(*rules))
    assert len(commands) == MOST
    assert commands[-1].properties["title"] == "and 6 more, because GitHub shows 10 of a kind"
    assert commands[-1].data.split("\n") == [
        "Left out:",
        *(f"OWN-{n:03} ({n} failures)" for n in range(9, 15)),
    ]


def test_as_many_as_github_shows_are_all_there() -> None:
    """Ten need no word about others."""
    rules = [replace(samples.count("CRML-001", fail=1), rule=f"OWN-{n:03}") for n in range(9)]
    commands = _commands(_run(*rules))
    assert len(commands) == MOST
    assert commands[-1].properties["title"].startswith("OWN-008")


def test_blind_spots_alone_are_no_warning() -> None:
    """Nobody could have read them."""
    run = _run(samples.count("CRML-028", unknown=2, blind=2), verdict=Verdict.COMPLIANT)
    assert len(_commands(run)) == 1


@pytest.mark.parametrize(
    ("status", "level"), [("expired", "warning"), ("lapsed", "warning"), ("expiring", "notice")]
)
def test_a_waiver_that_does_not_hold_is_told(status: str, level: str) -> None:
    """With the rule, the model and the owner."""
    waiver = WaiverUsed("CRML-001", "arn:x", "*", "moving", "ml", "2026-11-30", status, detail="d")
    told = _commands(_run(samples.count("CRML-001"), waivers=(waiver,)))[-1]
    assert (told.name, told.properties["title"]) == (level, f"A waiver is {status}")
    assert told.data == "CRML-001 on arn:x every version\nd\nowner: ml"


def test_waivers_that_hold_are_not_told() -> None:
    """There is nothing to do about them."""
    waiver = WaiverUsed("CRML-001", "arn:x", "*", "moving", "ml", "2026-11-30", "used")
    assert len(_commands(_run(samples.count("CRML-001"), waivers=(waiver,)))) == 1


def test_findings_that_nobody_looked_for_are_counted() -> None:
    """They are neither there nor gone."""
    past = (Past(samples.finding(), carried=True), Past(samples.finding(), carried=False))
    told = _commands(_run(samples.count("CRML-001"), compared=Compared("b", "", past)))[-1]
    assert told.data == "1 finding of the baseline: nobody looked this time"


def test_no_hostile_text_is_a_command() -> None:
    """One line a command, three names, four properties; whatever a model is called."""
    for run, findings in (
        (hostile_report(), hostile_findings()),
        (samples.hostile()[0], [samples.finding(message=text) for text in samples.HOSTILE]),
    ):
        commands = _commands(run, findings)
        assert {command.name for command in commands} <= {"error", "warning", "notice"}
        for command in commands:
            assert set(command.properties) in ({"title"}, {"file", "line", "title"})
            assert command.properties["title"].isprintable()
            assert all(line.isprintable() for line in command.data.split("\n"))


_ISSUE = """
const lines = [];
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = (line) => lines.push(line);
const { issueCommand } = require("@actions/core/lib/command");
for (const each of JSON.parse(require("fs").readFileSync(0, "utf8"))) issueCommand(...each);
write(JSON.stringify(lines.join("")));
"""


def test_github_s_own_toolkit_writes_the_same(pytestconfig: pytest.Config) -> None:
    """Given what the runner reads of our commands, it issues them byte for byte."""
    text = "".join(workflow_commands(hostile_report(), hostile_findings()))
    read = [_parsed(line) for line in text[:-1].split("\n")]
    asked = json.dumps([[each.name, each.properties, each.data] for each in read])
    folder = npm.folder(pytestconfig, "@actions/core", "1.11.1")
    assert npm.run(folder, _ISSUE, asked) == text


def test_percent_signs_and_colons_come_back() -> None:
    """What is escaped is what was written."""
    rule = replace(samples.count("CRML-001", fail=1), title="50 %: a, b %0A")
    found = samples.finding(message="100 % %0A :: done")
    failed = _commands(_run(rule), [found])[1]
    assert failed.properties["title"] == "CRML-001 50 %: a, b %0A"
    assert failed.data.endswith(": 100 % %0A :: done")


def test_what_is_waived_is_not_told() -> None:
    """Only what somebody must look at."""
    run = _run(samples.count("CRML-001", waived=1))
    assert len(_commands(run, [samples.finding(outcome=Outcome.WAIVED)])) == 1
