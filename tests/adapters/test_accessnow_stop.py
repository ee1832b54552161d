"""Access Now shutdowns: three layouts, shutdowns that last into the next sheet, and documents of another form."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest

from civic_tracker.adapters.accessnow_stop.workbook import parse
from civic_tracker.building.normalise import Origin
from civic_tracker.building.records import Part, Records, records_of
from civic_tracker.declared.sources import get_source
from civic_tracker.declared.terms import load_terms
from civic_tracker.documents.document import Document, read_file
from civic_tracker.documents.entries import Parsed, RawEntry
from civic_tracker.model.schema import Record
from tests.adapters.checks import SYNTHETIC, read_of, refusal_of

FILES = {
    sheet: (SYNTHETIC / f"accessnow_stop_{sheet[:4]}_synthetic.csv").read_bytes()
    for sheet in ("2022 Data", "2021 Data", "2019", "2016+2017+2018 ")
}
TABLE_2022, TABLE_2021, TABLE_2019, TABLE_2016 = FILES.values()


def read(content: bytes, name: str = "shutdowns.csv") -> Parsed:
    return parse(Document(name, content))


def entry(content: bytes, country: str) -> RawEntry:
    return next(found for found in read(content).entries if found.country == country)


def records(parsed: Parsed) -> Records:
    return records_of(get_source("accessnow_stop"), [(Part(parsed, Origin("sha256:example")),)], load_terms())


def measure(content: bytes, country: str) -> Record:
    return next(found for found in records(read(content)).measures if found.country == country)


def book(**more: list[list[str]]) -> bytes:
    """The four sheets as one workbook, in the publisher's order, and further sheets."""
    whole = openpyxl.Workbook()
    whole.remove(whole.worksheets[0])
    sheets = {name: list(csv.reader(io.StringIO(content.decode()))) for name, content in FILES.items()}
    for name, rows in (sheets | more).items():
        sheet = whole.create_sheet(name)
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    whole.save(stream)
    return stream.getvalue()


def together(country: str) -> RawEntry:
    return next(one for one in read(book(), "x.xlsx").entries if one.country == country and one.rows > 1)


def test_a_shutdown_restricts_expression_and_access_to_information() -> None:
    found = measure(TABLE_2022, "KEN")
    assert (found.liberties, found.effect, found.effect_basis) == (
        ("expression", "information"),
        "restricts",
        "published",
    )


def test_a_shutdown_at_an_election_bears_on_participation_too() -> None:
    assert "participation" in measure(TABLE_2022, "SDN").liberties


def test_the_title_is_ours_and_made_of_kind_extent_network_services_and_place() -> None:
    assert [found.title for found in read(TABLE_2022).entries] == [
        "Internet shutdown (full network; broadband, mobile): Example Valley",
        "Internet shutdown (service-based; broadband, mobile; Facebook, Clubhouse)",
        "Internet shutdown (full network; broadband, mobile)",
        "Internet shutdown (full network; broadband, mobile): Example City",
        "Internet throttle (full network; broadband, mobile; SMS): Example Town",
    ]
    assert [found.title for found in read(TABLE_2019).entries][1:3] == [
        "Internet shutdown (service-based; mobile; Facebook, Periscope)",
        "Internet disruption (full; mobile; SMS): Example Town",
    ]
    assert [found.title for found in read(TABLE_2016).entries][:2] == [
        "Internet shutdown (mobile internet; mobile internet, SMS): Example Region",
        "Internet shutdown (service-based; WhatsApp)",
    ]
    assert measure(TABLE_2022, "KEN").title_by == "civic-tracker"


@pytest.mark.parametrize(
    ("content", "country"), [(TABLE_2022, "Jordan"), (TABLE_2019, "SriLanka"), (TABLE_2016, "Chad")]
)
def test_words_for_the_whole_country_are_no_place(content: bytes, country: str) -> None:
    assert entry(content, country).place == ""


def test_a_shutdown_of_one_unnamed_town_is_not_taken_for_a_national_one() -> None:
    assert entry(TABLE_2022, "Iran (Islamic Republic of)").place == (
        "not named (It only affected one city, county, or village)"
    )


def test_trailing_blanks_of_column_and_country_names_do_not_count() -> None:
    assert entry(TABLE_2019, "Yemen").place == "Example Town"
    assert entry(TABLE_2019, "Yemen").ended == "2019-03-02"


