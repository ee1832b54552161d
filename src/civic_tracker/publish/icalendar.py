"""The recorded ends of a country's measures as a calendar (iCalendar, RFC 5545), in a language.

An event says what a record says and no more: that an end is recorded, not that the measure was lifted on that day. It
takes nobody's time, and only an end that a publisher's page reports as past is called confirmed. Nothing comes from the
clock: an event is stamped with the day its record was retrieved.

The lines are written here: the library icalendar folds letter by letter and takes five times as long, which the
calendars of all countries in three languages would feel. The tests read them with that library.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from civic_tracker.findings.acts import Act
from civic_tracker.model.dates import PartialDate
from civic_tracker.model.schema import Record
from civic_tracker.model.status import is_confirmed
from civic_tracker.text import legible, shorten, web_address
from civic_tracker.words.languages import Language
from civic_tracker.words.report_words import say_who

_LONGEST_LINE = 75  # octets, without the line break: RFC 5545, section 3.1
_LONGEST_TITLE, _LONGEST_WORDS = 200, 500
_SPECIAL = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
# RFC 5545 wants a component in a calendar (section 3.6); of those there are, a time zone says nothing about a country.
_NO_EVENTS = [
    *("BEGIN:VTIMEZONE", "TZID:Etc/UTC", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0000"),
    *("TZOFFSETTO:+0000", "END:STANDARD", "END:VTIMEZONE"),
]
_NOT_IN_AN_ADDRESS = re.compile(r'[<>"{}|\\^`]')


@dataclass(frozen=True, slots=True)
class _End:
    """One end that one record states."""

    measure: Record
    on: PartialDate
    is_past: bool
    """Whether the record says that the measure ended, and not only that it is to end."""
    only_in: str = ""
    """The part of the country that the end is for, where the record tells ends by place."""
    mark: str = ""
    """What tells it from the other ends of the record."""


def calendar_of_ends(measures: Iterable[Record], acts: Iterable[Act], country: str, say: Language) -> bytes:
    """The calendar, in UTF-8 with CRLF, of the ends that the country's measures record: one event for a recorded end.

    Measures that were taken count; events, runs of days and what was only proposed do not. ``acts`` are
    those of the measures: where several records of one act give the same end, one event names all of them; where they
    differ, each has its own. An end known to the month or year is an event over all of it, which says that the day is
    not recorded.
    """
    own = {one.id: one for one in measures if one.country == country and _counts(one)}
    groups = sorted((_group(told) for told in _by_act(own, acts)), key=lambda told: (told[0].on, _uid(told)))
    name = say.pgettext("calendar", "Recorded ends of measures: {country}", country=say.country(country))
    about = say.pgettext("calendar", "A recorded end does not say that the measure was lifted.")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//civic-tracker//civic-tracker//{say.code.upper()}"]
    lines += ["CALSCALE:GREGORIAN", _text("NAME", name, say), f"X-WR-CALNAME:{_escaped(name)}"]
    lines += [_text("DESCRIPTION", about, say), f"X-WR-CALDESC:{_escaped(about)}"]
    lines += [line for told in groups for line in _event(told, say)] or _NO_EVENTS
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _counts(one: Record) -> bool:
    return one.record_kind == "measure" and one.stage == "taken"


def _by_act(own: Mapping[str, Record], acts: Iterable[Act]) -> Iterator[list[_End]]:
    """The ends that become one event each: those of one act, on one date, for one place."""
    act_of = {record: act.id for act in acts for record in act.records}
    found: dict[tuple[str, PartialDate, str], list[_End]] = {}
    for one in own.values():
        for end in _ends(one):
            found.setdefault((act_of.get(one.id, one.id), end.on, end.only_in), []).append(end)
    yield from found.values()


def _ends(one: Record) -> Iterator[_End]:
    if one.ended_on:
        yield _End(one, one.ended_on, is_past=True)
    if one.ends and one.ends != one.ended_on:
        yield _End(one, one.ends, is_past=False)
    seen: set[str] = set()
    for place, on in dict.fromkeys((by.place, by.ends) for by in one.ends_by_place):
        # A place has one end, and its mark does not hang on the day; a second one for it is told apart by its day.
        mark = _mark(f"{place}\n{on}" if place in seen else place)
        seen.add(place)
        yield _End(one, on, is_past=False, only_in=place, mark=mark)


def _mark(text: str) -> str:
    return f"-{sha256(text.encode(errors='replace')).hexdigest()[:10]}"


def _group(told: Sequence[_End]) -> list[_End]:
    """The ends of an event; the first, a past one if there is any, gives the title and the identity."""
    return sorted(told, key=lambda end: (not end.is_past, end.measure.id))


def _event(told: Sequence[_End], say: Language) -> Iterator[str]:
    first = told[0]
    last_day = first.on.last_day()
    sure = any(end.is_past and is_confirmed(end.measure) for end in told)
    yield "BEGIN:VEVENT"
    yield f"UID:{_uid(told)}"
    yield f"DTSTAMP:{_day(_stamp(told))}T000000Z"
    yield f"DTSTART;VALUE=DATE:{_day(first.on.first_day())}"
    yield f"DTEND;VALUE=DATE:{_day(last_day + timedelta(days=1))}"
    yield f"SUMMARY:{_escaped(_say_summary(first, say))}"
    yield _text("DESCRIPTION", "\n".join(_say_end(told, say)), say)
    if address := next(filter(None, (_address(end.measure) for end in told)), ""):
        yield f"URL:{address}"
    yield f"STATUS:{'CONFIRMED' if sure else 'TENTATIVE'}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _uid(told: Sequence[_End]) -> str:
    """Stable while the record keeps its id, whatever day it gives."""
    first = told[0]
    return f"{first.measure.id}-{'ended' if first.is_past else 'ends'}{first.mark}@civic-tracker"


def _stamp(told: Sequence[_End]) -> date:
    """The day of the newest document behind the event or, where none is recorded, that of the end itself."""
    return max((end.measure.retrieved for end in told if end.measure.retrieved), default=told[0].on.first_day())


def _say_summary(end: _End, say: Language) -> str:
    title = shorten(end.measure.title, _LONGEST_TITLE)
    if end.on.precision == "day":
        if end.is_past:
            return say.pgettext("calendar", "Ended: {title}", title=title)
        return say.pgettext("calendar", "Recorded end: {title}", title=title)
    if end.is_past:
        return say.pgettext(
            "calendar", "Ended in {period}, day not recorded: {title}", period=say.date(end.on), title=title
        )
    return say.pgettext(
        "calendar", "Recorded end in {period}, day not recorded: {title}", period=say.date(end.on), title=title
    )


def _say_end(told: Sequence[_End], say: Language) -> Iterator[str]:
    """The lines of the description: where, who says so in which words, and what that does not say."""
    country = say.country(told[0].measure.country)
    places = dict.fromkeys(shorten(end.only_in or end.measure.place) for end in told)
    named = say.listed([place for place in places if place])
    # Translators: a country, and a part of it.
    yield say.pgettext("calendar", "{country}: {place}", country=country, place=named) if named else country
    for end in told:
        one, day = end.measure, say.date(end.on)
        who = shorten(say_who(one, say))
        if end.is_past:
            yield say.pgettext("calendar", "{names}: ended, {day}", names=who, day=day)
        else:
            yield say.pgettext("calendar", "{names}: recorded end, {day}", names=who, day=day)
        words = shorten(one.ending_as_written, _LONGEST_WORDS)
        if words not in {"", str(end.on)}:
            yield say.pgettext("calendar", "In the words of the source: “{words}”", words=words)
        if not end.is_past and one.ended_on:
            yield say.pgettext("calendar", "The same record says that it ended: {day}", day=say.date(one.ended_on))
        if address := _address(one):
            yield address
    if not any(end.is_past for end in told):
        yield say.pgettext("calendar", "A recorded end does not say that the measure was lifted.")


def _address(one: Record) -> str:
    return _NOT_IN_AN_ADDRESS.sub(lambda bad: f"%{ord(bad[0]):02X}", web_address(one.source_url))


def _day(day: date) -> str:
    return day.strftime("%Y%m%d")


def _text(name: str, text: str, say: Language) -> str:
    """A line of text in our own words, which names its language."""
    return f"{name};LANGUAGE={say.code}:{_escaped(text)}"


def _escaped(text: str) -> str:
    """RFC 5545, section 3.3.11; a carriage return is among what ``legible`` takes out."""
    return legible(text).translate(_SPECIAL)


def _folded(line: str) -> bytes:
    """The line with CRLF, cut where it is too long: a continuation begins with a blank, and no letter is cut in two."""
    octets = line.encode()
    pieces = []
    room = _LONGEST_LINE
    while len(octets) > room:
        cut = room
        while octets[cut] & 0xC0 == 0x80:  # inside a letter of several octets
            cut -= 1
        pieces.append(octets[:cut])
        octets, room = octets[cut:], _LONGEST_LINE - 1
    return b"\r\n ".join([*pieces, octets]) + b"\r\n"
