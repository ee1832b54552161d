"""Reading the committed CSV tables of ``mappings/`` and ``data/starter/``: one strict reader for all of them.

People edit them in Excel, which writes other encodings, other separators and blank columns when it is not asked for
*CSV UTF-8 (comma delimited)*. Nothing of that is guessed at: each fault is named with its line and column, and with
what to do. All faults of a table are found at once.
"""

import codecs
import csv
import io
import re
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import TypeVar

from civic_tracker.errors import DeclarationError, DeclarationFaultsError, Fault

Row = TypeVar("Row")
_SAVE_AS = "save it as 'CSV UTF-8 (comma delimited)'"
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class CellError(ValueError):
    """What is wrong with one cell of a row, or with the row, where no column is named."""

    def __init__(self, what: str, column: str = "") -> None:
        super().__init__(what)
        self.column = column


def read_table(
    path: Path, *, required: Collection[str], allowed: Collection[str] | None = None
) -> list[dict[str, str]]:
    """The rows of a committed table, cells stripped; each row also tells its line as ``#``.

    Raises:
        DeclarationFaultsError: with every fault, each naming the file, and the column or line that is wrong.
    """
    return read_rows(path, dict, required=required, allowed=allowed)


def read_rows(
    path: Path,
    build: Callable[[dict[str, str]], Row],
    *,
    required: Collection[str],
    allowed: Collection[str] | None = None,
) -> list[Row]:
    """As ``read_table``, with what ``build`` makes of each row; a ``ValueError`` of it is a fault of that row."""
    faults: list[Fault] = []
    rows: list[Row] = []
    for row in _rows(path, frozenset(required), allowed, faults):
        try:
            rows.append(build(row))
        except ValueError as error:
            column = error.column if isinstance(error, CellError) else ""
            faults.append(Fault(path.name, str(error).removesuffix("."), int(row["#"]), column))
    if faults:
        raise DeclarationFaultsError(faults)
    return rows


def once(seen: set[str], key: str, column: str = "") -> None:
    """Raises ``CellError`` for a key that an earlier row of the table has."""
    if key in seen:
        raise CellError(f"repeats {key}", column)
    seen.add(key)


def _rows(
    path: Path, required: frozenset[str], allowed: Collection[str] | None, faults: list[Fault]
) -> Iterator[dict[str, str]]:
    text = _text(path, faults)
    if text is None:
        return
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        columns = next(lines, [])
        if wrong := list(_wrong_header(columns, required, allowed)):
            faults += [Fault(path.name, what, 1, column) for what, column in wrong]
            return
        for cells in lines:
            if len(cells) != len(columns):
                what = f"does not have {len(columns)} cells, but {len(cells)}; put a text with a comma in quotes"
                faults.append(Fault(path.name, what, lines.line_num))
            elif not any(map(str.strip, cells)):
                faults.append(Fault(path.name, "is blank; delete it", lines.line_num))
            else:
                row = dict(zip(columns, map(str.strip, cells), strict=True))
                row["#"] = str(lines.line_num)
                yield row
    except csv.Error as error:
        faults.append(Fault(path.name, f"cannot be read as CSV ({error}); look at its quotes", lines.line_num))


def _text(path: Path, faults: list[Fault]) -> str | None:
    """The text of a table in UTF-8, with or without the mark that Excel writes before it."""
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise DeclarationFaultsError([Fault(str(path), "is missing")]) from error
    except OSError as error:
        raise DeclarationError(f"{path}: cannot be read ({error.strerror or error}).") from error
    if content.startswith(_UTF_16) or b"\x00" in content:
        faults.append(Fault(path.name, f"is not in UTF-8 but in UTF-16, or no table; {_SAVE_AS}"))
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = len(re.findall(rb"\r\n|\r|\n", before)) + 1
        word = content[error.start : error.start + 1].decode("cp1252", errors="replace")
        what = f"is not in UTF-8: one byte is 0x{content[error.start]:02x} ('{word}' in Windows' cp1252); {_SAVE_AS}"
        faults.append(Fault(path.name, what, line))
        return None


def _wrong_header(
    columns: list[str], required: frozenset[str], allowed: Collection[str] | None
) -> Iterator[tuple[str, str]]:
    """(what is wrong, column) for each fault of a header."""
    if len(columns) < 2 and (separator := next((one for one in ";\t|" if one in "".join(columns)), "")):
        name = "tabs" if separator == "\t" else f"'{separator}'"
        yield f"has {name} between its cells, not commas; {_SAVE_AS}", ""
        return
    for place, name in enumerate(columns, 1):
        if not name.strip():
            yield f"column {place} has no name; delete the column", ""
        elif name in columns[: place - 1]:
            yield f"has the column '{name}' twice", name
        elif allowed is not None and name not in allowed:
            yield f"has the unknown column '{name}'; there may be: {', '.join(sorted({*required, *allowed}))}", name
    for name in sorted(required - set(columns)):
        yield f"lacks the column '{name}'; its columns are: {', '.join(filter(None, columns)) or 'none'}", name
