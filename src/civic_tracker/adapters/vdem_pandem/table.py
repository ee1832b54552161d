"""V-Dem, Pandemic Backsliding project (PanDem): figures by country and quarter, the main emergency instrument, limits
on the media.

Forms, told apart by their columns; a real file of each was seen, as CSV or as a workbook:

- *V4*: ``timeperiod`` (``Mar-Jun``, ``Jul-Sep``, ``Mar-Sep``), instruments in the rows ``Mar-Sep``; ``NA`` is missing.
- *V5.1, time series*: ``Quarter`` (``Q2``, ``Q3``, ``Q4`` of 2020, and ``Summary`` of the three); no instruments.
- *V5.1, cross-section*: no period; one row a country with the highest levels from the second to the fourth quarter.
- *V6.1, time series* and *raw data*: ``year`` and ``quarter``, with instruments.
- *V6.1, cross-section*: no period; one row a country for 2020-Q2 to 2021-Q2.

The second quarter of 2020 begins on 11 March in every release: later releases call it Q2, and V4 ``Mar-Jun``. So
``Mar-Jun`` is handed on as 2020-Q2, ``Mar-Sep`` as 2020-Q2/2020-Q3; the publisher's name goes along.

A column whose name differs between releases only by capitals (``Type1``, ``type1``) is one indicator, by
``mappings/indicators.csv``. A cell that is empty or ``NA`` is no figure. The release is what the file's name or address
says, and must be that of the columns; where neither says it, the columns alone do, and a remark tells.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from civic_tracker.adapters.shared.columns import shown
from civic_tracker.adapters.vdem_pandem.measures import COLUMNS, Quarter, measures_in
from civic_tracker.documents.document import Document
from civic_tracker.documents.entries import Aside, Parsed, RawFigure
from civic_tracker.documents.tabular import Row, Table, table_of
from civic_tracker.errors import DocumentError
from civic_tracker.leaving import named

COUNTRY = "country_name"
FIGURES = frozenset(
    {"pandem", "panback", "v2x_libdem", "v2x_libdem_2019", "v2x_regime", *(f"type{number}" for number in range(1, 8))}
    | {"emlaw", "emlimit", "emlawapp", "emlegapp", "leglimit", "subvar", "discrim", "ndrights", "melim", "merepfact"}
    | {"merepgov", "merepoth", "meinf", "mevhar", "mephar", "govdis", "pomviol", "milinv"}
)

_PERIOD_COLUMNS = frozenset({"timeperiod", "year", "quarter"})
_MISSING = frozenset({"", "NA"})
_VERSION = re.compile(r"(?<![a-z0-9])v(\d{1,2})(?:[._](\d{1,2}))?(?![0-9a-z])", re.IGNORECASE)


@dataclass(frozen=True)
class _Layout:
    """A form of the dataset: columns that it must have, those that name the period, and what their words stand for.

    Words that ``periods`` does not have are handed on, to be read or refused as they stand.
    """

    release: str
    needs: frozenset[str]
    period: tuple[str, ...]
    periods: Mapping[str, str]

    def period_of(self, row: Row) -> tuple[str, str]:
        """The period of a row, and the publisher's name of it where that differs."""
        written = "-".join(row.cells[column].strip() for column in self.period)
        period = self.periods.get(written, written)
        return period, written if written != period else ""


_IN_CAPITALS = frozenset({COUNTRY, "pandem", "Type1", "Type7", "merepgov", "melim"})
_LAYOUTS = (
    _Layout(
        "V4",
        _IN_CAPITALS | frozenset(COLUMNS),
        ("timeperiod",),
        {"Mar-Jun": "2020-Q2", "Jul-Sep": "2020-Q3", "Mar-Sep": "2020-Q2/2020-Q3"},
    ),
    _Layout(
        "V5.1",
        _IN_CAPITALS | {"v2x_regime"},
        ("Quarter",),
        {"Q2": "2020-Q2", "Q3": "2020-Q3", "Q4": "2020-Q4", "Summary": "2020-Q2/2020-Q4"},
    ),
    _Layout("V5.1", _IN_CAPITALS | {"v2x_regime"}, (), {"": "2020-Q2/2020-Q4"}),
    _Layout("V6.1", frozenset({COUNTRY, "merepgov", *COLUMNS}), ("year", "quarter"), {}),
    _Layout("V6.1", frozenset({COUNTRY, "pandem", "type1", "type7", "v2x_libdem_2019"}), (), {"": "2020-Q2/2021-Q2"}),
)


