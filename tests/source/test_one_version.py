"""One version out of a source: the one model, and what of it was not seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
from msgspec.structs import replace

from auditor.model import ModelRecord, Place, SourceRecord, Unread
from auditor.source.interface import ScanHeader
from auditor.source.one_version import OneVersion
from tests.judge.models import PLACE, denied, record, version

ONE = "11111111-0000-0000-0000-000000000000"
THERE = record(version(ONE), version())
OTHER = replace(THERE, place=replace(PLACE, arn=f"{PLACE.arn}-other"))
TARGET = Unread(Place("a", "", "us-east-1", ""), "GetCallerIdentity", "ExpiredToken")
ELSEWHERE = Unread(Place("a", "", "us-east-1", "another"), "ListTrainedModels", "Denied")


@dataclass
class Fake:
    """A source of these records."""

    given: tuple[SourceRecord, ...]
    interrupted: bool = False
    stopped: bool = False

    @property
    def header(self) -> ScanHeader:
        """A header."""
        return ScanHeader("now", "before", {}, ("a",))

    @property
    def api_calls(self) -> Mapping[str, int]:
        """Some calls."""
        return {"ListTrainedModelVersions": 3}

    def stop(self) -> None:
        """Remember it."""
        self.stopped = True

    def records(self) -> Iterator[SourceRecord]:
        """The records."""
        yield from self.given


def codes(asked: str, *given: SourceRecord) -> list[str]:
    """What one version of a source gives: "model", or the code of what is unread."""
    records = OneVersion(Fake(given), PLACE, asked).records()
    return ["model" if isinstance(each, ModelRecord) else code(each) for each in records]


def code(record: SourceRecord) -> str:
    """The code of what is unread; of anything else its type."""
    return record.code if isinstance(record, Unread) else type(record).__name__


@pytest.mark.parametrize("asked", [ONE, "BASE", "latest"])
def test_a_version_that_is_listed_is_all_there_is(asked: str) -> None:
    """Other models, and what was unread elsewhere, do not concern it."""
    assert codes(asked, TARGET, ELSEWHERE, OTHER, THERE) == ["model"]


def test_a_version_that_is_not_listed_is_unread() -> None:
    """Nothing can be said of it."""
    assert codes(ONE.replace("1", "2"), THERE) == ["model", "VersionNotListed"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [("latest", ["model"]), (ONE, ["model"]), ("BASE", ["model", "VersionNotListed"])],
)
def test_a_list_that_broke_off_is_unread_by_itself(asked: str, expected: list[str]) -> None:
    """The model's own unread says why the latest is not known."""
    assert codes(asked, record(version(ONE), unread=denied())) == expected


def test_a_model_that_is_not_there_is_unread_with_what_may_be_the_reason() -> None:
    """A target that gave nothing may have held it; another membership cannot."""
    assert codes(ONE, TARGET, ELSEWHERE, OTHER) == ["ExpiredToken", "ModelNotListed"]


def test_the_rest_is_the_source_s_own() -> None:
    """Header, calls and stopping."""
    fake = Fake((THERE,))
    source = OneVersion(fake, PLACE, ONE)
    assert source.header == fake.header
    assert source.api_calls == fake.api_calls
    source.stop()
    assert fake.stopped


@pytest.mark.parametrize(("given", "interrupted"), [((THERE,), False), ((OTHER,), True)])
def test_an_interruption_counts_where_the_model_had_not_come(
    given: tuple[ModelRecord, ...], interrupted: bool
) -> None:
    """A recorded scan that was stopped after this model has all of it."""
    source = OneVersion(Fake(given, interrupted=True), PLACE, ONE)
    list(source.records())
    assert source.interrupted is interrupted
