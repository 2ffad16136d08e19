"""How resources and places are recognised."""

from __future__ import annotations

from auditor.model import Place
from auditor.report.identity import own_words, recognisable, shortened, surroundings, tail
from tests.report import samples

_ONE = "01010101-aaaa-4bbb-8ccc-000000000001"
_NEAR = "01010101-aaaa-4bbb-8ccc-000000000002"
_FAR = "02020202-aaaa-4bbb-8ccc-000000000001"


def test_the_tail_of_an_arn_may_hold_slashes() -> None:
    """Everything after the first trained-model/ is the model's own part."""
    assert tail("arn:aws:cleanrooms-ml:us-east-1:1:membership/m/trained-model/a/b.c") == "a/b.c"
    assert tail("no arn") == "no arn"


def test_identifiers_are_cut_where_they_still_differ() -> None:
    """The short form ends at a hyphen, and is the same length for all."""
    assert shortened([_ONE, _FAR], "...") == {_ONE: "01010101...", _FAR: "02020202..."}


def test_identifiers_that_differ_late_stay_whole() -> None:
    """Two identifiers never share a short form."""
    assert shortened([_ONE, _NEAR, _FAR], "...") == {_ONE: _ONE, _NEAR: _NEAR, _FAR: _FAR}


def test_only_uuids_are_cut() -> None:
    """A name that somebody chose, and BASE, stay whole."""
    assert shortened(["BASE", "ranker/v2", _ONE], "...") == {
        "BASE": "BASE",
        "ranker/v2": "ranker/v2",
        _ONE: "01010101...",
    }


def test_a_model_has_no_version() -> None:
    """A model is its name and id; a version has its own beside them."""
    model = samples.resource(1)
    assert recognisable(model, {}) == f"churn-predictor {tail(model.arn)}"
    version = samples.resource(1, "BASE")
    assert recognisable(version, {tail(version.arn): "0000"}) == "churn-predictor 0000 version BASE"


def test_a_place_says_what_is_known_of_it() -> None:
    """What is not known of a place leaves no gap."""
    assert own_words(samples.place(samples.model_arn(1)), "BASE") == (
        "00000001-0000-4000-8000-000000000001 version BASE"
    )
    assert own_words(samples.place(), None) == ""
    assert surroundings(Place("ads-prod", "", "us-east-1", "")) == "ads-prod, us-east-1"
    assert surroundings(samples.place()) == (
        f"ads-prod, 111122223333, us-east-1, membership {samples.MEMBERSHIP}"
    )
