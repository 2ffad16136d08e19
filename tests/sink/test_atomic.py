"""A file is there in full or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.errors import AuditorError
from auditor.sink import atomic
from auditor.sink.atomic import write_atomically


def test_a_file_is_written_and_nothing_else_is_left(tmp_path: Path) -> None:
    """The text is there as UTF-8, line ends unchanged, and no temporary file is."""
    write_atomically(tmp_path / "a.txt", "größe\r\n\n")
    assert (tmp_path / "a.txt").read_bytes() == "größe\r\n\n".encode()
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_file_is_replaced(tmp_path: Path) -> None:
    """The new content takes the place of the old one."""
    path = tmp_path / "a.txt"
    write_atomically(path, "old and longer")
    write_atomically(path, "new")
    assert path.read_text("utf-8") == "new"


def test_a_lone_surrogate_does_not_stop_the_writing(tmp_path: Path) -> None:
    """Text that has no UTF-8 form is written as an escape that is seen."""
    write_atomically(tmp_path / "a.txt", "a\ud800b")
    assert (tmp_path / "a.txt").read_text("utf-8") == "a\\ud800b"


def test_a_crash_before_the_end_leaves_the_old_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk is full, the old file is still whole and nothing else is left."""
    path = tmp_path / "a.txt"
    write_atomically(path, "old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic, "settle", full)
    with pytest.raises(AuditorError, match=r"cannot write .*a\.txt: No space left on device"):
        write_atomically(path, "new")
    assert path.read_text("utf-8") == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.txt"]


def test_a_place_that_does_not_exist_is_an_error_with_its_path(tmp_path: Path) -> None:
    """The error names the file and says what to do."""
    with pytest.raises(
        AuditorError, match=r"cannot write .*missing.a\.txt: No such file"
    ) as caught:
        write_atomically(tmp_path / "missing" / "a.txt", "")
    assert "--output" in caught.value.hint


def test_the_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    """Others may read it if the user's own mask allows it."""
    write_atomically(tmp_path / "a.txt", "")
    (tmp_path / "b.txt").touch()
    modes = {(tmp_path / name).stat().st_mode for name in ("a.txt", "b.txt")}
    assert len(modes) == 1


def test_what_is_on_the_disk_already_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A large file goes there while it is written, and the rest of it at its end."""
    settled: list[int] = []
    monkeypatch.setattr(atomic, "settle", settled.append)
    settling = atomic.Settling(7)
    settling.wrote(1000)
    assert settled == []
    settling.wrote(20 << 20)
    settling.end()
    assert settled == [7, 7]


def test_an_error_on_the_way_to_the_disk_is_told_at_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The system tells of it once; the next time it says that all is well."""
    errors = [OSError(28, "No space left on device")]

    def settle(_descriptor: int) -> None:
        if errors:
            raise errors.pop()

    monkeypatch.setattr(atomic, "settle", settle)
    settling = atomic.Settling(7)
    settling.wrote(20 << 20)
    with pytest.raises(OSError, match="No space left"):
        settling.end()
