"""Oxford COVID-19 Government Response Tracker (OxCGRT): a level for each territory and day, as runs of days.

Four indicators and their flags are read: C3 public events, C4 gatherings, C6 staying at home, C7 internal movement.

- *Time series*, CSV: one indicator, one row a territory, one column a day. The file's name alone tells which indicator
  (``c4_restrictions_on_gatherings.csv``, ``c4_flag.csv``). Columns: an unnamed row number, ``country_code``,
  ``country_name``, ``01Jan2020``, ... Real files of the legacy format were seen.
- *Long*, CSV: one row a territory and day: ``CountryName``, ``CountryCode``, ``RegionName``, ``RegionCode``,
  ``Jurisdiction``, ``Date`` (``20200101``), and for each indicator ``C4_Restrictions on gatherings``, ``C4_Flag``,
  ``C4_Notes`` (legacy; a real file was seen) or, in the final version, one column for each group of people:
  ``C4E_`` everyone, ``C4NV_`` not vaccinated, ``C4V_`` vaccinated, ``C4M_`` the majority, ``C4M_Flag`` (the codebook
  and the beginning of a real file were seen). Only M has a level for every day, so M is read.

Every run of days at one level, level 0 too, is a figure; a run of an indicator above level 0 is also an entry. A cell
that is empty or ``NA`` publishes nothing. Rows of a part of a country, and rows of the national government's own acts
alone (``NAT_GOV``), are set aside. No text of the notes is taken.
"""

from civic_tracker.adapters.oxcgrt.layouts import Contents, Series, contents_of
from civic_tracker.adapters.shared.spells import Run, follows, runs_of, told_around
from civic_tracker.documents.document import Document
from civic_tracker.documents.entries import Parsed, RawEntry, RawFigure
from civic_tracker.errors import DocumentError
from civic_tracker.leaving import named, quoted


def parse(document: Document) -> Parsed:
    """Every run of days at one level as a figure, and every run of an indicator above level 0 as an entry too.

    Raises:
        DocumentError: when the header or the file's name is none of the known ones, or a cell holds no level.
    """
    contents = contents_of(document)
    entries: list[RawEntry] = []
    figures: list[RawFigure] = []
    days = 0
    for series in contents.series:
        runs = _runs(document, series)
        days += sum(run.days for run in runs)
        figures += [_figure(series, run) for run in runs]
        if series.label:
            neighbours = zip([None, *runs], runs, [*runs[1:], None], strict=False)
            entries += [_spell(series, before, run, after) for before, run, after in neighbours if run.level]
    return Parsed(
        entries=tuple(entries),
        figures=tuple(figures),
        asides=tuple(contents.asides),
        release=contents.release,
        remarks=(*contents.remarks, _counted(contents, days, figures, entries)),
    )


def _runs(document: Document, series: Series) -> list[Run]:
    try:
        return runs_of(series.days, series.cells)
    except ValueError as error:
        raise DocumentError(
            f"{document.name}: {series.name} of {named(series.country)} has the cell {quoted(str(error))}, expected a "
            "whole number, nothing or NA."
        ) from error


def _figure(series: Series, run: Run) -> RawFigure:
    return RawFigure(
        locator=series.place(run.start),
        country=series.country,
        country_code=series.code,
        indicator=series.name,
        period=run.period,
        value=run.printed,
        daily=True,
    )


def _spell(series: Series, before: Run | None, run: Run, after: Run | None) -> RawEntry:
    """A run above level 0. It ended on the first day with another level, where the next day is published at all."""
    first = run.first.isoformat()
    return RawEntry(
        locator=series.place(run.start),
        country=series.country,
        country_code=series.code,
        title=f"{series.label}: level {run.level}",
        title_is_ours=True,
        key=f"{series.name.lower()}-{first.replace('-', '')}",
        type=f"{series.name} level {run.level}",
        introduced=first,
        ended=after.first.isoformat() if after and follows(run, after) else "",
        note=told_around(before, run, after),
    )


def _counted(contents: Contents, days: int, figures: list[RawFigure], entries: list[RawEntry]) -> str:
    territories = len({(figure.country_code, figure.country) for figure in figures})
    return (
        f"{', '.join(contents.names)}: {days:,} published cells of {territories} territories in {len(figures):,} runs "
        f"of days, of which {len(entries):,} are spells of an indicator above level 0"
    )
