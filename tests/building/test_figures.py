"""Published figures become observations, as printed."""

import pytest

from civic_tracker.building.figures import indicator_of, indicators, observation_of
from civic_tracker.building.normalise import Origin
from civic_tracker.declared.sources import all_sources, get_source
from civic_tracker.documents.entries import RawFigure
from civic_tracker.model.schema import Observation, Problem

FILE = Origin(record="sha256:0123456789abcdef")
FIGURE = RawFigure("row 2", "Kenya", "C_SD22", "2019", "0.51", "0.45", "1.218")


def read(figure: RawFigure) -> tuple[Observation | None, list[Problem]]:
    return observation_of(figure, get_source("idea_gsod"), FILE, "v4")


def refused(**changes: str) -> str:
    fields = {name: getattr(FIGURE, name) for name in RawFigure.__slots__} | changes
    found, (problem,) = read(RawFigure(**fields))
    assert found is None
    assert not problem.entry_kept
    return problem.code


def test_a_figure_keeps_its_bounds_even_outside_the_scale() -> None:
    found, problems = read(FIGURE)
    assert found is not None
    assert problems == []
    assert (found.country, found.indicator, found.value, found.upper) == ("KEN", "gsod_civil_liberties", 0.51, 1.218)
    assert (str(found.period), found.release) == ("2019", "v4")


@pytest.mark.parametrize("column", ["C_SD22", "civil_lib_est", "civil_liberties"])
def test_the_same_indicator_has_one_name_in_every_layout(column: str) -> None:
    found = indicator_of("idea_gsod", column)
    assert found is not None
    assert found.id == "gsod_civil_liberties"


def test_a_column_of_the_json_interface_is_an_indicator_of_its_own() -> None:
    first, second = indicator_of("idea_gsod", "SA_02"), indicator_of("idea_gsod", "SA_03")
    assert first is not None
    assert second is not None
    assert first.id != second.id
    assert "SA_02" in first.name_en


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "High performing democracy", "1,5", "0x10", ""])
def test_what_is_no_number_stays_text(value: str) -> None:
    found, _ = read(RawFigure("row 2", "Kenya", "C_SD22", "2019", value))
    assert found is not None
    assert (found.value, found.value_as_written) == (None, value)


def test_a_dissolved_state_an_unknown_column_and_a_missing_year_are_problems() -> None:
    assert refused(country="East Germany") == "country_not_matched"
    assert refused(indicator="v_99_01") == "unknown_indicator"
    assert refused(period="soon") == "period_missing"
    assert refused(country="Niger", country_code="NGA") == "code_and_name_differ"


def test_kosovo_is_found_under_the_codes_that_publishers_use() -> None:
    for code in ("UVK", "KOS", "XKX"):
        found, _ = read(RawFigure("row 2", "Kosovo", "C_SD22", "2019", "0.5", country_code=code))
        assert found is not None
        assert found.country == "XKX"


def test_every_indicator_belongs_to_a_declared_source_and_has_a_name_in_three_languages() -> None:
    for (source, _), indicator in indicators().items():
        assert source in all_sources()
        assert indicator.name_en
        assert indicator.name_es
        assert indicator.name_fr
