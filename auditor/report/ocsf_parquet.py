"""OCSF events as Parquet files, in the layout that Security Lake asks of a custom source.

Needs the extra ``parquet`` (pyarrow), which is imported when it is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from io import BytesIO
from itertools import groupby, islice
from types import ModuleType
from typing import IO, Any

from auditor.errors import UsageError
from auditor.model import Finding, Report
from auditor.report.formats import Create
from auditor.report.ocsf import with_events
from auditor.report.stencil import as_text

DEFAULT = "1.3.0"
"""The latest version of OCSF that a custom source of Security Lake may have."""

_ROWS = 10_000
"""Rows in a row group and in memory: some megabytes, where Security Lake allows 256."""

_PAGE, _STEP = 256 * 1024, 256
"""Bytes of a page, and the rows after which they are counted: Security Lake allows 1 MB."""

_OUTSIDE = re.compile(r"[^A-Za-z0-9-]")

_ACCOUNT = {"type": "string", "type_id": "int32", "uid": "string"}
_ANALYTIC = {
    "category": "string",
    "name": "string",
    "type": "string",
    "type_id": "int32",
    "uid": "string",
}
_PRODUCT = {"name": "string", "vendor_name": "string", "version": "string"}
_OBSERVABLE = {"name": "string", "type": "string", "type_id": "int32", "value": "string"}
_COLUMNS = {
    "activity_id": "int32",
    "activity_name": "string",
    "category_name": "string",
    "category_uid": "int32",
    "class_name": "string",
    "class_uid": "int32",
    "cloud": {"account": _ACCOUNT, "provider": "string", "region": "string"},
    "compliance": {
        "control": "string",
        "requirements": ["string"],
        "standards": ["string"],
        "status": "string",
        "status_detail": "string",
        "status_id": "int32",
    },
    "finding_info": {
        "analytic": _ANALYTIC,
        "desc": "string",
        "last_seen_time": "int64",
        "title": "string",
        "uid": "string",
    },
    "message": "string",
    "metadata": {
        "correlation_uid": "string",
        "product": _PRODUCT,
        "profiles": ["string"],
        "version": "string",
    },
    "observables": [_OBSERVABLE],
    "remediation": {"desc": "string"},
    "resources": [
        {
            "data": "string",
            "name": "string",
            "namespace": "string",
            "region": "string",
            "type": "string",
            "uid": "string",
            "version": "string",
        }
    ],
    "severity": "string",
    "severity_id": "int32",
    "status": "string",
    "status_code": "string",
    "status_detail": "string",
    "status_id": "int32",
    "time": "int64",
    "timezone_offset": "int32",
    "type_name": "string",
    "type_uid": "int64",
    "unmapped": {
        "collaboration": "string",
        "membership": "string",
        "policy": "string",
        "state": "string",
        "waiver": "string",
    },
}
"""The columns: a type of Arrow by its name, a list of one, or a structure of them.

NOTE: Written out, because a column that is empty in one file would have no type there.
"""


def check_arrow() -> None:
    """Raise UsageError without the extra ``parquet``, before there is anything to write."""
    _arrow()


def ocsf_parquet(
    report: Report, findings: Iterable[Finding], create: Create, version: str = DEFAULT
) -> list[str]:
    """Writes the events to files that ``create`` opens, one after the other; their names.

    A name is ``region=R/accountId=A/eventDay=YYYYMMDD/RUN-N.zst.parquet``, to be put below the
    prefix of the custom source; each part has only letters, digits and hyphens. Raises UsageError
    without the extra ``parquet``, and ValueError for a version that is not written.
    """
    arrow = _arrow()
    events = with_events(report, findings, version, as_text)
    names = []
    groups = groupby(events, key=lambda event: _folder(report, event[0]))
    for number, (folder, group) in enumerate(groups):
        name = f"{folder}/{_part(report.run)}-{number:05}.zst.parquet"
        with create(name) as file:
            _write(arrow, file, (line for _, line in group))
        names.append(name)
    return names


def _arrow() -> ModuleType:
    """The package pyarrow with what is used of it."""
    try:
        import_module("pyarrow.json")
        import_module("pyarrow.parquet")
        return import_module("pyarrow")
    except ImportError as error:
        raise UsageError(
            "ocsf-parquet needs pyarrow, which is not installed",
            "pip install 'cleanrooms-ml-auditor[parquet]'",
        ) from error


def _folder(report: Report, finding: Finding) -> str:
    """Where the events of a finding's account and region stand.

    The day is the run's: every event has its moment as time, so rows are in the order of time.
    """
    day = _part(report.now[:10].replace("-", ""))
    resource = finding.resource
    return f"region={_part(resource.region)}/accountId={_part(resource.account)}/eventDay={day}"


def _part(text: str) -> str:
    # NOTE: An inventory may come from anywhere, and `../` in it must not lead anywhere.
    return _OUTSIDE.sub("_", text) or "_"


def _write(arrow: ModuleType, file: IO[bytes], events: Iterator[str]) -> None:
    schema = arrow.schema(_type(arrow, _COLUMNS))
    with arrow.parquet.ParquetWriter(
        file,
        schema,
        version="2.6",
        compression="zstd",
        data_page_size=_PAGE,
        dictionary_pagesize_limit=_PAGE,
        write_batch_size=_STEP,
    ) as writer:
        while some := list(islice(events, _ROWS)):
            writer.write_table(_table(arrow, some, schema), row_group_size=_ROWS)


def _table(arrow: ModuleType, events: list[str], schema: Any) -> Any:
    text = "".join(events).encode()
    # NOTE: A block must hold the longest event.
    block = max(1 << 20, 2 * max(map(len, events)))
    read = arrow.json.ReadOptions(block_size=block)
    parse = arrow.json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="error")
    return arrow.json.read_json(BytesIO(text), read, parse).select(schema.names)


def _type(arrow: ModuleType, spec: Any) -> Any:
    """The Arrow type that is written so."""
    if isinstance(spec, str):
        return getattr(arrow, spec)()
    if isinstance(spec, list):
        return arrow.list_(_type(arrow, spec[0]))
    return arrow.struct({name: _type(arrow, part) for name, part in spec.items()})
