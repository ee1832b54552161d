"""V-Dem's PanDem: five layouts, periods, figures as published, instruments and limits that repeat by quarter."""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from civic_tracker.adapters.vdem_pandem.table import parse
from civic_tracker.building.figures import observation_of
from civic_tracker.building.normalise import Origin, measure_of
from civic_tracker.countries.country_of import country_of
from civic_tracker.declared.members import members
from civic_tracker.declared.sources import get_source
from civic_tracker.declared.terms import load_terms
from civic_tracker.documents.document import Document, read_file
from civic_tracker.documents.entries import Parsed, RawEntry
from civic_tracker.model.schema import Record
from tests.adapters.checks import SYNTHETIC, read_of, refusal_of, workbook
from tests.support.effort import within

V4 = (SYNTHETIC / "vdem_pandem_v4_synthetic.csv").read_bytes()
TS51 = (SYNTHETIC / "vdem_pandem_ts_v5.1_synthetic.csv").read_bytes()
CS51 = (SYNTHETIC / "vdem_pandem_cs_v5.1_synthetic.csv").read_bytes()
TS61 = (SYNTHETIC / "vdem_pandem_ts_v6.1_synthetic.csv").read_bytes()
CS61 = (SYNTHETIC / "vdem_pandem_cs_v6.1_synthetic.csv").read_bytes()
SOURCE = get_source("vdem_pandem")
ORIGIN = Origin(record="sha256:example")


def read(content: bytes, name: str = "example.csv", url: str = "") -> Parsed:
    return parse(Document(name, content, url))


def refusal(content: bytes, name: str = "example.csv") -> str:
    return refusal_of(parse, content, name)


def cells(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode())))


def values(parsed: Parsed, country: str, indicator: str) -> dict[str, str]:
    """The figures of one country and column by period."""
    found = [one for one in parsed.figures if (one.country, one.indicator) == (country, indicator)]
    return {one.period: one.value for one in found}


def entry(parsed: Parsed, country: str, begins: str = "") -> RawEntry:
    (found,) = [one for one in parsed.entries if one.country == country and one.title.startswith(begins)]
    return found


def measure(found: RawEntry) -> Record:
    made, _ = measure_of(found, SOURCE, ORIGIN, load_terms(), "V6.1")
    assert made is not None
    return made


def as_workbook(content: bytes, path: Path) -> Document:
    """The table as V-Dem publishes it since V6.1: numbers and dates as such, and a drawing that is not there."""
    header, *rows = cells(content)
    typed = [[_typed(cell) for cell in row] for row in rows]
    document = workbook(path, list(header), *typed)
    return Document(document.name, _with_a_missing_drawing(document.content))


def _typed(cell: str) -> object:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", cell):
        return datetime.fromisoformat(cell)
    return float(cell) if re.fullmatch(r"[\d.]+", cell) else cell or None


def _with_a_missing_drawing(content: bytes) -> bytes:
    drawing = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing"
    packages = "http://schemas.openxmlformats.org/package/2006/relationships"
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                relations = b'<drawing xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
                part = part.replace(b"</worksheet>", relations + b'r:id="rId1"/></worksheet>')
                part = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', part)
            new.writestr(name, part)
        new.writestr(
            "xl/worksheets/_rels/sheet1.xml.rels",
            f'<Relationships xmlns="{packages}">'
            f'<Relationship Id="rId1" Type="{drawing}" Target="../drawings/drawing1.xml"/></Relationships>',
        )
    return made.getvalue()


def test_every_number_is_a_figure_under_the_column_as_published() -> None:
    assert values(read(V4), "Kenya", "Type7") == {"2020-Q2/2020-Q3": "3", "2020-Q2": "3", "2020-Q3": "0"}
    assert values(read(TS61), "Kenya", "type7")["2020-Q2"] == "3"
    assert values(read(TS61), "Kenya", "panback")["2020-Q2"] == "0.0912186"


def test_a_column_that_changed_its_capitals_is_one_indicator_in_all_releases() -> None:
    made = set()
    for content in (V4, TS51, CS51, TS61, CS61):
        figure = next(one for one in read(content).figures if one.indicator.lower() == "type7")
        observation, problems = observation_of(figure, SOURCE, ORIGIN, "")
        assert observation is not None
        assert not problems
        made.add((observation.indicator, observation.indicator_as_written))
    assert made == {("pandem_type7", "Type7"), ("pandem_type7", "type7")}


@pytest.mark.parametrize("content", [V4, TS51, CS51, TS61, CS61])
def test_every_figure_has_an_indicator_a_period_and_a_country(content: bytes) -> None:
    for figure in read(content).figures:
        observation, problems = observation_of(figure, SOURCE, ORIGIN, "")
        assert observation is not None, problems
        assert not problems


