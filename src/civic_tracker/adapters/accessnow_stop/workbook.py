"""Access Now and the #KeepItOn coalition, shutdown tracker (STOP): one entry per shutdown.

A real workbook of 2016 to 2022 was seen, and is read whole or as a single sheet saved as CSV. Its sheets have three
layouts: 2020 to 2022 (a status, no key), 2019 (key *ID*) and 2016 to 2018 (key *id*). Names of columns and countries
carry trailing blanks. Durations are formulas, with absurd values for what goes on, and are not read. A sheet without a
header holds reports that need more details. There are no titles: ours are put together from the publisher's labels.

A shutdown that went on stands again in the sheet of the next year. Rows of different sheets with one country, first day
and place are one entry: it says what the latest sheet says, and keeps the key and the links of the earlier ones.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from civic_tracker.adapters.accessnow_stop.layouts import LAYOUTS, Layout
from civic_tracker.adapters.shared.columns import shown
from civic_tracker.adapters.shared.links import links_of
from civic_tracker.documents.document import Document
from civic_tracker.documents.entries import Aside, Parsed, RawEntry
from civic_tracker.documents.tabular import Table, tables_of
from civic_tracker.errors import DocumentError
from civic_tracker.leaving import named, names_in, quoted
from civic_tracker.text import clean, shorten

_LONGEST_PART_OF_TITLE = 100
_YES = frozenset({"yes", "true"})
_SAYS_NOTHING = frozenset({"", "no", "false", "unknown", "none", "na", "n/a"})
_WHOLE_COUNTRY = frozenset(
    {"national", "nationwide", "nation wide", "nationwde", "entire country", "countrywide", "countrywide shutdown"}
)
_WIDEST = frozenset({"it affected locations in more than one state, province, or region", "level 3", "national"})
_DATE = re.compile(r"[\d/.-]{6,10}")


def parse(document: Document) -> Parsed:
    """Every shutdown of every sheet as an entry; rows of sheets without a header as asides.

    Raises:
        DocumentError: when no sheet has one of the layouts, or one has some of its columns and not all.
    """
    entries: list[list[RawEntry]] = []
    asides: list[Aside] = []
    remarks: list[str] = []
    tables = tables_of(document)
    for table in sorted(tables, key=_latest_year, reverse=True):
        sheet = f"sheet {quoted(table.sheet)}, " if table.sheet else ""
        layout = _layout(document, table)
        if layout is None:
            rows = ["first row", *(row.locator for row in table)]
            asides += [Aside(sheet + row, f"sheet {quoted(table.sheet)} has no header of shutdowns") for row in rows]
            continue
        entries.append([_entry(layout, row.cells, sheet + row.locator) for row in table])
        unread = [name for name in table.columns if name and name not in layout.columns]
        if unread:
            remarks.append(f"{sheet}columns not read: {shown(unread)}")
    if not any(entries):
        expected = " or ".join(layout.told_by for layout in LAYOUTS)
        raise DocumentError(
            f"{document.name}: expected the #KeepItOn table of shutdowns (start_date, country, and {expected}), "
            f"found {shown(tables[0].columns)}."
        )
    return Parsed(entries=tuple(_joined(entries)), asides=tuple(asides), remarks=tuple(remarks))


def _latest_year(table: Table) -> int:
    return max(map(int, re.findall(r"\d{4}", table.sheet)), default=0)


def _layout(document: Document, table: Table) -> Layout | None:
    layout = next((layout for layout in LAYOUTS if layout.told_by in table.columns), None)
    if layout is None and not {"start_date", "country"} <= set(table.columns):
        return None
    absent = [name for name in layout.columns if name not in table.columns] if layout else []
    if absent or not layout:
        lacks = f"lacks the columns {shown(absent)}" if absent else "has none of the three known layouts"
        raise DocumentError(
            f"{document.name}: the sheet of shutdowns {quoted(table.sheet)} {lacks}; "
            f"its columns are {shown(table.columns)}."
        )
    return layout


def _entry(layout: Layout, published: Mapping[str, str], locator: str) -> RawEntry:
    cells = {name: clean(published[name]) for name in layout.columns}
    area, scope = cells["area_name"], cells["geo_scope"]
    place = "" if area.casefold() in _WHOLE_COUNTRY else area
    names = shorten(area, _LONGEST_PART_OF_TITLE) if place and names_in(area) else ""
    if not area and scope and scope.casefold() not in _WIDEST:
        place = f"not named ({scope})"
    title, whole_title = _title(layout, cells), _title(layout, cells, whole=True)
    described_place = f": {shorten(area, _LONGEST_PART_OF_TITLE)}" if place and area else ""
    key = cells[layout.key] if layout.key else ""
    status, end = cells[layout.status] if layout.status else "", cells[layout.end]
    goes_on = status.casefold() not in {"", "ended"}
    has_date = bool(_DATE.fullmatch(end))
    cited = links_of(*(published[name] for name in layout.links))
    in_words = [part for part in cited if " " in part and "://" not in part]  # sentences stand among the links
    told = (*layout.texts, layout.other_services, *filter(None, [layout.decided_by]))
    texts = [published[name] for name in told if _says(cells[name]) and name != layout.decided_by]
    if layout.decided_by and _says(cells[layout.decided_by]) and not names_in(cells[layout.decided_by]):
        texts.append(published[layout.decided_by])
    tags = {
        "Ordered by": cells["ordered_by"],
        "Cause": cells["actual_cause"],
        "Official justification": cells[layout.justification],
    }
    return RawEntry(
        locator=locator,
        country=cells["country"],
        title=f"{title}: {names}" if names else title,
        title_is_ours=True,
        identity=whole_title + described_place,
        key=f"{layout.key_of}-{key}" if key else "",
        description="\n".join([*texts, *in_words]),
        place=place,
        type=cells[layout.kind],
        tags=tuple(f"{name}: {said}" for name, said in tags.items() if said),
        introduced=cells["start_date"],
        links=tuple(part for part in cited if part not in in_words),
        # A shutdown that ended on a day nobody wrote down keeps the word, so that it does not count as going on.
        ending=status if goes_on or not end else "" if has_date else end,
        ended=end if has_date and not goes_on else "",
        note=_note(layout, cells),
        remarks=(f"The end {named(end)} stands beside the status {quoted(status)}, and was not taken.",)
        if goes_on and end
        else (),
    )


def _title(layout: Layout, cells: Mapping[str, str], *, whole: bool = False) -> str:
    """The title; the ``whole`` one, from which ids are made, has other services in whatever words they are told."""
    details = [cells[name].lower().replace("sms", "SMS") for name in layout.details if _says(cells[name])]
    services = [name for column, name in layout.services.items() if cells[column].casefold() in _YES]
    other = cells[layout.other_services]
    if any("service-based" in detail for detail in details) and _says(other):
        services.append(shorten(other, _LONGEST_PART_OF_TITLE) if whole or names_in(other) else "other services")
    kind = cells[layout.kind].lower() if layout.kind not in layout.details else "shutdown"
    parts = [*dict.fromkeys(details), *([", ".join(services)] if services else [])]
    return f"Internet {kind if _says(kind) else 'disruption'}" + (f" ({'; '.join(parts)})" if parts else "")


def _says(text: str) -> bool:
    return text.casefold() not in _SAYS_NOTHING


def _note(layout: Layout, cells: Mapping[str, str]) -> str:
    notes = []
    if layout.date_type and cells[layout.date_type].casefold() == "estimated":
        notes.append("The publisher estimates the first day.")
    if layout.decided_by and _says(cells[layout.decided_by]):
        names = names_in(cells[layout.decided_by])
        who = f"Decided by, as the publisher records it: {shorten(names, 120)}."
        notes.append(who if names else "The publisher tells in a sentence, which stays with its text, who decided it.")
    return " ".join(notes)


def _joined(sheets: Iterable[Sequence[RawEntry]]) -> list[RawEntry]:
    """The entries of all sheets, the latest sheet first, with one for each shutdown that several sheets hold.

    Where a sheet has two with one country, first day and place, nobody knows which of them another sheet means.
    """
    joined: list[RawEntry] = []
    known: dict[tuple[str, str, str], int] = {}
    for sheet in sheets:
        found: dict[tuple[str, str, str], list[RawEntry]] = {}
        for entry in sheet:
            day = entry.introduced or entry.locator  # without a day nobody can tell
            found.setdefault((entry.country, day, entry.place.casefold()), []).append(entry)
        for identity, same in found.items():
            if len(same) == 1 and identity in known:
                joined[known[identity]] = _together(joined[known[identity]], same[0])
                continue
            if len(same) == 1:
                known[identity] = len(joined)
            joined += same
    return joined


def _together(later: RawEntry, earlier: RawEntry) -> RawEntry:
    remarks = later.remarks
    if earlier.ended and earlier.ended != later.ended:
        remarks += (f"{earlier.locator} says that it ended on {earlier.ended}; the later sheet is followed.",)
    return replace(
        later,
        locator=f"{later.locator}; {earlier.locator}",
        key=earlier.key or later.key,
        description=later.description or earlier.description,
        links=tuple(dict.fromkeys(later.links + earlier.links)),
        rows=later.rows + earlier.rows,
        remarks=remarks,
    )
