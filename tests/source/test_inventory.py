"""An inventory: written, read again, cut, damaged."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from auditor.errors import DamagedRun
from auditor.model import (
    Anomaly,
    BlindSpot,
    ModelRecord,
    Place,
    Row,
    SourceRecord,
    Unavailable,
    Unread,
    Unrecognised,
    Why,
)
from auditor.source.interface import ScanHeader
from auditor.source.inventory import (
    InventorySource,
    Tally,
    end_line,
    header_line,
    record_lines,
)
from auditor.source.packed import pack, unpack
from auditor.source.refusal import remedy
from tests.source.test_rows import HOME, MEMBERSHIP, RAW

HEADER = ScanHeader(
    now="2026-11-23T07:00:00.000Z",
    started_at="2026-11-23T07:00:01.000Z",
    tool={"auditor": "0.1.0", "botocore": "1.44.5", "python": "3.11.7"},
    targets=("ads-prod",),
)
TARGET = Place("ads-prod", "111122223333", "us-east-1", MEMBERSHIP)
DENIED = Unread(
    TARGET, "ListTrainedModels", "AccessDeniedException", "no", "id", 2, ("a:b", "c:d"), "do", None
)


def place(name: str) -> Place:
    """The place of a model."""
    return replace(TARGET, arn=f"{HOME}/trained-model/{name}")


def row(name: str, version: str | None, **members: Any) -> Row:
    """A row in its one form."""
    made = {
        **RAW,
        "createTime": "2026-11-01T07:00:00.000Z",
        "updateTime": "2026-11-01T07:00:00.000Z",
        "trainedModelArn": f"{HOME}/trained-model/{name}",
        **members,
    }
    if version is None:
        del made["versionIdentifier"]
    else:
        made["versionIdentifier"] = version
    return made


def model(name: str, *versions: Row, **members: Any) -> ModelRecord:
    """A record of a model."""
    return ModelRecord(place(name), versions, **members)


CLOSED = BlindSpot(Place("everyone", "444455556666", "", ""), "", "account", "it is SUSPENDED")
RECORDS: tuple[SourceRecord, ...] = (
    DENIED,
    model(
        "a",
        row("a", None),
        row("a", "a1", description="\u202e</script>\ud800\n=cmd"),
        anomalies=(Anomaly(place("a"), "RowsDiffer", "status", "a1"),),
        unrecognised=(Unrecognised("field", "new", "ListTrainedModelVersions", 2),),
        blind_spots=(BlindSpot(place("a"), "BASE", "details", "a later version exists"),),
        started_at="2026-11-23T07:00:02.000Z",
        finished_at="2026-11-23T07:00:03.000Z",
    ),
    model("b", row("b", "b1"), unread=replace(DENIED, place=place("b"))),
    model(
        "c",
        row("c", None, details=Unavailable(Why.BLIND_SPOT, "a later version exists")),
        row("c", "c1", details={"kmsKeyArn": "arn", "tags": {"environment": "prod"}}),
    ),
)


def written(records: Iterable[SourceRecord], *, interrupted: bool = False) -> list[str]:
    """The lines of a whole inventory."""
    tally, lines = Tally(), [header_line(HEADER)]
    for record in records:
        tally = tally.plus(record)
        lines += record_lines(record)
    calls = {"ListTrainedModelVersions": 3}
    return [*lines, end_line(tally, calls, "2026-11-23T07:00:04.000Z", interrupted=interrupted)]


def read(path: Path, lines: Iterable[str]) -> list[SourceRecord]:
    """The records of a file with these lines."""
    path.write_text("".join(lines), encoding="ascii", newline="")
    return list(InventorySource(path).records())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where an inventory may stand."""
    return tmp_path / "inventory.jsonl"


def test_what_is_read_is_what_was_written(path: Path) -> None:
    """Every value of a scan survives, texts of other companies included."""
    assert tuple(read(path, written(RECORDS))) == RECORDS
    source = InventorySource(path)
    assert source.header == HEADER
    assert source.api_calls == {}


