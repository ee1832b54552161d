"""Files for national forums: they open in Excel, run nothing, credit everybody, and withhold what is not ours."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic_tracker.declared.sources import all_sources
from civic_tracker.errors import DatasetError
from civic_tracker.publish import columns
from civic_tracker.publish.csv_files import (
    attribution_text,
    excel_csv,
    export_all,
    export_country,
    harmless,
    measures_csv,
    plain_csv,
)
from civic_tracker.store.contents import Dataset
from tests.support.examples import a_compiled_measure, a_dataset, a_measure, an_event, an_observation, make_stale

ON = date(2020, 5, 15)
RUNNING_TEXT = "Running text that only the publisher may publish."


def _dataset() -> Dataset:
    return a_dataset(
        [
            a_measure(description=RUNNING_TEXT, updates=(RUNNING_TEXT,)),
            a_measure(id="icnl-CIV-0123456789", country="CIV", title="Décret d’urgence “exemple”"),
            a_measure(id="icnl-CHN-0123456789", country="CHN"),
            an_event(description=RUNNING_TEXT),
            a_compiled_measure(description="Our own words."),
        ],
        [an_observation()],
    )


def _rows(path: Path) -> list[dict[str, str]]:
    excel = path.name.endswith("-excel.csv")
    text = path.read_bytes().decode("utf-16" if excel else "utf-8")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter="\t" if excel else ","))


def _names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(A1)",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        "\tplain",
        "＝1+1",
        "＋1",
        "－1+1",
        "＠SUM(A1)",
        " =1+1",
        "\u00a0=1+1",
        "\u3000=1+1",
        "\u2009 +1+1",
        '=HYPERLINK("https://example.org","click")',
        "-2+3+cmd|' /C calc'!A0",
        "+1 555 0100",
        "-",
    ],
)
def test_a_cell_that_a_spreadsheet_would_run_is_made_text(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize(
    "cell", ["-2", "+1", "-0.25", "1e-5", "-1.5E+3", "+2,5", "2020-03-15", "", "Law = order", "a@b", "'"]
)
def test_plain_numbers_dates_and_words_stay_as_they_are(cell: str) -> None:
    assert harmless(cell) == cell


@given(st.text())
def test_any_text_that_begins_as_a_formula_is_made_text_unless_it_is_a_number(text: str) -> None:
    made = harmless(text)
    if made == text and text.lstrip().startswith(tuple("=+-@＝＋－＠")):
        float(text.replace(",", "."))  # only a plain number may begin so


def test_formulas_are_neutralised_in_every_table_of_an_export(tmp_path: Path) -> None:
    evil = '=HYPERLINK("https://example.org")'
    changes = {"title": evil, "country_as_written": evil, "place": evil, "note": evil, "tags_as_written": (evil,)}
    figure = an_observation(note=evil, value=-0.5, value_as_written="-0.5", release="@v7")
    export_all(a_dataset([a_measure(**changes)], [figure]), tmp_path, ON)
    tables = [path for path in tmp_path.rglob("*.csv") if path.name != "contents.csv"]
    assert len(tables) > 100
    for path in tables:
        cells = {cell for row in _rows(path) for cell in row.values()}
        assert evil not in cells, path
    assert f"'{evil}" in {row["title"] for row in _rows(tmp_path / "measures-excel.csv")}
    (row,) = _rows(tmp_path / "observations.csv")
    assert (row["note"], row["release"], row["value"], row["lower"]) == (f"'{evil}", "'@v7", "-0.5", "")


def test_the_excel_variant_is_utf_16_with_tabs_and_keeps_accents(tmp_path: Path) -> None:
    export_country(_dataset(), "CIV", tmp_path, ON)
    content = (tmp_path / "CIV-measures-excel.csv").read_bytes()
    assert content.startswith(b"\xff\xfe")
    header = content.decode("utf-16").splitlines()[0]
    assert header.split("\t") == columns.measure_columns()
    assert [row["title"] for row in _rows(tmp_path / "CIV-measures-excel.csv")] == ["Décret d’urgence “exemple”"]


def test_both_variants_say_the_same(tmp_path: Path) -> None:
    export_all(_dataset(), tmp_path, ON)
    for stem in ("measures", "summary", "world-measures", "countries/KEN-measures", "countries/KEN-summary"):
        assert _rows(tmp_path / f"{stem}.csv") == _rows(tmp_path / f"{stem}-excel.csv") != []


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00")), min_size=2, max_size=2)))
def test_any_table_can_be_read_back(table: list[list[str]]) -> None:
    expected = [[harmless(cell) for cell in row] for row in table]
    plain = io.StringIO(plain_csv(table).decode("utf-8"), newline="")
    excel = io.StringIO(excel_csv(table).decode("utf-16"), newline="")
    assert list(csv.reader(plain)) == expected
    assert list(csv.reader(excel, delimiter="\t")) == expected


def test_running_text_leaves_only_where_the_licence_lets_it(tmp_path: Path) -> None:
    export_all(_dataset(), tmp_path, ON)
    for path in tmp_path.rglob("*.*"):
        content = path.read_bytes()
        text = content.decode("utf-16" if content.startswith(b"\xff\xfe") else "utf-8")
        assert RUNNING_TEXT not in text, path
    kenya = {row["id"]: row["description"] for row in _rows(tmp_path / "countries" / "KEN-measures.csv")}
    assert kenya["rti_compiled-KEN-0123456789"] == "Our own words."


def test_each_member_has_its_files_and_the_world_has_those_of_others_too(tmp_path: Path) -> None:
    export_all(_dataset(), tmp_path, ON)
    names = _names(tmp_path)
    assert len([name for name in names if name.startswith("countries/") and name.endswith("-report.html")]) == 78
    assert {row["country"] for row in _rows(tmp_path / "measures.csv")} == {"KEN", "CIV"}
    assert {row["country"] for row in _rows(tmp_path / "world-measures.csv")} == {"KEN", "CIV", "CHN"}
    assert len(_rows(tmp_path / "summary.csv")) == 78
    assert "countries/KEN-observations.csv" in names
    assert "countries/CIV-observations.csv" not in names


def test_the_list_of_contents_names_every_other_file(tmp_path: Path) -> None:
    written = {
        "contents.csv": export_all(_dataset(), tmp_path / "contents.csv", ON),
        "KEN-contents.csv": export_country(_dataset(), "KEN", tmp_path / "KEN-contents.csv", ON),
    }
    for name, files in written.items():
        folder = tmp_path / name
        listed = _rows(folder / name)
        assert {row["file"] for row in listed} | {name} == _names(folder) == set(files)
        assert all(row["what"] for row in listed)


def test_a_second_export_writes_nothing(tmp_path: Path) -> None:
    assert export_all(_dataset(), tmp_path, ON) != []
    assert export_all(_dataset(), tmp_path, ON) == []


def test_a_file_that_is_no_longer_due_is_removed(tmp_path: Path) -> None:
    export_country(_dataset(), "KEN", tmp_path, ON)
    without_figures = a_dataset(_dataset().measures)
    assert "KEN-observations.csv" in export_country(without_figures, "KEN", tmp_path, ON)
    assert "KEN-observations.csv" not in _names(tmp_path)
    assert "KEN-observations.csv" not in {row["file"] for row in _rows(tmp_path / "KEN-contents.csv")}


def test_a_file_that_no_export_wrote_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "countries").mkdir()
    mine = {"notes.txt", "countries/KEN-notes.csv", "countries/KEN-observations.csv"}
    for name in mine:
        (tmp_path / name).write_bytes(b"mine")
    export_all(a_dataset([a_measure()]), tmp_path, ON)
    assert {name for name in mine if (tmp_path / name).read_bytes() == b"mine"} == mine


@pytest.mark.parametrize("name", ["thesis.docx", "../thesis.docx", "", ".", "codes.csv", "countries"])
def test_a_list_of_contents_that_is_not_ours_removes_nothing(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "out"
    (folder / "countries").mkdir(parents=True)
    kept = [tmp_path / "thesis.docx", folder / "thesis.docx", folder / "codes.csv"]
    for path in kept:
        path.write_bytes(b"mine")
    (folder / "contents.csv").write_text(f'what,file\nx,"{name}"\ny\n')
    export_country(_dataset(), "KEN", folder, ON)
    assert all(path.read_bytes() == b"mine" for path in kept)


def test_two_countries_exported_into_one_folder_leave_each_other_alone(tmp_path: Path) -> None:
    export_country(_dataset(), "KEN", tmp_path, ON)
    kenya = _names(tmp_path)
    assert kenya >= {"KEN-contents.csv", "KEN-measures.csv", "KEN-summary.csv", "KEN-report.html", "ATTRIBUTION.txt"}
    export_country(_dataset(), "PER", tmp_path, ON)
    assert _names(tmp_path) > kenya
    assert "PER-contents.csv" in _names(tmp_path)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"", b"file\n", b"other\nx\n"])
def test_a_damaged_list_of_contents_does_no_harm(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "KEN-contents.csv").write_bytes(content)
    assert "KEN-contents.csv" in export_country(_dataset(), "KEN", tmp_path, ON)


def test_the_attribution_names_each_used_source_once_and_no_other(tmp_path: Path) -> None:
    export_country(_dataset(), "KEN", tmp_path, ON)
    text = (tmp_path / "ATTRIBUTION.txt").read_text(encoding="utf-8")
    used = {"icnl", "idea_tracker", "idea_gsod", "rti_compiled"}
    assert {source.id for source in all_sources().values() if source.attribution in text} == used
    assert all(text.count(all_sources()[source].attribution) == 1 for source in used)
    assert all(f"Licence: {all_sources()[source].licence.name}" in text for source in used)
    assert "as of 2020-05-15" in text


def test_the_attribution_of_nothing_still_says_how_to_read_the_files() -> None:
    assert "'No entry' does not mean 'no restriction'" in attribution_text([], ON)


def test_a_country_without_records_still_gets_its_files(tmp_path: Path) -> None:
    export_country(a_dataset(), "PER", tmp_path, ON)
    assert _rows(tmp_path / "PER-measures.csv") == []
    assert {row["value"]: row["records"] for row in _rows(tmp_path / "PER-summary.csv")}["all"] == "0"
    assert "hold no record about Peru" in (tmp_path / "PER-report.html").read_text(encoding="utf-8")


def test_the_summary_of_a_country_says_which_source_is_stale(tmp_path: Path) -> None:
    dataset = _dataset()
    make_stale(dataset, "icnl")
    export_country(dataset, "KEN", tmp_path, ON)
    reasons = {row["counted_by"]: row["reason"] for row in _rows(tmp_path / "KEN-summary.csv")}
    assert "since 20 November 2026 its page could not be taken over" in reasons["source: icnl"]
    assert "could not be taken over" not in reasons["source: idea_tracker"]


def test_the_row_of_a_record_is_the_same_in_every_table(tmp_path: Path) -> None:
    export_all(_dataset(), tmp_path, ON)
    world = {row["id"]: row for row in _rows(tmp_path / "world-measures.csv")}
    assert len(world) == len(_dataset().measures)
    for name in ("measures.csv", "countries/KEN-measures.csv", "countries/CIV-measures.csv"):
        rows = _rows(tmp_path / name)
        assert rows == [world[row["id"]] for row in rows] != []


def test_the_exported_codebook_covers_exactly_the_columns_of_the_exported_tables(tmp_path: Path) -> None:
    export_all(_dataset(), tmp_path, ON)
    explained: dict[str, list[str]] = {}
    for row in _rows(tmp_path / "codebook.csv"):
        explained.setdefault(row["table"], []).append(row["column"])
    tables = {
        "measures": "measures.csv",
        "observations": "observations.csv",
        "summary": "summary.csv",
        "country summary": "countries/KEN-summary.csv",
    }
    assert explained == {table: list(_rows(tmp_path / name)[0]) for table, name in tables.items()}


def test_an_export_into_a_file_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"mine")
    with pytest.raises(DatasetError, match="cannot be written") as caught:
        export_all(_dataset(), tmp_path / "out", ON)
    assert "\n" not in str(caught.value)
    assert (tmp_path / "out").read_bytes() == b"mine"


def test_measures_alone_are_the_same_table_as_in_an_export(tmp_path: Path) -> None:
    export_country(_dataset(), "CIV", tmp_path, ON)
    own = [one for one in _dataset().measures if one.country == "CIV"]
    assert measures_csv(own, ON) == (tmp_path / "CIV-measures.csv").read_bytes()


def test_reports_are_in_the_language_asked_for_and_tables_are_the_same(tmp_path: Path) -> None:
    export_country(_dataset(), "CIV", tmp_path / "en", ON)
    export_country(_dataset(), "CIV", tmp_path / "fr", ON, "fr")
    english, french = ((tmp_path / code / "CIV-report.html").read_text(encoding="utf-8") for code in ("en", "fr"))
    assert '<html lang="en">' in english
    assert '<html lang="fr">' in french
    tables = _names(tmp_path / "en") - {"CIV-report.html"}
    assert all((tmp_path / "en" / name).read_bytes() == (tmp_path / "fr" / name).read_bytes() for name in tables)
