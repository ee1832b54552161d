"""CSV files for national OGP forums: one set per member, one for all, each with attribution and a codebook."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from civic_tracker.declared import members
from civic_tracker.declared.sources import all_sources
from civic_tracker.disk import storage
from civic_tracker.model.schema import Observation, Record
from civic_tracker.publish import columns
from civic_tracker.publish.report.compose import Report, build_report, to_html
from civic_tracker.store.contents import Dataset, by_country
from civic_tracker.words.languages import SOURCE

CONTENTS = "contents.csv"
_SPELLS = "Spells of daily series: days in a row at one level"
# The names of files that one export writes and another may not: no other file is ever removed.
_OURS = re.compile(
    r"(?:countries/)?[A-Z]{3}-(?:(?:measures|summary)(?:-excel)?\.csv|(?:observations|spells)\.csv|report\.html)"
    r"|(?:world-)?measures(?:-excel)?\.csv|summary(?:-excel)?\.csv|(?:observations|spells)\.csv"
)
_ABOUT_THEM = re.compile(rf"(?:[A-Z]{{3}}-)?{re.escape(CONTENTS)}|codebook\.csv|ATTRIBUTION\.txt")
_RUNS_AS_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?")


def export_all(dataset: Dataset, folder: Path, on: date, code: str = SOURCE) -> list[str]:
    """Write the files of every member and those for all members; return the names of the files written or changed.

    The reports are in the language of ``code``; tables have codes, which are the same in every language.
    """
    files: dict[str, tuple[str, bytes]] = {}
    listed = members.members(on)
    codes = [member.country for member in listed]
    own = set(codes)
    measures, spells = split_spells(dataset.measures)
    world = _measure_table(measures, on)
    world_spells = _measure_table(spells, on)
    overview = []
    figures = _observation_table(one for one in dataset.observations if one.country in own)
    tables = [_by_country(table) for table in (world, world_spells, figures)]
    parts = by_country(dataset)
    for iso3 in codes:
        part = parts.get(iso3, Dataset(states=dataset.states))
        report = build_report(part, iso3, on, code)
        files |= _country_files(report, [one(iso3) for one in tables], f"countries/{iso3}")
        overview.append(columns.overview_row(report.summary))
    files |= _both("measures", "Every record about an OGP member", _about(world, own))
    files |= _both("summary", "One row per OGP member", columns.as_table(overview, columns.overview_columns()))
    files |= _both("world-measures", "Every record, members or not", world)
    if spells:
        files["spells.csv"] = (f"{_SPELLS}, of OGP members", plain_csv(_about(world_spells, own)))
    files["observations.csv"] = ("Published figures about OGP members", plain_csv(figures))
    used = {one.source for one in dataset.measures} | {one.source for one in dataset.observations}
    return _write(folder, files, used, on)


def export_country(dataset: Dataset, iso3: str, folder: Path, on: date, code: str = SOURCE) -> list[str]:
    """Write the files of one country, as ``export_all``; return the names of the files written or changed."""
    own = by_country(dataset).get(iso3, Dataset(states=dataset.states))
    # Two countries may be exported into one folder: each has its own list of contents, and they share the attribution.
    loaded = {source for source, state in dataset.states.items() if state.measures or state.observations}
    used = loaded | {one.source for one in own.measures} | {one.source for one in own.observations}
    measures, spells = split_spells(own.measures)
    tables = [_measure_table(measures, on), _measure_table(spells, on), _observation_table(own.observations)]
    files = _country_files(build_report(own, iso3, on, code), tables, iso3)
    return _write(folder, files, used, on, listed_in=f"{iso3}-{CONTENTS}")


def plain_csv(table: Sequence[Sequence[str]]) -> bytes:
    """A table as CSV in UTF-8, for programs; no cell can run as a formula, should a spreadsheet open it."""
    return _delimited(table, ",").encode("utf-8")


def excel_csv(table: Sequence[Sequence[str]]) -> bytes:
    """A table as Excel opens it by double-click in every language: tabs, UTF-16 with its mark, accents intact.

    Excel splits a comma-separated file into columns only where the comma is the list separator of the computer's
    language, which it is not in Spanish or French; a tab always is.
    """
    return "\ufeff".encode("utf-16-le") + _delimited(table, "\t").encode("utf-16-le")


def harmless(cell: str) -> str:
    """The cell with an apostrophe before it when a spreadsheet would run it as a formula."""
    runs = cell.lstrip().startswith(_RUNS_AS_FORMULA) or cell.startswith(("\t", "\r", "\n"))
    return f"'{cell}" if runs and not _PLAIN_NUMBER.fullmatch(cell) else cell


def attribution_text(source_ids: Iterable[str], on: date) -> str:
    """``ATTRIBUTION.txt``: who made what, under which licence, and how to read the records."""
    lines = [
        "civic-tracker: measures that restrict civil liberties, from several trackers.",
        f"Status and membership are as of {on.isoformat()}.",
        "",
        "Cite the source of each record you use (columns stated_by, source_url), not only this file.",
        "A title marked 'civic-tracker' in the column title_by is in this project's own words.",
        "'No entry' does not mean 'no restriction'; 'no end recorded' does not mean 'in force'.",
        "A cell that begins with an apostrophe and = + - or @ does so to keep a spreadsheet from running it.",
        "",
    ]
    for source_id in sorted(source_ids):
        source = all_sources()[source_id]
        lines += [f"{source.short_name}: {source.name}", f"  {source.attribution}"]
        url = f" ({source.licence.url})" if source.licence.url else ""
        lines += [
            f"  Licence: {source.licence.name}{url}. {source.licence.basis}",
            *(f"  {x}" for x in source.notes),
            "",
        ]
    return "\n".join(lines).rstrip() + "\n"


def measures_csv(measures: Iterable[Record], on: date) -> bytes:
    """Measures as CSV in the columns of the exports."""
    return plain_csv(_measure_table(measures, on))


def _about(table: Sequence[list[str]], countries: set[str]) -> list[list[str]]:
    """Of a table of records, the header and the rows about these countries."""
    country = table[0].index("country")
    return [table[0], *(row for row in table[1:] if row[country] in countries)]


def _by_country(table: Sequence[list[str]]) -> Callable[[str], list[list[str]]]:
    """What gives, of a table of records, the header and the rows about one country."""
    country = table[0].index("country")
    rows: dict[str, list[list[str]]] = {}
    for row in table[1:]:
        rows.setdefault(row[country], []).append(row)
    return lambda iso3: [table[0], *rows.get(iso3, ())]


def split_spells(records: Iterable[Record]) -> tuple[list[Record], list[Record]]:
    """Measures and events, and apart from them the spells of daily series, which are context."""
    measures: list[Record] = []
    spells: list[Record] = []
    for one in records:
        (spells if one.record_kind == "spell" else measures).append(one)
    return measures, spells


def _country_files(report: Report, tables: Sequence[list[list[str]]], stem: str) -> dict[str, tuple[str, bytes]]:
    """The files of a country from its report and its tables of measures, spells and figures."""
    measures, spells, figures = tables
    summary = report.summary
    table = columns.as_table(columns.summary_rows(summary), columns.SUMMARY_COLUMNS)
    files = _both(f"{stem}-measures", f"Records about {summary.name}", measures)
    files |= _both(f"{stem}-summary", f"Summary of {summary.name}", table)
    page = to_html(report).encode()
    files[f"{stem}-report.html"] = (f"Report on {summary.name}, to read and print", page)
    if len(spells) > 1:
        files[f"{stem}-spells.csv"] = (f"{_SPELLS}, of {summary.name}", plain_csv(spells))
    if len(figures) > 1:
        files[f"{stem}-observations.csv"] = (f"Published figures about {summary.name}", plain_csv(figures))
    return files


def _both(stem: str, meaning: str, table: Sequence[Sequence[str]]) -> dict[str, tuple[str, bytes]]:
    return {
        f"{stem}.csv": (f"{meaning} (UTF-8, for programs)", plain_csv(table)),
        f"{stem}-excel.csv": (f"{meaning} (opens in Excel by double-click)", excel_csv(table)),
    }


def _measure_table(measures: Iterable[Record], on: date) -> list[list[str]]:
    return columns.as_table((columns.measure_row(one, on) for one in measures), columns.measure_columns())


def _observation_table(observations: Iterable[Observation]) -> list[list[str]]:
    return columns.as_table(map(columns.observation_row, observations), columns.observation_columns())


def _write(
    folder: Path, files: Mapping[str, tuple[str, bytes]], sources: set[str], on: date, listed_in: str = CONTENTS
) -> list[str]:
    codebook = columns.as_table(columns.codebook_rows(), columns.CODEBOOK_COLUMNS)
    attribution = attribution_text(sources, on).encode()
    everything = dict(files)
    everything["codebook.csv"] = ("What each column means", plain_csv(codebook))
    everything["ATTRIBUTION.txt"] = ("Whom to credit, and under which licence", attribution)
    listing = [["file", "what"], *([name, meaning] for name, (meaning, _) in sorted(everything.items()))]
    contents = {name: content for name, (_, content) in everything.items()} | {listed_in: plain_csv(listing)}
    with storage.locked(folder, patience=storage.PATIENCE):
        storage.recover(folder, _is_ours)
        former = _former(folder / listed_in)
        return storage.write_together(folder, contents, remove=former - set(contents), kinds=_is_ours)


def _is_ours(name: str) -> bool:
    return bool(_OURS.fullmatch(name) or _ABOUT_THEM.fullmatch(name))


def _former(contents: Path) -> frozenset[str]:
    """The files that an earlier export of the same kind wrote here, by its own list."""
    try:
        with contents.open(encoding="utf-8", newline="") as stream:
            names = [row.get("file") or "" for row in csv.DictReader(stream)]
    except (OSError, UnicodeDecodeError, csv.Error):
        return frozenset()
    return frozenset(filter(_OURS.fullmatch, names))


def _delimited(table: Sequence[Sequence[str]], delimiter: str) -> str:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\r\n")
    # Nearly all cells are empty or begin with a letter or digit, and cannot run.
    writer.writerows([cell if not cell or cell[0].isalnum() else harmless(cell) for cell in row] for row in table)
    return stream.getvalue()