def test_an_account_that_nobody_can_look_into_is_kept(path: Path) -> None:
    """It is a record of its own, and an inventory that lost it is cut."""
    lines = written((DENIED, CLOSED))
    assert read(path, lines) == [DENIED, CLOSED]
    (*_, last) = read(path, [line for line in lines if '"blind_spot"' not in line])
    assert isinstance(last, Unread)
    assert last.code == "InventoryCut"


def test_lines_are_ascii_with_sorted_keys_and_no_spaces() -> None:
    """Equal scans give equal bytes, and no line breaks in another tool."""
    lines = written(RECORDS)
    for line in lines:
        assert line.isascii()
        assert line.count("\n") == 1
        again = json.dumps(json.loads(line), sort_keys=True, separators=(",", ":"))
        assert line == again + "\n"
    assert [json.loads(line)["type"] for line in lines] == [
        *("scan", "unread", "model", "version", "version", "model", "version"),
        *("model", "version", "version", "end"),
    ]


def test_the_end_counts_everything() -> None:
    """Models, versions, and every unread, that of a model too."""
    end = json.loads(written(RECORDS)[-1])
    assert (end["models"], end["versions"], end["unread"]) == (3, 5, 2)
    assert end["api_calls"] == {"ListTrainedModelVersions": 3}
    assert end["interrupted"] is False


@pytest.mark.parametrize("interrupted", [True, False])
def test_an_interrupted_scan_stays_interrupted(path: Path, *, interrupted: bool) -> None:
    """Judging it again makes it no more complete."""
    path.write_text("".join(written(RECORDS, interrupted=interrupted)), encoding="ascii")
    source = InventorySource(path)
    assert not source.interrupted
    list(source.records())
    assert source.interrupted is interrupted


def test_records_come_while_the_file_is_read(path: Path) -> None:
    """An inventory may be larger than memory."""
    path.write_text("".join(written(RECORDS)), encoding="ascii")
    records = InventorySource(path).records()
    assert next(records) == RECORDS[0]
    assert next(records) == RECORDS[1]
    records.close()  # type: ignore[attr-defined]  # it is a generator


@pytest.mark.parametrize("record", [each for each in RECORDS if isinstance(each, ModelRecord)])
def test_a_record_from_another_process_is_written_as_it_would_be_here(record: ModelRecord) -> None:
    """Its lines came with it; they are not used for other versions than theirs."""
    arrived = unpack(pack(record))
    assert arrived.versions == record.versions
    assert list(record_lines(arrived)) == list(record_lines(record))
    fewer = record.versions[:1]
    assert list(record_lines(replace(arrived, versions=fewer))) == list(
        record_lines(replace(record, versions=fewer))
    )


