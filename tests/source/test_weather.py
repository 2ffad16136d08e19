"""Bad weather between here and AWS: the same findings as in calm weather, byte for byte."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from msgspec.structs import replace

from auditor.cli.options import RunOptions
from auditor.cli.rules import Rules, rules_asked_for
from auditor.judge.judge import Judge
from auditor.model import Report, Severity, Verdict
from auditor.scan import Run, audit
from auditor.source import budget, client, session
from auditor.source.emulator.fault import Fault
from auditor.source.weather import ATTEMPTS
from tests.source.conftest import Serve
from tests.source.estates import NOW, OTHER_ACCOUNT, arns, estate, models, named, source

LIST = "ListTrainedModelVersions"
SAMPLE = estate(memberships=2, models=2, versions=260)
PAGES = 3 * 4

THROTTLE = Fault("throttle", every=3)
# Of one model only: credentials that no request has worked with are fetched anew no second time.
EXPIRED = Fault("expired", operation=LIST, model=arns(SAMPLE)[0], times=1)
STORM = (
    THROTTLE,
    Fault("error500", operation=LIST, times=1),
    Fault("error503", operation=LIST, times=1),
    Fault("reset", operation=LIST, page=2, times=1),
    Fault("cut", operation=LIST, page=2, times=1),
    Fault("torn", operation=LIST, page=2, times=1),
    Fault("html", operation=LIST, page=3, times=1),
    Fault("slow", operation=LIST, page=3, times=1, ms=500),
    Fault("invalid_token", operation=LIST, page=3, times=1),
    Fault("moved", operation=LIST, times=2),
    Fault("duplicates", operation=LIST),
)


@dataclass(frozen=True)
class Scanned:
    """What one scan gave: its findings as they are written, and its report."""

    findings: str
    report: Report


@pytest.fixture(scope="module")
def rules() -> Rules:
    """The shipped rules, at a fixed moment."""
    return rules_asked_for(RunOptions(), NOW)


def scanned(rules: Rules) -> Scanned:
    """A scan of the sample, in one go with its judging."""
    found: list[bytes] = []
    live = source(named(SAMPLE), hasty=True)
    run = Run("run", NOW, Severity.INFO, {}, ())
    report = audit(
        live, Judge(rules.ready), run, lambda _: None, lambda each: found.extend(each.lines)
    )
    return Scanned(b"".join(found).decode(), report)


@pytest.mark.parametrize(
    "faults",
    [
        pytest.param((THROTTLE,), id="429-on-every-third-request"),
        pytest.param((replace(THROTTLE, every=1, times=2, retry_after=1),), id="429-retry-after"),
        pytest.param((Fault("error500", every=3),), id="500"),
        pytest.param((Fault("error503", every=2),), id="503"),
        pytest.param((Fault("error503", every=3, retry_after=2),), id="503-retry-after"),
        pytest.param((Fault("reset", every=2),), id="connection-resets"),
        pytest.param((Fault("cut", every=3),), id="bodies-cut-off"),
        pytest.param((Fault("torn", every=3),), id="torn-bodies"),
        pytest.param((Fault("html", every=3),), id="pages-of-a-proxy"),
        pytest.param((Fault("slow", ms=60),), id="slow-answers"),
        pytest.param((Fault("slow", every=3, ms=500),), id="time-outs"),
        pytest.param((Fault("moved", operation=LIST, times=2),), id="rows-that-move"),
        pytest.param((Fault("duplicates", operation=LIST),), id="duplicated-rows"),
        pytest.param((Fault("empty_page", operation=LIST),), id="empty-pages"),
        pytest.param((Fault("invalid_token", operation=LIST, times=1),), id="invalid-token"),
        pytest.param((EXPIRED,), id="expired-credentials"),
        pytest.param(STORM, id="all-of-them"),
    ],
)
def test_bad_weather_gives_the_findings_of_calm_weather(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, rules: Rules, faults: tuple[Fault, ...]
) -> None:
    """Whole files are compared, and the run is as complete as in calm weather."""
    monkeypatch.setattr(session, "READ_TIMEOUT", 0.3)
    # Pauses are short here and answers are not: by this clock each takes twenty times as long.
    for module in (budget, client):
        monkeypatch.setattr(module, "PATIENCE", module.PATIENCE * 5)
    serve(SAMPLE, attempts=ATTEMPTS)
    calm = scanned(rules)
    server = serve(SAMPLE, *faults, attempts=ATTEMPTS)
    rough = scanned(rules)

    assert rough.report.coverage.unread == ()
    assert rough.findings == calm.findings
    assert len(calm.findings) > 10_000
    assert (rough.report.complete, rough.report.verdict) == (True, Verdict.NON_COMPLIANT)
    assert rough.report.coverage.api_calls == dict(sorted(server.calls.items()))
    if faults[0].do != "slow" or faults[0].every > 1:
        assert server.calls[LIST] > PAGES, "the weather was calm"


def test_what_stays_refused_is_unread_with_everything_that_is_known(
    serve: Serve, rules: Rules
) -> None:
    """Operation, code, request id, how often it was tried, and what to do; the rest is judged."""
    struck = arns(SAMPLE)[0]
    server = serve(SAMPLE, Fault("throttle", operation=LIST, model=struck), attempts=ATTEMPTS)
    report = scanned(rules).report

    (one,) = report.coverage.unread
    assert (one.place.arn, one.operation, one.code) == (struck, LIST, "ThrottlingException")
    assert one.attempts == ATTEMPTS
    assert one.request_id in {each.request.id for each in server.requests}
    assert "AWS_MAX_ATTEMPTS" in one.remedy
    assert server.calls[LIST] == ATTEMPTS + PAGES - 3
    assert not report.complete


def test_credentials_that_expire_are_fetched_anew_once(serve: Serve) -> None:
    """A role is assumed again, and the model is read on from the page where it stopped."""
    of = estate(models=1, versions=250)
    server = serve(
        replace(of, account=OTHER_ACCOUNT),
        Fault("expired", operation=LIST, page=2, times=1),
        attempts=ATTEMPTS,
    )
    role = "arn:aws:iam::111122223333:role/auditor"
    (record,) = models(source(named(of, role_arn=role), hasty=True).records())

    assert record.unread is None
    assert len(record.versions) == 250
    assert server.calls["AssumeRole"] == 2
    assert server.calls[LIST] == 4


def test_credentials_that_stay_expired_are_fetched_anew_no_second_time(serve: Serve) -> None:
    """Then they are what is wrong, and every model says so after one request."""
    server = serve(SAMPLE, Fault("expired", operation=LIST), attempts=ATTEMPTS)
    records = models(source(named(SAMPLE), concurrency=1, hasty=True).records())

    assert [each.unread and each.unread.code for each in records] == ["ExpiredTokenException"] * 4
    assert server.calls[LIST] == 4 + 1


def test_a_service_that_throttles_everything_is_given_up(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no storm of requests, and the scan comes to its end in bounded time."""
    monkeypatch.setattr(client, "PATIENCE", 60.0)
    monkeypatch.setattr(budget, "PATIENCE", 20.0)
    of = estate(models=40, versions=1)
    server = serve(of, Fault("throttle", operation=LIST), attempts=ATTEMPTS)
    records = models(source(named(of), concurrency=16, hasty=True).records())

    unread = [each.unread for each in records if each.unread]
    assert [each.code for each in unread] == ["ThrottlingException"] * 40
    assert server.calls[LIST] < 2 * 40
    assert sum(each.attempts == 0 for each in unread) >= 10
    assert all("not asked any more" in each.message for each in unread if each.attempts == 0)


def test_versions_that_change_meanwhile_are_read_again_if_that_is_wanted(serve: Serve) -> None:
    """With `--settle` a model is read until nothing in it is newer than the reading, thrice."""
    of = estate(models=2, versions=120)
    struck = arns(of)[0]
    later = {"updateTime": "2999-01-01T00:00:00.000Z"}
    changed = Fault("wrong_types", operation=LIST, model=struck, page=2, set=later)

    server = serve(of, changed)
    first, second = models(source(named(of)).records())
    assert server.calls[LIST] == 4
    assert (first.anomalies, second.anomalies) == ((), ())

    server = serve(of, changed)
    first, second = models(source(named(of), settle=True).records())
    assert server.calls[LIST] == 8
    assert [each.code for each in first.anomalies] == ["StillChanging"]
    assert (first.unread, second.anomalies) == (None, ())
