"""Values that are made quickly are the values that their class makes."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, replace

import pytest

from auditor.judge.making import maker
from auditor.model import Finding, Outcome, Resource, Severity

RESOURCE = {
    "kind": "version",
    "arn": "arn",
    "version": None,
    "name": "churn",
    "account": "111122223333",
    "region": "us-east-1",
    "membership": "m",
    "collaboration": "c",
}
FINDING = {
    "id": "0",
    "rule": "CRML-001",
    "policy": "baseline",
    "severity": Severity.LOW,
    "outcome": Outcome.FAIL,
    "title": "t",
    "message": "m",
    "resource": Resource(**RESOURCE),  # type: ignore[arg-type]
    "evaluated_at": "now",
    "observed": {"status": "ACTIVE"},
    "controls": {},
}


@pytest.mark.parametrize(("cls", "members"), [(Resource, RESOURCE), (Finding, FINDING)])
def test_what_is_made_quickly_is_equal_and_behaves_the_same(
    cls: type[object], members: dict[str, object]
) -> None:
    """It is frozen, can be replaced in part, and survives a pipe."""
    made, usual = maker(cls)(**members), cls(**members)
    assert made == usual
    assert repr(made) == repr(usual)
    assert pickle.loads(pickle.dumps(made)) == usual  # noqa: S301  # made here
    if cls is Resource:
        assert replace(made, arn="x") == replace(usual, arn="x")  # type: ignore[type-var]
    with pytest.raises(FrozenInstanceError):
        setattr(made, next(iter(members)), "other")


@pytest.mark.parametrize("cls", [Resource, Finding])
def test_a_member_that_is_not_given_is_an_error(cls: type[object]) -> None:
    """As it is for the class itself."""
    with pytest.raises(TypeError, match="required keyword-only argument"):
        maker(cls)()
