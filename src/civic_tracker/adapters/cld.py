"""CLD COVID-19 tracker (RTI Rating site): one page of prose about measures that alter the right to information.

Seen, as text only: a part headed ``Countries which have Suspended or Altered RTI Obligations``, whose paragraphs begin
with ``Country:``; ``UPDATE:`` within a paragraph; ``Page last updated: 23 September 2020``; a notice that updating has
stopped. Described on the page, but not seen: two more parts, of measures that are not confirmed and of international
statements. Any heading after the first part begins a new part, kept as ``section`` in the publisher's words.

* An entry begins with ``Name:`` or ``Name (Unit):`` at the start of a paragraph, list item or line, where the name
  looks like one: capitals, small words such as ``of``, no figures. Whether it is a country is for others to say: an
  organisation in the third part comes out with its name in ``country``.
* Paragraphs without a name belong to the entry above, if they stand in the same column. From the third part on each is
  a statement of its own and is set aside, as are ``Note:`` and ``Source:``, hidden text, paragraphs that are nothing
  but links and names that are links (what spammers inject), and text beside the column.
* The entries have no titles; dates lack their year. Neither is made up here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from bs4 import BeautifulSoup, Tag

from civic_tracker.adapters.shared.addresses import web_address
from civic_tracker.adapters.shared.page_lines import is_block, page_lines
from civic_tracker.documents.document import Document, page_of, page_title
from civic_tracker.documents.entries import Aside, Parsed, RawEntry
from civic_tracker.errors import DocumentError
from civic_tracker.leaving import quoted

TRACKER_URL = "https://www.rti-rating.org/covid-19-tracker/"
FIRST_HEADING = "Countries which have Suspended or Altered RTI Obligations"

_FURNITURE = {"aside", "footer", "form", "head", "nav", "script", "style", "template"}
_FURNITURE_NAMES = {"footer", "colophon", "sidebar", "secondary", "comments"}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

_WORD = r"(?:(?:[dDlL]['’])?[^\W\d_a-z][^\W\d_]*+(?:[.'’\-–/][^\W\d_]++)*+\.?)"
_SMALL_WORD = r"(?:and|of|the|for|on|in|to|de|del|da|do|das|dos|du|des|d['’]|la|las|los|le|les|el|por|y|e|et|und)"
_NAME = re.compile(
    rf"(?P<name>{_WORD}(?:,? (?:&|{_SMALL_WORD}|{_WORD})){{0,11}})(?: ?\((?P<unit>[^()]{{1,80}})\))? ?:(?!//)\s*"
)
_NO_NAMES = {"note", "notes", "n.b.", "source", "sources", "see", "link", "links"}
_UPDATE = re.compile(r"\bU(?:PDATE|pdate)(?=(?: ?\([^()]{1,60}\)| [^:.()]{1,30})? ?:)")
_AS_OF = re.compile(r"Page last updated ?:? ?(\d{1,2} [A-Z][a-z]{2,8},? \d{4})", re.IGNORECASE)
_STOPPED = re.compile(r"\blonger (?:be |being )?updat", re.IGNORECASE)

_BARE_MONTH = r"(?:January|February|March|April|June|July|August|September|October|November|December)\b"
_MONTH = rf"(?:{_BARE_MONTH}|May\b|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = rf"(?:{_DAY} (?:of )?{_MONTH}(?:,? \d{{4}}\b)?|{_MONTH} {_DAY}\b(?:, \d{{4}}\b)?)"
_PART = r"(?:[Ee]arly|[Mm]id|[Ll]ate)[ -]"
_DATES = re.compile(
    rf"\b(?:(?:{_DATE}|{_DAY}) ?(?:to|until|[-–—]) ?{_DATE}|{_DATE}|(?:{_PART})?{_MONTH} \d{{4}}\b|{_PART}{_MONTH}"
    rf"|{_BARE_MONTH}|(?:(?<=[Ii]n )|(?<=of )|(?<=by )|(?<=since )|(?<=until )|(?<=from )|(?<=during ))May\b)"
)


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """One line of the page, with what its look says: what is link, bold or heading in it. Colons may look otherwise."""

    text: str
    block: Tag
    links: tuple[str, ...]
    is_hidden: bool
    is_heading: bool
    is_bold: bool
    is_link: bool
    begins_with_link: bool


@dataclass(slots=True)
class _Draft:
    """An entry to which paragraphs are still being added."""

    locator: str
    country: str
    place: str
    section: str
    column: Tag
    lines: list[str] = field(default_factory=list)
    hrefs: list[str] = field(default_factory=list)


def parse(document: Document) -> Parsed:
    """The entries of a saved copy of the tracker's page, in the order of the page.

    Raises:
        DocumentError: when the heading of the first part is missing, or no entry follows it.
    """
    page = page_of(document)
    paragraphs = list(_paragraphs(page))
    start = _first_part(paragraphs)
    if start is None:
        raise DocumentError(
            f"{document.name}: expected CLD's COVID-19 tracker with the heading '{FIRST_HEADING}', "
            f"found {page_title(page)}."
        )
    before = paragraphs[:start]
    drafts, asides, remarks = _read_parts([one for one in paragraphs[start:] if not _AS_OF.match(one.text)])
    if not drafts:
        raise DocumentError(
            f"{document.name}: expected paragraphs that begin 'Country:' under '{FIRST_HEADING}', found none in "
            f"{len(paragraphs) - start - 1} paragraphs of {page_title(page)}."
        )
    if any(_STOPPED.search(paragraph.text) for paragraph in before):
        remarks.insert(0, "the page says that it is no longer updated")
    as_of = next((match[1] for paragraph in paragraphs if (match := _AS_OF.search(paragraph.text))), "")
    url = _address(document.url, TRACKER_URL) or TRACKER_URL
    entries = tuple(_entry(draft, url) for draft in drafts)
    return Parsed(entries=entries, asides=tuple(asides), as_of=as_of, remarks=tuple(remarks))


def _paragraphs(page: BeautifulSoup) -> Iterator[_Paragraph]:
    """The page's text line by line, without menus, footers, forms and comments; hidden text stands apart."""
    hidden = {id(tag) for tag in page.find_all(_is_hidden)}
    lines = page_lines(
        page.body or page,
        leave_out=_is_furniture,
        begins_line=lambda tag: is_block(tag) or id(tag) in hidden,
    )
    for line in lines:
        words = [run for run in line.runs if run.text.strip(" \t\r\n\xa0:")]
        if not line.text:
            continue
        yield _Paragraph(
            text=line.text,
            block=line.block,
            links=line.links,
            is_hidden=not hidden.isdisjoint(map(id, (line.block, *line.block.parents))),
            is_heading=line.heading > 0,
            is_bold=bool(words) and all(run.is_bold for run in words),
            is_link=bool(words) and all(run.link for run in words),
            begins_with_link=bool(words) and words[0].link is not None,
        )


