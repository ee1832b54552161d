"""International IDEA, Democracy Tracker: pages of events by country and month, and the table of its archive.

The HTML was never seen; the text of these pages was, in three grammars, each on pages and in captures as plain text:

- *A*, country pages until about February 2024: ``Monthly Event Reports``, then ``July 2023 | title``, body; no sources.
- *B*, country pages from about March 2024: country, the tracker's address, ``June 2024``, title, body,
  ``Sources: ...``, and further titles under the same month, which is sometimes printed again.
- *C*, report pages, with and without ``pid``, and the listing of nodes: ``Kenya - June 2025``, title, body,
  ``Sources: ...``; some go on with ``Primary categories and factors``, ``Rights 0 Rights (0)``, ``Political Equality``.

``Watch flag`` and ``Election flag`` follow a title; ``Update: ...`` follows a body. The home page is read by
``_idea_home``, a table by ``idea_archive``. The month is the month of reporting: an event's own dates stand in its
text, and go into ``dates_mentioned``. A page's text is edited for months, so only ``pid`` is a key.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, takewhile
from unicodedata import combining, normalize
from urllib.parse import unquote

from civic_tracker.adapters.idea import archive
from civic_tracker.adapters.idea.events import FACTORS_HEADING, SOURCES, Event, event_blocks, event_of
from civic_tracker.adapters.idea.home import is_home, parse_home
from civic_tracker.adapters.idea.text import (
    FLAG,
    MONTHS,
    PLACEHOLDER,
    Line,
    TrackerText,
    dates_in,
    report_key,
    tracker_text,
)
from civic_tracker.documents.document import Document
from civic_tracker.documents.entries import Aside, Parsed, RawEntry
from civic_tracker.errors import DocumentError
from civic_tracker.leaving import named, quoted

_MONTH = re.compile(rf"(?:{MONTHS}) \d{{4}}")
_MONTH_AND_TITLE = re.compile(rf"((?:{MONTHS}) \d{{4}}) \| (\S.*)")
_COUNTRY_AND_MONTH = re.compile(rf"(\S.{{0,80}}?) [-–—] ((?:{MONTHS}) \d{{4}})")
_REPORTS_HEADING = "Monthly Event Reports"
_END = "See all event reports for this country"
_PAGE_ADDRESS = re.compile(r"https?://(?:www\.)?idea\.int(?::\d{1,5})?/democracytracker\S*")
_SLUG = re.compile(r"/democracytracker/(?:country|country-profile|report)/([^/?#]{1,80})")
_NAME = re.compile(r"[^\W\d_][^\d.:!?|/]{1,60}")
_MENU = frozenset(
    {"Flag", "Menu Menu Close", "Skip to main content", "Africa", "Americas", "Asia and the Pacific", "Europe"}
    | {"Western Asia", "Democracy Tracker", _REPORTS_HEADING, _END}
)


@dataclass
class _Section:
    """The lines below one month, with the month and, in grammar C, the country above them."""

    month: str
    country: str = ""
    lines: list[Line] = field(default_factory=list)
    has_sources: bool = True


def parse(document: Document) -> Parsed:
    """Every event of a page as an entry; every row of an archive's table likewise.

    Raises:
        DocumentError: when the document is neither a page of the tracker nor a table of its events.
    """
    if archive.is_table(document):
        return archive.parse(document)
    text = tracker_text(document)
    if is_home(text):
        home = parse_home(text)
        if not len(home) and not home.remarks:
            raise DocumentError(
                f"{document.name}: expected the tracker's events of a month, found nothing below the heading."
            )
        return home
    sections = list(_sections(text.lines))
    if not _is_tracker(text, sections):
        raise DocumentError(
            f"{document.name}: expected a page of IDEA's Democracy Tracker (a line such as 'Kenya - June 2025', "
            f"'Monthly Event Reports', or 'June 2024' below the tracker's address) or a table of its archive, "
            f"found {text.described}."
        )
    page_country, country_remark = _country(text)
    entries: list[RawEntry] = []
    asides: list[Aside] = []
    remarks: list[str] = []
    for section in sections:
        country = section.country or page_country
        events, unread = _events(section, text, country, is_last=section is sections[-1])
        if unread:
            remarks.append(f"not read below the last event: {len(unread)} line(s), from {quoted(unread[0].text)} on")
        for event in events:
            labels = ", ".join(named(label) for label in (section.country, section.month) if label)
            locator = f"event {len(entries) + len(asides) + 1} ({labels})"
            if PLACEHOLDER.search(" ".join([event.title, *event.body])):
                asides.append(Aside(locator, "a placeholder of the page's makers (Lorem ipsum), no event"))
            else:
                remark = "" if section.country else country_remark
                entries.append(_entry(event, section, locator, country, remark))
    key = report_key(text.address)
    if key and len(entries) == 1 and not entries[0].key:
        entries = [replace(entries[0], key=key, url=text.address)]
    elif key and key not in {entry.key for entry in entries}:
        remarks.append(f"the address names event {key}, but the page holds {len(entries)} events")
    return Parsed(tuple(entries), asides=tuple(asides), remarks=tuple(remarks))


def _sections(lines: Sequence[Line]) -> Iterator[_Section]:
    """The page cut at its months; a month without anything below it is none."""
    section: _Section | None = None
    for line in lines:
        begun = _begun_by(line)
        if begun or line.text in (_END, _REPORTS_HEADING):
            if section and section.lines:
                yield section
            section = begun
        elif section:
            section.lines.append(line)
    if section and section.lines:
        yield section


def _begun_by(line: Line) -> _Section | None:
    if _MONTH.fullmatch(line.text):
        return _Section(line.text)
    if match := _MONTH_AND_TITLE.fullmatch(line.text):
        return _Section(match.group(1), lines=[replace(line, text=match.group(2))], has_sources=False)
    if match := _COUNTRY_AND_MONTH.fullmatch(line.text):
        return _Section(match.group(2), match.group(1))
    return None


def _is_tracker(text: TrackerText, sections: Sequence[_Section]) -> bool:
    """Whether the months on the page are the tracker's: pages of others, and others of IDEA's, list months too."""
    if not sections or (text.address and not _PAGE_ADDRESS.search(text.address)):
        return False
    said = {line.text for line in text.lines}
    if _REPORTS_HEADING in said or _END in said or any(FACTORS_HEADING.fullmatch(line) for line in said):
        return True
    has_labels = any(SOURCES.fullmatch(line) or FLAG.fullmatch(line) for line in said)
    names_tracker = bool(text.address) or any(_PAGE_ADDRESS.fullmatch(line) for line in said)
    return has_labels and (names_tracker or any(section.country for section in sections))


def _country(text: TrackerText) -> tuple[str, str]:
    """The country above the first month, as written; else from the page's address, with a remark that says so."""
    above = list(takewhile(lambda line: not _begun_by(line) and line.text != _REPORTS_HEADING, text.lines))
    addresses = [text.address, *(href for line in text.lines if line.text == _END for href in line.links)]
    slug = next((match.group(1) for address in addresses if (match := _SLUG.search(address))), "")
    names = [line for line in above if _could_be_country(line.text)]
    by_address = [line.text for line in names if slug and _words(line.text) == _words(slug)]
    beside = [later.text for line, later in pairwise(above) if line.text == "Flag"]
    beside += [line.text for line, later in pairwise(above) if _PAGE_ADDRESS.fullmatch(later.text)]
    headings = [line.text for line in names if line.heading == 1]
    just_above = [line.text for line in above[-1:] if not slug]
    for name in [*by_address, *filter(_could_be_country, [*beside, *headings, *just_above])]:
        return name, ""
    if not slug:
        return "", "the page names no country, and its address is not known"
    if len(slug) == 2:
        return slug.upper(), "the page names no country; its address has this code"
    words = [word if word in ("and", "of", "the") else word.capitalize() for word in unquote(slug).split("-")]
    return " ".join(words), "the page names no country; this is the name in its address"


