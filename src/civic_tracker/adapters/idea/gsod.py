"""International IDEA, Global State of Democracy (GSoD) indices: one figure per country, year and score column.

Forms, told apart by their header alone:

- *v3 to v5.1*, CSV: ``ID_country_name``, ``ID_country_code``, ``ID_year``, scores ``C_SD22`` with bounds ``L_SD22`` and
  ``U_SD22`` (some have none). A real file of v4 was seen; v5.1, which says ``ID_region_name``, in others' code only.
- *v7 and later*, CSV: ``iso3c``, ``year``, scores ``civil_lib_est`` with bounds ``civil_lib_l`` and ``civil_lib_u``.
  Seen in others' code only.
- *API*: the JSON array of the old site, scores ``A_..``, ``SA_..``, ``SC_..``. Seen in others' code only.
- *v5.1 under long names*, CSV: a slice that is passed around, ``country``, ``ID_year``, ``freedom_of_expression`` and
  its fellows, without bounds and country codes. A real file was seen.
- *World Bank Data360*, CSV: ``country_code``, ``year``, raw indicators ``idea_gsod_v_21_05``. A real file was seen.

Aggregates (regions, organisations, the world) stand among the countries. Two of their names occur twice, so they are
told by code: 961 and above, or, where a file has ISO codes only, by having none. Bounds may leave the range from 0 to
1; they are handed on as printed.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from civic_tracker.adapters.shared.columns import shown
from civic_tracker.documents.document import Document, json_of, looks_like_json
from civic_tracker.documents.entries import Aside, Parsed, RawFigure
from civic_tracker.documents.tabular import Row, Table, table_of
from civic_tracker.documents.workbook_size import refuse_mostly_empty
from civic_tracker.errors import DocumentError
from civic_tracker.leaving import named, quoted

FIRST_AGGREGATE_CODE = 961
LONG_NAMES = (
    *("clean_elections", "inclusive_suffrage", "free_political_parties", "elected_government", "access_to_justice"),
    *("freedom_of_expression", "freedom_of_association_and_assembly", "freedom_of_religion", "freedom_of_movement"),
    *("personal_integrity", "social_group_equality", "basic_welfare", "gender_equality", "effective_parliament"),
    *("judicial_independence", "media_integrity", "absence_of_corruption", "predictable_enforcement"),
    *("civil_society_participation", "electoral_participation", "direct_democracy", "local_democracy"),
)
REGIME_COLUMNS = ("democratic_performance_numeric", "democratic_performance_name")

_MOST_COLUMNS = 2000
_MISSING = frozenset({"", "na", "n/a", "nan", "none", "null"})
_VERSION = re.compile(r"gsod[a-z _-]{0,20}?v[ _]?(\d{1,2})(?:[._](\d)(?!\d))?", re.IGNORECASE)
_OLD_SCORE = re.compile(r"C_((?:A|SD)\d{1,2}[A-E]?)")
_API_SCORE = re.compile(r"(?:A|SA|SC)_\w+")
_DATA360_SCORE = re.compile(r"idea_gsod_\w+")
_WHOLE_NUMBER = re.compile(r"(\d{1,9})(?:\.0+)?")
_ISO3 = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True)
class _Score:
    """A score column and the columns of its bounds, empty where the layout has none."""

    column: str
    lower: str = ""
    upper: str = ""


@dataclass(frozen=True)
class _Layout:
    """Which columns of one form say what; an empty name means that the form has no such column."""

    release: str
    country: str
    year: str
    scores: tuple[_Score, ...]
    code: str = ""
    iso3: str = ""
    place: str = "row"

    @property
    def columns_read(self) -> set[str]:
        bounds = {bound for score in self.scores for bound in (score.lower, score.upper)}
        return {self.country, self.year, self.code, self.iso3, *bounds, *(score.column for score in self.scores)}


def parse(document: Document) -> Parsed:
    """Every score of every country row as a figure, every aggregate row as an aside.

    Raises:
        DocumentError: when the header is none of the known forms, or a country code is not a number.
    """
    table = _table_of_api(document) if looks_like_json(document) else table_of(document)
    layout = _layout(document, table)
    figures: list[RawFigure] = []
    asides: list[Aside] = []
    for row in table:
        place = f"{layout.place} {row.number}"
        if aggregate := _aggregate(document, layout, row, place):
            asides.append(Aside(f"{place} ({named(row.cells[layout.country]) or 'no name'})", aggregate))
        else:
            figures += _figures(layout, row, place)
    if not figures:
        raise DocumentError(f"{document.name}: expected scores of countries, found {len(table)} rows without any.")
    return Parsed(
        figures=tuple(figures), asides=tuple(asides), release=layout.release, remarks=_unread(table.columns, layout)
    )


def _layout(document: Document, table: Table) -> _Layout:
    header = set(table.columns)
    if any(_OLD_SCORE.fullmatch(name) for name in table.columns):
        return _old_layout(document, table.columns)
    if "civil_lib_est" in header:
        return _new_layout(document, table.columns)
    if "ID_country_name" in header and any(_API_SCORE.fullmatch(name) for name in table.columns):
        _require(document, table.columns, "ID_country_code", "ID_year")
        scores = tuple(_Score(name) for name in table.columns if _API_SCORE.fullmatch(name))
        return _Layout("api", "ID_country_name", "ID_year", scores, code="ID_country_code", place="item")
    if {"country", "ID_year"} <= header and len(header.intersection(LONG_NAMES)) >= 3:
        release = "v5.1" if header.intersection(REGIME_COLUMNS) else "v3 to v5.1"
        scores = tuple(_Score(name) for name in table.columns if name in (*LONG_NAMES, *REGIME_COLUMNS))
        return _Layout(_release(document, release), "country", "ID_year", scores)
    if {"country_code", "year"} <= header and any(_DATA360_SCORE.fullmatch(name) for name in table.columns):
        scores = tuple(_Score(name) for name in table.columns if _DATA360_SCORE.fullmatch(name))
        return _Layout(_release(document, ""), "country_code", "year", scores, iso3="country_code")
    undated = "" if any("year" in name.lower() for name in table.columns) else ", none of which is a year"
    raise DocumentError(
        f"{document.name}: expected GSoD indices by country and year (a column C_SD22, civil_lib_est, "
        "freedom_of_expression with ID_year, idea_gsod_..., or the API's SA_...), "
        f"found the columns {shown(table.columns)}{undated}."
    )


def _old_layout(document: Document, columns: Sequence[str]) -> _Layout:
    _require(document, columns, "ID_country_name", "ID_country_code", "ID_year")
    codes = [match.group(1) for name in columns if (match := _OLD_SCORE.fullmatch(name))]
    scores = [_Score(f"C_{code}", _if_there(f"L_{code}", columns), _if_there(f"U_{code}", columns)) for code in codes]
    scores += [_Score(name) for name in REGIME_COLUMNS if name in columns]
    release = "v5.1" if "ID_region_name" in columns else "v4" if "ID_region" in columns else "v3 to v5.1"
    return _Layout(_release(document, release), "ID_country_name", "ID_year", tuple(scores), code="ID_country_code")


def _new_layout(document: Document, columns: Sequence[str]) -> _Layout:
    country = next((name for name in columns if "country_name" in name.lower()), "")
    year = next((name for name in ("year", "ID_year") if name in columns), "")
    if not country or not year or "iso3c" not in columns:
        raise DocumentError(
            f"{document.name}: has the scores of GSoD v7 and later; expected also the columns country_name, iso3c and "
            f"year, found {shown(columns)}."
        )
    names = [name.removesuffix("_est") for name in columns if name.endswith("_est")]
    scores = tuple(
        _Score(f"{name}_est", _if_there(f"{name}_l", columns), _if_there(f"{name}_u", columns)) for name in names
    )
    code = _if_there("ID_country_code", columns)
    return _Layout(_release(document, "v7+"), country, year, scores, code=code, iso3="iso3c")


def _release(document: Document, otherwise: str) -> str:
    """The version that the file's name or address tells, else what its header tells."""
    for said in (document.name, unquote(document.url)):
        if match := _VERSION.search(said):
            return "v" + ".".join(part for part in match.groups() if part)
    return otherwise


