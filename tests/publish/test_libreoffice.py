"""What people get to see: workbooks and CSV files as LibreOffice opens them.

LibreOffice is started three times in all, each time for several files, with a profile of its own; without it these
tests are skipped, and the workbooks have been read with openpyxl only.
"""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from civic_tracker.findings.acts import acts_of
from civic_tracker.model.schema import ActRow
from civic_tracker.publish.csv_files import export_country, split_spells
from civic_tracker.publish.workbook.compose import country_workbook
from civic_tracker.store.contents import Dataset
from civic_tracker.words.languages import available
from tests.support.examples import a_dataset, a_measure, an_event, an_observation, workbook_for_a_site
from tests.support.program import HANGS

ON = date(2020, 5, 15)
FORMULA = "=1+1"
ACCENTS = "Decreto de excepción n.º 3 (“état d’urgence”), حظر التجول 🚫"
LINK = "https://example.org/decreto?año=2020#artículo"
SHEETS = ("cover", "summary", "measures", "acts", "spells", "observations", "changes", "codebook")
COMMAS, TABS = "CSV:44,34,76,1", "CSV:9,34,65535,1"  # the delimiter, the quote, the encoding (UTF-8, UTF-16), the row


@dataclass(frozen=True)
class Opened:
    """The files as LibreOffice wrote them anew after it had opened them."""

    folder: Path

    def sheets(self, stem: str) -> dict[str, Any]:
        return dict(zip(SHEETS, openpyxl.load_workbook(self.folder / f"{stem}.xlsx").worksheets, strict=True))

    def table(self, stem: str) -> list[dict[str, Any]]:
        """The rows of a file that was a CSV file."""
        names, *rows = openpyxl.load_workbook(self.folder / f"{stem}.xlsx").worksheets[0].iter_rows()
        return [dict(zip([cell.value for cell in names], row, strict=True)) for row in rows]


