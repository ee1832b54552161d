"""The bundled facts: all cited, all understood, and none shown as what it is not."""

from datetime import date
from pathlib import Path

import pytest

from civic_tracker import paths
from civic_tracker.building import pipeline
from civic_tracker.building.relink import renew
from civic_tracker.building.starter import read_starter, starter_files
from civic_tracker.declared.sources import get_source
from civic_tracker.documents.document import Document
from civic_tracker.findings.summary import summarise
from civic_tracker.model.schema import Record
from civic_tracker.model.status import lacks_end, status
from civic_tracker.publish.csv_files import export_all
from civic_tracker.store import dataset as store
from civic_tracker.store.contents import Dataset, Import
from civic_tracker.store.workspace import day
from tests.support.pages import entry, page


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return pipeline.rebuild(tmp_path_factory.mktemp("starter")).dataset


def test_every_starter_fact_is_understood(starter: Dataset) -> None:
    assert [problem for problem in starter.problems if not problem.entry_kept] == []
    assert sum(state.count.entries for state in starter.states.values()) == 763


def test_the_conservation_law_holds_for_every_source(starter: Dataset) -> None:
    assert all(state.count.balanced for state in starter.states.values())


def test_every_starter_fact_cites_the_page_where_it_was_read(starter: Dataset) -> None:
    assert all(one.source_url.startswith("http") for one in starter.measures)
    assert all(one.source_url.startswith("http") for one in starter.observations)


def test_what_was_not_confirmed_on_clds_page_is_not_clds_statement(starter: Dataset) -> None:
    own = [one for one in starter.measures if one.source == "cld_rti"]
    assert sum(one.evidence == "publisher" for one in own) == 3
    assert all("about CLD" in one.stated_by for one in own if one.evidence == "second_hand")
    compiled = [one for one in starter.measures if one.source == "rti_compiled"]
    assert len(compiled) == 62
    assert all(one.evidence == "compiled" and "CLD" not in one.stated_by for one in compiled)


def _rti(starter: Dataset, country: str, words: str, place: str = "") -> Record:
    (found,) = [
        one
        for one in starter.measures
        if one.source == "rti_compiled" and (one.country, one.place) == (country, place) and words in one.title
    ]
    return found


@pytest.mark.parametrize(
    ("country", "place", "words", "introduced", "end"),
    [
        ("ARG", "", "General pause", "2020-03-19", "2020-04-15"),
        ("DOM", "", "Pause on administrative", "2020-03-23", None),
        ("HUN", "", "limited public-data requests", "2020-05-04", "2020-06-17"),
        ("HUN", "", "45-day", "2020-11-25", "2022-12-31"),
        ("ROU", "", "doubled", "2020-03-16", "2020-05-14"),
        ("PHL", "", "suspended in quarantine", "2020-03-16", "2020-04-12"),
        ("SVN", "", "froze", "2020-03-20", "2020-06-01"),
        ("USA", "Delaware", "15 business days", "2020-03-22", "2020-09-25"),
        ("USA", "Hawaii", "open-records statute", "2020-03-16", "2020-05-05"),
        ("USA", "Hawaii", "Reply deadlines suspended", "2020-05-05", "2021-08-05"),
        ("USA", "Michigan", "waived", "2020-04-05", "2020-06-10"),
        ("USA", "New Jersey", "waived", "2020-03-20", None),
        ("USA", "Rhode Island", "waived", "2020-03-16", None),
        ("USA", "District of Columbia", "clock", "2020-03-17", "2021-01-15"),
        ("MEX", "Mexico City", "paused", "2020-03-23", "2020-10-04"),
        ("PER", "", "General pause", "2020-03-20", "2020-05-27"),
        ("ISR", "", "frozen in the war", "2023-10-07", "2023-11-07"),
    ],
)
def test_suspensions_of_the_right_to_information_have_the_days_that_were_seen(
    starter: Dataset, country: str, place: str, words: str, introduced: str, end: str | None
) -> None:
    found = _rti(starter, country, words, place)
    ended = found.ended_on or found.ends
    assert (str(found.introduced), str(ended) if ended else None) == (introduced, end)


