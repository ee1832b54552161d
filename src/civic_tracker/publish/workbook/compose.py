"""Workbooks (XLSX) for people who work in a spreadsheet: one of a country, one of the world, in a language.

The same dataset, day and language give the same bytes. Words are in the language; what a publisher wrote stays as it
is, and its language stands beside it; codes and names of columns are the same in every language. A publisher's running
text is there only where its licence lets it leave.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from civic_tracker.declared import members
from civic_tracker.findings.summary import summarise
from civic_tracker.folding import plain_key
from civic_tracker.model.changes import Change
from civic_tracker.model.schema import CountrySummary, Observation, Record
from civic_tracker.publish import columns
from civic_tracker.publish.csv_files import split_spells
from civic_tracker.publish.workbook.acts import Acts, act_rows, acts_in
from civic_tracker.publish.workbook.book import Book
from civic_tracker.publish.workbook.columns import (
    ACTS,
    CHANGES,
    CODEBOOK,
    COUNTRY_SUMMARY,
    measure_columns,
    observation_columns,
    world_summary_columns,
)
from civic_tracker.publish.workbook.cover import Cover, Figures, write_cover
from civic_tracker.publish.workbook.meanings import meaning
from civic_tracker.publish.workbook.rows import AsText, Row, as_text, change_row, figure_row, measure_rows
from civic_tracker.publish.workbook.summary import overview_row, summary_rows
from civic_tracker.store.contents import Dataset, by_country, only
from civic_tracker.words import labels
from civic_tracker.words.languages import Language
from civic_tracker.words.languages import language as language_of


@dataclass(frozen=True, slots=True)
class Table:
    """A table before it is written: the same ``name`` in every language, a title, its columns and its rows."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Iterable[Row]


@dataclass(frozen=True, slots=True)
class Country:
    """What the workbooks of a country tell, in any language."""

    own: Dataset
    summary: CountrySummary
    acts: Acts
    measures: Sequence[AsText]
    spells: Sequence[AsText]
    changes: Sequence[Change]


def country_workbook(dataset: Dataset, iso3: str, on: date, language: str, changes: Iterable[Change] = ()) -> bytes:
    """The workbook of one country: all its records, all its figures, and its lines of the history.

    ``dataset`` may hold all countries or this one alone, ``changes`` those of all countries.
    """
    own = only(dataset, iso3)
    country = _country(own, summarise(own, iso3, on), acts_in(own, on), changes)
    key = attrgetter("source", "indicator", "period", "release")
    return _of_country(country, sorted(own.observations, key=key), "all", language)


def site_workbooks(
    part: Dataset, summary: CountrySummary, acts: Acts, languages: Iterable[str], changes: Iterable[Change] = ()
) -> dict[str, bytes]:
    """By language, as ``country_workbook`` with the latest figure of each indicator only: half as large, for a website.

    ``part`` is about one country, ``summary`` and ``acts`` are of that part: what is found once serves every language.
    """
    country = _country(part, summary, acts, changes)
    return {code: _of_country(country, summary.observations, "latest", code) for code in languages}


def _country(own: Dataset, summary: CountrySummary, acts: Acts, changes: Iterable[Change]) -> Country:
    measures, spells = split_spells(own.measures)
    return Country(
        own=own,
        summary=summary,
        acts=acts,
        measures=as_text(measures, summary.on),
        spells=as_text(spells, summary.on),
        changes=[change for change in changes if change.country == summary.country],
    )


def world_workbook(dataset: Dataset, on: date, language: str, changes: Iterable[Change] = ()) -> bytes:
    """The workbook of all countries: every record, one row of counts per country, and the latest figures.

    All figures would be a fifth of a sheet and most of the file; those of earlier periods are in the workbooks of the
    countries and in the CSV files.
    """
    say = language_of(language)
    parts = by_country(dataset)
    listed = {member.country for member in members.members(on)} | parts.keys()
    order = sorted(listed, key=lambda iso3: (plain_key(say.country(iso3)), iso3))
    own = [parts.get(iso3, Dataset(states=dataset.states)) for iso3 in order]
    summaries = [summarise(part, iso3, on) for iso3, part in zip(order, own, strict=True)]
    figures = [figure for one in summaries for figure in one.observations]
    measures = [measure for part in own for measure in part.measures]
    known, spells = split_spells(measures)
    names = world_summary_columns()
    counts = (overview_row(one, names, say) for one in summaries)
    tables = [
        Table("summary", say.pgettext("sheet", "Summary"), names, counts),
        *_record_tables(as_text(known, on), as_text(spells, on), (acts_in(part, on) for part in own), on, say),
        _figure_table(figures, "latest", say),
        _change_table(changes, say),
    ]
    title = say.gettext("Restrictions of civil liberties on record: all countries")
    return _write(Cover(title, on, "", _sources(measures, figures), "latest"), tables, say)


def _of_country(country: Country, figures: Sequence[Observation], which: Figures, language: str) -> bytes:
    say, summary = language_of(language), country.summary
    counts = summary_rows(summary, say)
    tables = [
        Table("summary", say.pgettext("sheet", "Summary"), COUNTRY_SUMMARY, counts),
        *_record_tables(country.measures, country.spells, [country.acts], summary.on, say),
        _figure_table(figures, which, say),
        _change_table(country.changes, say),
    ]
    title = say.gettext("Restrictions of civil liberties on record: {country}", country=say.country(summary.country))
    sources = _sources(country.own.measures, figures)
    return _write(Cover(title, summary.on, summary.country, sources, which), tables, say)


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


def _record_tables(
    measures: Iterable[AsText], spells: Iterable[AsText], acts: Iterable[Acts], on: date, say: Language
) -> Iterator[Table]:
    """Measures, acts and runs of days; ``acts`` are those of each country."""
    names = measure_columns()
    rows = (row for own in acts for row in act_rows(own, say))
    yield Table("measures", say.pgettext("sheet", "Measures"), names, measure_rows(measures, names, on, say))
    yield Table("acts", say.pgettext("sheet", "Acts"), ACTS, rows)
    yield Table("spells", say.pgettext("sheet", "Runs of days"), names, measure_rows(spells, names, on, say))


def _figure_table(figures: Iterable[Observation], which: Figures, say: Language) -> Table:
    title = say.pgettext("sheet", "Figures") if which == "all" else say.pgettext("sheet", "Latest figures")
    return Table("observations", title, observation_columns(), (figure_row(one, say) for one in figures))


def _change_table(changes: Iterable[Change], say: Language) -> Table:
    return Table("changes", say.pgettext("sheet", "Changes"), CHANGES, (change_row(one, say) for one in changes))


def _sources(measures: Iterable[Record], figures: Iterable[Observation]) -> list[str]:
    return sorted({one.source for one in measures} | {one.source for one in figures})


def _codebook_rows(tables: Sequence[Table], say: Language) -> Iterator[Row]:
    """What each column holds; the runs of days have the columns of the measures."""
    for table in tables:
        for name in table.columns if table.name != "spells" else ():
            values = columns.BETWEEN.join(labels.values(name, say))
            label = labels.label(name, say, table.columns)
            yield [table.title, label, meaning(name, say, table.name), values, table.name, name]
