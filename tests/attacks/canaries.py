"""Canary sentences in any place of any source's document, and the search for them in what leaves this machine.

A sentence is put before, behind, into and instead of each text node, cell, key, attribute and name of a sheet of the
synthetic documents, many in one copy of a document, each with a number. A copy that an adapter refuses is a
case too: its message leaves.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import openpyxl

from civic_tracker.documents.document import Document
from tests.adapters.checks import SYNTHETIC

_BODY = "the clerk whispered quietly that nobody outside may ever read these plain words about last winter"
_WORDS = tuple(_BODY.split())
_SIGNS = re.compile(r"%[0-9A-Fa-f]{2}|[\W_]+")
IN_A_ROW = 6
_RUNS = tuple(" ".join(_WORDS[at : at + IN_A_ROW]) for at in range(len(_WORDS) - IN_A_ROW + 1))

Put = Callable[[str, str], str]
PUTS: dict[str, Put] = {
    "behind": lambda text, canary: f"{text} {canary}",
    "before": lambda text, canary: f"{canary} {text}",
    "instead": lambda _, canary: canary,
    "in the middle": lambda text, canary: canary.join([text[: len(text) // 2] + " ", " " + text[len(text) // 2 :]]),
}
_ADDRESSES = {"idea_tracker": "https://www.idea.int/democracytracker/country/kenya"}
_NAMES = {"oxcgrt_c4_synthetic.csv": "c4_restrictions_on_gatherings.csv", "oxcgrt_final_synthetic.csv": "OxCGRT_v1.csv"}
_SOURCES = {
    "accessnow": "accessnow_stop",
    "acaps": "acaps",
    "civicus": "civicus_monitor",
    "cld": "cld_rti",
    "coronanet": "coronanet",
    "icnl": "icnl",
    "idea_gsod": "idea_gsod",
    "idea_monitor": "idea_monitor",
    "idea": "idea_tracker",
    "oxcgrt": "oxcgrt",
    "vdem": "vdem_pandem",
}


@dataclass(frozen=True)
class Case:
    """A copy of a source's document with canaries in it."""

    source: str
    document: Document
    how: str


def canary(number: int) -> str:
    """A sentence that stands in no document; every other one has commas, at which lists are cut."""
    words = [f"canary{number}", *_WORDS]
    if number % 2:
        return " ".join(words)
    return ", ".join(" ".join(words[at : at + 3]) for at in range(0, len(words), 3)) + "."


def leaked(text: str) -> str:
    """The first run of six words of a canary in a text, however they are parted; empty when there is none."""
    if _WORDS[5] not in text and _WORDS[9] not in text:  # of six words in a row one is one of these
        return ""
    plain = " ".join(_SIGNS.sub(" ", text.casefold()).split())
    return next((run for run in _RUNS if run in plain), "")


def cases(shares: int) -> Iterator[Case]:
    """Copies of every source's documents; with more ``shares``, fewer canaries in each, and more copies."""
    for path in sorted(SYNTHETIC.iterdir()):
        source = next(name for start, name in _SOURCES.items() if path.name.startswith(start))
        name, content = _NAMES.get(path.name, path.name), path.read_text(encoding="utf-8")
        for how, copy in _copies(path.suffix, content, shares):
            yield Case(source, Document(name, copy.encode(), _ADDRESSES.get(source, "")), f"{path.name}: {how}")
    yield from _copies_of_a_scraper(shares)
    yield from _workbooks()


def _copies(kind: str, content: str, shares: int) -> Iterator[tuple[str, str]]:
    makers: dict[str, Sequence[tuple[str, Callable[[str, Put, int, int], str]]]] = {
        ".html": [("texts", _in_texts), ("attributes", _in_attributes)],
        ".csv": [("cells", _in_cells), ("header", _in_header)],
        ".json": [("values", _in_values), ("keys", _in_keys)],
        ".txt": [("lines", _in_lines)],
    }
    for where, make in makers[kind]:
        for how, put in PUTS.items():
            for share in range(shares):
                yield f"{where}, {how}, {share}", make(content, put, share, shares)
    if kind == ".csv":
        rows = list(csv.reader(io.StringIO(content)))
        yield "a column more", _csv([[*row, canary(number)] for number, row in enumerate(rows)])


