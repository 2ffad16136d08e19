"""One pass over the findings, in memory that has a bound."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import permutations

from msgspec.structs import replace

from auditor.model import Finding, Outcome, Severity, State
from auditor.report.html.collect import Collected, collect
from tests.report import samples
from tests.report.crowd import crowd

_OUTCOMES = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.WAIVED)


def _made(severity: Severity, outcome: Outcome, number: int = 1) -> Finding:
    about = samples.resource(number, samples.version_id(number))
    made = samples.finding(outcome=outcome, about=about)
    return replace(made, severity=severity, id=f"{severity}-{outcome}-{number}")


def _ids(found: Collected) -> list[str]:
    return [finding.id for finding in found.kept]


def _worst_first(findings: Iterable[Finding]) -> list[str]:
    """The order that is wanted, computed from all of them at once."""
    ranked = sorted(findings, key=lambda one: (-one.severity.rank, _OUTCOMES.index(one.outcome)))
    return [finding.id for finding in ranked]


def test_all_are_kept_below_the_bound_and_the_worst_stand_first() -> None:
    """By severity, and within it failures, then what is unknown, then what is waived."""
    given = [_made(severity, outcome) for outcome in _OUTCOMES for severity in Severity]
    found = collect(given, 100)
    assert _ids(found) == _worst_first(given)
    assert found.total == len(given)


def test_the_worst_are_kept_in_whatever_order_they_come() -> None:
    """Nothing bad is given up for something that came earlier."""
    given = [
        _made(Severity.LOW, Outcome.FAIL),
        _made(Severity.CRITICAL, Outcome.WAIVED),
        _made(Severity.CRITICAL, Outcome.FAIL),
        _made(Severity.HIGH, Outcome.UNKNOWN),
        _made(Severity.INFO, Outcome.FAIL),
    ]
    for order in permutations(given):
        found = collect(order, 3)
        assert _ids(found) == _worst_first(given)[:3]
        assert found.total == len(given)


def test_of_equally_bad_ones_the_first_are_kept() -> None:
    """What is in the page does not depend on how many more there are."""
    given = [_made(Severity.LOW, Outcome.FAIL, number) for number in range(10)]
    assert _ids(collect(given, 4)) == [finding.id for finding in given[:4]]


def test_nothing_is_kept_where_the_bound_is_nothing() -> None:
    """Every finding is counted all the same."""
    found = collect(crowd(50), 0)
    assert found.kept == ()
    assert found.total == 50
    assert sum(model.total for model in found.models) == 50


def test_models_are_counted_whatever_is_kept() -> None:
    """The counts of a model are of all its findings."""
    found = collect(crowd(250), 7)
    assert len(found.kept) == 7
    assert sorted(model.total for model in found.models) == [50, 100, 100]
    assert sum(model.count(Outcome.FAIL) for model in found.models) == sum(
        finding.outcome is Outcome.FAIL for finding in crowd(250)
    )


def test_models_are_ordered_by_how_bad_they_are() -> None:
    """One critical failure is worse than many low ones."""
    low = [_made(Severity.LOW, Outcome.FAIL, 1)] * 5
    critical = [_made(Severity.CRITICAL, Outcome.FAIL, 2)]
    waived = [_made(Severity.CRITICAL, Outcome.WAIVED, 3)]
    found = collect([*waived, *low, *critical], 100)
    assert [model.arn for model in found.models] == [samples.model_arn(each) for each in (2, 1, 3)]


def test_versions_beyond_the_first_are_counted() -> None:
    """A model tells its first versions apart and says how many more have findings."""
    given = [
        samples.finding(rule, about=samples.resource(1, samples.version_id(number)))
        for number in range(30)
        for rule in ("CRML-001", "CRML-007")
    ]
    (model,) = collect(given, 100).models
    assert len(model.versions) + model.more == 30
    assert model.more == 10
    assert all(version.total == 2 for version in model.versions.values())


def test_marks_beyond_the_first_are_counted() -> None:
    """A version names its first rules and knows how many findings there are."""
    about = samples.resource(1, samples.version_id(1))
    (model,) = collect([samples.finding(about=about)] * 40, 100).models
    (version,) = model.versions.values()
    assert version.total == 40
    assert len(version.marks) < 40


def test_states_are_counted() -> None:
    """How many findings are new, existing, reopened and carried."""
    given = [replace(samples.finding(), state=state) for state in (*State, None, State.NEW)]
    assert collect(given, 1).states == {
        State.NEW: 2,
        State.EXISTING: 1,
        State.REOPENED: 1,
        State.CARRIED: 1,
    }