@pytest.mark.parametrize(
    ("country", "place", "words", "month", "note"),
    [
        ("SLV", "", "National emergency decree", "2020-06", "The end is inferred"),
        ("SLV", "", "Amendment", "2020-06", "The end is inferred"),
        ("USA", "Washington", "waived", "2020-05", "Two sources differ on the end"),
        ("PHL", "", "quarantine", "2020-04-12", "The end was seen at one agency"),
    ],
)
def test_an_end_that_was_not_simply_seen_is_no_more_precise_than_it_is_known_and_says_so(
    starter: Dataset, country: str, place: str, words: str, month: str, note: str
) -> None:
    found = _rti(starter, country, words, place)
    assert str(found.ended_on or found.ends) == month
    assert note in found.note


def test_the_45_days_of_hungary_are_decree_521_and_stood_after_february_2021(starter: Dataset) -> None:
    decree = _rti(starter, "HUN", "45-day")
    assert decree.instrument_name == "Government Decree 521/2020 (XI. 25.)"
    assert status(decree, day("2021-03-01")) == "in_force_until"
    assert status(decree, day("2023-01-01")) == "ended"
    assert status(_rti(starter, "HUN", "limited public-data requests"), day("2020-06-18")) == "ended"


@pytest.mark.parametrize(
    ("country", "words"),
    [("SRB", "deemed to run out"), ("PER", "General pause"), ("MAR", "statutory deadlines"), ("CAN", "review access")],
)
def test_what_no_page_says_to_have_delayed_a_request_is_not_shown_as_a_restriction(
    starter: Dataset, country: str, words: str
) -> None:
    """General pauses of which no page says that they reached requests, and time that those who ask gained."""
    assert _rti(starter, country, words).effect == "unclear"


def test_what_icnl_names_on_other_pages_is_never_an_entry_of_its_tracker(starter: Dataset) -> None:
    icnl = [one for one in starter.measures if one.source == "icnl"]
    named = [one for one in icnl if one.evidence == "named"]
    assert len(named) == 68  # 35 of its list of African declarations, 33 of its other pages
    assert not [one for one in icnl if "/post/" in one.source_url and one.evidence != "named"]
    assert all(one.stated_by.startswith("ICNL, named in: ") for one in named)
    assert {status(one, day("2021-01-01")) for one in named} <= {"unknown", "not_yet_introduced"}
    assert not [one for one in named if lacks_end(one)], "a page that only names a measure records no ends"
    assert [str(one.introduced) for one in named if one.introduced] == ["2023"], "no date that the page does not give"


def test_a_country_that_icnl_only_names_elsewhere_has_no_entry_of_the_tracker(starter: Dataset) -> None:
    for country, state in (("MEX", "not_known"), ("ARG", "has_entries")):
        (icnl,) = [one for one in summarise(starter, country, day("2021-01-01")).coverage if one.source == "icnl"]
        assert icnl.state == state
        assert icnl.records


def test_a_court_that_ruled_against_a_ban_restricts_nothing(starter: Dataset) -> None:
    rulings = [one for one in starter.measures if "court" in one.title.lower() and one.evidence == "named"]
    assert {one.country for one in rulings} == {"DEU", "MWI"}
    assert {one.effect for one in rulings} == {"protects"}


def test_no_sign_of_ideas_month_list_is_taken_from_the_order_of_its_names(starter: Dataset) -> None:
    """Four runs in January 2025, two or three before: only the list of March 2024 prints signs."""
    own = [one for one in starter.observations if one.source == "idea_tracker"]
    signed = [one for one in own if one.indicator == "tracker_month_score"]
    assert {str(one.period) for one in signed} == {"2024-03"}
    listed = [one for one in own if one.indicator == "tracker_month_listed"]
    assert (len(signed), len(listed)) == (29, 182)
    assert sum(str(one.period) == "2025-01" for one in listed) == 33
    assert {(one.value, one.value_as_written) for one in listed} == {(None, "listed")}


def test_only_two_events_of_ideas_tracker_print_scores(starter: Dataset) -> None:
    own = [one for one in starter.measures if one.source == "idea_tracker"]
    assert len(own) == 262
    scored = {(one.country, one.assessment): one for one in own if one.assessment not in {"", "to_watch", "election"}}
    assert scored.keys() == {("SWE", "+1"), ("MEX", "-1")}
    assert set(scored["SWE", "+1"].liberties) == {"equality", "expression"}
    assert all(one.liberties_basis == "published" for one in scored.values())


