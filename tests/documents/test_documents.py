"""A publisher's file is opened as what it is, or refused in one line that says what is wrong with it."""

import gzip
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic_tracker import limits
from civic_tracker.documents.document import (
    Document,
    describe,
    json_of,
    looks_like_html,
    looks_like_json,
    page_of,
    page_title,
    read_file,
    text_of,
)
from civic_tracker.documents.tabular import Table, table_of, tables_of
from civic_tracker.errors import CivicTrackerError, DocumentError


def _page(body: str = "<p>text</p>", head: str = "<title>Example tracker</title>") -> bytes:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode()


def _csv(text: str | bytes, name: str = "table.csv") -> Table:
    return table_of(Document(name, text if isinstance(text, bytes) else text.encode()))


def _cells(table: Table) -> list[dict[str, str]]:
    return [row.cells for row in table]


def _workbook(*sheets: list[list[object]]) -> bytes:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for number, rows in enumerate(sheets, start=1):
        sheet = workbook.create_sheet(f"Sheet {number}")
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def _with_sheet_changed(workbook: bytes, old: bytes, new: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content.replace(old, new) if name == "xl/worksheets/sheet1.xml" else content)
    return stream.getvalue()


def _refusal(call: Callable[[Document], object], content: bytes, name: str = "file") -> str:
    with pytest.raises(DocumentError) as caught:
        call(Document(name, content))
    message = str(caught.value)
    assert message.startswith(f"{name}: ")
    assert "\n" not in message
    return message


def test_a_file_is_read_with_its_name_its_bytes_and_their_checksum(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(b"abc")
    document = read_file(path, url="https://example.org/")
    assert (document.name, document.content, document.url) == ("page.html", b"abc", "https://example.org/")
    assert document.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_file_of_200_megabytes_is_refused_without_being_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "huge.html"
    with path.open("wb") as stream:
        stream.truncate(200_000_000)

    def never(_: Path) -> bytes:
        raise AssertionError("the file was read")

    monkeypatch.setattr(Path, "read_bytes", never)
    with pytest.raises(DocumentError, match=r"huge\.html: is 200 MB; the limit for this source is 64 MB"):
        read_file(path)


def test_the_limit_of_a_source_is_its_own(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(b"a,b\n" * 500_000)
    assert len(read_file(path, max_megabytes=2).content) == 2_000_000
    with pytest.raises(DocumentError, match="the limit for this source is 1 MB"):
        read_file(path, max_megabytes=1)


@pytest.mark.parametrize("content", [b"", b" \n\t "])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "empty.html"
    path.write_bytes(content)
    with pytest.raises(DocumentError, match="is empty"):
        read_file(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="No such file"):
        read_file(tmp_path / "missing.html")
    with pytest.raises(DocumentError, match="is a folder"):
        read_file(tmp_path)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"%PDF-1.7\n", "a PDF"),
        (gzip.compress(b"<html>", mtime=0), "a gzip archive"),
        (_workbook([["a", "b"]]), "a ZIP archive or an .xlsx workbook"),
        (b"\xd0\xcf\x11\xe0 old", "an old Office document"),
    ],
    ids=["pdf", "gzip", "workbook", "old office"],  # a workbook bears the second in which it was made
)
def test_a_binary_file_is_not_read_as_text(content: bytes, what: str) -> None:
    assert what in _refusal(text_of, content)


def test_an_image_is_not_text_in_any_encoding() -> None:
    assert "(byte 0x89 at position 0)" in _refusal(text_of, b"\x89PNG\r\n\x1a\n")


def test_a_wrong_encoding_is_refused_with_the_byte_and_its_place() -> None:
    assert "is not utf-8 text (byte 0xe9 at position 3)" in _refusal(text_of, b"caf\xe9 au lait")


def test_an_unknown_encoding_is_refused() -> None:
    assert "unknown encoding 'x-made-up'" in _refusal(text_of, _page(head="<meta charset='x-made-up'>"))


@pytest.mark.parametrize("codec", ["punycode", "idna", "base64", "rot13", "undefined", "unicode_escape"])
def test_a_codec_that_is_no_encoding_of_pages_is_refused(codec: str) -> None:
    assert f"unknown encoding '{codec}'" in _refusal(text_of, _page(head=f"<meta charset='{codec}'>"))


