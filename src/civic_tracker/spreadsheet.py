"""Workbooks (XLSX) for people who work in a spreadsheet: one of a country, one of the world, in a language.

The same dataset, day and language give the same bytes. Words are in the language; what a publisher wrote stays as it
is, and its language stands beside it; codes and names of columns are the same in every language. A publisher's running
text is there only where its licence lets it leave.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from civic_tracker import columns, members
from civic_tracker import spreadsheet_labels as labels
from civic_tracker.changes import TEXT_CHANGED, Change
from civic_tracker.countries.keys import plain_key
from civic_tracker.dataset import Dataset, SourceState, by_country
from civic_tracker.export import split_spells
from civic_tracker.figures import words_for
from civic_tracker.languages import Language
from civic_tracker.languages import language as language_of
from civic_tracker.schema import CountrySummary, Coverage, Measure, Observation, Tally
from civic_tracker.sources import all_sources
from civic_tracker.spreadsheet_cells import Book, Cell, Link
from civic_tracker.spreadsheet_columns import (
    CHANGES,
    CODEBOOK,
    COUNTRY_SUMMARY,
    IN_WORDS,
    LINKS_SHOWN,
    measure_columns,
    observation_columns,
    world_summary_columns,
)
from civic_tracker.spreadsheet_cover import Cover, write_cover
from civic_tracker.summary import latest_observations, summarise, when

_DATES = ("introduced", "period", "ends", "ended_on", "retrieved")
Row = list[Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """A table before it is written: the same ``name`` in every language, a title, its columns and its rows."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Iterable[Row]


def country_workbook(dataset: Dataset, iso3: str, on: date, language: str, changes: Iterable[Change] = ()) -> bytes:
    """The workbook of one country: all its records, all its figures, and its lines of the history.

    ``dataset`` may hold all countries or this one alone, ``changes`` those of all countries.
    """
    say = language_of(language)
    own = _part(by_country(dataset), iso3, dataset)
    figures = sorted(own.observations, key=lambda one: (one.source, one.indicator, one.period, one.release))
    summary = _summary_rows(summarise(own, iso3, on), dataset.states, say)
    tables = [
        Table("summary", say.pgettext("sheet", "Summary"), COUNTRY_SUMMARY, summary),
        *_record_tables(own.measures, on, say),
        _figure_table(say.pgettext("sheet", "Figures"), figures, say),
        _change_table((change for change in changes if change.country == iso3), say),
    ]
    title = say.gettext("Restrictions of civil liberties on record: {country}", country=say.country(iso3))
    return _write(Cover(title, on, iso3, _sources(own.measures, figures)), tables, say)


def world_workbook(dataset: Dataset, on: date, language: str, changes: Iterable[Change] = ()) -> bytes:
    """The workbook of all countries: every record, one row of counts per country, and the latest figures.

    All figures would be a fifth of a sheet and most of the file; those of earlier periods are in the workbooks of the
    countries and in the CSV files.
    """
    say = language_of(language)
    parts = by_country(dataset)
    listed = {member.country for member in members.members(on)} | parts.keys()
    order = sorted(listed, key=lambda iso3: (plain_key(say.country(iso3)), iso3))
    figures = [figure for iso3 in order if iso3 in parts for figure in _latest(parts[iso3], on)]
    measures = [measure for iso3 in order if iso3 in parts for measure in parts[iso3].measures]
    names = world_summary_columns()
    summary = (_overview_row(summarise(_part(parts, iso3, dataset), iso3, on), names, say) for iso3 in order)
    tables = [
        Table("summary", say.pgettext("sheet", "Summary"), names, summary),
        *_record_tables(measures, on, say),
        _figure_table(say.pgettext("sheet", "Latest figures"), figures, say),
        _change_table(changes, say),
    ]
    title = say.gettext("Restrictions of civil liberties on record: all countries")
    return _write(Cover(title, on, "", _sources(measures, figures)), tables, say)


def _write(cover: Cover, tables: Sequence[Table], say: Language) -> bytes:
    # Translators: the end of a text that was too long for a cell of a spreadsheet.
    shortened = say.gettext("… [shortened]")
    book = Book(cover.title, cover.on, shortened, right_to_left=say.locale.text_direction == "rtl")
    first = book.sheet(say.pgettext("sheet", "Cover"))
    codebook = Table("codebook", say.pgettext("sheet", "Codebook"), CODEBOOK, _codebook_rows(tables, say))
    sheets = []
    for table in (*tables, codebook):
        named = [labels.label(name, say, table.columns) for name in table.columns]
        sheets.append(book.table(table.title, table.name, named, table.columns, table.rows))
    write_cover(first, cover, sheets, say)
    return book.content()