def test_missing_cells_are_no_figures() -> None:
    assert values(read(V4), "Kenya", "emlimit") == {"2020-Q2/2020-Q3": "1", "2020-Q2": "1"}
    assert "2021-Q1" not in values(read(TS61), "Kenya", "emlimit")


def test_v4_periods_are_quarters_and_keep_their_published_names() -> None:
    names = {one.period: one.period_as_written for one in read(V4).figures}
    assert names == {"2020-Q2": "Mar-Jun", "2020-Q3": "Jul-Sep", "2020-Q2/2020-Q3": "Mar-Sep"}


def test_v5_1_quarters_are_those_of_2020_and_the_summary_spans_them() -> None:
    names = {one.period: one.period_as_written for one in read(TS51).figures}
    assert names == {"2020-Q2": "Q2", "2020-Q3": "Q3", "2020-Q4": "Q4", "2020-Q2/2020-Q4": "Summary"}


def test_v6_1_quarters_need_no_other_name() -> None:
    parsed = read(TS61)
    assert {one.period for one in parsed.figures} == {"2020-Q2", "2020-Q3", "2020-Q4", "2021-Q1", "2021-Q2"}
    assert {one.period_as_written for one in parsed.figures} == {""}


def test_cross_sections_are_about_all_quarters_of_their_release() -> None:
    assert {one.period for one in read(CS51).figures} == {"2020-Q2/2020-Q4"}
    assert {one.period for one in read(CS61).figures} == {"2020-Q2/2021-Q2"}


def test_a_period_that_was_never_seen_is_not_guessed() -> None:
    figure = read(TS51.replace(b"Kenya,Q2", b"Kenya,Q1")).figures[0]
    observation, problems = observation_of(figure, SOURCE, ORIGIN, "")
    assert observation is None
    assert [one.code for one in problems] == ["period_missing"]


@pytest.mark.parametrize(
    ("content", "release"), [(V4, "V4"), (TS51, "V5.1"), (CS51, "V5.1"), (TS61, "V6.1"), (CS61, "V6.1")]
)
def test_release_is_told_by_the_columns_and_a_remark_says_so(content: bytes, release: str) -> None:
    parsed = read(content)
    assert parsed.release == release
    assert parsed.remarks[0].startswith(f"release {release} told by the columns alone")


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("pandem_TS_v6.1.xlsx", ""),
        ("raw_data_V6.1 (1).csv", ""),
        ("data.csv", "https://example.org/older%20versions/PanDem%20V6.1/pandem.csv"),
    ],
)
def test_release_in_the_name_or_address_needs_no_remark(name: str, url: str) -> None:
    assert not any("told by the columns" in remark for remark in read(TS61, name, url).remarks)


@pytest.mark.parametrize("name", ["pandem_TS_v5.1.csv", "PanDem_V6.csv", "pandem_v3.csv"])
def test_a_name_of_another_release_than_the_columns_is_refused(name: str) -> None:
    assert "its columns are those of V6.1" in refusal(TS61, name)


def test_an_instrument_that_repeats_by_quarter_is_one_measure() -> None:
    found = entry(read(TS61), "Kenya")
    assert (found.locator, found.rows) == ("rows 2, 3, 4", 1)
    assert (found.introduced, found.ends, found.ended) == ("2020-04-03", "2020-12-31", "2020-11-15")
    assert found.remarks == ()


def test_a_name_in_several_lines_becomes_a_title_in_one_without_footnote_marks() -> None:
    found = entry(read(TS61), "Kenya")
    assert found.title == "Example Health Act [Rev. 2012] (Sections 35 and 36); Example Order Act, article 66 (3)"
    assert not found.title_is_ours
    assert "(1)" in found.instrument_name


def test_a_mark_behind_a_number_stays_since_it_may_be_a_paragraph() -> None:
    assert entry(read(TS61), "Kenya").title.endswith("article 66 (3)")


def test_a_long_name_is_shortened_at_a_word_and_kept_whole_as_the_instrument() -> None:
    found = entry(read(TS61), "Ivory Coast")
    assert len(found.title) <= 200
    assert found.title.endswith(" tests and …")
    assert found.instrument_name.endswith("(example order 7 of 2020)")
    assert not found.title_is_ours


def test_a_scheduled_end_that_moved_is_told_in_the_note() -> None:
    assert entry(read(TS61), "Kenya").note == (
        "V-Dem records it for 2020-Q2, 2020-Q3, 2020-Q4 and not later. Scheduled end (emlimitdate) by quarter: "
        "2020-Q2 2020-06-30, 2020-Q3 2020-09-30, 2020-Q4 2020-12-31."
    )


def test_quarters_count_in_their_order_and_not_in_that_of_the_rows() -> None:
    header, *rows = cells(TS61)
    backwards = io.StringIO()
    csv.writer(backwards).writerows([header, *reversed(rows)])
    assert entry(read(backwards.getvalue().encode()), "Kenya").ended == "2020-11-15"


