"""Exact repetitions merge, everything else stays, and nothing is lost between what came in and what goes out."""

from hypothesis import given
from hypothesis import strategies as st

from civic_tracker.building.merge import merge_measures, merge_observations
from civic_tracker.model.schema import Observation, Record
from tests.support.examples import a_measure, an_event, an_observation


def test_the_same_entry_on_two_pages_is_one_record() -> None:
    first = a_measure()
    again = a_measure(source_record="sha256:fedcba9876543210 entry 9", retrieved="2021-05-02")
    assert merge_measures([first, again]) == ([first], 1, [])


def test_two_measures_of_one_day_and_title_that_differ_are_both_kept_and_reported() -> None:
    first, second = a_measure(), a_measure(instrument="law", source_record="sha256:fedcba9876543210 entry 2")
    kept, duplicates, problems = merge_measures([first, second])
    assert [one.id for one in kept] == ["icnl-KEN-0123456789", "icnl-KEN-0123456789-2"]
    assert [one.instrument for one in kept] == ["order", "law"]
    assert duplicates == 0
    assert [(one.code, one.entry, one.entry_kept) for one in problems] == [
        ("same_identity", "sha256:fedcba9876543210 entry 2", True)
    ]


def test_a_third_one_like_the_second_is_a_repetition_of_it() -> None:
    kept, duplicates, problems = merge_measures([a_measure(), a_measure(place="Nairobi"), a_measure(place="Nairobi")])
    assert (len(kept), duplicates, len(problems)) == (2, 1, 1)


def test_each_different_one_gets_a_number_of_its_own() -> None:
    kept, _, problems = merge_measures([a_measure(note=str(number)) for number in range(4)])
    assert [one.id.removeprefix("icnl-KEN-0123456789") for one in kept] == ["", "-2", "-3", "-4"]
    assert len(problems) == 3


def test_a_publishers_own_key_is_one_record_whatever_the_publisher_edited() -> None:
    first, edited = a_measure(id="icnl-KEN-p17"), a_measure(id="icnl-KEN-p17", title="Edited title", liberties=())
    kept, duplicates, problems = merge_measures([first, edited])
    assert (kept, duplicates) == ([first], 1)
    assert [one.code for one in problems] == ["same_key"]


def test_an_event_on_its_own_page_and_on_its_countrys_is_one_record() -> None:
    first, elsewhere = an_event(), an_event(description="A shorter text.", flags=("Watch flag",))
    assert merge_measures([first, elsewhere]) == ([first], 1, [])


def test_records_of_two_countries_never_merge() -> None:
    here, there = a_measure(), a_measure(id="icnl-UGA-0123456789", country="UGA")
    assert merge_measures([here, there]) == ([here, there], 0, [])


_MEASURES = st.lists(
    st.builds(
        lambda key, note, event: (an_event if event else a_measure)(id=f"icnl-KEN-{key}", note=note),
        st.sampled_from(["aa", "bb", "p1", "p1-2"]),
        st.sampled_from(["", "x", "y"]),
        st.booleans(),
    ),
    max_size=12,
)


@given(_MEASURES)
def test_every_entry_is_a_record_or_a_repetition_and_every_id_is_used_once(measures: list[Record]) -> None:
    kept, duplicates, problems = merge_measures(measures)
    assert len(kept) + duplicates == len(measures)
    assert len({one.id for one in kept}) == len(kept)
    assert all(one.entry_kept for one in problems)


@given(_MEASURES)
def test_merging_what_was_merged_changes_nothing(measures: list[Record]) -> None:
    kept, _, _ = merge_measures(measures)
    again, duplicates, problems = merge_measures(kept)
    assert ([one.id for one in again], duplicates, problems) == ([one.id for one in kept], 0, [])


def test_the_same_figure_twice_is_one_figure() -> None:
    first = an_observation()
    assert merge_observations([first, an_observation(source_record="elsewhere row 9")]) == ([first], 1, [])


def test_two_different_figures_for_one_year_keep_the_first_and_report_the_other() -> None:
    first, other = an_observation(), an_observation(value=0.7, value_as_written="0.7", source_record="elsewhere row 9")
    kept, duplicates, problems = merge_observations([first, other])
    assert (kept, duplicates) == ([first], 0)
    assert [(one.code, one.value, one.entry, one.entry_kept) for one in problems] == [
        ("figures_differ", "0.7", "elsewhere row 9", False)
    ]


def test_figures_that_differ_only_in_their_bounds_differ() -> None:
    _, duplicates, problems = merge_observations([an_observation(lower=0.4), an_observation(lower=0.3)])
    assert (duplicates, len(problems)) == (0, 1)


def test_two_releases_are_two_series() -> None:
    old, new = an_observation(release="v5"), an_observation(release="v7", value=0.7, value_as_written="0.7")
    assert merge_observations([old, new]) == ([old, new], 0, [])


@given(
    st.lists(
        st.builds(
            lambda period, value: an_observation(period=period, value_as_written=value),
            st.sampled_from(["2020", "2021"]),
            st.sampled_from(["0.1", "0.2", ""]),
        ),
        max_size=10,
    )
)
def test_every_figure_is_kept_a_repetition_or_a_problem(observations: list[Observation]) -> None:
    kept, duplicates, problems = merge_observations(observations)
    assert len(kept) + duplicates + len(problems) == len(observations)
