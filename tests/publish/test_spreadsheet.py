"""Workbooks for forums: the dataset's counts, real dates, links that work, three languages, and nothing that runs."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from civic_tracker.findings.acts import acts_of
from civic_tracker.findings.summary import summarise
from civic_tracker.model.changes import TEXT_CHANGED, Change
from civic_tracker.model.schema import ActRow
from civic_tracker.publish.columns import codebook_rows, measure_columns, observation_columns
from civic_tracker.publish.workbook.book import Book
from civic_tracker.publish.workbook.cells import LONGEST_LINK, LONGEST_TEXT, Link, fitting, link_target, units
from civic_tracker.publish.workbook.columns import ACTS, all_columns
from civic_tracker.publish.workbook.compose import country_workbook, world_workbook
from civic_tracker.publish.workbook.meanings import meaning
from civic_tracker.store.contents import Dataset
from civic_tracker.words import labels as spreadsheet_labels
from civic_tracker.words.languages import available, language
from tests.support.examples import (
    a_compiled_measure,
    a_dataset,
    a_measure,
    an_event,
    an_observation,
    make_stale,
    workbook_for_a_site,
)

ON = date(2020, 5, 15)
RUNNING_TEXT = "Running text that only the publisher may publish."
TITLES = ("cover", "summary", "measures", "acts", "spells", "observations", "changes", "codebook")
RUNS = ("=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", '=HYPERLINK("https://example.org","click")', "{=1+1}")


def _spell(**changes: Any) -> Any:
    fields = {"id": "oxcgrt-KEN-pc6-20200321", "source": "oxcgrt", "record_kind": "spell", "ended_on": "2020-03-29"}
    return a_measure(
        **fields | {"title": "C6 Stay at home requirements: level 1", "title_by": "civic-tracker"} | changes
    )


def _dataset() -> Dataset:
    return a_dataset(
        [
            a_measure(description=RUNNING_TEXT, updates=(RUNNING_TEXT,), links=("https://example.org/a",)),
            a_measure(id="icnl-KEN-1", introduced="2020-03", liberties_basis="inferred", effect="restricts"),
            a_measure(id="icnl-KEN-2", introduced=None, title="حظر التجول 🚫 “état d’urgence”", source_url=""),
            a_measure(id="icnl-CIV-0123456789", country="CIV", title="Décret d’urgence “exemple”"),
            an_event(description=RUNNING_TEXT),
            a_compiled_measure(description="Our own words."),
            _spell(),
        ],
        [
            an_observation(),
            an_observation(period="2021", value=0.25, value_as_written="0.25"),
            an_observation(
                period="2020-03-19",
                indicator="gsod_fundamental_rights",
                indicator_as_written="C_A2",
                value=None,
                value_as_written="=1+1",
            ),
        ],
    )


CHANGES = (
    Change(day=ON, source="icnl", country="KEN", kind="changed", id="icnl-KEN-1", title="=1+1", field="title"),
    Change(day=ON, source="icnl", country="KEN", kind="changed", field="description", after=TEXT_CHANGED),
    Change(day=ON, source="icnl", country="CIV", kind="appeared", id="icnl-CIV-0123456789"),
    Change(day=ON, source="icnl", kind="loaded", after="3 measures, 0 figures"),
)


def _open(content: bytes) -> dict[str, Any]:
    """The sheets by their names in English, whatever the language: their order is the same."""
    return dict(zip(TITLES, openpyxl.load_workbook(io.BytesIO(content)).worksheets, strict=True))


def _kenya(code: str = "en", dataset: Dataset | None = None) -> dict[str, Any]:
    return _open(country_workbook(dataset or _dataset(), "KEN", ON, code, CHANGES))


def _rows(sheet: Any) -> list[dict[str, Any]]:
    """The rows under the two headers, by the stable names of the columns."""
    _, names, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(names, row, strict=True)) for row in rows]


def _texts(content: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            yield archive.read(name).decode()


def test_a_countrys_workbook_has_the_datasets_counts() -> None:
    sheets = _kenya()
    assert len(_rows(sheets["measures"])) == 5
    assert len(_rows(sheets["spells"])) == 1
    assert len(_rows(sheets["observations"])) == 3
    assert len(_rows(sheets["changes"])) == 2
    summary = summarise(_dataset(), "KEN", ON)
    counted = {(row["counted_by"], row["value"]): row for row in _rows(sheets["summary"])}
    assert counted["all", "all"]["records"] == summary.records
    assert counted["all", "spells"]["records"] == 1
    for tally in summary.by_liberty:
        assert counted["liberty", tally.value]["records"] == tally.records


def test_the_worlds_workbook_has_every_record_one_row_per_country_and_the_latest_figures() -> None:
    sheets = _open(world_workbook(_dataset(), ON, "en", CHANGES))
    assert len(_rows(sheets["measures"])) == 6
    assert len(_rows(sheets["spells"])) == 1
    assert len(_rows(sheets["changes"])) == 4
    figures = {(row["indicator_as_written"], row["period"]) for row in _rows(sheets["observations"])}
    assert figures == {("C_A1", "2020"), ("C_A2", datetime(2020, 3, 19))}  # noqa: DTZ001
    summary = {row["country"]: row for row in _rows(sheets["summary"])}
    assert len(summary) >= 78
    assert summary["KEN"]["records"] == summarise(_dataset(), "KEN", ON).records == 4, "the event is of a later year"
    assert summary["KEN"]["liberty_assembly"] == 3
    assert summary["CIV"]["records"] == 1
    assert summary["FRA"]["records"] == 0
    names = [row["country_label"] for row in _rows(sheets["measures"])]
    assert names == sorted(names), "countries in the order of their names"


def _of_one_act() -> Dataset:
    """ICNL and ACAPS record one act and differ in its days, its kind and its effect; a third record is an act alone."""
    one = a_measure(
        ended_on="2020-05-02", liberties=("assembly", "press"), effect="restricts", links=("https://a.org",)
    )
    other = a_measure(
        id="acaps-KEN-1",
        source="acaps",
        stated_by="ACAPS, as copied by: example.org",
        evidence="copy",
        introduced="2020-03-17",
        instrument="law",
        effect="relaxes",
        effect_basis="inferred",
        liberties=("assembly", "movement"),
        liberties_basis="inferred",
    )
    alone = a_measure(id="icnl-KEN-2", introduced="2020-04-01", effect="restricts", effect_basis="published")
    dataset = a_dataset([one, other, alone, a_measure(id="icnl-KEN-3", stage="proposed"), an_event(), _spell()])
    dataset.acts = [ActRow(act="act-KEN-1", record=each.id, home=one.id) for each in (one, other)]
    return dataset


def test_an_act_is_one_row_with_everyone_who_records_it() -> None:
    dataset = _of_one_act()
    rows = _rows(_kenya("en", dataset)["acts"])
    assert len(rows) == len(acts_of(dataset.measures, dataset.acts, dataset.links)) == 2, "no proposal, event or spell"
    act = rows[0]
    assert act["act"] == "act-KEN-1"
    assert act["records"] == 2
    assert act["record_ids"] == "acaps-KEN-1 | icnl-KEN-0123456789"
    assert act["sources_label"] == "ACAPS, ICNL"
    assert act["stated_by"] == "ACAPS, as copied by: example.org; ICNL"
    assert act["source_url"] == "https://www.icnl.org/covid19tracker/"
    assert act["link_1"] == "https://a.org"


def test_where_the_records_of_an_act_differ_each_value_stands_and_nothing_is_chosen() -> None:
    act = _rows(_kenya("en", _of_one_act())["acts"])[0]
    told = "15 March 2020: ICNL; 17 March 2020: ACAPS, as copied by: example.org"
    assert act["differing_days"] == f"Introduced ({told})"
    assert act["effect_label"] == "Relaxes a restriction (inferred from the title); Restricts"
    assert act["effect"] == "unclear"
    assert act["instrument_label"] == "Law; Order of the executive"
    assert act["instrument"] == "unknown"


def test_a_freedom_of_an_act_is_inferred_only_where_no_record_states_it() -> None:
    act, alone = _rows(_kenya("en", _of_one_act())["acts"])
    assert act["liberties_label"] == "Peaceful assembly and Press freedom; Movement (inferred from the title)"
    assert act["liberties"] == "assembly | movement | press"
    assert act["liberties_inferred"] == "movement"
    assert alone["liberties_inferred"] is None
    assert alone["effect_basis"] == "published"


@pytest.mark.parametrize(
    ("code", "ended", "open_ended"),
    [
        ("en", "Recorded as ended", "No end recorded by anybody"),
        ("es", "Registrado como terminado", "Nadie registra un fin"),
        ("fr", "Enregistré comme terminé", "Personne n’enregistre de fin"),
    ],
)
def test_the_state_of_an_act_is_said_in_the_language(code: str, ended: str, open_ended: str) -> None:
    act, alone = _rows(_kenya(code, _of_one_act())["acts"])
    assert [act["state"], act["state_label"], act["since"]] == ["ended", ended, datetime(2020, 5, 2)]  # noqa: DTZ001
    assert [alone["state"], alone["state_label"], alone["since"]] == ["no_end_recorded", open_ended, None]
    later = _open(country_workbook(_of_one_act(), "KEN", date(2020, 3, 20), code))["acts"]
    assert [row["state"] for row in _rows(later)] == ["in_force_until", "not_yet_introduced"]
    assert _rows(later)[1]["since"] is None, "the day on which it begins is no end"


def test_the_worlds_workbook_has_the_acts_of_every_country() -> None:
    rows = _rows(_open(world_workbook(_of_one_act(), ON, "en"))["acts"])
    assert [row["act"] for row in rows][:1] == ["act-KEN-1"]
    assert len(rows) == 2


def test_a_workbook_for_a_website_has_the_latest_figures_and_says_so() -> None:
    content = workbook_for_a_site(_dataset(), "KEN", ON, "en", CHANGES)
    sheets, whole = _open(content), _kenya()
    figures = {(row["indicator_as_written"], row["period"]) for row in _rows(sheets["observations"])}
    assert figures == {("C_A1", "2020"), ("C_A2", datetime(2020, 3, 19))}  # noqa: DTZ001
    assert sheets["observations"].title == "Latest figures"
    cells = [cell for row in sheets["cover"].iter_rows(values_only=True) for cell in row]
    assert "Of each figure the latest is here; earlier ones are in the CSV files." in cells
    for name in ("summary", "measures", "acts", "spells", "changes"):
        assert _rows(sheets[name]) == _rows(whole[name])


def test_paper_has_the_columns_that_people_read_and_neither_addresses_nor_codes() -> None:
    sheet = _kenya()["acts"]
    last = re.sub(r"[^A-Z]", "", sheet.print_area.split(":")[1])
    assert sheet[f"{last}2"].value == "differing_days"
    assert sheet.print_title_rows == "$1:$2"


def test_the_summary_says_of_each_source_which_of_the_four_answers_it_is_and_why() -> None:
    dataset = _dataset()
    make_stale(dataset, "icnl")
    rows = {row["counted_by"]: row for row in _rows(_kenya("es", dataset)["summary"])}
    assert rows["source: icnl"]["value"] == "has_entries"
    assert rows["source: icnl"]["value_label"] == "Tiene entradas"
    assert "extracto" in rows["source: icnl"]["reason"]
    assert "desde el 20 de noviembre de 2026" in rows["source: icnl"]["reason"]
    assert "4 de mayo de 2020" in rows["source: icnl"]["reason"]
    assert rows["source: acaps"]["value"] in {"not_known", "not_covered"}
    assert rows["source: acaps"]["reason"]


def test_every_reason_of_a_summary_can_be_said_in_every_language() -> None:
    reasons = {one.reason for iso3 in ("KEN", "CIV", "FRA", "GRL") for one in summarise(_dataset(), iso3, ON).coverage}
    assert all(language(code).word("reason", reason) != reason for code in available() for reason in reasons if reason)


def test_days_are_dates_and_months_are_texts_that_sort() -> None:
    sheet = _kenya()["measures"]
    found = [row["introduced"] for row in _rows(sheet)]
    assert found == ["2020-03", datetime(2020, 3, 15), datetime(2020, 3, 15), None, None]  # noqa: DTZ001
    column = [cell.value for cell in sheet[2]].index("introduced")
    assert {row[column].number_format for row in sheet.iter_rows(min_row=3) if row[column].is_date} == {"yyyy-mm-dd"}
    assert _rows(sheet)[0]["status_on"] == datetime(2020, 5, 15)  # noqa: DTZ001


def test_figures_are_numbers_and_what_is_no_number_stays_as_published() -> None:
    rows = _rows(_kenya()["observations"])
    assert [row["value"] for row in rows] == [None, 0.5, 0.25]
    assert rows[0]["value_as_written"] == "=1+1"
    assert rows[1]["indicator_label"] == "Representative government"


def test_addresses_can_be_clicked() -> None:
    sheet = _kenya()["measures"]
    names = [cell.value for cell in sheet[2]]
    links = [row[names.index("link_1")].hyperlink for row in sheet.iter_rows(min_row=3)]
    assert {link.target for link in links if link} == {"https://example.org/a"}
    pages = [row[names.index("source_url")] for row in sheet.iter_rows(min_row=3)]
    assert all(cell.hyperlink.target == cell.value for cell in pages if cell.value)


def test_the_cover_leads_to_every_sheet_and_credits_every_source_that_is_used() -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(country_workbook(_dataset(), "KEN", ON, "fr", CHANGES)))
    cover = workbook.worksheets[0]
    cells: list[Any] = [cell for row in cover.iter_rows(values_only=True) for cell in row]
    text = "\n".join(filter(None, cells))
    links = [cell.hyperlink for row in cover.iter_rows() for cell in row if cell.hyperlink]
    assert {link.location for link in links if link.location} == {f"'{title}'!A1" for title in workbook.sheetnames[1:]}
    assert "Situation au\n15 mai 2020" in text
    assert "membre (adhésion\u00a0: " in text
    assert "L’absence d’entrée ne signifie pas l’absence de restriction." in text
    assert "International Center for Not-for-Profit Law (ICNL)" in text
    assert "Licence\u00a0: aucune indiquée. Ni licence ni conditions de réutilisation n’ont été trouvées" in text
    assert "No licence or reuse terms" not in text
    assert "ICNL précise que l’absence d’entrée" in text
    assert "Access Now" not in text, "only the sources that are used"


@pytest.mark.parametrize(
    ("code", "title", "labels", "words"),
    [
        ("en", "Measures", ["Country", "Introduced", "Title"], ["Order of the executive", "no end recorded"]),
        (
            "es",
            "Medidas",
            ["País", "Fecha de adopción o inicio", "Título"],
            ["Orden del Ejecutivo", "sin fin registrado"],
        ),
        (
            "fr",
            "Mesures",
            ["Pays", "Date d’adoption ou de début", "Titre"],
            ["Acte de l’exécutif", "sans fin enregistrée"],
        ),
    ],
)
def test_labels_and_words_are_in_the_language_and_names_and_codes_are_not(
    code: str, title: str, labels: list[str], words: list[str]
) -> None:
    sheet = _kenya(code)["measures"]
    assert sheet.title == title
    assert [cell.value for cell in sheet[1]][:3] == labels
    assert [cell.value for cell in sheet[2]][:3] == ["country_label", "introduced", "title"]
    row = _rows(sheet)[0]
    assert [row["instrument_label"], row["status_label"]] == words
    assert [row["instrument"], row["status"], row["liberties"]] == ["order", "no_end_recorded", "assembly"]


def test_what_is_inferred_says_so_and_titles_say_their_language() -> None:
    rows = _rows(_kenya("es")["measures"])
    assert rows[0]["liberties_label"] == "Reunión pacífica (inferido del título)"
    assert rows[1]["liberties_label"] == "Reunión pacífica"
    assert rows[0]["title"] == "Example order on gatherings"
    assert rows[0]["language_label"] == "inglés"


@pytest.mark.parametrize("code", available())
def test_every_column_has_a_label_and_a_meaning(code: str) -> None:
    say = language(code)
    for names in all_columns():
        labels = [spreadsheet_labels.label(name, say, names) for name in names]
        assert not [name for name, label in zip(names, labels, strict=True) if label == name]
        assert len(set(labels)) == len(labels), "no two columns of a sheet are called the same"
        table = "acts" if names == ACTS else ""
        told = {name for name in names if meaning(name, say, table)}
        assert set(names) - told <= {"sheet_label", "label", "meaning", "values", "table", "column"}, "the codebook"


def test_no_column_of_the_exports_is_left_out() -> None:
    sheets = _kenya()
    assert set(measure_columns()) <= {cell.value for cell in sheets["measures"][2]}
    assert set(observation_columns()) <= {cell.value for cell in sheets["observations"][2]}
    explained = {(row["table"], row["column"]) for row in _rows(sheets["codebook"])}
    wanted = {(row["table"], row["column"]) for row in codebook_rows() if row["table"] in ("measures", "observations")}
    assert wanted <= explained


def test_the_codebook_gives_the_word_for_each_code() -> None:
    rows = {(row["table"], row["column"]): row for row in _rows(_kenya("fr")["codebook"])}
    assert "law = Loi" in rows["measures", "instrument"]["values"]
    assert "press = Liberté de la presse" in rows["measures", "liberties"]["values"]
    assert rows["measures", "introduced"]["meaning"] == "Quand elle a été adoptée, avec la précision enregistrée."


def test_headers_stay_in_sight_and_filters_begin_with_the_second() -> None:
    for name, sheet in _kenya().items():
        if name != "cover":
            assert int(re.sub(r"\D", "", sheet.freeze_panes)) == 3
            assert sheet.auto_filter.ref.startswith("A2:")
            assert {dimension.width <= 61 for dimension in sheet.column_dimensions.values()} == {True}
    workbook = openpyxl.load_workbook(io.BytesIO(country_workbook(_dataset(), "KEN", ON, "fr")))
    assert workbook.defined_names["measures"].attr_text.startswith("'Mesures'!$A$2:")


@pytest.mark.parametrize("title", RUNS)
def test_no_title_can_run(title: str) -> None:
    dataset = a_dataset([a_measure(title=title, place=title, note=title, links=())])
    content = country_workbook(dataset, "KEN", ON, "en", CHANGES)
    sheet = _open(content)["measures"]
    assert _rows(sheet)[0]["title"] == title
    for row in sheet.iter_rows(min_row=3):
        assert {cell.data_type for cell in row} <= {"n", "s", "d"}, "no formula, no error"
    cell = next(cell for cell in sheet[3] if cell.value == title)
    assert cell.quotePrefix or title.startswith("{"), "a person who edits the cell makes no formula of it either"
    assert not any(re.search(r"<f[ >]|<ddeLink|externalLink|vbaProject", text) for text in _texts(content))


def test_only_web_addresses_are_links() -> None:
    assert link_target("javascript:alert(1)") == ""
    assert link_target("file:///etc/passwd") == ""
    assert link_target("\\\\host\\share") == ""
    assert link_target('https://exa"mple.org/') == ""
    assert link_target("https://example.org/año?q=[x] y#é") == "https://example.org/a%C3%B1o?q=%5Bx%5D%20y#%C3%A9"
    assert link_target("https://example.org/100%") == "https://example.org/100%25"
    assert link_target("https://example.org/" + "a" * LONGEST_LINK) == ""


def test_an_address_too_long_for_a_link_stays_as_text() -> None:
    address = "https://example.org/" + "é" * 1000
    sheet = _kenya(dataset=a_dataset([a_measure(links=(address,))]))["measures"]
    cell = next(cell for cell in sheet[3] if cell.value == address)
    assert cell.hyperlink is None


def test_a_sheet_has_no_more_links_than_excel_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civic_tracker.publish.workbook.cells.MOST_LINKS", 2)
    book = Book("Links", ON, "…")
    book.table("Links", "links", ["Link"], ["link"], ([Link(f"https://example.org/{number}")] for number in range(4)))
    (sheet,) = openpyxl.load_workbook(io.BytesIO(book.content())).worksheets
    cells = [row[0] for row in sheet.iter_rows(min_row=3)]
    assert [bool(cell.hyperlink) for cell in cells] == [True, True, False, False]
    assert cells[3].value == "https://example.org/3"


def test_rows_that_do_not_fit_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civic_tracker.publish.workbook.cells.MOST_ROWS", 4)
    sheets = _kenya("es")
    assert len(_rows(sheets["measures"])) == 2
    text = [cell for row in sheets["cover"].iter_rows(values_only=True) for cell in row]
    assert "2 filas; 3 más, que no cabían" in text


def test_a_title_of_100000_characters_is_cut_with_a_mark() -> None:
    dataset = a_dataset([a_measure(title="🚫" * 100_000, links=())])
    title = _rows(_kenya("fr", dataset)["measures"])[0]["title"]
    assert title.endswith("🚫… [abrégé]")
    assert LONGEST_TEXT - 1 <= units(title) <= LONGEST_TEXT


@given(st.text())
@example("a\x00b\x1f\u202e\ufeff\ud800")
@example("_x000D_ _x0041_")
@example("a" * 40_000)
@example("<r><t>a & b</r>")
@settings(max_examples=60, deadline=None)
def test_any_text_is_read_again_as_it_was_cleaned(text: str) -> None:
    book = Book("Any", ON, "…")
    book.table("Any", "any", ["Text"], ["text"], [[text]])
    (sheet,) = openpyxl.load_workbook(io.BytesIO(book.content())).worksheets
    cell = sheet.cell(3, 1)
    assert (cell.value or "") == fitting(text, "…")
    assert cell.data_type in {"s", "n"}
    assert cell.data_type == "s" or cell.value is None


def test_right_to_left_text_emoji_and_accents_stay() -> None:
    assert "حظر التجول 🚫 “état d’urgence”" in {row["title"] for row in _rows(_kenya()["measures"])}


def test_a_publishers_running_text_does_not_leave_and_ours_does() -> None:
    for content in (country_workbook(_dataset(), "KEN", ON, "en"), world_workbook(_dataset(), ON, "en")):
        assert not any(RUNNING_TEXT in text for text in _texts(content))
        assert any("Our own words." in text for text in _texts(content))


def test_the_history_says_that_a_publishers_text_changed_and_not_what_it_was() -> None:
    rows = _rows(_kenya("fr")["changes"])
    assert rows[1]["after"] == "(le texte de l’éditeur)"
    assert rows[1]["field_label"] == "Texte de l’éditeur"
    assert rows[0]["kind_label"] == "Modifié par l’éditeur"


@pytest.mark.parametrize("code", available())
def test_the_same_input_gives_the_same_bytes_in_any_order(code: str) -> None:
    first, second = _dataset(), _dataset()
    assert country_workbook(first, "KEN", ON, code, CHANGES) == country_workbook(second, "KEN", ON, code, CHANGES)
    assert workbook_for_a_site(first, "KEN", ON, code, CHANGES) == workbook_for_a_site(second, "KEN", ON, code, CHANGES)
    assert country_workbook(_of_one_act(), "KEN", ON, code) == country_workbook(_of_one_act(), "KEN", ON, code)
    second.measures.reverse()
    assert world_workbook(first, ON, code, CHANGES) == world_workbook(second, ON, code, CHANGES)


def test_the_archive_holds_no_time_of_day() -> None:
    with zipfile.ZipFile(io.BytesIO(country_workbook(_dataset(), "KEN", ON, "en"))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2020-05-15T00:00:00Z" in archive.read("docProps/core.xml")


def test_a_country_without_any_record_has_a_workbook_too() -> None:
    sheets = _open(country_workbook(_dataset(), "FRA", ON, "fr"))
    assert _rows(sheets["measures"]) == []
    assert sheets["cover"]["A1"].value == "Restrictions enregistrées des libertés civiles\u00a0: France"
