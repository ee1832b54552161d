"""Whether a file of the dataset still holds what was written, and what to do when it does not.

Editors and version control change how lines end, put a byte order mark in front and blank lines behind. That loses
nothing, and the checksum of what was written proves it: such a file is read as it was. Whatever else differs is
refused.
"""

import shlex
from pathlib import Path

from civic_tracker.disk import storage
from civic_tracker.errors import DatasetError

_BOM = b"\xef\xbb\xbf"
REBUILD = "Rebuild it with: civic-tracker run (or restore the file from version control)."


def plain(content: bytes) -> bytes:
    """The content as the program writes it: no byte order mark, lines that end with LF, no blank line behind."""
    lines = content.removeprefix(_BOM).replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip(b"\n")
    return lines + b"\n" if lines else b""


def condition(path: Path, digest: str) -> tuple[str, bytes | None]:
    """What is wrong with a file, and what was written where only line ends and the like differ.

    Nothing and ``None`` for a file that is as it was written.
    """
    try:
        actual = storage.file_sha256(path)
        if actual is None:
            return "is missing", None
        if actual == digest:
            return "", None
        content = plain(path.read_bytes())
    except OSError as error:
        return f"cannot be read ({error.strerror})", None
    return ("", content) if storage.sha256(content) == digest else ("was damaged or changed by hand", None)


def content_of(path: Path, digest: str, repair: str) -> bytes | None:
    """``None`` for a file that is as it was written; else what was written, where only line ends and the like differ.

    Raises:
        DatasetError: naming the file that is missing, damaged or changed by hand; it ends with ``repair``.
    """
    wrong, content = condition(path, digest)
    if wrong:
        raise DatasetError(f"{path}: {wrong}. {repair}")
    return content


def restoring(folder: Path, name: str) -> str:
    """How to get back a file that nothing else holds."""
    where = f"git -C {shlex.quote(str(folder))} checkout -- {shlex.quote(name)}"
    return f"Restore it, for example with: {where} (or copy it from a backup)."
