"""OxCGRT's daily levels as runs of days: both layouts, gaps, versions, and documents that are something else."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic_tracker.adapters.oxcgrt.series import parse
from civic_tracker.building.figures import indicator_of
from civic_tracker.building.normalise import Origin, measure_of
from civic_tracker.countries.country_of import country_of
from civic_tracker.declared.sources import get_source
from civic_tracker.declared.terms import load_terms
from civic_tracker.documents.document import Document, read_file
from civic_tracker.documents.entries import Parsed, RawEntry, RawFigure
from tests.adapters.checks import SYNTHETIC, read_of, refusal_of
from tests.support.effort import within

C4_FILE = "c4_restrictions_on_gatherings.csv"
SERIES_OF_FILE = {
    "c3_cancel_public_events.csv": "C3",
    "c3_flag.csv": "C3_Flag",
    C4_FILE: "C4",
    "c4_flag.csv": "C4_Flag",
    "c6_stay_at_home_requirements.csv": "C6",
    "c6_flag.csv": "C6_Flag",
    "c7_movementrestrictions.csv": "C7",
    "c7_flag.csv": "C7_Flag",
}
C4 = (SYNTHETIC / "oxcgrt_c4_synthetic.csv").read_bytes()
FINAL = (SYNTHETIC / "oxcgrt_final_synthetic.csv").read_bytes()
LEGACY = (SYNTHETIC / "oxcgrt_legacy_synthetic.csv").read_bytes()

# A series by territory's code: the printed cell of each day.
Cells = dict[str, dict[date, str]]


def read(content: bytes, name: str = C4_FILE) -> Parsed:
    return parse(Document(name, content))


def figures(parsed: Parsed, code: str, indicator: str) -> list[tuple[str, str]]:
    return [(one.period, one.value) for one in parsed.figures if (one.country_code, one.indicator) == (code, indicator)]


def spells(parsed: Parsed, code: str) -> list[RawEntry]:
    return [one for one in parsed.entries if one.country_code == code]


def time_series(days: list[date], cells: dict[str, list[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["", "country_code", "country_name", *(f"{day:%d%b%Y}" for day in days)])
    for number, (code, levels) in enumerate(cells.items(), start=1):
        writer.writerow([number, code, f"Country {code}", *levels])
    return text.getvalue().encode()


def rebuilt(found: tuple[RawFigure, ...]) -> Cells:
    """The daily series that the runs of the figures stand for."""
    series: Cells = {}
    for figure in found:
        first, last = map(date.fromisoformat, figure.period.split("/"))
        for distance in range((last - first).days + 1):
            there = series.setdefault(figure.country_code, {})
            assert there.setdefault(first + timedelta(distance), figure.value) == figure.value
    return series


def recorded(content: bytes) -> Cells:
    """The same series, read from the file's cells one by one."""
    header, *rows = csv.reader(io.StringIO(content.decode()))
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    days = [date(int(name[5:]), months.index(name[2:5]) + 1, int(name[:2])) for name in header[3:]]
    series = {row[1]: dict(zip(days, row[3:], strict=True)) for row in rows}
    published = {
        code: {day: cell for day, cell in cells.items() if cell not in {"", "NA"}} for code, cells in series.items()
    }
    return {code: cells for code, cells in published.items() if cells}


def positive(parsed: Parsed) -> set[tuple[str, str, str]]:
    return {
        (one.country_code, one.period.split("/")[0], str(int(float(one.value))))
        for one in parsed.figures
        if float(one.value) > 0
    }


def begun(parsed: Parsed) -> set[tuple[str, str, str]]:
    return {(one.country_code, one.introduced, one.type.rpartition(" ")[2]) for one in parsed.entries}


def test_days_on_end_at_one_level_are_one_figure_and_level_zero_is_one_too() -> None:
    assert figures(read(C4), "KEN", "C4") == [
        ("2020-02-29/2020-03-01", "0"),
        ("2020-03-02/2020-03-03", "4"),
        ("2020-03-05/2020-03-05", "4"),
        ("2020-03-06/2020-03-06", "3"),
    ]


def test_figures_are_marked_as_daily_and_name_the_first_cell() -> None:
    found = next(one for one in read(C4).figures if one.value == "4")
    assert (found.daily, found.locator, found.country) == (True, "row 2, column 02Mar2020", "Kenya")


