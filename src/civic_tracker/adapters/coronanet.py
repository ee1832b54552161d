"""CoronaNet, government responses to COVID-19: one row per policy record, threads of rows linked by ``policy_id``.

Forms that were seen: the country files of the last release (December 2023; 63 columns, all types and levels of
government), and a table made from them with 19 of the columns. Columns are known by name, wherever they stand; an older
header with 40 columns is said to exist and is read when it has the needed ones.

- A *record* is one filled-in form. It stands on several rows when it has several sub-categories; the last two letters
  of ``record_id`` tell them apart, and nothing else differs.
- A *thread* is one ``policy_id``: the first record (*new_entry*), then records of changes and of the end (*update*).
  It is one entry, and each later record is a step of it. Rows are not always in order of time.
- ``date_end`` is an end only where ``date_end_spec`` says that it is clear. For the other kinds the publisher fills the
  cell by a rule: two days after the start for a one-time measure, 15 days for an imprecise end, the day of the release
  for an unlimited one. Such dates are left out, and the publisher's words kept.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from civic_tracker.adapters.shared.columns import shown
from civic_tracker.documents.document import Document
from civic_tracker.documents.entries import Aside, Parsed, RawEntry, RawStep
from civic_tracker.documents.tabular import Row, Table, table_of
from civic_tracker.errors import DocumentError
from civic_tracker.leaving import named, quoted

NEEDED = (
    *("record_id", "policy_id", "entry_type", "update_type", "date_start", "date_end", "date_end_spec"),
    *("country", "ISO_A3", "init_country_level", "type"),
)
READ_WHERE_PRESENT = ("update_level", "type_sub_cat", "description", "compliance", "link", "date_announced")
# Where a policy applies: a national lockdown of one town concerns the town.
PLACES = ("target_region", "target_province", "target_city", "target_other")
CLEAR_END = "The policy has a clear end date"
VOLUNTARY = "Voluntary/Recommended but No Penalties"
FIRST_YEAR, LAST_YEAR = 2019, 2024  # policies are from December 2019 on, and the last release is of December 2023

_DAY = re.compile(r"(\d{4})-\d\d-\d\d")
_EXAMPLES = re.compile(r"(?<!\s)\s*\((?:e\.g\.|i\.e\.)[^()]*\)")
_BETWEEN_LINKS = re.compile(r"(?<!\s)\s*;\s+|(?<!\s)\s+(?=https?://)")
_NO_LINK = frozenset({"", "na", "n/a"})
_BRACKETS = {")": "(", "]": "[", "}": "{", ">": "<"}
_ALIKE_WHEN_CUT = 20


@dataclass(frozen=True, slots=True)
class _Record:
    """One filled-in form: the cells of its first row, and its dates, empty where they state nothing."""

    cells: Mapping[str, str]
    locator: str
    start: str
    end: str
    remarks: tuple[str, ...]

    @property
    def is_new(self) -> bool:
        return self.cells["entry_type"] == "new_entry"

    @property
    def closes(self) -> bool:
        return self.cells["update_type"] == "End of Policy"

    @property
    def day(self) -> str:
        """The day it took effect; for the end of a policy that is the end."""
        return self.end if self.closes else self.start


def parse(document: Document) -> Parsed:
    """Every thread as one entry; a row that names several countries as an aside.

    Raises:
        DocumentError: when the table lacks a column without which a thread cannot be read.
    """
    table = table_of(document)
    absent = [name for name in NEEDED if name not in table.columns]
    if absent:
        raise DocumentError(
            f"{document.name}: expected CoronaNet policy records; the columns {', '.join(absent)} are missing, "
            f"found {shown(table.columns)}."
        )
    if not table:
        raise DocumentError(f"{document.name}: expected CoronaNet policy records, found a header without rows.")
    optional = [name for name in READ_WHERE_PRESENT if name not in table.columns]
    cut = _cut_off(table, "link")
    asides: list[Aside] = []
    threads: dict[tuple[str, ...], list[Row]] = {}
    for row in table:
        row.cells.update({name: " ".join(row.cells[name].split()) for name in NEEDED} | dict.fromkeys(optional, ""))
        if "," in row.cells["country"] and not row.cells["ISO_A3"]:
            asides.append(Aside(row.locator, "several countries in one row"))
        else:
            threads.setdefault(_thread(row), []).append(row)
    parts = Counter(policy for policy, *_ in threads)
    entries = [_entry(policy, rows, parts[policy] > 1, cut) for (policy, *_), rows in threads.items()]
    if "recorded_date" not in table.columns:  # every release has it
        copy = f"a table with {len(table.columns)} of its columns"
        entries = [replace(entry, evidence="copy", reported_by=copy) for entry in entries]
    if not set(PLACES) & set(table.columns):
        note = "The table does not tell whether it concerns the whole country."
        entries = [replace(entry, note=note) for entry in entries]
    return Parsed(entries=tuple(entries), asides=tuple(asides), remarks=tuple(_remarks(table, cut)))


def _thread(row: Row) -> tuple[str, ...]:
    """What the rows of one thread share. A policy cannot change its country, type or level of government."""
    cells = row.cells
    policy = cells["policy_id"] or f"none in {row.locator}"
    return policy, cells["ISO_A3"], cells["country"], cells["type"], cells["init_country_level"]


def _entry(policy: str, rows: Sequence[Row], is_part: bool, cut: int) -> RawEntry:
    records = _records(rows)
    first, later = records[0], records[1:]
    cells = first.cells
    ends, ended, ending = _end(records)
    compliance = _distinct(row.cells["compliance"].split(",") for row in rows)
    categories = _distinct([row.cells["type_sub_cat"]] for row in rows)
    remarks = [remark for record in records for remark in record.remarks]
    if not first.is_new:
        remarks.append("The first record of this policy is missing, so the day it began is not told.")
    elif earlier := [record for record in later if record.start and record.start < first.start]:
        remarks.append(f"{earlier[0].locator} continues it, but starts on {earlier[0].start}, before it.")
    if is_part:
        remarks.append(
            f"Rows of policy {named(policy)} differ in country, type or level; each kind is an entry of its own."
        )
    return RawEntry(
        locator=f"{first.locator}, policy {named(policy)}",
        country=cells["country"],
        country_code=cells["ISO_A3"],
        title=_title(cells["type"], categories),
        title_is_ours=True,
        key="" if is_part else cells["policy_id"],
        description=cells["description"],
        place=_place(cells),
        type=cells["type"],
        emergency=cells["type"],
        tags=categories,
        introduced=first.start if first.is_new else "",
        ending=ending,
        ends=ends,
        ended=ended,
        flags=(cells["init_country_level"],),
        effect=_effect(cells["update_level"], compliance),
        penalty="; ".join(compliance),
        links=_distinct(_links(record.cells["link"], cut) for record in records),
        updates=tuple(record.cells["description"] for record in later),
        history=tuple(RawStep(_kind(record.cells), record.day, record.locator) for record in later),
        rows=len(rows),
        remarks=tuple(remarks),
    )


def _records(rows: Sequence[Row]) -> list[_Record]:
    """The records of a thread, the first one before its updates, and these in order of time."""
    by_form: dict[str, _Record] = {}
    for row in rows:
        form = row.cells["record_id"][:-2]
        if form not in by_form:
            by_form[form] = _record(row)
    return sorted(by_form.values(), key=lambda record: (not record.is_new, record.day or record.start, record.closes))


def _record(row: Row) -> _Record:
    remarks: list[str] = []
    start = _possible(row, "date_start", remarks)
    end = _possible(row, "date_end", remarks) if row.cells["date_end_spec"] == CLEAR_END else ""
    announced = row.cells["date_announced"].strip()
    if start and start[:4] != announced[:4] and start[5:7] == announced[5:7]:
        remarks.append(
            f"{row.locator} starts on {start} and was announced on {named(announced)}: one year may be a slip."
        )
    return _Record(row.cells, row.locator, start, end, tuple(remarks))


def _possible(row: Row, column: str, remarks: list[str]) -> str:
    """The date in a cell; nothing, and a remark, for another form or a year that no policy of this dataset is of."""
    written = row.cells[column]
    if not written:
        return ""
    found = _DAY.fullmatch(written)
    if found and FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        return written
    wrong = f"lies outside {FIRST_YEAR} to {LAST_YEAR}" if found else "is not written like 2020-03-15"
    remarks.append(f"The {column} {quoted(written)} of {row.locator} {wrong}; it is left out.")
    return ""


def _end(records: Sequence[_Record]) -> tuple[str, str, str]:
    """The scheduled end, the day it ended, and words about the end: one of the three, or none.

    The last *End of Policy* closes a thread. Where it has no clear date, or where another record starts after it, it is
    not known whether and when the policy ended; the words then say so, and no table explains them.
    """
    closing = [record for record in records if record.closes]
    going_on = [record for record in records if not record.closes]
    if closing:
        ended = max(record.end for record in closing)
        after = max((record.start for record in going_on), default="")
        if not ended:
            return "", "", "End of Policy without a clear date"
        if after > ended:
            return "", "", f"End of Policy on {ended}, then another record from {after}"
        return "", ended, ""
    last = sorted(records, key=lambda record: record.start)[-1]
    if last.end:
        return last.end, "", ""
    written = last.cells["date_end"]
    return "", "", last.cells["date_end_spec"] or (f"date_end {written}, of no stated kind" if written else "")


def _kind(cells: Mapping[str, str]) -> str:
    """What an update did, in the publisher's words: ``Change of Policy: Relaxing``."""
    return ": ".join(filter(None, (cells["update_type"] or cells["entry_type"], cells["update_level"])))


