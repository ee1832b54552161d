"""Writing a set of files so that a reader finds all of the old ones or all of the new ones, never a mixture.

The new files are written beside the old ones under ``.next/``; a journal that lists them is put in place in one step;
then they are moved over the old ones and the journal is removed. Whoever comes after an interruption finishes the moves
when there is a journal, and throws ``.next/`` away when there is none.
"""

import gzip
import hashlib
import json
import os
import shutil
import socket
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from filelock import FileLock, Timeout

from civic_tracker.errors import DatasetError

_NEXT = ".next"
_JOURNAL = ".journal.json"
_MANY = 200  # files: waiting for the disk once is then many times faster than once for each


@dataclass
class Content:
    """What a file is to hold, made piece by piece whenever it is needed: a large file never stands in memory whole."""

    pieces: Callable[[], Iterable[bytes]]

    @classmethod
    def of(cls, content: bytes) -> "Content":
        return cls(lambda: (content,))

    @cached_property
    def sha256(self) -> str:
        digest = hashlib.sha256()
        for piece in self.pieces():
            digest.update(piece)
        return digest.hexdigest()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def file_sha256(path: Path) -> str | None:
    """The SHA-256 of a file; ``None`` when there is no such file."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except FileNotFoundError:
        return None


def write_together(
    folder: Path, files: Mapping[str, bytes | Content], *, remove: frozenset[str] = frozenset()
) -> list[str]:
    """Replace files of ``folder`` (paths relative to it) in one step; return those that changed.

    Files that already have the wanted content are not touched, so an unchanged dataset changes no file.

    Raises:
        DatasetError: when the folder cannot be written; it says whether the old files are as they were, or the new
            ones lie ready and the next command puts them in place.
    """
    with _explained(folder, _UNCHANGED):
        folder.mkdir(parents=True, exist_ok=True)
        recover(folder)
        wanted = {
            name: content if isinstance(content, Content) else Content.of(content)
            for name, content in sorted(files.items())
        }
        changed = {name: one for name, one in wanted.items() if file_sha256(folder / name) != one.sha256}
        gone = [name for name in sorted(remove) if (folder / name).exists()]
        if not changed and not gone:
            return []
        try:
            _lay_ready(folder / _NEXT, changed, gone)
            (folder / _NEXT / _JOURNAL).replace(folder / _JOURNAL)
        except OSError:
            shutil.rmtree(folder / _NEXT, ignore_errors=True)
            raise
    recover(folder)
    return [*changed, *gone]


def recover(folder: Path) -> None:
    """Finish, or forget, a write that was interrupted.

    Raises:
        DatasetError: when that cannot be done now, or the journal is damaged.
    """
    journal, pending = folder / _JOURNAL, folder / _NEXT
    with _explained(folder, _LIES_READY):
        if not journal.is_file():
            if pending.is_dir():
                shutil.rmtree(pending)
            return
        _sync_folder(folder)
        moved, gone = _read_journal(journal)
        for name in moved:
            if (pending / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (pending / name).replace(folder / name)
        for name in gone:
            (folder / name).unlink(missing_ok=True)
        for parent in sorted({(folder / name).parent for name in moved}):
            _sync_folder(parent)
        journal.unlink()
        shutil.rmtree(pending, ignore_errors=True)
        _sync_folder(folder)


def needs_recovery(folder: Path) -> bool:
    return (folder / _JOURNAL).is_file()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder for one writer; a lock whose holder died is free again.

    Raises:
        DatasetError: when another run holds it, with who that is.
    """
    lock, holder = folder / "local" / ".lock", folder / "local" / ".holder"
    with _explained(folder, _UNCHANGED):
        lock.parent.mkdir(parents=True, exist_ok=True)
        if not (lock.parent / ".gitignore").is_file():
            (lock.parent / ".gitignore").write_bytes(b"*\n")
        held = FileLock(lock, timeout=0)
        try:
            held.acquire()
        except Timeout as error:
            try:
                who = holder.read_text(encoding="utf-8").strip()
            except OSError:
                who = "another run"
            raise DatasetError(f"{folder}: is being written by {who}. Wait until it has ended.") from error
        try:
            now = datetime.now(UTC).isoformat(timespec="seconds")
            holder.write_text(f"process {os.getpid()} on {socket.gethostname()}, since {now}\n", encoding="utf-8")
        except OSError:
            held.release()
            raise
    try:
        yield
    finally:
        holder.unlink(missing_ok=True)
        held.release()


def keep_snapshot(folder: Path, content: bytes) -> str:
    """Store the bytes of a document once, compressed, under their SHA-256; return it."""
    digest = sha256(content)
    path = _snapshot_path(folder, digest)
    if not _is_whole(folder, digest):
        with _explained(folder, _UNCHANGED):
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary = path.with_suffix(".part")
            _write_durably(temporary, Content.of(gzip.compress(content, mtime=0)))
            temporary.replace(path)
    return digest


def _is_whole(folder: Path, digest: str) -> bool:
    try:
        read_snapshot(folder, digest)
    except DatasetError:
        return False
    return True


def has_snapshot(folder: Path, digest: str) -> bool:
    return _snapshot_path(folder, digest).is_file()


def read_snapshot(folder: Path, digest: str) -> bytes:
    """The bytes stored under a SHA-256.

    Raises:
        DatasetError: when they are missing, damaged, or not those bytes.
    """
    path = _snapshot_path(folder, digest)
    try:
        content = gzip.decompress(path.read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        raise DatasetError(f"{path}: the stored document cannot be read ({error}). Import it again.") from error
    if sha256(content) != digest:
        raise DatasetError(f"{path}: the stored document is damaged. Import it again.")
    return content


def _lay_ready(pending: Path, files: Mapping[str, Content], gone: list[str]) -> None:
    pending.mkdir(exist_ok=True)
    # What waits here may be publishers' full texts: it must not be committed after an interruption either.
    _write_durably(pending / ".gitignore", Content.of(b"*\n"))
    write = _write if len(files) > _MANY and hasattr(os, "sync") else _write_durably
    for name, content in files.items():
        (pending / name).parent.mkdir(parents=True, exist_ok=True)
        write(pending / name, content)
    if write is _write:
        os.sync()
    journal = json.dumps({"move": list(files), "remove": gone})
    _write_durably(pending / _JOURNAL, Content.of(journal.encode()))


def _read_journal(journal: Path) -> tuple[list[str], list[str]]:
    try:
        todo = json.loads(journal.read_bytes())
        return list(todo["move"]), list(todo["remove"])
    except (ValueError, KeyError, TypeError) as error:
        raise DatasetError(
            f"{journal}: is damaged. Delete it and the folder {_NEXT} beside it, and run the command again."
        ) from error


def _snapshot_path(folder: Path, digest: str) -> Path:
    return folder / digest[:2] / f"{digest}.gz"


def _write(path: Path, content: Content) -> None:
    with path.open("wb") as stream:
        stream.writelines(content.pieces())


def _write_durably(path: Path, content: Content) -> None:
    with path.open("wb") as stream:
        stream.writelines(content.pieces())
        stream.flush()
        os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":  # elsewhere a folder cannot be opened
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


_UNCHANGED = "Nothing was changed. Free some space or choose another folder."
_LIES_READY = "The new files lie ready there: once it can be written, the next command puts them in place."


@contextmanager
def _explained(folder: Path, outcome: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DatasetError(f"{folder}: cannot be written ({error.strerror or error}). {outcome}") from error