def test_an_end_that_the_last_quarter_no_longer_states_does_not_stand() -> None:
    found = entry(read(TS61), "The Gambia")
    assert (found.ends, found.ending) == ("", "emlimit 0")
    assert any(remark.startswith("emlimitdate is no longer stated") for remark in found.remarks)
    made = measure(found)
    assert made.ends is None
    assert made.ending_understood


def test_a_kind_that_changes_between_quarters_is_remarked_and_the_first_counts() -> None:
    found = entry(read(TS61), "The Gambia")
    assert found.type == "emlaw 2"
    assert "emlaw differs between quarters, and the first is used: 2020-Q4 2, 2021-Q1 4." in found.remarks


@pytest.mark.parametrize(
    ("country", "begins", "declares"),
    [
        ("Kenya", "", "yes"),
        ("The Gambia", "", "yes"),
        ("Ivory Coast", "", "no"),
        ("South Korea", "", "unknown"),
        ("Turkey", "Example Emergency Law", "unknown"),
    ],
)
def test_the_kind_of_instrument_says_whether_an_emergency_was_declared(
    country: str, begins: str, declares: str
) -> None:
    assert measure(entry(read(TS61), country, begins)).declares_emergency == declares


def test_an_instrument_without_a_name_gets_a_title_of_ours() -> None:
    found = entry(read(TS61), "South Korea")
    assert (found.title, found.title_is_ours) == ("Emergency instrument, name not given", True)
    assert (found.introduced, found.ended) == ("2020-03-26", "2020-05-31")


def test_a_response_without_an_instrument_is_a_figure_and_no_measure() -> None:
    parsed = read(TS61)
    assert values(parsed, "Burma/Myanmar", "emlaw") == {"2020-Q3": "5", "2020-Q4": "5"}
    assert [one.title[:12] for one in parsed.entries if one.country == "Burma/Myanmar"] == ["Legal limits"]


def test_dates_of_an_instrument_that_is_none_are_remarked() -> None:
    parsed = read(V4)
    assert not [one for one in parsed.entries if one.country == "Afghanistan"]
    (remark,) = [one for one in parsed.remarks if one.startswith("no measure: emname is missing")]
    assert remark.endswith(": row 5 (Afghanistan)")


def test_two_names_with_one_start_are_two_measures_and_a_remark() -> None:
    parsed = read(TS61)
    assert len([one for one in parsed.entries if one.country == "Turkey"]) == 2
    assert "instruments under two names with one start, kept as two: Turkey" in parsed.remarks


def test_v4_instruments_stand_in_the_rows_of_the_whole_period() -> None:
    found = entry(read(V4), "Kenya", "Example")
    assert found.title == "Example Health Act; Example Order Act"
    assert (found.introduced, found.ends, found.ended) == ("2020-03-27", "2020-10-27", "")
    assert (entry(read(V4), "Nepal").introduced, entry(read(V4), "Nepal").ending) == ("", "emlimit 1")


def test_legal_limits_on_the_media_are_a_measure_on_press_and_expression() -> None:
    made = measure(entry(read(V4), "Kenya", "Legal limits"))
    assert made.title == "Legal limits on media reporting about COVID-19 (PanDem melim, level 1)"
    assert (made.title_by, made.liberties, made.effect) == ("civic-tracker", ("expression", "press"), "restricts")
    assert (str(made.introduced), str(made.ends), made.ended_on) == ("2020-03-13", "2020-04-13", None)


def test_limits_whose_level_changes_are_one_measure_with_both_levels() -> None:
    found = entry(read(TS61), "Burma/Myanmar")
    assert found.title.endswith("level 2, then 1)")
    assert found.tags == ("melim 2", "melim 1")
    assert found.ends == ""
    assert found.remarks[0].startswith("melimend is no longer stated in the last quarter")


def test_a_limit_without_a_start_is_a_figure_and_remarked() -> None:
    assert "melim is above 0 and has no start, so figures only: Turkey" in read(TS61).remarks
    assert "melim is above 0 and has no start, so figures only: Nepal" in read(V4).remarks


def test_columns_that_are_not_read_are_named_with_their_filled_cells() -> None:
    unread = "columns not read: time (12 cells), legdisdate (1 cells), legresdate (1 cells), misclimit (0 cells)"
    assert unread in read(TS61).remarks


def test_document_says_how_many_rows_became_how_many_measures() -> None:
    remarks = read(TS61).remarks
    assert "9 rows name 6 emergency instruments, each of which is one measure" in remarks
    assert "2 rows date 1 legal limits on the media, each of which is one measure" in remarks


