"""International IDEA, Global Monitor of COVID-19's Impact on Democracy and Human Rights (2020 to 2022): a user's file.

No file of the monitor was ever seen, nor its columns. So this is an importer for a table (CSV, XLSX) or a JSON list of
objects that somebody holds, whose columns can be recognised by name (``ALIASES``): a country, a text and the assessment
are needed.

The monitor assesses with a symbol: *concerning developments*, *potentially concerning - to watch*, and no symbol, which
is an assessment too and not a missing value. ``assessment`` is the cell as published. An empty cell in a column of
assessments becomes ``no symbol``, in the monitor's own words, with a remark on the entry. A file without such a column
is refused, so ``no symbol`` never stands for something that nobody looked at; a country without a row has no entry.

The text is a paragraph, under the publisher's licence, so it is the ``description``, and no part of it becomes a title.
``title`` is the file's title, and empty where it has none. A question is the ``section``: many measures answer one.
"""

from civic_tracker.adapters.shared.columns import PLACE_ALIASES, Columns, addresses_in, columns_of
from civic_tracker.documents.document import Document, json_of, looks_like_json
from civic_tracker.documents.entries import Parsed, RawEntry
from civic_tracker.documents.tabular import Row, Table, table_of
from civic_tracker.documents.workbook_size import refuse_mostly_empty
from civic_tracker.errors import DocumentError
from civic_tracker.leaving import quoted

ALIASES = {
    **PLACE_ALIASES,
    "attribute": ("attribute", "gsodattribute", "dimension", "category"),
    "subattribute": ("subattribute", "gsodsubattribute", "subcategory", "aspect"),
    "title": ("title", "headline", "measure", "measuretitle"),
    "question": ("question", "questiontext", "indicator", "variable", "item"),
    "code": ("code", "questioncode", "variablecode", "itemcode", "questionid"),
    "key": ("id", "measureid", "eventid", "recordid", "pid"),
    "text": ("text", "description", "answer", "narrative", "details", "summary", "response"),
    "assessment": ("assessment", "symbol", "flag", "rating", "level", "assessmentlevel", "concern"),
    "start": ("start", "startdate", "datestart", "introduced", "from", "begin", "begindate", "date"),
    "end": ("end", "enddate", "dateend", "until", "to", "expires", "expiry"),
    "updated": ("updated", "lastupdated", "lastupdate", "updatedate", "updatedon", "dateupdated"),
    "sources": ("sourceurl", "sources", "source", "url", "link", "links", "sourceurls"),
}
NEEDED = ("country|iso3", "text", "assessment")
NO_SYMBOL = "no symbol"


def parse(document: Document) -> Parsed:
    """Every row of the file as an entry.

    Raises:
        DocumentError: when it is no table or list, holds no rows, or a needed column is not recognised.
    """
    table = _table_of_objects(document) if looks_like_json(document) else table_of(document)
    columns = columns_of(document, table, ALIASES, NEEDED)
    if not len(table):
        raise DocumentError(f"{document.name}: holds the header of a monitor's file and no rows.")
    return Parsed(tuple(_entry(row, columns, table.sheet) for row in table), remarks=columns.remarks)


def _entry(row: Row, columns: Columns, sheet: str) -> RawEntry:
    said = columns.said_in(row)
    assessment = said["assessment"]
    links = addresses_in(said["sources"])
    extra = {
        "code": said["code"],
        "updated": said["updated"],
        "sources": "" if links else said["sources"],
        **columns.unread_in(row),
    }
    remark = f"the assessment's cell is empty, which the monitor calls '{NO_SYMBOL}'" if not assessment else ""
    return RawEntry(
        locator=f"sheet {quoted(sheet)}, {row.locator}" if sheet else row.locator,
        country=said["country"] or said["iso3"],
        country_code=said["iso3"],
        title=said["title"],
        key=said["key"],
        description=said["text"],
        section=said["question"],
        tags=tuple(dict.fromkeys(filter(None, (said["attribute"], said["subattribute"])))),
        introduced=said["start"],
        ending=said["end"],
        assessment=assessment or NO_SYMBOL,
        links=links,
        extra={name: value for name, value in extra.items() if value},
        remarks=(remark,) if remark else (),
    )


def _table_of_objects(document: Document) -> Table:
    """A JSON list of objects as a table; a list of plain values becomes one cell, with ``;`` between them."""
    objects = json_of(document)
    if not isinstance(objects, list) or not objects or not all(isinstance(item, dict) for item in objects):
        raise DocumentError(f"{document.name}: expected a JSON list of objects, one for each measure.")
    columns = tuple(dict.fromkeys(str(name).strip() for item in objects for name in item))
    if len(columns) > 500:
        raise DocumentError(f"{document.name}: its objects name {len(columns)} different fields, which no monitor has.")
    refuse_mostly_empty(document.name, len(objects) * len(columns), sum(map(len, objects)))
    rows = []
    for number, item in enumerate(objects, start=1):
        cells = dict.fromkeys(columns, "")
        cells.update({str(name).strip(): _cell(document, number, value) for name, value in item.items()})
        rows.append(Row(number, cells))
    return Table(columns, rows)


def _cell(document: Document, number: int, value: object) -> str:
    members = value if isinstance(value, list) else [value]
    if any(isinstance(member, (dict, list)) for member in members):
        raise DocumentError(f"{document.name}: object {number} holds an object within a field; expected plain values.")
    return "; ".join(str(member).strip() for member in members if member is not None)
