"""What no file may hold, by the ending of its name, whatever publishers wrote.

A checker is given a file, and its twin: what the same output made of plain words. An attack that gets through gives the
file a form that its twin has not: an element, an attribute, a style, a column, a line of another kind. A checker raises
``AssertionError``. ``scripts`` are the texts and addresses of scripts that the output writes on purpose.
"""

import csv
import io
import json
import re
import sqlite3
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

import openpyxl
from bs4 import BeautifulSoup, Tag
from defusedxml import ElementTree
from markdown_it import MarkdownIt

from tests.support.pdfs import texts_of_pages

Checker = Callable[[bytes, bytes, Collection[str]], None]

# Written here anew, so that a character that the program forgets is not forgotten twice.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
_ADDRESSES = frozenset(
    {"href", "src", "action", "formaction", "data", "poster", "srcset", "xlink:href", "cite", "ping"}
)
_NEVER = ("iframe", "object", "embed", "base", "applet", "frame", "animate", "foreignobject")
_RUNS = re.compile(r"[=+\-@＝＋－＠]")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?")


def check(name: str, content: bytes, twin: bytes, scripts: Collection[str] = ()) -> None:
    """Check a file by its name; one whose ending nobody has thought about is refused."""
    checker = next((found for ending, found in CHECKERS.items() if name.endswith(ending)), None)
    assert checker is not None, f"{name}: no checker knows this kind of file"
    try:
        checker(content, twin, scripts)
    except AssertionError as error:
        raise AssertionError(f"{name}: {error}") from error


def readable(content: bytes) -> str:
    """The text of a file, which holds no character that steers a terminal or turns text round."""
    text = content.decode("utf-8")
    found = _UNSEEN.search(text)
    assert not found, f"{found and found[0]!r} in {text[max(0, found.start() - 40) : found.end() + 20]!r}"
    return text


def check_html(content: bytes, twin: bytes, scripts: Collection[str] = ()) -> None:
    soup, plain = _soup(readable(content)), _soup(twin.decode())
    check_markup(soup, scripts)
    new = _shape(soup) - _shape(plain)
    assert not new, f"elements and attributes that the template does not write: {sorted(new)[:3]}"
    styles = _contents(soup, "style") - _contents(plain, "style")
    assert not styles, f"a style that the template does not write: {next(iter(styles))[:80]}"


def check_markup(soup: BeautifulSoup, scripts: Collection[str] = ()) -> None:
    """Nothing of a page runs, is fetched from elsewhere, or leads to anything but a web page."""
    for tag in soup.find_all(True):
        assert tag.name.lower() not in _NEVER, tag
        assert not (tag.name == "meta" and str(tag.get("http-equiv", "")).lower() == "refresh"), tag
        if tag.name.lower() == "script":
            if tag.get("type") in {"application/json", "application/ld+json"} and not tag.get("src"):
                json.loads(tag.get_text())
            else:
                ours = str(tag.get("src") or tag.get_text()) in scripts
                assert ours, f"a script of somebody else's: {str(tag)[:80]}"
        for name, value in tag.attrs.items():
            assert not name.lower().startswith("on"), f"{name} in {str(tag)[:80]}"
            assert name.lower() != "style", str(tag)[:80]
            if name.lower() in _ADDRESSES:
                check_address(" ".join(value) if isinstance(value, list) else str(value))


def check_address(address: str) -> None:
    bare = re.sub(r"[\x00-\x20]", "", address)
    try:
        scheme = urlsplit(bare).scheme
    except ValueError:
        scheme = bare.partition(":")[0]
    assert scheme.lower() in {"", "http", "https"}, f"an address that is no web address: {address[:80]}"
    assert not bare.startswith("//"), f"an address of another site: {address[:80]}"


def check_markdown(content: bytes, twin: bytes, _: Collection[str] = ()) -> None:
    shown, plain = (_rendered(text) for text in (readable(content), twin.decode()))
    for cell in shown.find_all(["th", "td"]):
        if re.fullmatch(r"text-align:\w+", str(cell.get("style"))):
            del cell["style"]  # what the renderer makes of a column of numbers
    check_markup(shown)
    new = _shape(shown) - _shape(plain)
    assert not new, f"Markdown that the template does not write: {sorted(new)[:3]}"
    rows, fewer = (len(page.find_all(["tr", "li", "h1", "h2", "h3"])) for page in (shown, plain))
    assert rows == fewer, f"{rows} rows, items and headings instead of {fewer}"