def _effect(level: str, compliance: Sequence[str]) -> str:
    """The words that tell whether a policy binds; those that say that it relaxes, where its first record does."""
    if "Relaxing" in level:
        return level
    return next((words for words in compliance if words != VOLUNTARY), VOLUNTARY if compliance else "")


def _title(kind: str, categories: Sequence[str]) -> str:
    """The type with its sub-categories; an answer to a question (*No the curfew times are ...*) is no category."""
    labels = [_EXAMPLES.sub("", label) for label in categories if not label.startswith(("No ", "Yes "))]
    more = f" and {len(labels) - 3} more" if len(labels) > 3 else ""
    return f"{kind}: {'; '.join(labels[:3])}{more}" if kind and labels else kind


def _place(cells: Mapping[str, str]) -> str:
    """The parts of the country that a policy names; nothing where it applies to another country."""
    at_home = cells.get("target_country", "").strip() in {"", cells["country"]}
    return "; ".join(_distinct([cells.get(column, "")] for column in PLACES)) if at_home else ""


def _links(cell: str, cut: int) -> list[str]:
    """The addresses of a cell; words that are no address are handed on too, so that they are reported."""
    parts = _BETWEEN_LINKS.split(cell.strip())
    if cut and len(cell) >= cut:
        parts.pop()
    return [_without_bracket(part) for part in parts if part.strip().lower() not in _NO_LINK]


