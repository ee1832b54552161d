"""Whether a measure still stands is told from its own dates, and silence is never read as an answer."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic_tracker.model.dates import PartialDate
from civic_tracker.model.schema import Record, Stage, Status
from civic_tracker.model.status import STATUS_WORDS, has_end, lacks_end, status
from tests.support.examples import a_measure, an_event


def _on(day: str) -> date:
    return date.fromisoformat(day)


@pytest.mark.parametrize(
    ("ends", "day", "expected"),
    [
        ("2020-06-30", "2020-06-29", "in_force_until"),
        ("2020-06-30", "2020-06-30", "in_force_until"),
        ("2020-06-30", "2020-07-01", "end_date_passed"),
        ("2020-06", "2020-05-31", "in_force_until"),
        ("2020-06", "2020-06-01", "unknown"),
        ("2020-06", "2020-06-30", "unknown"),
        ("2020-06", "2020-07-01", "end_date_passed"),
        ("2021", "2020-12-31", "in_force_until"),
        ("2021", "2021-01-01", "unknown"),
        ("2021", "2021-12-31", "unknown"),
        ("2021", "2022-01-01", "end_date_passed"),
    ],
)
def test_a_scheduled_end_passes_only_once_its_last_possible_day_is_over(ends: str, day: str, expected: Status) -> None:
    assert status(a_measure(ends=ends), _on(day)) == expected


@pytest.mark.parametrize(
    ("ended_on", "day", "expected"),
    [
        ("2020-06-30", "2020-06-29", "in_force_until"),
        ("2020-06-30", "2020-06-30", "ended"),
        ("2020-06-30", "2020-07-01", "ended"),
        ("2020-06", "2020-05-31", "in_force_until"),
        ("2020-06", "2020-06-01", "unknown"),
        ("2020-06", "2020-06-29", "unknown"),
        ("2020-06", "2020-06-30", "ended"),
        ("2021", "2020-12-31", "in_force_until"),
        ("2021", "2021-06-01", "unknown"),
        ("2021", "2021-12-31", "ended"),
    ],
)
def test_a_measure_that_was_lifted_has_ended_from_the_day_that_is_certain(
    ended_on: str, day: str, expected: Status
) -> None:
    assert status(a_measure(ended_on=ended_on), _on(day)) == expected


def test_a_measure_lifted_early_has_ended_whatever_end_was_scheduled() -> None:
    lifted = a_measure(ends="2021-12-31", ended_on="2020-06-30")
    assert status(lifted, _on("2020-07-01")) == "ended"


@pytest.mark.parametrize(
    ("introduced", "day", "expected"),
    [
        ("2020-03-15", "2020-03-14", "not_yet_introduced"),
        ("2020-03-15", "2020-03-15", "no_end_recorded"),
        ("2020-03", "2020-02-29", "not_yet_introduced"),
        ("2020-03", "2020-03-01", "no_end_recorded"),
        ("2020", "2019-12-31", "not_yet_introduced"),
        (None, "1990-01-01", "no_end_recorded"),
    ],
)
def test_a_measure_is_introduced_from_its_first_possible_day(
    introduced: str | None, day: str, expected: Status
) -> None:
    assert status(a_measure(introduced=introduced), _on(day)) == expected


def test_an_event_is_placed_by_the_month_it_is_reported_under() -> None:
    assert status(an_event(period="2023-06"), _on("2023-05-31")) == "not_yet_introduced"


SILENT = [
    an_event(),
    a_measure(stage="proposed"),
    a_measure(stage="unconfirmed"),
    a_measure(ending_understood=False, ending_as_written="until further notice by the example council"),
    a_measure(may_have_ended=True),
]


@pytest.mark.parametrize("measure", SILENT)
@pytest.mark.parametrize("day", ["2023-06-01", "2030-01-01"])
def test_what_is_not_known_to_last_is_unknown_and_never_called_open_ended(measure: Record, day: str) -> None:
    assert status(measure, _on(day)) == "unknown"
    assert not lacks_end(measure)


@pytest.mark.parametrize("stage", ["proposed", "unconfirmed"])
def test_an_act_that_was_not_taken_neither_runs_nor_ends(stage: Stage) -> None:
    assert status(a_measure(stage=stage, ends="2020-06-30"), _on("2020-07-01")) == "unknown"


def test_a_recorded_end_counts_even_when_an_update_hints_at_another() -> None:
    assert status(a_measure(may_have_ended=True, ends="2020-06-30"), _on("2020-07-01")) == "end_date_passed"


def test_having_an_end_and_lacking_one_are_about_the_record_not_the_day() -> None:
    assert has_end(a_measure(ends="2099"))
    assert has_end(a_measure(ended_on="2020-06"))
    assert not has_end(a_measure())
    assert lacks_end(a_measure())
    assert not lacks_end(a_measure(ends="2099"))


_DAYS = st.dates(date(2019, 1, 1), date(2023, 1, 1))
_ENDS = st.none() | _DAYS.flatmap(
    lambda day: st.sampled_from([f"{day.year}", f"{day:%Y-%m}", day.isoformat()]).map(PartialDate.from_iso)
)


@given(_ENDS, _ENDS, _DAYS)
def test_a_measure_that_has_ended_stays_ended(
    ends: PartialDate | None, ended_on: PartialDate | None, day: date
) -> None:
    measure = a_measure(ends=ends, ended_on=ended_on)
    if status(measure, day) in {"ended", "end_date_passed"}:
        assert status(measure, day + timedelta(days=1)) == status(measure, day)


@given(_ENDS, _ENDS, _DAYS)
def test_no_end_recorded_is_said_only_where_none_is(
    ends: PartialDate | None, ended_on: PartialDate | None, day: date
) -> None:
    measure = a_measure(ends=ends, ended_on=ended_on, introduced=None)
    assert (status(measure, day) == "no_end_recorded") == (ends is None and ended_on is None)


def test_every_status_has_words() -> None:
    days = [_on("2020-01-01"), _on("2020-04-01"), _on("2020-06-15"), _on("2022-01-01")]
    ends = [{}, {"ends": "2020-06"}, {"ended_on": "2020-06"}]
    assert {status(a_measure(**end), day) for end in ends for day in days} == set(STATUS_WORDS)


def test_an_act_that_relaxes_is_not_asked_for_its_end() -> None:
    assert lacks_end(a_measure(effect="restricts"))
    assert not lacks_end(a_measure(effect="relaxes"))


def test_a_spell_that_its_series_leaves_open_is_unknown() -> None:
    assert status(a_measure(record_kind="spell"), date(2023, 1, 1)) == "unknown"
    assert status(a_measure(record_kind="spell", ended_on="2020-04-01"), date(2023, 1, 1)) == "ended"