@given(cut=st.integers(min_value=1))
def test_a_cut_inventory_is_never_whole(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    """Wherever it ends, something is unread, and every record is an honest one."""
    text = "".join(written(RECORDS))
    length = cut % (len(text) - 1)
    path = tmp_path_factory.mktemp("cut") / "inventory.jsonl"
    path.write_text(text[:length], encoding="ascii")
    if length <= text.index("\n") - 1:
        with pytest.raises(DamagedRun):
            InventorySource(path)
        return
    *records, last = InventorySource(path).records()
    assert isinstance(last, Unread)
    assert (last.code, last.remedy) == ("InventoryCut", remedy("InventoryCut"))
    for got, expected in zip(records, RECORDS, strict=False):
        if got != expected:
            assert isinstance(got, ModelRecord)
            assert isinstance(expected, ModelRecord)
            assert got.unread is not None
            assert got.versions == expected.versions[: len(got.versions)]


def test_a_model_whose_versions_are_missing_is_unread(path: Path) -> None:
    """Counts of its versions would be wrong, so no rule may judge them as whole."""
    lines = written(RECORDS)
    del lines[4]
    _, cut, *_, last = read(path, lines)
    assert isinstance(cut, ModelRecord)
    assert cut.unread is not None
    assert (cut.unread.code, cut.unread.place.arn) == ("InventoryCut", place("a").arn)
    assert isinstance(last, Unread)
    assert last.code == "InventoryCut"


@pytest.mark.parametrize("gone", [1, 2])
def test_a_record_that_is_gone_leaves_an_unread(path: Path, gone: int) -> None:
    """The end counts what was there once."""
    lines = written([each for each in RECORDS if each is not RECORDS[gone]])
    lines[-1] = written(RECORDS)[-1]
    *_, last = read(path, lines)
    assert isinstance(last, Unread)
    assert last.code == "InventoryCut"
    assert "counts other numbers" in last.message


def test_an_end_without_its_newline_is_an_end(path: Path) -> None:
    """Editors take the last newline away."""
    lines = written(RECORDS)
    assert tuple(read(path, [*lines[:-1], lines[-1].rstrip("\n")])) == RECORDS


def changed(number: int, change: Mapping[str, Any], inside: str | None = None) -> list[str]:
    """The lines of an inventory, members of one of them changed."""
    lines = written(RECORDS)
    value = json.loads(lines[number - 1])
    (value[inside] if inside else value).update(change)
    lines[number - 1] = json.dumps(value) + "\n"
    return lines


@pytest.mark.parametrize(
    ("number", "lines"),
    [
        pytest.param(1, [], id="empty"),
        pytest.param(1, ["\n"], id="blank"),
        pytest.param(1, written(RECORDS)[1:], id="no-header"),
        pytest.param(1, changed(1, {"schema": "auditor.inventory/2"}), id="other-schema"),
        pytest.param(1, changed(1, {"now": "today"}), id="no-moment"),
        pytest.param(1, changed(1, {"now": "2026-11-23T07:00:00Z"}), id="other-form-of-moment"),
        pytest.param(1, changed(1, {"targets": "ads"}), id="targets-no-list"),
        pytest.param(1, changed(1, {"tool": {"auditor": 1}}), id="tool-no-text"),
        pytest.param(3, [*written(RECORDS)[:2], "{}}\n", "{}\n"], id="no-json"),
        pytest.param(3, [*written(RECORDS)[:2], "\n", "{}\n"], id="blank-line"),
        pytest.param(3, [*written(RECORDS)[:2], "[]\n"], id="no-object"),
        pytest.param(3, [*written(RECORDS)[:2], '{"type":NaN}\n'], id="no-finite-number"),
        pytest.param(3, [*written(RECORDS)[:2], "[" * 100_000 + "\n"], id="too-deep"),
        pytest.param(2, changed(2, {"type": "mystery"}), id="unknown-type"),
        pytest.param(2, changed(2, {"attempts": "2"}, "unread"), id="attempts-no-number"),
        pytest.param(2, changed(2, {"attempts": True}, "unread"), id="attempts-a-boolean"),
        pytest.param(2, changed(2, {"more": 1}, "unread"), id="unknown-member"),
        pytest.param(3, changed(3, {"versions": None}), id="no-count"),
        pytest.param(3, changed(3, {"versions": -1}), id="count-below-zero"),
        pytest.param(3, changed(3, {"versions": 0}), id="read-whole-and-empty"),
        pytest.param(3, changed(3, {"place": {}}), id="no-place"),
        pytest.param(3, changed(3, {"arn": None}, "place"), id="no-arn"),
        pytest.param(3, changed(3, {"unread": "no"}), id="unread-no-object"),
        pytest.param(5, changed(3, {"versions": 1}), id="version-of-no-model"),
        pytest.param(2, [written(RECORDS)[0], written(RECORDS)[3]], id="version-alone"),
        pytest.param(4, changed(4, {"status": None}, "row"), id="row-without-status"),
        pytest.param(4, changed(4, {"versionIdentifier": "NULL"}, "row"), id="base-in-other-form"),
        pytest.param(4, changed(4, {"createTime": "2026-11-01T07:00:00Z"}, "row"), id="time-form"),
        pytest.param(4, changed(4, {"environment": {"A": "b"}}, "row"), id="secret-in-row"),
        pytest.param(4, changed(4, {"details": 7}, "row"), id="details-no-object"),
        pytest.param(
            4, changed(4, {"details": {"hyperparameters": {}}}, "row"), id="secret-in-details"
        ),
        pytest.param(
            4, changed(4, {"trainedModelArn": place("z").arn}, "row"), id="row-of-another-model"
        ),
        pytest.param(
            9, changed(9, {"details": {"$unavailable": {"why": "because"}}}, "row"), id="bad-why"
        ),
        pytest.param(5, changed(5, {"versionIdentifier": "A"}, "row"), id="versions-unordered"),
        pytest.param(11, changed(11, {"models": "3"}), id="end-of-text"),
        pytest.param(12, [*written(RECORDS), written(RECORDS)[1]], id="after-the-end"),
        pytest.param(4, written([RECORDS[2], RECORDS[1]]), id="models-unordered"),
        pytest.param(4, written([RECORDS[2], RECORDS[2]]), id="a-model-twice"),
    ],
)
def test_a_damaged_line_is_named_by_its_number(path: Path, number: int, lines: list[str]) -> None:
    """A file that somebody changed is no evidence; nothing of it is judged further."""
    with pytest.raises(DamagedRun) as caught:
        read(path, lines)
    assert caught.value.message.startswith(f"{path}:{number}: ")
    assert caught.value.hint


def test_a_file_that_is_not_there_says_what_to_name(tmp_path: Path) -> None:
    """The operating system's reason, and what to do."""
    with pytest.raises(DamagedRun, match="No such file") as caught:
        InventorySource(tmp_path / "nothing.jsonl")
    assert "inventory.jsonl" in caught.value.hint


def test_a_folder_is_no_inventory(tmp_path: Path) -> None:
    """It cannot be read as a file."""
    with pytest.raises(DamagedRun, match="cannot be read"):
        InventorySource(tmp_path)


def test_numbers_that_no_json_holds_are_not_written() -> None:
    """A line that nobody else could read is worse than none."""
    with pytest.raises(ValueError, match="JSON"):
        list(record_lines(model("a", row("a", None, new=float("nan")))))


texts = st.text(max_size=8)
unreads = st.builds(
    Unread,
    place=st.builds(Place, texts, texts, texts, texts, st.none() | texts),
    operation=texts,
    code=texts,
    message=texts,
    request_id=st.none() | texts,
    attempts=st.integers(0, 99),
    permission=st.lists(texts, max_size=2).map(tuple),
    remedy=texts,
    version=st.none() | texts,
)
kept = st.recursive(
    st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
details = st.builds(Unavailable, st.sampled_from(Why), texts) | st.dictionaries(
    st.sampled_from(["tags", "kmsKeyArn", "x"]), kept
)


@st.composite
def record_of(draw: st.DrawFn, name: str) -> ModelRecord:
    """Any record of a model with this name."""
    identifiers = draw(st.sets(st.none() | st.uuids().map(str), max_size=4))
    versions = []
    for identifier in sorted(identifiers, key=lambda each: each or "BASE"):
        extra: dict[str, Any] = {"status": draw(texts), "new": draw(kept)}
        if draw(st.booleans()):
            extra["details"] = draw(details)
        versions.append(row(name, identifier, **extra))
    return ModelRecord(
        place(name),
        tuple(versions),
        unread=draw(st.none() | unreads) if versions else draw(unreads),
        anomalies=tuple(
            draw(st.lists(st.builds(Anomaly, st.just(TARGET), texts, texts), max_size=2))
        ),
        unrecognised=tuple(
            draw(st.lists(st.builds(Unrecognised, texts, texts, texts, st.integers()), max_size=2))
        ),
        blind_spots=tuple(
            draw(st.lists(st.builds(BlindSpot, st.just(TARGET), texts, texts, texts), max_size=2))
        ),
        started_at=draw(texts),
        finished_at=draw(texts),
    )


@given(data=st.data(), names=st.sets(st.sampled_from("abcdef"), max_size=4))
def test_any_records_survive_writing_and_reading(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, names: set[str]
) -> None:
    """read(write(records)) == records."""
    records: list[SourceRecord] = [data.draw(record_of(name)) for name in sorted(names)]
    if data.draw(st.booleans()):
        records.insert(0, data.draw(unreads))
    path = tmp_path_factory.mktemp("trip") / "inventory.jsonl"
    assert read(path, written(records)) == records


def test_reading_an_inventory_does_not_import_boto3() -> None:
    """`check` starts fast and needs no network library."""
    code = (
        "import sys, auditor.source.inventory, auditor.source.plan, auditor.source.interface\n"
        "print([name for name in ('boto3', 'botocore', 'urllib3', 'structlog') "
        "if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
