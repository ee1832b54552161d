"""The two layouts of OxCGRT's tables, read into one form: a series of cells for each territory and indicator."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from civic_tracker.adapters.shared.columns import shown
from civic_tracker.adapters.shared.spells import is_published
from civic_tracker.documents.document import Document, describe, text_of
from civic_tracker.documents.entries import Aside
from civic_tracker.errors import DocumentError
from civic_tracker.leaving import named, quoted
from civic_tracker.limits import MOST_COLUMNS

LABELS = {
    "C3": "Cancel public events",
    "C4": "Restrictions on gatherings",
    "C6": "Stay at home requirements",
    "C7": "Restrictions on internal movement",
}
FILES = {
    "c3_cancel_public_events": "C3",
    "c4_restrictions_on_gatherings": "C4",
    "c6_stay_at_home_requirements": "C6",
    "c7_movementrestrictions": "C7",
    **{f"{name.lower()}_flag": f"{name}_Flag" for name in LABELS},
}
TIME_SERIES_COLUMNS = ("", "country_code", "country_name")
LONG_COLUMNS = ("CountryName", "CountryCode", "RegionName", "RegionCode", "Jurisdiction", "Date")

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY_OF_COLUMN = re.compile(r"(\d{2})([A-Z][a-z]{2})(\d{4})", re.ASCII)
_DAY_OF_CELL = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_SECOND_DOWNLOAD = re.compile(r" ?\(\d+\)$")
_VERSION = re.compile(r"_(v\d{1,2})(?!\d)")
_ONE_GROUP = re.compile(rf"(?:{'|'.join(LABELS)})(?:E|NV|V)_")

_Rows = Iterator[tuple[int, list[str]]]


@dataclass(frozen=True, slots=True)
class Series:
    """One series of one territory: for each day a cell, and its row and column. ``label`` is empty for a flag."""

    name: str
    label: str
    country: str
    code: str
    days: Sequence[date]
    cells: Sequence[str]
    rows: Sequence[int]
    columns: Sequence[str]

    def place(self, position: int) -> str:
        return f"row {self.rows[position]}, column {self.columns[position]}"


@dataclass(slots=True)
class Contents:
    """What a document holds: the names of the series that it has, the series themselves, and what is set aside."""

    release: str
    names: tuple[str, ...]
    series: list[Series] = field(default_factory=list)
    asides: list[Aside] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Territory:
    """The national rows of one territory in the long layout: their days, numbers, and the cells that are read."""

    days: list[date] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)


def contents_of(document: Document) -> Contents:
    """What a document holds, in either layout.

    Raises:
        DocumentError: when the header or the file's name is none of the known ones, or a row is not of a known form.
    """
    rows = _rows(document)
    _, header = next(rows, (0, []))
    columns = [name.strip() for name in header]
    if tuple(columns[:3]) == TIME_SERIES_COLUMNS:
        contents = _time_series(document, columns, rows)
    elif set(LONG_COLUMNS) <= set(columns):
        contents = _long(document, columns, rows)
    else:
        raise DocumentError(
            f"{document.name}: expected the columns country_code, country_name and days such as 01Jan2020, or "
            f"{', '.join(LONG_COLUMNS)}; found {describe(','.join(columns))}."
        )
    if not contents.series and not contents.asides:
        raise DocumentError(f"{document.name}: holds no rows below its header.")
    return contents


def _rows(document: Document) -> _Rows:
    """Rows with their numbers, one at a time: the national table, held as dictionaries, would take a gigabyte."""
    reader = csv.reader(io.StringIO(text_of(document).lstrip("\ufeff"), newline=""), strict=True)
    width = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if not any(cells):
                continue
            width = width or len(cells)
            if width > MOST_COLUMNS:
                raise DocumentError(
                    f"{document.name}: its header has {width} cells, a table at most {MOST_COLUMNS} columns."
                )
            if len(cells) != width:
                raise DocumentError(
                    f"{document.name}: row {number} has {len(cells)} cells, the header {width}: the file is cut off "
                    "or damaged. Download it again."
                )
            yield number, cells
    except csv.Error as error:
        raise DocumentError(
            f"{document.name}: is not a readable CSV table (line {reader.line_num}: {error})."
        ) from error


def _time_series(document: Document, columns: Sequence[str], rows: _Rows) -> Contents:
    stem = _SECOND_DOWNLOAD.sub("", document.name.lower().removesuffix(".csv"))
    if stem not in FILES:
        raise DocumentError(
            f"{document.name}: is a time series, and only its name can tell which; expected one of "
            f"{', '.join(f'{name}.csv' for name in FILES)}."
        )
    name = FILES[stem]
    label = f"{name} {LABELS[name]}" if name in LABELS else ""
    days = [_day_of_column(document, column) for column in columns[3:]]
    if days != sorted(set(days)):
        raise DocumentError(f"{document.name}: expected columns in the order of their days, each once.")
    contents = Contents("legacy", (name,))
    for number, (_, code, country, *cells) in rows:
        if any(map(is_published, cells)):
            numbers = [number] * len(days)
            contents.series.append(
                Series(name, label, country.strip(), code.strip(), days, cells, numbers, columns[3:])
            )
        else:
            contents.asides.append(Aside(f"row {number} ({named(country)})", f"no day of {name} is published"))
    return contents


def _long(document: Document, columns: Sequence[str], rows: _Rows) -> Contents:
    country, code, region, region_code, jurisdiction, day = (columns.index(name) for name in LONG_COLUMNS)
    version, taken = _series_columns(document, columns)
    places = [columns.index(column) for column in taken]
    contents = Contents(_release(document, version), tuple(taken.values()), remarks=_unread(columns, taken, version))
    territories: dict[tuple[str, str], _Territory] = {}
    as_printed: dict[str, str] = {}  # few different cells, each held once
    for number, row in rows:
        part = f"{row[region]}{row[region_code]}".strip()
        if outside := _outside(document, number, row[jurisdiction].strip(), part):
            contents.asides.append(Aside(f"row {number}", outside))
            continue
        cells = [as_printed.setdefault(row[place], row[place]) for place in places]
        if not any(map(is_published, cells)):
            contents.asides.append(Aside(f"row {number}", "no level of C3, C4, C6 or C7 is published for the day"))
            continue
        there = territories.setdefault((row[country].strip(), row[code].strip()), _Territory())
        today = _day_of_cell(document, number, row[day].strip())
        if there.days and today <= there.days[-1]:
            raise DocumentError(
                f"{document.name}: row {number} is of {today} and comes after the row of {there.days[-1]}; expected "
                "the days of a country in order, each once."
            )
        there.days.append(today)
        there.numbers.append(number)
        there.cells.append(cells)
    for (name, coded), there in territories.items():
        for column, series in zip(taken, zip(*there.cells, strict=True), strict=True):
            label = column.replace("_", " ", 1) if taken[column] in LABELS else ""
            column_each = [column] * len(series)
            contents.series.append(
                Series(taken[column], label, name, coded, there.days, series, there.numbers, column_each)
            )
    return contents


def _series_columns(document: Document, columns: Sequence[str]) -> tuple[str, dict[str, str]]:
    """The version that is read (empty for the legacy format), and the series of each of its columns."""
    for version in ("M", ""):
        wanted = {f"{name}{version}_{label}": name for name, label in LABELS.items()}
        wanted |= {f"{name}{version}_Flag": f"{name}_Flag" for name in LABELS}
        found = {column: name for column, name in wanted.items() if column in columns}
        if LABELS.keys() & found.values():
            return version, found
    expected = ", ".join(f"{name}M_{label}" for name, label in LABELS.items())
    raise DocumentError(
        f"{document.name}: expected one of the columns {expected}, or the same without M; "
        f"found {shown([column for column in columns if column not in LONG_COLUMNS])}."
    )


def _release(document: Document, version: str) -> str:
    if not version:
        return "legacy"
    named = _VERSION.search(document.name)
    return named[1] if named else "unnumbered"


def _unread(columns: Sequence[str], taken: dict[str, str], version: str) -> list[str]:
    unread = [column for column in columns if column not in taken and column not in LONG_COLUMNS]
    remarks = [f"columns not read: {shown(unread)}"] if unread else []
    if notes := sum(column.endswith("_Notes") for column in unread):
        remarks.append(f"{notes} of the columns not read hold notes; no text of them is taken")
    if version:
        others = [column for column in unread if _ONE_GROUP.match(column)]
        remarks.append(
            "of each indicator the version M is read, the level for the majority of people; it may change on the day "
            "when vaccinated people become the majority, without a change of policy"
            + (f"; versions not read: {shown(others, at_most=24)}" if others else "")
        )
    return remarks


def _outside(document: Document, number: int, jurisdiction: str, part: str) -> str:
    """Why a row is not about the whole of a country; empty when it is."""
    if part or jurisdiction.startswith(("STATE_", "CITY_")):
        return f"about a part of a country (jurisdiction {named(jurisdiction)})"
    if jurisdiction == "NAT_GOV":
        return "only what the national government itself ordered (jurisdiction NAT_GOV)"
    if jurisdiction != "NAT_TOTAL":
        raise DocumentError(
            f"{document.name}: row {number} has the Jurisdiction {quoted(jurisdiction)}, expected NAT_TOTAL, NAT_GOV, "
            "STATE_... or CITY_...."
        )
    return ""


def _day_of_column(document: Document, column: str) -> date:
    match = _DAY_OF_COLUMN.fullmatch(column)
    month = _MONTHS.index(match[2]) + 1 if match and match[2] in _MONTHS else 0
    found = _day(match[3], month, match[1]) if match else None
    if found is None:
        raise DocumentError(f"{document.name}: has the column {quoted(column)}, expected a day such as 01Jan2020.")
    return found


def _day_of_cell(document: Document, number: int, cell: str) -> date:
    match = _DAY_OF_CELL.fullmatch(cell)
    found = _day(match[1], match[2], match[3]) if match else None
    if found is None:
        raise DocumentError(
            f"{document.name}: row {number} has the Date {quoted(cell)}, expected a day such as 20200101."
        )
    return found


def _day(year: str, month: str | int, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