def _aggregate(document: Document, layout: _Layout, row: Row, place: str) -> str:
    """Why the row is not a country's; empty when it is."""
    name = " ".join(row.cells[layout.country].split())
    if layout.code:
        printed = " ".join(row.cells[layout.code].split())
        match = _WHOLE_NUMBER.fullmatch(printed)
        if match is None:
            raise DocumentError(
                f"{document.name}: {place} ({named(name) or 'no name'}) has the {layout.code} {quoted(printed)}, "
                "expected a number: without it an aggregate cannot be told from a country."
            )
        is_aggregate = int(match.group(1)) >= FIRST_AGGREGATE_CODE
        return f"an aggregate of countries ({layout.code} of {FIRST_AGGREGATE_CODE} or more)" if is_aggregate else ""
    if layout.iso3 and not _ISO3.fullmatch(row.cells[layout.iso3].strip()):
        return "no ISO 3166 code, as aggregates of countries have none"
    return ""


def _figures(layout: _Layout, row: Row, place: str) -> list[RawFigure]:
    figures = []
    for score in layout.scores:
        value = _printed(row.cells, score.column)
        if not value:
            continue
        figures.append(
            RawFigure(
                locator=f"{place}, column {score.column}",
                country=row.cells[layout.country].strip(),
                indicator=score.column,
                period=row.cells[layout.year].strip(),
                value=value,
                lower=_printed(row.cells, score.lower),
                upper=_printed(row.cells, score.upper),
                country_code=row.cells[layout.iso3].strip() if layout.iso3 else "",
            )
        )
    return figures


