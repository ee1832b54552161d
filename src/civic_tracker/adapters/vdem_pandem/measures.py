"""Measures in V-Dem's PanDem: the main emergency instrument of a country, and legal limits on the media.

Both stand in the rows of country and quarter beside the figures, and repeat from quarter to quarter. An instrument is
one entry for each country, ``emname`` and ``emstart``; a limit on the media one for each country and ``melimstart``.
Where quarters differ, the last one that names the measure speaks, since it is the publisher's newest word: an end that
it no longer states does not stand. A scheduled end that was moved is told in the note, a contradiction in a remark.
Only the kind (``emlaw``) is that of the first quarter, since it tells how the instrument was adopted.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from civic_tracker.documents.entries import RawEntry
from civic_tracker.leaving import named
from civic_tracker.text import clean

LONGEST_TITLE = 200
COLUMNS = ("emlaw", "emname", "emstart", "emend", "emlimit", "emlimitdate", "melim", "melimstart", "melimend")
_NO_INSTRUMENT = frozenset({"", "5", "6"})  # emlaw: no legal instrument; no national response
# A mark such as "(2)" before or behind a line. Behind a number it stays: "article 66 (1)" may be a paragraph.
_FOOTNOTE = re.compile(r"^[^\S\n]*\(\d{1,2}\)\s+|(?<=[^\d\s])\s+\(\d{1,2}\)(?=[.;]?\s*$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Quarter:
    """What one row says of its country in one period: cells by ``COLUMNS``, empty where nothing was published."""

    row: int
    country: str
    period: str
    said: Mapping[str, str]


def measures_in(quarters: Sequence[Quarter]) -> tuple[list[RawEntry], list[str]]:
    """The instruments and the limits on the media, each once, with remarks on the document."""
    instruments: dict[tuple[str, str, str], list[Quarter]] = {}
    limits: dict[tuple[str, str], list[Quarter]] = {}
    unnamed: list[Quarter] = []
    undated: set[str] = set()
    in_order = sorted(quarters, key=lambda quarter: quarter.period)
    for quarter in in_order:
        said = quarter.said
        name = clean(said["emname"])
        if name or (said["emstart"] and said["emlaw"] not in _NO_INSTRUMENT):
            instruments.setdefault((quarter.country, name, said["emstart"]), []).append(quarter)
        elif said["emlaw"] not in _NO_INSTRUMENT or said["emstart"] or said["emend"] or said["emlimitdate"]:
            unnamed.append(quarter)
        if _is_limit(said) and said["melimstart"]:
            limits.setdefault((quarter.country, said["melimstart"]), []).append(quarter)
        elif _is_limit(said):
            undated.add(quarter.country)
    starts = Counter((country, start) for country, _, start in instruments if start)
    alike = [country for (country, _), names in starts.items() if names > 1]
    latest = in_order[-1].period if in_order else ""
    remarks = [
        *_counted(instruments, "name", "emergency instruments"),
        *_counted(limits, "date", "legal limits on the media"),
        *_unnamed(unnamed),
    ]
    if without_date := undated - {country for country, _ in limits}:
        remarks.append(
            f"melim is above 0 and has no start, so figures only: {', '.join(map(named, sorted(without_date)))}"
        )
    if alike:
        remarks.append(f"instruments under two names with one start, kept as two: {', '.join(map(named, alike))}")
    entries = [_instrument(one, latest) for one in instruments.values()]
    return entries + [_limit(one, latest) for one in limits.values()], remarks


def _is_limit(said: Mapping[str, str]) -> bool:
    return said["melim"] not in {"", "0"}


def _instrument(quarters: Sequence[Quarter], latest: str) -> RawEntry:
    first, last = quarters[0].said, quarters[-1].said
    name, kind = last["emname"], f"emlaw {first['emlaw']}" if first["emlaw"] else ""
    says_when = last["emend"] or last["emlimitdate"]
    return RawEntry(
        locator=_locator(quarters),
        country=quarters[0].country,
        title=_short(name) or "Emergency instrument, name not given",
        title_is_ours=not clean(name),
        type=kind,
        emergency=kind,
        introduced=first["emstart"],
        ends=last["emlimitdate"],
        ended=last["emend"],
        ending=f"emlimit {last['emlimit']}" if last["emlimit"] and not says_when else "",
        instrument_name=name,
        note=_note(quarters, "emlimitdate", latest),
        remarks=_contradictions(quarters, "emlaw", "emend", "emlimitdate"),
    )


def _limit(quarters: Sequence[Quarter], latest: str) -> RawEntry:
    levels = tuple(dict.fromkeys(named(quarter.said["melim"]) for quarter in quarters))
    return RawEntry(
        locator=_locator(quarters),
        country=quarters[0].country,
        title=f"Legal limits on media reporting about COVID-19 (PanDem melim, level {', then '.join(levels)})",
        title_is_ours=True,
        tags=tuple(f"melim {level}" for level in levels),
        introduced=quarters[0].said["melimstart"],
        ends=quarters[-1].said["melimend"],
        note=_note(quarters, "melimend", latest),
        remarks=_contradictions(quarters, "melimend"),
    )


def _short(name: str) -> str:
    """The name in one line without footnote marks, cut at a word where it is long: still the publisher's words."""
    parts = [part for line in _FOOTNOTE.sub("", name).splitlines() if (part := clean(line))]
    line = " ".join(part if part.endswith((".", ",", ":", ";")) else f"{part};" for part in parts).removesuffix(";")
    return line if len(line) <= LONGEST_TITLE else f"{line[: LONGEST_TITLE - 1].rpartition(' ')[0] or line[:-1]} …"


