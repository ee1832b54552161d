"""The starter facts: real measures collected by hand, each with the page where it was read.

They are written in the same words as an adapter's raw entries, and go through the same normalising as everything else.
"""

from dataclasses import fields
from pathlib import Path
from typing import Any

from civic_tracker import paths
from civic_tracker.declared.tables import read_table
from civic_tracker.documents.entries import Parsed, RawEntry, RawFigure

_LISTS = frozenset({"tags", "flags", "links", "updates"})
_ENTRY_COLUMNS = frozenset(one.name for one in fields(RawEntry)) - {
    "locator",
    "extra",
    "remarks",
    "dates_mentioned",
    "history",
    "rows",
    "title_is_ours",
    "identity",
}
_FIGURE_COLUMNS = frozenset(one.name for one in fields(RawFigure)) - {"locator", "daily"}


def starter_files(source_id: str) -> list[Path]:
    """The starter files of a source: its measures, its figures, or neither."""
    folder = paths.bundled_data_dir() / "starter"
    return [path for name in (source_id, f"{source_id}_figures") if (path := folder / f"{name}.csv").is_file()]


def read_starter(path: Path) -> Parsed:
    """The raw entries of one starter file.

    Raises:
        DeclarationError: when the file has an unknown column or a broken line.
    """
    if path.stem.endswith("_figures"):
        rows = read_table(
            path, required=frozenset({"country", "indicator", "period", "value"}), allowed=_FIGURE_COLUMNS
        )
        return Parsed(figures=tuple(_figure(row) for row in rows))
    rows = read_table(path, required=frozenset({"country", "title", "url", "evidence"}), allowed=_ENTRY_COLUMNS)
    return Parsed(entries=tuple(_entry(row) for row in rows))


def _entry(row: dict[str, str]) -> RawEntry:
    cells: dict[str, Any] = dict(_cells(row))
    for name in _LISTS & set(cells):
        cells[name] = tuple(filter(None, cells[name].split(" | ")))
    return RawEntry(locator=_place(row), **cells)


def _figure(row: dict[str, str]) -> RawFigure:
    cells: dict[str, Any] = dict(_cells(row))
    return RawFigure(locator=_place(row), **cells)


def _place(row: dict[str, str]) -> str:
    return f"line {row['#']}"


def _cells(row: dict[str, str]) -> dict[str, str]:
    return {name: cell for name, cell in row.items() if name != "#"}