def check_xml(content: bytes, twin: bytes, _: Collection[str] = ()) -> None:
    """Atom, SVG and other XML: no entity is declared, and HTML inside it is judged as HTML."""
    readable(content)
    root, plain = (ElementTree.fromstring(one, forbid_dtd=True) for one in (content, twin))
    shapes = [{(one.tag, name) for one in each.iter() for name in ("", *one.attrib)} for each in (root, plain)]
    assert shapes[0] <= shapes[1], f"elements that the template does not write: {sorted(shapes[0] - shapes[1])[:3]}"
    for one in root.iter():
        assert not one.tag.lower().endswith("}script"), "a script in XML"
        for name, value in one.attrib.items():
            assert not name.lower().startswith("on"), name
            if name.rpartition("}")[2] in _ADDRESSES:
                check_address(value)
        if one.get("type") == "html":
            check_markup(_soup(one.text or ""))


def check_calendar(content: bytes, twin: bytes, _: Collection[str] = ()) -> None:
    """iCalendar (RFC 5545, 3.1): properties of the kinds that the twin has, as many events, nothing to be run."""
    properties, plain = (_properties(one) for one in (content, twin))
    kinds = [{name for name, _ in each} for each in (properties, plain)]
    assert kinds[0] <= kinds[1], f"properties that the template does not write: {kinds[0] - kinds[1]}"
    marks = [[pair for pair in each if pair[0] in {"BEGIN", "END"}] for each in (properties, plain)]
    assert marks[0] == marks[1], "components that the template does not write"
    for name, value in properties:
        if name == "URL":
            check_address(value)


def check_json(content: bytes, _twin: bytes, _: Collection[str] = ()) -> None:
    value = json.loads(readable(content))
    assert json.loads(json.dumps(value)) == value


def check_lines(content: bytes, twin: bytes, _: Collection[str] = ()) -> None:
    """JSON Lines: as many lines as its twin, each an object with the same names."""
    lines, plain = (one.decode().removesuffix("\n").split("\n") for one in (content, twin))
    assert len(lines) == len(plain), f"{len(lines)} lines instead of {len(plain)}"
    for line, other in zip(lines, plain, strict=True):
        assert json.loads(line).keys() == json.loads(other).keys(), line[:80]


def check_csv(content: bytes, twin: bytes, _: Collection[str] = ()) -> None:
    _check_table(_cells(readable(content), ","), len(_cells(twin.decode(), ",")))


def check_excel_csv(content: bytes, twin: bytes, _: Collection[str] = ()) -> None:
    text = readable(content.decode("utf-16").encode())
    _check_table(_cells(text, "\t"), len(_cells(twin.decode("utf-16"), "\t")))


def check_package_csv(content: bytes, twin: bytes, _: Collection[str] = ()) -> None:
    """A table of the data package, whose cells hold each character of the record."""
    _check_table(_cells(content.decode(), ","), len(_cells(twin.decode(), ",")))


def _cells(text: str, delimiter: str) -> list[list[str]]:
    usual = csv.field_size_limit(10_000_000)  # a limit of the whole process
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    finally:
        csv.field_size_limit(usual)


def _check_table(rows: Iterable[list[str]], number: int) -> None:
    found = list(rows)
    assert len(found) == number, f"{len(found)} rows instead of {number}"
    assert len({len(row) for row in found}) == 1, "rows of different lengths"
    for row in found:
        for cell in row:
            runs = _RUNS.match(cell.strip()) or cell[:1] in {"\t", "\r", "\n"}
            assert not runs or _NUMBER.fullmatch(cell), f"a cell that runs: {cell[:80]!r}"


def check_workbook(content: bytes, _twin: bytes, _: Collection[str] = ()) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            assert not re.search(r"vba|externalLink|connections|activeX|embeddings", name), name
            if name.endswith((".xml", ".rels")):
                text = readable(archive.read(name))
                ElementTree.fromstring(text.encode(), forbid_dtd=True)
                assert "<f>" not in text, name
                assert "<f " not in text, name
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", f"{cell.coordinate}: {cell.value}"
                if cell.hyperlink and cell.hyperlink.target:
                    check_address(cell.hyperlink.target)