def _record_tables(measures: Sequence[Measure], on: date, say: Language) -> Iterator[Table]:
    known, spells = split_spells(measures)
    names = measure_columns()
    yield Table("measures", say.pgettext("sheet", "Measures"), names, _measure_rows(known, names, on, say))
    yield Table("spells", say.pgettext("sheet", "Runs of days"), names, _measure_rows(spells, names, on, say))


def _figure_table(title: str, figures: Iterable[Observation], say: Language) -> Table:
    return Table("observations", title, observation_columns(), (_figure_row(one, say) for one in figures))


def _change_table(changes: Iterable[Change], say: Language) -> Table:
    return Table("changes", say.pgettext("sheet", "Changes"), CHANGES, (_change_row(one, say) for one in changes))


def _sources(measures: Iterable[Measure], figures: Iterable[Observation]) -> list[str]:
    return sorted({one.source for one in measures} | {one.source for one in figures})


def _measure_rows(measures: Sequence[Measure], names: Sequence[str], on: date, say: Language) -> Iterator[Row]:
    """The records of each country in the order of their dates; those without a date come last."""
    countries = list(dict.fromkeys(one.country for one in measures))
    place = {iso3: number for number, iso3 in enumerate(countries)}
    ordered = sorted(measures, key=lambda one: (place[one.country], str(when(one) or "9999"), one.id))
    for one in ordered:
        text = columns.measure_row(one, on)
        row: dict[str, Cell] = {**text}
        row |= {name: getattr(one, name) for name in _DATES}
        row |= {f"link_{number}": Link(address) for number, address in enumerate(one.links[:LINKS_SHOWN], 1)}
        row |= {"source_url": Link(one.source_url), "status_on": on, "updates_count": one.updates_count}
        row |= _in_words(text, say)
        liberties = say.join([say.liberty(code) for code in one.liberties]) if one.liberties else ""
        row["liberties_label"] = _how_known(liberties, one.liberties_basis, say)
        row["effect_label"] = _how_known(say.word("effect", one.effect), one.effect_basis, say)
        row["language_label"] = say.language(one.language)
        yield [row.get(name) for name in names]


def _how_known(words: str, basis: str, say: Language) -> str:
    if not words or basis != "inferred":
        return words
    # Translators: behind a freedom or an effect that no source states.
    return say.gettext("{words} (inferred from the title)", words=words)


def _figure_row(one: Observation, say: Language) -> Row:
    text = columns.observation_row(one)
    about = words_for(one)
    row: dict[str, Cell] = {**text}
    row |= {"period": one.period, "value": one.value, "lower": one.lower, "upper": one.upper}
    row |= {"retrieved": one.retrieved, "source_url": Link(one.source_url), "scale": about.scale}
    row |= _in_words(text, say)
    row["indicator_label"] = say.indicator(one)
    row["liberty_label"] = say.liberty(about.liberty) if about.liberty else ""
    return [row.get(name) for name in observation_columns()]


def _change_row(one: Change, say: Language) -> Row:
    row: dict[str, Cell] = {name: getattr(one, name) for name in Change.model_fields if name != "record"}
    row |= {"kind_label": say.word("change", one.kind), "source_name": _short_name(one.source)}
    row |= {"country_label": say.country(one.country) if one.country else ""}
    row["field_label"] = labels.label(one.field, say) if one.kind in {"changed", "reread"} else one.field
    for name in ("before", "after"):
        if row[name] == TEXT_CHANGED:
            row[name] = say.gettext("(the publisher's text)")
    return [row.get(name) for name in CHANGES]


def _short_name(source: str) -> str:
    """The source's short name; its id, where the history tells of a source that is no longer declared."""
    return all_sources()[source].short_name if source in all_sources() else source


def _in_words(row: dict[str, str], say: Language) -> dict[str, Cell]:
    """For each code of a row that has words, the words."""
    found: dict[str, Cell] = {"country_label": say.country(row["country"])}
    for name, kind in labels.KINDS_OF_WORDS.items():
        if row.get(name):
            found[f"{name}{IN_WORDS}"] = say.word(kind, row[name])
    return found