def test_nul_bytes_are_refused() -> None:
    assert "NUL bytes" in _refusal(text_of, b"country\x00,title")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
def test_a_byte_order_mark_tells_the_encoding(encoding: str) -> None:
    assert text_of(Document("page", "Perú, Côte d’Ivoire".encode(encoding))) == "Perú, Côte d’Ivoire"


def test_a_page_is_read_in_the_encoding_that_it_declares() -> None:
    page = _page("<p>Perú</p>", "<meta charset='windows-1252'>").decode().encode("windows-1252")
    assert "Perú" in text_of(Document("page", page))


def test_latin_1_is_read_as_browsers_read_it_so_that_quotes_and_dashes_stay() -> None:
    page = _page("<p>“Perú” – €</p>", "<meta charset='ISO-8859-1'>").decode().encode("windows-1252")
    assert "“Perú” – €" in text_of(Document("page", page))


def test_a_whole_page_is_parsed() -> None:
    page = page_of(Document("page", _page("<h1>Kenya</h1>")))
    assert page.h1 is not None
    assert page.h1.get_text() == "Kenya"
    assert page_title(page) == "a page titled 'Example tracker'"


def test_a_page_without_a_title_is_called_that() -> None:
    assert page_title(page_of(Document("page", _page(head="")))) == "a page without a title"


def test_a_fragment_of_a_page_is_accepted() -> None:
    assert page_of(Document("page", b"<div><p>Kenya: text</p></div>")).get_text() == "Kenya: text"


def test_a_page_that_was_cut_off_is_refused() -> None:
    assert "is cut off" in _refusal(page_of, _page("<p>text</p>" * 1000)[:-20])


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"just words", "text that begins 'just words'"),
        (b'{"a": 1}', "JSON"),
        (b"country,title\nKenya,x\n", "text that begins 'country,title Kenya,x'"),
        (b"<?xml version='1.0'?><feed/>", "text that begins '<?xml version='1.0'?>'"),
    ],
)
def test_what_is_not_html_is_refused_with_what_it_is(content: bytes, found: str) -> None:
    assert f"expected an HTML page, found {found}" in _refusal(page_of, content)


def test_a_page_that_nests_deeper_than_any_browser_shows_is_refused() -> None:
    assert "nests too deep" in _refusal(page_of, _page("<div>" * 2000 + "</div>" * 2000))


def test_a_page_may_nest_a_few_hundred_levels() -> None:
    assert "inner" in page_of(Document("page", _page("<div>" * 400 + "inner" + "</div>" * 400))).get_text()


def test_json_is_read() -> None:
    assert json_of(Document("x.json", b'\xef\xbb\xbf{"country": "Per\\u00fa"}')) == {"country": "Perú"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"a": ', "expected JSON, found JSON (line 1, column 7"),
        (_page(), "expected JSON, found an HTML page"),
        (b"[" * 100_000, "nests too deep"),
        (b'{"a":' * 100_000, "nests too deep"),
        (b"[" + b"9" * 5000 + b"]", "holds a number that no dataset holds"),
        (b'["\\ud800"]', "half a character"),
    ],
    ids=["cut off", "a page", "deep lists", "deep objects", "a huge number", "half a character"],
)
def test_bad_json_is_refused_with_its_reason(content: bytes, reason: str) -> None:
    assert reason in _refusal(json_of, content)


