"""Small hostile documents are refused before they take memory, and what is read takes work that grows as they do.

Work is counted in calls of functions, Python's own included, so that no machine is too slow for these tests.
"""

import io
import sys
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from civic_tracker import countries, limits
from civic_tracker.adapters.shared.links import links_of
from civic_tracker.building.normalise import Origin
from civic_tracker.building.parsers import parser_of
from civic_tracker.building.records import Part, records_of
from civic_tracker.countries.country_of import country_of
from civic_tracker.declared.sources import all_sources
from civic_tracker.declared.terms import load_terms, read_ending
from civic_tracker.documents.document import Document, json_of, page_of
from civic_tracker.documents.entries import Parsed, RawEntry
from civic_tracker.documents.tabular import tables_of
from civic_tracker.errors import CivicTrackerError, DocumentError
from civic_tracker.model.dates import dates_in, parse_date
from civic_tracker.model.periods import parse_period
from civic_tracker.text import web_address

LINEAR = 2.6
"""A document twice as long takes at most so many times the calls; the square of its length would take four times."""

SYNTHETIC = sorted((Path(__file__).parents[1] / "adapters" / "synthetic").iterdir())
NAMED_BY_THE_PUBLISHER = {"oxcgrt_c4_synthetic.csv": "c4_restrictions_on_gatherings.csv"}

_RELATIONS = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"


_LONG_CELL = b"<row><c t='inlineStr'><is><t>" + b"x" * 150_000 + b"</t></is></c></row>"


def _calls(work: Callable[[], object]) -> int:
    """How many functions are called on the way; an error of ours is an end like any other."""
    count = 0

    def note(_frame: object, event: str, _what: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(note)
    try:
        work()
    except CivicTrackerError:
        pass
    finally:
        sys.setprofile(None)
    return count


def _grows_as_its_input(work: Callable[[int], object], size: int) -> bool:
    _calls(lambda: work(1))  # tables are loaded and patterns compiled once
    short, long = (_calls(lambda times=times: work(times)) for times in (size, 2 * size))  # type: ignore[misc]
    return long <= LINEAR * short + 500


def _workbook(**changes: Callable[[bytes], bytes]) -> Document:
    workbook = openpyxl.Workbook()
    for row in (["a", "b"], ["x", "y"]):
        workbook.worksheets[0].append(row)
    plain, made = io.BytesIO(), io.BytesIO()
    workbook.save(plain)
    names = {"sheet": "xl/worksheets/sheet1.xml", "styles": "xl/styles.xml", "workbook": "xl/workbook.xml"}
    changed = {names[name]: change for name, change in changes.items()}
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, changed.get(name, bytes)(source.read(name)))
    return Document("small.xlsx", made.getvalue())


def _rows(written: bytes) -> Callable[[bytes], bytes]:
    return lambda sheet: sheet[: sheet.index(b"<sheetData>")] + b"<sheetData>" + written + b"</sheetData></worksheet>"


def _cells_in_column(letters: str, rows: int) -> bytes:
    cell = "<row r='{0}'><c r='{1}{0}'><v>1</v></c></row>"
    return "".join(cell.format(number, letters) for number in range(1, rows + 1)).encode()


def _sheets_that_are_one(workbook: bytes) -> bytes:
    sheets = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="rId1"/>' for n in range(2, 100)).encode()
    spaced = workbook.replace(b"<workbook ", b'<workbook xmlns:r="' + _RELATIONS + b'" ')
    return spaced.replace(b"</sheets>", sheets + b"</sheets>")