def test_a_level_above_zero_is_a_spell_with_its_last_day_as_end() -> None:
    spell = spells(read(C4), "RKS")[1]
    assert spell.title == "C4 Restrictions on gatherings: level 2"
    assert spell.title_is_ours
    assert (spell.type, spell.key) == ("C4 level 2", "c4-20200302")
    assert (spell.introduced, spell.ended, spell.note) == ("2020-03-02", "2020-03-03", "Then level 0.")


def test_a_spell_says_whether_the_next_level_is_higher_or_lower() -> None:
    assert spells(read(C4), "RKS")[0].note.endswith("Then level 2 (higher).")
    assert spells(read(C4), "KEN")[1].note.endswith("Then level 3 (lower).")


def test_a_day_without_a_level_leaves_the_end_open_and_says_so() -> None:
    spell = spells(read(C4), "KEN")[0]
    assert spell.ended == ""
    assert spell.note == "No level is published for the days after 2020-03-03; the next is level 4."


def test_a_series_that_stops_leaves_the_end_open() -> None:
    spell = spells(read(C4), "KEN")[2]
    assert (spell.introduced, spell.ended, spell.note) == ("2020-03-06", "", "The series stops on 2020-03-06.")


def test_a_series_that_begins_above_zero_does_not_claim_to_know_the_first_day() -> None:
    assert spells(read(C4), "RKS")[0].note.startswith("No level is published for the day before 2020-02-29.")


def test_a_territory_at_level_zero_has_a_figure_and_no_spell() -> None:
    parsed = read(C4)
    assert spells(parsed, "TLS") == []
    assert figures(parsed, "TLS", "C4") == [("2020-02-29/2020-03-03", "0"), ("2020-03-05/2020-03-07", "0")]


def test_a_territory_without_any_level_is_set_aside() -> None:
    assert [(one.locator, one.reason) for one in read(C4).asides] == [("row 4 (Comoros)", "no day of C4 is published")]


def test_a_flag_gives_figures_and_no_spells() -> None:
    parsed = read(C4, "c4_flag.csv")
    assert {one.indicator for one in parsed.figures} == {"C4_Flag"}
    assert parsed.entries == ()


@pytest.mark.parametrize(("name", "series"), SERIES_OF_FILE.items())
def test_the_name_of_a_time_series_tells_the_indicator(name: str, series: str) -> None:
    assert {one.indicator for one in read(C4, name).figures} == {series}


def test_a_second_download_keeps_its_meaning() -> None:
    assert read(C4, "c4_restrictions_on_gatherings (1).csv").figures == read(C4).figures


@pytest.mark.parametrize("name", ["timeseries.csv", "c8_internationaltravel.csv", "c4.csv", "oxcgrt_c4_flag.csv"])
def test_a_time_series_whose_name_tells_nothing_is_refused(name: str) -> None:
    assert "only its name can tell which; expected one of c3_cancel_public_events.csv" in refusal_of(parse, C4, name)


def test_decimals_of_a_level_do_not_end_a_run() -> None:
    days = [date(2020, 3, 1) + timedelta(number) for number in range(3)]
    parsed = read(time_series(days, {"KEN": ["2.00", "2", "2.0"]}))
    assert figures(parsed, "KEN", "C4") == [("2020-03-01/2020-03-03", "2.00")]
    assert parsed.entries[0].type == "C4 level 2"


def test_the_final_version_gives_the_majority_level() -> None:
    parsed = read(FINAL, "OxCGRT_example_v1.csv")
    assert figures(parsed, "KEN", "C4") == [("2021-12-30/2021-12-31", "2.00"), ("2022-01-01/2022-01-01", "4.00")]
    assert spells(parsed, "KEN")[0].title == "C4M Restrictions on gatherings: level 2"
    assert figures(parsed, "KEN", "C4_Flag") == [("2021-12-30/2022-01-01", "1")]


def test_versions_of_an_indicator_that_are_not_read_are_named() -> None:
    (remark,) = [one for one in read(FINAL).remarks if "version M is read" in one]
    assert "C4E_Restrictions on gatherings, C4E_Flag, C4NV_Restrictions on gatherings" in remark
    assert "C4_Notes" not in remark


def test_notes_are_not_taken_and_that_is_said() -> None:
    assert "1 of the columns not read hold notes; no text of them is taken" in read(FINAL).remarks
    assert "invented note" not in repr(read(FINAL))