def _summary_rows(summary: CountrySummary, states: dict[str, SourceState], say: Language) -> Iterator[Row]:
    """What is counted in all, by each kind of value, and what each source says."""
    totals: dict[str, int] = {
        "all": summary.records,
        "acts": summary.acts,
        "restricting": summary.restricting,
        "confirmed": summary.confirmed,
        "declares_emergency": summary.emergencies,
        "unclassified": summary.unclassified,
        "undated": summary.undated,
        "spells": summary.spells,
    }
    head: dict[str, Cell] = {"counted_by": "all", "counted_by_label": labels.summary_word("counted by", "all", say)}
    for value, number in totals.items():
        row = head | {"value": value, "value_label": labels.summary_word("total", value, say)}
        row["records"] = number
        if value == "all":
            row |= {name: getattr(summary, name) for name in ("with_end", "without_end", "first", "latest")}
        yield [row.get(name) for name in COUNTRY_SUMMARY]
    tallies: tuple[tuple[str, Sequence[Tally]], ...] = (
        ("liberty", summary.by_liberty),
        ("instrument", summary.by_instrument),
        ("status", summary.by_status),
        ("effect", summary.by_effect),
    )
    for kind, counted in tallies:
        for tally in counted:
            row = {**tally.model_dump(), "first": tally.first, "latest": tally.latest}
            words = say.liberty(tally.value) if kind == "liberty" else say.word(kind, tally.value)
            row |= {
                "counted_by": kind,
                "counted_by_label": labels.summary_word("counted by", kind, say),
                "value_label": words,
            }
            yield [row.get(name) for name in COUNTRY_SUMMARY]
    for one in summary.coverage:
        row = {
            "counted_by": f"source: {one.source}",
            "value": one.state,
            "records": one.records,
            "figures": one.figures,
        }
        source = all_sources()[one.source].short_name
        row["counted_by_label"] = f"{labels.summary_word('counted by', 'source', say)}: {source}"
        row |= {"value_label": say.word("coverage", one.state), "reason": _reason(one, states.get(one.source), say)}
        yield [row.get(name) for name in COUNTRY_SUMMARY]


def _reason(coverage: Coverage, state: SourceState | None, say: Language) -> str:
    """Why a source says or does not say something, and since when its records could not be renewed."""
    found = [say.pgettext("reason", text) for text in labels.REASONS if coverage.reason.startswith(text)]
    if coverage.stale_since:
        found.append(
            say.gettext(
                "Since {day} its page could not be taken over ({why}).",
                day=say.date(coverage.stale_since),
                why=say.word("failure", coverage.stale_kind),
            )
        )
        if state and state.retrieved:
            found.append(say.gettext("Its records are those of {day}.", day=say.date(state.retrieved)))
    return " ".join(found)


def _overview_row(summary: CountrySummary, names: Sequence[str], say: Language) -> Row:
    row: dict[str, Cell] = {name: getattr(summary, name, 0) for name in names if not name.endswith(IN_WORDS)}
    counts: dict[str, Any] = {"liberty": summary.by_liberty, "instrument": summary.by_instrument}
    counts["status"] = summary.by_status
    for kind, tallies in counts.items():
        row |= {f"{kind}_{tally.value}": tally.records for tally in tallies}
    for one in summary.coverage:
        name = f"source_{one.source}"
        row |= {name: one.state, f"{name}{IN_WORDS}": say.word("coverage", one.state)}
    row |= _in_words({"country": summary.country, "membership": summary.membership, "region": summary.region}, say)
    return [row.get(name) for name in names]


def _codebook_rows(tables: Sequence[Table], say: Language) -> Iterator[Row]:
    """What each column holds; the runs of days have the columns of the measures."""
    for table in tables:
        for name in table.columns if table.name != "spells" else ():
            values = columns.BETWEEN.join(labels.values(name, say))
            label, meaning = labels.label(name, say, table.columns), labels.meaning(name, say)
            yield [table.title, label, meaning, values, table.name, name]


def _latest(part: Dataset, on: date) -> Sequence[Observation]:
    return latest_observations(one for one in part.observations if one.period.first_day() <= on)


def _part(parts: dict[str, Dataset], iso3: str, whole: Dataset) -> Dataset:
    part = parts.get(iso3, Dataset(states=whole.states))
    part.acts = whole.acts
    return part
