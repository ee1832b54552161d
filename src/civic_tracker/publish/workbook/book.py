"""Tables in an XLSX workbook that run nothing and are the same bytes for the same rows.

XlsxWriter writes them: it has no date of its own in the archive, and each kind of cell has a call of its own, so that a
text is a text whatever it begins with.
"""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.utility import xl_col_to_name  # type: ignore[import-untyped]

from civic_tracker.publish.workbook.cells import LONGEST_LINK, Cell, Link, fitting, link_target
from civic_tracker.publish.workbook.grid import HEADER_ROWS, Grid, Rows, Texts, height_of

_NARROWEST, _WIDEST, _WIDEST_OF_WORDS, _WIDEST_OF_PROSE = 9, 30, 24, 54
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\']")
_PROSE = frozenset(
    {"title", "meaning", "values", "reason", "indicator_label", "counted_by_label", "value_label", "differing_days"}
)
_WRAPPED = _PROSE | {"stated_by", "place"}

_PLAIN: dict[str, object] = {"valign": "top", "font_size": 10}
_STYLES: dict[str, dict[str, object]] = {
    "plain": _PLAIN,
    "wrapped": _PLAIN | {"text_wrap": True},
    "number": _PLAIN | {"align": "right", "indent": 1},
    "date": _PLAIN | {"num_format": "yyyy-mm-dd", "align": "left", "indent": 1},
    "link": _PLAIN | {"font_color": "#0563C1", "underline": 1},
    "title": {"bold": True, "font_size": 16},
    "heading": {"bold": True, "font_size": 12, "top": 1, "valign": "top"},
    "label": _PLAIN | {"bold": True, "text_wrap": True, "bg_color": "#DCE6F1", "border": 1},
    "name": _PLAIN | {"font_size": 8, "font_color": "#7F7F7F", "bottom": 1},
}


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
        quoted = {f"{name} quoted": _STYLES[name] | {"quote_prefix": True} for name in ("plain", "wrapped")}
        self._styles: dict[str, Any] = {
            name: self._workbook.add_format(style) for name, style in (_STYLES | quoted).items()
        }
        self._numbers: dict[str, int] = {name: style._get_xf_index() for name, style in self._styles.items()}
        self._texts = Texts(self._workbook.str_table, self.shortened)

    def style(self, name: str) -> Any:
        return self._styles[name]

    def sheet(self, name: str) -> "Sheet":
        """A new sheet for a few cells that are put one by one."""
        worksheet, plain = self._add(name, None)
        return Sheet(self, worksheet, plain)

    def table(
        self, name: str, stable: str, labels: Sequence[str], names: Sequence[str], rows: Iterable[Sequence[Cell]]
    ) -> "Sheet":
        """A sheet with one table: row 1 has the labels, row 2 the stable names and the filters.

        A filter treats the first row of its range as the header and all under it as rows, in Excel as in LibreOffice;
        so the range begins with row 2, and neither header is ever sorted or hidden. ``stable`` names the table for
        programs: a name of the workbook for the range from row 2 on.
        """
        worksheet, plain = self._add(name, Grid)
        wrapped = frozenset(column for column, name in enumerate(names) if _is_wrapped(name))
        widths = dict(enumerate(map(_width_of_header, labels, names)))
        made = Rows(self._texts, self._numbers, wrapped, widths)
        made.header(labels, "label")
        made.header(names, "name")
        made.add(rows)
        if made.left_out:
            self.left_out[plain] = made.left_out
        last = HEADER_ROWS + made.count - 1
        fitted = {column: _fitted(name, made.widths[column]) for column, name in enumerate(names)}
        worksheet.fill(list(made.finished(fitted)), made.links, last, len(names) - 1)
        _lay_out(worksheet, names, fitted, last)
        reference = f"'{plain}'!$A$2:${xl_col_to_name(len(names) - 1)}${last + 1}"
        self._workbook.define_name(stable, f"={reference}")
        return Sheet(self, worksheet, plain, made.count)

    def content(self) -> bytes:
        """The finished workbook; nothing can be added any more."""
        self._workbook.close()
        return self._stream.getvalue()

    def _add(self, name: str, kind: type[Grid] | None) -> tuple[Any, str]:
        """A new worksheet and its name, which is cut to what Excel allows, and different from those before."""
        plain = _NOT_IN_A_NAME.sub(" ", name)[:31]
        number = 1
        while plain.casefold() in self._names:
            number += 1
            plain = f"{plain[:28]} {number}"
        self._names.add(plain.casefold())
        worksheet = self._workbook.add_worksheet(plain, kind)
        worksheet.set_paper(9)
        worksheet.set_landscape()
        worksheet.fit_to_pages(1, 0)
        worksheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        worksheet.set_footer("&L&A&R&P / &N")
        if self.right_to_left:
            worksheet.right_to_left()
        return worksheet, plain


