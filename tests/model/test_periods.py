from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic_tracker.model.periods import Period, parse_period


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2020", date(2020, 1, 1), date(2020, 12, 31)),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2020-Q1", date(2020, 1, 1), date(2020, 3, 31)),
        ("2020-Q4", date(2020, 10, 1), date(2020, 12, 31)),
        ("2020-03-15", date(2020, 3, 15), date(2020, 3, 15)),
        ("2020-03-15/2020-04-20", date(2020, 3, 15), date(2020, 4, 20)),
        ("2020-Q2/2021-Q2", date(2020, 4, 1), date(2021, 6, 30)),
    ],
)
def test_a_period_has_a_first_and_a_last_day(text: str, first: date, last: date) -> None:
    period = Period.from_iso(text)
    assert (period.first_day(), period.last_day(), str(period)) == (first, last, text)


@pytest.mark.parametrize(
    "text",
    ["", "2020-Q5", "2020-Q0", "Q3", "2020-13", "2020-02-30", "2020/", "/2020", "2021/2020", "2020-Q3-01", "0000"],
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Period.from_iso(text)
    assert parse_period(text) is None


@pytest.mark.parametrize("written", ["2020-Q3", "2020 Q3", "Q3 2020", "q3-2020", "2020Q3"])
def test_a_quarter_is_read_as_it_is_usually_written(written: str) -> None:
    assert str(parse_period(written)) == "2020-Q3"


def test_a_period_in_words_is_read() -> None:
    assert str(parse_period("March 2020")) == "2020-03"


def test_periods_are_ordered_by_their_days() -> None:
    texts = ["2021-Q1", "2020", "2020-Q2", "2020-Q1", "2020-04-01/2020-04-02"]
    assert [str(one) for one in sorted(map(Period.from_iso, texts))] == [
        "2020-Q1",
        "2020",
        "2020-04-01/2020-04-02",
        "2020-Q2",
        "2021-Q1",
    ]


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_an_interval_of_days_is_read_back(one: date, other: date) -> None:
    first, last = sorted((one, other))
    period = Period.from_iso(f"{first}/{last}")
    assert (period.first_day(), period.last_day()) == (first, last)
    assert parse_period(str(period)) == period