@pytest.mark.parametrize(
    ("content", "country", "iso3"),
    [
        (TABLE_2022, "Iran (Islamic Republic of)", "IRN"),
        (TABLE_2021, "Congo", "COG"),
        (TABLE_2019, "DemocraticRepublicCongo", "COD"),
        (TABLE_2019, "SriLanka", "LKA"),
    ],
)
def test_the_publishers_names_of_countries_are_understood(content: bytes, country: str, iso3: str) -> None:
    assert entry(content, country)
    assert measure(content, iso3).country_as_written == country


def test_keys_of_different_layouts_do_not_clash() -> None:
    assert [found.key for found in read(TABLE_2019).entries] == ["2019-1", "2019-2", "2019-3", "2019-4"]
    assert read(TABLE_2016).entries[0].key == "2016-2018-1"
    assert not any(found.key for found in read(TABLE_2022).entries)


def test_an_end_counts_only_where_the_status_says_that_it_ended() -> None:
    assert [(found.ending, found.ended) for found in read(TABLE_2022).entries] == [
        ("Ongoing", ""),
        ("", "2022-01-13"),
        ("Unknown", ""),
        ("", "2022-06-02"),
        ("Ended", ""),
    ]


def test_an_end_beside_another_status_is_reported() -> None:
    content = TABLE_2022.replace(b"Ended,2022-01-13", b"Ongoing,2022-01-13")
    assert entry(content, "Jordan").ended == ""
    assert "2022-01-13" in entry(content, "Jordan").remarks[0]


def test_ended_on_a_day_nobody_wrote_down_is_not_open() -> None:
    assert not measure(TABLE_2022, "SDN").ending_understood


@pytest.mark.parametrize(("content", "country"), [(TABLE_2022, "KEN"), (TABLE_2022, "IRN"), (TABLE_2019, "COD")])
def test_ongoing_and_unknown_ends_are_no_end(content: bytes, country: str) -> None:
    found = measure(content, country)
    assert (found.ends, found.ended_on, found.ending_understood) == (None, None, True)


def test_words_instead_of_an_end_date_are_kept() -> None:
    assert entry(TABLE_2016, "Ethiopia").ending == "April/2018 after an invented vote"
    assert not measure(TABLE_2016, "ETH").ending_understood


def test_an_estimated_first_day_is_said_in_the_note() -> None:
    assert entry(TABLE_2022, "Iran (Islamic Republic of)").note == "The publisher estimates the first day."


def test_who_decided_is_said_in_the_note() -> None:
    assert entry(TABLE_2022, "Jordan").note == "Decided by, as the publisher records it: Example Authority."


def test_who_ordered_it_why_and_with_what_justification_are_tags() -> None:
    assert entry(TABLE_2019, "Yemen").tags == (
        "Ordered by: State government",
        "Cause: Protests",
        "Official justification: Public Safety",
    )


def test_a_shutdown_that_no_government_ordered_is_set_aside() -> None:
    found = records(read(TABLE_2022))
    assert found.count.asides == 1
    assert any("Ordered by: Non-government" in one.reason for one in found.problems)


def test_event_and_details_are_the_description() -> None:
    assert (
        entry(TABLE_2022, "Jordan").description == "An invented platform was blocked.\nAn invented reason.\nClubhouse"
    )


@pytest.mark.parametrize(
    ("content", "country", "links"),
    [(TABLE_2022, "Iran (Islamic Republic of)", "abc"), (TABLE_2019, "Yemen", "ab"), (TABLE_2016, "India", "ab")],
)
def test_several_links_in_one_cell_are_parted(content: bytes, country: str, links: str) -> None:
    assert entry(content, country).links == tuple(f"https://example.org/{letter}" for letter in links)


def test_words_in_a_column_of_links_are_text_and_no_link() -> None:
    found = entry(TABLE_2019, "SriLanka")
    assert found.links == ()
    assert found.description.endswith("Facebook Transparency Report")


def test_durations_are_formulas_and_not_read() -> None:
    assert "duration" in read(TABLE_2022).remarks[0]
    assert "Duration" in read(TABLE_2021).remarks[0]


def test_a_workbook_is_read_whole_and_every_row_counted() -> None:
    parsed = read(book(), "x.xlsx")
    assert len(parsed) == 5 + 3 + 4 + 4
    assert sum(found.rows for found in parsed.entries) == 16
    assert parsed.entries[0].locator == "sheet '2022 Data', row 2; sheet '2021 Data', row 2"


