"""The home page of IDEA's Democracy Tracker: the month's list of countries, a placeholder card, the critical events.

Seen in captures of March 2024 to January 2025. The list of March prints a sign before each name (``+1``, ``-1``,
``-2``); the later ones print names alone, in two to four alphabetical runs. What a run means is a guess (four runs
cannot mean what two do), so a name without a sign becomes a figure that says only that it is listed, and one remark
names them all. A card headed ``May 2022``, ``Malaysia``, ``Lorem ipsum`` was left behind by the
page's makers. A critical event is an excerpt under ``Europe • Georgia``, without a title; the event itself stands on
its country's page, so the excerpt is set aside.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from unicodedata import normalize

from civic_tracker.adapters.idea.text import CATEGORIES, FLAG, MONTHS, PLACEHOLDER, Line, TrackerText
from civic_tracker.documents.entries import Aside, Parsed, RawFigure
from civic_tracker.leaving import named, quoted

INDICATOR = "country_month_score"
LISTED = "named_in_month_list"
EXCERPT = "an excerpt without the event's title; the event stands on its country's page"

_LIST_HEADING = re.compile(rf"Positive and Negative Events in ((?:{MONTHS}) \d{{4}})")
_LIST_END = "*Assessments are"
_EVENTS_HEADING = re.compile(rf"Critical Events in ((?:{MONTHS}) \d{{4}})")
_EVENT_HEADING = re.compile(r"([^•]{1,60}?) • ([^•]{1,80})")
_SIGN = re.compile(r"[+\-−–]?\d")
_SIGNED_NAME = re.compile(r"([+\-−–]\d) (\S.{0,200})")
_ARROW = " Arrow "


def is_home(text: TrackerText) -> bool:
    return any(_LIST_HEADING.fullmatch(line.text) or _EVENTS_HEADING.fullmatch(line.text) for line in text.lines)


def parse_home(text: TrackerText) -> Parsed:
    """The month's scores, and the names that are listed without one, as figures; as asides the critical events'
    excerpts and the placeholder card."""
    figures: list[RawFigure] = []
    asides: list[Aside] = []
    remarks: list[str] = []
    for heading, lines in _parts(text.lines):
        if match := _LIST_HEADING.fullmatch(heading):
            month = match.group(1)
            signed, unsigned = _names(lines)
            figures += [
                RawFigure(f"month list, name {number}", name, INDICATOR, month, sign)
                for number, (sign, name) in enumerate(signed, len(figures) + 1)
            ]
            figures += [
                RawFigure(f"month list, name {number}", name, LISTED, month, "listed")
                for number, name in enumerate(unsigned, len(figures) + 1)
            ]
            remarks += [_unsigned_remark(month, unsigned)] if unsigned else []
        elif match := _EVENTS_HEADING.fullmatch(heading):
            excerpts, left_over = _critical_events(match.group(1), lines)
            asides += excerpts
            remarks += [f"not read below the last critical event: {left_over}"] if left_over else []
        elif any(PLACEHOLDER.search(line.text) for line in lines):
            label = " ".join(line.text for line in lines if line.text != "Flag" and not PLACEHOLDER.search(line.text))
            asides.append(Aside(f"card {quoted(label)}", "a placeholder of the page's makers (Lorem ipsum), no event"))
        elif lines:
            remarks.append(f"not read below the month's list: {_shown([line.text for line in lines])}")
    return Parsed(figures=tuple(figures), asides=tuple(asides), remarks=tuple(remarks))


def _parts(lines: Sequence[Line]) -> Iterator[tuple[str, list[Line]]]:
    """The page from the month's list on, cut at its headings and at the note below the list."""
    heading, part = "", list[Line]()
    begun = False
    for line in lines:
        is_heading = bool(_LIST_HEADING.fullmatch(line.text) or _EVENTS_HEADING.fullmatch(line.text))
        if is_heading or line.text.startswith(_LIST_END):
            if begun:
                yield heading, part
            heading, part, begun = line.text, [], True
        elif begun:
            part.append(line)
    yield heading, part


def _names(lines: Sequence[Line]) -> tuple[list[tuple[str, str]], list[str]]:
    """The list's names with the sign printed before each, and the names without one."""
    signed: list[tuple[str, str]] = []
    unsigned: list[str] = []
    sign = previous = ""
    for line in lines:
        text = line.text
        if _SIGN.fullmatch(text):
            sign, previous = text, ""
            continue
        if match := _SIGNED_NAME.fullmatch(text):
            sign, text, previous = match.group(1), match.group(2), ""
        # The arrow is an image described as "Brazil Arrow", printed beside or above the name itself.
        name = text.partition(_ARROW)[0].removesuffix(" Arrow").strip()
        if name in ("Arrow", previous):
            continue
        previous = name
        if sign:
            signed.append((sign, name))
        else:
            unsigned.append(name)
        sign = ""
    return signed, unsigned


def _unsigned_remark(month: str, names: Sequence[str]) -> str:
    keys = [normalize("NFKD", name).casefold() for name in names]
    runs = 1 + sum(later < earlier for earlier, later in pairwise(keys))
    return (
        f"the list of {month} prints {len(names)} names without a sign, in {runs} alphabetical runs; "
        f"their direction is not known: {', '.join(map(named, names))}"
    )


def _critical_events(month: str, lines: Sequence[Line]) -> tuple[list[Aside], str]:
    """The excerpts below "Critical Events in ...", and what stands there that is none."""
    starts = [number for number, line in enumerate(lines) if _EVENT_HEADING.fullmatch(line.text)]
    excerpts: list[Aside] = []
    left_over = [line.text for line in lines[: starts[0] if starts else len(lines)]]
    for start, end in pairwise([*starts, len(lines)]):
        excerpts.append(Aside(f"critical event of {month}: {named(lines[start].text)}", EXCERPT))
        if end == len(lines):
            texts = [line.text for line in lines[start + 1 : end] if not _is_label(line.text)]
            left_over += texts[1:]
    return excerpts, _shown(left_over)


def _is_label(text: str) -> bool:
    return text in CATEGORIES or text == "Flag" or bool(FLAG.fullmatch(text))


def _shown(texts: Sequence[str]) -> str:
    return f"{len(texts)} line(s), from {quoted(texts[0])} on" if texts else ""
