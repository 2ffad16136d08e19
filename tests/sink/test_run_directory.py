"""The directory of a run, while it is written and afterwards."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from auditor.errors import AuditorError, UsageError
from auditor.sink import atomic, run_directory
from auditor.sink.run_directory import RunDirectory, new_run_id, resolve_run

_FIRST = "20261123T070000Z-a1b2c3"
_SECOND = "20261123T080000Z-0d0e0f"


def _committed(output: Path, run_id: str) -> Path:
    run = RunDirectory(output, run_id)
    run.write("report.json", "{}")
    return run.commit()


def _names(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()}


def _no_links(*_arguments: object, **_options: object) -> None:
    raise OSError(1, "Operation not permitted")


def test_a_run_id_is_the_start_and_six_hexadecimal_digits() -> None:
    """Two runs of one second have different ids, and ids order like their starts."""
    one, other = new_run_id("2026-11-23T07:00:00.123Z"), new_run_id("2026-11-23T07:00:00.123Z")
    assert one[:17] == other[:17] == "20261123T070000Z-"
    assert len(one) == 23
    assert int(one[17:], 16) >= 0
    assert one != other
    assert new_run_id("2026-11-23T06:59:59.999Z") < one


def test_a_run_is_hidden_until_it_is_committed(tmp_path: Path) -> None:
    """Nobody who looks for runs sees one that is being written."""
    run = RunDirectory(tmp_path / "reports", _FIRST)
    with run.open_lines("findings.jsonl") as add:
        add('{"a":1}\n')
    assert _names(tmp_path / "reports") == {f".{_FIRST}.partial"}
    assert run.files == (run.partial / "findings.jsonl",)
    assert run.commit() == tmp_path / "reports" / _FIRST
    assert _names(tmp_path / "reports") == {_FIRST, "latest"}
    assert run.files == (run.path / "findings.jsonl",)


def test_lines_are_streamed_into_several_files_at_once(tmp_path: Path) -> None:
    """Inventory and findings grow side by side, whatever a line holds."""
    run = RunDirectory(tmp_path, _FIRST)
    with run.open_lines("inventory.jsonl") as inventory, run.open_lines("findings.jsonl") as found:
        for number in range(3):
            inventory(f"row {number}\n")
            found(f"größe \ud800 {number}\n")
    run.commit()
    assert (run.path / "inventory.jsonl").read_bytes() == b"row 0\nrow 1\nrow 2\n"
    assert (run.path / "findings.jsonl").read_text("utf-8").splitlines()[2] == "größe \\ud800 2"


def test_a_whole_file_is_written_as_it_is(tmp_path: Path) -> None:
    """Line ends are not changed, on any system."""
    path = RunDirectory(tmp_path, _FIRST).write("report.md", "a\r\nb\n")
    assert path.read_bytes() == b"a\r\nb\n"


def test_a_file_may_be_of_bytes_and_in_a_folder_of_the_run(tmp_path: Path) -> None:
    """It is among the names of the run as soon as it is whole."""
    run = RunDirectory(tmp_path, _FIRST)
    with run.open_bytes("folder/region=eu/part-1.bin") as file:
        file.write(b"\x00\xff")
        assert not run.files
    assert run.names == ("folder/region=eu/part-1.bin",)
    assert (run.commit() / "folder/region=eu/part-1.bin").read_bytes() == b"\x00\xff"


def test_latest_points_at_the_run_that_ended_last(tmp_path: Path) -> None:
    """The link is relative, so that the whole directory can be moved."""
    _committed(tmp_path, _FIRST)
    assert (tmp_path / "latest").readlink() == Path(_FIRST)
    _committed(tmp_path, _SECOND)
    assert (tmp_path / "latest").readlink() == Path(_SECOND)
    assert _names(tmp_path) == {_FIRST, _SECOND, "latest"}


def test_a_run_that_is_not_committed_does_not_move_latest(tmp_path: Path) -> None:
    """After a crash, latest is still the old run, and the new one is no run."""
    _committed(tmp_path, _FIRST)
    RunDirectory(tmp_path, _SECOND).write("report.json", "{}")
    assert resolve_run(tmp_path, "latest") == tmp_path / _FIRST
    with pytest.raises(UsageError):
        resolve_run(tmp_path, _SECOND)


def test_a_crash_between_the_two_renames_leaves_a_whole_run_and_the_old_latest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new run has its name, and latest is what it was."""
    _committed(tmp_path, _FIRST)
    run = RunDirectory(tmp_path, _SECOND)
    run.write("report.json", "{}")

    def crash(_self: RunDirectory) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(RunDirectory, "_point_latest", crash)
    with pytest.raises(KeyboardInterrupt):
        run.commit()
    assert _names(tmp_path) == {_FIRST, _SECOND, "latest"}
    assert resolve_run(tmp_path, "latest") == tmp_path / _FIRST


