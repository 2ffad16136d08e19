"""Inventories in zstd: read as any other one, and never whole where they are cut or damaged."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import DamagedRun
from auditor.model import Unread
from auditor.sink.compressed import compress
from auditor.source.inventory import InventorySource, inventory_in
from tests.source.test_inventory import RECORDS, written

TEXT = "".join(written(RECORDS))


def compressed(folder: Path) -> Path:
    """A folder's inventory in zstd."""
    plain = folder / "inventory.jsonl"
    plain.write_text(TEXT, encoding="ascii")
    made = folder / "inventory.jsonl.zst"
    compress(plain, made)
    plain.unlink()
    return made


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    """The form of the file does not show."""
    path = compressed(tmp_path)
    assert inventory_in(tmp_path) == path
    assert path.stat().st_size < len(TEXT) / 2
    assert tuple(InventorySource(path).records()) == RECORDS


@pytest.mark.parametrize("lost", range(1, 5))
def test_a_file_that_lost_its_last_bytes_is_not_whole(tmp_path: Path, lost: int) -> None:
    """Only its checksum is cut, but without it nobody can say that the rest is as it was."""
    path = compressed(tmp_path)
    path.write_bytes(path.read_bytes()[:-lost])
    *_, last = InventorySource(path).records()
    assert isinstance(last, Unread)
    assert last.code == "InventoryCut"


@given(cut=st.integers(min_value=0))
def test_a_cut_file_is_never_whole(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    """Wherever it ends, something is unread, or it is no inventory at all."""
    path = compressed(tmp_path_factory.mktemp("cut"))
    data = path.read_bytes()
    path.write_bytes(data[: cut % len(data)])
    try:
        *_, last = InventorySource(path).records()
    except DamagedRun:
        return
    assert isinstance(last, Unread)
    assert last.code == "InventoryCut"


@given(place=st.integers(min_value=0), bit=st.integers(0, 7))
def test_a_damaged_file_is_never_taken_for_a_sound_one(
    tmp_path_factory: pytest.TempPathFactory, place: int, bit: int
) -> None:
    """A checksum stands at its end, so that no bit can change unseen."""
    path = compressed(tmp_path_factory.mktemp("damaged"))
    data = bytearray(path.read_bytes())
    data[place % len(data)] ^= 1 << bit
    path.write_bytes(data)
    try:
        records = tuple(InventorySource(path).records())
    except DamagedRun:
        return
    # What only describes the data may change without changing it.
    assert records == RECORDS or any(
        isinstance(each, Unread) and each.code == "InventoryCut" for each in records
    )
