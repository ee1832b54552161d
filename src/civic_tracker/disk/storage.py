"""Writing a set of files so that a reader finds all of the old ones or all of the new ones, never a mixture.

The writer holds the folder (``locks``). The new files are laid ready in its room there; a journal that lists them with
their checksums is put in place in one step; then they are moved over the old ones and the journal is
removed. Whoever writes next after an interruption finishes the moves when there is a journal, and throws away what lies
ready when there is none. Who only reads never does either: :mod:`civic_tracker.disk.versions`.
"""

import gzip
import os
import re
import shutil
import zlib
from collections.abc import Mapping
from pathlib import Path

from civic_tracker.disk import files as single
from civic_tracker.disk.files import (
    UNCHANGED,
    Content,
    explained,
    file_sha256,
    open_plain,
    refuse_links,
    sha256,
    sync_folder,
)
from civic_tracker.disk.journal import JOURNAL, Journal, Kinds, is_safe, read_journal, waiting
from civic_tracker.disk.locks import PATIENCE, ROOM, locked
from civic_tracker.errors import DatasetError

__all__ = [
    "PATIENCE",
    "Content",
    "Kinds",
    "file_sha256",
    "has_snapshot",
    "keep_snapshot",
    "locked",
    "needs_recovery",
    "read_snapshot",
    "recover",
    "sha256",
    "write_together",
]

_MANY = 200  # files: waiting for the disk once is then many times faster than once for each
_PLACE = re.compile(r"[0-9a-f]{16}")


def write_together(
    folder: Path,
    files: Mapping[str, bytes | Content],
    *,
    remove: frozenset[str] = frozenset(),
    kinds: Kinds | None = None,
) -> list[str]:
    """Replace files of ``folder`` (paths relative to it) in one step; return those that changed.

    Files that already have the wanted content are not touched, so an unchanged dataset changes no file. ``kinds`` says
    which files are written there at all, now and at other times: an interrupted write is finished only if it wrote such
    files. Without it they are the files named now.

    Raises:
        DatasetError: when another holds the folder, when a file of it is a link, or when it cannot be written; it says
            whether the old files are as they were, or the new ones lie ready and the next command puts them in place.
    """
    wanted = {name: one if isinstance(one, Content) else Content.of(one) for name, one in sorted(files.items())}
    named = wanted.keys() | remove
    kinds = kinds or named.__contains__
    if foreign := sorted(name for name in named if not (is_safe(name) and kinds(name))):
        raise DatasetError(f"{folder}: the program does not write {foreign[0][:200]!r} there. Nothing was changed.")
    with explained(folder, UNCHANGED):
        if _is_there(folder, wanted, remove):
            return []
    with locked(folder, patience=PATIENCE):
        recover(folder, kinds)
        refuse_links(folder, (*named, JOURNAL))
        with explained(folder, UNCHANGED):
            changed = {name: one for name, one in wanted.items() if file_sha256(folder / name) != one.sha256}
            going = {name: file_sha256(folder / name) for name in sorted(remove)}
            gone = {name: digest for name, digest in going.items() if digest is not None}
            if not changed and not gone:
                return []
            journal = Journal({name: one.sha256 for name, one in changed.items()}, gone)
            try:
                _lay_ready(folder, journal, changed)
                (journal.ready(folder) / JOURNAL).replace(folder / JOURNAL)
            except (OSError, KeyboardInterrupt):
                if not os.path.lexists(folder / JOURNAL):
                    shutil.rmtree(journal.ready(folder), ignore_errors=True)
                raise
        _finish(folder, kinds)
    return [*changed, *gone]


def recover(folder: Path, kinds: Kinds) -> None:
    """Finish, or forget, a write that was interrupted.

    Raises:
        DatasetError: when that cannot be done now, when the journal is damaged or names other files than of these
            ``kinds``, or when another holds the folder.
    """
    if not _was_interrupted(folder):
        return
    with locked(folder, patience=PATIENCE):
        _finish(folder, kinds)
        with explained(folder, UNCHANGED):
            _sweep(folder)


def needs_recovery(folder: Path) -> bool:
    """Whether a journal is there: a write is under way, or was interrupted."""
    return (folder / JOURNAL).is_file()


