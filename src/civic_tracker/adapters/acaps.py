"""ACAPS, COVID-19 Government Measures Dataset: one entry per row, from a workbook or from its sheet saved as CSV.

One form was seen, a real file: sheets *About*, *Dataset* and *Dictionary*; the columns of *Dataset* are named below.
A row says in LOG_TYPE whether it introduces (or extends) a measure or phases one out. Nothing links a phase-out to what
it ends, so it is an act of its own. There are no titles: ours are put together from the publisher's labels.
"""

from collections.abc import Mapping

from civic_tracker.adapters.shared.columns import shown
from civic_tracker.adapters.shared.links import links_of
from civic_tracker.documents.document import Document
from civic_tracker.documents.entries import Parsed, RawEntry
from civic_tracker.documents.tabular import table_of
from civic_tracker.errors import DocumentError
from civic_tracker.leaving import names_in
from civic_tracker.text import shorten

SHEET = "Dataset"
COLUMNS = (
    *("ID", "ISO", "COUNTRY", "ADMIN_LEVEL_NAME", "LOG_TYPE", "CATEGORY", "MEASURE"),
    *("TARGETED_POP_GROUP", "COMMENTS", "NON_COMPLIANCE", "DATE_IMPLEMENTED", "LINK", "Alternative source"),
)
PHASE_OUT = "Phase-out measure"

_LONGEST_PLACE_IN_TITLE = 100  # some cells list forty municipalities


def parse(document: Document) -> Parsed:
    """Every row of the dataset as an entry.

    Raises:
        DocumentError: when there is no such sheet, a column is missing, or no row follows the header.
    """
    table = table_of(document, sheet=SHEET)
    absent = [name for name in COLUMNS if name not in table.columns]
    if absent:
        raise DocumentError(
            f"{document.name}: expected the ACAPS dataset of government measures, whose columns {shown(absent)} are "
            f"missing; found {shown(table.columns)}."
        )
    if not table.rows:
        raise DocumentError(f"{document.name}: expected measures, found no row below the header.")
    unread = [name for name in table.columns if name and name not in COLUMNS]
    return Parsed(
        entries=tuple(_entry(row.cells, row.locator) for row in table),
        remarks=(f"columns not read: {shown(unread)}",) if unread else (),
    )


def _entry(cells: Mapping[str, str], locator: str) -> RawEntry:
    measure, log_type = cells["MEASURE"].strip(), cells["LOG_TYPE"].strip()
    place = cells["ADMIN_LEVEL_NAME"].strip()
    names = shorten(place, _LONGEST_PLACE_IN_TITLE) if names_in(place) else ""
    label = f"{measure} (phase-out)" if log_type == PHASE_OUT else measure
    return RawEntry(
        locator=locator,
        country=cells["COUNTRY"],
        country_code=cells["ISO"],
        title=f"{label}: {names}" if measure and names else label,
        title_is_ours=True,
        key=cells["ID"],
        description=cells["COMMENTS"],
        place=place,
        type=measure,
        tags=(cells["CATEGORY"],),
        introduced=cells["DATE_IMPLEMENTED"],
        effect=log_type,
        # Two of the labels speak of an emergency; whether one is declared depends on the kind of entry too.
        emergency=label if "emergency" in measure.lower() else "",
        flags=("Targeted population group",) if cells["TARGETED_POP_GROUP"].strip() else (),
        penalty=cells["NON_COMPLIANCE"],
        links=links_of(cells["LINK"], cells["Alternative source"]),
    )
