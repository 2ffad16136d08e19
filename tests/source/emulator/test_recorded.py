"""Recorded scans are served again, with what they could not read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from auditor.errors import DamagedRun
from auditor.model import ModelRecord, Place, SourceRecord, Unavailable, Unread, Why
from auditor.source.emulator import from_inventory, synthetic
from auditor.source.emulator.recorded import from_records
from auditor.source.interface import ScanHeader
from auditor.source.inventory import Tally, end_line, header_line, record_lines
from auditor.source.rows import cleaned, identity
from tests.source import estates
from tests.source.conftest import Serve
from tests.source.emulator.conftest import Connect

NOW = "2026-11-23T07:00:00.000Z"
SAMPLE = synthetic(5, 1, 3, 120)
MEMBERSHIP = SAMPLE.memberships[0]


def place(arn: str | None = None, *, membership: str = MEMBERSHIP.id, account: str = "") -> Place:
    """A place in the account of the sample, or in another one."""
    return Place("ads-prod", account or "111122223333", "us-east-1", membership, arn)


def unread(where: Place, code: str = "AccessDeniedException") -> Unread:
    """Something that a scan could not read."""
    return Unread(where, "ListTrainedModelVersions", code)


def scanned(number: int = 0, *, code: str | None = None, rows: int = 120) -> ModelRecord:
    """What a scan records of one model of the sample."""
    model = MEMBERSHIP.models[number]
    where = place(model.arn)
    versions = sorted((cleaned(dict(row), {}) for row in model.rows[:rows]), key=identity)
    return ModelRecord(where, tuple(versions), unread(where, code) if code else None)


def inventory(path: Path, records: Iterable[SourceRecord], *, cut: bool = False) -> Path:
    """A file with these records."""
    found = sorted(records, key=lambda record: record.place.arn or "")
    tally = Tally()
    for record in found:
        tally = tally.plus(record)
    lines = [header_line(ScanHeader(NOW, NOW, {}, ("ads-prod",)))]
    lines += [line for record in found for line in record_lines(record)]
    lines += [] if cut else [end_line(tally, {}, NOW, interrupted=False)]
    path.write_text("".join(lines))
    return path


def again(serve: Serve, path: Path) -> Iterator[SourceRecord]:
    """A scan of the estate that was made of an inventory."""
    estate = from_inventory(path)
    serve(estate)
    return estates.source(estates.named(estate)).records()


def test_a_scan_of_a_recorded_estate_finds_the_same(serve: Serve, tmp_path: Path) -> None:
    """Recorded, served and scanned again, every row is equal."""
    records = [scanned(number) for number in range(3)]
    found = estates.models(again(serve, inventory(tmp_path / "inventory.jsonl", records)))
    assert {each.place.arn: each.versions for each in found} == {
        each.place.arn: each.versions for each in records
    }


def test_what_was_unread_stays_unread(serve: Serve, tmp_path: Path) -> None:
    """A list that was not read to its end is not served as if it were whole."""
    path = inventory(
        tmp_path / "inventory.jsonl",
        [
            scanned(0, code="AccessDeniedException", rows=0),
            scanned(1, code="TokenRepeated", rows=100),
            scanned(2),
        ],
    )
    found = estates.codes(list(again(serve, path)))
    assert [found[model.arn] for model in MEMBERSHIP.models] == [
        "AccessDeniedException",
        "AccessDeniedException",
        None,
    ]


def test_an_error_that_aws_knows_is_answered_again(serve: Serve, connect: Connect) -> None:
    """The recorded code is the code that a client sees."""
    serve(from_records([scanned(0, code="ResourceNotFoundException", rows=0)], NOW))
    client = connect()
    with pytest.raises(client.exceptions.ResourceNotFoundException, match="could not read"):
        client.list_trained_model_versions(
            membershipIdentifier=MEMBERSHIP.id, trainedModelArn=MEMBERSHIP.models[0].arn
        )


def test_a_membership_that_gave_no_models_gives_none(serve: Serve, connect: Connect) -> None:
    """Its list of models answers the error; it is still listed itself."""
    serve(from_records([unread(place())], NOW))
    client = connect()
    with pytest.raises(client.exceptions.AccessDeniedException):
        client.list_trained_models(membershipIdentifier=MEMBERSHIP.id)
    found = connect("cleanrooms").list_memberships()["membershipSummaries"]
    assert [each["id"] for each in found] == [MEMBERSHIP.id]


def test_a_target_that_gave_no_memberships_gives_none(serve: Serve, connect: Connect) -> None:
    """The list of memberships ends in the error, after those that are known."""
    serve(from_records([scanned(), unread(place(membership=""))], NOW))
    client = connect("cleanrooms")
    first = client.list_memberships()
    assert len(first["membershipSummaries"]) == 1
    with pytest.raises(client.exceptions.AccessDeniedException):
        client.list_memberships(nextToken=first["nextToken"])


def test_details_are_served_where_they_were_recorded(serve: Serve, connect: Connect) -> None:
    """Recorded details come with their row; the others are denied, never made up."""
    first, second, third = scanned(rows=3).versions
    unavailable = Unavailable(Why.BLIND_SPOT, "no longer the latest")
    rows = (
        {**first, "details": {"kmsKeyArn": "arn:aws:kms:us-east-1:111122223333:key/a"}},
        {**second, "details": unavailable},
        third,
    )
    serve(from_records([ModelRecord(scanned().place, rows)], NOW))
    client = connect()

    def get(version: str) -> str:
        answer = client.get_trained_model(
            membershipIdentifier=MEMBERSHIP.id,
            trainedModelArn=MEMBERSHIP.models[0].arn,
            versionIdentifier=version,
        )
        assert "details" not in answer
        return str(answer["kmsKeyArn"])

    assert get(first["versionIdentifier"]).endswith("key/a")
    for row, reason in ((second, "no longer the latest"), (third, "did not ask")):
        with pytest.raises(client.exceptions.AccessDeniedException, match=reason):
            get(row["versionIdentifier"])


def test_a_cut_inventory_is_not_served(tmp_path: Path) -> None:
    """What is missing cannot be served, so nothing is."""
    with pytest.raises(DamagedRun, match="cut"):
        from_inventory(inventory(tmp_path / "inventory.jsonl", [scanned()], cut=True))


def test_an_empty_inventory_is_not_served() -> None:
    """There is nothing to serve, and that is said."""
    with pytest.raises(DamagedRun, match="no membership"):
        from_records([], NOW)


def test_facts_of_a_membership_come_from_its_rows() -> None:
    """Collaboration, account, region and target are those of the scan."""
    membership = from_records([scanned(rows=5)], NOW).memberships[0]
    rows = MEMBERSHIP.models[0].rows[:5]
    assert (membership.id, membership.collaboration) == (MEMBERSHIP.id, MEMBERSHIP.collaboration)
    assert (membership.account, membership.target) == ("111122223333", "ads-prod")
    assert membership.created == min(row["createTime"] for row in rows)
