"""Single files: written whole or not at all, and never through a link; read only where they are plain files.

Every write of the program ends here or in :mod:`civic_tracker.disk.storage`, which writes several files together.
"""

import errno
import hashlib
import os
import secrets
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from civic_tracker.errors import DatasetError

UNCHANGED = "Nothing was changed. Free some space or choose another folder."
_NOT_THROUGH_LINKS = getattr(os, "O_NOFOLLOW", 0)
_BINARY = getattr(os, "O_BINARY", 0)
_NO_WAITING = getattr(os, "O_NONBLOCK", 0)  # opening a pipe would wait for somebody who writes into it


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
        descriptor = open_plain(path)
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def open_plain(path: Path, *, through_links: bool = True) -> int:
    """A descriptor to read a plain file with; a folder, a device or a pipe is refused with ``OSError``."""
    flags = os.O_RDONLY | _BINARY | _NO_WAITING | (0 if through_links else _NOT_THROUGH_LINKS)
    descriptor = os.open(path, flags)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is no plain file")
    return descriptor


def write_durably(path: Path, content: Content) -> None:
    """Write a file that is not there yet, and wait until the disk has it."""
    with os.fdopen(new_file(path), "wb") as stream:
        stream.writelines(content.pieces())
        stream.flush()
        os.fsync(stream.fileno())


def new_file(path: Path) -> int:
    """A descriptor to write a file with that is not there yet: neither as a file nor as a link."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY | _NOT_THROUGH_LINKS, 0o666)


def write_file(path: Path, content: bytes) -> None:
    """Write one file, whole or not at all: beside it, then in its place. Its mode stays; its folder is made.

    What goes to a device or a pipe (``/dev/null``, ``>(gzip)``) is simply written there.

    Raises:
        OSError: when it cannot be written, or is a link to a file. What was there is then as it was.
    """
    if _takes_a_stream(path):
        with path.open("wb") as stream:
            stream.write(content)
        return
    if path.is_symlink():
        raise OSError(errno.ELOOP, "it is a link, and nothing is written through one")
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "it is a folder")
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        write_durably(beside, Content.of(content))
        if path.exists():
            beside.chmod(stat.S_IMODE(path.stat().st_mode))
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def _takes_a_stream(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return stat.S_ISCHR(mode) or stat.S_ISFIFO(mode)


def refuse_links(folder: Path, names: Iterable[str]) -> None:
    """Refuse to write files of ``folder`` that are links, or lie in folders that are: they would land elsewhere.

    The folder itself may be reached by a link, which is whoever named it meant.

    Raises:
        DatasetError: naming the link.
    """
    seen: set[Path] = set()
    for name in names:
        path = folder
        for part in name.split("/"):
            path /= part
            if path not in seen and path.is_symlink():
                raise DatasetError(
                    f"{path}: is a link, and nothing is written through one. Nothing was changed. "
                    "Take the link away, or choose another folder."
                )
            seen.add(path)


def sync_folder(folder: Path) -> None:
    """Wait until the disk has the names of the folder's files."""
    if os.name != "posix":  # elsewhere a folder cannot be opened
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def explained(folder: Path, outcome: str) -> Iterator[None]:
    """Let what the system refuses become one line that names the folder and says what became of it."""
    try:
        yield
    except OSError as error:
        raise DatasetError(f"{folder}: cannot be written ({error.strerror or error}). {outcome}") from error