def check_database(content: bytes, twin: bytes, _: Collection[str] = ()) -> None:
    shapes = []
    for one in (content, twin):
        database = sqlite3.connect(":memory:")
        database.deserialize(one)
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        made = database.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").fetchall()
        tables = [name for kind, name, _ in made if kind == "table" and "_fts_" not in name]
        counts = [database.execute(f'SELECT count(*) FROM "{name}"').fetchone() for name in tables]  # noqa: S608
        shapes.append((made, counts))
        database.close()
    assert shapes[0] == shapes[1], "tables, indexes or rows that plain words do not give"


def check_text(content: bytes, _twin: bytes, _: Collection[str] = ()) -> None:
    text = readable(content)
    assert "\r" not in text


def check_code(content: bytes, twin: bytes, scripts: Collection[str] = ()) -> None:
    """A script or a style sheet: ours, to the letter, or data whose strings cannot end the element they stand in."""
    text = readable(content)
    if content == twin or text in scripts:
        return
    value = re.fullmatch(r"\s*(?:(?:window|self|globalThis)\.\w+|(?:const|var) \w+)\s*=\s*(.*?);?\s*", text, re.DOTALL)
    assert value, "code that is not the same for plain words, and is not data"
    json.loads(value[1])
    assert "</" not in text
    assert "<!--" not in text
    assert "\u2028" not in text
    assert "\u2029" not in text


def check_pdf(content: bytes, _twin: bytes, _: Collection[str] = ()) -> None:
    import pypdf

    reader = pypdf.PdfReader(io.BytesIO(content))
    for number in range(1, len(reader.xref.get(0, {})) + len(reader.xref_objStm) + 1):
        for name, value in _entries(reader.get_object(number)):
            assert name not in {"/JS", "/JavaScript", "/Launch", "/OpenAction", "/AA", "/EmbeddedFiles", "/RichMedia"}
            if name == "/URI" and isinstance(value, str):
                check_address(value)
            if name == "/S":
                assert value not in {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR"}
    for text in texts_of_pages(content):
        assert not _UNSEEN.search(text)


def _entries(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield str(name), one
            yield from _entries(one) if isinstance(one, (dict, list)) else ()
    elif isinstance(value, list):
        for one in value:
            yield from _entries(one) if isinstance(one, (dict, list)) else ()


def _soup(text: str) -> BeautifulSoup:
    return BeautifulSoup(text, "lxml")


def _rendered(markdown: str) -> BeautifulSoup:
    return BeautifulSoup(MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown), "lxml")


def _shape(soup: BeautifulSoup) -> set[tuple[str, str]]:
    """Each kind of element, alone and with each of its attributes."""
    shape = set()
    for tag in soup.find_all(True):
        assert isinstance(tag, Tag)
        shape |= {(tag.name, name) for name in ("", *tag.attrs)}
    return shape


def _contents(soup: BeautifulSoup, name: str) -> set[str]:
    return {tag.get_text() for tag in soup.find_all(name)}


def _properties(content: bytes) -> list[tuple[str, str]]:
    text = readable(content)
    assert text.replace("\r\n", "").count("\n") == text.replace("\r\n", "").count("\r") == 0, "a line ends in CR LF"
    lines = text.replace("\r\n ", "").replace("\r\n\t", "").removesuffix("\r\n").split("\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n")), "a line is longer than 75 octets"
    found = [re.fullmatch(r"([A-Z][A-Z0-9-]*)(?:;[^:]*)?:(.*)", line) for line in lines]
    assert all(found), "a line that is no property"
    return [(one[1], one[2]) for one in found if one]


CHECKERS: dict[str, Checker] = {
    "-excel.csv": check_excel_csv,
    ".package.csv": check_package_csv,
    ".html": check_html,
    ".xml": check_xml,
    ".atom": check_xml,
    ".svg": check_xml,
    ".ics": check_calendar,
    ".json": check_json,
    ".geojson": check_json,
    ".webmanifest": check_json,
    ".jsonl": check_lines,
    ".csv": check_csv,
    ".xlsx": check_workbook,
    ".sqlite": check_database,
    ".md": check_markdown,
    ".txt": check_text,
    ".cff": check_text,
    ".js": check_code,
    ".css": check_code,
    ".nojekyll": check_code,
    ".pdf": check_pdf,
}
"""By the ending of a file's name; the first that fits."""
