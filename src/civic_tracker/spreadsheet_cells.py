"""Tables in an XLSX workbook that run nothing and are the same bytes for the same rows.

XlsxWriter writes them: it has no date of its own in the archive, and each kind of cell has a call of its own, so that a
text is a text whatever it begins with.
"""

import io
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.utility import xl_col_to_name  # type: ignore[import-untyped]

from civic_tracker.dates import PartialDate
from civic_tracker.export import harmless
from civic_tracker.periods import Period
from civic_tracker.text import clean_text, web_address

# <https://support.microsoft.com/en-us/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3>
MOST_ROWS = 1_048_576
LONGEST_TEXT = 32_767
MOST_LINKS = 65_530
LONGEST_LINK = 2_079
HEADER_ROWS = 2
_FIRST_DAY = date(1900, 3, 1)  # before it, Excel counts a 29 February 1900 that never was
_NARROWEST, _WIDEST, _WIDEST_OF_PROSE = 9, 30, 60
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\']")
# Cleaning would make common blanks of the no-break ones that French puts before its marks.
_NO_BREAK = str.maketrans("", "", "\u00a0\u202f")
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_NOT_IN_A_HOST = re.compile(r"[\s\"<>\\^`{|}]")
_PROSE = frozenset({"title", "meaning", "values", "reason", "indicator_label"})


@dataclass(frozen=True, slots=True)
class Link:
    """An address that a click opens; it is shown as it is."""

    address: str


Cell = str | int | float | date | PartialDate | Period | Link | None


@dataclass
class Book:
    """A workbook being written: its sheets in the order in which they are added.

    ``shortened`` is what a text that is cut ends in, ``left_out`` the rows that did not fit, by sheet.
    """

    title: str
    day: date
    shortened: str
    right_to_left: bool = False
    left_out: dict[str, int] = field(default_factory=dict)
    _names: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._stream = io.BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "max_url_length": LONGEST_LINK,
        }
        self._workbook: Any = xlsxwriter.Workbook(self._stream, options)
        created = datetime(self.day.year, self.day.month, self.day.day)  # noqa: DTZ001  # a day has no zone
        self._workbook.set_properties({"title": self.title, "author": "civic-tracker", "created": created})
        plain = {"valign": "top", "font_size": 10}
        link = {"font_color": "#0563C1", "underline": 1}
        kinds: dict[str, dict[str, object]] = {
            "plain": plain,
            "wrapped": plain | {"text_wrap": True},
            "date": plain | {"num_format": "yyyy-mm-dd", "align": "left"},
            "link": plain | link,
            "title": {"bold": True, "font_size": 16},
            "heading": {"bold": True, "font_size": 12, "top": 1, "valign": "top"},
            "label": plain | {"bold": True, "text_wrap": True, "bg_color": "#DCE6F1", "border": 1},
            "name": plain | {"font_size": 8, "font_color": "#7F7F7F", "bottom": 1},
        }
        quoted = {f"{name} quoted": style | {"quote_prefix": True} for name, style in kinds.items()}
        self._styles: dict[str, Any] = {
            name: self._workbook.add_format(style) for name, style in (kinds | quoted).items()
        }

    def style(self, name: str) -> Any:
        return self._styles[name]

    def sheet(self, name: str) -> "Sheet":
        """A new sheet; its name is cut to what Excel allows, and made different from those before."""
        plain = _NOT_IN_A_NAME.sub(" ", name)[:31]
        number = 1
        while plain.casefold() in self._names:
            number += 1
            plain = f"{plain[:28]} {number}"
        self._names.add(plain.casefold())
        worksheet = self._workbook.add_worksheet(plain)
        worksheet.set_paper(9)
        worksheet.set_landscape()
        worksheet.fit_to_pages(1, 0)
        if self.right_to_left:
            worksheet.right_to_left()
        return Sheet(self, worksheet, plain)

    def table(
        self, name: str, stable: str, labels: Sequence[str], names: Sequence[str], rows: Iterable[Sequence[Cell]]
    ) -> "Sheet":
        """A sheet with one table: row 1 has the labels, row 2 the stable names and the filters.

        A filter treats the first row of its range as the header and all under it as rows, in Excel as in LibreOffice;
        so the range begins with row 2, and neither header is ever sorted or hidden. ``stable`` names the table for
        programs: a name of the workbook for the range from row 2 on.
        """
        sheet = self.sheet(name)
        sheet.header(labels, names)
        last = sheet.rows(rows)
        sheet.finish(names, last)
        reference = f"'{sheet.name}'!$A$2:${xl_col_to_name(len(names) - 1)}${last + 1}"
        self._workbook.define_name(stable, f"={reference}")
        return sheet

    def content(self) -> bytes:
        """The finished workbook; nothing can be added any more."""
        self._workbook.close()
        return self._stream.getvalue()


_LINE, _MOST_LINES = 13.5, 20  # of text of 10 points, in points; more is cut in sight, not in the cell
_SPARE = 1.1  # words do not fill a line


