"""The summary of a country on a day: counts that can be checked by hand, and silence that is explained."""

from datetime import date
from typing import get_args

import pytest

from civic_tracker.declared.sources import get_source
from civic_tracker.declared.vocabulary import FAILURE_WORDS
from civic_tracker.findings.summary import latest_observations, summarise
from civic_tracker.model.dates import PartialDate
from civic_tracker.model.runs import FailureKind
from civic_tracker.model.schema import Coverage, CoverageState, Observation, Record, SourceCount
from civic_tracker.store.contents import Dataset, SourceState, Staleness
from civic_tracker.words.languages import language
from civic_tracker.words.report_words import say_reason, say_stale
from tests.support.examples import an_observation

ON = date(2020, 12, 31)


def measure(number: int, **changes: object) -> Record:
    fields: dict[str, object] = {
        "id": f"icnl-KEN-{number}",
        "source": "icnl",
        "evidence": "publisher",
        "stated_by": "ICNL",
        "country": "KEN",
        "country_as_written": "Kenya",
        "title": f"Example order {number}",
        "title_by": "publisher",
        "record_kind": "measure",
        "source_record": "example",
        "introduced": "2020-03-27",
    }
    return Record.model_validate(fields | changes)


def state(source: str, *, complete: bool, measures: int = 1) -> SourceState:
    count = SourceCount(source=source, entries=1, measures=1, figures=0, duplicates=0, asides=0, rejected=0)
    return SourceState(count=count, measures=measures, observations=0, complete=complete, documents=1)


def test_records_after_the_day_are_left_out_and_undated_ones_are_counted() -> None:
    records = [measure(1), measure(2, introduced="2021-01-01"), measure(3, introduced=None)]
    summary = summarise(Dataset(measures=records), "KEN", ON)
    assert (summary.records, summary.undated) == (2, 1)


def test_a_record_counts_once_in_each_of_its_liberties() -> None:
    records = [measure(1, liberties=("assembly", "movement")), measure(2, liberties=("movement",)), measure(3)]
    summary = summarise(Dataset(measures=records), "KEN", ON)
    assert {tally.value: tally.records for tally in summary.by_liberty} == {"assembly": 1, "movement": 2}
    assert (summary.records, summary.unclassified) == (3, 1)


def test_with_and_without_a_recorded_end_leave_events_and_proposals_out() -> None:
    records = [
        measure(1, ends="2020-06-01"),
        measure(2, ended_on="2020-07-01"),
        measure(3),
        measure(4, record_kind="event"),
        measure(5, stage="proposed"),
        measure(6, may_have_ended=True),
    ]
    summary = summarise(Dataset(measures=records), "KEN", ON)
    assert (summary.with_end, summary.without_end) == (2, 1)
    assert {tally.value: tally.records for tally in summary.by_status} == {
        "ended": 1,
        "end_date_passed": 1,
        "no_end_recorded": 1,
        "unknown": 3,
    }


def test_first_and_latest_are_dates_as_precise_as_recorded() -> None:
    records = [measure(1, introduced="2020-04"), measure(2, introduced="2020-03-27"), measure(3, introduced=None)]
    summary = summarise(Dataset(measures=records), "KEN", ON)
    assert (str(summary.first), str(summary.latest)) == ("2020-03-27", "2020-04")


def test_other_countries_are_not_counted() -> None:
    other = measure(1).model_copy(update={"country": "UGA"})
    assert summarise(Dataset(measures=[other]), "KEN", ON).records == 0


def coverage(dataset: Dataset, country: str, source: str) -> Coverage:
    return next(one for one in summarise(dataset, country, ON).coverage if one.source == source)


@pytest.mark.parametrize(
    ("country", "source", "complete", "expected", "reason"),
    [
        ("KEN", "icnl", True, "has_entries", ""),
        ("FJI", "icnl", True, "none_recorded", "complete_silent"),
        ("FJI", "icnl", False, "not_known", "excerpt_silent"),
        ("SYC", "idea_tracker", True, "not_covered", "not_listed"),
        ("SYC", "idea_tracker", False, "not_covered", "not_listed"),
        ("FJI", "idea_tracker", True, "none_recorded", "complete_silent"),
        ("FJI", "idea_monitor", True, "not_known", "coverage_unknown"),
    ],
)
def test_silence_is_explained(country: str, source: str, complete: bool, expected: CoverageState, reason: str) -> None:
    dataset = Dataset(measures=[measure(1)], states={source: state(source, complete=complete)})
    found = coverage(dataset, country, source)
    assert (found.state, found.reason) == (expected, reason)


def test_a_source_of_which_nothing_is_loaded_is_not_known() -> None:
    found = coverage(Dataset(), "KEN", "icnl")
    assert (found.state, found.reason) == ("not_known", "nothing_loaded")
    both = Dataset(measures=[measure(1)], observations=[an_observation(source="icnl")])
    assert coverage(both, "KEN", "icnl").state == "has_entries"


@pytest.mark.parametrize(
    ("retrieved", "measures", "words"),
    [
        (date(2020, 5, 4), 1, "ICNL's records are those of 4 May 2020: since 20 November 2026 its page"),
        (None, 1, "ICNL's records are the bundled starter facts: since 20 November 2026 its page"),
        (None, 0, "ICNL's records are not here: since 20 November 2026 its page"),
    ],
)
def test_a_stale_source_says_how_old_its_records_are(retrieved: date | None, measures: int, words: str) -> None:
    stale = Staleness(since=date(2026, 11, 20), kind="not_found")
    old = state("icnl", complete=True, measures=measures).model_copy(update={"retrieved": retrieved, "stale": stale})
    said = say_stale(get_source("icnl"), old, language("en"))
    assert said.startswith(words)
    assert said.endswith("could not be taken over (the page is gone).")
    found = coverage(Dataset(states={"icnl": old}), "FJI", "icnl")
    assert say_reason(found, language("en")).endswith(f". {said}")
    assert (found.stale_since, found.stale_kind) == (date(2026, 11, 20), "not_found")


