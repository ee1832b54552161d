"""The table that the Democracy Tracker's archive lets one download: columns recognised by name, or refused."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from civic_tracker.adapters.idea import archive
from civic_tracker.adapters.idea.tracker import parse
from civic_tracker.documents.document import Document
from civic_tracker.documents.entries import Parsed, RawEntry
from tests.adapters.checks import SYNTHETIC, read_of, refusal_of, workbook

CSV = (SYNTHETIC / "idea_archive_synthetic.csv").read_bytes()


def read(content: bytes, name: str = "archive.csv") -> Parsed:
    return parse(Document(name, content))


def only(content: str) -> RawEntry:
    (entry,) = read(content.encode()).entries
    return entry


def refusal(content: bytes, name: str = "archive.csv") -> str:
    return refusal_of(parse, content, name)


def test_each_row_is_an_entry_with_key_month_and_title() -> None:
    assert [(entry.key, entry.country, entry.period, entry.title) for entry in read(CSV).entries] == [
        ("7001", "Kenya", "June 2024", "Example law on example subject"),
        ("7002", "Türkiye", "July 2024", "Example plan"),
        ("7003", "Fiji", "August 2024", "Example election"),
    ]


def test_factors_subfactors_and_keywords_are_tags_and_the_category_is_not() -> None:
    entry = read(CSV).entries[0]
    assert entry.tags == (
        "Civil Liberties",
        "Civil Society",
        "Freedom of Expression",
        "example law",
        "example subject",
    )
    assert entry.extra["category"] == "Rights"


def test_magnitude_is_kept_as_printed_and_an_empty_one_stays_empty() -> None:
    assert [entry.assessment for entry in read(CSV).entries] == ["-1", "0", ""]


def test_yes_is_a_flag_and_no_is_none() -> None:
    assert [entry.flags for entry in read(CSV).entries] == [(), ("Watch flag",), ("Election flag",)]


def test_a_flag_that_is_neither_yes_nor_no_is_reported() -> None:
    assert read(CSV).entries[2].extra["watch"] == "maybe"


def test_one_column_may_hold_both_flags() -> None:
    table = "Country,Month,Title,Flag\nKenya,June 2024,Example,{}\n"
    assert only(table.format("Watch flag")).flags == ("Watch flag",)
    assert only(table.format("Election")).flags == ("Election flag",)
    assert only(table.format("Example")).extra["flag"] == "Example"
    assert only(table.format("")).flags == ()


def test_sources_are_addresses_where_there_are_and_words_where_not() -> None:
    entries = read(CSV).entries
    assert entries[0].links == ("https://a.example.org/x", "https://b.example.org/y")
    assert (entries[1].links, entries[1].extra["sources"]) == ((), "Example Post")


def test_address_of_an_event_is_spelt_one_way() -> None:
    assert read(CSV).entries[0].url == "https://www.idea.int/democracytracker/report/kenya/june-2024?pid=7001"


def test_key_is_taken_from_the_address_where_it_has_no_column() -> None:
    table = "Country,Month,Title,Link\nKenya,June 2024,Example,https://idea.int/democracytracker/report/kenya/june-2024?pid=7009\n"
    assert only(table).key == "7009"


def test_unknown_columns_are_kept_and_named() -> None:
    parsed = read(CSV)
    assert parsed.entries[0].extra["Reviewer"] == "example desk"
    assert parsed.remarks == ("columns kept as extra: Reviewer",)


def test_month_and_year_in_two_columns_are_one_period() -> None:
    assert only("Country;Year;Month;Title\nKenya;2024;June;Example\n").period == "June 2024"


def test_date_of_the_event_is_not_the_month_of_reporting() -> None:
    entry = only("Country,Reporting month,Event date,Title\nKenya,September 2024,2024-08-30,Example\n")
    assert (entry.period, entry.introduced) == ("September 2024", "2024-08-30")


def test_iso_code_stands_in_for_a_country_name() -> None:
    assert only("ISO3,Month,Title\nKEN,June 2024,Example\n").country == "KEN"


def test_semicolons_byte_order_mark_and_an_unnamed_first_column_are_read() -> None:
    entry = only("\ufeff;Country;Month;Title\n0;Kenya;June 2024;Example\n")
    assert (entry.country, entry.extra) == ("Kenya", {"(unnamed)": "0"})


def test_table_without_the_name_of_a_table_is_known_by_its_first_line() -> None:
    assert len(read(CSV, "download").entries) == 3


def test_a_workbook_is_read(tmp_path: Path) -> None:
    header: list[object] = ["PID", "Country", "Month", "Title", "Impact"]
    event: list[object] = [7001, "Kenya", "June 2024", "Example law", -1]
    (entry,) = parse(workbook(tmp_path / "archive.xlsx", header, event)).entries
    assert (entry.key, entry.assessment, entry.locator) == ("7001", "-1", "row 2")


@pytest.mark.parametrize(("column", "field"), [(b"Country,ISO3", "country"), (b"Month", "month"), (b"Title", "title")])
def test_missing_column_is_named_with_the_header(column: bytes, field: str) -> None:
    message = refusal(CSV.replace(column, b"P,Q" if b"," in column else b"P", 1))
    assert f"needs a column for {field} (" in message
    assert "its header is: " in message
    assert "Reviewer" in message


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"Country,Month,Title\n", "no events"),
        (b"<!DOCTYPE html><html><body>x</body></html>", "found an HTML page"),
        ("Country,Month,Title\nCôte d'Ivoire,June 2024,Example\n".encode("latin-1"), "not utf-8"),
        (b"Country,Month,Title\nKenya,June 2024\n", "cut off or damaged"),
        (b"PK\x03\x04 no workbook", "not a readable .xlsx workbook"),
        (b"one column\nof text\n", "expected a CSV table"),
    ],
)
def test_another_document_is_refused_in_one_line(content: bytes, says: str) -> None:
    assert says in refusal(content)


def test_damage_never_ends_in_another_error(damaged: Callable[[bytes], Iterator[bytes]]) -> None:
    for parsed in read_of(archive.parse, damaged(CSV), "archive.csv"):
        assert parsed.entries
