"""Tables that can be read on any terminal: no word is broken, and what does not fit is left out by name, or listed.

A cell is wrapped at blanks. Where a line is too short for every column, the columns that the caller can spare go, one
by one, and a sentence below names them. Where even the others do not fit, each row becomes a block of lines, a label
and its value each. Where nobody looks at a terminal, each row is one line with all its columns.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Literal

from rich.box import SIMPLE_HEAD, Box
from rich.cells import cell_len
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from civic_tracker.publish.printing import LiteralConsole, in_encoding
from civic_tracker.text import cut, legible

_GAP = 2  # blanks between two columns
_LEAST_FOR_TEXT = 18  # a column of sentences that is narrower than this is a column of words
_MOST_LINES = 4  # of one cell, before a list reads better than a table
_BOX = Box(str(SIMPLE_HEAD), ascii=True)  # so called lest Rich draws another; the stream writes '-' where it must


@dataclass(frozen=True, slots=True)
class Columns:
    """What a table's columns are called, which hold numbers, which go first where a line is short."""

    names: Sequence[str]
    numeric: frozenset[int] = frozenset()
    spare: Sequence[Sequence[str]] = ()
    """Columns that go together, the first ones first."""
    heading: int = 1
    """How many of the first columns, in a list, stand above the others of a row."""


@dataclass(frozen=True, slots=True)
class _Width:
    """What a column wants, in cells of the terminal: each cell in one line, the heading too, the least one can read."""

    cells: int
    natural: int
    least: int

    def wish(self, given: int) -> tuple[float, float]:
        """How much a column of this width would gain by one cell more; what stands in it goes before its heading."""
        return max(self.cells / given, 1), self.natural / given


def show_table(console: LiteralConsole, title: str, columns: Columns, rows: Iterable[Sequence[object]]) -> None:
    """Print a table as wide as the console, or a list where no table fits."""
    cells = [[cut(str(cell)) for cell in row] for row in rows]
    widths = _widths(console, columns, cells)
    chosen = _chosen(console.width, columns, widths)
    if not chosen:
        show_list(console, title, columns, cells)
        return
    fitted = _fitted(console.width, [widths[one] for one in chosen])
    table = Table(
        title=escape(title) or None,
        title_justify="left",
        box=_BOX,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    for place, width in zip(chosen, fitted, strict=True):
        justify: Literal["left", "right"] = "right" if place in columns.numeric else "left"
        table.add_column(escape(columns.names[place]), justify=justify, overflow="fold", width=width)
    for row in cells:
        table.add_row(*(escape(row[one]) for one in chosen))
    _print(console, table)
    console.print()
    left_out = [name for place, name in enumerate(columns.names) if place not in chosen]
    if left_out:
        console.print(f"A wider terminal, or --json, shows also: {escape(', '.join(left_out))}.\n")


def show_list(console: LiteralConsole, title: str, columns: Columns, rows: Iterable[Sequence[object]]) -> None:
    """Print each row as a block: its heading, and below it a line for each cell that is not empty."""
    if title:
        console.print(f"[italic]{escape(title)}[/italic]")
    label = max((cell_len(name) for name in columns.names[columns.heading :]), default=0)
    for row in rows:
        cells = [cut(str(cell)) for cell in row]
        heading = ": ".join(filter(None, cells[: columns.heading]))
        console.print(f"\n[bold]{escape(heading)}[/bold]")
        block = Table.grid(padding=(0, _GAP, 0, 0))
        block.add_column(width=label, no_wrap=True)
        block.add_column(overflow="fold", width=None if console.is_log else max(console.width - label - 2 * _GAP, 10))
        for name, cell in zip(columns.names[columns.heading :], cells[columns.heading :], strict=True):
            if cell:
                block.add_row(escape(name), escape(cell))
        if block.row_count:
            _print(console, Padding(block, (0, 0, 0, _GAP), expand=False))
    console.print()


def fits(console: LiteralConsole, columns: Columns, rows: Iterable[Sequence[object]]) -> bool:
    """Whether a table of these rows can be read on this console, with or without its spare columns."""
    widths = _widths(console, columns, [[str(cell) for cell in row] for row in rows])
    return bool(_chosen(console.width, columns, widths))


def _widths(console: LiteralConsole, columns: Columns, rows: Sequence[Sequence[str]]) -> list[_Width]:
    return [
        _width(name, [in_encoding(legible(row[place]), console.encoding) for row in rows], place in columns.numeric)
        for place, name in enumerate(columns.names)
    ]


def _width(name: str, cells: Sequence[str], is_number: bool) -> _Width:
    """A heading may always be wrapped; a cell of a few words stays in one line, and a sentence takes a few."""
    natural = max(map(cell_len, cells), default=0)
    words = [word for text in (name, *cells) for word in text.split()]
    longest = max(map(cell_len, words), default=0)
    if is_number:
        return _Width(natural, max(natural, cell_len(name)), max(natural, longest, 1))
    least = max(longest, min(natural, _LEAST_FOR_TEXT), ceil(natural / _MOST_LINES))
    return _Width(natural, max(natural, cell_len(name)), max(least, 1))


def _chosen(room: int, columns: Columns, widths: Sequence[_Width]) -> list[int]:
    """The columns that fit into a line, without the spare ones that must go; none, where no table can be read."""
    chosen = list(range(len(columns.names)))
    for names in (*columns.spare, ()):
        if sum(widths[one].least for one in chosen) + _GAP * (len(chosen) - 1) <= room:
            return chosen
        chosen = [one for one in chosen if columns.names[one] not in names]
    return []


def _fitted(room: int, widths: Sequence[_Width]) -> list[int]:
    """Each column's width: the least, and what is left for those whose cells would take most lines."""
    natural = [one.natural for one in widths]
    left = room - _GAP * (len(widths) - 1)
    if sum(natural) <= left:
        return natural
    fitted = [one.least for one in widths]
    for _ in range(left - sum(fitted)):
        place = max(range(len(fitted)), key=lambda one: widths[one].wish(fitted[one]))
        fitted[place] += 1
    return fitted


def _print(console: LiteralConsole, block: Table | Padding) -> None:
    """Print it; in a log without the blanks that fill its lines up."""
    if console.is_terminal:
        console.print(block)
        return
    with console.capture() as captured:
        console.print(block)
    console.print("\n".join(_lines(captured.get())), markup=False, soft_wrap=True)


def _lines(text: str) -> Iterator[str]:
    for line in text.rstrip("\n").split("\n"):
        yield line.rstrip()