def _printed(cells: Mapping[str, str], column: str) -> str:
    value = cells[column].strip() if column else ""
    return "" if value.lower() in _MISSING else value


def _unread(columns: Sequence[str], layout: _Layout) -> tuple[str, ...]:
    unread = [name for name in columns if name and name not in layout.columns_read]
    return (f"columns not read: {shown(unread)}",) if unread else ()


def _table_of_api(document: Document) -> Table:
    """The API's array of objects as a table; a field that an object lacks is an empty cell."""
    objects = json_of(document)
    if not isinstance(objects, list) or not objects:
        found = f"a JSON {type(objects).__name__}" if not isinstance(objects, list) else "an empty array"
        raise DocumentError(f"{document.name}: expected the GSoD API's array of country rows, found {found}.")
    columns: dict[str, None] = {}
    for number, item in enumerate(objects, start=1):
        if not isinstance(item, dict) or any(isinstance(value, (dict, list)) for value in item.values()):
            raise DocumentError(f"{document.name}: item {number} of the array is not a row with plain values.")
        columns.update(dict.fromkeys(item))
        if len(columns) > _MOST_COLUMNS:
            raise DocumentError(f"{document.name}: its rows name more than {_MOST_COLUMNS} different columns.")
    refuse_mostly_empty(document.name, len(objects) * len(columns), sum(map(len, objects)))
    rows = [
        Row(number, {name: "" if item.get(name) is None else str(item[name]) for name in columns})
        for number, item in enumerate(objects, start=1)
    ]
    return Table(tuple(columns), rows)


def _require(document: Document, columns: Sequence[str], *needed: str) -> None:
    absent = [name for name in needed if name not in columns]
    if absent:
        raise DocumentError(
            f"{document.name}: has scores of the GSoD indices but not the column {', '.join(absent)}; "
            f"found {shown(columns)}."
        )


def _if_there(name: str, columns: Sequence[str]) -> str:
    return name if name in columns else ""