def parse(document: Document) -> Parsed:
    """Every numeric cell of every row as a figure, and the instruments and limits on the media that rows repeat.

    Raises:
        DocumentError: when the columns are those of no known form, or of another release than the name says.
    """
    table = table_of(document)
    layout = _layout(document, table)
    columns = [name for name in table.columns if name.lower() in FIGURES]
    figures: list[RawFigure] = []
    asides: list[Aside] = []
    quarters: list[Quarter] = []
    for row in table:
        found = _figures(layout, row, columns)
        figures += found
        said = {name: _printed(row.cells[name]) for name in COLUMNS} if "emname" in row.cells else {}
        if any(said.values()):
            quarters.append(Quarter(row.number, row.cells[COUNTRY].strip(), layout.period_of(row)[0], said))
        elif not found:
            asides.append(Aside(row.locator, "a row without any figure"))
    if not figures:
        raise DocumentError(f"{document.name}: expected figures of countries, found {len(table)} rows without any.")
    entries, remarks = measures_in(quarters)
    return Parsed(
        entries=tuple(entries),
        figures=tuple(figures),
        asides=tuple(asides),
        release=layout.release,
        remarks=(*_release_unsaid(document, layout), *_unread(table, layout), *remarks),
    )


def _layout(document: Document, table: Table) -> _Layout:
    header = frozenset(table.columns)
    period = {name for name in header if name.lower() in _PERIOD_COLUMNS}
    layout = next((one for one in _LAYOUTS if one.needs <= header and period == set(one.period)), None)
    if layout is None:
        raise DocumentError(
            f"{document.name}: expected PanDem V4 (timeperiod, Type1, emname ...), V5.1 (Quarter or no period, Type1, "
            "v2x_regime ...) or V6.1 (year, quarter, emname ..., or no period, type1, v2x_libdem_2019 ...), "
            f"found the columns {shown(table.columns, at_most=40)}."
        )
    said = _release_said(document)
    if said not in {"", layout.release}:
        raise DocumentError(
            f"{document.name}: its name or address says PanDem {said}, its columns are those of {layout.release}; "
            "no form of the former with these columns is known."
        )
    return layout


def _release_said(document: Document) -> str:
    """The release that the file's name or its address states; empty when neither does."""
    for words in (document.name, unquote(document.url)):
        if match := _VERSION.search(words):
            return "V" + ".".join(part for part in match.groups() if part)
    return ""


def _release_unsaid(document: Document, layout: _Layout) -> tuple[str, ...]:
    if _release_said(document):
        return ()
    return (f"release {layout.release} told by the columns alone; neither the file's name nor an address states one",)


def _figures(layout: _Layout, row: Row, columns: list[str]) -> list[RawFigure]:
    country = row.cells[COUNTRY].strip()
    period, written = layout.period_of(row)
    return [
        RawFigure(
            locator=f"{row.locator}, column {column}",
            country=country,
            indicator=column,
            period=period,
            value=value,
            period_as_written=written,
        )
        for column in columns
        if (value := _printed(row.cells[column]))
    ]


def _printed(cell: str) -> str:
    cell = cell.strip()
    return "" if cell in _MISSING else cell


def _unread(table: Table, layout: _Layout) -> tuple[str, ...]:
    """The columns that nothing was read from, with how many of their cells are filled."""
    read = {COUNTRY, *layout.period, *(COLUMNS if "emname" in table.columns else ())}
    unread = [name for name in table.columns if name not in read and name.lower() not in FIGURES]
    filled = [
        f"{named(name) or '(unnamed)'} ({sum(bool(_printed(row.cells[name])) for row in table)} cells)"
        for name in unread
    ]
    return (f"columns not read: {', '.join(filled)}",) if filled else ()
