"""The journal of files that are written together: what lies ready, what is to go, and with which checksums.

It is put in place in one step, as ``.journal.json`` of the folder. From then on the new files count, wherever they are:
in the writer's room, or moved to their places already. A folder may come from anywhere, so a journal is believed only
as far as it names files of its own folder, of the kinds that the program writes there, with the content that it says.
"""

import json
import os
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from civic_tracker.disk.files import file_sha256, open_plain
from civic_tracker.disk.locks import ROOM
from civic_tracker.errors import DatasetError

JOURNAL = ".journal.json"
FORMAT = 2
Kinds = Callable[[str], bool]
"""Whether a name, relative to the folder, is of a file that the program writes there."""
_PART = r"\.?[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*"
_NAME = re.compile(rf"{_PART}(?:/{_PART})*")
_PLACE = re.compile(r"[0-9a-f]{16}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Journal:
    """A write under way, or interrupted: names relative to the folder, each with the SHA-256 of its content.

    ``move`` are new files, ``remove`` are files that were there before; ``place`` is the part of the room that is the
    writer's alone.
    """

    move: dict[str, str]
    remove: dict[str, str]
    place: str = field(default_factory=lambda: secrets.token_hex(8))

    def ready(self, folder: Path) -> Path:
        """Where the new files lie until they are moved."""
        return folder / ROOM / self.place

    def as_json(self) -> bytes:
        facts = {"format": FORMAT, "place": self.place, "move": self.move, "remove": self.remove}
        return json.dumps(facts, indent=1).encode()


def read_journal(folder: Path, kinds: Kinds) -> Journal | None:
    """The journal of a folder; ``None`` where there is none.

    Raises:
        DatasetError: when it is damaged, or names what the program does not write there.
        OSError: when it cannot be read.
    """
    path = folder / JOURNAL
    if not path.is_symlink() and not path.exists():
        return None
    try:
        descriptor = open_plain(path, through_links=False)
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, "rb") as stream:
        content = stream.read()
    return _checked(path, content, kinds)


def is_safe(name: str) -> bool:
    """Whether a name leads to a file below the folder: no absolute path, no ``..``, nothing of the writer's room."""
    return bool(_NAME.fullmatch(name)) and name.split("/")[0].lower() not in {ROOM, JOURNAL, ".git"}


def waiting(folder: Path, journal: Journal) -> list[str]:
    """The files that lie ready and are still to be moved. Every other one of the journal is in place.

    Raises:
        DatasetError: when a file is neither, or one that is to go is another than the journal says.
    """
    found = []
    for name, digest in journal.move.items():
        if file_sha256(journal.ready(folder) / name) == digest:
            found.append(name)
        elif file_sha256(folder / name) != digest:
            raise _cannot_be_finished(folder, f"{name} is neither ready in {ROOM} nor in place")
    for name, digest in journal.remove.items():
        if file_sha256(folder / name) not in {None, digest}:
            raise _cannot_be_finished(folder, f"{name}, which was to go, has changed since")
    return found


def _checked(path: Path, content: bytes, kinds: Kinds) -> Journal:
    try:
        told = json.loads(content)
        journal = Journal(dict(told["move"]), dict(told["remove"]), told["place"])
        named = journal.move | journal.remove
        sound = (
            told["format"] == FORMAT
            and _PLACE.fullmatch(journal.place)
            and all(_SHA256.fullmatch(digest) for digest in named.values())
            and not journal.move.keys() & journal.remove.keys()
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _damaged(path) from error
    if not sound:
        raise _damaged(path)
    foreign = next((name for name in named if not (is_safe(name) and kinds(name))), None)
    if foreign is not None:
        raise DatasetError(
            f"{path}: names {foreign[:200]!r}, which is not written there by this command. Nothing was changed. "
            f"If the folder came from somebody else, delete this file and the folder {ROOM} beside it; else run the "
            "command that was interrupted once more."
        )
    return journal


def _damaged(path: Path) -> DatasetError:
    return DatasetError(f"{path}: is damaged. Delete it and the folder {ROOM} beside it, and run the command again.")


def _cannot_be_finished(folder: Path, why: str) -> DatasetError:
    return DatasetError(
        f"{folder}: an interrupted write cannot be finished: {why}. Nothing was moved now. "
        f"Delete {JOURNAL} and the folder {ROOM} there, and run the command again."
    )