def _dataset() -> Dataset:
    one = a_measure(title=FORMULA, place="Ñuñoa", links=(LINK,))
    other = a_measure(id="acaps-KEN-1", source="acaps", stated_by="ACAPS", title=ACCENTS, introduced="2020-03-17")
    alone = a_measure(id="icnl-KEN-1", introduced="2020-04", title="@SUM(A1)", note="+1+1", ends="2020-05-01")
    spell = a_measure(id="oxcgrt-KEN-c1", source="oxcgrt", record_kind="spell", ended_on="2020-03-29")
    figures = [an_observation(), an_observation(period="2019", value=0.25, value_as_written="0.25")]
    dataset = a_dataset([one, other, alone, an_event(), spell], figures)
    dataset.acts = [ActRow(act="act-KEN-1", record=each.id, home=one.id) for each in (one, other)]
    return dataset


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """A workbook in each language, one for a website, and the CSV files of an export."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if not office:
        pytest.skip("LibreOffice (soffice) is not installed: what it makes of our files was not looked at")
    folder = tmp_path_factory.mktemp("libreoffice")
    dataset = _dataset()
    books = [folder / f"{code}.xlsx" for code in available()]
    for path in books:
        path.write_bytes(country_workbook(dataset, "KEN", ON, path.stem))
    (folder / "site.xlsx").write_bytes(workbook_for_a_site(dataset, "KEN", ON, "fr"))
    export_country(dataset, "KEN", folder / "export", ON)

    def convert(files: Sequence[Path], *options: str) -> None:
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        target = ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder / "opened")]
        command = [office, "--headless", profile, *options, *target, *map(str, files)]
        subprocess.run(command, check=True, capture_output=True, timeout=HANGS)  # noqa: S603

    convert([*books, folder / "site.xlsx"])
    convert([folder / "export" / f"KEN-{name}.csv" for name in ("measures", "observations")], f"--infilter={COMMAS}")
    convert([folder / "export" / "KEN-measures-excel.csv"], f"--infilter={TABS}")
    return Opened(folder / "opened")


def _rows(sheet: Any) -> list[dict[str, Any]]:
    """The cells under the two headers, by the stable names of the columns."""
    _, names, *rows = sheet.iter_rows()
    return [dict(zip([cell.value for cell in names], row, strict=True)) for row in rows]


@pytest.mark.parametrize("code", available())
def test_every_sheet_has_as_many_rows_as_the_dataset(opened: Opened, code: str) -> None:
    sheets, dataset = opened.sheets(code), _dataset()
    known, spells = split_spells(dataset.measures)
    acts = acts_of(dataset.measures, dataset.acts, dataset.links)
    assert [row["id"].value for row in _rows(sheets["measures"])] == [
        *("icnl-KEN-0123456789", "acaps-KEN-1", "icnl-KEN-1", "idea_tracker-KEN-0123456789")
    ]
    assert len(_rows(sheets["measures"])) == len(known)
    assert [row["act"].value for row in _rows(sheets["acts"])] == [act.id for act in acts]
    assert len(acts) == 2, "the report of a month is none"
    assert len(_rows(sheets["spells"])) == len(spells)
    assert len(_rows(sheets["observations"])) == len(dataset.observations)


def test_the_workbook_for_a_website_has_the_latest_figure_of_each_indicator(opened: Opened) -> None:
    sheets = opened.sheets("site")
    assert [row["period"].value for row in _rows(sheets["observations"])] == ["2020"]
    assert sheets["observations"].title == "Derniers chiffres"
    assert len(_rows(sheets["acts"])) == 2


@pytest.mark.parametrize("code", available())
def test_accents_survive(opened: Opened, code: str) -> None:
    sheets = opened.sheets(code)
    assert ACCENTS in [row["title"].value for row in _rows(sheets["measures"])]
    assert _rows(sheets["measures"])[0]["place"].value == "Ñuñoa"
    head = {"en": "Country", "es": "País", "fr": "Pays"}[code]
    assert sheets["measures"]["A1"].value == head
    assert sheets["acts"].title == {"en": "Acts", "es": "Actos", "fr": "Actes"}[code]


def test_days_are_dates_and_months_are_texts(opened: Opened) -> None:
    sheets = opened.sheets("fr")
    introduced = [row["introduced"] for row in _rows(sheets["measures"])]
    assert [cell.value for cell in introduced[:3]] == [datetime(2020, 3, 15), datetime(2020, 3, 17), "2020-04"]  # noqa: DTZ001
    assert introduced[0].is_date
    assert introduced[0].number_format.lower() == "yyyy\\-mm\\-dd"
    since = {row["act"].value: row["since"].value for row in _rows(sheets["acts"])}
    assert datetime(2020, 5, 1) in since.values()  # noqa: DTZ001
    assert {row["introduced"].value for row in opened.table("KEN-measures")} >= {datetime(2020, 3, 15), "2020-04"}  # noqa: DTZ001


def test_links_open_what_they_show(opened: Opened) -> None:
    sheets = opened.sheets("es")
    for name in ("measures", "acts"):
        cell = _rows(sheets[name])[0]["link_1"]
        assert cell.value == LINK
        assert _address(cell) == LINK, "LibreOffice shows it without its escapes"
    pages = [row["source_url"] for row in _rows(sheets["measures"])]
    assert all(_address(cell) == cell.value for cell in pages)
    leads = [cell.hyperlink.location for row in sheets["cover"].iter_rows(max_col=1) for cell in row if cell.hyperlink]
    assert [str(lead).split("!")[0].strip("#'") for lead in leads] == [
        sheet.title for name, sheet in sheets.items() if name != "cover"
    ]


def _address(cell: Any) -> str:
    """What a click opens: the part behind # stands apart in the file."""
    link = cell.hyperlink
    return str(link.target) + (f"#{link.location}" if link.location else "")


def test_no_formula_is_there_and_none_was_worked_out(opened: Opened) -> None:
    for code in available():
        for sheet in opened.sheets(code).values():
            assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}
    titles = [row["title"].value for row in _rows(opened.sheets("en")["measures"])]
    assert titles[0] == FORMULA
    assert titles[2] == "@SUM(A1)"
    for stem in ("KEN-measures", "KEN-measures-excel"):
        rows = opened.table(stem)
        assert {cell.data_type for row in rows for cell in row.values()} <= {"s", "n", "d", "b"}
        written = {row["id"].value: row["title"].value for row in rows}
        assert written["icnl-KEN-0123456789"] == "'=1+1", "a CSV file cannot say that a cell is a text but by a mark"


@pytest.mark.parametrize("stem", ["KEN-measures", "KEN-measures-excel"])
def test_the_csv_files_have_the_datasets_records_with_their_accents(opened: Opened, stem: str) -> None:
    rows = opened.table(stem)
    known, _ = split_spells(_dataset().measures)
    assert sorted(row["id"].value for row in rows) == sorted(one.id for one in known)
    assert {row["title"].value for row in rows} >= {ACCENTS}
    assert len(opened.table("KEN-observations")) == len(_dataset().observations)


def test_filters_begin_with_the_second_row(opened: Opened) -> None:
    for name, sheet in opened.sheets("en").items():
        if name != "cover":
            assert sheet.auto_filter.ref.startswith("A2:")
