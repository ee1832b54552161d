"""The figures of one indicator over time, of one release: what is drawn, the latest, the last before the pandemic.

Figures of two releases are not one series. Nothing is smoothed, and nothing is drawn between figures that do not follow
one another.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from civic_tracker.building.figures import words_for
from civic_tracker.findings.summary import latest_observations
from civic_tracker.model.periods import Period, read_iso
from civic_tracker.model.schema import Observation

PANDEMIC = date(2020, 3, 11)
"""The day on which the WHO called COVID-19 a pandemic: https://www.who.int/director-general/speeches/detail/\
who-director-general-s-opening-remarks-at-the-media-briefing-on-covid-19---11-march-2020"""
SINCE = 2010
"""The year from which a series is drawn, unless another is asked for: some go back to 1975."""

_MOST = 40  # points that 120 pixels can show
_DIGITS = re.compile(r"\d")
_NUMERIC_SCALE = re.compile(r"(?:[-+\d.,/ ]|\bor\b|\bto\b)+")
_BOUND = re.compile(r"(?<!\d)[+-]?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Point:
    """A figure of a period; ``joined`` when its period follows the one before without a gap."""

    period: Period
    value: float
    joined: bool


@dataclass(frozen=True, slots=True)
class Series:
    """The figures of one indicator, all of the release that has the newest.

    ``latest`` is what ``summary.latest_observations`` returns for the indicator. ``baseline`` is the last figure of the
    same release and kind of period that was over before 11 March 2020, or ``None``; of a daily series it is the
    figure of one day, which its period names. ``points`` are those since the year ``since``, at most 40; there are none
    for words and for codes of kinds. ``low`` and ``high`` are the ends of the publisher's scale, or of the values where
    it has no numeric one.
    """

    latest: Observation
    baseline: Observation | None
    points: tuple[Point, ...]
    since: int
    first: Period
    """The first period there is a figure of, drawn or not."""
    scale: str
    low: float
    high: float

    @property
    def source(self) -> str:
        return self.latest.source

    @property
    def indicator(self) -> str:
        return self.latest.indicator

    @property
    def over(self) -> bool:
        """Whether the latest figure is from before the pandemic."""
        return self.latest.period.last_day() < PANDEMIC

    @property
    def daily(self) -> bool:
        """Whether the points are runs of days at one value."""
        return self.latest.daily


def series_of(observations: Iterable[Observation], since: int = SINCE) -> dict[tuple[str, str], Series]:
    """The series of a country by source and indicator, in the order of ``summary.latest_observations``.

    ``observations`` are those of one country, of all periods and releases; for a day, those that had begun by then.

    Raises:
        ValueError: when they are of several countries.
    """
    own = list(observations)
    found = sorted({one.country for one in own})
    if len(found) > 1:
        raise ValueError(f"a series is of one country, not of {', '.join(found)}")
    by_key: Mapping[tuple[str, str], list[Observation]] = defaultdict(list)
    for one in own:
        by_key[one.source, one.indicator].append(one)
    return {
        (latest.source, latest.indicator): _series(latest, by_key[latest.source, latest.indicator], since)
        for latest in latest_observations(own)
    }


def _series(latest: Observation, figures: Iterable[Observation], since: int) -> Series:
    comparable: dict[Period, Observation] = {}
    for one in figures:
        if one.release == latest.release and _kind(one) == _kind(latest):
            comparable[one.period] = one  # of two for one period the later, as for the latest
    ordered = [comparable[period] for period in sorted(comparable)]
    scale = words_for(latest).scale
    drawn = [one for one in ordered if one.period.last_day().year >= since]
    points = () if scale.endswith("kinds") else _points(drawn)
    low, high = _range(scale, [one.value for one in points])
    return Series(
        latest=latest,
        baseline=_baseline(ordered),
        points=_thinned(points),
        since=since,
        first=ordered[0].period,
        scale=scale,
        low=low,
        high=high,
    )


def _kind(one: Observation) -> str:
    """What figures must share to be compared: an interval over all quarters is no point beside the quarters."""
    return "daily" if one.daily else _DIGITS.sub("9", one.period.text)


def _baseline(ordered: Sequence[Observation]) -> Observation | None:
    eve = PANDEMIC - timedelta(days=1)
    for one in reversed(ordered):
        if one.period.last_day() <= eve and not one.daily:
            return one
        if one.daily and one.period.first_day() <= eve:
            # A run of days is a figure for each of its days, so the last day before the pandemic has one.
            day = min(one.period.last_day(), eve)
            return one.model_copy(update={"period": read_iso(day.isoformat())})
    return None


def _points(ordered: Iterable[Observation]) -> tuple[Point, ...]:
    points: list[Point] = []
    for one in ordered:
        if one.value is not None:
            joined = bool(points) and one.period.first_day() - points[-1].period.last_day() <= timedelta(days=1)
            points.append(Point(one.period, one.value, joined))
    return tuple(points)


def _range(scale: str, values: Sequence[float]) -> tuple[float, float]:
    """The lowest and highest value that can be drawn: the scale's, widened where a figure lies outside it."""
    bounds = [float(one) for one in _BOUND.findall(scale)] if _NUMERIC_SCALE.fullmatch(scale) else []
    every = [*bounds, *values]
    return (min(every), max(every)) if every else (0.0, 0.0)


def _thinned(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """At most 40 points: the first, last, lowest and highest of each of ten equal parts of a longer series."""
    if len(points) <= _MOST:
        return points
    parts = _MOST // 4
    kept: set[int] = set()
    for part in range(parts):
        places = range(part * len(points) // parts, (part + 1) * len(points) // parts)
        kept |= {places[0], places[-1]}
        kept |= {min(places, key=lambda place: points[place].value), max(places, key=lambda place: points[place].value)}
    ordered = sorted(kept)
    thinned = [points[ordered[0]]]
    for before, place in pairwise(ordered):
        joined = all(one.joined for one in points[before + 1 : place + 1])
        thinned.append(replace(points[place], joined=joined))
    return tuple(thinned)
