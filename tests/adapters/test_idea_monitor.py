"""The importer for a file of the Global Monitor of COVID-19: columns known by name, the assessment as published."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from civic_tracker.adapters.idea.monitor import parse
from civic_tracker.documents.document import Document
from civic_tracker.documents.entries import Parsed
from tests.adapters.checks import SYNTHETIC, read_of, refusal_of, workbook

CSV = (SYNTHETIC / "idea_monitor_synthetic.csv").read_bytes()
ROW = {"country": "Kenya", "text": "An example fine was set.", "assessment": "Concerning developments"}


def read(content: bytes, name: str = "monitor.csv") -> Parsed:
    return parse(Document(name, content))


def read_objects(*objects: object) -> Parsed:
    return read(json.dumps(objects).encode(), "monitor.json")


def refusal(content: bytes, name: str = "monitor.csv") -> str:
    return refusal_of(parse, content, name)


def test_assessment_is_kept_as_published() -> None:
    assert [entry.assessment for entry in read(CSV).entries] == [
        "Potentially concerning - to watch",
        "Concerning developments",
        "no symbol",
        "No symbol",
    ]


def test_empty_assessment_of_an_existing_row_is_no_symbol_and_says_that_the_cell_was_empty() -> None:
    empty, written = read(CSV).entries[2:]
    assert "the assessment's cell is empty, which the monitor calls 'no symbol'" in empty.remarks
    assert not any("empty" in remark for remark in written.remarks)


def test_file_without_a_column_of_assessments_is_refused() -> None:
    message = refusal(CSV.replace(b"Assessment", b"Remark", 1))
    assert "needs a column for assessment (assessment, symbol, flag, rating)" in message
    assert "its header is: Country, ISO3, Attribute" in message


def test_attribute_and_subattribute_are_tags() -> None:
    assert [entry.tags for entry in read(CSV).entries] == [
        ("Fundamental Rights", "Civil Liberties"),
        ("Fundamental Rights", "Civil Liberties"),
        ("Checks on Government",),
        ("Participatory Engagement",),
    ]


def test_start_and_end_are_handed_on_as_written() -> None:
    entry = read(CSV).entries[0]
    assert (entry.introduced, entry.ending, entry.extra["updated"]) == ("2020-03-27", "2020-06-06", "2020-11-30")


def test_text_is_the_description_and_no_part_of_it_becomes_a_title() -> None:
    entry = read(CSV).entries[0]
    assert entry.description == "An example curfew was set on 27 March 2020. It applied at night."
    assert entry.title == ""


def test_title_of_the_file_is_the_title() -> None:
    (entry,) = read_objects({**ROW, "title": "Example fine"}).entries
    assert (entry.title, entry.remarks) == ("Example fine", ())


def test_question_is_the_section_and_no_title() -> None:
    assert {entry.section for entry in read(CSV).entries} == {"Example question?"}


def test_sources_are_addresses_and_unknown_columns_are_kept() -> None:
    parsed = read(CSV)
    assert parsed.entries[0].links == ("https://a.example.org/x",)
    assert parsed.entries[0].extra["Analyst"] == "example desk"
    assert parsed.remarks == ("columns kept as extra: Analyst",)


def test_json_list_of_objects_is_read() -> None:
    parsed = read_objects({**ROW, "code": 17, "sources": ["https://a.example.org/", None]}, {**ROW, "assessment": None})
    assert [entry.locator for entry in parsed.entries] == ["row 1", "row 2"]
    assert (parsed.entries[0].links, parsed.entries[0].extra["code"]) == (("https://a.example.org/",), "17")
    assert parsed.entries[1].assessment == "no symbol"


def test_iso_code_stands_in_for_a_country_name() -> None:
    (entry,) = read(b"iso3,text,assessment\nKEN,Example,\n").entries
    assert entry.country == "KEN"


def test_commas_byte_order_mark_and_an_unnamed_first_column_are_read() -> None:
    (entry,) = read(b"\xef\xbb\xbf,Country,Text,Assessment\n0,Kenya,Example,Concerning\n").entries
    assert (entry.country, entry.extra) == ("Kenya", {"(unnamed)": "0"})


def test_a_workbook_is_read_and_its_sheet_named(tmp_path: Path) -> None:
    document = workbook(
        tmp_path / "monitor.xlsx",
        ["Country", "Text", "Assessment"],
        ["Kenya", "Example", None],
        ["Fiji", "Example", "Concerning"],
        sheet="Measures",
    )
    parsed = parse(document)
    assert [entry.locator for entry in parsed.entries] == ["sheet 'Measures', row 2", "sheet 'Measures', row 3"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"Country,Text,Assessment\n", "no rows"),
        (b"<!DOCTYPE html><html><body>x</body></html>", "found an HTML page"),
        (b"Country,Assessment\nKenya,Concerning\n", "needs a column for text"),
        (b"Text,Assessment\nExample,Concerning\n", "needs a column for country"),
        ("Country,Text,Assessment\nCôte d'Ivoire,Example,\n".encode("latin-1"), "not utf-8"),
        (b"Country,Text,Assessment\nKenya,Example\n", "cut off or damaged"),
        (b"[]", "expected a JSON list of objects"),
        (b'{"rows": []}', "expected a JSON list of objects"),
        (b'[{"country": "Kenya", "text": {"en": "x"}, "assessment": ""}]', "holds an object within a field"),
        (b"[1", "expected JSON"),
    ],
)
def test_another_document_is_refused_in_one_line(content: bytes, says: str) -> None:
    assert says in refusal(content)


@pytest.mark.parametrize("content", [CSV, json.dumps([ROW, ROW]).encode()])
def test_damage_never_ends_in_another_error(content: bytes, damaged: Callable[[bytes], Iterator[bytes]]) -> None:
    for parsed in read_of(parse, damaged(content), "monitor.csv"):
        assert parsed.entries
