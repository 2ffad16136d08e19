"""The live source: real boto3 over loopback HTTP."""

from __future__ import annotations

import threading
import time
from itertools import pairwise

import pytest
from msgspec.structs import replace

from auditor import service
from auditor.errors import SourceError
from auditor.model import BASE
from auditor.source.emulator.estate import version_of
from auditor.source.emulator.fault import Fault
from auditor.source.plan import Membership, Progress, Target
from auditor.source.rows import cleaned, identity
from tests.source.conftest import Logs, Serve
from tests.source.estates import NOW, arns, codes, estate, models, named, source, unread

LIST = "ListTrainedModelVersions"


def test_four_models_of_260_versions_take_twelve_list_calls(serve: Serve) -> None:
    """A hundred rows a page, and not one request more than needed."""
    of = estate(memberships=2, models=2, versions=260)
    server = serve(of)
    live = source(named(of))
    records = list(live.records())

    assert server.calls == {"GetCallerIdentity": 1, LIST: 12}
    assert live.api_calls == server.calls
    assert [len(each.versions) for each in models(records)] == [260] * 4
    assert set(codes(records).values()) == {None}
    assert not live.interrupted


def test_every_row_of_the_service_is_there_in_its_one_form(serve: Serve) -> None:
    """Nothing is lost, nothing is added."""
    of = estate(memberships=2, models=2, versions=120)
    serve(of)
    served = {
        model.arn: {version_of(row): dict(cleaned(dict(row), {})) for row in model.rows}
        for membership in of.memberships
        for model in membership.models
    }
    read = {
        record.place.arn: {identity(row): row for row in record.versions}
        for record in models(source(named(of)).records())
    }
    assert read == served


def test_the_status_filter_is_never_used(serve: Serve) -> None:
    """It would hide rows and falsify counts."""
    of = estate(models=1, versions=120)
    server = serve(of)
    list(source(named(of)).records())
    asked = [each.request.target for each in server.requests if each.operation == LIST]
    assert len(asked) == 2
    assert all("status=" not in target and "maxResults=100" in target for target in asked)


def test_records_come_in_the_order_of_arns_and_versions_in_that_of_identities(
    serve: Serve,
) -> None:
    """However many are read at once, and however late each answer is."""
    of = estate(memberships=3, models=4, versions=5)
    slow = Fault("slow", operation=LIST, model=arns(of)[0], ms=80)
    serve(of, slow)
    once = list(source(named(of), concurrency=1).records())
    many = list(source(named(of), concurrency=6).records())

    assert [each.place.arn for each in models(many)] == arns(of)
    for record in models(many):
        names = [identity(row) for row in record.versions]
        assert names == sorted(names)
        assert BASE in names
    assert [replace(each, started_at="", finished_at="") for each in models(once)] == [
        replace(each, started_at="", finished_at="") for each in models(many)
    ]


def test_a_record_says_where_and_when_it_was_read(serve: Serve) -> None:
    """Each model is a snapshot of its own, between two moments of the wall clock."""
    of = estate(models=1)
    serve(of)
    (record,) = models(source(named(of)).records())
    place = record.place
    assert (place.target, place.account, place.region) == ("ads-prod", of.account, "us-east-1")
    assert place.membership == of.memberships[0].id
    assert len(record.started_at) == len(NOW)
    assert record.started_at <= record.finished_at


def test_the_header_says_what_reads(serve: Serve) -> None:
    """The run's moment, its targets, and the versions of the tools."""
    live = source(Target("b", "us-east-1"), Target("a", "eu-west-1"))
    assert (live.header.now, live.header.started_at) == (NOW, NOW)
    assert live.header.targets == ("b", "a")
    assert sorted(live.header.tool) == ["auditor", "botocore", "python"]
    assert live.api_calls == {}


def test_requests_say_who_sends_them(serve: Serve) -> None:
    """AWS's own logs show this tool by its user agent."""
    of = estate(models=1)
    server = serve(of)
    list(source(named(of)).records())
    agents = {name.lower(): value for name, value in _headers(server.requests[-1].request)}
    assert "auditor/" in agents["user-agent"]


def _headers(request: object) -> list[tuple[str, str]]:
    headers = getattr(request, "headers")  # noqa: B009  # the endpoint's own form
    return list(headers.items() if hasattr(headers, "items") else headers)


def test_a_model_in_two_targets_is_read_once(serve: Serve) -> None:
    """A model counts once, also when it is named twice."""
    of = estate(models=2)
    server = serve(of)
    again = replace(named(of), name="ads-again")
    records = list(source(named(of), again).records())
    assert [each.place.arn for each in models(records)] == arns(of)
    assert server.calls[LIST] == 2


def test_a_model_that_one_of_two_targets_can_read_is_read(serve: Serve) -> None:
    """A target that is refused hides no model from another one."""
    of = estate(models=2)
    serve(of)
    refused = replace(named(of), name="a-stranger", account="999999999999")
    records = list(source(refused, named(of)).records())
    assert [each.code for each in unread(records)] == ["WrongAccount"]
    assert codes(records) == dict.fromkeys(arns(of))


