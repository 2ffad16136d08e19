"""Models read in a process beside this one: the same records, whatever happens to it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from time import monotonic, sleep

import pytest
from msgspec.structs import replace

from auditor.cli.options import RunOptions
from auditor.cli.rules import rules_asked_for
from auditor.judge.wanted import DetailsWanted
from auditor.model import ModelRecord
from auditor.source.aws import AwsSource
from auditor.source.emulator.fault import Fault
from auditor.source.executor.process import ReadingProcesses
from auditor.source.executor.serving import Leave, Start, serve
from auditor.source.executor.wire import Wire, ends
from auditor.source.plan import Manner, Progress, Target
from auditor.source.reading import Errand
from auditor.source.weather import ATTEMPTS
from tests.source.conftest import Serve
from tests.source.estates import NOW, OTHER_ACCOUNT, arns, estate, models, named, source

LIST = "ListTrainedModelVersions"
DETAILS = Path(__file__).parents[3] / "policies/optional/details.yaml"


class Kept:
    """Makes processes, so many if it is said, and keeps them for a look at them."""

    def __init__(self, count: int | None = None) -> None:
        self._count = count
        self._made: list[ReadingProcesses] = []

    def __call__(self, errand: Errand, targets: Sequence[Target]) -> ReadingProcesses:
        """Some more."""
        self._made.append(ReadingProcesses(errand, targets, self._count))
        return self._made[-1]

    @property
    def pids(self) -> list[int]:
        """The ids of those that are alive."""
        return [pid for made in self._made for pid in made.pids]


def timeless(record: ModelRecord) -> ModelRecord:
    """A record without what differs from scan to scan: times, and the ids of requests."""
    members = {name: getattr(record, name) for name in ModelRecord.__struct_fields__}
    unread = record.unread and replace(record.unread, request_id=None)
    return replace(ModelRecord(**members), unread=unread, started_at="", finished_at="")


def test_the_records_are_those_of_threads(serve: Serve) -> None:
    """Models, refusals, requests and progress are the same, in the same order."""
    of = estate(memberships=2, models=3, versions=120)
    struck = Fault("denied", operation=LIST, model=arns(of)[1])
    told: list[Progress] = []
    serve(of, struck)
    here = source(named(of))
    expected = list(map(timeless, models(here.records())))
    server = serve(of, struck)
    there = source(named(of), executor=ReadingProcesses, progress=told.append)

    assert list(map(timeless, models(there.records()))) == expected
    assert [record.unread is not None for record in expected].count(True) == 1
    assert there.api_calls == here.api_calls == dict(sorted(server.calls.items()))
    assert (told[-1].models_total, told[-1].models_done, told[-1].versions) == (6, 6, 600)
    assert not there.interrupted


def test_details_are_read_there_too(serve: Serve) -> None:
    """The rules that want them, and why some cannot be had, survive the way."""
    of = estate(models=2, versions=4)
    serve(of)
    rules = rules_asked_for(RunOptions(policies=(DETAILS,)), NOW).ready
    records = [
        list(map(timeless, models(each.records())))
        for each in (
            source(named(of), wanted=DetailsWanted(rules)),
            source(named(of), wanted=DetailsWanted(rules), executor=ReadingProcesses),
        )
    ]

    assert records[0] == records[1]
    assert any("details" in row for record in records[0] for row in record.versions)
    assert any(record.blind_spots for record in records[0])


def test_what_a_lost_process_had_still_to_read_is_unread(serve: Serve) -> None:
    """Every model is there, and the run is incomplete."""
    of = estate(models=20, versions=1)
    serve(of, Fault("slow", operation=LIST, ms=100))
    process = Kept()
    records = source(named(of), executor=process, concurrency=1).records()
    first = next(records)
    os.kill(process.pids[0], signal.SIGKILL)
    rest = models(records)

    assert [first.place.arn, *(each.place.arn for each in rest)] == arns(of)
    lost = [each.unread for each in rest if each.unread]
    assert {each.code for each in lost} == {"ReaderEnded"}
    assert len(lost) > 10
    assert "code -9" in lost[0].message


@pytest.mark.parametrize("place", [0, 1])
def test_of_two_processes_one_can_be_lost(serve: Serve, place: int) -> None:
    """Only what it had been asked for is unread; the other one reads on."""
    of = estate(models=40, versions=1)
    serve(of, Fault("slow", operation=LIST, ms=100))
    process = Kept(2)
    records = source(named(of), executor=process, concurrency=2).records()
    first = next(records)
    os.kill(process.pids[place], signal.SIGKILL)
    rest = models(records)

    assert [first.place.arn, *(each.place.arn for each in rest)] == arns(of)
    lost = [each.unread for each in rest if each.unread]
    assert {each.code for each in lost} == {"ReaderEnded"}
    assert 1 <= len(lost) <= 4
    assert process.pids == []


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault("throttle", operation=LIST, every=3), id="limited"),
        pytest.param(Fault("error500", operation=LIST, every=3), id="failing"),
    ],
)
def test_in_bad_weather_one_process_reads_everything(serve: Serve, fault: Fault) -> None:
    """Budgets are not shared by processes: so one leaves, and what it had begun is read again."""
    of = estate(memberships=2, models=10, versions=250)
    serve(of)
    expected = list(map(timeless, models(source(named(of)).records())))
    server = serve(of, fault, attempts=ATTEMPTS)
    process = Kept(2)
    records = source(named(of), executor=process, concurrency=4).records()
    found, left = [], []
    for record in records:
        found.append(timeless(record)) if isinstance(record, ModelRecord) else None
        left.append(len(process.pids))

    assert found == expected
    assert left[-1] == 1
    assert server.calls[LIST] > 20 * 3


def test_a_process_that_leaves_before_it_was_asked_says_so() -> None:
    """Otherwise what it is asked for in that moment would be lost, and not read by another."""
    mine, theirs = ends()
    start = Start(Errand(Manner(2)), (), helper=True)
    process = get_context("spawn").Process(target=serve, args=(theirs, start), daemon=True)
    process.start()
    theirs.close()
    wire = Wire(mine)
    wire.say(Leave())
    words: list[object] = []
    with suppress(EOFError):
        while True:
            words.append(wire.hear())
    process.join()
    wire.close()
    assert words[-1] == Leave()


def test_a_named_rate_is_kept_by_one_process(serve: Serve) -> None:
    """There is no other one."""
    of = estate(models=6, versions=1)
    serve(of)
    process = Kept(2)
    live = AwsSource([named(of)], NOW, NOW, Manner(4, max_rate=10), executor=process)
    assert len(process.pids) == 1
    began = monotonic()
    records = models(live.records())

    assert [each.unread for each in records] == [None] * 6
    assert monotonic() - began >= 0.5


@pytest.mark.skipif(sys.platform != "linux", reason="the system does not say where one may run")
def test_each_process_has_a_core_of_its_own_where_there_are_two(serve: Serve) -> None:
    """Its threads take turns, and wake each other faster on one."""
    serve(estate())
    mine = os.sched_getaffinity(0)
    if len(mine) < 2:
        pytest.skip("there is one core")
    process = Kept(2)
    try:
        two = set(sorted(mine)[:2])
        os.sched_setaffinity(0, two)
        records = source(named(estate()), executor=process).records()
        next(records)
        until = monotonic() + 20
        theirs = [two]
        # One that nobody asked for anything may still have to import everything.
        while max(map(len, theirs)) > 1 and monotonic() < until:
            theirs = [os.sched_getaffinity(pid) for pid in process.pids]
            sleep(0.05)
    finally:
        os.sched_setaffinity(0, mine)
    assert sorted(map(len, theirs)) == [1, 1]
    assert set.union(*theirs) == two


@pytest.mark.skipif(sys.platform != "linux", reason="the system does not say where one may run")
def test_no_process_is_bound_to_a_core_where_there_are_more(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system knows better which of them has nothing to do."""
    serve(estate())
    mine = os.sched_getaffinity(0)
    process = Kept(2)
    with monkeypatch.context() as more:
        more.setattr(os, "sched_getaffinity", lambda _pid: {0, 1, 2})
        records = source(named(estate()), executor=process).records()
    next(records)
    assert [os.sched_getaffinity(pid) for pid in process.pids] == [mine, mine]


