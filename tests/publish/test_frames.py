"""The Python interface gives tidy frames, and nobody pays for pandas who does not ask for them."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

import civic_tracker
from civic_tracker.errors import DatasetError, UsageError
from civic_tracker.publish import columns
from civic_tracker.publish.frames import country_summary
from civic_tracker.store.dataset import save
from tests.support.examples import a_compiled_measure, a_dataset, a_measure, an_event, an_observation


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    measures = [
        a_measure(ends="2020-06-30", description="Running text of the publisher."),
        a_measure(id="icnl-CIV-0123456789", country="CIV", country_as_written="Côte d’Ivoire"),
        an_event(),
        a_compiled_measure(description="Our own words."),
    ]
    figures = [
        an_observation(lower=0.4, upper=0.6),
        an_observation(country="CIV", value=None, value_as_written="n/a"),
    ]
    save(a_dataset(measures, figures), tmp_path)
    return tmp_path


def test_measures_are_one_row_each_with_the_columns_of_the_dictionary(folder: Path) -> None:
    frame = civic_tracker.load_measures(data_dir=folder)
    assert list(frame.columns) == columns.measure_columns()
    assert len(frame) == 4
    assert frame["id"].is_unique


def test_every_cell_of_a_measure_is_text_and_none_is_missing(folder: Path) -> None:
    frame = civic_tracker.load_measures(data_dir=folder)
    assert all(pd.api.types.is_string_dtype(kind) for kind in frame.dtypes)
    assert not frame.isna().to_numpy().any()


@pytest.mark.parametrize("name", ["Ivory Coast", "Costa de Marfil", "Côte d’Ivoire", "CIV", "ci"])
def test_a_country_is_named_in_three_languages_or_by_its_codes(folder: Path, name: str) -> None:
    assert set(civic_tracker.load_measures(name, data_dir=folder)["country"]) == {"CIV"}
    assert set(civic_tracker.load_observations(name, data_dir=folder)["country"]) == {"CIV"}


def test_an_unknown_country_is_refused_with_the_nearest_name(folder: Path) -> None:
    with pytest.raises(UsageError, match=r"'Kenia land' .*Kenya \(KEN\)"):
        civic_tracker.load_measures("Kenia land", data_dir=folder)
    with pytest.raises(UsageError, match="Congo"):
        civic_tracker.summarise("Congo", data_dir=folder)


def test_a_country_without_records_gives_an_empty_frame_with_the_same_columns(folder: Path) -> None:
    measures = civic_tracker.load_measures("Peru", data_dir=folder)
    observations = civic_tracker.load_observations("Peru", data_dir=folder)
    assert (len(measures), list(measures.columns)) == (0, columns.measure_columns())
    assert (len(observations), list(observations.columns)) == (0, columns.observation_columns())
    assert {str(observations[name].dtype) for name in ("value", "lower", "upper")} == {"float64"}


@pytest.mark.parametrize(
    "on", ["2020-05-15", date(2020, 5, 15), pd.Timestamp("2020-05-15 12:00")], ids=["text", "date", "timestamp"]
)
def test_the_day_decides_the_status(folder: Path, on: str | date) -> None:
    frame = civic_tracker.load_measures("KEN", on=on, data_dir=folder).set_index("id")
    assert frame.loc["icnl-KEN-0123456789", "status"] == "in_force_until"
    assert frame.loc["idea_tracker-KEN-0123456789", "status"] == "not_yet_introduced"
    assert set(frame["status_on"]) == {"2020-05-15"}
    assert set(frame["ogp_membership"]) == {"member"}


def test_a_malformed_day_is_refused(folder: Path) -> None:
    with pytest.raises(UsageError, match="'15 May' is not a day"):
        civic_tracker.load_measures(on="15 May", data_dir=folder)


def test_figures_are_numbers_and_a_figure_that_is_none_is_missing(folder: Path) -> None:
    frame = civic_tracker.load_observations(data_dir=folder).set_index("country")
    assert frame[["value", "lower", "upper"]].to_numpy()[0].tolist() == [0.5, 0.4, 0.6]
    assert frame["value"].isna().tolist() == [False, True]
    assert frame.loc["CIV", "value_as_written"] == "n/a"
    assert {str(frame[name].dtype) for name in ("value", "lower", "upper")} == {"float64"}


def test_a_publishers_running_text_is_not_in_a_frame(folder: Path) -> None:
    frame = civic_tracker.load_measures(data_dir=folder).set_index("id")
    assert frame.loc["icnl-KEN-0123456789", "description"] == ""
    assert frame.loc["rti_compiled-KEN-0123456789", "description"] == "Our own words."


def test_a_summary_has_one_row_for_each_thing_counted(folder: Path) -> None:
    frame = civic_tracker.summarise("Kenia", on="2024-01-01", data_dir=folder)
    assert list(frame.columns) == list(columns.SUMMARY_COLUMNS)
    counted = frame.set_index(["counted_by", "value"])["records"]
    assert counted["all", "all"] == "3"
    assert counted["liberty", "assembly"] == "2"
    assert counted["status", "end_date_passed"] == "1"
    assert country_summary("KEN", "2024-01-01", data_dir=folder).records == 3


def test_without_a_dataset_there_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="holds no dataset yet"):
        civic_tracker.load_measures(data_dir=tmp_path)


def test_what_the_package_does_not_have_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'load_everything'"):
        civic_tracker.load_everything  # noqa: B018


def test_importing_the_package_does_not_import_pandas() -> None:
    seen = subprocess.run(
        [sys.executable, "-c", "import civic_tracker, sys; print('pandas' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert seen.stdout == "False\n"