def test_an_event_has_a_flag_only_where_one_was_printed(starter: Dataset) -> None:
    own = [one for one in starter.measures if one.source == "idea_tracker"]
    unflagged = [one for one in own if "no flag was printed" in one.note]
    assert {one.country for one in unflagged} == {"CIV", "MNE", "POL", "PRT", "ROU", "SEN", "ZAF"}
    assert not [one for one in unflagged if one.flags or one.assessment]


def test_counts_of_measures_and_scores_of_a_month_are_figures_and_no_measures(starter: Dataset) -> None:
    assert not [one for one in starter.measures if "rated" in one.title or "score" in one.title.lower()]
    cuba = {one.indicator: one.value for one in starter.observations if one.country == "CUB"}
    assert (cuba["monitor_concerning"], cuba["monitor_to_watch"]) == (7.0, 2.0)


def test_a_proposal_is_not_counted_as_an_act(starter: Dataset) -> None:
    proposed = {one.country for one in starter.measures if one.stage == "proposed"}
    assert proposed == {"ARG", "ARM", "GBR", "GTM", "HUN", "IDN", "ITA", "MAR", "MLT", "MNE", "PRY", "UKR"}


def test_the_slovak_law_that_was_struck_down_may_have_ended(starter: Dataset) -> None:
    (law,) = [one for one in starter.measures if one.id == "idea_tracker-SVK-p8032"]
    assert law.may_have_ended


def test_starter_files_have_no_column_that_nobody_reads() -> None:
    for source in ("icnl", "cld_rti", "rti_compiled", "idea_tracker", "idea_monitor"):
        for path in starter_files(source):
            assert len(read_starter(path))


def test_the_committed_dataset_is_what_a_run_makes(tmp_path: Path) -> None:
    committed = paths.bundled_data_dir()
    made = tmp_path / "data"
    pipeline.rebuild(made)
    renew(made)
    manifest = store.read_manifest(committed)
    assert not manifest_imports(committed), "the committed dataset holds starter facts only"
    assert manifest == store.read_manifest(made), "run: civic-tracker run, and commit data/"


def manifest_imports(folder: Path) -> list[Import]:
    return store.read_imports(folder)


def test_two_runs_write_the_same_bytes_and_the_second_writes_nothing(tmp_path: Path) -> None:
    first = pipeline.rebuild(tmp_path / "a")
    other = pipeline.rebuild(tmp_path / "b")
    assert first.changed == other.changed != []
    assert _bytes(tmp_path / "a") == _bytes(tmp_path / "b")
    assert pipeline.rebuild(tmp_path / "a").changed == []
    on = day("2020-05-15")
    assert export_all(first.dataset, tmp_path / "x", on)
    assert export_all(first.dataset, tmp_path / "x", on) == []


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(("published", "staying"), [(0, 2), (1, 2), (2, 0), (3, 0)])
def test_starter_facts_give_way_only_to_as_many_entries_of_the_same_country_and_day(
    tmp_path: Path, published: int, staying: int
) -> None:
    """Two starter facts are of Azerbaijan on 17 March 2020: one entry of that day says nothing about the other."""
    entries = [
        entry(n, country="Azerbaijan", title=f"Example order {n}", introduced="Introduced 17 Mar 2020")
        for n in range(published)
    ]
    other_day = entry(8, country="Azerbaijan", introduced="Introduced 18 Mar 2020")
    other_country = entry(9, country="Kenya", introduced="Introduced 17 Mar 2020")
    document = Document("excerpt.html", page([*entries, other_day, other_country]))
    result = pipeline.import_documents(tmp_path, get_source("icnl"), [document], retrieved=date(2021, 5, 2))
    assert result.run is not None
    ours = [
        (one.country, str(one.introduced))
        for one in result.run.dataset.measures
        if one.source == "icnl" and one.is_starter
    ]
    assert ours.count(("AZE", "2020-03-17")) == staying
    assert len(ours) == 187 - (2 - staying), "facts of other days and countries stay"
    told = [one.reason for one in result.run.dataset.problems if one.code == "starter_replaced"]
    assert told == (
        [f"Starter facts that gave way to the publisher's own entries of the same country and date: {2 - staying}."]
        if staying < 2
        else []
    )