@pytest.mark.parametrize(
    ("document", "limit"),
    [
        (_workbook(sheet=_rows(_cells_in_column("ZZZ", 40))), "has a cell in column 18278"),
        (_workbook(sheet=_rows(_cells_in_column("GJH", 400))), "spans 2000000 cells, of which it fills 400"),
        (_workbook(sheet=_rows(b"<row r='1'>" + b"<c/>" * 6_000 + b"</row>")), "has a cell in column 5001"),
        (_workbook(workbook=_sheets_that_are_one), "names one sheet several times"),
        (_workbook(styles=lambda part: part.replace(b"<fonts", b"<x>" + b"<y/>" * 70_000 + b"</x><fonts")), "styles"),
        (_workbook(workbook=lambda part: part.replace(b"</sheets>", b"<sheet/>" * 300 + b"</sheets>")), "255 sheets"),
        (_workbook(sheet=_rows(_LONG_CELL)), "has a cell of 150000 char"),
        (_workbook(sheet=lambda part: part + b"<!--" + b"x" * 30_000_000 + b"-->"), "unpacks to 30 MB"),
    ],
    ids=["column ZZZ", "far right", "no references", "one sheet often", "styles", "sheets", "a long cell", "a remark"],
)
def test_a_small_workbook_is_refused_before_it_takes_memory(document: Document, limit: str) -> None:
    assert len(document.content) < 60_000
    _refused_in_little_memory(tables_of, document, limit)


@pytest.mark.parametrize(
    ("content", "limit"),
    [
        (b"<p>" * 300_000, "more than 100000 elements"),
        (b"<!---->" * 110_000, "more than 100000 elements"),
        (b"<p " + b" ".join(b"a%d" % n for n in range(110_000)) + b">", "more than 100000 elements"),
        (b"<b>" * 300_000, "nests too deep"),
    ],
    ids=["paragraphs", "remarks", "attributes", "depth"],
)
def test_a_page_of_too_many_elements_is_refused_before_it_takes_memory(content: bytes, limit: str) -> None:
    page = b"<html><body>" + content + b"</body></html>"
    _refused_in_little_memory(page_of, Document("page.html", page), limit, megabytes=40)


def _refused_in_little_memory(
    reader: Callable[[Document], object], document: Document, limit: str, megabytes: int = 20
) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(DocumentError, match=limit) as caught:
            reader(document)
        assert tracemalloc.get_traced_memory()[1] < megabytes * limits.MEGABYTE
    finally:
        tracemalloc.stop()
    assert str(caught.value).startswith(f"{document.name}: ")


def test_a_page_of_as_many_elements_as_a_large_tracker_is_read() -> None:
    page = b"<html><body>" + b"<div class='entry'><p>x</p></div>" * 20_000 + b"</body></html>"
    assert len(page_of(Document("page.html", page)).find_all("p")) == 20_000


def test_json_of_too_many_values_is_refused() -> None:
    with pytest.raises(DocumentError, match="holds more than 5000000 values"):
        json_of(Document("x.json", b"[" + b"1," * 5_000_001 + b"1]"))


@pytest.mark.parametrize("width", [5_001, 20_000])
def test_a_table_of_too_many_columns_is_refused(width: int) -> None:
    header = ",".join(f"c{n}" for n in range(width))
    with pytest.raises(DocumentError, match=f"row 1 has {width} cells, a table at most 5000 columns"):
        tables_of(Document("x.csv", f"{header}\n{',' * (width - 1)}\n".encode()))


def test_a_table_of_many_columns_takes_work_as_its_columns() -> None:
    def read(times: int) -> object:
        return tables_of(Document("x.csv", ",".join(f"c{n}" for n in range(200 * times)).encode() + b"\n"))

    assert _grows_as_its_input(read, 4)


NAMES = (
    "(",
    "[",
    " ",
    "-",
    " - ",
    "a?",
    "a ",
    "zimbabve ",
    "Congo (",
    "Kenya, ",
    "x and ",
    "Kenya excl ",
    "&amp;",
    "Ã",
)


@pytest.mark.parametrize("piece", NAMES)
def test_a_name_longer_than_any_is_not_searched_for(piece: str) -> None:
    name = f"Kenya {piece * 10_000}x"
    countries.match("Ruritania")  # the tables are loaded once
    assert _calls(lambda: countries.match(name)) < 30
    answer = country_of(name, "", "icnl")
    assert (answer.iso3, answer.code) == (None, "country_not_matched")
    assert "characters, a country's name at most 200" in answer.reason or len(" ".join(name.split())) <= 200


@pytest.mark.parametrize("piece", NAMES)
def test_the_longest_name_that_is_searched_for_takes_a_bounded_work(piece: str) -> None:
    countries.match("Ruritania")
    name = f"Kenya {piece * 200}"[:199] + "x"
    assert _calls(lambda: countries.match(name)) < 60_000