def test_rows_about_a_part_of_a_country_are_never_mixed_with_national_ones() -> None:
    parsed = read(FINAL)
    assert Counter(one.reason for one in parsed.asides) == {
        "about a part of a country (jurisdiction STATE_TOTAL)": 1,
        "about a part of a country (jurisdiction CITY_WIDE)": 1,
        "only what the national government itself ordered (jurisdiction NAT_GOV)": 1,
        "no level of C3, C4, C6 or C7 is published for the day": 1,
    }
    assert {one.locator.split(",")[0] for one in parsed.figures} <= {"row 2", "row 3", "row 4", "row 9", "row 10"}


def test_the_legacy_long_layout_gives_all_four_indicators() -> None:
    parsed = read(LEGACY, "OxCGRT_example.csv")
    assert [(one.type, one.introduced, one.ended) for one in parsed.entries] == [
        ("C3 level 2", "2020-03-15", "2020-03-16"),
        ("C3 level 1", "2020-03-16", ""),
        ("C4 level 4", "2020-03-15", ""),
        ("C6 level 3", "2020-03-16", ""),
        ("C7 level 2", "2020-03-15", ""),
    ]
    assert parsed.entries[2].locator == "row 3, column C4_Restrictions on gatherings"


@pytest.mark.parametrize(
    ("content", "name", "release"),
    [
        (C4, C4_FILE, "legacy"),
        (LEGACY, "OxCGRT_latest.csv", "legacy"),
        (FINAL, "OxCGRT_compact_national_v1.csv", "v1"),
        (FINAL, "OxCGRT_nat_latest.csv", "unnumbered"),
    ],
)
def test_the_release_is_told_by_columns_and_file_name(content: bytes, name: str, release: str) -> None:
    assert read(content, name).release == release


def test_the_counts_are_remarked() -> None:
    assert read(C4).remarks[-1] == (
        "C4: 19 published cells of 3 territories in 11 runs of days, "
        "of which 5 are spells of an indicator above level 0"
    )


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", C4_FILE, "empty"),
        (b",,\n,,\n", C4_FILE, "found no text"),
        (b"<!DOCTYPE html><html><body><p>Example</p></body></html>", C4_FILE, "found an HTML page"),
        (b'{"a": 1}', C4_FILE, "found JSON"),
        (b"country,year,score\nKenya,2020,1\n", C4_FILE, "expected the columns country_code, country_name and days"),
        (C4.replace(b"01Mar2020", b"31Feb2020"), C4_FILE, "has the column '31Feb2020'"),
        (C4.replace(b"01Mar2020", b"total"), C4_FILE, "has the column 'total', expected a day"),
        (C4.replace(b"01Mar2020", b"29Feb2020"), C4_FILE, "in the order of their days"),
        (C4.replace(b"0,0,4,4", b"0,0,2.5,4"), C4_FILE, "C4 of Kenya has the cell '2.5', expected a whole number"),
        (C4.replace(b"0,0,4,4", b"0,0,-1,4"), C4_FILE, "has the cell '-1'"),
        (C4[:-8], C4_FILE, "cut off or damaged"),
        (C4.splitlines()[0], C4_FILE, "holds no rows"),
        (C4.replace(b'"Kenya"', b'"Ken"ya"'), C4_FILE, "not a readable CSV table"),
        (FINAL.replace(b"NAT_TOTAL,20211230", b"NATIONAL,20211230"), "long.csv", "has the Jurisdiction 'NATIONAL'"),
        (FINAL.replace(b"Jurisdiction", b"Level"), "long.csv", "RegionCode, Jurisdiction, Date; found text"),
        (FINAL.replace(b"20211231", b"20211232"), "long.csv", "row 3 has the Date '20211232'"),
        (FINAL.replace(b"20211231", b"20211229"), "long.csv", "comes after the row of 2021-12-30"),
        (FINAL.replace(b"20211231", b"20211230"), "long.csv", "the days of a country in order, each once"),
        (FINAL.replace(b"M_", b"M_combined "), "long.csv", "expected one of the columns C3M_Cancel public events"),
    ],
)
def test_another_document_is_refused_in_one_line(content: bytes, name: str, says: str) -> None:
    assert says in refusal_of(parse, content, name)


