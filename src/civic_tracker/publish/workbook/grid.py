"""The rows of a table as XlsxWriter would write them, in a tenth of its time.

XlsxWriter checks and stores each cell, and goes over all of them again when it writes the file. A table has thousands
of cells, and they are of five kinds; so here each becomes its bit of XML at once. All else is XlsxWriter's.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from xlsxwriter.url import Url  # type: ignore[import-untyped]
from xlsxwriter.utility import xl_col_to_name  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from civic_tracker.publish.csv_files import harmless
from civic_tracker.publish.workbook import cells as spreadsheet_cells
from civic_tracker.publish.workbook.cells import Cell, Link, day_number, fitting, link_target

HEADER_ROWS = 2
_LINE, _MOST_LINES = 13.5, 20  # of text of 10 points, in points; more is cut in sight, not in the cell
_HEADER_HEIGHT = 42


class Grid(Worksheet):  # type: ignore[misc]
    """XlsxWriter's worksheet, whose rows are handed in as XML, and its links as names of cells and addresses."""

    def fill(self, rows: Sequence[str], links: Sequence[tuple[str, str]], last_row: int, last_column: int) -> None:
        self.filled, self.linked = rows, links
        self.dim_rowmin, self.dim_colmin, self.dim_rowmax, self.dim_colmax = 0, 0, last_row, last_column

    def _write_rows(self) -> None:
        self.fh.write("".join(self.filled))

    def _write_hyperlinks(self) -> None:
        parsed: dict[str, tuple[str, str]] = {}
        elements = []
        for name, address in self.linked:
            if address not in parsed:
                url = Url(address)
                parsed[address] = f" location={quoteattr(url._anchor)}" if url._anchor else "", url._target()
            location, target = parsed[address]
            self.rel_count += 1
            elements.append(f'<hyperlink ref="{name}" r:id="rId{self.rel_count}"{location}/>')
            self.external_hyper_links.append(["/hyperlink", target, "External"])
        if elements:
            self.fh.write(f"<hyperlinks>{''.join(elements)}</hyperlinks>")


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a workbook: how the XML of its cells ends, whether they are marked as texts, and how long it is."""

    end: str
    quoted: bool
    widest: int
    length: int


class Texts:
    """The texts of a workbook: each is stored once, and a cell holds its number."""

    def __init__(self, shared: Any, shortened: str) -> None:
        self._shared, self._shortened = shared, shortened
        self.known: dict[str, Text] = {}

    def learn(self, text: str) -> Text:
        shown = fitting(text, self._shortened)
        # A person who edits such a cell, and leaves it, would make a formula of it, but for this mark.
        quoted = bool(shown) and not shown[0].isalnum() and harmless(shown) != shown
        widest = max(map(len, shown.split("\n"))) if "\n" in shown else len(shown)
        if shown.startswith("<r>") and shown.endswith("</r>"):  # XlsxWriter would take it for markup of its own
            end = f' t="inlineStr"><is><t xml:space="preserve">{escape(shown)}</t></is></c>'
        else:
            end = f' t="s"><v>{self._shared._get_shared_string_index(shown)}</v></c>'
        found = self.known[text] = Text(end, quoted, widest, len(shown))
        return found


@dataclass
class Rows:
    """The rows of one table while they are made: ``styles`` gives the number of a style, ``wrapped`` the columns."""

    texts: Texts
    styles: Mapping[str, int]
    wrapped: frozenset[int]
    widths: dict[int, int]
    links: list[tuple[str, str]] = field(default_factory=list)
    left_out: int = 0
    _made: list[tuple[str, dict[int, int]]] = field(default_factory=list)
    _headers: list[str] = field(default_factory=list)

    def header(self, texts: Sequence[str], style: str) -> None:
        number = len(self._headers) + 1
        cells = [
            f'<c r="{xl_col_to_name(column)}{number}" s="{self.styles[style]}"{self.text(text).end}'
            for column, text in enumerate(texts)
        ]
        self._headers.append("".join(cells))

    def add(self, rows: Iterable[Sequence[Cell]]) -> None:
        letters = [xl_col_to_name(column) for column in range(len(self.widths))]
        # A cell's XML is its column, its row, then its style: here that of a text, and of one that is marked as such.
        plain, wrapped = (
            (f'" s="{self.styles[name]}"', f'" s="{self.styles[f"{name} quoted"]}"') for name in ("plain", "wrapped")
        )
        columns = [
            (f'<c r="{letter}', wrapped if column in self.wrapped else plain, column in self.wrapped)
            for column, letter in enumerate(letters)
        ]
        known, learn, widths = self.texts.known, self.texts.learn, self.widths
        for values in rows:
            number = str(len(self._made) + HEADER_ROWS + 1)
            if len(self._made) + HEADER_ROWS >= spreadsheet_cells.MOST_ROWS:
                self.left_out += 1
                continue
            cells: list[str] = []
            heights: dict[int, int] = {}
            for column, value in enumerate(values):
                if value is None:
                    continue
                if type(value) is str:
                    if not value:
                        continue
                    text = known.get(value) or learn(value)
                    begin, styles, may_wrap = columns[column]
                    cells.append(begin + number + styles[text.quoted] + text.end)
                    width = text.widest
                    if may_wrap:
                        heights[column] = text.length
                else:
                    xml, width = self._other(letters[column] + number, value)
                    cells.append(xml)
                if width > widths[column]:
                    widths[column] = width
            self._made.append(("".join(cells), heights))

    def text(self, text: str) -> Text:
        return self.texts.known.get(text) or self.texts.learn(text)

    def _other(self, name: str, value: Cell) -> tuple[str, int]:
        """The XML of a cell that is no plain text, or nothing; and how wide it is."""
        if isinstance(value, (int, float)):
            return f'<c r="{name}" s="{self.styles["number"]}"><v>{value:.16G}</v></c>', len(str(value))
        if isinstance(value, Link):
            text, style = self.text(value.address), ""
            target = link_target(value.address)
            if target and len(self.links) < spreadsheet_cells.MOST_LINKS:
                self.links.append((name, target))
                style = "link"
        else:
            day = day_number(value) if not isinstance(value, (str, type(None))) else 0
            if day:
                return f'<c r="{name}" s="{self.styles["date"]}"><v>{day}</v></c>', len("2020-03-15 ")
            text, style = self.text(str(value)), ""
        style = style or ("plain quoted" if text.quoted else "plain")
        return f'<c r="{name}" s="{self.styles[style]}"{text.end}', text.widest

    @property
    def count(self) -> int:
        return len(self._made)

    def finished(self, widths: Mapping[int, int]) -> Iterator[str]:
        """The rows as XML, as high as their texts need at these widths of the columns."""
        for number, cells in enumerate(self._headers, start=1):
            tall = f' ht="{_HEADER_HEIGHT}" customHeight="1"' if number == 1 else ""
            yield f'<row r="{number}"{tall}>{cells}</row>'
        for number, (cells, texts) in enumerate(self._made, start=HEADER_ROWS + 1):
            height = height_of(texts, widths)
            tall = f' ht="{height:g}" customHeight="1"' if height else ""
            yield f'<row r="{number}"{tall}>{cells}</row>'


def height_of(texts: Mapping[int, int], widths: Mapping[int, int]) -> float:
    """How high a row must be for the lengths of its wrapped texts, by column; 0 for one line.

    Not every program works that out by itself. A width counts digits of 11 points; of text of 10 points more fits,
    about as much more as words leave empty at the ends of lines.
    """
    lines = max((math.ceil(length / widths[column]) for column, length in texts.items()), default=1)
    return _LINE * min(lines, _MOST_LINES) if lines > 1 else 0