@dataclass
class Sheet:
    """One sheet being written."""

    book: Book
    worksheet: Any
    name: str
    count: int = 0
    _links: int = 0
    _widths: dict[int, int] = field(default_factory=dict)
    _wrapped: frozenset[int] = frozenset()
    _texts: dict[int, dict[int, int]] = field(default_factory=dict)

    def put(self, row: int, column: int, value: Cell, style: str = "plain") -> None:
        """Write one cell; nothing for what is empty."""
        if value is None or value == "":
            return
        if isinstance(value, Link):
            shown = self._put_link(row, column, value.address)
        elif isinstance(value, str):
            shown = self._put_text(row, column, value, style)
        elif isinstance(value, (int, float)):
            shown = str(value)
            self.worksheet.write_number(row, column, value, self.book.style(style))
        else:
            shown = str(value)
            day = _day(value)
            if day and day >= _FIRST_DAY:
                self.worksheet.write_datetime(row, column, day, self.book.style("date"))
            else:
                self._put_text(row, column, shown, style)
        if style == "wrapped":
            self._texts.setdefault(row, {})[column] = len(shown)
        if len(shown) > self._widths.get(column, 0):
            self._widths[column] = max(map(len, shown.split("\n")))

    def point_to(self, row: int, column: int, other: "Sheet") -> None:
        """A link to another sheet of the workbook, shown as that sheet's name."""
        style = self.book.style("link")
        self.worksheet.write_url(row, column, f"internal:'{other.name}'!A1", style, other.name)

    def header(self, labels: Sequence[str], names: Sequence[str]) -> None:
        self._wrapped = frozenset(column for column, name in enumerate(names) if _is_wrapped(name))
        for column, (label, name) in enumerate(zip(labels, names, strict=True)):
            self._put_text(0, column, label, "label")
            self._put_text(1, column, name, "name")
            longest_word = max(map(len, label.split()), default=0)
            self._widths[column] = max(longest_word + 1, len(label) // 2 + 1, int(len(name) * 0.8) + 3)

    def rows(self, rows: Iterable[Sequence[Cell]]) -> int:
        """Write the rows under the header; return the number of the last one, counted from 0."""
        row = HEADER_ROWS - 1
        for cells in rows:
            if row + 1 >= MOST_ROWS:
                self.book.left_out[self.name] = self.book.left_out.get(self.name, 0) + 1
                continue
            row += 1
            for column, value in enumerate(cells):
                if value is not None and value != "":
                    self.put(row, column, value, "wrapped" if column in self._wrapped else "plain")
        self.count = row - HEADER_ROWS + 1
        return row

    def finish(self, names: Sequence[str], last: int) -> None:
        """Widths, filters, and headers that stay in sight and are printed on every page."""
        for column, name in enumerate(names):
            widest = _WIDEST_OF_PROSE if name in _PROSE else _WIDEST
            width = min(max(self._widths.get(column, 0) + 1, _NARROWEST), widest)
            self.worksheet.set_column(column, column, width)
            self._widths[column] = width
        self.fit_heights(self._widths)
        self.worksheet.set_row(0, 42)
        self.worksheet.autofilter(HEADER_ROWS - 1, 0, max(last, HEADER_ROWS), len(names) - 1)
        kept = names.index("title") + 1 if "title" in names[:4] else 1
        self.worksheet.freeze_panes(HEADER_ROWS, kept)
        self.worksheet.repeat_rows(0, HEADER_ROWS - 1)
        # A year, and a figure as published, are texts on purpose: no green corner calls them a mistake.
        self.worksheet.ignore_errors({"number_stored_as_text": f"A1:{xl_col_to_name(len(names) - 1)}{last + 1}"})

    def fit_heights(self, widths: Mapping[int, int]) -> None:
        """Rows as high as their wrapped texts need: not every program works that out by itself."""
        for row, texts in self._texts.items():
            lines = max(math.ceil(length * _SPARE / widths[column]) for column, length in texts.items())
            if lines > 1:
                self.worksheet.set_row(row, _LINE * min(lines, _MOST_LINES))

    def _put_text(self, row: int, column: int, text: str, style: str) -> str:
        text = fitting(text, self.book.shortened)
        # A person who edits such a cell, and leaves it, would make a formula of it, but for this mark.
        quoted = " quoted" if text[:1] and not text[0].isalnum() and harmless(text) != text else ""
        self.worksheet.write_string(row, column, text, self.book.style(style + quoted))
        return text

    def _put_link(self, row: int, column: int, text: str) -> str:
        address = link_target(text)
        if not address or self._links >= MOST_LINKS:
            return self._put_text(row, column, text, "plain")
        self._links += 1
        self.worksheet.write_url(row, column, address, self.book.style("link"), fitting(text, self.book.shortened))
        return text


def fitting(text: str, shortened: str) -> str:
    """The text without control characters, and cut to what a cell can hold, with a mark that says so.

    Excel counts in units of UTF-16, in which an emoji has two.
    """
    if not text.translate(_NO_BREAK).isprintable():
        text = clean_text(text)
    if len(text) * 2 <= LONGEST_TEXT or units(text) <= LONGEST_TEXT:
        return text
    room = LONGEST_TEXT - units(shortened)
    return text.encode("utf-16-le")[: room * 2].decode("utf-16-le", "ignore") + shortened


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def link_target(text: str) -> str:
    """What a click on the address opens, as Excel wants it, ASCII but for the host; nothing when it is no link."""
    address = web_address(text)
    if not address:
        return ""
    parts = urlsplit(_BARE_PERCENT.sub("%25", address))
    if _NOT_IN_A_HOST.search(parts.netloc):
        return ""
    path, query, fragment = (quote(part, safe="/%:=&?~#+!$,;'@()*-._|") for part in parts[2:])
    target = urlunsplit((parts.scheme, parts.netloc, path, query, fragment))
    return target if units(target) <= LONGEST_LINK else ""


def _day(value: date | PartialDate | Period) -> date | None:
    """The day, where the value is known to the day and is one."""
    if isinstance(value, Period):
        return value.first if value.first == value.last and len(value.text) == len("2020-03-15") else None
    if isinstance(value, PartialDate):
        return value.first_day() if value.precision == "day" else None
    return value


def _is_wrapped(name: str) -> bool:
    return name in _PROSE or name.endswith("label") or name == "stated_by"