def test_a_source_that_is_not_stale_says_nothing_of_it() -> None:
    assert say_stale(get_source("icnl"), state("icnl", complete=True), language("en")) == ""
    assert say_stale(get_source("icnl"), None, language("en")) == ""


def test_every_kind_of_failure_has_words() -> None:
    assert set(FAILURE_WORDS) == set(get_args(FailureKind))


def test_confirmed_counts_only_what_was_read_on_the_publishers_page_or_a_copy() -> None:
    records = [measure(1), measure(2, evidence="copy"), measure(3, evidence="second_hand")]
    summary = summarise(Dataset(measures=records), "KEN", ON)
    assert (summary.records, summary.confirmed) == (3, 2)


def test_the_latest_figure_of_each_indicator_is_of_the_newest_period_and_release() -> None:
    def figure(period: str, release: str, value: float) -> Observation:
        return Observation(
            source="idea_gsod",
            release=release,
            country="KEN",
            country_as_written="Kenya",
            period=PartialDate.from_iso(period),
            indicator="gsod_civil_liberties",
            indicator_as_written="C_SD22",
            value=value,
            value_as_written=str(value),
            stated_by="IDEA GSoD",
            source_record="example",
        )

    figures = [figure("2020", "v5.1", 0.5), figure("2019", "v5.1", 0.6), figure("2020", "v4", 0.4)]
    assert [one.value for one in latest_observations(figures)] == [0.5]


def test_a_summary_counts_each_thing_for_itself() -> None:
    records = [
        measure(1, effect="restricts", instrument="law", liberties=("assembly",)),
        measure(2, effect="restricts", instrument="order", declares_emergency="yes", evidence="copy"),
        measure(3, effect="relaxes", instrument="order", evidence="second_hand"),
        measure(7, effect="restricts", instrument="order", evidence="second_hand", ends="2020-06-01"),
        measure(4, record_kind="spell", effect="restricts", ended_on="2020-06-01"),
        measure(5, record_kind="spell", effect="restricts"),
        measure(6, introduced=None, effect="unclear", declares_emergency="no", instrument="unknown", ends="2020-06-01"),
    ]
    found = summarise(Dataset(measures=records), "KEN", ON)
    assert (found.records, found.spells, found.acts) == (5, 2, 5)
    assert (found.restricting, found.confirmed, found.emergencies, found.undated) == (3, 3, 1, 1)
    assert (found.with_end, found.without_end, found.unclassified) == (2, 2, 4)
    assert {tally.value: tally.records for tally in found.by_effect} == {"restricts": 3, "relaxes": 1, "unclear": 1}
    assert {tally.value: tally.records for tally in found.by_instrument} == {"law": 1, "order": 3, "unknown": 1}


@pytest.mark.parametrize(
    ("country", "day", "expected"),
    [
        ("KEN", date(2020, 5, 15), ("Kenya", "member", "Africa and the Middle East")),
        ("UGA", date(2020, 5, 15), ("Uganda", "not_member", "")),
        ("TZA", date(2020, 5, 15), ("Tanzania", "not_member", "Africa and the Middle East")),
    ],
)
def test_a_summary_names_the_country_and_its_membership_on_the_day(
    country: str, day: date, expected: tuple[str, str, str]
) -> None:
    found = summarise(Dataset(), country, day)
    assert (found.name, found.membership, found.region) == expected


def figure_of(
    country: str, period: str, indicator: str = "gsod_civil_liberties", source: str = "idea_gsod"
) -> Observation:
    return an_observation(country=country, period=period, indicator=indicator, source=source)


def test_figures_of_the_country_that_had_begun_on_the_day_are_shown_and_counted() -> None:
    figures = [
        *(figure_of("KEN", period) for period in ("2019", "2020-12-31", "2021")),
        figure_of("KEN", "2019", "gsod_expression"),
        figure_of("UGA", "2019"),
        figure_of("KEN", "2020-10", "rating", "civicus_monitor"),
    ]
    found = summarise(Dataset(observations=figures), "KEN", date(2020, 12, 31))
    assert [(one.indicator, str(one.period)) for one in found.observations] == [
        ("rating", "2020-10"),
        ("gsod_civil_liberties", "2020-12-31"),
        ("gsod_expression", "2019"),
    ]
    told = {one.source: (one.state, one.records, one.figures) for one in found.coverage if one.state == "has_entries"}
    assert told == {"idea_gsod": ("has_entries", 0, 3), "civicus_monitor": ("has_entries", 0, 1)}
    others = summarise(Dataset(observations=figures), "KEN", date(2020, 12, 30)).coverage
    assert next(one.figures for one in others if one.source == "idea_gsod") == 2


def test_coverage_tells_when_a_source_was_read_and_whether_it_may_hold_more() -> None:
    records = [measure(1), measure(2, evidence="second_hand")]
    whole = state("icnl", complete=True).model_copy(update={"retrieved": date(2020, 5, 4)})
    found = coverage(Dataset(measures=records, states={"icnl": whole}), "KEN", "icnl")
    assert (found.records, found.confirmed, found.checked, found.reason) == (2, 1, date(2020, 5, 4), "")
    assert (found.stale_since, found.stale_kind) == (None, "")
    part = state("icnl", complete=False)
    found = coverage(Dataset(measures=records, states={"icnl": part}), "KEN", "icnl")
    assert (found.checked, found.reason) == (None, "excerpt")