def test_progress_goes_up_to_everything(serve: Serve) -> None:
    """The listener learns of models, versions and pages, in sums that only grow."""
    of = estate(memberships=2, models=2, versions=120)
    serve(of)
    told: list[Progress] = []
    list(source(named(of), progress=told.append).records())
    assert told[-1] == Progress(models_total=4, models_done=4, versions=480, pages=8)
    assert all(
        one.pages <= two.pages and one.models_done <= two.models_done for one, two in pairwise(told)
    )


def test_an_old_boto3_is_refused_before_any_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would drop members without a word."""
    monkeypatch.setattr(service, "botocore_version", lambda: "1.43.12")
    with pytest.raises(SourceError) as caught:
        source(Target("a", "us-east-1"))
    assert "1.43.12" in caught.value.message
    assert caught.value.hint == "pip install 'boto3>=1.43.13'"


@pytest.mark.parametrize("version", ["1.43.13", "1.43.117", "1.44.0", "2.0"])
def test_the_floor_and_what_stands_above_it_will_do(
    monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    """Versions are compared as numbers."""
    monkeypatch.setattr(service, "botocore_version", lambda: version)
    assert source(Target("a", "us-east-1")).header.tool["botocore"] == version


@pytest.mark.parametrize("change", ["region", "membership", "arn"])
def test_a_model_outside_its_target_is_refused_before_any_call(change: str) -> None:
    """The configuration says so first; here it is the last line of defence."""
    of = estate(models=1)
    target = named(of)
    (arn,) = arns(of)
    if change == "region":
        target = replace(target, region="eu-west-1")
    elif change == "membership":
        other = "00000000-0000-0000-0000-000000000000"
        target = replace(target, memberships=(Membership(other, (arn,)),))
    else:
        target = replace(target, memberships=(Membership("m", ("arn:aws:s3:::x",)),))
    with pytest.raises(SourceError, match="ads-prod"):
        source(target)


def test_logs_name_the_request_and_hold_no_row(serve: Serve, logs: Logs) -> None:
    """Each page and each unread is an event; what rows say is not for logs."""
    of = estate(models=2, versions=120)
    struck = arns(of)[0]
    serve(of, Fault("denied", operation=LIST, model=struck))
    list(source(named(of)).records())

    pages = [event for event in logs if event["event"] == "page read"]
    assert [(event["log_level"], event["page"], event["rows"]) for event in pages] == [
        ("debug", 1, 100),
        ("debug", 2, 20),
    ]
    assert all(event["request_id"] for event in pages)
    (warning,) = [event for event in logs if event["event"] == "unread"]
    assert warning["log_level"] == "warning"
    assert (warning["arn"], warning["code"]) == (struck, "AccessDeniedException")
    assert warning["request_id"]
    assert of.memberships[0].models[0].rows[0]["name"] not in str(logs)


def test_a_stop_ends_the_records_soon(serve: Serve) -> None:
    """No further request is sent, and the source says that it was interrupted."""
    of = estate(models=8, versions=300)
    server = serve(of, latency_ms=30)
    live = source(named(of), concurrency=2)
    records = live.records()
    next(records)
    live.stop()
    sent = server.calls[LIST]
    began = time.monotonic()
    rest = list(records)

    assert time.monotonic() - began < 2
    assert live.interrupted
    assert len(rest) < 7
    assert server.calls[LIST] <= sent + 2
    assert {each.unread.code for each in models(rest) if each.unread} <= {"Interrupted"}


def test_a_stop_during_a_request_that_hangs_does_not_wait_for_it(serve: Serve) -> None:
    """Whoever presses Ctrl-C is not kept waiting by the service."""
    of = estate(models=1)
    server = serve(of, Fault("slow", operation=LIST, ms=5000))
    live = source(named(of))
    stopped_at: list[float] = []

    def stop_in_the_middle() -> None:
        while not server.calls.get(LIST):
            time.sleep(0.01)
        stopped_at.append(time.monotonic())
        live.stop()

    threading.Thread(target=stop_in_the_middle, daemon=True).start()
    records = list(live.records())

    assert time.monotonic() - stopped_at[0] < 2
    assert records == []
    assert live.interrupted


def test_a_stop_before_the_first_request_sends_none(serve: Serve) -> None:
    """Nothing is read, and nothing looks as if it had been."""
    of = estate(models=1)
    server = serve(of)
    live = source(named(of))
    live.stop()
    assert list(live.records()) == []
    assert live.interrupted
    assert server.calls == {}


def test_a_stop_after_the_last_record_interrupts_nothing(serve: Serve) -> None:
    """What was read to its end is whole."""
    of = estate(models=1)
    serve(of)
    live = source(named(of))
    records = list(live.records())
    live.stop()
    assert set(codes(records).values()) == {None}
    assert not live.interrupted


def test_whoever_takes_no_more_records_ends_the_requests(serve: Serve) -> None:
    """An exception in the flow leaves no thread that goes on reading."""
    of = estate(models=8, versions=300)
    server = serve(of, latency_ms=20)
    live = source(named(of), concurrency=2)
    for _ in live.records():
        break
    sent = server.calls[LIST]
    time.sleep(0.2)
    assert server.calls[LIST] <= sent + 2
    assert live.interrupted
