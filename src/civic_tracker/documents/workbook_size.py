"""What a workbook holds, counted in one pass over its parts before openpyxl builds anything of it.

A few bytes of an .xlsx file can name a cell 16,000 columns to the right in each of a million rows, a million styles, or
one sheet a thousand times; openpyxl makes objects for all of them. Here every part is read as a stream, nothing is
kept, and the first number that no real workbook reaches ends the reading.
"""

import io
import zipfile
from dataclasses import dataclass
from xml.parsers import expat

from civic_tracker import limits
from civic_tracker.errors import DocumentError
from civic_tracker.limits import MEGABYTE

_BLOCK = 1 << 16
_WORKSHEET, _SHARED_STRINGS = "worksheet", "sst"
_TEXTS = frozenset({"v", "f", "is", "t", "si", "r", "rPr"})
_SETTINGS_OF_ROOTS_UNREAD = frozenset({"calcChain", "comments", "chartSpace", "wsDr", "xml"})
"""Roots of parts that are never opened here: formulas' order, remarks, charts, drawings."""


def refuse_mostly_empty(name: str, cells: int, written: int) -> None:
    """Refuse a table whose cells are so many, or so many more than those written, that no document has them.

    ``cells`` counts the whole rectangle, empty cells included.

    Raises:
        DocumentError: with both numbers.
    """
    if cells > limits.MOST_CELLS:
        raise DocumentError(f"{name}: holds more than {limits.MOST_CELLS} cells, which no document of a source does.")
    if cells > limits.EMPTY_WITHOUT_QUESTION and cells > limits.MOST_EMPTY_TIMES * written:
        raise DocumentError(
            f"{name}: spans {cells} cells, of which it fills {written}: no table is so empty. Delete what stands far "
            "outside the table, and save it again."
        )


@dataclass(frozen=True, slots=True)
class Size:
    """What the rows of all sheets span, empty cells included, and how many bytes the parts unpack to."""

    cells: int
    unpacked: int


def size_of_workbook(name: str, content: bytes) -> Size:
    """What a workbook holds.

    Raises:
        DocumentError: when it meets one of ``limits``.
        zipfile.BadZipFile, xml.parsers.expat.ExpatError, ValueError: when it is damaged.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        unpacked = _unpacked(name, parts, len(content))
        counts = [_count_of(name, archive, part) for part in parts if part.filename.endswith((".xml", ".rels"))]
    cells, written = sum(one.cells for one in counts), sum(one.written for one in counts)
    refuse_mostly_empty(name, cells, written)
    return Size(cells, unpacked)


def _unpacked(name: str, parts: list[zipfile.ZipInfo], packed: int) -> int:
    if len(parts) > limits.MOST_PARTS:
        raise DocumentError(f"{name}: has {len(parts)} parts; a workbook has at most {limits.MOST_PARTS}.")
    unpacked = sum(part.file_size for part in parts)
    too_many_times = unpacked > max(
        limits.UNPACKED_WITHOUT_QUESTION * MEGABYTE, limits.MOST_TIMES_UNPACKED * max(packed, 1)
    )
    if unpacked > limits.MAX_UNPACKED_MEGABYTES * MEGABYTE or too_many_times:
        raise DocumentError(f"{name}: unpacks to {unpacked / MEGABYTE:.0f} MB, more than this program opens.")
    return unpacked


def _count_of(name: str, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> "_Counter":
    counter = _Counter(name)
    parser = expat.ParserCreate()
    parser.StartElementHandler = counter.start
    parser.EntityDeclHandler = _refuse_entities
    with archive.open(part) as stream:
        while block := stream.read(_BLOCK):
            parser.Parse(block)
    parser.Parse(b"", True)
    return counter


def _refuse_entities(*_: object) -> None:
    raise ValueError("declares entities, which may multiply")


@dataclass(slots=True)
class _Counter:
    """Counts of one part. A worksheet's cells stand in ``row`` and ``c``, all texts in ``si``."""

    name: str
    root: str = ""
    rows: int = 0
    written: int = 0
    widest: int = 0
    column: int = 0
    in_row: int = 0
    texts: int = 0
    sheets: int = 0
    settings: int = 0

    @property
    def cells(self) -> int:
        return self.rows * self.widest

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Called for each element, with its name as written; most files write no prefix."""
        local = tag.rpartition(":")[2]
        self.root = self.root or local
        if self.root == _WORKSHEET and local == "c":
            self._cell(attributes.get("r", ""))
        elif self.root == _WORKSHEET and local == "row":
            self.rows, self.column, self.in_row = self.rows + 1, 0, 0
        elif local in _TEXTS and self.root in {_WORKSHEET, _SHARED_STRINGS}:
            self.texts += 1
            if self.texts > 4 * limits.MOST_CELLS:
                self._refuse(f"holds more than {4 * limits.MOST_CELLS} pieces of text")
        else:
            self._setting(local)

    def _cell(self, reference: str) -> None:
        self.written += 1
        self.in_row += 1
        self.column = _column(reference) if reference else self.column + 1
        self.widest = max(self.widest, self.column)
        if max(self.column, self.in_row) > limits.MOST_COLUMNS:
            number = max(self.column, self.in_row)
            self._refuse(f"has a cell in column {number}; a table has at most {limits.MOST_COLUMNS} columns")
        if self.written > limits.MOST_CELLS:
            self._refuse(f"holds more than {limits.MOST_CELLS} cells")

    def _setting(self, local: str) -> None:
        self.sheets += self.root == "workbook" and local == "sheet"
        if self.sheets > limits.MOST_SHEETS:
            self._refuse(f"has more than {limits.MOST_SHEETS} sheets")
        if self.root in _SETTINGS_OF_ROOTS_UNREAD:
            return
        self.settings += 1
        if self.settings > limits.MOST_SETTINGS:
            self._refuse(f"has a part of more than {limits.MOST_SETTINGS} styles, links or names")

    def _refuse(self, what: str) -> None:
        raise DocumentError(f"{self.name}: {what}, which no workbook of a source does.")


def _column(reference: str) -> int:
    """The number of the column in a reference such as ``AB12``; 28 here."""
    number = 0
    for letter in reference[:4]:
        if not letter.isalpha():
            break
        number = 26 * number + ord(letter.upper()) - 64
    return number
