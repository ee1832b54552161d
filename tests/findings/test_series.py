"""A series is of one release, its latest figure is the report's, and its baseline was over before the pandemic."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic_tracker.findings.series import PANDEMIC, Series, series_of
from civic_tracker.findings.summary import latest_observations
from civic_tracker.model.schema import Observation
from civic_tracker.words.languages import language
from civic_tracker.words.series_words import say_figures, say_series
from tests.support.examples import an_observation

ENGLISH, FRENCH = language("en"), language("fr")


def a_figure(period: str, value: float, **changes: Any) -> Observation:
    return an_observation(**{"period": period, "value": value, "value_as_written": str(value)} | changes)


def a_run(period: str, value: int) -> Observation:
    """Days in a row at one level of a daily series of OxCGRT."""
    return a_figure(
        period,
        value,
        value_as_written=str(value),
        source="oxcgrt",
        release="legacy",
        daily=True,
        indicator="oxcgrt_gatherings",
        indicator_as_written="C4M_Restrictions on gatherings",
    )


def the_series(*observations: Observation) -> Series:
    (series,) = series_of(observations).values()
    return series


def _points(series: Series) -> list[tuple[str, float, bool]]:
    return [(str(one.period), one.value, one.joined) for one in series.points]


def test_the_points_are_of_the_release_that_has_the_newest_figure() -> None:
    series = the_series(
        a_figure("2019", 0.1, release="v7"),
        a_figure("2018", 0.2, release="v8"),
        a_figure("2020", 0.3, release="v8"),
        a_figure("2017", 0.4, release="v10"),
    )
    assert series.latest.release == "v8"
    assert _points(series) == [("2018", 0.2, False), ("2020", 0.3, False)]


def test_of_two_releases_with_the_newest_period_the_later_is_taken() -> None:
    series = the_series(a_figure("2020", 0.1, release="v10"), a_figure("2020", 0.2, release="v9"))
    assert (series.latest.release, _points(series)) == ("v10", [("2020", 0.1, False)])


def test_figures_that_follow_one_another_are_joined_and_no_others() -> None:
    series = the_series(*(a_figure(year, 0.5) for year in ("2015", "2016", "2018")))
    assert [joined for *_, joined in _points(series)] == [False, True, False]


def test_an_interval_over_all_quarters_is_no_point_beside_the_quarters() -> None:
    series = the_series(
        a_figure("2020-Q2", 0.1), a_figure("2020-Q2/2020-Q4", 0.2), a_figure("2020-Q3", 0.3), a_figure("2020-Q4", 0.4)
    )
    assert [period for period, *_ in _points(series)] == ["2020-Q2", "2020-Q3", "2020-Q4"]


def test_the_baseline_is_the_last_figure_that_was_over_before_the_pandemic() -> None:
    series = the_series(*(a_figure(year, value) for year, value in (("2018", 0.7), ("2019", 0.62), ("2020", 0.58))))
    assert series.baseline is not None
    assert str(series.baseline.period) == "2019"
    assert say_series(series, ENGLISH) == "From 0.62 (2019) to 0.58 (2020)."
    assert say_figures(series, ENGLISH) == "2019: 0.62; 2020: 0.58"
    assert say_series(series, FRENCH) == "De 0,62 (2019) à 0,58 (2020)."


@pytest.mark.parametrize(
    ("period", "before"), [("2020-02", True), ("2020-03-10", True), ("2020-03-11", False), ("2020-Q1", False)]
)
def test_the_pandemic_is_that_of_the_who(period: str, before: bool) -> None:
    assert date(2020, 3, 11) == PANDEMIC
    assert (the_series(a_figure(period, 1)).baseline is not None) is before


def test_no_figure_from_before_is_said() -> None:
    series = the_series(a_figure("2020", 0.58), a_figure("2021", 0.6))
    assert series.baseline is None
    assert say_series(series, ENGLISH) == "0.6 (2021); no figure from before the pandemic."
    assert say_figures(series, ENGLISH) == "2021: 0.6; no figure from before the pandemic"


def test_a_baseline_of_another_release_is_none() -> None:
    assert the_series(a_figure("2019", 0.6, release="v4"), a_figure("2020", 0.5, release="v5")).baseline is None


def test_a_series_that_ends_before_the_pandemic_is_said_to_have_no_later_figure() -> None:
    series = the_series(a_figure("2018", 0.6), a_figure("2019", 0.58))
    assert say_series(series, ENGLISH) == "0.58 (2019); no later figure."


def test_the_baseline_of_a_daily_series_is_that_of_the_eve_of_the_pandemic() -> None:
    series = the_series(a_run("2020-01-01/2020-03-12", 0), a_run("2020-03-13/2022-12-31", 4))
    assert series.daily
    assert series.baseline is not None
    assert (str(series.baseline.period), series.baseline.value) == ("2020-03-10", 0)
    assert say_series(series, ENGLISH) == "From 0 (10 March 2020) to 4 (13 March 2020 to 31 December 2022)."


@pytest.mark.parametrize(
    ("column", "value", "low", "high"),
    [("C_A1", 0.5, 0, 1), ("C_A1", 1.2, 0, 1.2), ("democratic_performance_numeric", 3, 1, 5), ("unheard_of", 7, 7, 7)],
)
def test_the_range_is_the_publishers_scale_or_that_of_the_values(
    column: str, value: float, low: float, high: float
) -> None:
    series = the_series(a_figure("2020", value, indicator_as_written=column))
    assert (series.low, series.high) == (low, high)


def test_codes_of_kinds_and_words_have_no_points() -> None:
    kinds = a_figure("2020-Q2", 4, source="vdem_pandem", indicator="pandem_emlaw", indicator_as_written="emlaw")
    words = an_observation(value=None, value_as_written="weak")
    assert the_series(kinds).scale == "1-7, kinds"
    assert the_series(kinds).points == the_series(words).points == ()
    assert say_series(the_series(words), ENGLISH) == "weak (2020); no figure from before the pandemic."


def test_a_series_is_drawn_from_2010_unless_another_year_is_asked_for() -> None:
    figures = [a_figure(str(year), 0.5) for year in range(1975, 2021)]
    assert [str(the_series(*figures).points[0].period), str(the_series(*figures).first)] == ["2010", "1975"]
    (longer,) = series_of(figures, since=2000).values()
    assert str(longer.points[0].period) == "2000"


def test_a_long_daily_series_keeps_its_ends_and_its_extremes() -> None:
    days = [date.fromordinal(date(2020, 1, 1).toordinal() + number) for number in range(200)]
    runs = [a_run(f"{day}/{day}", 4 if number == 77 else number % 3) for number, day in enumerate(days)]
    series = the_series(*runs)
    values = [one.value for one in series.points]
    assert len(values) <= 40
    assert (str(series.points[0].period), str(series.points[-1].period)) == (str(runs[0].period), str(runs[-1].period))
    assert (min(values), max(values)) == (0, 4)


def test_figures_of_two_countries_are_no_series() -> None:
    with pytest.raises(ValueError, match="not of KEN, UGA"):
        series_of([a_figure("2020", 0.5), a_figure("2020", 0.5, country="UGA")])


_FIGURES = st.builds(
    lambda period, value, release, indicator: a_figure(period, value, release=release, indicator=indicator),
    st.sampled_from(["2018", "2019", "2020", "2020-Q1", "2020-Q2", "2020-Q2/2020-Q4", "2020-03-10", "2021"]),
    st.floats(-3, 3),
    st.sampled_from(["", "v4", "v9", "v10"]),
    st.sampled_from(["gsod_expression", "gsod_press"]),
)


@given(st.lists(_FIGURES))
def test_the_latest_figure_is_that_of_the_summary_and_the_baseline_is_earlier_and_of_its_release(
    figures: list[Observation],
) -> None:
    found = series_of(figures)
    assert tuple(one.latest for one in found.values()) == latest_observations(figures)
    for series in found.values():
        assert (series.source, series.indicator) in found
        assert series.points[-1].value == series.latest.value
        assert all(series.low <= one.value <= series.high for one in series.points)
        before = series.baseline
        earlier = [
            one
            for one in figures
            if one.indicator == series.indicator
            and one.release == series.latest.release
            and one.period.last_day() < PANDEMIC
        ]
        assert before is None or before in earlier
        if before is None:
            assert len(series.latest.period.text) not in {len(one.period.text) for one in earlier}
