"""Requests for Security Hub, judged by AWS's own model and taken by moto's Security Hub."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from shutil import which
from typing import Any
from urllib.request import Request, urlopen

import boto3
import pytest
from botocore.config import Config
from msgspec.structs import replace

from auditor.model import Compared, Finding, Outcome, Past, Report, Severity, State, Verdict
from auditor.report.asff import asff
from auditor.report.hostile import visible
from tests.report import samples
from tests.report.hostile import hostile_findings, hostile_report
from tests.report.security_hub import errors

Asff = dict[str, Any]
OWN = "cleanrooms-ml-auditor"
RUN = samples.report(Verdict.NON_COMPLIANT, ())
LATER = replace(RUN, finished_at="2026-11-24T07:00:09.000Z")


def requests(report: Report, findings: list[Finding]) -> list[Any]:
    """The requests of a run, read again."""
    made: list[Any] = json.loads("".join(asff(report, findings)))
    return made


def one(finding: Finding, report: Report = RUN) -> Asff:
    """The only finding of the only request."""
    ((request,),) = [request["Findings"] for request in requests(report, [finding])]
    assert errors({"Findings": [request]}) == []
    found: Asff = request
    return found


def hostile() -> list[Asff]:
    """Every finding of the hostile run."""
    made = requests(hostile_report(), hostile_findings())
    return [finding for request in made for finding in request["Findings"]]


def test_every_request_is_valid() -> None:
    """With hostile texts, in every outcome and state."""
    made = requests(hostile_report(), hostile_findings())
    assert [errors(request) for request in made] == [[]] * len(made)
    assert len(hostile()) == len(hostile_findings()) + 2


def test_the_judge_sees_mistakes() -> None:
    """A finding that is wrong in one place is refused."""
    broken: list[Asff] = [deepcopy(one(samples.finding())) for _ in range(9)]
    del broken[0]["Title"]
    broken[1]["Verdict"] = "compliant"
    broken[2]["RecordState"] = "GONE"
    broken[3]["ProductFields"]["empty"] = ""
    broken[4]["Description"] = "x" * 1025
    broken[5]["AwsAccountId"] = "1"
    broken[6]["CreatedAt"] = "2027-01-01T00:00:00.000Z"
    broken[7]["UpdatedAt"] = "yesterday"
    broken[8]["Title"] = "two\nlines"
    assert all(errors({"Findings": [each]}) for each in broken)
    assert errors({"Findings": []})
    assert errors({"Findings": [one(samples.finding())] * 101})


def test_nothing_is_a_list_without_requests() -> None:
    """Security Hub takes no empty request."""
    assert requests(RUN, []) == []


def test_a_request_has_at_most_a_hundred_findings() -> None:
    """The next one has the rest, in their order."""
    findings = [replace(samples.finding(), id=f"{number:032x}") for number in range(201)]
    made = requests(RUN, findings)
    assert [len(request["Findings"]) for request in made] == [100, 100, 1]
    ids = [finding["Id"] for request in made for finding in request["Findings"]]
    assert ids == [f"{OWN}/{finding.id}" for finding in findings]


def test_a_request_is_of_one_account_and_region() -> None:
    """Security Hub refuses the findings of another account."""
    made = requests(hostile_report(), hostile_findings())
    for request in made:
        assert len({finding["ProductArn"] for finding in request["Findings"]}) == 1
        for finding in request["Findings"]:
            region = finding["Resources"][0]["Region"]
            account = finding["AwsAccountId"]
            assert finding["ProductArn"] == (
                f"arn:aws:securityhub:{region}:{account}:product/{account}/default"
            )
            assert f":{region}:{account}:" in finding["Resources"][0]["Id"]


def test_the_partition_is_that_of_the_resource() -> None:
    """In product and resource."""
    resource = samples.resource(version="BASE")
    there = replace(resource, arn=resource.arn.replace("arn:aws:", "arn:aws-cn:"))
    finding = one(replace(samples.finding(), resource=there))
    assert finding["ProductArn"].startswith("arn:aws-cn:securityhub:")
    assert finding["Resources"][0]["Partition"] == "aws-cn"
    unknown = replace(resource, arn=resource.arn.replace("arn:aws:", "arn:aws-new:"))
    assert "Partition" not in one(replace(samples.finding(), resource=unknown))["Resources"][0]


@pytest.mark.parametrize(
    ("outcome", "status"),
    [(Outcome.FAIL, "FAILED"), (Outcome.UNKNOWN, "WARNING"), (Outcome.WAIVED, "WARNING")],
)
def test_the_outcome_is_the_compliance_status(outcome: Outcome, status: str) -> None:
    """With the reason where there is one; nothing is ever PASSED."""
    finding = one(samples.finding(outcome=outcome, reason="denied"))
    assert finding["Compliance"]["Status"] == status
    assert finding["Compliance"]["StatusReasons"][0]["Description"] == "denied"
    assert finding["ProductFields"][f"{OWN}/outcome"] == outcome.value
    assert finding["RecordState"] == "ACTIVE"


def test_a_waived_finding_is_informational_and_not_suppressed() -> None:
    """Nothing is set that a later import could not take back."""
    waived = replace(samples.finding("CRML-007", Outcome.WAIVED), waiver={"owner": "ml-platform"})
    finding = one(waived)
    severity = {"Label": "INFORMATIONAL", "Original": "critical"}
    assert finding["FindingProviderFields"]["Severity"] == severity
    assert json.loads(finding["ProductFields"][f"{OWN}/waiver"]) == waived.waiver
    assert not {"Workflow", "Note", "VerificationState"} & finding.keys()


def test_severities_are_those_of_the_rule() -> None:
    """Each has its label."""
    labels = [
        one(replace(samples.finding(), severity=severity))["Severity"]["Label"]
        for severity in Severity
    ]
    assert labels == ["INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"]


def test_updated_at_advances_with_the_run() -> None:
    """Security Hub drops an update that is not newer."""
    first, second = one(samples.finding(), RUN), one(samples.finding(), LATER)
    assert first["Id"] == second["Id"]
    assert first["UpdatedAt"] < second["UpdatedAt"] == LATER.finished_at


def test_created_at_is_not_after_updated_at() -> None:
    """Also where the run judged as of a later moment."""
    ahead = replace(samples.finding(), evaluated_at="2030-01-01T00:00:00.000Z")
    finding = one(ahead)
    assert finding["CreatedAt"] == finding["LastObservedAt"] == RUN.finished_at


def test_what_is_gone_is_archived() -> None:
    """What is resolved, and not what was carried; never as PASSED."""
    report = hostile_report()
    assert report.compared is not None
    gone = [f"{OWN}/{past.finding.id}" for past in report.compared.past if not past.carried]
    archived = [finding for finding in hostile() if finding["RecordState"] == "ARCHIVED"]
    assert [finding["Id"] for finding in archived] == gone
    assert {finding["Compliance"]["Status"] for finding in archived} == {"NOT_AVAILABLE"}
    assert not any("Remediation" in finding for finding in archived)


def test_texts_are_seen_and_of_one_line() -> None:
    """What acts instead of being seen is written as escapes."""
    for finding, made in zip(hostile_findings(), hostile(), strict=False):
        other = made["Resources"][0]["Details"]["Other"]
        name = " ".join(finding.resource.name.split())
        assert other.get("Name", "") == visible(name)
        assert visible(made["Description"]) == made["Description"]


def test_long_texts_are_cut_to_their_limit() -> None:
    """Counted as UTF-16, of which an emoji takes two units."""
    for text in ("x" * 3000, "\U0001f600" * 3000, "\u5e83" * 3000, "\U0001f600\u5e83" * 1500):
        about = replace(samples.resource(version="BASE"), name=text, collaboration=text)
        made = one(replace(samples.finding(message=text, about=about, reason=text), title=text))
        assert made["Description"].endswith("\u2026")
        assert len(made["Description"]) >= 512
        assert made["Title"].endswith("\u2026")


def test_a_blank_message_gives_way_to_the_title() -> None:
    """Security Hub wants a description that says something."""
    made = one(replace(samples.finding(), message=" \n "))
    assert made["Description"] == samples.finding().title


@pytest.mark.parametrize("length", [100, 512, 513, 2048, 2049])
def test_a_command_is_whole_or_not_there(length: int) -> None:
    """Never without its end, which may say what is to be deleted."""
    prose = "Decide first.\n"
    command = "aws cleanroomsml delete --version-identifier ".ljust(length - len(prose), "7")
    made = one(replace(samples.finding(), remediation=prose + command))
    text = made["Remediation"]["Recommendation"]["Text"]
    whole = f"Decide first. {command}"
    if length <= 512:
        assert text == whole
    elif length <= 2048:
        assert text == f"Decide first. In full: product field {OWN}/remediation."
        assert made["ProductFields"][f"{OWN}/remediation"] == whole
    else:
        assert text == "See remediation in findings.jsonl."
        assert whole[:100] not in json.dumps(made)


def test_a_command_with_unseen_characters_is_not_there() -> None:
    """As escapes it would be another command."""
    made = one(replace(samples.finding(), remediation="aws delete --name '\x1b[2J'"))
    assert made["Remediation"]["Recommendation"]["Text"] == "See remediation in findings.jsonl."


def test_long_prose_gives_way_to_where_the_whole_is() -> None:
    """The first paragraph may be too long as well."""
    made = one(replace(samples.finding(), remediation="p" * 600))
    text = made["Remediation"]["Recommendation"]["Text"]
    assert text == f"In full: product field {OWN}/remediation."
    assert made["ProductFields"][f"{OWN}/remediation"] == "p" * 600


def test_what_was_observed_is_whole_or_said_to_be_elsewhere() -> None:
    """A piece of JSON would be none."""
    field = f"{OWN}/observed"
    finding = samples.finding()
    assert json.loads(one(finding)["ProductFields"][field]) == finding.observed
    long = one(replace(finding, observed={"name": "x" * 3000}))
    assert long["ProductFields"][field] == "too long for this field, see findings.jsonl"


def test_lines_stream() -> None:
    """A finding is there before the next but one was asked for."""
    asked = []

    def findings() -> Iterator[Finding]:
        for number in range(3):
            asked.append(number)
            yield samples.finding()

    lines = asff(RUN, findings())
    assert next(lines) == "[\n"
    assert next(lines) == '{"Findings":[\n'
    assert json.loads(next(lines))["Title"] == samples.finding().title
    assert asked == [0]


def test_lines_are_ascii() -> None:
    """Each with its newline."""
    for line in asff(hostile_report(), hostile_findings()):
        assert line.isascii()
        assert line[:-1].isprintable()
        assert line.endswith("\n")


class Hubs:
    """Security Hub in several regions, as moto serves it on loopback."""

    def __init__(self, url: str) -> None:
        self.url = url

    def client(self, region: str) -> Any:
        """A client of boto3, which checks what it sends on its own."""
        return boto3.client(
            "securityhub",
            region_name=region,
            endpoint_url=self.url,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
            config=Config(retries={"total_max_attempts": 1}),
        )

    def take(self, made: list[Any]) -> None:
        """Import every request where it belongs."""
        for request in made:
            region = request["Findings"][0]["Resources"][0]["Region"]
            answer = self.client(region).batch_import_findings(**request)
            assert answer["FailedCount"] == 0
            assert answer["SuccessCount"] == len(request["Findings"])

    def findings(self, region: str) -> dict[str, Asff]:
        """What a region has, by id."""
        pages = self.client(region).get_paginator("get_findings").paginate()
        found = [finding for page in pages for finding in page["Findings"]]
        assert len({finding["Id"] for finding in found}) == len(found)
        return {finding["Id"]: finding for finding in found}


@pytest.fixture
def hubs() -> Iterator[Hubs]:
    """An empty Security Hub in each region."""
    moto = pytest.importorskip("moto.server", reason="moto with its server is not installed")
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    urlopen(Request(f"{url}/moto-api/reset", method="POST")).close()  # moto keeps it for a process
    made = Hubs(url)
    for region in ("us-east-1", "eu-central-1"):
        made.client(region).enable_security_hub()
    yield made
    server.stop()


def test_security_hub_takes_the_hostile_run(hubs: Hubs) -> None:
    """All of it, each finding in the region of its resource."""
    hubs.take(requests(hostile_report(), hostile_findings()))
    for region in ("us-east-1", "eu-central-1"):
        here = {made["Id"]: made for made in hostile() if made["Resources"][0]["Region"] == region}
        there = hubs.findings(region)
        assert there.keys() == here.keys()
        assert all(there[name]["Description"] == here[name]["Description"] for name in here)


def test_the_next_run_updates_and_archives(hubs: Hubs) -> None:
    """Nothing is there twice, and what is gone is archived."""
    stays, goes = samples.finding("CRML-001"), replace(samples.finding("CRML-007"), id="9" * 32)
    hubs.take(requests(RUN, [stays, goes]))
    compared = Compared(RUN.run, "reports/latest", (Past(goes, carried=False),))
    hubs.take(requests(replace(LATER, compared=compared), [replace(stays, state=State.EXISTING)]))
    found = hubs.findings("us-east-1")
    states = {name: finding["RecordState"] for name, finding in found.items()}
    assert states == {f"{OWN}/{stays.id}": "ACTIVE", f"{OWN}/{goes.id}": "ARCHIVED"}
    assert {finding["UpdatedAt"] for finding in found.values()} == {LATER.finished_at}


@pytest.mark.skipif(not (which("aws") and which("jq")), reason="aws or jq is not installed")
def test_the_documented_commands_import_a_run(hubs: Hubs, tmp_path: Path) -> None:
    """As they stand in docs/formats-siem.md, with the command line of AWS."""
    page = Path(__file__).parents[2] / "docs/formats-siem.md"
    (commands,) = re.findall(r"```sh\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    text = "".join(asff(hostile_report(), hostile_findings()))
    (tmp_path / "findings.asff.json").write_text(text, "ascii")
    keys = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    done = subprocess.run(
        ["bash", "-euc", commands],
        cwd=tmp_path,
        env={**os.environ, **keys, "AWS_ENDPOINT_URL": hubs.url, "AWS_PAGER": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count('"refused": []') == 4
    there = [name for region in ("us-east-1", "eu-central-1") for name in hubs.findings(region)]
    assert sorted(there) == sorted(finding["Id"] for finding in hostile())