def _could_be_country(text: str) -> bool:
    return bool(_NAME.fullmatch(text)) and text not in _MENU


def _words(name: str) -> list[str]:
    """A country's name or slug as words to compare: IDEA's slugs drop accents, apostrophes, "of" and "the"."""
    plain = "".join(char for char in normalize("NFKD", unquote(name).lower()) if not combining(char))
    return [
        word for word in re.findall(r"[a-z]+", plain.replace("'", "").replace("’", "")) if word not in ("of", "the")
    ]


def _events(section: _Section, text: TrackerText, country: str, *, is_last: bool) -> tuple[list[Event], list[Line]]:
    """The events below one month, and the lines below the page's last event that belong to none."""
    lines, unread = section.lines, list[Line]()
    if is_last:
        # The profile of the country follows its events, under its name.
        end = next((number for number, line in enumerate(lines) if number and line.text == country), len(lines))
        lines, unread = lines[:end], lines[end:]
    blocks = event_blocks(lines)
    events = [event_of(block) for block in blocks]
    while is_last and len(events) > 1 and not events[-1].is_marked:
        if not text.is_page and not unread and len(blocks[-1]) == 2:
            break  # a capture as text that ends within this event: its title and the beginning of its text
        unread = [*blocks.pop(), *unread]
        events.pop()
    return events, unread


def _entry(event: Event, section: _Section, locator: str, country: str, country_remark: str) -> RawEntry:
    keys = sorted({report_key(address) for address in event.addresses} - {""})
    own = next((address for address in event.addresses if report_key(address) == (keys[0] if keys else "")), "")
    scores = dict.fromkeys(score for score in event.categories.values() if score)
    extra = {
        "categories": "; ".join(f"{name} {score}".strip() for name, score in event.categories.items()),
        "sources": "; ".join(name for name in event.source_names if name),
        "unknown factors": "; ".join(event.unknown_labels),
    }
    remarks = [
        country_remark,
        "no title" if not event.title else "",
        "no text below the title" if not event.body else "",
        "no Sources line; the text may be cut off" if section.has_sources and not event.has_sources else "",
        f"links to several reports: {', '.join(keys)}" if len(keys) > 1 else "",
    ]
    return RawEntry(
        locator=locator,
        country=country,
        title=event.title,
        key=keys[0] if len(keys) == 1 else "",
        url=own if len(keys) <= 1 else "",
        period=section.month,
        description="\n\n".join(event.body),
        flags=tuple(event.flags),
        tags=tuple(dict.fromkeys(event.factors)),
        assessment=", ".join(scores),
        links=tuple(dict.fromkeys(event.links)),
        updates=tuple(event.updates),
        dates_mentioned=dates_in("\n".join(event.body)),
        extra={name: value for name, value in extra.items() if value},
        remarks=tuple(remark for remark in remarks if remark),
    )