def test_two_runs_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    """Runs that overlap have their own files, and both are there in the end."""
    one, other = RunDirectory(tmp_path, _FIRST), RunDirectory(tmp_path, _SECOND)
    with one.open_lines("findings.jsonl") as first, other.open_lines("findings.jsonl") as second:
        first("one\n")
        second("other\n")
    other.commit()
    one.commit()
    assert (tmp_path / _FIRST / "findings.jsonl").read_text("utf-8") == "one\n"
    assert (tmp_path / _SECOND / "findings.jsonl").read_text("utf-8") == "other\n"
    assert resolve_run(tmp_path, "latest") == tmp_path / _FIRST


@pytest.mark.parametrize("committed", [True, False])
def test_a_run_id_is_never_used_twice(tmp_path: Path, *, committed: bool) -> None:
    """A second run with the same id is refused, and the first one is unharmed."""
    run = RunDirectory(tmp_path, _FIRST)
    run.write("report.json", "first")
    if committed:
        run.commit()
    with pytest.raises(UsageError, match="something else is there"):
        RunDirectory(tmp_path, _FIRST)
    assert run.files[0].read_text("utf-8") == "first"
    assert not (committed and run.partial.exists())


def test_a_file_is_never_written_twice(tmp_path: Path) -> None:
    """Two formats with one file name are a mistake that is found at once."""
    run = RunDirectory(tmp_path, _FIRST)
    run.write("report.json", "{}")
    with pytest.raises(ValueError, match=r"not a new file name: 'report\.json'"):
        run.write("report.json", "{}")


@pytest.mark.parametrize("name", ["", "../a", "a/b", ".hidden", "a b", "/etc/passwd", "a\n"])
def test_a_file_cannot_be_outside_the_run(tmp_path: Path, name: str) -> None:
    """Only plain names are taken."""
    run = RunDirectory(tmp_path, _FIRST)
    with pytest.raises(ValueError, match="not a new file name"):
        run.write(name, "")


@pytest.mark.parametrize("name", ["", "../a", "a/../b", "a//b", "a/.hidden", "/etc/passwd", "a/"])
def test_a_file_in_folders_cannot_be_outside_the_run(tmp_path: Path, name: str) -> None:
    """Its folders have plain names too."""
    run = RunDirectory(tmp_path, _FIRST)
    with pytest.raises(ValueError, match="not a new file name"), run.open_bytes(name):
        pass


@pytest.mark.parametrize("run_id", ["", "..", "latest", "20261123T070000Z-A1B2C3", f"{_FIRST}/a"])
def test_only_a_run_id_is_a_run_id(tmp_path: Path, run_id: str) -> None:
    """A directory is never made under another name."""
    with pytest.raises(ValueError, match="not a run id"):
        RunDirectory(tmp_path, run_id)
    assert _names(tmp_path) == set()


def test_a_file_that_is_still_open_cannot_be_committed(tmp_path: Path) -> None:
    """A run with half a file never gets its name."""
    run = RunDirectory(tmp_path, _FIRST)
    with (
        run.open_lines("findings.jsonl"),
        pytest.raises(ValueError, match=r"still being written: findings\.jsonl"),
    ):
        run.commit()
    assert run.files == (run.partial / "findings.jsonl",)


def test_what_was_gathered_before_an_interruption_can_be_committed(tmp_path: Path) -> None:
    """The lines that were added before an exception are on the disk, each of them whole."""
    run = RunDirectory(tmp_path, _FIRST)

    def gather() -> None:
        with run.open_lines("findings.jsonl") as add:
            add("one\n")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        gather()
    run.commit()
    assert (run.path / "findings.jsonl").read_text("utf-8") == "one\n"


def test_a_discarded_run_leaves_nothing(tmp_path: Path) -> None:
    """A run that never began is not left lying about."""
    run = RunDirectory(tmp_path, _FIRST)
    run.write("report.json", "{}")
    run.discard()
    assert _names(tmp_path) == set()


