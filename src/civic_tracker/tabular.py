"""Reading a document as a table: CSV or a workbook, every cell as text, with limits and without guessing."""

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from civic_tracker.documents import (
    OLD_SPREADSHEET_MAGIC,
    SPREADSHEET_MAGIC,
    Document,
    describe,
    looks_like_html,
    looks_like_json,
    text_of,
)
from civic_tracker.errors import DocumentError
from civic_tracker.leaving import named, quoted
from civic_tracker.limits import MAX_UNPACKED_MEGABYTES, MEGABYTE

_MAX_CELL = 1_000_000
_MAX_ROWS = 1_048_576  # of a workbook; a damaged file can claim any number, and each row takes time
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
    csv.field_size_limit(_MAX_CELL)
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter, strict=True)
    try:
        numbered = [(number, row) for number, row in enumerate(reader, start=1) if any(cell.strip() for cell in row)]
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
        _refuse_zip_bomb(document)
        with warnings.catch_warnings(action="ignore", category=UserWarning):  # of drawings and styles, not read here
            workbook = openpyxl.load_workbook(io.BytesIO(document.content), read_only=True, data_only=True)
        worksheets: list[Any] = list(workbook.worksheets)  # the stubs do not know read-only sheets
        for sheet in worksheets:
            title = str(sheet.title)
            if wanted is not None and title != wanted:
                continue
            sheet.reset_dimensions()  # some publishers' files declare the size A1:A1
            with warnings.catch_warnings(action="ignore", category=UserWarning):
                filled = _filled_rows(document, sheet)
            if filled:
                is_filled = True
                yield title, filled
        names = ", ".join(named(str(sheet.title)) for sheet in worksheets)
    except DocumentError:
        raise
    except Exception as error:  # openpyxl lets KeyError, ValueError, BadZipFile, ParseError and more through
        cause = quoted(str(error.args[0])) if error.args else type(error).__name__
        raise DocumentError(f"{document.name}: is not a readable .xlsx workbook ({cause}).") from error
    if is_filled:
        return
    if wanted is not None:
        raise DocumentError(f"{document.name}: has no filled sheet '{wanted}'; its sheets are: {names}.")
    raise DocumentError(f"{document.name}: every sheet of the workbook is empty.")


def _filled_rows(document: Document, sheet: Any) -> list[tuple[int, list[str]]]:
    filled = []
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        if number > _MAX_ROWS:
            raise DocumentError(f"{document.name}: claims more than {_MAX_ROWS} rows, which no workbook has.")
        cells = [_cell_text(value) for value in row]
        if any(cells):
            filled.append((number, cells))
    return filled


def _refuse_zip_bomb(document: Document) -> None:
    with zipfile.ZipFile(io.BytesIO(document.content)) as archive:
        unpacked = sum(info.file_size for info in archive.infolist())
    if unpacked > MAX_UNPACKED_MEGABYTES * MEGABYTE:
        raise DocumentError(f"{document.name}: unpacks to {unpacked / MEGABYTE:.0f} MB, more than this program opens.")


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
    repeated = sorted({name for name in columns if columns.count(name) > 1})
    if repeated:
        raise DocumentError(f"{document.name}: the column name {quoted(repeated[0])} occurs twice in the header.")
    rows = []
    for number, cells in body:
        surplus = [cell for cell in cells[len(columns) :] if cell.strip()]
        if surplus:
            raise DocumentError(
                f"{document.name}: row {number} has {len(cells)} cells, the header {len(columns)} "
                f"(the first one too many is {quoted(surplus[0])})."
            )
        padded = cells[: len(columns)] + [""] * (len(columns) - len(cells))
        rows.append(Row(number, dict(zip(columns, padded, strict=True))))
    return Table(tuple(columns), rows, sheet)