@dataclass
class Sheet:
    """One sheet; ``count`` are the rows of its table."""

    book: Book
    worksheet: Any
    name: str
    count: int = 0
    _wrapped: dict[int, dict[int, int]] = field(default_factory=dict)

    def put(self, row: int, column: int, value: str | Link, style: str = "plain") -> None:
        """Write one cell; nothing for what is empty."""
        text = fitting(value.address if isinstance(value, Link) else value, self.book.shortened)
        if not text:
            return
        if style == "wrapped":
            self._wrapped.setdefault(row, {})[column] = len(text)
        address = link_target(text) if isinstance(value, Link) else ""
        if address:
            self.worksheet.write_url(row, column, address, self.book.style("link"), text)
        else:
            self.worksheet.write_string(row, column, text, self.book.style(style))

    def point_to(self, row: int, column: int, other: "Sheet") -> None:
        """A link to another sheet of the workbook, shown as that sheet's name."""
        style = self.book.style("link")
        self.worksheet.write_url(row, column, f"internal:'{other.name}'!A1", style, other.name)

    def fit_heights(self, widths: Mapping[int, int]) -> None:
        """Rows as high as their wrapped texts need."""
        for row, texts in self._wrapped.items():
            height = height_of(texts, widths)
            if height:
                self.worksheet.set_row(row, height)


def _lay_out(worksheet: Any, names: Sequence[str], widths: Mapping[int, int], last: int) -> None:
    """Widths, filters, and headers that stay in sight and are printed on every page."""
    for column, width in widths.items():
        worksheet.set_column(column, column, width)
    worksheet.autofilter(HEADER_ROWS - 1, 0, max(last, HEADER_ROWS), len(names) - 1)
    kept = names.index("title") + 1 if "title" in names[:4] else 1
    worksheet.freeze_panes(HEADER_ROWS, kept)
    worksheet.repeat_rows(0, HEADER_ROWS - 1)
    if "source_url" in names:  # on paper, addresses and codes would leave no room for what people read
        worksheet.print_area(0, 0, last, names.index("source_url") - 1)
    # A year, and a figure as published, are texts on purpose: no green corner calls them a mistake.
    worksheet.ignore_errors({"number_stored_as_text": f"A1:{xl_col_to_name(len(names) - 1)}{last + 1}"})


def _width_of_header(label: str, name: str) -> int:
    longest_word = max(map(len, label.split()), default=0)
    return max(longest_word + 1, len(label) // 2 + 1, int(len(name) * 0.8) + 3)


def _fitted(name: str, width: int) -> int:
    """The width of a column: as wide as its widest cell, within reason; what is wrapped may be narrower."""
    widest = _WIDEST_OF_WORDS if _is_wrapped(name) else _WIDEST
    if name in _PROSE:
        widest = _WIDEST_OF_PROSE
    return min(max(width + 1, _NARROWEST), widest)


def _is_wrapped(name: str) -> bool:
    return name in _WRAPPED or name.endswith("label")
