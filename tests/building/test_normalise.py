"""From the publishers' words to a measure: what is read, what is inferred, and what is left as it was written."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic_tracker.building.normalise import Origin, measure_of
from civic_tracker.declared.sources import get_source
from civic_tracker.declared.terms import load_terms
from civic_tracker.documents.entries import RawEntry
from civic_tracker.leaving import TITLE
from civic_tracker.model.schema import Problem, Record

PAGE = Origin(record="sha256:0123456789abcdef", url="https://www.icnl.org/covid19tracker/", retrieved=date(2021, 5, 2))
STARTER = Origin(record="starter/icnl.csv", ours=True)
ENTRY = RawEntry(
    locator="entry 1",
    country="Kenya",
    title="Example order 12/2020",
    type="order",
    tags=("Assembly", "Movement"),
    introduced="27 Mar 2020",
)


def read(entry: RawEntry, source: str = "icnl", origin: Origin = PAGE) -> tuple[Record | None, list[Problem]]:
    return measure_of(entry, get_source(source), origin, load_terms())


def measure(source: str = "icnl", origin: Origin = PAGE, **changes: Any) -> Record:
    found, _ = read(replace(ENTRY, **changes), source, origin)
    assert found is not None
    return found


def codes(**changes: Any) -> list[str]:
    return [problem.code for problem in read(replace(ENTRY, **changes))[1]]


def test_a_tracker_entry_becomes_a_measure_with_its_words_beside_it() -> None:
    found = measure()
    assert (found.country, found.country_as_written) == ("KEN", "Kenya")
    assert (found.instrument, found.instrument_as_written) == ("order", "order")
    assert (found.liberties, found.liberties_basis) == (("assembly", "movement"), "published")
    assert (str(found.introduced), found.introduced_as_written) == ("2020-03-27", "27 Mar 2020")
    assert (found.stated_by, found.evidence) == ("ICNL", "publisher")
    assert found.source_record == "sha256:0123456789abcdef entry 1"
    assert found.retrieved == date(2021, 5, 2)


@pytest.mark.parametrize(
    "change",
    [
        {"tags": ("Assembly", "Emergency")},
        {"description": "Another text."},
        {"type": "law"},
        {"ending": "Expires 8/4/21"},
        {"title": "EXAMPLE  order 12/2020"},
    ],
)
def test_the_id_outlives_the_publishers_edits(change: dict[str, Any]) -> None:
    assert measure(**change).id == measure().id


@pytest.mark.parametrize(
    "change", [{"title": "Example order 13/2020"}, {"introduced": "28 Mar 2020"}, {"country": "Uganda"}]
)
def test_another_title_date_or_country_is_another_measure(change: dict[str, Any]) -> None:
    assert measure(**change).id != measure().id


def test_the_publishers_own_key_is_the_id() -> None:
    assert measure("idea_tracker", key="8032", tags=(), type="").id == "idea_tracker-KEN-p8032"


@pytest.mark.parametrize("written", ["Eastern Europe", "World", "", "Ruritania", "Yugoslavia"])
def test_an_entry_without_a_certain_country_is_a_problem_and_no_measure(written: str) -> None:
    found, problems = read(replace(ENTRY, country=written))
    assert found is None
    assert [(problem.code, problem.entry_kept) for problem in problems] == [("country_not_matched", False)]


def test_a_code_and_a_name_that_disagree_are_no_country() -> None:
    found, (problem,) = read(replace(ENTRY, country="Niger", country_code="NGA"))
    assert found is None
    assert problem.code == "code_and_name_differ"


def test_an_unknown_tag_is_a_visible_problem_and_the_measure_is_kept() -> None:
    found, (problem,) = read(replace(ENTRY, tags=("Assembly", "Weather")))
    assert found is not None
    assert found.liberties == ("assembly",)
    assert found.tags_as_written == ("Assembly", "Weather")
    assert (problem.code, problem.value, problem.entry_kept) == ("unknown_term", "Weather", True)


def test_an_unknown_type_is_a_visible_problem_and_the_instrument_unknown() -> None:
    assert measure(type="decree-law").instrument == "unknown"
    assert codes(type="decree-law") == ["unknown_term"]


@pytest.mark.parametrize("written", ["2020", "March 2020"])
def test_a_date_is_no_more_precise_than_written(written: str) -> None:
    assert str(measure(introduced=written).introduced) == {"2020": "2020", "March 2020": "2020-03"}[written]


def test_a_malformed_date_keeps_its_words_and_becomes_a_problem() -> None:
    found = measure(introduced="31 Feb 2020")
    assert (found.introduced, found.introduced_as_written) == (None, "31 Feb 2020")
    assert codes(introduced="31 Feb 2020") == ["date_not_understood"]


def test_a_numeric_date_is_read_only_where_the_sources_order_is_declared() -> None:
    assert str(measure("icnl", introduced="03/04/2020").introduced) == "2020-03-04"
    assert measure("cld_rti", introduced="03/04/2020", tags=(), type="").introduced is None


def test_an_end_before_the_start_is_kept_and_reported() -> None:
    assert codes(ending="Expires 1 January 2020") == ["end_before_start"]


def test_words_about_an_end_that_nobody_understands_are_kept_and_reported() -> None:
    found = measure(ending="Until further notice")
    assert (found.ends, found.ending_understood, found.ending_as_written) == (None, False, "Until further notice")
    assert codes(ending="Until further notice") == ["ending_not_understood"]


def test_the_tag_emergency_alone_declares_nothing() -> None:
    found = measure(tags=("Emergency",), title="Example health act")
    assert found.declares_emergency == "unknown"
    assert found.liberties == ("oversight",)


def test_the_tag_emergency_with_words_of_declaration_declares_one() -> None:
    found = measure(tags=("Emergency",), title="Decree declaring a state of emergency")
    assert (found.declares_emergency, found.declares_emergency_basis) == ("yes", "inferred")


@pytest.mark.parametrize("title", ["Act ending the state of danger", "Amendments to the emergency law"])
def test_an_act_that_ends_or_amends_an_emergency_declares_none(title: str) -> None:
    assert measure(tags=("Emergency",), title=title).declares_emergency == "no"


def test_words_of_declaration_without_the_tag_declare_nothing() -> None:
    assert measure(tags=("Assembly",), title="Decree declaring a state of emergency").declares_emergency == "no"
    assert measure(tags=(), title="Decree declaring a state of emergency").declares_emergency == "unknown"


def test_a_title_may_suggest_a_liberty_only_where_no_category_is_published() -> None:
    event = measure("idea_tracker", title="Police block social media", tags=(), type="", period="March 2025")
    assert (event.liberties, event.liberties_basis) == (("expression",), "inferred")
    published = measure("idea_tracker", title="Police block social media", tags=("Freedom of Movement",), type="")
    assert (published.liberties, published.liberties_basis) == (("movement",), "published")


def test_an_effect_needs_a_liberty() -> None:
    banned = measure("idea_tracker", title="Parliament bans marriage under 18", tags=(), type="")
    assert (banned.liberties, banned.effect, banned.effect_basis) == ((), "unclear", "none")


def test_an_inferred_effect_says_so() -> None:
    assert measure(title="Ban on gatherings").effect_basis == "inferred"


def test_a_source_about_one_right_concerns_it_in_every_entry() -> None:
    found = measure("rti_compiled", title="Example pause", tags=(), type="", effect="suspension")
    assert (found.liberties, found.effect, found.effect_basis) == (("information",), "restricts", "published")


def test_only_the_first_part_of_clds_page_lists_acts_that_were_taken() -> None:
    heading = "Countries which have Suspended or Altered RTI Obligations"
    first = measure("cld_rti", title="", section=heading, tags=(), type="")
    other = measure("cld_rti", title="", section="Another heading", tags=(), type="")
    assert (first.stage, first.effect, first.effect_basis, first.title) == ("taken", "restricts", "published", heading)
    assert (other.stage, other.effect) == ("unconfirmed", "unclear")


def test_the_last_update_may_reverse_an_entry() -> None:
    lifted = measure(updates=("An example update.", "UPDATE: The order was repealed."))
    assert (lifted.may_have_ended, lifted.updates_count) == (True, 2)
    assert not measure(updates=("UPDATE: It was repealed.", "UPDATE: It was adopted again.")).may_have_ended


def test_a_date_without_a_year_gets_the_year_only_where_the_source_covers_one() -> None:
    (cld,) = measure("cld_rti", dates_mentioned=("26 March",), tags=(), type="").dates_mentioned
    assert (str(cld.date), cld.year_from_source) == ("2020-03-26", True)
    (icnl,) = measure(dates_mentioned=("26 March",)).dates_mentioned
    assert (icnl.date, icnl.year_from_source, icnl.as_written) == (None, False, "26 March")


def test_a_flag_to_watch_is_the_publishers_assessment() -> None:
    found = measure("idea_tracker", flags=("Watch flag",), tags=(), type="")
    assert (found.assessment, found.flags, found.record_kind) == ("to_watch", ("Watch flag",), "event")


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "ftp://example.org/a", "//example.org"])
def test_only_web_addresses_become_links(link: str) -> None:
    assert measure(links=(link, "https://example.org/a b.pdf")).links == ("https://example.org/a%20b.pdf",)
    assert codes(links=(link,)) == ["link_not_web"]


def test_a_starter_fact_that_was_not_confirmed_is_not_the_publishers_statement() -> None:
    found = measure("icnl", STARTER, evidence="second_hand", reported_by="Example coder notes")
    assert found.stated_by == "Example coder notes, about ICNL"
    compiled = measure("rti_compiled", STARTER, evidence="compiled", url="https://a.example.org/1", tags=(), type="")
    assert compiled.stated_by == "a.example.org"


def test_what_we_read_into_a_starter_fact_is_inferred_and_not_published() -> None:
    found = measure("icnl", STARTER, emergency="yes")
    assert (found.declares_emergency, found.declares_emergency_basis) == ("yes", "inferred")
    assert found.title_by == "civic-tracker"


def test_a_title_of_a_hundred_thousand_characters_is_cut_and_reported() -> None:
    found, (problem,) = read(replace(ENTRY, title="x" * 100_000))
    assert found is not None
    assert len(found.title) == TITLE.longest
    assert problem.code == "title_shortened"


def test_control_characters_and_reversed_text_do_not_enter_the_dataset() -> None:
    assert measure(title="Example\x00 \u202eorder\u202c 12").title == "Example order 12"


def test_an_entry_without_title_and_heading_is_a_problem() -> None:
    found, (problem,) = read(replace(ENTRY, title=" "))
    assert (found, problem.code) == (None, "no_title")


@given(
    st.builds(
        RawEntry,
        locator=st.just("entry 1"),
        country=st.sampled_from(["Kenya", "Ruritania", "Perú"]) | st.text(max_size=20),
        title=st.text(max_size=60),
        type=st.text(max_size=10),
        tags=st.lists(st.text(max_size=15), max_size=3).map(tuple),
        introduced=st.text(max_size=25) | st.dates().map(str),
        ending=st.text(max_size=40),
        links=st.lists(st.text(max_size=30), max_size=2).map(tuple),
        updates=st.lists(st.text(max_size=40), max_size=2).map(tuple),
        dates_mentioned=st.lists(st.text(max_size=20), max_size=2).map(tuple),
    ),
    st.sampled_from(["icnl", "cld_rti", "idea_tracker"]),
)
def test_any_entry_becomes_a_measure_or_a_problem_and_never_neither(entry: RawEntry, source: str) -> None:
    found, problems = read(entry, source)
    assert (found is None) == any(not problem.entry_kept for problem in problems)
    if found:
        assert Record.model_validate_json(found.model_dump_json()) == found


def test_a_country_given_by_its_code_alone_is_written_as_that_code() -> None:
    found = measure(country="", country_code="PER")
    assert (found.country, found.country_as_written) == ("PER", "PER")
