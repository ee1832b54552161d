"""The Global State of Democracy indices: layouts, aggregates, bounds, and documents that are something else."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from civic_tracker.adapters.idea.gsod import parse
from civic_tracker.documents.document import Document, read_file
from civic_tracker.documents.entries import Parsed, RawFigure
from civic_tracker.errors import DocumentError
from tests.adapters.checks import SYNTHETIC, read_of, refusal_of, workbook
from tests.support.effort import within

V4 = (SYNTHETIC / "idea_gsod_v4_synthetic.csv").read_bytes()
V7 = (SYNTHETIC / "idea_gsod_v7_synthetic.csv").read_bytes()
API = (SYNTHETIC / "idea_gsod_api_synthetic.json").read_bytes()
SLICE = b"ID_year,democratic_performance_numeric,country,freedom_of_expression,freedom_of_movement,media_integrity\n"


def read(content: bytes, name: str = "scores.csv", url: str = "") -> Parsed:
    return parse(Document(name, content, url))


def refusal(content: bytes, name: str = "scores.csv") -> str:
    return refusal_of(parse, content, name)


def figure(parsed: Parsed, country: str, indicator: str) -> RawFigure:
    return next(found for found in parsed.figures if (found.country, found.indicator) == (country, indicator))


def test_v4_scores_keep_value_and_bounds_as_printed() -> None:
    found = figure(read(V4), "Kenya", "C_SD14")
    assert (found.value, found.lower, found.upper, found.period) == ("0.9", "0.78", "1.2182283", "2019")
    assert figure(read(V4), "Kenya", "C_SD22").lower == "-0.01"


def test_v4_score_without_published_bounds_has_none() -> None:
    found = figure(read(V4), "Kenya", "C_SD52")
    assert (found.value, found.lower, found.upper) == ("0.42", "", "")


def test_v4_aggregates_are_told_by_code_and_not_by_name() -> None:
    parsed = read(V4)
    assert [aside.locator.partition(" (")[2] for aside in parsed.asides] == [
        "North America)",
        "North America)",
        "World)",
    ]
    assert {aside.reason for aside in parsed.asides} == {"an aggregate of countries (ID_country_code of 961 or more)"}
    assert {found.country for found in parsed.figures} == {"Kenya", "East Germany", "Serbia"}


def test_a_historical_state_stays_a_figure_for_the_country_matcher_to_judge() -> None:
    assert figure(read(V4), "East Germany", "C_SD22").period == "1975"


def test_an_empty_score_is_no_figure() -> None:
    assert [found.indicator for found in read(V4).figures if found.country == "Serbia"] == ["C_SD14"]


def test_locator_names_row_and_column_as_a_spreadsheet_shows_them() -> None:
    assert figure(read(V4), "Kenya", "C_SD22").locator == "row 2, column C_SD22"


def test_raw_indicators_and_row_numbers_are_named_as_not_read() -> None:
    assert read(V4).remarks == ("columns not read: ID, ID_country_year, ID_region, ID_subregion, v_22_01",)


def test_many_unread_columns_are_counted() -> None:
    header = "ID_country_name,ID_country_code,ID_year,C_SD22," + ",".join(f"v_22_{number:02}" for number in range(40))
    parsed = read(f"{header}\nKenya,501,2019,0.5{',' * 40}\n".encode())
    assert parsed.remarks[0].endswith("and 28 more")


@pytest.mark.parametrize(
    ("name", "url", "content", "release"),
    [
        ("scores.csv", "", V4, "v4"),
        ("scores.csv", "", V4.replace(b"ID_region,", b"ID_region_name,"), "v5.1"),
        ("gsodi_pv_3.csv", "", V4, "v3"),
        ("GSoDI v5.1 (1975-2020).csv", "", V4, "v5.1"),
        ("scores.csv", "https://www.idea.int/GSoDI%20v5.1%20%281975-2020%29.csv", V4, "v5.1"),
        ("scores.csv", "", V7, "v7+"),
        ("gsod_indices_v10.csv", "", V7, "v10"),
        ("scores.json", "", API, "api"),
        ("scores.csv", "", SLICE + b"2020,5,Kenya,0.5,0.6,0.7\n", "v5.1"),
    ],
)
def test_release_is_told_by_file_name_or_address_else_by_the_header(
    name: str, url: str, content: bytes, release: str
) -> None:
    assert read(content, name, url).release == release


def test_v5_1_democratic_performance_is_a_figure() -> None:
    content = (
        b"ID_country_name,ID_country_code,ID_year,ID_region_name,C_SD22,democratic_performance_name,"
        b"democratic_performance_numeric\nKenya,501,2020,Africa,0.5,Weak democracy,3\n"
    )
    values = {found.indicator: found.value for found in read(content).figures}
    assert values == {
        "C_SD22": "0.5",
        "democratic_performance_name": "Weak democracy",
        "democratic_performance_numeric": "3",
    }


def test_v7_estimates_carry_bounds_and_iso_code() -> None:
    found = figure(read(V7), "Kenya", "civil_lib_est")
    assert (found.value, found.lower, found.upper, found.country_code) == ("0.62", "0.55", "0.69", "KEN")


def test_v7_own_code_of_kosovo_is_handed_on() -> None:
    assert figure(read(V7), "Kosovo", "civil_lib_est").country_code == "UVK"


def test_v7_row_without_iso_code_is_an_aggregate() -> None:
    assert [aside.locator for aside in read(V7).asides] == ["row 4 (Africa)"]


def test_v7_marker_of_a_missing_value_is_no_figure() -> None:
    assert "free_press_est" not in {found.indicator for found in read(V7).figures if found.country == "Kosovo"}


def test_world_bank_rule_of_law_alone_is_not_taken_for_the_indices() -> None:
    assert "rule_law_est" in refusal(b"country_name,iso3c,year,rule_law_est\nKenya,KEN,2020,-0.5\n")


def test_api_rows_give_attribute_subattribute_and_component_scores() -> None:
    parsed = read(API, "api.json")
    assert [(found.country, found.indicator, found.value) for found in parsed.figures] == [
        ("Kenya", "A_01", "0.51"),
        ("Kenya", "SA_02", "0.62"),
    ]
    assert [aside.locator for aside in parsed.asides] == ["item 2 (World)"]


def test_api_null_is_no_figure() -> None:
    assert "SC_03" not in {found.indicator for found in read(API, "api.json").figures}


@pytest.mark.parametrize("content", [b"[]", b"{}", b'{"data": []}', b"[1, 2]", b'["Kenya"]', b'[{"a": {"b": 1}}]'])
def test_api_answer_that_is_no_array_of_rows_is_refused(content: bytes) -> None:
    refusal(content, "api.json")


def test_api_labels_are_not_scores() -> None:
    assert "found the columns id, name" in refusal(b'[{"id": "SA_02", "name": "example", "Weight": 1}]', "labels.json")


def test_the_slice_under_long_names_needs_no_codes() -> None:
    parsed = read(SLICE + b"1975,1,East Germany,0.1,0.2,0.3\n2020,5,Kenya,0.5,,0.7\n")
    assert len(parsed.figures) == 7
    assert figure(parsed, "Kenya", "media_integrity").value == "0.7"


def test_semicolons_byte_order_mark_and_an_unnamed_first_column_are_read() -> None:
    assert read(b"\xef\xbb\xbf" + V4.replace(b",", b";")).figures == read(V4).figures


def test_a_workbook_is_read(tmp_path: Path) -> None:
    document = workbook(
        tmp_path / "scores.xlsx",
        ["country_name", "iso3c", "year", "civil_lib_est", "civil_lib_l", "civil_lib_u"],
        ["Kenya", "KEN", 2024, 0.62, 0.55, 1],
    )
    found = parse(document).figures[0]
    assert (found.period, found.value, found.lower, found.upper) == ("2024", "0.62", "0.55", "1")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html><body><p>Example</p></body></html>", "found an HTML page"),
        (b"just a sentence", "found text that begins 'just a sentence'"),
        (b"country,region,subregion,regime_type\nKenya,Africa,East,Weak\n", "none of which is a year"),
        (b"a,b\n1,2\n", "found the columns a, b"),
        (V4.replace(b"ID_country_code", b"ID_code"), "not the column ID_country_code"),
        (V4.replace(b"ID_year", b"period"), "not the column ID_year"),
        (V7.replace(b"iso3c", b"iso"), "expected also the columns country_name, iso3c and year"),
        (V4.replace(b",501,", b",five hundred,"), "'five hundred', expected a number"),
        (V4[:400], "cut off or damaged"),
        ("ID_country_name,ID_country_code,ID_year,C_SD22\nCôte d'Ivoire,437,2019,0.5\n".encode("latin-1"), "not utf-8"),
        (b"ID_country_name,ID_country_code,ID_year,C_SD22\nWorld,999,2019,0.5\n", "found 1 rows without any"),
        (b"ID_country_name,ID_country_code,ID_year,C_SD22\n", "found 0 rows"),
    ],
)
def test_another_document_is_refused_in_one_line(content: bytes, says: str) -> None:
    assert says in refusal(content)


@pytest.mark.parametrize("content", [V4, V7, API, SLICE + b"2020,5,Kenya,0.5,0.6,0.7\n"])
def test_damage_never_ends_in_another_error(content: bytes, damaged: Callable[[bytes], Iterator[bytes]]) -> None:
    for parsed in read_of(parse, damaged(content), "scores.csv"):
        assert parsed.figures


def test_the_real_v4_file_gives_162_countries_and_no_aggregate(recordings: Path) -> None:
    parsed = parse(read_file(recordings / "idea" / "gsod_v4_2019_complete.csv"))
    assert len({found.country for found in parsed.figures}) == 162
    assert len(parsed.asides) == 31
    assert not {found.country for found in parsed.figures} & {"World", "North America", "European Union", "Africa"}
    assert len({found.indicator for found in parsed.figures}) == 28
    assert figure(parsed, "United States", "C_SD14").upper == "1.2182283"


def test_the_real_v5_1_slice_loads_within_seconds(recordings: Path) -> None:
    with within(60):
        parsed = parse(read_file(recordings / "idea" / "gsod_v5_1_subattributes_1975_2020.csv"))
    assert len(parsed.figures) == 7102 * 23
    assert parsed.release == "v5.1"
    assert "East Germany" in {found.country for found in parsed.figures}


def test_the_real_world_bank_file_gives_raw_indicators_by_iso_code(recordings: Path) -> None:
    parsed = parse(read_file(recordings / "idea" / "cliar_idea_gsod_indicators_2015plus.csv"))
    assert {found.indicator for found in parsed.figures} == {
        "idea_gsod_v_21_05",
        "idea_gsod_v_22_08",
        "idea_gsod_v_22_16",
    }
    assert len({found.country_code for found in parsed.figures}) == 173


@pytest.mark.parametrize("name", ["gsod_v5_1_regime_types_2020.csv", "gsod_2023_report_country_rankings_2022.csv"])
def test_real_tables_that_do_not_say_their_year_are_refused(recordings: Path, name: str) -> None:
    with pytest.raises(DocumentError, match="none of which is a year"):
        parse(read_file(recordings / "idea" / name))
