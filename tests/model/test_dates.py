"""Dates are read as precisely as they are written, and not a day more."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from civic_tracker.model.dates import (
    FIRST_YEAR,
    LAST_YEAR,
    NumericOrder,
    PartialDate,
    dates_in,
    parse_date,
    parse_day_and_month,
)


def _partial(day: date, precision: str) -> PartialDate:
    if precision == "year":
        return PartialDate(day.year)
    return PartialDate(day.year, day.month, day.day if precision == "day" else None)


PARTIAL_DATES = st.builds(
    _partial, st.dates(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)), st.sampled_from(["day", "month", "year"])
)


@pytest.mark.parametrize(
    ("text", "expected", "precision"),
    [
        ("2020-03-15", "2020-03-15", "day"),
        ("2020-03", "2020-03", "month"),
        ("2020", "2020", "year"),
        ("March 2020", "2020-03", "month"),
        ("15 March 2020", "2020-03-15", "day"),
    ],
)
def test_a_date_is_as_precise_as_it_is_written(text: str, expected: str, precision: str) -> None:
    found = parse_date(text)
    assert found is not None
    assert (str(found), found.precision) == (expected, precision)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("March 15, 2020", "2020-03-15"),
        ("Mar. 15 2020", "2020-03-15"),
        ("15th of March 2020", "2020-03-15"),
        ("15 Mar 2020", "2020-03-15"),
        ("  15  MARCH  2020. ", "2020-03-15"),
        ("Sept. 2020", "2020-09"),
        ("15 de marzo de 2020", "2020-03-15"),
        ("1º de mayo del 2020", "2020-05-01"),
        ("setiembre de 2020", "2020-09"),
        ("1er août 2020", "2020-08-01"),
        ("15 février 2020", "2020-02-15"),
        ("fe\u0301vrier 2020", "2020-02"),
        ("２０２０-03-15", "2020-03-15"),
    ],
)
def test_month_names_are_read_in_english_spanish_and_french(text: str, expected: str) -> None:
    assert str(parse_date(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "March",
        "15 March",
        "spring 2020",
        "in force since 15 March 2020",
        "15 March 2020 (extended)",
        "15 März 2020",
        "03/04",
        "20",
        "1899",
        "2101-01-01",
        "Monday",
    ],
)
def test_what_is_not_wholly_a_date_is_not_read(text: str) -> None:
    assert parse_date(text, order="DMY") is None


@pytest.mark.parametrize(
    "text",
    [
        "2021-02-29",
        "2020-13",
        "31 April 2020",
        "February 30, 2020",
        "2020-00",
        "2020-00-00",
        "2020-03-00",
        "0 May 2020",
    ],
)
def test_a_day_or_month_that_does_not_exist_is_not_read(text: str) -> None:
    assert parse_date(text) is None


def test_a_leap_day_is_read_in_a_leap_year() -> None:
    assert str(parse_date("29 February 2020")) == "2020-02-29"


@pytest.mark.parametrize("text", ["03/04/2020", "3.4.2020", "03-04-2020", "03/04/20"])
def test_a_numeric_date_is_read_only_in_a_declared_order(text: str) -> None:
    assert parse_date(text) is None
    assert str(parse_date(text, order="DMY")) == "2020-04-03"
    assert str(parse_date(text, order="MDY")) == "2020-03-04"


def test_a_declared_order_is_never_bent_to_make_a_date_fit() -> None:
    assert parse_date("25/12/2020", order="MDY") is None
    assert parse_date("12/25/2020", order="DMY") is None
    assert parse_date("2020/12/25", order="DMY") is None
    assert parse_date("00/12/2020", order="DMY") is None


@pytest.mark.parametrize("order", [None, "DMY", "MDY", "YMD"])
def test_iso_8601_is_read_whatever_the_declared_order(order: NumericOrder | None) -> None:
    assert str(parse_date("2020-04-03", order=order)) == "2020-04-03"


def test_a_year_of_two_digits_is_of_this_century_and_one_of_three_is_none() -> None:
    assert str(parse_date("8/4/21", order="MDY")) == "2021-08-04"
    assert parse_date("8/4/021", order="MDY") is None


def test_mixed_separators_are_no_date() -> None:
    assert parse_date("03/04-2020", order="DMY") is None


@given(PARTIAL_DATES)
def test_reading_what_was_written_gives_the_same_date(value: PartialDate) -> None:
    assert parse_date(str(value)) == value
    assert PartialDate.from_iso(str(value)) == value


@given(PARTIAL_DATES)
def test_the_first_day_is_never_after_the_last(value: PartialDate) -> None:
    assert value.first_day() <= value.last_day()
    assert (value.first_day() == value.last_day()) == (value.precision == "day")


@given(PARTIAL_DATES, PARTIAL_DATES, PARTIAL_DATES)
def test_dates_are_totally_ordered(one: PartialDate, other: PartialDate, third: PartialDate) -> None:
    assert (one < other) + (one == other) + (one > other) == 1
    if one < other < third:
        assert one < third


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_nothing(text: str) -> None:
    found = parse_date(text, order="DMY")
    assert found is None or FIRST_YEAR <= found.year <= LAST_YEAR


def test_the_last_day_of_a_month_and_of_a_year_is_the_calendars() -> None:
    assert PartialDate(2020, 2).last_day() == date(2020, 2, 29)
    assert PartialDate(2021, 2).last_day() == date(2021, 2, 28)
    assert PartialDate(2020).last_day() == date(2020, 12, 31)


def test_a_day_without_a_month_is_refused() -> None:
    with pytest.raises(ValueError, match="a day needs a month"):
        PartialDate(2020, day=15)


@pytest.mark.parametrize(("month", "day"), [(0, None), (13, None), (2, 30), (3, 0)])
def test_a_date_cannot_be_made_of_parts_that_do_not_exist(month: int, day: int | None) -> None:
    with pytest.raises(ValueError, match=r"must be in|out of range"):
        PartialDate(2020, month, day)


@pytest.mark.parametrize("text", ["15 March 2020", "2020-3-15", "2020-03-15T00:00", "", "20200315"])
def test_the_schema_takes_iso_dates_only(text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(PartialDate).validate_python(text)


@pytest.mark.parametrize(
    ("text", "expected"), [("26 March", "2020-03-26"), ("Mar 26th", "2020-03-26"), ("mayo", "2020-05")]
)
def test_a_date_without_its_year_takes_the_year_that_the_source_declares(text: str, expected: str) -> None:
    assert parse_date(text) is None
    assert str(parse_day_and_month(text, year=2020)) == expected


def test_a_date_without_its_year_still_has_to_exist() -> None:
    assert parse_day_and_month("29 February", year=2021) is None
    assert parse_day_and_month("26 March 2020", year=2020) is None


def test_every_whole_date_inside_a_text_is_found_in_its_order() -> None:
    text = "Announced on 15 March 2020, in force from April 2020, renewed 2020-06-01 and 8/4/21."
    assert [(words, str(value)) for words, value in dates_in(text, order="MDY")] == [
        ("15 march 2020", "2020-03-15"),
        ("april 2020", "2020-04"),
        ("2020-06-01", "2020-06-01"),
        ("8/4/21", "2021-08-04"),
    ]


def test_a_numeric_date_inside_a_text_needs_a_declared_order_too() -> None:
    assert dates_in("until 03/04/2020") == []


@pytest.mark.parametrize("text", ["Myanmar 2021", "Azerbaijan 2020", "dismay 2020", "March 20201", "art. 1/2/2020a"])
def test_a_month_inside_another_word_is_no_date(text: str) -> None:
    assert dates_in(text, order="DMY") == []


def test_the_end_of_a_number_is_no_day() -> None:
    assert [str(value) for _, value in dates_in("Decree 115 March 2020")] == ["2020-03"]