def _note(quarters: Sequence[Quarter], column: str, latest: str) -> str:
    """Which quarters have the measure, and how its scheduled end moved; the same for every file that repeats it."""
    note = f"V-Dem records it for {', '.join(named(quarter.period) for quarter in quarters)}"
    note += "." if quarters[-1].period == latest else " and not later."
    ends = [(named(quarter.period), named(quarter.said[column])) for quarter in quarters if quarter.said[column]]
    if len({end for _, end in ends}) > 1:
        note += f" Scheduled end ({column}) by quarter: {', '.join(f'{period} {end}' for period, end in ends)}."
    return note


def _contradictions(quarters: Sequence[Quarter], *columns: str) -> tuple[str, ...]:
    """What earlier quarters said and the last one does not bear out; a scheduled end that moved is none."""
    remarks = []
    for column in columns:
        said = [quarter.said[column] for quarter in quarters]
        by_quarter = ", ".join(
            f"{named(quarter.period)} {named(quarter.said[column]) or 'nothing'}" for quarter in quarters
        )
        if any(said) and not said[-1]:
            remarks.append(f"{column} is no longer stated in the last quarter, so it is not used: {by_quarter}.")
        elif column in {"emlaw", "emend"} and len({word for word in said if word}) > 1:
            used = "first" if column == "emlaw" else "last"
            remarks.append(f"{column} differs between quarters, and the {used} is used: {by_quarter}.")
    return tuple(remarks)


def _locator(quarters: Sequence[Quarter]) -> str:
    rows = ", ".join(str(quarter.row) for quarter in quarters)
    return f"rows {rows}" if quarters[1:] else f"row {rows}"


def _counted(groups: Mapping[Any, Sequence[Quarter]], verb: str, what: str) -> list[str]:
    rows = sum(map(len, groups.values()))
    return [f"{rows} rows {verb} {len(groups)} {what}, each of which is one measure"] if groups else []


def _unnamed(quarters: Sequence[Quarter]) -> list[str]:
    places = [f"row {quarter.row} ({named(quarter.country)})" for quarter in quarters[:12]]
    more = f" and {len(quarters) - 12} more" if quarters[12:] else ""
    reason = "no measure: emname is missing, and emstart too or emlaw is 5 or 6 (no instrument)"
    return [f"{reason}: {', '.join(places)}{more}"] if quarters else []