def test_a_shutdown_that_lasts_into_the_next_sheet_is_one_measure_and_the_later_sheet_is_followed() -> None:
    found = together("Kenya")
    assert (found.rows, found.ending, found.ended) == (2, "Ongoing", "")
    assert found.links == ("https://example.org/new", "https://example.org/old")
    assert found.remarks == ("sheet '2021 Data', row 2 says that it ended on 2021-09-28; the later sheet is followed.",)


def test_whole_country_is_one_place_whatever_a_sheet_calls_it() -> None:
    assert (together("Jordan").rows, together("Jordan").ended) == (2, "2022-01-13")


def test_a_shutdown_keeps_the_key_of_the_first_sheet_that_had_it() -> None:
    assert (together("Chad").key, together("Chad").ended) == ("2016-2018-2", "2019-07-13")


def test_two_shutdowns_of_one_place_and_day_in_a_sheet_stay_apart() -> None:
    twice = TABLE_2021 + TABLE_2021.splitlines(keepends=True)[1]
    rows = list(csv.reader(io.StringIO(twice.decode())))
    parsed = read(book(**{"2021 Data": rows}), "x.xlsx")
    assert [found.rows for found in parsed.entries if found.country == "Kenya"] == [1, 1, 1]


def test_a_sheet_without_a_header_is_set_aside_row_by_row() -> None:
    sheet = [["2017", "Kenya", "https://example.org/a"], ["2019", "Ghana", "https://example.org/b"]]
    asides = read(book(**{"Need more details": sheet}), "x.xlsx").asides
    assert [aside.locator for aside in asides] == [
        "sheet 'Need more details', first row",
        "sheet 'Need more details', row 2",
    ]
    assert asides[0].reason == "sheet 'Need more details' has no header of shutdowns"


def test_no_term_of_the_sheets_is_unknown() -> None:
    codes = {one.code for one in records(read(book(), "x.xlsx")).problems}
    assert codes == {"document_remark", "incomplete_entry", "ending_not_understood"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html><body><p>Example</p></body></html>", "found an HTML page"),
        (b"a,b\n1,2\n", "expected the #KeepItOn table of shutdowns"),
        (b"start_date,country\n2020-01-01,Kenya\n", "has none of the three known layouts"),
        (TABLE_2022.replace(b"area_name", b"area"), "lacks the columns area_name"),
        (TABLE_2019.replace(b"ordered_by ", b"ordered"), "lacks the columns ordered_by"),
        (TABLE_2016.replace(b"news_link", b"links"), "lacks the columns news_link"),
        (TABLE_2016.split(b"\n")[0] + b"\n", "expected the #KeepItOn table of shutdowns"),
    ],
)
def test_another_document_is_refused_in_one_line(content: bytes, says: str) -> None:
    assert says in refusal_of(parse, content, "shutdowns.csv")


@pytest.mark.parametrize("content", FILES.values())
def test_damage_never_ends_in_another_error(content: bytes, damaged: Callable[[bytes], Iterator[bytes]]) -> None:
    for parsed in read_of(parse, damaged(content), "shutdowns.csv"):
        assert parsed.entries


def test_every_row_of_the_real_workbook_is_accounted_for(recordings: Path) -> None:
    parsed = parse(read_file(recordings / "accessnow_stop" / "Keepiton_raw_dataset.xlsx"))
    assert sum(found.rows for found in parsed.entries) == 187 + 182 + 159 + 213 + 377
    assert len(parsed.asides) == 3
    count = records(parsed).count
    assert (count.measures, count.joined, count.duplicates, count.asides, count.rejected) == (1046, 24, 1, 46 + 3, 1)


def test_what_the_real_workbook_leaves_open_is_known_by_kind(recordings: Path) -> None:
    found = records(parse(read_file(recordings / "accessnow_stop" / "Keepiton_raw_dataset.xlsx")))
    codes = Counter(one.code for one in found.problems)
    del codes["document_remark"]
    assert codes == {
        "link_not_web": 1,
        "ending_not_understood": 8,
        "end_before_start": 3,
        "incomplete_entry": 3,
        "country_not_matched": 1,
        "text_kept_back": 10,  # nine places told in a sentence or longer than a place, and one end
    }
    assert [one.value for one in found.problems if one.code == "country_not_matched"] == ["Somaliland"]
