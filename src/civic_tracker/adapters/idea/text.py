"""International IDEA's Democracy Tracker as lines: what its pages and captures have in common.

The HTML of these pages was never seen, only their text. So a page is brought to the form of that text, one line for
each block, and everything else works on lines. The text names images by their description (``Flag``, ``Watch flag``,
``Brazil Arrow Brazil``), so images count with theirs.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urljoin, urlsplit, urlunsplit

from bs4 import BeautifulSoup

from civic_tracker.adapters.shared.page_lines import page_lines
from civic_tracker.documents.document import Document, looks_like_html, page_of, page_title, text_of
from civic_tracker.leaving import quoted

HOME = "https://www.idea.int/democracytracker/"
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
CATEGORIES = ("Representation", "Rights", "Rule of Law", "Participation")
FACTORS = (
    *("Credible Elections", "Inclusive Suffrage", "Free Political Parties", "Elected Government"),
    *("Effective Parliament", "Local Democracy"),
    *("Access to Justice", "Civil Liberties", "Freedom of Expression", "Freedom of the Press"),
    *("Freedom of Association and Assembly", "Freedom of Religion", "Freedom of Movement"),
    *("Basic Welfare", "Political Equality", "Social Group Equality", "Economic Equality", "Gender Equality"),
    *("Judicial Independence", "Absence of Corruption", "Predictable Enforcement", "Personal Integrity and Security"),
    *("Civil Society", "Civic Engagement", "Electoral Participation", "Direct Democracy"),
)
FLAG = re.compile(r"(?:Watch|Election) flag")
PLACEHOLDER = re.compile(r"Lorem ipsum", re.IGNORECASE)

_FLAGGED_TITLE = re.compile(r"(.{1,300}?) ((?:Watch|Election) flag)")
_DATE = re.compile(rf"\b(?:\d{{1,2}} ?[-–] ?)?\d{{1,2}} (?:{MONTHS})\b(?: \d{{4}}\b)?")
_FURNITURE = frozenset(
    {"footer", "head", "iframe", "nav", "noscript", "script", "select", "style", "svg", "template", "title"}
)
_IDEA_HOSTS = frozenset({"idea.int", "www.idea.int"})
_MAX_ADDRESS = 2000


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text, the rank of the heading it is in (0 for none), and the addresses it links to.

    ``is_links`` says that nothing on the line stands outside a link, as in a list of sources.
    """

    text: str
    heading: int = 0
    links: tuple[str, ...] = ()
    is_links: bool = False


@dataclass(frozen=True)
class TrackerText:
    """A page or capture: its lines, the address it was saved from, and what it calls itself, for messages."""

    lines: tuple[Line, ...]
    address: str
    described: str
    is_page: bool


def tracker_text(document: Document) -> TrackerText:
    """The lines of an HTML page, or of a capture as plain text.

    Raises:
        DocumentError: when the document is neither, or was cut off.
    """
    if not looks_like_html(document):
        text = text_of(document)
        lines = tuple(_with_flags_apart(Line(cleaned) for row in text.splitlines() if (cleaned := _cleaned(row))))
        start = quoted(lines[0].text) if lines else "''"
        return TrackerText(lines, tracker_address(document.url), f"text that begins {start}", is_page=False)
    page = page_of(document)
    address = document.url or _address_in(page)
    lines = tuple(_with_flags_apart(_lines(page, address)))
    return TrackerText(lines, tracker_address(address), page_title(page), is_page=True)


def tracker_address(href: str, base: str = HOME) -> str:
    """An address with IDEA's host spelt one way (``idea.int:443`` and others); empty when it is not http or https."""
    try:
        parts = urlsplit(urljoin(base or HOME, href.strip())) if len(href) <= _MAX_ADDRESS else urlsplit("")
        port = parts.port
    except ValueError:
        return ""
    if not href.strip() or parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    if parts.hostname not in _IDEA_HOSTS or port not in (None, 80, 443):
        return urlunsplit(parts)
    return urlunsplit(("https", "www.idea.int", parts.path.rstrip("/"), parts.query, ""))


def report_key(address: str) -> str:
    """The ``pid`` of one event in the address of a report page, IDEA's own key; empty when there is none."""
    parts = urlsplit(address)
    if "/democracytracker/report/" not in parts.path:
        return ""
    pids = parse_qs(parts.query).get("pid", [])
    return pids[0] if len(pids) == 1 and pids[0].isdigit() else ""


def dates_in(text: str) -> tuple[str, ...]:
    """The dates that a text mentions, as written, each once: ``2 April``, ``5-6 December``, ``25 May 2024``."""
    return tuple(dict.fromkeys(_DATE.findall(text)))


def _cleaned(text: str) -> str:
    return " ".join(text.split())


def _with_flags_apart(lines: Iterable[Line]) -> Iterator[Line]:
    """A flag that is an image within the title's heading comes out on the title's line: give it its own."""
    for line in lines:
        match = _FLAGGED_TITLE.fullmatch(line.text)
        if match is None:
            yield line
            continue
        yield Line(match.group(1), line.heading, line.links)
        yield Line(match.group(2))


def _address_in(page: BeautifulSoup) -> str:
    """The address that a page gives as its own."""
    for name, attribute, value in (("link", "rel", "canonical"), ("meta", "property", "og:url")):
        for tag in page.find_all(name, attrs={attribute: value}):
            said = tag.get("href") or tag.get("content")
            if isinstance(said, str) and said.strip():
                return said.strip()
    return ""


def _lines(page: BeautifulSoup, base: str) -> Iterator[Line]:
    """The page's text line by line, images counted with their description, links with their absolute address."""
    for line in page_lines(page.body or page, leave_out=lambda tag: tag.name in _FURNITURE):
        said = [(run, f" {run.image.get('alt') or ''} " if run.image else run.text) for run in line.runs]
        text = _cleaned("".join(text for _, text in said))
        if not text:
            continue
        links = tuple(dict.fromkeys(address for href in line.links if (address := tracker_address(href, base))))
        outside_links = "".join(text for run, text in said if not run.link)
        yield Line(text, line.heading, links, bool(links) and not any(map(str.isalnum, outside_links)))
