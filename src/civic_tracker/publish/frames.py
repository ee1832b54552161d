"""The Python interface: the dataset as pandas frames."""

from datetime import date, datetime
from pathlib import Path

import pandas as pd

from civic_tracker.findings.summary import summarise as summary_of
from civic_tracker.model.schema import CountrySummary, Record
from civic_tracker.publish import columns
from civic_tracker.publish.csv_files import split_spells
from civic_tracker.store import workspace


def load_measures(
    country: str | None = None, *, on: date | str | None = None, data_dir: str | Path | None = None
) -> pd.DataFrame:
    """One row per measure or event, one column per field of the schema, all text, empty where nothing is known.

    Args:
        country: ISO code or name; all countries without it.
        on: the day that ``status`` and ``ogp_membership`` are about; today without it.
        data_dir: the dataset's folder; the usual one without it.

    Raises:
        UsageError: for an unknown country or a malformed day.
        DatasetError: when the dataset is missing or damaged.
    """
    code = workspace.country_code(country) if country else None
    dataset = workspace.load(_path(data_dir), country=code)
    day = _day(on)
    measures, _ = split_spells(dataset.measures)
    return _frame_of(measures, day)


def load_spells(
    country: str | None = None, *, on: date | str | None = None, data_dir: str | Path | None = None
) -> pd.DataFrame:
    """One row per spell (days in a row at one level of a daily series), in the columns of ``load_measures``.

    Raises:
        UsageError: for an unknown country or a malformed day.
        DatasetError: when the dataset is missing or damaged.
    """
    code = workspace.country_code(country) if country else None
    _, spells = split_spells(workspace.load(_path(data_dir), country=code).measures)
    return _frame_of(spells, _day(on))


def _frame_of(measures: list[Record], day: date) -> pd.DataFrame:
    rows = [columns.measure_row(measure, day) for measure in measures]
    return pd.DataFrame(rows, columns=columns.measure_columns(), dtype="str")


def load_observations(country: str | None = None, *, data_dir: str | Path | None = None) -> pd.DataFrame:
    """One row per published figure; ``value``, ``lower`` and ``upper`` are numbers, the rest is text.

    Raises:
        UsageError: for an unknown country.
        DatasetError: when the dataset is missing or damaged.
    """
    code = workspace.country_code(country) if country else None
    dataset = workspace.load(_path(data_dir), country=code)
    frame = pd.DataFrame(map(columns.observation_row, dataset.observations), columns=columns.observation_columns())
    numbers = {name: pd.to_numeric(frame[name]).astype("float64") for name in ("value", "lower", "upper")}
    return frame.astype("str").assign(**numbers)


def summarise(country: str, on: date | str | None = None, *, data_dir: str | Path | None = None) -> pd.DataFrame:
    """The summary of a country on a day, one row per thing counted (see ``summary`` in the data dictionary)."""
    rows = columns.summary_rows(country_summary(country, on, data_dir=data_dir))
    return pd.DataFrame(rows, columns=list(columns.SUMMARY_COLUMNS))


def country_summary(
    country: str, on: date | str | None = None, *, data_dir: str | Path | None = None
) -> CountrySummary:
    """The summary of a country on a day, as a model."""
    code = workspace.country_code(country)
    return summary_of(workspace.load(_path(data_dir), country=code), code, _day(on))


def _path(data_dir: str | Path | None) -> Path | None:
    return Path(data_dir) if data_dir is not None else None


def _day(on: date | str | None) -> date:
    if isinstance(on, datetime):  # a pandas.Timestamp is one
        return on.date()
    return on if isinstance(on, date) else workspace.day(on)