def keep_snapshot(folder: Path, content: bytes) -> str:
    """Store the bytes of a document once, compressed, under their SHA-256; return it."""
    digest = sha256(content)
    path = _snapshot_path(folder, digest)
    if not _is_whole(folder, digest):
        refuse_links(folder.parent, [path.relative_to(folder.parent).as_posix()])
        with explained(folder, UNCHANGED):
            single.write_file(path, gzip.compress(content, mtime=0))
    return digest


def has_snapshot(folder: Path, digest: str) -> bool:
    return _snapshot_path(folder, digest).is_file()


def read_snapshot(folder: Path, digest: str) -> bytes:
    """The bytes stored under a SHA-256.

    Raises:
        DatasetError: when they are missing, damaged, or not those bytes.
    """
    path = _snapshot_path(folder, digest)
    try:
        with os.fdopen(open_plain(path), "rb") as stream:
            content = gzip.decompress(stream.read())
    except (OSError, EOFError, zlib.error) as error:
        raise DatasetError(f"{path}: the stored document cannot be read ({error}). Import it again.") from error
    if sha256(content) != digest:
        raise DatasetError(f"{path}: the stored document is damaged. Import it again.")
    return content


def _is_there(folder: Path, wanted: Mapping[str, Content], remove: frozenset[str]) -> bool:
    """Whether the folder is as it is to be, and nobody is at work there: then it need not be held at all."""
    return (
        not _was_interrupted(folder)
        and not any(os.path.lexists(folder / name) for name in remove)
        and all(file_sha256(folder / name) == one.sha256 for name, one in wanted.items())
    )


def _was_interrupted(folder: Path) -> bool:
    """Whether a journal, or the room of a writer, is there: one is at work, or was interrupted."""
    return os.path.lexists(folder / JOURNAL) or os.path.lexists(folder / ROOM)


def _places(folder: Path) -> list[Path]:
    """What writers laid ready in their room: the one at work, and those that were interrupted."""
    room = folder / ROOM
    if room.is_symlink() or not room.is_dir():
        return []
    return [path for path in room.iterdir() if _PLACE.fullmatch(path.name) and not path.is_symlink()]


def _lay_ready(folder: Path, journal: Journal, files: Mapping[str, Content]) -> None:
    ready = journal.ready(folder)
    ready.mkdir()
    write = _write if len(files) > _MANY and hasattr(os, "sync") else single.write_durably
    for name, content in files.items():
        (ready / name).parent.mkdir(parents=True, exist_ok=True)
        write(ready / name, content)
    if write is _write:
        os.sync()
    single.write_durably(ready / JOURNAL, Content.of(journal.as_json()))


def _finish(folder: Path, kinds: Kinds) -> None:
    """Move what lies ready into place. The folder is held."""
    with explained(folder, _LIES_READY):
        journal = read_journal(folder, kinds)
        if journal is None:
            return
        refuse_links(folder, (*journal.move, *journal.remove))
        refuse_links(folder, (f"{ROOM}/{journal.place}/{name}" for name in journal.move))
        sync_folder(folder)
        for name in waiting(folder, journal):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (journal.ready(folder) / name).replace(folder / name)
        for name in journal.remove:
            (folder / name).unlink(missing_ok=True)
        for parent in sorted({(folder / name).parent for name in journal.move}):
            sync_folder(parent)
        (folder / JOURNAL).unlink()
        shutil.rmtree(journal.ready(folder), ignore_errors=True)
        sync_folder(folder)


def _sweep(folder: Path) -> None:
    """Throw away what interrupted writers laid ready and nobody will move. The folder is held."""
    for place in _places(folder):
        shutil.rmtree(place)


def _write(path: Path, content: Content) -> None:
    with os.fdopen(single.new_file(path), "wb") as stream:
        stream.writelines(content.pieces())


def _is_whole(folder: Path, digest: str) -> bool:
    try:
        read_snapshot(folder, digest)
    except DatasetError:
        return False
    return True


def _snapshot_path(folder: Path, digest: str) -> Path:
    return folder / digest[:2] / f"{digest}.gz"


_LIES_READY = "The new files lie ready there: once it can be written, the next command puts them in place."