def _in_texts(page: str, put: Put, share: int, shares: int) -> str:
    parts = re.split(r"(<[^>]+>)", page)
    taken = [at for at, part in enumerate(parts) if part.strip() and not part.startswith("<")]
    for number, at in enumerate(taken):
        if number % shares == share:
            parts[at] = put(parts[at], canary(number))
    return "".join(parts)


def _in_attributes(page: str, put: Put, share: int, shares: int) -> str:
    numbers = iter(range(1_000_000))

    def replaced(found: re.Match[str]) -> str:
        number = next(numbers)
        return f'="{put(found[1], canary(number))}"' if number % shares == share else found[0]

    return re.sub(r'="([^"<>]*)"', replaced, page)


def _in_lines(text: str, put: Put, share: int, shares: int) -> str:
    lines = text.split("\n")
    return "\n".join(
        put(line, canary(number)) if number % shares == share and line.strip() else line
        for number, line in enumerate(lines)
    )


def _in_cells(table: str, put: Put, share: int, shares: int) -> str:
    """Cells below the header, in a diagonal: a column that is wrong in every row is refused as a whole."""
    rows = list(csv.reader(io.StringIO(table)))
    for number, row in enumerate(rows[1:], start=1):
        for column, cell in enumerate(row):
            if (number + column) % (shares + 2) == share:
                row[column] = put(cell, canary(number * len(row) + column))
    return _csv(rows)


def _in_header(table: str, put: Put, share: int, shares: int) -> str:
    rows = list(csv.reader(io.StringIO(table)))
    rows[0] = [
        put(cell, canary(column)) if column % (shares + 2) == share else cell for column, cell in enumerate(rows[0])
    ]
    return _csv(rows)


def _csv(rows: Sequence[Sequence[str]]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def _in_values(text: str, put: Put, share: int, shares: int) -> str:
    numbers = iter(range(1_000_000))

    def changed(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: changed(one) for key, one in value.items()}
        if isinstance(value, list):
            return [changed(one) for one in value]
        number = next(numbers)
        return put(str(value), canary(number)) if number % (shares + 2) == share else value

    return json.dumps(changed(json.loads(text)))


def _in_keys(text: str, put: Put, share: int, shares: int) -> str:
    numbers = iter(range(1_000_000))

    def changed(value: Any) -> Any:
        if isinstance(value, dict):
            found = {}
            for key, one in value.items():
                number = next(numbers)
                found[put(key, canary(number)) if number % (shares + 2) == share else key] = changed(one)
            return found | {canary(next(numbers)): canary(next(numbers))} if "country" in value else found
        return [changed(one) for one in value] if isinstance(value, list) else value

    return json.dumps(changed(json.loads(text)))


def _copies_of_a_scraper(shares: int) -> Iterator[Case]:
    """ICNL's JSON form, of which no synthetic file is stored."""
    record = {"country": "Kenya", "title": "Example order", "description": "Words.", "type": "Type: order"}
    record |= {"date": "Introduced: 15 Mar 2020", "issue": "Issue(s): Assembly, Movement"}
    text = json.dumps([{"table": [record | {"title": f"Example order {number}"} for number in range(12)]}])
    for how, copy in _copies(".json", text, shares):
        yield Case("icnl", Document("copy.json", copy.encode()), f"a scraper's copy: {how}")


def _workbooks() -> Iterator[Case]:
    """Sheets named by a canary, as far as Excel lets a name be long."""
    for file, source in (
        ("accessnow_stop_2021_synthetic.csv", "accessnow_stop"),
        ("idea_monitor_synthetic.csv", "idea_monitor"),
    ):
        rows = list(csv.reader(io.StringIO((SYNTHETIC / file).read_text(encoding="utf-8"))))
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.title = "nobody outside may ever read a"
        for row in rows:
            sheet.append(row)
        other = book.create_sheet("that nobody outside may ever re")
        other.append([canary(1), canary(2)])
        stream = io.BytesIO()
        book.save(stream)
        yield Case(source, Document("book.xlsx", stream.getvalue()), f"{file}: names of sheets")
