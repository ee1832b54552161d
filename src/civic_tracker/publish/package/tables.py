"""The tables of the data package: what each holds, its keys, and its rows made from the dataset one after another."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import cache, partial
from typing import Any, get_args

from civic_tracker.declared import members
from civic_tracker.findings.summary import summarise
from civic_tracker.model.changes import Change
from civic_tracker.model.dates import PartialDate, Precision
from civic_tracker.model.periods import Period
from civic_tracker.model.schema import (
    ActRow,
    CountrySummary,
    CoverageState,
    LinkRow,
    MembershipState,
    Model,
    Observation,
    Problem,
    Record,
    Status,
)
from civic_tracker.publish import columns
from civic_tracker.publish.csv_files import split_spells
from civic_tracker.publish.package import reference
from civic_tracker.publish.package.columns import Column, Reference, Row, Table, Value, columns_of, value_of
from civic_tracker.store.contents import Dataset, by_country

_COUNTRY = Reference(("country",), "countries", ("iso3",))
_SOURCE = Reference(("source",), "sources", ("id",))
_FACETS = ("country", "source", "liberties", "effect", "instrument", "status")
_INDEXES = ("country", "source", "effect", "record_kind", "introduced")


def tables_of(dataset: Dataset, on: date) -> list[Table]:
    """Every table of the package, those that others refer to first."""
    measures, spells = split_spells(dataset.measures)
    records = partial(
        Table,
        columns=measure_columns(),
        key=("id",),
        references=(_COUNTRY, _SOURCE),
        indexes=_INDEXES,
        facets=_FACETS,
        newest_first="introduced",
    )
    return [
        reference.countries_table(on),
        reference.liberties_table(),
        reference.sources_table(dataset),
        reference.indicators_table(dataset),
        records("measures", "Measures and events", rows=lambda: (measure_row(one, on) for one in measures)),
        records(
            "spells",
            "Spells of daily series: days in a row at one level",
            rows=lambda: (measure_row(one, on) for one in spells),
        ),
        Table(
            "observations",
            "Published figures about a country in a period",
            observation_columns(),
            lambda: map(observation_row, dataset.observations),
            key=("source", "release", "country", "period", "indicator"),
            references=(_COUNTRY, _SOURCE, Reference(("source", "indicator"), "indicators", ("source", "indicator"))),
            indexes=("country", "indicator"),
            facets=("source", "indicator", "release"),
        ),
        _summary(dataset, on),
        _of_models(
            "problems", "What could not be understood", Problem, dataset.problems, facets=("source", "code", "field")
        ),
        _of_models(
            "changes",
            "What changed between two runs",
            Change,
            dataset.changes,
            facets=("source", "kind", "country"),
            newest_first="day",
        ),
        _of_models("acts", "Records that tell of one act", ActRow, dataset.acts, facets=("act",)),
        _of_models(
            "links", "What two records of two sources are to each other", LinkRow, dataset.links, facets=("verdict",)
        ),
    ]


@cache
def measure_columns() -> tuple[Column, ...]:
    """The columns of the exports, with a range of days behind the date of introduction."""
    meanings = _meanings("measures")
    known = columns_of(Record, meanings=meanings)
    derived: dict[str, Column] = {
        "status": Column("status", choices=get_args(Status), required=True),
        "status_on": Column("status_on", "day", required=True),
        "ogp_membership": Column("ogp_membership", choices=get_args(MembershipState), required=True),
    }
    found: list[Column] = []
    for name in columns.measure_columns():
        choices = get_args(Precision) if name.endswith("_precision") else ()
        column = known.get(name) or derived.get(name) or Column(name, choices=choices)
        found.append(replace(column, meaning=meanings[name]))
        if name == "introduced_precision":
            found += _range("introduced")
    return tuple(found)


def measure_row(measure: Record, on: date) -> Row:
    """A record's values. A publisher's running text is there only where its licence lets it leave."""
    text = columns.measure_row(measure, on)
    own = {"status_on": on} | _days("introduced", measure.introduced)
    return tuple(_measure_value(measure, column, text, own) for column in measure_columns())


@cache
def observation_columns() -> tuple[Column, ...]:
    found: list[Column] = []
    for column in columns_of(Observation, meanings=_meanings("observations")).values():
        # The release is part of the key: a source without releases has the empty one.
        found.append(replace(column, empty_counts=True) if column.name == "release" else column)
        if column.name == "period_as_written":
            found += _range("period")
    return tuple(found)


def observation_row(observation: Observation) -> Row:
    days = _days("period", observation.period)
    return tuple(
        days[column.name] if column.name in days else value_of(getattr(observation, column.name), column)
        for column in observation_columns()
    )


def _measure_value(measure: Record, column: Column, text: dict[str, str], own: dict[str, date | None]) -> Value:
    name = column.name
    if name in own:
        return own[name]
    if column.kind == "text":
        return text[name] or None
    # An empty cell of the exports is an empty list, or a text that may not leave.
    if not text[name]:
        return [] if column.kind in {"list", "records"} else None
    return value_of(getattr(measure, name), column)


def _days(name: str, value: PartialDate | Period | None) -> dict[str, date | None]:
    first, last = (value.first_day(), value.last_day()) if value else (None, None)
    return {f"{name}_first_day": first, f"{name}_last_day": last}


def _range(name: str) -> list[Column]:
    return [
        Column(f"{name}_first_day", "day", f"The first day that {name} can mean, for programs that need a whole date."),
        Column(f"{name}_last_day", "day", f"The last day that {name} can mean."),
    ]


def _summary(dataset: Dataset, on: date) -> Table:
    meanings = _meanings("summary")
    known = columns_of(CountrySummary, meanings=meanings)
    listed = tuple(known.get(name) or _count_column(name, meanings[name]) for name in columns.overview_columns())

    def rows() -> Iterator[Row]:
        parts = by_country(dataset)
        for member in members.members(on):
            part = parts.get(member.country, Dataset(states=dataset.states))
            row = columns.overview_row(summarise(part, member.country, on))
            yield tuple(_read(row[column.name], column) for column in listed)

    return Table(
        "summary",
        "One row per OGP member",
        listed,
        rows,
        ("country",),
        (_COUNTRY,),
        facets=("region", "membership"),
    )


def _count_column(name: str, meaning: str) -> Column:
    if name.startswith("source_"):
        return Column(name, meaning=meaning, choices=get_args(CoverageState), required=True)
    return Column(name, "integer", meaning, least=0, required=True)


def _read(text: str, column: Column) -> Value:
    if column.kind == "integer":
        return int(text)
    return date.fromisoformat(text) if column.kind == "day" else text or None


def _of_models(name: str, title: str, model: type[Model], records: Iterable[Model], **more: Any) -> Table:
    listed = tuple(columns_of(model).values())

    def rows() -> Iterator[Row]:
        for one in records:
            yield tuple(value_of(getattr(one, column.name), column) for column in listed)

    indexes = tuple(column.name for column in listed if column.name == "source")
    return Table(name, title, listed, rows, indexes=indexes, **more)


@cache
def _meanings(table: str) -> dict[str, str]:
    return {row["column"]: row["meaning"] for row in columns.codebook_rows() if row["table"] == table}