def test_an_output_that_is_a_file_is_a_usage_error(tmp_path: Path) -> None:
    """Before anything is called, the error names the path."""
    (tmp_path / "reports").touch()
    with pytest.raises(
        UsageError, match=r"cannot make the directory of the run, .*reports"
    ) as caught:
        RunDirectory(tmp_path / "reports", _FIRST)
    assert "--output" in caught.value.hint


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere"
)
def test_an_output_that_cannot_be_written_is_a_usage_error(tmp_path: Path) -> None:
    """A directory without the permission to write says so."""
    tmp_path.chmod(0o500)
    with pytest.raises(UsageError, match="Permission denied"):
        RunDirectory(tmp_path, _FIRST)


def test_a_directory_in_the_place_of_latest_is_found_before_the_run(tmp_path: Path) -> None:
    """A run is not made where its last step could not work."""
    (tmp_path / "latest").mkdir()
    with pytest.raises(UsageError, match="latest is a directory, and must be a link"):
        RunDirectory(tmp_path, _FIRST)
    assert _names(tmp_path) == {"latest"}


def test_a_full_disk_is_an_error_with_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that cannot be brought to the disk is named, and the run cannot be committed."""

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic, "settle", full)
    run = RunDirectory(tmp_path, _FIRST)
    with pytest.raises(AuditorError, match=r"cannot write .*report\.json: No space left"):
        run.write("report.json", "{}")
    with pytest.raises(ValueError, match="still being written"):
        run.commit()


def test_where_links_are_impossible_latest_is_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file holds the run's id, and is understood like the link."""
    monkeypatch.setattr(Path, "symlink_to", _no_links)
    _committed(tmp_path, _FIRST)
    _committed(tmp_path, _SECOND)
    assert (tmp_path / "latest").read_text("utf-8") == f"{_SECOND}\n"
    assert resolve_run(tmp_path, "latest") == tmp_path / _SECOND
    assert resolve_run(Path("elsewhere"), str(tmp_path / "latest")) == tmp_path / _SECOND


def test_a_latest_that_cannot_be_moved_does_not_lose_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error says where the run is."""
    run = RunDirectory(tmp_path, _FIRST)
    run.write("report.json", "{}")

    def impossible(_path: Path, _text: str) -> None:
        raise AuditorError("cannot write")

    monkeypatch.setattr(Path, "symlink_to", _no_links)
    monkeypatch.setattr(run_directory, "write_atomically", impossible)
    with pytest.raises(AuditorError, match=f"the run is written in .*{_FIRST}, but"):
        run.commit()
    assert _names(tmp_path) == {_FIRST}


def test_a_run_is_found_by_latest_by_id_and_by_path(tmp_path: Path) -> None:
    """Whatever way a run is named, its own directory is the answer."""
    path = _committed(tmp_path, _FIRST)
    for name in ("latest", _FIRST, str(path), str(tmp_path / "latest")):
        assert resolve_run(tmp_path, name) == path


def test_what_latest_means_is_settled_once(tmp_path: Path) -> None:
    """A run that ends while another one is read does not change what is read."""
    _committed(tmp_path, _FIRST)
    found = resolve_run(tmp_path, "latest")
    _committed(tmp_path, _SECOND)
    assert found == tmp_path / _FIRST


def test_a_run_that_is_not_there_is_an_error_that_names_those_that_are(tmp_path: Path) -> None:
    """The hint lists the last runs, or says that there are none."""
    with pytest.raises(UsageError, match="there is no run latest") as caught:
        resolve_run(tmp_path / "reports", "latest")
    assert "there are no runs in" in caught.value.hint
    _committed(tmp_path, _FIRST)
    with pytest.raises(UsageError, match=f"there is no run {_SECOND}") as caught:
        resolve_run(tmp_path, _SECOND)
    assert _FIRST in caught.value.hint


@pytest.mark.parametrize("content", ["", "..", "../elsewhere\n", f"{_SECOND}\n"])
def test_a_latest_that_names_no_run_is_not_followed(tmp_path: Path, content: str) -> None:
    """A file called latest can only name a run beside it that is there."""
    (tmp_path / "latest").write_text(content, "utf-8")
    with pytest.raises(UsageError, match="there is no run latest"):
        resolve_run(tmp_path, "latest")
