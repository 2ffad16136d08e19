"""The directory of one run: hidden while it is written, and then there in full.

    reports/.20261123T070000Z-a1b2c3.partial/     while the run goes on
    reports/20261123T070000Z-a1b2c3/              once everything is on the disk
    reports/latest                                the run that was written to its end last

A crash at any moment leaves the old state or the new one, and perhaps a hidden directory.
"""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path, PurePath
from typing import IO

from auditor.errors import AuditorError, UsageError
from auditor.sink.atomic import Settling, settle, settle_directory, unwritable, write_atomically
from auditor.sink.compressed import SUFFIX, compress
from auditor.sink.lock import Hold, is_held

Add = Callable[[str | bytes], None]
"""Adds to a file: a text, or the bytes of one in UTF-8."""

LATEST = "latest"
"""The name that stands for the run that was written to its end last."""

_RUN_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")
_FILE_NAME = re.compile(r"\w[\w.-]*", re.ASCII)
_NAME_IN_FOLDERS = re.compile(r"(\w[\w.=-]*/)*\w[\w.-]*", re.ASCII)
_BUFFER = 1 << 20
_NAMED_RUNS = 5


def new_run_id(now: str) -> str:
    """An id that no other run has, for a run that starts at this timestamp.

    The order of ids is the order of their starts: ``20261123T070000Z-a1b2c3``.
    """
    return f"{re.sub('[-:]', '', now[:19])}Z-{secrets.token_hex(3)}"


def run_id_of(directory: Path) -> str:
    """The id of the run whose directory this is, whether it came to its end or not."""
    return directory.name.removeprefix(".").removesuffix(".partial")


def forget_partial(directory: Path) -> None:
    """Remove the directory of a run that did not come to its end; any other one stays."""
    if directory.name.endswith(".partial"):
        shutil.rmtree(directory, ignore_errors=True)