def _is_hidden(tag: Tag) -> bool:
    return tag.has_attr("hidden") or bool(_HIDDEN.search(str(tag.get("style") or "")))


def _is_furniture(tag: Tag) -> bool:
    names = {*tag.get_attribute_list("id"), *tag.get_attribute_list("class")}
    return tag.name in _FURNITURE or not _FURNITURE_NAMES.isdisjoint(names)


def _first_part(paragraphs: list[_Paragraph]) -> int | None:
    """Where the heading of the first part stands; a table of contents may hold its words too, as a link."""
    found = [
        (not one.is_heading, one.is_link, index)
        for index, one in enumerate(paragraphs)
        if not one.is_hidden and len(one.text) < len(FIRST_HEADING) + 20 and FIRST_HEADING.lower() in one.text.lower()
    ]
    return min(found)[2] if found else None


def _read_parts(paragraphs: list[_Paragraph]) -> tuple[list[_Draft], list[Aside], list[str]]:
    drafts: list[_Draft] = []
    asides: list[Aside] = []
    introductions: dict[str, int] = {}
    current: _Draft | None = None
    section, part, number = "", 0, 0
    for paragraph in paragraphs:
        if part == 0 or _is_heading(paragraph):
            section, part, number, current = paragraph.text, part + 1, 0, None
            continue
        number += 1
        locator = f"part {part}, paragraph {number}"
        name = _NAME.match(paragraph.text)
        is_update = bool(_UPDATE.match(paragraph.text))
        if reason := _reason_to_set_aside(paragraph, name):
            asides.append(Aside(locator, reason))
        elif name and not is_update:
            column = paragraph.block.parent or paragraph.block
            current = _Draft(locator, name["name"], (name["unit"] or "").strip(), section, column)
            drafts.append(current)
            _add(current, paragraph, paragraph.text[name.end() :])
        elif current and (part < 3 or is_update) and _stands_in(current.column, paragraph.block):
            _add(current, paragraph, paragraph.text)
        elif current or part >= 3:
            reason = "a statement without a name" if part >= 3 else "text beside the column of the entries"
            asides.append(Aside(locator, f"{reason}: {quoted(paragraph.text)}"))
        else:
            introductions[section] = introductions.get(section, 0) + 1
    remarks = [
        f"{count} paragraph(s) before the first entry of {_called(name)}" for name, count in introductions.items()
    ]
    return drafts, asides, remarks


