"""ACAPS government measures: introductions and phase-outs, the kinds in scope, and documents of another form."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from civic_tracker.adapters.acaps import COLUMNS, parse
from civic_tracker.adapters.shared.links import links_of
from civic_tracker.building.normalise import Origin
from civic_tracker.building.records import Part, Records, records_of
from civic_tracker.declared.sources import get_source
from civic_tracker.declared.terms import load_terms
from civic_tracker.documents.document import Document, read_file
from civic_tracker.documents.entries import Parsed, RawEntry
from civic_tracker.model.schema import Record
from tests.adapters.checks import SYNTHETIC, read_of, refusal_of, workbook

TABLE = (SYNTHETIC / "acaps_synthetic.csv").read_bytes()
RECORDING = Path("acaps") / "acaps_covid19_government_measures_dataset_0.xlsx"


def read(content: bytes = TABLE, name: str = "measures.csv") -> Parsed:
    return parse(Document(name, content))


def entry(key: str) -> RawEntry:
    return next(found for found in read().entries if found.key == key)


def records(parsed: Parsed) -> Records:
    return records_of(get_source("acaps"), [(Part(parsed, Origin("sha256:example")),)], load_terms())


def measure(key: str) -> Record:
    return next(found for found in records(read()).measures if found.id.endswith(f"-p{key}"))


def test_a_row_is_an_entry_under_the_publishers_own_key() -> None:
    found = entry("11")
    assert (found.locator, found.country, found.country_code, found.type) == ("row 2", "Kenya", "KEN", "Curfews")
    assert measure("11").id == "acaps-KEN-p11"


def test_the_title_is_ours_and_made_of_the_label_the_phase_out_and_the_place() -> None:
    assert [found.title for found in read().entries[:3]] == [
        "Curfews",
        "Curfews (phase-out): Example County",
        "Limit public gatherings",
    ]
    assert measure("12").title_by == "civic-tracker"
    assert measure("12").place == "Example County"


def test_a_list_of_forty_places_is_shortened_in_the_title_and_whole_in_the_place(tmp_path: Path) -> None:
    places = ", ".join(f"Example {number}" for number in range(40))
    row = [{"ID": "1", "MEASURE": "Curfews", "ADMIN_LEVEL_NAME": places}.get(name, "") for name in COLUMNS]
    (found,) = parse(workbook(tmp_path / "x.xlsx", list(COLUMNS), list(row), sheet="Dataset")).entries
    assert found.place == places
    assert len(found.title) < 120


def test_an_introduction_restricts_and_a_phase_out_is_an_act_of_its_own_that_relaxes() -> None:
    assert (measure("11").effect, measure("12").effect) == ("restricts", "relaxes")
    assert measure("12").effect_as_written == "Phase-out measure"
    assert str(measure("12").introduced) == "2020-06-06"
    assert measure("11").ended_on is None


def test_a_row_without_a_date_is_kept_undated() -> None:
    assert measure("13").introduced is None


def test_a_declared_emergency_is_told_by_label_and_kind_of_entry() -> None:
    assert (measure("14").declares_emergency, measure("15").declares_emergency) == ("yes", "no")
    assert measure("15").effect == "relaxes"


def test_emergency_structures_say_neither_whether_an_emergency_is_declared_nor_what_they_restrict() -> None:
    found = measure("16")
    assert (found.declares_emergency, found.effect, found.liberties) == ("unknown", "unclear", ())


def test_prison_policies_hold_releases_and_bans_alike_so_their_effect_is_unclear() -> None:
    assert (measure("17").liberties, measure("17").effect) == (("security",), "unclear")


def test_a_lockdown_of_camps_bears_on_movement_and_equality() -> None:
    assert set(measure("20").liberties) == {"movement", "equality"}


def test_kinds_that_do_not_bear_on_civil_liberties_are_set_aside_with_the_kind_as_reason() -> None:
    found = records(read())
    assert found.count.asides == 2
    reasons = [one.reason for one in found.problems if "Out of scope" in one.reason]
    assert [reason.partition("type ")[2][:16] for reason in reasons] == ["'Testing policy'", "'Border closure'"]


def test_words_on_penalties_keep_their_case_and_lose_their_blanks() -> None:
    assert [measure(key).penalty_as_written for key in ("11", "12", "13", "14")] == [
        "Fines",
        "Not applicable",
        "not available",
        "Not Available",
    ]


def test_a_targeted_group_is_a_flag() -> None:
    assert entry("13").flags == ("Targeted population group",)
    assert entry("11").flags == ()


def test_a_damaged_country_name_is_read_by_its_code() -> None:
    assert measure("13").country == "CIV"


def test_comments_are_the_description() -> None:
    assert entry("11").description == "An invented curfew."


def test_several_links_in_a_cell_and_the_alternative_source_are_links() -> None:
    assert entry("11").links == tuple(f"https://example.org/{letter}" for letter in "abcd")


def test_a_document_named_instead_of_a_link_is_reported() -> None:
    found = records(read())
    assert [one.value for one in found.problems if one.code == "link_not_web"] == ["Internal document circulated"]


@pytest.mark.parametrize(
    ("cell", "links"),
    [
        ("https://example.org/a, https://example.org/b", 2),
        ("https://example.org/a;\nhttps://example.org/b;", 2),
        ("https://example.org/a + https://example.org/b", 2),
        ("https://example.org/a AND https://example.org/b & https://example.org/c", 3),
        ("Example report\n\nhttps://example.org/a", 2),
        ("https://example.org/a?next=http://example.org/b", 1),
        ("https://example.org/a,b", 1),
        ("https://example.org/file name, with blanks.pdf", 1),
        ('"https://example.org/a;" https://example.org/b', 2),
        ("NA", 0),
        ("", 0),
    ],
)
def test_links_are_parted_where_one_ends_and_nowhere_else(cell: str, links: int) -> None:
    assert len(links_of(cell)) == links


def test_columns_nobody_reads_are_named() -> None:
    assert read().remarks == ("columns not read: REGION, PCODE, SOURCE, SOURCE_TYPE, ENTRY_DATE",)


def test_no_term_of_the_table_is_unknown() -> None:
    assert {one.code for one in records(read()).problems} == {"document_remark", "link_not_web"}


def test_the_sheet_of_the_workbook_is_read_by_its_name(tmp_path: Path) -> None:
    row = [{"ID": 7, "DATE_IMPLEMENTED": datetime(2020, 3, 15)}.get(name, "x") for name in COLUMNS]  # noqa: DTZ001
    (found,) = parse(workbook(tmp_path / "x.xlsx", list(COLUMNS), row, sheet="Dataset")).entries
    assert (found.key, found.introduced) == ("7", "2020-03-15")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html><body><p>Example</p></body></html>", "found an HTML page"),
        (b"a,b\n1,2\n", "expected the ACAPS dataset"),
        (TABLE.replace(b"LOG_TYPE", b"LOG"), "whose columns LOG_TYPE are missing"),
        (TABLE.split(b"\n")[0] + b"\n", "found no row below the header"),
        (TABLE[:-60], "cut off or damaged"),
    ],
)
def test_another_document_is_refused_in_one_line(content: bytes, says: str) -> None:
    assert says in refusal_of(parse, content, "measures.csv")


def test_a_workbook_without_the_sheet_is_refused(tmp_path: Path) -> None:
    document = workbook(tmp_path / "x.xlsx", list(COLUMNS), ["x"] * len(COLUMNS), sheet="Other")
    assert "has no filled sheet 'Dataset'; its sheets are: Other" in refusal_of(parse, document.content, "x.xlsx")


def test_damage_never_ends_in_another_error(damaged: Callable[[bytes], Iterator[bytes]]) -> None:
    for parsed in read_of(parse, damaged(TABLE), "measures.csv"):
        assert parsed.entries


def test_every_row_of_the_real_workbook_is_a_measure_or_set_aside_by_its_kind(recordings: Path) -> None:
    parsed = parse(read_file(recordings / RECORDING))
    found = records(parsed)
    assert (len(parsed), found.count.measures, found.count.asides) == (23_923, 6_988, 16_935)
    assert (found.count.rejected, found.count.duplicates) == (0, 0)
    assert {one.code for one in found.problems} == {"document_remark", "link_not_web", "text_kept_back"}
    assert Counter(one.effect for one in found.measures) == {"restricts": 4031, "unclear": 1543, "relaxes": 1414}
    assert sum(one.declares_emergency == "yes" for one in found.measures) == 431
    assert len({one.country for one in found.measures}) == 192
    assert sum(not one.introduced for one in parsed.entries) == 293
    assert max(len(one.title) for one in found.measures) < 200
