"""OCSF as Parquet: the events of `ocsf`, in the files that Security Lake asks for."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import pytest
from msgspec.structs import replace

from auditor.errors import UsageError
from auditor.model import Finding, Report, Verdict
from auditor.report import ocsf_parquet as module
from auditor.report.ocsf import ocsf
from auditor.report.ocsf_parquet import ocsf_parquet
from tests.report import samples
from tests.report.hostile import hostile_findings, hostile_report
from tests.report.open_schema import errors

Event = dict[str, Any]
RUN = samples.report(Verdict.NON_COMPLIANT, ())


class Bucket:
    """Files in memory; only one is open at a time."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self._open: str | None = None

    @contextmanager
    def create(self, name: str) -> Iterator[IO[bytes]]:
        """Open a new file."""
        assert self._open is None
        assert name not in self.files
        self._open = name
        file = io.BytesIO()
        yield file
        self.files[name] = file.getvalue()
        self._open = None


def written(report: Report, findings: list[Finding], version: str = "1.3.0") -> Bucket:
    """The files of a run."""
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    bucket = Bucket()
    names = ocsf_parquet(report, findings, bucket.create, version)
    assert names == list(bucket.files)
    return bucket


def opened(content: bytes) -> Any:
    """A file as pyarrow reads it."""
    return pytest.importorskip("pyarrow.parquet").ParquetFile(io.BytesIO(content))


def rows(bucket: Bucket) -> list[Event]:
    """Every row of every file, without what is null."""
    found = [row for content in bucket.files.values() for row in opened(content).read().to_pylist()]
    return [_present(row) for row in found]


def _present(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _present(part) for name, part in value.items() if part is not None}
    return [_present(part) for part in value] if isinstance(value, list) else value


def as_row(line: str) -> Event:
    """An event as its row has it: what has no fixed type is JSON text."""
    event: Event = json.loads(line)
    (resource,) = event["resources"]
    resource["data"] = _json(resource["data"])
    waiver = event["unmapped"]["waiver"]
    event["unmapped"]["waiver"] = None if waiver is None else _json(waiver)
    found: Event = _present(event)
    return found


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def without_data(events: list[Event]) -> list[Event]:
    """The events without what was observed and waived, in which surrogates may be lone."""
    for event in events:
        del event["resources"][0]["data"]
        event["unmapped"].pop("waiver", None)
    return events


def test_the_rows_are_the_events() -> None:
    """Of the hostile run, every text included."""
    found = rows(written(hostile_report(), hostile_findings()))
    expected = [as_row(line) for line in ocsf(hostile_report(), hostile_findings(), "1.3.0")]
    assert without_data(found) == without_data(expected)


def test_what_was_observed_is_json_text() -> None:
    """It comes back as it was."""
    waived = replace(samples.finding(), waiver={"owner": "ml-platform"})
    (row,) = rows(written(RUN, [waived]))
    assert json.loads(row["resources"][0]["data"]) == waived.observed
    assert json.loads(row["unmapped"]["waiver"]) == waived.waiver


def test_every_row_is_a_valid_event() -> None:
    """By the schema of OCSF 1.3.0, the latest that a custom source may have."""
    found = rows(written(hostile_report(), hostile_findings()))
    assert [errors(row) for row in found] == [[]] * (len(hostile_findings()) + 2)
    assert {row["metadata"]["version"] for row in found} == {"1.3.0"}


def test_files_stand_by_region_account_and_day() -> None:
    """As Security Lake partitions a source, each with the rows of that place."""
    bucket = written(hostile_report(), hostile_findings())
    for name, content in bucket.files.items():
        found = re.fullmatch(
            r"region=([a-z0-9-]+)/accountId=(\d{12})/eventDay=20261123/"
            r"20261123T070000Z-a1b2c3-\d{5}\.zst\.parquet",
            name,
        )
        assert found
        clouds = [row["cloud"] for row in opened(content).read().to_pylist()]
        assert {cloud["region"] for cloud in clouds} == {found[1]}
        assert {cloud["account"]["uid"] for cloud in clouds} == {found[2]}


def test_files_have_the_form_that_security_lake_takes() -> None:
    """Parquet 2, zstd, rows in the order of time, and the same columns in each file."""
    bucket = written(hostile_report(), hostile_findings())
    schemas = set()
    for content in bucket.files.values():
        file = opened(content)
        group = file.metadata.row_group(0)
        assert file.metadata.format_version == "2.6"
        assert {group.column(n).compression for n in range(group.num_columns)} == {"ZSTD"}
        times = file.read(["time"]).column("time").to_pylist()
        assert times == sorted(times)
        schemas.add(str(file.schema_arrow))
    assert len(bucket.files) == 3
    assert len(schemas) == 1


def test_row_groups_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """So is the memory: a row group is written before the next findings are asked for."""
    monkeypatch.setattr(module, "_ROWS", 10)
    findings = [replace(samples.finding(), id=f"{number:032x}") for number in range(25)]
    ((_, content),) = written(RUN, findings).files.items()
    metadata = opened(content).metadata
    assert [metadata.row_group(n).num_rows for n in range(metadata.num_row_groups)] == [10, 10, 5]


def test_an_event_larger_than_a_block_is_read() -> None:
    """The text of one event may be megabytes."""
    (row,) = rows(written(RUN, [samples.finding(message="x" * 3_000_000)]))
    assert len(row["message"]) == 3_000_000


@pytest.mark.parametrize("text", ["../../etc", "/", "a/b", "", "..", "\x00"])
def test_no_text_leads_out_of_the_folder(text: str) -> None:
    """An inventory may come from anywhere."""
    resource = replace(samples.resource(version="BASE"), region=text, account=text)
    bucket = written(replace(RUN, run=text), [replace(samples.finding(), resource=resource)])
    (name,) = bucket.files
    parts = name.split("/")
    assert len(parts) == 4
    assert all(re.fullmatch(r"[\w=-]+(?:-00000\.zst\.parquet)?", part) for part in parts)


def test_nothing_is_no_file() -> None:
    """Security Lake has no use for one."""
    assert written(RUN, []).files == {}


def test_without_pyarrow_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before any file is made."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.json", None)
    bucket = Bucket()
    with pytest.raises(UsageError) as raised:
        ocsf_parquet(RUN, [samples.finding()], bucket.create)
    assert "cleanrooms-ml-auditor[parquet]" in raised.value.hint
    assert bucket.files == {}
