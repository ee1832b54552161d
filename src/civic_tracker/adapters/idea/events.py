"""The events among the lines below one month of IDEA's Democracy Tracker: where each begins, and its parts.

The parts are a title, flags, the text, its updates, the sources and the factors, in this order; any may be missing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from civic_tracker.adapters.idea.text import CATEGORIES, FACTORS, FLAG, Line

SOURCES = re.compile(r"Sources? ?:(.*)|Sources()")
FACTORS_HEADING = re.compile(r"(?:Primary|Secondary) categories and factors")

_UPDATE = re.compile(r"Update\b[^:]{0,40}:")
_SCORE = r"[+\-−–]?\d"
_ANY_CATEGORY = "|".join(CATEGORIES)
_CATEGORY = re.compile(rf"(?:(?:{_ANY_CATEGORY})(?: {_SCORE})? )?({_ANY_CATEGORY})(?: \(?({_SCORE})\)?)?")
_BARE_SCORE = re.compile(rf"\(?{_SCORE}\)?")
_SENTENCE_END = (".", "!", "?", "…")
_LONGEST_LABEL = 40
_LONGEST_TITLE = 160


@dataclass
class Event:
    """The parts of one event, sorted out of its lines."""

    title: str = ""
    flags: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)
    updates: list[str] = field(default_factory=list)
    has_sources: bool = False
    source_names: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    factors: list[str] = field(default_factory=list)
    categories: dict[str, str] = field(default_factory=dict)
    unknown_labels: list[str] = field(default_factory=list)

    @property
    def is_marked(self) -> bool:
        """Whether it has a part that nothing else on these pages has."""
        return self.has_sources or bool(self.flags or self.updates or self.categories or self.factors)


def event_blocks(lines: Sequence[Line]) -> list[Sequence[Line]]:
    """The lines below one month, of which there is at least one, cut where an event begins."""
    return [lines[start:end] for start, end in pairwise([*_starts(lines), len(lines)])]


def event_of(lines: Sequence[Line]) -> Event:
    """The event that a block of lines tells, each line given to its part."""
    event = Event()
    part = "title"
    for line in lines:
        text = line.text
        if part == "title":
            part = "body"
            if not _is_label(text):
                event.title = text
                event.addresses += _reports_in(line)
                continue
        sources = SOURCES.fullmatch(text)
        if part != "sources":
            event.addresses += _reports_in(line)
        if FLAG.fullmatch(text):
            event.flags.append(text)
        elif FACTORS_HEADING.fullmatch(text):
            part = "factors"
        elif sources or part == "sources":
            part, event.has_sources = "sources", True
            event.source_names.append((sources.group(1) or "").strip() if sources else text)
            event.links += line.links
        elif part == "factors":
            _take_factor(event, text)
        elif _UPDATE.match(text):
            part = "update"
            event.updates.append(text)
        elif part == "update":
            event.updates[-1] += f"\n\n{text}"
        elif text != "Flag":
            event.body.append(text)
    return event


def _starts(lines: Sequence[Line]) -> list[int]:
    """Where the events of one month begin: at its first line, below an event's end, above a flag, at like headings."""
    starts = {0}
    rank = lines[0].heading
    number = 0
    while number < len(lines):
        line = lines[number]
        if SOURCES.fullmatch(line.text) or FACTORS_HEADING.fullmatch(line.text):
            number = _below_lists(lines, number)
            starts.add(number)
            continue
        if number and FLAG.fullmatch(line.text) and not _is_label(lines[number - 1].text):
            starts.add(number - 1)
        if rank and line.heading == rank and not _is_label(line.text):
            starts.add(number)
        number += 1
    return sorted(start for start in starts if start < len(lines))


def _below_lists(lines: Sequence[Line], number: int) -> int:
    """The number of the first line below the lists of sources and of factors that begin at ``number``."""
    while number < len(lines):
        sources = SOURCES.fullmatch(lines[number].text)
        if sources:
            is_bare = not sources.group(1) and not lines[number].links
            number += 1
            if is_bare and number < len(lines) and not _is_label(lines[number].text):
                number += 1
            while number < len(lines) and lines[number].is_links and not _reports_in(lines[number]):
                number += 1
        elif FACTORS_HEADING.fullmatch(lines[number].text):
            number += 1
            while number < len(lines) and (_is_factor(lines[number].text) or _is_unknown_factor(lines, number)):
                number += 1
        else:
            break
    return number


def _is_factor(text: str) -> bool:
    return text in FACTORS or bool(_CATEGORY.fullmatch(text) or _BARE_SCORE.fullmatch(text))


def _is_unknown_factor(lines: Sequence[Line], number: int) -> bool:
    """A short line with the next event's title below it, where a title has its text, or a flag, below it."""
    text, below = lines[number].text, lines[number + 1].text if number + 1 < len(lines) else "."
    if _is_label(text) or _is_label(below) or len(text) > _LONGEST_LABEL or len(below) > _LONGEST_TITLE:
        return False
    return not _ends_sentence(text) and not _ends_sentence(below)


def _ends_sentence(text: str) -> bool:
    return text.rstrip("’”'\") ").endswith(_SENTENCE_END)


def _is_label(text: str) -> bool:
    is_whole_label = any(label.fullmatch(text) for label in (FLAG, SOURCES, FACTORS_HEADING))
    return is_whole_label or text == "Flag" or bool(_UPDATE.match(text))


def _reports_in(line: Line) -> list[str]:
    return [href for href in line.links if "/democracytracker/report/" in href]


def _take_factor(event: Event, text: str) -> None:
    if text in FACTORS:
        event.factors.append(text)
    elif match := _CATEGORY.fullmatch(text):
        name, score = match.groups()
        event.categories[name] = score or event.categories.get(name, "")
    elif not _BARE_SCORE.fullmatch(text):
        event.unknown_labels.append(text)
