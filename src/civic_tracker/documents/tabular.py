"""Reading a document as a table: CSV or a workbook, every cell as text, with limits and without guessing."""

import csv
import io
import re
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from zipfile import BadZipFile

from civic_tracker import limits
from civic_tracker.documents.document import (
    OLD_SPREADSHEET_MAGIC,
    SPREADSHEET_MAGIC,
    Document,
    describe,
    looks_like_html,
    looks_like_json,
    text_of,
)
from civic_tracker.documents.workbook_size import refuse_mostly_empty, size_of_workbook
from civic_tracker.errors import DocumentError
from civic_tracker.leaving import named, quoted

_MISSING_PART = re.compile(r"There is no item named '([\w./]{1,60})' in the archive", re.ASCII)
_QUOTED = re.compile(r'"[^"]*"')


@dataclass(frozen=True)
class Row:
    """One row of a table: its number as a spreadsheet shows it (the header is row 1), and its cells by column."""

    number: int
    cells: dict[str, str]

    @property
    def locator(self) -> str:
        return f"row {self.number}"


@dataclass(frozen=True)
class Table:
    """A table with its header as published; an unnamed column is called ``""``."""

    columns: tuple[str, ...]
    rows: Sequence[Row] = field(repr=False)
    sheet: str = ""

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def table_of(document: Document, *, sheet: str | None = None) -> Table:
    """The document as a table: CSV (comma, semicolon or tab) or XLSX, each cell as text.

    Numbers and dates of a spreadsheet become the shortest text that says the same (``0.5``, ``2020-03-15``).
    ``sheet`` names the sheet of a workbook; without it, the first sheet that is not empty.

    Raises:
        DocumentError: when it is neither, when a row has more cells than the header, or a column name occurs twice.
    """
    name, numbered = next(_filled_sheets(document, sheet))
    return _table(document, name, numbered)


def tables_of(document: Document) -> list[Table]:
    """Every filled sheet of a workbook as a table of its own, in the workbook's order; a CSV is one such table.

    Raises:
        DocumentError: as ``table_of`` does, for any of the sheets.
    """
    return [_table(document, name, numbered) for name, numbered in _filled_sheets(document, None)]


def _filled_sheets(document: Document, wanted: str | None) -> Iterator[tuple[str, list[tuple[int, list[str]]]]]:
    """The name and the rows of each sheet, at least one, read when it is asked for; a CSV is a sheet without a name."""
    if document.content.startswith(SPREADSHEET_MAGIC):
        yield from _sheets_of_workbook(document, wanted)
    elif document.content.startswith(OLD_SPREADSHEET_MAGIC):
        raise DocumentError(f"{document.name}: is an old .xls workbook. Save it as .xlsx or .csv.")
    else:
        yield "", _csv_rows(document)


def _cause(error: Exception) -> str:
    """Why a workbook cannot be read; words of the library may quote the document, and so are shown as far as a term."""
    words = str(error.args[0]) if error.args else ""
    if isinstance(error, BadZipFile) and "not a zip" in words:
        return "it is cut off or damaged: not a zip file"
    missing = _MISSING_PART.fullmatch(words)
    if missing:
        return f"it has no part '{missing[1]}'"
    return quoted(words) if words else type(error).__name__


def _csv_rows(document: Document) -> list[tuple[int, list[str]]]:
    text = text_of(document)
    if looks_like_html(document):
        raise DocumentError(f"{document.name}: expected a CSV table, found an HTML page.")
    if looks_like_json(document):
        raise DocumentError(f"{document.name}: expected a CSV table, found JSON.")
    header = _QUOTED.sub("", text.lstrip("\ufeff\r\n").split("\n", 1)[0])
    delimiter = max(",;\t", key=header.count)
    if delimiter not in header:
        raise DocumentError(f"{document.name}: expected a CSV table with several columns, found {describe(text)}.")
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter, strict=True)
    try:
        numbered = list(_Budget(document.name).filled(enumerate(reader, start=1)))
    except csv.Error as error:
        raise DocumentError(
            f"{document.name}: is not a readable CSV table (line {reader.line_num}: {error})."
        ) from error
    if not numbered:
        raise DocumentError(f"{document.name}: holds no rows.")
    width = len(numbered[0][1])
    for number, row in numbered[1:]:
        if len(row) < width:
            raise DocumentError(
                f"{document.name}: row {number} has {len(row)} cells, the header {width}: the file is cut off or "
                "damaged. Download it again."
            )
    return numbered


