"""Runs of days in a daily series: for how long one level was published without a break, and what came after it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

_ONE_DAY = timedelta(days=1)
_NOT_PUBLISHED = frozenset({"", "NA"})
_LEVEL = re.compile(r"(\d{1,3})(?:\.0+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Run:
    """Days on end with one level; ``printed`` is its first cell, ``start`` that cell's position in the series."""

    level: int
    printed: str
    first: date
    last: date
    start: int

    @property
    def period(self) -> str:
        return f"{self.first}/{self.last}"

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def runs_of(days: Sequence[date], cells: Sequence[str]) -> list[Run]:
    """The runs of a series in the order of its days. ``2`` and ``2.00`` are one level; a cell without a level (empty
    or ``NA``) is in no run, and ends one, as does a day that the series leaves out.

    Raises:
        ValueError: with the cell, when it is neither a whole number nor without a level.
    """
    levels = {cell: _level(cell) for cell in set(cells)}
    starts = [
        here
        for here in range(len(cells))
        if not here or levels[cells[here]] != levels[cells[here - 1]] or days[here] - days[here - 1] != _ONE_DAY
    ]
    runs = []
    for start, end in pairwise([*starts, len(cells)]):
        level = levels[cells[start]]
        if level is not None:
            runs.append(Run(level, cells[start].strip(), days[start], days[end - 1], start))
    return runs


def is_published(cell: str) -> bool:
    """Whether a cell says anything: the publisher leaves it empty, or writes ``NA``, where it has no level."""
    return cell.strip() not in _NOT_PUBLISHED


def follows(before: Run | None, after: Run | None) -> bool:
    """Whether one run begins on the day after the other ends."""
    return before is not None and after is not None and after.first - before.last == _ONE_DAY


def told_around(before: Run | None, run: Run, after: Run | None) -> str:
    """In our words, what the series has next to a run, so that its first and last day are not taken for more."""
    told = [] if follows(before, run) else [f"No level is published for the day before {run.first}."]
    if after is None:
        told.append(f"The series stops on {run.last}.")
    elif not follows(run, after):
        told.append(f"No level is published for the days after {run.last}; the next is level {after.level}.")
    elif after.level == 0:
        told.append("Then level 0.")
    else:
        told.append(f"Then level {after.level} ({'higher' if after.level > run.level else 'lower'}).")
    return " ".join(told)


def _level(cell: str) -> int | None:
    if not is_published(cell):
        return None
    match = _LEVEL.fullmatch(cell.strip())
    if match is None:
        raise ValueError(cell.strip())
    return int(match[1])
