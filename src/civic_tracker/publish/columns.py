"""Records as flat rows: one column, one meaning, for CSV files, spreadsheets, frames and JSON."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from civic_tracker import countries
from civic_tracker.declared import members
from civic_tracker.declared.sources import all_sources
from civic_tracker.model.dates import PartialDate
from civic_tracker.model.schema import CountrySummary, Model, Observation, Record
from civic_tracker.model.status import STATUS_WORDS, status
from civic_tracker.store.rows import TEXT_FIELDS, may_leave
from civic_tracker.text import legible
from civic_tracker.words.languages import SOURCE, language
from civic_tracker.words.report_words import say_reason

BETWEEN = " | "
_DATES = ("introduced", "period", "ends", "ended_on")

# Columns that no field of the schema has, with what they mean.
DERIVED = {
    "status": "State of the measure on the day `status_on`: "
    + "; ".join(f"`{k}`: {v}" for k, v in STATUS_WORDS.items()),
    "status_on": "The day that status and membership are about.",
    "ogp_membership": "State of the country in the Open Government Partnership on `status_on`.",
    "country_name": "The country's name in English.",
    "source_name": "Short name of the source.",
    "licence": "Licence of the source.",
} | {f"{name}_precision": f"Whether `{name}` is known to the day, the month or the year." for name in _DATES}


# What a reader of a spreadsheet wants to see without scrolling.
_FIRST = (
    *("id", "country", "country_name", "place", "title", "instrument", "instrument_name", "liberties"),
    *("liberties_basis", "effect", "effect_basis", "introduced", "introduced_precision", "status", "status_on"),
    *("ends", "ended_on", "stated_by", "evidence", "source_url"),
)


def measure_columns() -> list[str]:
    """The columns of a table of measures, in their order: what is read most comes first."""
    return list(_measure_columns())


@cache
def _measure_columns() -> tuple[str, ...]:
    rest: list[str] = []
    for name in Record.model_fields:
        rest.append(name)
        if name in _DATES:
            rest.append(f"{name}_precision")
        if name == "source":
            rest += ["source_name", "licence"]
        if name == "country_as_written":
            rest.append("ogp_membership")
    return (*_FIRST, *(name for name in rest if name not in _FIRST))


def measure_row(measure: Record, on: date) -> dict[str, str]:
    """A measure as text by column. A publisher's running text is there only where its licence lets it leave."""
    source = all_sources()[measure.source]
    row = {name: _text(getattr(measure, name)) for name in Record.model_fields}
    if not may_leave(measure):
        row |= dict.fromkeys(TEXT_FIELDS, "")
    for name in _DATES:
        value: PartialDate | None = getattr(measure, name)
        row[f"{name}_precision"] = value.precision if value else ""
    row["status"] = status(measure, on)
    row["status_on"] = on.isoformat()
    row["ogp_membership"] = members.membership_state(measure.country, on)
    row["country_name"] = countries.territory(measure.country).name_en
    row["source_name"] = source.short_name
    row["licence"] = source.licence.name
    return {name: row[name] for name in _measure_columns()}


def observation_columns() -> list[str]:
    return list(Observation.model_fields)


def observation_row(observation: Observation) -> dict[str, str]:
    return {name: _text(getattr(observation, name)) for name in Observation.model_fields}


SUMMARY_COLUMNS = (
    *("country", "name", "on", "membership", "counted_by", "value"),
    *("records", "with_end", "without_end", "first", "latest", "reason"),
)


def summary_rows(summary: CountrySummary) -> list[dict[str, str]]:
    """The summary of one country as long rows: what is counted by, its value, and the counts."""
    head = {
        "country": summary.country,
        "name": summary.name,
        "on": summary.on.isoformat(),
        "membership": summary.membership,
    }
    totals = {"with_end": summary.with_end, "without_end": summary.without_end}
    rows: list[dict[str, object]] = [
        {"counted_by": "all", "value": "all", "records": summary.records}
        | totals
        | {"first": summary.first, "latest": summary.latest},
        {"counted_by": "all", "value": "acts", "records": summary.acts},
        {"counted_by": "all", "value": "restricting", "records": summary.restricting},
        {"counted_by": "all", "value": "confirmed", "records": summary.confirmed},
        {"counted_by": "all", "value": "declares_emergency", "records": summary.emergencies},
        {"counted_by": "all", "value": "unclassified", "records": summary.unclassified},
        {"counted_by": "all", "value": "undated", "records": summary.undated},
        {"counted_by": "all", "value": "spells", "records": summary.spells},
    ]
    for name in ("liberty", "instrument", "status", "effect"):
        rows += [{"counted_by": name} | tally.model_dump() for tally in getattr(summary, f"by_{name}")]
    english = language(SOURCE)
    rows += [
        {
            "counted_by": f"source: {one.source}",
            "value": one.state,
            "records": one.records,
            "reason": say_reason(one, english),
        }
        for one in summary.coverage
    ]
    return [{name: _text((head | row).get(name)) for name in SUMMARY_COLUMNS} for row in rows]