def _without_bracket(address: str) -> str:
    """An address without a closing bracket that nothing in it opens, and the sign behind it."""
    address = address.strip().rstrip(";,")
    while address and address[-1] in _BRACKETS and _BRACKETS[address[-1]] not in address:
        address = address[:-1]
    return address


def _distinct(groups: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for group in groups for part in group if (word := " ".join(part.split()))))


def _cut_off(table: Table, column: str) -> int:
    """The length after which somebody cut the cells of a column off; 0 when the longest ones are not all alike."""
    lengths = Counter(len(cell) for cell in {row.cells.get(column, "") for row in table})
    longest = max(lengths, default=0)
    return longest if lengths[longest] >= _ALIKE_WHEN_CUT else 0


def _remarks(table: Table, cut: int) -> Iterable[str]:
    optional = (*READ_WHERE_PRESENT, "target_country", *PLACES)
    if absent := [name for name in optional if name not in table.columns]:
        yield f"columns not in this table: {', '.join(absent)}"
    if unread := [name for name in table.columns if name and name not in (*NEEDED, *optional)]:
        yield f"columns not read: {shown(unread)}"
    if cut:
        yield f"links are cut off after {cut} characters; where one was, the last address of the cell is left out"
    if shorter := _cut_off(table, "description"):
        yield f"descriptions are cut off after {shorter} characters"
