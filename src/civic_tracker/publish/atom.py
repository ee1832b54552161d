"""What changed, as an Atom feed (RFC 4287): for one country or for all, in a language.

An entry is one record on one day, however many of its fields changed. Its id is a name and no address, so that entries
stay the same when the site moves; its day is that of the run, never the clock's. Texts that a publisher wrote have no
``xml:lang``, since a change does not tell their language: so the feed as a whole has none either, and only our own
words name theirs. Titles are plain text, which no reader of feeds takes for markup.
"""

import re
import xml.etree.ElementTree as ET  # only writes: nothing that others wrote is parsed
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from urllib.parse import quote, urlsplit
from uuid import UUID, uuid5

from civic_tracker.errors import UsageError
from civic_tracker.model.changes import Change
from civic_tracker.model.schema import Record
from civic_tracker.text import clean, legible, shorten, web_address
from civic_tracker.words.change_words import entries_of, newest_first, say_title, sentences_of
from civic_tracker.words.languages import Language

ATOM = "http://www.w3.org/2005/Atom"
MOST = 100
NEVER = date(1970, 1, 1)
"""The day of a feed in which nothing changed yet: RFC 4287 wants one, and the clock would change the bytes."""

# Made once at random: the names below it are the same on every machine, and no domain has to be owned for them.
_NAMES = UUID("da66cc69-10ea-4504-92ad-b6412f424562")
_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>'
_LANG = "xml:lang"
_LONGEST_TITLE = 300
_NOT_IN_AN_ADDRESS = re.compile(r'[\s<>"{}|^`]')


def atom_feed(
    changes: Iterable[Change],
    *,
    title: str,
    say: Language,
    page: str,
    address: str,
    page_of: Callable[[str], str | None],
    country: str = "",
    most: int = MOST,
    records: Mapping[str, Record] | None = None,
) -> bytes:
    """The feed in UTF-8: the newest ``most`` entries, newest first, whatever the order of records in ``changes``.

    ``title`` is in the language ``say``. ``page`` is the page that the feed belongs to, ``address`` its own. Each is
    an http(s) address or relative: Atom resolves a relative one against where the feed was fetched (RFC 4287, section
    2). ``page_of`` gives the page of a record's id in the same form, or nothing: then the entry leads to ``page``,
    since Atom wants a link in an entry without content.

    With ``country`` only its changes are told; without, all are, also those of figures and of sources loaded, which
    have no country. ``records`` are measures by id: of these it is cited who says so; of others the source is known.

    Raises:
        UsageError: for a page or address that is neither.
    """
    entries = entries_of(one for one in changes if not country or one.country == country)
    shown = sorted(entries.values(), key=newest_first)[:most]
    own_page = _checked(page)
    root = ET.Element("feed", {"xmlns": ATOM})
    _text(root, "id", _name("feed", say.code, country))
    _text(root, "title", shorten(title, _LONGEST_TITLE), say)
    _text(root, "subtitle", _say_extent(len(shown), len(entries), say), say)
    _text(root, "updated", _moment(shown[0][0].day if shown else NEVER))
    _text(ET.SubElement(root, "author"), "name", "civic-tracker")
    _link(root, "self", _checked(address), "application/atom+xml")
    _link(root, "alternate", own_page, "text/html")
    for lines in shown:
        _write(ET.SubElement(root, "entry"), lines, say, page_of, own_page, records or {})
    ET.indent(root, space="")
    return f"{_DECLARATION}\n{ET.tostring(root, encoding='unicode')}\n".encode()


def _write(
    entry: ET.Element,
    lines: Sequence[Change],
    say: Language,
    page_of: Callable[[str], str | None],
    page: str,
    records: Mapping[str, Record],
) -> None:
    one = lines[0]
    own = one.id or one.field
    _text(entry, "id", _name("entry", say.code, one.day.isoformat(), one.source, one.kind, own))
    _text(entry, "title", say_title(lines[-1], say))
    _text(entry, "updated", _moment(one.day))
    _link(entry, "alternate", _safe((one.id and page_of(one.id)) or "") or page, "text/html")
    kind = {"term": one.kind, "label": say.word("change", one.kind), _LANG: say.code}
    ET.SubElement(entry, "category", kind)
    _text(entry, "summary", " ".join(sentences_of(lines, say, records.get(one.id))), say)


def _say_extent(shown: int, there: int, say: Language) -> str:
    if not there:
        return say.pgettext("feed", "No change is recorded yet.")
    if shown == there:
        return say.pgettext("feed", "All recorded changes, newest first.")
    numbers = {"shown": say.number(shown), "there": say.number(there)}
    return say.pgettext("feed", "The newest {shown} of {there} entries.", **numbers)


def _name(*parts: str) -> str:
    return uuid5(_NAMES, "\n".join(parts)).urn


def _moment(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _text(parent: ET.Element, tag: str, text: str, say: Language | None = None) -> None:
    """A child with text, which names its language where the words are ours."""
    ET.SubElement(parent, tag, {_LANG: say.code} if say else {}).text = legible(text)


def _link(parent: ET.Element, relation: str, address: str, kind: str) -> None:
    ET.SubElement(parent, "link", {"rel": relation, "type": kind, "href": address})


def _checked(address: str) -> str:
    safe = _safe(address)
    if not safe:
        raise UsageError(f"'{shorten(address)}' is no address of a page: it begins with http(s):// or is relative.")
    return safe


def _safe(address: str) -> str:
    """The address when it is http(s) or relative, with what no address may hold escaped; else nothing."""
    found = web_address(address)
    if not found:
        plain = clean(address)
        try:
            parts = urlsplit(plain)
        except ValueError:
            return ""
        # Browsers read a backslash as a slash, so two of them would lead to another site.
        found = "" if parts.scheme or parts.netloc or plain.startswith("//") or "\\" in plain else plain
    return _NOT_IN_AN_ADDRESS.sub(lambda bad: quote(bad[0]), found)