def overview_columns() -> list[str]:
    """The columns of the table with one row per country."""
    fixed = "country name region membership on records acts restricting confirmed emergencies with_end without_end"
    names = f"{fixed} unclassified undated spells first latest".split()
    names += [f"liberty_{liberty}" for liberty in _choices(Record.model_fields["liberties"])]
    names += [f"instrument_{instrument}" for instrument in _choices(Record.model_fields["instrument"])]
    names += [f"status_{name}" for name in STATUS_WORDS if name != "not_yet_introduced"]
    return names + [f"source_{source}" for source in all_sources()]


def overview_row(summary: CountrySummary) -> dict[str, str]:
    """The summary of one country as one row."""
    row: dict[str, object] = {name: getattr(summary, name, 0) for name in overview_columns()}
    for kind in ("liberty", "instrument", "status"):
        row |= {f"{kind}_{tally.value}": tally.records for tally in getattr(summary, f"by_{kind}")}
    row |= {f"source_{one.source}": one.state for one in summary.coverage}
    return {name: _text(row[name]) for name in overview_columns()}


def codebook_rows() -> list[dict[str, str]]:
    """What each column of each exported table means, and the values it can have."""
    rows = []
    tables: tuple[tuple[str, Sequence[str], type[Model]], ...] = (
        ("measures", measure_columns(), Record),
        ("observations", observation_columns(), Observation),
        ("summary", overview_columns(), CountrySummary),
        ("country summary", SUMMARY_COLUMNS, CountrySummary),
    )
    for table, columns, model in tables:
        rows += [_codebook_row(table, name, model) for name in columns]
    return rows


CODEBOOK_COLUMNS = ("table", "column", "meaning", "values")


def _codebook_row(table: str, column: str, model: type[Model]) -> dict[str, str]:
    field = model.model_fields.get(column)
    meaning = field.description or "" if field else DERIVED.get(column) or _meaning_of_count(column)
    values = BETWEEN.join(_choices(field)) if field else ""
    return {"table": table, "column": column, "meaning": meaning.replace("`", ""), "values": values}


def _meaning_of_count(column: str) -> str:
    kind, _, value = column.partition("_")
    named = {
        "liberty": f"Records that concern the liberty {value}.",
        "instrument": f"Records whose instrument is {value}.",
        "status": f"Records whose status on the day is {value}.",
        "source": f"What the source {value} says of the country: has_entries, none_recorded, not_covered, not_known.",
        "counted": "What the row counts by: all records, a liberty, an instrument, a status, an effect, a source.",
        "value": "The value counted; for a source, what it says of the country.",
        "reason": "Why a source's silence does or does not say anything, and since when its records were not renewed.",
    }
    return named[kind]


def _choices(field: FieldInfo) -> list[str]:
    """The values a field can take, when they are a closed list."""

    def inside(annotation: Any) -> list[str]:
        if get_origin(annotation) is Literal:
            return [value for value in get_args(annotation) if value]
        return [value for part in get_args(annotation) if part not in (NoneType, Ellipsis) for value in inside(part)]

    return inside(field.annotation)


def _text(value: Any) -> str:
    if type(value) is str:  # most are
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return BETWEEN.join(_part(item) for item in value)
    return str(value)


def _part(item: Any) -> str:
    if isinstance(item, Model):
        return ": ".join(str(value) for value in item.model_dump(mode="json").values() if value not in (None, False))
    return str(item)


def as_table(rows: Iterable[Mapping[str, str]], columns: Iterable[str]) -> list[list[str]]:
    """Rows as lists of cells under a header, for people to read: no character of a cell turns text round."""
    names = list(columns)
    return [names, *([legible(row[name]) for name in names] for row in rows)]
