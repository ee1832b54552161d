"""What texts state in figures."""

import pytest

from civic_tracker.linking import reading
from civic_tracker.linking.words import plain


@pytest.mark.parametrize(
    ("text", "until", "others"),
    [
        ("Until 31st of May", {(5, 31)}, set()),
        ("extended until June 2, 2020", {(6, 2)}, set()),
        ("hasta el 3 de abril", {(4, 3)}, set()),
        ("jusqu'au 15 mai", {(5, 15)}, set()),
        ("until the end of May", {(5, 31)}, set()),
        ("due to the outbreak on March 11", set(), {(3, 11)}),
        ("from 3 April to 5 May", {(5, 5)}, {(4, 3)}),
        ("announced on 5 March, lasts until 9 April", {(4, 9)}, {(3, 5)}),
        ("from 23/03/2020", set(), {(3, 23)}),
        ("from 03/04/2020, in one order or the other", set(), set()),
        ("on 31 February", set(), set()),
        ("the 14 day ban", set(), set()),
        ("through 5:00 a.m. on Tuesday April 21", {(4, 21)}, set()),
    ],
)
def test_days_are_read_with_and_without_their_year(
    text: str, until: set[tuple[int, int]], others: set[tuple[int, int]]
) -> None:
    found = reading.dates(plain(text))
    assert set(found.until) == until
    assert set(found.others) == others


@pytest.mark.parametrize(
    "text",
    [
        "from 9 pm to 5 am",
        "9:00 p.m. - 5:00 a.m.",
        "de 21h00 à 05h00",
        "between 2100 and 0500",
        "from nine p.m. until five a.m.",
        "21.00-05.00",
    ],
)
def test_hours_are_read_however_they_are_written(text: str) -> None:
    assert reading.clock_times(plain(text)) == {21 * 60, 5 * 60}


def test_years_and_dates_are_no_hours() -> None:
    assert reading.clock_times(plain("2020-2021, 21.05.2020, Law 20/2020")) == frozenset()


@pytest.mark.parametrize(
    "text",
    ["more than 50 people", "gatherings of fifty or more persons", "más de 50 personas", "plus de cinquante personnes"],
)
def test_limits_on_people_are_read(text: str) -> None:
    assert reading.head_counts(plain(text)) == {50}


def test_shares_days_and_years_are_no_limits_on_people() -> None:
    assert reading.head_counts(plain("up to 50% for more than 14 days, to 2021")) == frozenset()


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("a 30-day ban", 30),
        ("for two weeks", 14),
        ("another month", 30),
        ("for a further 60 days", 60),
        ("12 months", 365),
        ("72 hours", 3),
        ("por 15 dias", 15),
    ],
)
def test_lengths_of_time_are_read(text: str, days: int) -> None:
    assert reading.durations(plain(text)) == {days}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Decree 77/2020", "77"),
        ("Decreto N° 77", "77"),
        ("Decree no. 2020-77", "77"),
        ("PCM 077-2020", "77"),
        ("Law No. 77 of 2020", "77"),
        ("Decree 77/20", "77"),
        ("Law 59-231", "59-231"),
    ],
)
def test_numbers_of_instruments_are_read_in_either_order(text: str, number: str) -> None:
    assert reading.instruments(plain(text))[0] == {number}


def test_phases_are_read_as_numbers_and_words() -> None:
    assert reading.stages(plain("the second phase")) == reading.stages(plain("Phase 2")) == {2}
