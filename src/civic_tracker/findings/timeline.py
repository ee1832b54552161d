"""When the acts of a country were introduced, and when they ended by record: counts by month, quarter or year.

A count is of acts, not of records. What cannot be placed in time is counted apart and said in words.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from civic_tracker.declared.vocabulary import liberties
from civic_tracker.findings.acts import Act, ActStatus
from civic_tracker.model.dates import PartialDate
from civic_tracker.model.periods import Period, read_iso

Unit = Literal["month", "quarter", "year"]
Step = Literal["introduced", "ended", "scheduled"]

MOST_MONTHS = 48
"""The longest span, in months, that is shown by month."""
MOST_YEARS_BY_QUARTER = 16
"""The longest span, in years, that is shown by quarter."""

_ENDS: Mapping[str, Step] = {"ended": "ended", "end_date_passed": "ended", "in_force_until": "scheduled"}
_OPEN = frozenset({"no_end_recorded", "contradicted"})


@dataclass(frozen=True, slots=True)
class Lane:
    """The acts of one freedom, or all (``code`` is empty); the tuples have a count for each bin.

    ``acts`` is the sum of ``introduced``, ``undated`` and ``coarse``; it is also the sum of ``ended``, ``scheduled``,
    ``ends_apart`` and, for acts without a recorded end, ``open``, ``relaxing`` and ``unknown``.
    """

    code: str
    acts: int
    introduced: tuple[int, ...]
    ended: tuple[int, ...]
    scheduled: tuple[int, ...]
    undated: int
    """Acts whose introduction has no date."""
    coarse: int
    """Acts whose introduction is dated, but less precisely than a bin."""
    ends_apart: int
    """Recorded ends whose date is less precise than a bin."""
    open: int
    """Acts for which no end is recorded."""
    contradicted: int
    """Those of them that other evidence says are over."""
    relaxing: int
    """Acts that relax a restriction and have no recorded end: none is asked for."""
    unknown: int
    """Acts whose records do not tell whether they ended."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """The acts of a country on a day. The first lane holds each act once; the others each act that concerns them.

    ``bins`` are whole years of months or quarters, or years, one after the other; empty when no act can be placed.
    """

    unit: Unit
    bins: tuple[Period, ...]
    lanes: tuple[Lane, ...]
    on: date
    unnamed: int
    """Acts that name no freedom, which only the first lane holds."""


def build_timeline(acts: Iterable[Act], states: Mapping[str, ActStatus], on: date) -> Timeline:
    """The timeline of a country's acts, whose ``states`` on the day are given by the acts' ids.

    Months when the dates span at most 48 of them, quarters up to 16 years, else years. A date known to the year alone
    has no say in that: where bins are shorter, it is counted apart.
    """
    begun = [(one, states[one.id]) for one in acts if states[one.id].state != "not_yet_introduced"]
    dates = [found for act, state in begun for found in (act.introduced, _end(state)) if found]
    unit = _unit(dates)
    bins = _bins([one for one in dates if _fits(one, unit)], unit)
    present = {liberty for act, _ in begun for liberty in act.liberties}
    lanes = [_lane("", begun, bins, unit)]
    for code in liberties():
        if code in present:
            lanes.append(_lane(code, [(act, state) for act, state in begun if code in act.liberties], bins, unit))
    unnamed = sum(not act.liberties for act, _ in begun)
    return Timeline(unit=unit, bins=bins, lanes=tuple(lanes), on=on, unnamed=unnamed)


def _lane(code: str, begun: Sequence[tuple[Act, ActStatus]], bins: Sequence[Period], unit: Unit) -> Lane:
    place = {period.text: number for number, period in enumerate(bins)}
    counts: dict[Step, list[int]] = {step: [0] * len(bins) for step in ("introduced", "ended", "scheduled")}
    undated = coarse = ends_apart = opened = contradicted = relaxing = unknown = 0
    for act, state in begun:
        if act.introduced is None:
            undated += 1
        elif _fits(act.introduced, unit):
            counts["introduced"][place[_bin(act.introduced, unit)]] += 1
        else:
            coarse += 1
        if state.state in _ENDS:
            end = _end(state)
            if end and _fits(end, unit):
                counts[_ENDS[state.state]][place[_bin(end, unit)]] += 1
            else:
                ends_apart += 1
        elif state.state in _OPEN and act.effect == "relaxes":
            relaxing += 1
        elif state.state in _OPEN:
            opened += 1
            contradicted += state.state == "contradicted"
        else:
            unknown += 1
    return Lane(
        code=code,
        acts=len(begun),
        introduced=tuple(counts["introduced"]),
        ended=tuple(counts["ended"]),
        scheduled=tuple(counts["scheduled"]),
        undated=undated,
        coarse=coarse,
        ends_apart=ends_apart,
        open=opened,
        contradicted=contradicted,
        relaxing=relaxing,
        unknown=unknown,
    )


def _end(state: ActStatus) -> PartialDate | None:
    """The day of a recorded end. ``since`` of another state is no end that anybody recorded."""
    return state.since if state.state in _ENDS else None


def _unit(dates: Iterable[PartialDate]) -> Unit:
    months = [one.year * 12 + one.month for one in dates if one.month]
    if not months:
        return "year"
    span = max(months) - min(months) + 1
    if span <= MOST_MONTHS:
        return "month"
    return "quarter" if span <= 12 * MOST_YEARS_BY_QUARTER else "year"


def _fits(day: PartialDate, unit: Unit) -> bool:
    return unit == "year" or day.month is not None


def _bin(day: PartialDate, unit: Unit) -> str:
    if unit == "year":
        return f"{day.year:04d}"
    month = day.month or 1
    return f"{day.year:04d}-{month:02d}" if unit == "month" else f"{day.year:04d}-Q{(month + 2) // 3}"


def _bins(dates: Sequence[PartialDate], unit: Unit) -> tuple[Period, ...]:
    if not dates:
        return ()
    months = {"month": range(1, 13), "quarter": range(1, 13, 3), "year": range(1, 2)}[unit]
    years = range(min(one.year for one in dates), max(one.year for one in dates) + 1)
    return tuple(read_iso(_bin(PartialDate(year, month), unit)) for year in years for month in months)
