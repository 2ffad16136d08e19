"""Files that are there in full or not at all, whatever happens while they are written."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from threading import Thread

from auditor.errors import AuditorError

_STEP = 16 << 20  # bytes that are put on the disk together


def write_atomically(path: Path, text: str) -> None:
    """Write a UTF-8 file so that readers, and a crash, see the old content or the new one.

    Raises AuditorError where the file cannot be written; what was there before is still there.
    """
    write_lines_atomically(path, [text])


def write_lines_atomically(path: Path, lines: Iterable[str]) -> None:
    """As `write_atomically`, from lines that have their newlines and need not fit into memory."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}.partial")
    try:
        try:
            with temporary.open(
                "x", encoding="utf-8", errors="backslashreplace", newline=""
            ) as file:
                file.writelines(lines)
                settle(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(path, error) from error
    settle_directory(path.parent)


def settle(descriptor: int) -> None:
    """Make the system put what was written to a file on the disk."""
    os.fsync(descriptor)


class Settling:
    """Puts a file on the disk while it is written, so that little is left to do at its end."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._waiting = 0
        self._thread: Thread | None = None
        self._error: OSError | None = None

    def wrote(self, size: int) -> None:
        """Is told how much was written."""
        self._waiting += size
        if self._waiting >= _STEP and (self._thread is None or not self._thread.is_alive()):
            self._waiting = 0
            self._thread = Thread(target=self._settle, daemon=True)
            self._thread.start()

    def end(self) -> None:
        """Puts the rest there; raises OSError where any of it cannot be."""
        if self._thread is not None:
            self._thread.join()
        # NOTE: the system tells of an error once, and of none the next time.
        if self._error is not None:
            raise self._error
        settle(self._descriptor)

    def _settle(self) -> None:
        try:
            settle(self._descriptor)
        except OSError as error:
            self._error = self._error or error


def settle_directory(directory: Path) -> None:
    """Make the system put the names in a directory on the disk, where it can do that."""
    # Some systems and file systems cannot open or sync a directory; there the names are
    # as safe as the system makes them, and the content of the files does not depend on it.
    with contextlib.suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def unwritable(path: Path, error: OSError) -> AuditorError:
    """The error to raise where a file or a directory cannot be written."""
    reason = error.strerror or type(error).__name__
    return AuditorError(
        f"cannot write {path}: {reason}",
        "check the permissions and the free space, or choose another place with --output",
    )