def test_an_escaped_pair_of_surrogates_is_a_whole_character() -> None:
    assert json_of(Document("x.json", b'["\\ud83d\\ude00"]')) == ["😀"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_is_read_with_commas_semicolons_or_tabs(delimiter: str) -> None:
    table = _csv(f"country{delimiter}title\nPerú{delimiter}Example\n")
    assert table.columns == ("country", "title")
    assert _cells(table) == [{"country": "Perú", "title": "Example"}]


def test_commas_inside_quotes_do_not_make_a_table_comma_separated() -> None:
    table = _csv('"Country, as written, in full";Year\nKenya;2020\n')
    assert _cells(table) == [{"Country, as written, in full": "Kenya", "Year": "2020"}]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_no_part_of_the_first_column(encoding: str) -> None:
    assert _csv("country,título\nKenya,x\n".encode(encoding)).columns == ("country", "título")


def test_rows_are_numbered_as_a_spreadsheet_shows_them() -> None:
    table = _csv('a,b\n1,"two\nlines"\n\n3,4\n')
    assert [(row.number, row.locator) for row in table] == [(2, "row 2"), (4, "row 4")]
    assert len(table) == 2


def test_an_unnamed_first_column_has_an_empty_name() -> None:
    assert _cells(_csv(",country\n1,Kenya\n")) == [{"": "1", "country": "Kenya"}]


def test_unnamed_columns_at_the_end_are_dropped_when_they_are_empty() -> None:
    assert _csv("a,b,,\n1,2,,\n").columns == ("a", "b")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (_page(), "expected a CSV table, found an HTML page"),
        (b'{"country": "Kenya", "title": "x"}', "expected a CSV table, found JSON"),
        (b"[[1, 2]]", "expected a CSV table, found JSON"),
        (b"only words\nno columns\n", "expected a CSV table with several columns"),
        (b"a,b,c\n1,2,3\n4,5\n", "row 3 has 2 cells, the header 3"),
        (b"a,b\n1,2,surplus\n", "row 2 has 3 cells, the header 2 (the first one too many is 'surplus')"),
        (b"a,b,a\n1,2,3\n", "the column name 'a' occurs twice"),
        (b'a,b\n1,"open\n2,y\n3,z\n', "is not a readable CSV table (line 4: unexpected end of data)"),
        (b'a,b\n1,"' + b"x" * 1_100_000 + b'"\n', "field larger than field limit"),
        (b"\xd0\xcf\x11\xe0 old", "is an old .xls workbook"),
        (b"%PDF-1.7\n", "found a binary file (a PDF)"),
        (b"pa\xeds,a\nPer\xfa,b\n", "is not utf-8 text (byte 0xed at position 2)"),
        (b",,\n,,\n", "holds no rows"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_whole_table_is_refused_with_its_reason(content: bytes, reason: str) -> None:
    assert reason in _refusal(table_of, content)


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00\r\n")), min_size=2, max_size=2)))
def test_any_table_is_read_cell_by_cell_as_it_was_written(rows: list[list[str]]) -> None:
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [["a", "b"], *rows]]
    expected = [dict(zip("ab", row, strict=True)) for row in rows if any(cell.strip() for cell in row)]
    assert _cells(_csv("\n".join(quoted))) == expected


def test_numbers_and_dates_of_a_workbook_become_the_shortest_text() -> None:
    rows: list[list[object]] = [
        ["whole", "number", "day", "moment", "text", "truth", "nothing", "last"],
        [2020.0, 0.5, date(2020, 3, 15), datetime(2020, 3, 15, 8, 30), " Perú ", True, None, 7],  # noqa: DTZ001
    ]
    table = table_of(Document("x.xlsx", _workbook(rows)))
    assert list(table.rows[0].cells.values()) == [
        *("2020", "0.5", "2020-03-15", "2020-03-15T08:30:00"),
        *("Perú", "True", "", "7"),
    ]


def test_a_formula_of_a_workbook_is_never_shown_as_a_value() -> None:
    (row,) = table_of(Document("x.xlsx", _workbook([["a", "b"], ["Kenya", "=1+1"]]))).rows
    assert row.cells == {"a": "Kenya", "b": ""}


def test_the_first_filled_sheet_is_read_and_another_one_by_name() -> None:
    content = _workbook([], [["a", "b"], [1, 2]], [["c", "d"], [3, 4]])
    assert table_of(Document("x.xlsx", content)).sheet == "Sheet 2"
    assert _cells(table_of(Document("x.xlsx", content), sheet="Sheet 3")) == [{"c": "3", "d": "4"}]


def test_every_filled_sheet_of_a_workbook_is_a_table() -> None:
    content = _workbook([["a", "b"], [1, 2]], [], [["c", "d"], [3, 4]])
    tables = tables_of(Document("x.xlsx", content))
    assert [table.sheet for table in tables] == ["Sheet 1", "Sheet 3"]
    assert [_cells(table) for table in tables] == [[{"a": "1", "b": "2"}], [{"c": "3", "d": "4"}]]


def test_a_csv_file_is_one_table_without_a_sheet() -> None:
    (table,) = tables_of(Document("x.csv", b"a,b\n1,2\n"))
    assert (table.sheet, _cells(table)) == ("", [{"a": "1", "b": "2"}])


def test_a_workbook_of_empty_sheets_holds_no_tables() -> None:
    assert "every sheet of the workbook is empty" in _refusal(tables_of, _workbook([], []))


def test_rows_of_a_workbook_keep_their_numbers_when_some_are_empty() -> None:
    table = table_of(Document("x.xlsx", _workbook([["a", "b"], [1, 2], [], [3, 4]])))
    assert [row.number for row in table] == [2, 4]


def test_a_workbook_without_the_wanted_sheet_names_those_it_has() -> None:
    content = _workbook([["a", "b"]], [["c", "d"]])
    message = _refusal(lambda document: table_of(document, sheet="Figures"), content)
    assert "has no filled sheet 'Figures'; its sheets are: Sheet 1, Sheet 2" in message


def test_a_workbook_of_empty_sheets_is_refused() -> None:
    assert "every sheet of the workbook is empty" in _refusal(table_of, _workbook([]))


def test_a_broken_workbook_is_refused() -> None:
    content = _workbook([["a", "b"], [1, 2]])
    assert "is not a readable .xlsx workbook" in _refusal(table_of, content[: len(content) // 2])
    assert "is not a readable .xlsx workbook" in _refusal(table_of, b"PK\x03\x04" + bytes(100))


def test_a_workbook_that_claims_millions_of_rows_is_refused_soon() -> None:
    content = _with_sheet_changed(_workbook([["a", "b"], [1, 2]]), b'<row r="2"', b'<row r="2000000000"')
    assert "claims more than 1048576 rows" in _refusal(table_of, content)


def test_an_archive_that_unpacks_to_far_more_than_it_should_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_UNPACKED_MEGABYTES", 1)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(5_000_000))
    assert len(stream.getvalue()) < 10_000
    assert "unpacks to 5 MB" in _refusal(table_of, stream.getvalue())


def test_entities_that_multiply_in_a_workbook_are_not_expanded() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [{entities}]><x>&e11;</x>'.encode()
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(_workbook([["a", "b"], ["c", "d"]]))) as source,
        zipfile.ZipFile(stream, "w") as target,
    ):
        for name in source.namelist():
            target.writestr(name, bomb if name == "xl/worksheets/sheet1.xml" else source.read(name))
    assert "is not a readable .xlsx workbook" in _refusal(table_of, stream.getvalue())


def test_a_damaged_workbook_is_read_or_refused_but_never_crashes(
    damaged: Callable[[bytes], Iterator[bytes]],
) -> None:
    content = _workbook([["a", "b"], ["Kenya", 1], ["Perú", 2]])
    refused = 0
    for copy in damaged(content):
        try:
            table_of(Document("x.xlsx", copy))
        except CivicTrackerError:
            refused += 1
    assert refused > 100


@pytest.mark.parametrize(
    ("content", "html", "is_json"),
    [
        (_page(), True, False),
        (b"\xef\xbb\xbf\n <HTML>", True, False),
        (b"<div>x</div>", True, False),
        (b"<?xml version='1.0'?>", False, False),
        (json.dumps([1]).encode(), False, True),
        (b"a,b\n", False, False),
    ],
)
def test_the_kind_of_a_document_is_told_by_its_first_bytes(content: bytes, html: bool, is_json: bool) -> None:
    assert looks_like_html(Document("x", content)) is html
    assert looks_like_json(Document("x", content)) is is_json


def test_an_unexpected_text_is_described_in_a_few_words() -> None:
    assert describe("<p>x</p>") == "an HTML page"
    assert describe(" [1]") == "JSON"
    assert len(describe("word " * 1000)) < 100
    assert describe("  ") == "no text"


def test_an_error_is_one_line_also_when_it_quotes_a_cell_of_several() -> None:
    with pytest.raises(DocumentError) as error:
        table_of(Document("table.csv", b'a,b\n1,2,"three\nlines\n\nof text"\n'))
    assert "\n" not in str(error.value)
    assert "three lines of text" in str(error.value)
