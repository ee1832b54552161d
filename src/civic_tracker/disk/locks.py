"""One writer at a time for a folder, whatever is written there: the dataset, exports, a package, a site, reports.

A writer has a room of its own in the folder, ``.next/``, which version control does not see. The lock lies in it; it is
free again as soon as its holder has ended, even by a kill. The room is gone when the writer has gone.
"""

import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from civic_tracker.disk.files import UNCHANGED, explained, new_file, open_plain, refuse_links
from civic_tracker.errors import DatasetError

ROOM = ".next"
PATIENCE = 20.0
"""Seconds that a command waits for another to finish writing outputs, which takes one or two as a rule."""
_LOCK, _HOLDER, _IGNORE = "lock", "holder", ".gitignore"
_LONGEST_HOLDER = 200
_BETWEEN_TRIES = 0.02
_AT_LEAST = 0.5  # a holder that has just come leaves its name in an instant, and who only looks is gone in one

if sys.platform != "win32":
    import fcntl

    def _try(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return os.fstat(descriptor).st_nlink > 0  # else its holder took the file away as it went: it locks nothing
else:
    import msvcrt

    def _try(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True


class _Held(threading.local):
    """The folders that this thread holds, and the descriptors of their locks."""

    def __init__(self) -> None:
        self.descriptors: dict[Path, int] = {}


_held = _Held()


def _let_go() -> None:
    """A process that was forked holds nothing: the lock is its parent's, and ends with it."""
    for descriptor in _held.descriptors.values():
        with suppress(OSError):
            os.close(descriptor)
    _held.descriptors.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go)


@contextmanager
def locked(folder: Path, *, patience: float = 0) -> Iterator[None]:
    """Hold the folder for one writer; who holds it already may hold it once more.

    ``patience`` is for how many seconds to wait while another holds it, half a second at least. The folder is made; it
    is taken away again when nothing was written into it.

    Raises:
        DatasetError: when another holds it, with who that is; when it cannot be written, or its room is a link.
    """
    home = folder.resolve()
    if home in _held.descriptors:
        yield
        return
    room = home / ROOM
    made = [path for path in (home, *home.parents) if not path.exists()]
    with explained(folder, UNCHANGED):
        refuse_links(home, (f"{ROOM}/{name}" for name in (_LOCK, _HOLDER, _IGNORE)))
        descriptor = _acquired(folder, room, patience)
    _held.descriptors[home] = descriptor
    try:
        with explained(folder, UNCHANGED):
            _move_in(room)
        yield
    finally:
        try:
            _move_out(room)
        finally:
            del _held.descriptors[home]
            os.close(descriptor)
            for path in made:
                with suppress(OSError):  # it is not empty
                    path.rmdir()


def holder_of(folder: Path) -> str:
    """Who is writing into the folder now; empty when nobody is. Nothing is touched."""
    try:
        descriptor = open_plain(folder / ROOM / _LOCK, through_links=False)
    except OSError:
        return ""
    try:
        if sys.platform != "win32":
            try:
                fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                return _name_in(folder / ROOM)
            return ""
    finally:
        os.close(descriptor)
    return _name_in(folder / ROOM)  # no such locks here: believe the name


def _acquired(folder: Path, room: Path, patience: float) -> int:
    """The descriptor of the lock, locked."""
    end = time.monotonic() + max(patience, _AT_LEAST)
    tries = 0
    while True:
        tries += 1
        descriptor = None
        try:
            room.mkdir(parents=True, exist_ok=True)
            descriptor = _opened(room / _LOCK)
            if _try(descriptor):
                return descriptor
        except FileNotFoundError:  # the holder has just taken its room away
            if tries < 1000:
                continue
            raise
        except BaseException:
            if descriptor is not None:
                os.close(descriptor)
            raise
        gone = os.fstat(descriptor).st_nlink == 0
        os.close(descriptor)
        if gone and tries < 1000:
            continue
        if time.monotonic() >= end:
            who = _name_in(room) or "another run"
            raise DatasetError(f"{folder}: is being written by {who}. Wait until it has ended.")
        time.sleep(_BETWEEN_TRIES)


def _opened(lock: Path) -> int:
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    return os.open(lock, flags, 0o644)


def _name_in(room: Path) -> str:
    try:
        with os.fdopen(open_plain(room / _HOLDER, through_links=False), encoding="utf-8", errors="replace") as stream:
            return " ".join(stream.read(_LONGEST_HOLDER).split())
    except OSError:
        return ""


def _move_in(room: Path) -> None:
    """Hide the room from version control, since publishers' full texts may wait there, and leave a name."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    who = f"process {os.getpid()} on {socket.gethostname()}, since {now}\n"
    for name, text in ((_IGNORE, "*\n"), (_HOLDER, who)):
        (room / name).unlink(missing_ok=True)
        with os.fdopen(new_file(room / name), "wb") as stream:
            stream.write(text.encode())


def _move_out(room: Path) -> None:
    """Take away what is not needed any more. What lies ready stays, and stays hidden."""
    with suppress(OSError):
        (room / _HOLDER).unlink(missing_ok=True)
        if {path.name for path in room.iterdir()} <= {_LOCK, _IGNORE}:
            (room / _IGNORE).unlink(missing_ok=True)
        (room / _LOCK).unlink(missing_ok=True)  # while it is held: who opened it before sees that it is gone
        room.rmdir()