def _called(section: str) -> str:
    """The section as it may be told: the heading that is known, or what is short enough to be one."""
    return f"'{section}'" if section == FIRST_HEADING else quoted(section)


def _is_heading(paragraph: _Paragraph) -> bool:
    """A heading by its element, or a line all in bold that names nobody; a link away from the page is none."""
    leads_away = paragraph.is_link and not all(href.startswith("#") for href in paragraph.links)
    if paragraph.is_hidden or leads_away:
        return False
    return paragraph.is_heading or (paragraph.is_bold and len(paragraph.text) < 150 and not _NAME.match(paragraph.text))


def _reason_to_set_aside(paragraph: _Paragraph, name: re.Match[str] | None) -> str:
    if paragraph.is_hidden:
        return "hidden on the page"
    if paragraph.is_link:
        return f"nothing but links: {quoted(paragraph.text)}"
    if name and name["name"].lower() in _NO_NAMES:
        return f"begins with {quoted(name['name'] + ':')}, which is no name"
    if name and paragraph.begins_with_link:
        return f"the name is a link: {quoted(name['name'])}"
    return ""


def _stands_in(column: Tag, block: Tag) -> bool:
    return any(parent is column for parent in block.parents)


def _add(draft: _Draft, paragraph: _Paragraph, text: str) -> None:
    draft.lines.append(text.strip())
    draft.hrefs.extend(paragraph.links)


def _entry(draft: _Draft, url: str) -> RawEntry:
    lines = [line for line in draft.lines if line]
    description = "\n".join(lines)
    links: dict[str, None] = {}
    refused: dict[str, None] = {}
    for href in draft.hrefs:
        if address := _address(href, url):
            links[address] = None
        elif not href.startswith("#"):
            refused[href] = None
    return RawEntry(
        locator=draft.locator,
        country=draft.country,
        place=draft.place,
        section=draft.section,
        description=description,
        updates=tuple(update.strip(" :") for line in lines for update in _UPDATE.split(line)[1:]),
        dates_mentioned=tuple(dict.fromkeys(_DATES.findall(description))),
        links=tuple(links),
        url=url,
        extra={"links that are no web addresses": "\n".join(refused)} if refused else {},
        remarks=() if description else ("no text after the name",),
    )


def _address(href: str, base: str) -> str:
    """An absolute http(s) address without the query parameters that only count visitors; empty when it is none."""
    address = "" if not href or href.startswith("#") else web_address(href, base)
    if not address:
        return ""
    parts = urlsplit(address)
    query = "&".join(part for part in parts.query.split("&") if part and not part.lower().startswith("utm_"))
    return urlunsplit(parts._replace(query=query))
