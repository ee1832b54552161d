"""Reading files that are written together: one version, whole, while another process writes the next; nothing is held.

A reader opens all the files it wants, then looks whether what it opened stood there together at one instant; if not, it
opens them again. From then on it reads from what it opened, which no writer changes any more. Where a journal is in
place, the new files count, and are read where they lie: a folder that may only be read needs no repair.
"""

import hashlib
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader, BytesIO, TextIOWrapper
from pathlib import Path
from typing import IO, Any, Self, TypeVar, cast

from civic_tracker.disk.files import open_plain
from civic_tracker.disk.journal import Journal, Kinds, read_journal
from civic_tracker.errors import DatasetError

_PATIENCE = 60.0
_PAUSE = 0.02
T = TypeVar("T")


class OpenFile:
    """A file of one version, opened, or one that this version does not have; it is read like a ``Path``."""

    def __init__(
        self, path: Path, descriptor: int | None, *, in_place: bool = False, content: bytes | None = None
    ) -> None:
        self._path, self._descriptor, self._in_place, self._content = path, descriptor, in_place, content

    @classmethod
    def holding(cls, path: Path, content: bytes) -> Self:
        """A file whose content is known: what stands at ``path`` is not read."""
        return cls(path, None, content=content)

    def __str__(self) -> str:
        return str(self._path)

    def is_file(self) -> bool:
        return self._descriptor is not None or self._content is not None

    def open(self, mode: str = "r", *, encoding: str | None = None, newline: str | None = None) -> IO[Any]:
        """The content from its beginning, to be read by one reader at a time."""
        if self._content is not None:
            stream = BytesIO(self._content)
            return stream if "b" in mode else TextIOWrapper(stream, encoding=encoding, newline=newline)
        if self._descriptor is None:
            raise FileNotFoundError(str(self))
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        return os.fdopen(os.dup(self._descriptor), mode, encoding=encoding, newline=newline)

    def read_bytes(self) -> bytes:
        with self.open("rb") as stream:
            content: bytes = stream.read()
        return content

    def sha256(self) -> str | None:
        """The SHA-256 of the content; ``None`` where there is no such file."""
        if self._descriptor is None:
            return None
        with self.open("rb") as stream:
            return hashlib.file_digest(cast(BufferedReader, stream), "sha256").hexdigest()

    def still_there(self) -> bool:
        """Whether this very file still stands in its place, or still none does."""
        if not self._in_place:
            return True  # it lies ready under a name of its own, and the journal says whether that still counts
        try:
            there = self._path.stat()
        except FileNotFoundError:
            return self._descriptor is None
        return self._descriptor is not None and os.path.samestat(there, os.fstat(self._descriptor))

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class Version:
    """The files of a folder as they are now; each is opened once, when it is first asked for."""

    def __init__(self, folder: Path, kinds: Kinds) -> None:
        self._folder, self._kinds = folder, kinds
        self._journal = read_journal(folder, kinds)
        self._files: dict[str, OpenFile] = {}
        self._listed: dict[str, list[str]] = {}

    def file(self, name: str) -> OpenFile:
        if name not in self._files:
            self._files[name] = self._opened(name)
        return self._files[name]

    def names(self, pattern: str) -> list[str]:
        """The files that match a pattern such as ``local/texts/*.jsonl``, sorted."""
        if pattern not in self._listed:
            self._listed[pattern] = self._names(pattern)
        return self._listed[pattern]

    def is_one(self) -> bool:
        """Whether all that was opened and listed stood there together.

        Each file stood in its place from when it was opened until it is looked at again, so that all did at the instant
        between. The journal of that instant is the one that was followed.
        """
        return (
            _same(read_journal(self._folder, self._kinds), self._journal)
            and all(file.still_there() for file in self._files.values())
            and all(self._names(pattern) == names for pattern, names in self._listed.items())
        )

    def close(self) -> None:
        for file in self._files.values():
            file.close()

    def _opened(self, name: str) -> OpenFile:
        path = self._folder / name
        if self._journal and name in self._journal.remove:
            return OpenFile(path, None, in_place=False)
        if self._journal and name in self._journal.move:
            ready = _descriptor(self._journal.ready(self._folder) / name)
            if ready is not None:
                return OpenFile(path, ready, in_place=False)
        return OpenFile(path, _descriptor(path), in_place=True)

    def _names(self, pattern: str) -> list[str]:
        found = {path.relative_to(self._folder).as_posix() for path in self._folder.glob(pattern)}
        if self._journal:
            found |= {name for name in self._journal.move if _matches(name, pattern)}
            found -= self._journal.remove.keys()
        return sorted(found)


@contextmanager
def one_version(folder: Path, kinds: Kinds, choose: Callable[[Version], T]) -> Iterator[tuple[Version, T]]:
    """One version of the files of ``folder``, open as long as the block, and what ``choose`` found in it.

    ``choose`` opens every file that the block will read. It is called again when a writer came between.

    Raises:
        DatasetError: what ``choose`` raises of one version; or when writers never pause for a minute.
        OSError: when a file is there and cannot be opened.
    """
    end = time.monotonic() + _PATIENCE
    while True:
        version = Version(folder, kinds)
        try:
            try:
                chosen = choose(version)
            except (DatasetError, OSError):
                if version.is_one():
                    raise
            else:
                if version.is_one():
                    yield version, chosen
                    return
        finally:
            version.close()
        if time.monotonic() > end:
            raise DatasetError(f"{folder}: is written without a pause. Try again when that has ended.")
        time.sleep(random.uniform(0, _PAUSE))  # noqa: S311


@contextmanager
def one_file(folder: Path, name: str, kinds: Kinds) -> Iterator[OpenFile]:
    """One file of the folder, as the newest version has it, open as long as the block."""
    with one_version(folder, kinds, lambda version: version.file(name)) as (_, file):
        yield file


def _same(one: Journal | None, other: Journal | None) -> bool:
    return (one and one.place) == (other and other.place)


def _descriptor(path: Path) -> int | None:
    try:
        return open_plain(path)
    except (FileNotFoundError, NotADirectoryError):
        return None


def _matches(name: str, pattern: str) -> bool:
    return name.count("/") == pattern.count("/") and Path(name).match(pattern)
