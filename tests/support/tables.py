"""Tables in the layout of GSoD v7, of invented figures: a healthy one as CSV and as a workbook, and broken ones."""

import importlib
import io
import re
import struct
import zipfile
from collections.abc import Callable, Sequence
from functools import cache

from openpyxl import Workbook

from tests.support.pages import COUNTRIES

COLUMNS = ("country_name", "iso3c", "year", "civil_lib_est", "civil_lib_l", "civil_lib_u", "civic_engage_est")
FIGURES_OF_A_ROW = 2
_SHEET = "xl/worksheets/sheet1.xml"
_TEXTS = "xl/sharedStrings.xml"
_KINDS = "[Content_Types].xml"
_KIND_OF_TEXTS = (
    f'<Override PartName="/{_TEXTS}" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)


def rows(last_year: int = 2014) -> list[list[str | float]]:
    return [[name, name, year, 0.5, 0.4, 0.6, 0.25] for name in COUNTRIES for year in range(2000, last_year + 1)]


def table(body: Sequence[Sequence[str | float]], **renamed: str) -> bytes:
    """The rows as CSV; ``year="jahr"`` gives the column ``year`` another name."""
    header = [renamed.get(name, name) for name in COLUMNS]
    return "".join(",".join(map(str, row)) + "\n" for row in [header, *body]).encode()


WHOLE_TABLE = table(rows())
LATER_ROWS = rows(2015)  # a year more than the table has
LATER_FIGURES = len(LATER_ROWS) * FIGURES_OF_A_ROW


@cache
def workbook() -> bytes:
    """The later rows as a workbook with a chart, that is a drawing, and with its texts apart as Excel keeps them."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [list(COLUMNS), *LATER_ROWS]:
        sheet.append(row)
    charts = importlib.import_module("openpyxl.chart")  # which the stubs do not know
    chart = charts.BarChart()
    chart.add_data(charts.Reference(sheet, min_col=4, min_row=2, max_row=9))
    sheet.add_chart(chart, "J2")
    stream = io.BytesIO()
    book.save(stream)
    return _with_texts_apart(stream.getvalue())


def _with_texts_apart(content: bytes) -> bytes:
    """openpyxl writes each text into its cell; Excel writes a number, and the texts into a part of their own."""
    texts: dict[bytes, int] = {}

    def number(cell: re.Match[bytes]) -> bytes:
        return b't="s"><v>%d</v>' % texts.setdefault(cell[1], len(texts))

    def apart(name: str, content: bytes) -> bytes:
        if name == _KINDS:
            return content.replace(b"</Types>", _KIND_OF_TEXTS.encode())
        return re.sub(rb't="inlineStr"><is><t>([^<]*)</t></is>', number, content) if name == _SHEET else content

    rebuilt = io.BytesIO(_rebuilt(content, apart))
    with zipfile.ZipFile(rebuilt, "a", zipfile.ZIP_DEFLATED) as archive:
        items = b"".join(b"<si><t>%s</t></si>" % text for text in texts)
        archive.writestr(
            _TEXTS, b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%s</sst>' % items
        )
    return rebuilt.getvalue()


def _without(*names: str) -> bytes:
    """The workbook without the parts whose names begin so; what refers to them stays."""
    return _rebuilt(workbook(), lambda name, content: b"" if name.startswith(names) else content)


def _rebuilt(book: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """A workbook with its parts changed; one that becomes empty is left out."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if content := change(name, old.read(name)):
                new.writestr(name, content)
    return stream.getvalue()


def _with_wrong_checksum() -> bytes:
    """The workbook with another CRC for its sheet in the archive's directory and beside the sheet."""
    content = workbook()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        right = struct.pack("<L", archive.getinfo(_SHEET).CRC)
    assert content.count(right) == 2
    return content.replace(right, struct.pack("<L", 12345))


def broken_tables() -> dict[str, tuple[bytes, str, str]]:
    """By name: the table, the kind of failure, and words of the reason."""
    cut_sheet = _rebuilt(workbook(), lambda name, content: content[: len(content) // 2] if name == _SHEET else content)
    return {
        "a column of a table renamed: the year": (table(rows(), year="jahr"), "not_the_format", "and year, found"),
        "a column of a table renamed: the code": (table(rows(), iso3c="iso"), "not_the_format", "iso3c"),
        "a column of a table renamed: the country": (
            table(rows(), country_name="pays"),
            "not_the_format",
            "country_name",
        ),
        "a column of a table renamed: the first figure": (
            table(rows(), civil_lib_est="liberties_est"),
            "not_the_format",
            "found the columns country_name",
        ),
        "a column of a table renamed: another figure": (
            table(rows(), civic_engage_est="engagement_est"),
            "suspicious",
            "50% of the entries could not become records",
        ),
        "a workbook cut off": (workbook()[:-500], "not_the_format", "not a zip file"),
        "a workbook with a sheet cut off": (cut_sheet, "not_the_format", "not a readable .xlsx workbook"),
        "a workbook without its list of sheets": (_without("xl/workbook.xml"), "not_the_format", "'xl/workbook.xml'"),
        "a workbook without its sheet": (_without(_SHEET), "not_the_format", "every sheet of the workbook is empty"),
        "a workbook without its texts": (_without(_TEXTS), "not_the_format", "'xl/sharedStrings.xml'"),
        "a workbook with a wrong checksum": (
            _with_wrong_checksum(),
            "not_the_format",
            "Bad CRC-32 for file 'xl/worksheets/sheet1.xml'",
        ),
    }


def odd_tables() -> dict[str, bytes]:
    """By name: tables that lack nothing that is read; each holds ``LATER_FIGURES`` figures."""
    return {
        "a workbook": workbook(),
        "a workbook without its drawing": _without("xl/drawings/", "xl/charts/"),
        "a workbook without its styles": _without("xl/styles.xml"),
        "a column of a table added": b"".join(
            line + (b",region\n" if number == 0 else b",x\n")
            for number, line in enumerate(table(LATER_ROWS).splitlines())
        ),
    }