@pytest.mark.parametrize(("content", "name"), [(C4, C4_FILE), (FINAL, "long_v1.csv"), (LEGACY, "long.csv")])
def test_damage_never_ends_in_another_error(
    content: bytes, name: str, damaged: Callable[[bytes], Iterator[bytes]]
) -> None:
    for parsed in read_of(parse, damaged(content), name):
        assert len(parsed)


@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=30),
    st.data(),
)
def test_runs_give_the_daily_series_back(steps: list[int], data: st.DataObject) -> None:
    days = [date(2020, 1, 1) + timedelta(sum(steps[: number + 1])) for number in range(len(steps))]
    level = st.sampled_from(["0", "1", "2", "2.00", "NA", ""])
    cells = {code: data.draw(st.lists(level, min_size=len(days), max_size=len(days))) for code in ("AAA", "BBB")}
    content = time_series(days, cells)
    parsed = read(content)
    expected = {code: {day: float(cell) for day, cell in there.items()} for code, there in recorded(content).items()}
    found = {code: {day: float(cell) for day, cell in there.items()} for code, there in rebuilt(parsed.figures).items()}
    assert found == expected
    assert positive(parsed) == begun(parsed)
    assert len(begun(parsed)) == len(parsed.entries)
    assert {one.locator for one in parsed.asides} == {
        f"row {number} (Country {code})" for number, code in enumerate(cells, start=2) if code not in expected
    }


@pytest.mark.parametrize(
    ("series", "level", "liberty", "effect"),
    [
        ("C3", 1, "assembly", "unclear"),
        ("C3", 2, "assembly", "restricts"),
        *(("C4", level, "assembly", "restricts") for level in range(1, 5)),
        ("C6", 1, "movement", "unclear"),
        ("C6", 2, "movement", "restricts"),
        ("C6", 3, "movement", "restricts"),
        ("C7", 1, "movement", "unclear"),
        ("C7", 2, "movement", "restricts"),
    ],
)
def test_every_level_has_a_liberty_and_a_recommendation_restricts_nobody(
    series: str, level: int, liberty: str, effect: str
) -> None:
    entry = RawEntry("row 2", "Kenya", "KEN", title="Example", type=f"{series} level {level}", introduced="2020-03-15")
    measure, problems = measure_of(entry, get_source("oxcgrt"), Origin("example"), load_terms(), "legacy")
    assert measure is not None
    assert (measure.liberties, measure.effect, measure.instrument, problems) == ((liberty,), effect, "unknown", [])
    assert (measure.record_kind, measure.effect_basis, measure.liberties_basis) == ("spell", "published", "published")


def test_every_series_is_a_known_indicator() -> None:
    assert all(indicator_of("oxcgrt", series) for series in SERIES_OF_FILE.values())


@pytest.mark.parametrize(("name", "series"), SERIES_OF_FILE.items())
def test_the_runs_of_a_real_file_give_every_cell_back(recordings: Path, name: str, series: str) -> None:
    document = read_file(recordings / "oxcgrt" / name)
    with within(20):
        parsed = parse(document)
    assert rebuilt(parsed.figures) == recorded(document.content)
    assert {one.indicator for one in parsed.figures} == {series}
    assert begun(parsed) == (set() if series.endswith("_Flag") else positive(parsed))
    assert len({one.country for one in parsed.figures}) + len(parsed.asides) == 187


def test_every_real_territory_is_matched(recordings: Path) -> None:
    parsed = parse(read_file(recordings / "oxcgrt" / C4_FILE))
    named = {(one.country, one.country_code) for one in parsed.figures}
    answers = [country_of(name, code, "oxcgrt") for name, code in named]
    assert len({answer.iso3 for answer in answers if not answer.code}) == len(named) == 186
    assert country_of("Congo", "COG", "oxcgrt").iso3 == "COG"
    assert {answer.iso3 for answer in answers} == set(get_source("oxcgrt").coverage.countries)


def test_the_real_long_file_of_one_country_holds_no_national_level(recordings: Path) -> None:
    parsed = parse(read_file(recordings / "oxcgrt" / "OxCGRT_withnotes_2023.csv"))
    assert (parsed.entries, parsed.figures, parsed.release) == ((), (), "legacy")
    assert sorted(Counter(one.reason for one in parsed.asides).values()) == [59, 1829]
