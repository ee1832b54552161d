"""International IDEA, Democracy Tracker: the table that its searchable archive lets one download.

The file was never seen, neither its type nor its header. So a CSV or XLSX table is accepted whose columns can be
recognised by name (``ALIASES``); a title, a month and a country are needed. A column that is recognised but has no
field of its own, or is not recognised, goes into ``extra`` under its name. Factors, subfactors and keywords become
``tags``; the category above them does not, for it is too wide to say anything.
"""

from collections.abc import Mapping

from civic_tracker.adapters.idea.text import dates_in, report_key, tracker_address
from civic_tracker.adapters.shared.columns import (
    NO,
    PLACE_ALIASES,
    YES,
    Columns,
    addresses_in,
    columns_by_field,
    columns_of,
    listed,
)
from civic_tracker.documents.document import Document, is_spreadsheet
from civic_tracker.documents.entries import Parsed, RawEntry
from civic_tracker.documents.tabular import Row, table_of
from civic_tracker.errors import DocumentError

ALIASES = {
    **PLACE_ALIASES,
    "month": ("reportingmonth", "reportmonth", "eventmonth", "monthyear", "period", "month", "reportingdate", "date"),
    "year": ("year", "reportingyear"),
    "event_date": ("eventdate", "dateofevent"),
    "title": ("title", "eventtitle", "reporttitle", "headline", "event"),
    "description": ("description", "eventdescription", "body", "narrative", "text", "summary", "details", "report"),
    "update": ("update", "updates"),
    "category": ("category", "categories", "primarycategory"),
    "factor": ("factor", "factors", "primaryfactor", "primaryfactors", "attribute", "attributes", "aspects"),
    "subfactor": ("subfactor", "subfactors", "subattribute", "subattributes"),
    "keywords": ("keywords", "keyword", "tags"),
    "assessment": ("impact", "magnitude", "score", "assessment", "impactscore", "magnitudeofimpact", "value"),
    "sources": ("sources", "source", "sourcelinks", "sourceurls", "links", "references"),
    "watch": ("watch", "watchflag", "eventtowatch", "towatch"),
    "election": ("election", "electionflag", "nationalelection"),
    "flag": ("flag", "flags"),
    "key": ("pid", "eventid", "reportid", "nid", "id"),
    "url": ("url", "link", "permalink", "address", "reporturl", "pageurl"),
}
NEEDED = ("country|iso3", "month", "title")

_TABLE_NAMES = (".csv", ".tsv", ".xlsx")


def is_table(document: Document) -> bool:
    """Whether the document is a table by its kind, its name or its first line."""
    if is_spreadsheet(document) or document.name.lower().endswith(_TABLE_NAMES):
        return True
    head = document.content[:4096].lstrip(b"\xef\xbb\xbf\r\n").split(b"\n", 1)[0].decode("utf-8", "replace")
    columns = [cell.strip().strip('"') for cell in head.replace(";", ",").replace("\t", ",").split(",")]
    found = columns_by_field(columns, ALIASES)
    return "title" in found and ("country" in found or "iso3" in found)


def parse(document: Document) -> Parsed:
    """Every row of the table as an entry.

    Raises:
        DocumentError: when it is no table, holds no rows, or a needed column is not recognised: shows the header.
    """
    table = table_of(document)
    columns = columns_of(document, table, ALIASES, NEEDED)
    if not len(table):
        raise DocumentError(f"{document.name}: holds the header of an archive and no events.")
    return Parsed(tuple(_entry(row, columns) for row in table), remarks=columns.remarks)


def _entry(row: Row, columns: Columns) -> RawEntry:
    said = columns.said_in(row)
    description = said["description"]
    url = tracker_address(said["url"])
    period, year = said["month"], said["year"]
    flags, strange_flags = _flags(said)
    links = addresses_in(said["sources"])
    extra = {
        "category": said["category"],
        "sources": "" if links else said["sources"],
        "url": "" if url else said["url"],
        **strange_flags,
        **columns.unread_in(row),
    }
    return RawEntry(
        locator=row.locator,
        country=said["country"] or said["iso3"],
        country_code=said["iso3"],
        title=said["title"],
        key=said["key"] or report_key(url),
        url=url,
        period=f"{period} {year}" if year and year not in period else period,
        introduced=said["event_date"],
        description=description,
        tags=tuple(dict.fromkeys(tag for name in ("factor", "subfactor", "keywords") for tag in listed(said[name]))),
        assessment=said["assessment"],
        flags=flags,
        links=links,
        updates=tuple(filter(None, [said["update"]])),
        dates_mentioned=dates_in(description),
        extra={name: value for name, value in extra.items() if value},
    )


def _flags(said: Mapping[str, str]) -> tuple[tuple[str, ...], dict[str, str]]:
    """The flags in the tracker's own words, and the cells about flags that say neither yes nor no."""
    flags: list[str] = []
    strange: dict[str, str] = {}
    either = said["flag"].casefold()
    for field, flag in (("watch", "Watch flag"), ("election", "Election flag")):
        own = said[field].casefold()
        if own in (*YES, field, flag.casefold()) or field in either:
            flags.append(flag)
        elif own not in NO:
            strange[field] = said[field]
    if not flags and either not in NO:
        strange["flag"] = said["flag"]
    return tuple(flags), strange