class RunDirectory:
    """The files of one run on their way to ``output/<run id>``.

    Raises UsageError at once where the directory cannot be made or the run id is taken.
    """

    def __init__(self, output: Path, run_id: str) -> None:
        if not _RUN_ID.fullmatch(run_id):
            raise ValueError(f"not a run id: {run_id!r}")
        self.run_id = run_id
        self.path = output / run_id
        self.partial = output / f".{run_id}.partial"
        self._latest = output / LATEST
        self._names: list[str] = []
        self._unfinished: set[str] = set()
        self._digests: dict[str, str] = {}
        self._make()
        self._hold = Hold(self.partial)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of what was written so far and is finished, in their order."""
        return tuple(sorted(set(self._names) - self._unfinished))

    @property
    def digests(self) -> Mapping[str, str]:
        """The SHA-256 of what was written into files of lines, by their names."""
        return dict(self._digests)

    @property
    def files(self) -> tuple[Path, ...]:
        """What was written so far and is finished, where it is now, in the order of names."""
        directory = self.partial if self.partial.exists() else self.path
        return tuple(directory / name for name in self.names)

    @contextmanager
    def open_lines(self, name: str, *, at_once: bool = False) -> Iterator[Add]:
        """A function that adds a line, which has its newline, or several, to a new file.

        The file is on the disk when the context ends. With ``at_once`` every line is in the file
        when it was added, so that a process that is killed leaves it. Raises AuditorError where it
        cannot be written.
        """
        path, digest = self._claim(name), sha256()
        try:
            file = path.open("xb", buffering=_BUFFER)
        except OSError as error:
            raise unwritable(path, error) from error
        settling = Settling(file.fileno())

        def add(lines: str | bytes) -> None:
            if isinstance(lines, str):
                lines = lines.encode("utf-8", "backslashreplace")
            digest.update(lines)
            try:
                file.write(lines)
                if at_once:
                    file.flush()
                settling.wrote(len(lines))
            except OSError as error:
                raise unwritable(path, error) from error

        try:
            yield add
        finally:
            # After an interruption too: what was gathered is kept, and every line of it is whole.
            try:
                with file:
                    file.flush()
                    settling.end()
            except OSError as error:
                raise unwritable(path, error) from error
            self._unfinished.remove(name)
            self._digests[name] = digest.hexdigest()

    @contextmanager
    def open_bytes(self, name: str) -> Iterator[IO[bytes]]:
        """A new file for bytes; the folders in its name are made.

        The file is on the disk when the context ends. Raises AuditorError where it cannot be.
        """
        path = self._claim(name, _NAME_IN_FOLDERS)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                yield file
                file.flush()
                settle(file.fileno())
        except OSError as error:
            raise unwritable(path, error) from error
        self._unfinished.remove(name)

    def write(self, name: str, text: str) -> Path:
        """Write a whole new file and give its path."""
        with self.open_lines(name) as add:
            add(text)
        return self.partial / name

    def compress(self, name: str) -> None:
        """Put the zstd form of a finished file, ``name.zst``, in its place.

        Raises AuditorError where it cannot be written; the file stays as it was then.
        """
        path = self.partial / name
        compressed = self._claim(f"{name}{SUFFIX}")
        try:
            compress(path, compressed)
            path.unlink()
        except OSError as error:
            raise unwritable(compressed, error) from error
        self._unfinished.remove(compressed.name)
        self._names.remove(name)

    def commit(self) -> Path:
        """Give the directory its name and let ``latest`` point at it; the path that it has now.

        Raises AuditorError where that cannot be done; the files stay where they are.
        """
        if self._unfinished:
            raise ValueError(f"still being written: {', '.join(sorted(self._unfinished))}")
        for folder in {folder for name in self.names for folder in PurePath(name).parents}:
            settle_directory(self.partial / folder)
        try:
            self.partial.rename(self.path)
        except OSError as error:
            raise unwritable(self.path, error) from error
        settle_directory(self.path.parent)
        self._hold.release()
        self._point_latest()
        return self.path

    def discard(self) -> None:
        """Remove what was written so far; nothing is left of the run."""
        self._hold.release()
        shutil.rmtree(self.partial, ignore_errors=True)

    def _make(self) -> None:
        try:
            self.partial.parent.mkdir(parents=True, exist_ok=True)
            # Nobody else has this id from here on: a run is renamed from this very directory.
            self.partial.mkdir()
        except FileExistsError as error:
            raise _not_made(self.partial, "something else is there") from error
        except OSError as error:
            raise _not_made(self.partial, error.strerror or type(error).__name__) from error
        if self.path.exists():
            self.partial.rmdir()
            raise _not_made(self.path, "something else is there")
        if self._latest.is_dir() and not self._latest.is_symlink():
            self.partial.rmdir()
            raise _not_made(self.path, f"{self._latest} is a directory, and must be a link")

    def _claim(self, name: str, allowed: re.Pattern[str] = _FILE_NAME) -> Path:
        if not allowed.fullmatch(name) or name in self._names:
            raise ValueError(f"not a new file name: {name!r}")
        self._names.append(name)
        self._unfinished.add(name)
        return self.partial / name

    def _point_latest(self) -> None:
        link = self._latest.with_name(f".{LATEST}.{self.run_id}.partial")
        try:
            try:
                link.symlink_to(self.run_id, target_is_directory=True)
            except (OSError, NotImplementedError):
                write_atomically(self._latest, f"{self.run_id}\n")
            else:
                link.replace(self._latest)
        except (OSError, AuditorError) as error:
            link.unlink(missing_ok=True)
            raise AuditorError(
                f"the run is written in {self.path}, but {self._latest} could not be changed",
                "name the run by its id instead of latest",
            ) from error
        settle_directory(self.path.parent)


def resolve_run(output: Path, name: str) -> Path:
    """The directory of a run, named by ``latest``, by its id or by its path.

    What ``latest`` means is settled here: a run that ends later does not change the answer.
    Raises UsageError where there is no such run.
    """
    if name == LATEST:
        found = _pointed_at(output / LATEST)
    elif _RUN_ID.fullmatch(name) and (output / name).is_dir():
        found = output / name
    else:
        path = Path(name)
        found = _pointed_at(path) if path.is_symlink() or path.name == LATEST else path
    if found is None or not found.is_dir():
        raise UsageError(f"there is no run {name}", _known_runs(output))
    return found


def resolve_unfinished(output: Path, name: str) -> Path:
    """The directory of a run that did not come to its end, or that did and is to be gone on with.

    Raises UsageError where there is none, and where some process is still writing it.
    """
    hidden = output / f".{name}.partial"
    found = hidden if _RUN_ID.fullmatch(name) and hidden.is_dir() else resolve_run(output, name)
    if is_held(found):
        raise UsageError(f"the run {name} has not ended: a process is writing it", "wait for it")
    return found


def _pointed_at(latest: Path) -> Path | None:
    """What a link, or the file that stands for one where links are impossible, points at."""
    try:
        if latest.is_symlink():
            return latest.parent / latest.readlink()
        run_id = latest.read_text("utf-8").strip()
    except (OSError, ValueError):
        return None
    return latest.parent / run_id if _RUN_ID.fullmatch(run_id) else None


def _known_runs(output: Path) -> str:
    try:
        runs = sorted(path.name for path in output.iterdir() if _RUN_ID.fullmatch(path.name))
    except OSError:
        runs = []
    if not runs:
        return f"there are no runs in {output}; --output names another directory"
    return f"the last runs in {output}: {', '.join(runs[-_NAMED_RUNS:])}"


def _not_made(path: Path, reason: str) -> UsageError:
    return UsageError(
        f"cannot make the directory of the run, {path}: {reason}",
        "choose another place with --output, or mend this one",
    )