def test_a_name_as_long_as_any_in_the_tables_is_matched() -> None:
    assert countries.match("De Franske Besiddelser i Det Sydlige Indiske Ocean og Antarktis").iso3 == "ATF"


@pytest.mark.parametrize("piece", ["1 May 2020 ", "May 2020 ", "2020-05-01 ", "1/5/2020 ", "1 ", "may ", "x "])
def test_dates_of_a_text_take_work_as_its_length(piece: str) -> None:
    assert _grows_as_its_input(lambda times: dates_in(piece * times), 200)


def test_a_date_of_a_thousand_characters_is_none_and_is_not_remembered() -> None:
    for text in ("1" * 100_000, "1 " + "of " * 50_000 + "May 2020"):
        assert parse_date(text) is None
        assert parse_period(text) is None
        assert _calls(lambda text=text: parse_date(text)) < 10  # type: ignore[misc]


@pytest.mark.parametrize("piece", ["; ", "\n", ", and ", "https://example.org/a\n", "x;\n", "& \n;", " "])
def test_links_of_a_cell_take_work_as_its_length(piece: str) -> None:
    assert _grows_as_its_input(lambda times: links_of(piece * times + "x"), 200)


def test_an_address_longer_than_any_is_not_remembered() -> None:
    assert web_address("https://example.org/" + "a" * limits.LONGEST_CELL) == ""


def test_words_about_an_end_are_read_up_to_a_length() -> None:
    terms = load_terms()
    places = "(Nairobi) and ".join(f"{day} May 2020 " for day in range(1, 29)) * 20
    assert not read_ending(terms, "icnl", f"Expires {places}", None).understood


@pytest.mark.parametrize("keyed", [False, True])
def test_many_entries_of_one_identity_take_work_as_their_number(keyed: bool) -> None:
    source, terms = all_sources()["icnl"], load_terms()

    def merge(times: int) -> object:
        entries = tuple(
            RawEntry(locator=f"entry {n}", country="Kenya", title="A ban", introduced="2020-05-01", type="order",
                     description=f"text {n}", key="one" if keyed else "")
            for n in range(times)
        )  # fmt: skip
        return records_of(source, [(Part(Parsed(entries=entries), Origin("x", "", date(2020, 5, 1))),)], terms)

    assert _grows_as_its_input(merge, 40)


def _repeated_rows(text: str, times: int) -> str:
    header, _, body = text.partition("\n")
    return f"{header}\n{body.rstrip()}\n" + "\n".join([body.rstrip()] * (times - 1))


def _grown(content: bytes, times: int) -> Iterator[bytes]:
    """A document grown in the ways of its format: more of its rows or elements, or one part of it far longer."""
    text = content.decode()
    if text.lstrip().startswith("<"):
        middle = text.index("</body>") if "</body>" in text else len(text)
        for piece in ("<p>Kenya: 1 May 2020 ", "<div class='entry'><h3>x</h3>", "<br>", "<span>UPDATE: </span>", "( "):
            yield (text[:middle] + piece * (20 * times) + text[middle:]).encode()
    elif text.lstrip().startswith(("[", "{")):
        whole = content.strip()
        yield whole[:1] + b",".join([whole[1:-1]] * times) + whole[-1:]
    else:
        yield _repeated_rows(text, times).encode()
        yield (text.rstrip() + "\n" + "( " * (200 * times)).encode()


def _source_of(path: Path) -> str:
    if path.name.startswith("cld"):
        return "cld_rti"
    return next((one for one in all_sources() if path.name.startswith(one)), "idea_tracker")


@pytest.mark.parametrize("path", SYNTHETIC, ids=[path.name for path in SYNTHETIC])
def test_an_adapter_takes_work_as_its_document_grows(path: Path) -> None:
    parse: Any = parser_of(all_sources()[_source_of(path)])
    name, content = NAMED_BY_THE_PUBLISHER.get(path.name, path.name), path.read_bytes()
    for way in range(len(list(_grown(content, 1)))):

        def read(times: int, way: int = way) -> object:
            return parse(Document(name, list(_grown(content, times))[way]))

        assert _grows_as_its_input(read, 4), f"way {way}"
