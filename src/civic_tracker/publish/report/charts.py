"""The lines and bars of ``templates/_charts.html.j2``: data of SVG paths, from a timeline and from series.

A template that imports it renders with ``NAMES`` in its context, beside ``_``, ``ngettext`` and ``pgettext``. A page
carries ``templates/_charts.css.j2`` in its style sheet.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_skeleton

from civic_tracker.findings.series import PANDEMIC, SINCE, Series
from civic_tracker.findings.timeline import Lane, Timeline
from civic_tracker.model.periods import Period
from civic_tracker.words.languages import Language
from civic_tracker.words.series_words import say_figures
from civic_tracker.words.timeline_words import lane_name, timeline_heads, timeline_rows, timeline_sentences

SPARK_WIDTH, SPARK_HEIGHT, _MARGIN = 120, 24, 2

_BIN, _GAP = 10, 1  # a bin's width, and what its bar leaves free on each side
_LEAST = 3  # acts that a lane has the height of, at least: one act does not look like many
_HEADROOM = 0.55  # of the bars' height, for the number above the highest
_MOST_YEARS_NAMED = 8  # names of years that stand beside one another on a telephone


@dataclass(frozen=True, slots=True)
class LaneDrawing:
    """The paths of one lane: bars up from the line in the middle, and down from it; empty when there are none.

    A bin is 10 wide and an act is 1 high, on the lane's own scale; the page stretches both. ``peak`` is the highest
    bar: the place of its top, as percentages from the left and from above, and its number of acts.
    """

    box: str
    grid: str
    introduced: str
    ended: str
    scheduled: str
    today: str
    peak: tuple[str, str, int] | None


def draw_lanes(timeline: Timeline) -> list[LaneDrawing]:
    """The lanes in their order, each on its own scale: else one act could not be seen beside a lane of hundreds."""
    return [_lane(timeline, lane) for lane in timeline.lanes]


def axis(timeline: Timeline, say: Language) -> list[tuple[str, str]]:
    """Where a month or year begins, as a percentage of the width, and its name; few enough for a telephone."""
    bins = timeline.bins
    if timeline.unit == "month" and len(bins) <= 24:
        step = 3 if len(bins) <= 12 else 6
        return [(_percent(place, len(bins)), _month(bins[place], say)) for place in range(0, len(bins), step)]
    years = [(place, one.first.year) for place, one in enumerate(bins) if one.first.month == 1]
    step = -(-len(years) // _MOST_YEARS_NAMED)
    return [(_percent(place, len(bins)), str(year)) for place, year in years[::step]]


def spark_line(series: Series) -> str:
    """The path of a series: steps for runs of days, else lines; points on their own where periods do not join."""
    place = _Place(series)
    parts: list[str] = []
    for one in series.points:
        y = place.y(one.value)
        if series.daily:
            begin, end = place.x(one.period.first_day()), place.x(one.period.last_day())
            parts.append(f"{f'V{y}' if one.joined else f'M{begin} {y}'}H{end}")
        else:
            x = place.middle(one.period)
            parts.append(f"L{x} {y}" if one.joined else f"M{x} {y}h0")
    return "".join(parts)


def spark_latest(series: Series) -> str:
    """The last point of the line, as a dot: a path without length, whose ends are round."""
    last, place = series.points[-1], _Place(series)
    x = place.x(last.period.last_day()) if series.daily else place.middle(last.period)
    return f"M{x} {place.y(last.value)}h0"


def spark_baseline(series: Series) -> str:
    """An upright line at the last figure before the pandemic; empty where it is not on the drawing."""
    before = series.baseline
    if before is None or not series.points or before.period.last_day() < series.points[0].period.first_day():
        return ""
    return f"M{_Place(series).middle(before.period)} 0V{SPARK_HEIGHT}"


class _Place:
    """From days and values to places on the drawing of a series that has points."""

    def __init__(self, series: Series) -> None:
        first, last = series.points[0].period, series.points[-1].period
        self._first = first.first_day() if series.daily else _middle(first)
        self._days = ((last.last_day() if series.daily else _middle(last)) - self._first).days or 1
        self._low, self._span = series.low, (series.high - series.low)

    def x(self, day: date) -> int:
        return _MARGIN + round((day - self._first).days / self._days * (SPARK_WIDTH - 2 * _MARGIN))

    def middle(self, period: Period) -> int:
        return self.x(_middle(period))

    def y(self, value: float) -> int:
        part = (value - self._low) / self._span if self._span else 0.5
        return SPARK_HEIGHT - _MARGIN - round(part * (SPARK_HEIGHT - 2 * _MARGIN))


NAMES: Mapping[str, Callable[..., Any] | date | int] = {
    "axis": axis,
    "draw_lanes": draw_lanes,
    "lane_name": lane_name,
    "pandemic": PANDEMIC,
    "say_figures": say_figures,
    "since": SINCE,
    "spark_baseline": spark_baseline,
    "spark_latest": spark_latest,
    "spark_line": spark_line,
    "timeline_heads": timeline_heads,
    "timeline_rows": timeline_rows,
    "timeline_sentences": timeline_sentences,
}
"""What the macros of ``_charts.html.j2`` need in their context."""


def _lane(timeline: Timeline, lane: Lane) -> LaneDrawing:
    up = max(lane.introduced, default=0)
    down = max((sum(counts) for counts in zip(lane.ended, lane.scheduled, strict=True)), default=0)
    used = max(up + down, _LEAST)
    top = down - used - math.ceil(used * _HEADROOM)
    return LaneDrawing(
        box=f"0 {top} {_BIN * len(timeline.bins)} {down - top}",
        grid=f"M0 0h{_BIN * len(timeline.bins)}" + "".join(f"M{x} {top}V{down}" for x in _new_years(timeline)),
        introduced=_bars([-count for count in lane.introduced]),
        ended=_bars(lane.ended),
        scheduled=_bars(lane.scheduled, lane.ended),
        today=_today(timeline, top, down) if any(timeline.lanes[0].scheduled) else "",
        peak=_peak(lane, top, down - top) if up else None,
    )


def _peak(lane: Lane, top: int, height: int) -> tuple[str, str, int]:
    most = max(lane.introduced)
    place = lane.introduced.index(most)
    return _percent(place + 0.5, len(lane.introduced)), _percent(-most - top, height), most


def _new_years(timeline: Timeline) -> list[int]:
    if timeline.unit == "year":
        return []
    return [_BIN * place for place, one in enumerate(timeline.bins) if place and one.first.month == 1]


def _bars(ends: Sequence[int], begins: Sequence[int] = ()) -> str:
    """One path with a bar for each count that is not zero; down when it is positive, below what it begins at."""
    parts: list[str] = []
    pen: tuple[int, int] | None = None
    for place, count in enumerate(ends):
        if not count:
            continue
        base = begins[place] if begins else 0
        left, right = _BIN * place + _GAP, _BIN * (place + 1) - _GAP
        parts.append(f"h{2 * _GAP}" if pen == (left - 2 * _GAP, base) else f"M{left} {base}")
        parts.append(f"V{base + count}h{right - left}V{base}")
        pen = (right, base)
    return "".join(parts)


def _today(timeline: Timeline, top: int, bottom: int) -> str:
    """An upright line at the day of the timeline, among its bins."""
    for place, one in enumerate(timeline.bins):
        if one.first <= timeline.on <= one.last:
            part = (timeline.on - one.first).days / ((one.last - one.first).days + 1)
            return f"M{round(_BIN * (place + part))} {top}V{bottom}"
    return ""


def _percent(part: float, whole: int) -> str:
    return f"{round(100 * part / whole, 1):g}%"


def _month(period: Period, say: Language) -> str:
    return format_skeleton("yMMM", period.first, locale=say.locale)


def _middle(period: Period) -> date:
    return period.first + (period.last - period.first) / 2