def test_every_term_is_known_to_the_table_of_terms() -> None:
    for content in (V4, TS61):
        for found in read(content).entries:
            _, problems = measure_of(found, SOURCE, ORIGIN, load_terms())
            assert not [one for one in problems if one.code in {"unknown_term", "ending_not_understood"}]


def test_a_workbook_with_dates_a_wrong_size_and_a_missing_drawing_says_the_same(tmp_path: Path) -> None:
    found = parse(as_workbook(TS61, tmp_path / "pandem_TS_v6.1.xlsx"))
    expected = read(TS61, "pandem_TS_v6.1.csv")
    assert found.entries == expected.entries
    assert found.figures == expected.figures


def test_a_byte_order_mark_changes_nothing() -> None:
    assert read(b"\xef\xbb\xbf" + V4) == read(V4)


@pytest.mark.parametrize(
    ("name", "iso3"),
    [
        ("Burma/Myanmar", "MMR"),
        ("The Gambia", "GMB"),
        ("Ivory Coast", "CIV"),
        ("Turkey", "TUR"),
        ("South Korea", "KOR"),
        ("Slovakia", "SVK"),
        ("Kyrgyzstan", "KGZ"),
        ("United States of America", "USA"),
        ("Republic of the Congo", "COG"),
        ("Hong Kong", "HKG"),
    ],
)
def test_the_names_that_v_dem_uses_are_understood(name: str, iso3: str) -> None:
    found = country_of(name, "", "vdem_pandem")
    assert (found.iso3, found.code) == (iso3, "")


def test_a_row_without_any_figure_is_set_aside() -> None:
    header = cells(CS61)[0]
    empty = ",".join("Chad" if name == "country_name" else "" for name in header)
    parsed = read(CS61 + empty.encode() + b"\n")
    assert [aside.locator for aside in parsed.asides] == ["row 3"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html><body><p>Example</p></body></html>", "found an HTML page"),
        (b"country_name,year,value\nKenya,2020,1\n", "found the columns country_name, year, value"),
        (TS61.replace(b",merepgov,", b",other,"), "expected PanDem V4"),
        (TS61.replace(b"year,quarter", b"year,other"), "expected PanDem V4"),
        (TS51.replace(b"Quarter", b"timeperiod"), "expected PanDem V4"),
        (CS61.splitlines()[0] + b"\n", "found 0 rows without any"),
        (V4[:900], "cut off or damaged"),
    ],
)
def test_another_document_is_refused_in_one_line(content: bytes, says: str) -> None:
    assert says in refusal(content)


@pytest.mark.parametrize("content", [V4, TS51, TS61, CS61])
def test_damage_never_ends_in_another_error(content: bytes, damaged: Callable[[bytes], Iterator[bytes]]) -> None:
    for parsed in read_of(parse, damaged(content), "example.csv"):
        assert parsed.figures


def limited_members(parsed: Parsed, period: str) -> int:
    """OGP's members on 15 May 2020 whose media faced limits in reporting on the government's response."""
    counted = {one.country for one in members(date(2020, 5, 15)) if one.counted}
    coded = {
        country_of(one.country, "", "vdem_pandem").iso3
        for one in parsed.figures
        if (one.indicator, one.period, one.value) == ("merepgov", period, "1")
    }
    return len(counted & coded)


@pytest.mark.parametrize(
    ("name", "period", "printed"),
    [("PanDem_V4.csv", "2020-Q2", 25), ("PanDem_V4.csv", "2020-Q3", 16), ("PanDem_ts_V5.1.csv", "2020-Q4", 17)],
)
def test_the_real_files_give_the_counts_that_ogp_printed(
    recordings: Path, name: str, period: str, printed: int
) -> None:
    assert limited_members(parse(read_file(recordings / "vdem_pandem" / name)), period) == printed


def test_the_real_v6_1_series_has_720_country_quarters_and_every_name_is_understood(recordings: Path) -> None:
    with within(60):
        parsed = parse(read_file(recordings / "vdem_pandem" / "pandem_TS_v6.1.xlsx"))
    assert len({(one.country, one.period) for one in parsed.figures}) == 720
    assert all(country_of(name, "", "vdem_pandem").iso3 for name in {one.country for one in parsed.figures})
    assert len([one for one in parsed.entries if one.instrument_name]) == 189
    assert len([one for one in parsed.entries if one.tags]) == 35


def test_the_real_raw_data_repeats_the_series(recordings: Path) -> None:
    series = parse(read_file(recordings / "vdem_pandem" / "pandem_TS_v6.1.xlsx"))
    raw = parse(read_file(recordings / "vdem_pandem" / "raw_data_V6.1.xlsx"))
    assert raw.entries == series.entries
    assert raw.release == series.release
    assert {(one.country, one.period, one.indicator, one.value) for one in raw.figures} <= {
        (one.country, one.period, one.indicator, one.value) for one in series.figures
    }