def test_a_stop_is_heard_there(serve: Serve) -> None:
    """The records end within two seconds, and nothing more is asked."""
    of = estate(models=50, versions=1)
    server = serve(of, Fault("slow", operation=LIST, ms=200))
    live = source(named(of), executor=ReadingProcesses, concurrency=1)
    records = live.records()
    next(records)
    stopped_at = monotonic()
    live.stop()
    rest = list(records)

    assert monotonic() - stopped_at < 2
    assert len(rest) < 49
    assert live.interrupted
    assert server.calls[LIST] < 10


def test_an_error_of_ours_ends_the_run_with_its_trace(serve: Serve) -> None:
    """What went wrong there is told here."""
    of = estate(models=1)
    serve(of)
    live = source(named(of), wanted=Unwilling(), executor=ReadingProcesses)

    with pytest.raises(RuntimeError, match="in the process that reads: ZeroDivisionError") as error:
        list(live.records())
    assert "reading.py" in error.value.__notes__[0]
    assert live.interrupted


class Unwilling:
    """Wants no details, and cannot say so."""

    def __call__(self, record: ModelRecord) -> frozenset[str]:
        """Never comes to an answer."""
        return frozenset([str(len(record.versions) // 0)])


def test_a_process_that_nobody_asks_ends_with_the_run(serve: Serve) -> None:
    """Where nothing is to be read it is closed like any other."""
    of = replace(estate(models=1), account=OTHER_ACCOUNT)
    serve(of, Fault("denied", operation="GetCallerIdentity"))
    process = Kept()
    live = AwsSource([named(of)], NOW, NOW, Manner(2), executor=process)

    assert [each.unread is not None for each in models(live.records())] == [True]
    assert process.pids == []