def _sheets_of_workbook(document: Document, wanted: str | None) -> Iterator[tuple[str, list[tuple[int, list[str]]]]]:
    import openpyxl  # takes a quarter of a second to import, and only workbooks need it

    is_filled = False
    try:
        size = size_of_workbook(document.name, document.content)
        budget = _Budget(document.name, size.cells, characters=limits.MOST_EMPTY_TIMES * size.unpacked)
        with warnings.catch_warnings(action="ignore", category=UserWarning):  # of drawings and styles, not read here
            workbook = openpyxl.load_workbook(io.BytesIO(document.content), read_only=True, data_only=True)
        worksheets: list[Any] = list(workbook.worksheets)  # the stubs do not know read-only sheets
        for sheet in worksheets:
            title = str(sheet.title)
            if wanted is not None and title != wanted:
                continue
            sheet.reset_dimensions()  # some publishers' files declare the size A1:A1
            with warnings.catch_warnings(action="ignore", category=UserWarning):
                rows = enumerate(sheet.iter_rows(values_only=True), start=1)
                filled = list(budget.filled((number, [_cell_text(value) for value in row]) for number, row in rows))
            if filled:
                is_filled = True
                yield title, filled
        names = ", ".join(named(str(sheet.title)) for sheet in worksheets)
    except DocumentError:
        raise
    except Exception as error:  # openpyxl lets KeyError, ValueError, BadZipFile, ParseError and more through
        raise DocumentError(f"{document.name}: is not a readable .xlsx workbook ({_cause(error)}).") from error
    if is_filled:
        return
    if wanted is not None:
        raise DocumentError(f"{document.name}: has no filled sheet '{wanted}'; its sheets are: {names}.")
    raise DocumentError(f"{document.name}: every sheet of the workbook is empty.")


@dataclass(slots=True)
class _Budget:
    """What may still be read of a document; a workbook that names one sheet a thousand times soon spends it."""

    name: str
    cells: int = limits.MOST_CELLS
    rows: int = limits.MOST_ROWS
    characters: int = limits.MAX_UNPACKED_MEGABYTES * limits.MEGABYTE

    def filled(self, rows: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
        """The rows that hold anything."""
        for number, cells in rows:
            self.rows -= 1
            self.cells -= len(cells)
            if self.rows < 0:
                raise DocumentError(f"{self.name}: claims more than {limits.MOST_ROWS} rows, which no table has.")
            if self.cells < 0:
                raise DocumentError(f"{self.name}: holds more cells than it may, or names one sheet several times.")
            if len(cells) > limits.MOST_COLUMNS:
                raise DocumentError(
                    f"{self.name}: row {number} has {len(cells)} cells, a table at most {limits.MOST_COLUMNS} columns."
                )
            lengths = list(map(len, cells))
            if max(lengths, default=0) > limits.LONGEST_CELL:
                raise DocumentError(
                    f"{self.name}: row {number} has a cell of {max(lengths)} characters; a table's longest has at most "
                    f"{limits.LONGEST_CELL}."
                )
            self.characters -= sum(lengths)
            if self.characters < 0:
                raise DocumentError(f"{self.name}: repeats its texts so often that no table is so long.")
            if any(cell and not cell.isspace() for cell in cells):
                yield number, cells


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    isoformat = getattr(value, "isoformat", None)
    if callable(isoformat):
        return str(isoformat()).removesuffix("T00:00:00")
    return str(value).strip()


def _table(document: Document, sheet: str, numbered: list[tuple[int, list[str]]]) -> Table:
    if not numbered:
        raise DocumentError(f"{document.name}: holds no rows.")
    (_, first), body = numbered[0], numbered[1:]
    columns = [name.strip() for name in first]
    while columns and not columns[-1]:
        columns.pop()
    repeated = sorted(name for name, times in Counter(columns).items() if times > 1)
    if repeated:
        raise DocumentError(f"{document.name}: the column name {quoted(repeated[0])} occurs twice in the header.")
    refuse_mostly_empty(document.name, len(columns) * len(numbered), sum(len(cells) for _, cells in numbered))
    rows = []
    for number, cells in body:
        if len(cells) > len(columns) and any(cell and not cell.isspace() for cell in cells[len(columns) :]):
            surplus = next(cell for cell in cells[len(columns) :] if cell.strip())
            raise DocumentError(
                f"{document.name}: row {number} has {len(cells)} cells, the header {len(columns)} "
                f"(the first one too many is {quoted(surplus)})."
            )
        padded = cells[: len(columns)] + [""] * (len(columns) - len(cells))
        rows.append(Row(number, dict(zip(columns, padded, strict=True))))
    return Table(tuple(columns), rows, sheet)
