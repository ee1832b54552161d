"""ICNL COVID-19 Civic Freedom Tracker: one server-rendered page that holds every entry, or a scraper's JSON copy of it.

Forms that were seen:

* spring 2020: ``div#entries div.entry`` with ``.entrypretitle`` (country), ``h3`` (title), ``p`` (description) and
  ``h6 span.order|.date|.issue`` with bare values; as text ``Type: order / Date Introduced: 15 Mar 2020 / Issue(s): …``;
* from mid-2020 to 2022: the same without ``h6``, labels inside the spans, as text ``Introduced 27 Mar 2020 /
  Issue(s): … / Type: order``; free text about the end may follow the date;
* the country line missing, or a label glued to the citation (``citation here)Introduced 23 Mar 2020``);
* a public scraper's JSON: lists of objects whose ``table`` lists ``country, title, description, type, date, issue``.

So the labels are looked for in the entry's text, in any order; a span's class stands in where the text has no label.
``See primary source or citation here`` and ``return to map`` are the page's furniture and leave the description.
The Arabic twin text of some entries, whole or misread as Windows-1252, is set aside unrepaired in ``extra``.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice

from bs4 import BeautifulSoup, Tag

from civic_tracker.adapters.icnl.copy import records_of
from civic_tracker.adapters.icnl.findings import Findings
from civic_tracker.adapters.icnl.text import (
    LABEL_AT_START,
    NOT_TEXT,
    PROSE,
    RETURN,
    TYPES,
    EntryLine,
    entry_lines,
    split_at_labels,
    split_twin,
)
from civic_tracker.adapters.shared.addresses import web_address
from civic_tracker.documents.document import Document, looks_like_json, page_of, page_title
from civic_tracker.documents.entries import Parsed, RawEntry
from civic_tracker.errors import DocumentError
from civic_tracker.leaving import quoted

TRACKER_URL = "https://www.icnl.org/covid19tracker/"

_DATE = re.compile(
    r"(\d{1,2} [A-Za-z]{3,9}\.?,? \d{4}|[A-Z][a-z]{2,8}\.? (?:\d{1,2}, )?\d{4}|\d{1,2}/\d{1,2}/\d{2,4})(?!\d)"
    r"[ ;,.:|–—-]*"
)
_CITATION = re.compile(r"\(?\s?See (?:primary )?(?:source|citation)(?: or citation)? here\.?\s?\)?\.?", re.IGNORECASE)


def parse(document: Document) -> Parsed:
    """The entries of a saved page of the tracker, or of a scraper's JSON copy of it, in the order of the document.

    Raises:
        DocumentError: when no entry is found, or when more than half of the entries have no date.
    """
    parsed = _parse_copy(document) if looks_like_json(document) else _parse_page(document)
    undated = sum(1 for entry in parsed.entries if not _DATE.match(entry.introduced))
    if 2 * undated > len(parsed.entries):
        raise DocumentError(
            f"{document.name}: expected entries with a date of introduction, found {len(parsed.entries)} entries of "
            f"which {undated} have none: the form of the page has changed."
        )
    return parsed


def _parse_page(document: Document) -> Parsed:
    page = page_of(document)
    title = page_title(page)
    blocks = _entry_blocks(page)
    if not blocks or "protest law tracker" in title.lower():
        raise DocumentError(
            f"{document.name}: expected the entries of ICNL's COVID-19 Civic Freedom Tracker "
            f"(div#entries with div.entry), found {title}."
        )
    for number, block in enumerate(blocks, start=1):
        if block.find(class_="entry"):
            raise DocumentError(f"{document.name}: expected separate entries, found one inside entry {number}.")
    url = document.url or TRACKER_URL
    entries = tuple(_read_entry(block, f"entry {number}", url) for number, block in enumerate(blocks, start=1))
    remarks = []
    if container := page.find(id="entries"):
        for block in blocks:
            block.extract()
        if left_over := " ".join(container.get_text(" ").split()):
            remarks.append(f"the list holds text that belongs to no entry: {quoted(left_over)}")
    return Parsed(entries=entries, remarks=tuple(remarks))


def _entry_blocks(page: BeautifulSoup) -> list[Tag]:
    """``#entries .entry``; else the closest blocks that hold a ``h3`` and exactly one date of introduction."""
    container = page.find(id="entries")
    blocks = list((container or page).find_all("div", class_="entry"))
    if container or any(block.find("h3") for block in blocks):
        return blocks
    found: list[Tag] = []
    seen: set[int] = set()
    for heading in page.find_all("h3"):
        for parent in islice(heading.parents, 5):
            if id(parent) in seen or len(parent.find_all("h3", limit=3)) == 3:  # an entry has one title, or two twins
                break
            seen.add(id(parent))
            if dates := re.findall(r"Introduced:? \d", " ".join(parent.get_text(" ").split())):
                found.extend([parent] if len(dates) == 1 else [])
                break
    return found


def _read_entry(block: Tag, locator: str, url: str) -> RawEntry:
    findings = Findings()
    countries, titles = block.find_all(class_="entrypretitle"), block.find_all("h3")
    returns = [link for link in block.find_all("a") if RETURN.fullmatch(" ".join(link.get_text().split()))]
    _sort_lines(entry_lines(block, skip={id(tag) for tag in (*countries, *titles, *returns)}), findings)
    for tag in block.find_all(NOT_TEXT):
        findings.set_aside("markup that is no text", tag.get_text(), f"a {tag.name} element was set aside")
    classes = [name for span in block.find_all("span") for name in span.get_attribute_list("class") if name in TYPES]
    findings.country = findings.in_latin_script((_text(tag) for tag in countries), "country")
    findings.title = findings.in_latin_script((_text(tag) for tag in titles), "title")
    findings.type = _type(findings, classes)
    findings.links = _citation(findings, url)
    return _entry(findings, locator, url)


def _entry(findings: Findings, locator: str, url: str) -> RawEntry:
    dated = " ".join([findings.value("date"), *findings.after_date]).strip()
    match = _DATE.match(dated)
    tags = tuple(tag for part in findings.value("issues").split(",") if (tag := part.strip()))
    description = _description(findings)
    parts = {"country": findings.country, "title": findings.title, "type": findings.type, "date": dated, "issues": tags}
    findings.remarks.extend(f"no {name}" for name, value in parts.items() if not value)
    if dated and not match:
        findings.remarks.append("the date of introduction has no known form")
    return RawEntry(
        locator=locator,
        country=findings.country,
        title=findings.title,
        description=description,
        type=findings.type,
        tags=tags,
        introduced=match[1] if match else dated,
        ending=dated[match.end() :] if match else "",
        links=findings.links,
        url=url,
        extra={name: "\n".join(texts) for name, texts in findings.asides.items()},
        remarks=tuple(findings.remarks),
    )


def _sort_lines(lines: Iterable[EntryLine], findings: Findings) -> None:
    """Give each line of an entry to the description, to a label, or to what is left over."""
    labels_in: Tag | None = None
    last = ""
    seen: set[str] = set()
    for line in lines:
        before, labelled = split_at_labels(line.text)
        if labels_in is None:
            findings.hrefs.extend(line.links)
            seen.update(line.links)
        elif after := [href for href in line.links if href not in seen]:
            findings.set_aside("links after the labels", "\n".join(after), "links after the labels were set aside")
        if before and last == "date" and line.block is labels_in:
            findings.after_date.append(before)
        elif before and (line.block.name in PROSE or labels_in is None) and not line.heading:
            findings.described.append(before)
        elif before:
            findings.set_aside("other text", before, "text beside the known fields was set aside")
        for kind, value in labelled:
            findings.labelled.setdefault(kind, []).append((line.marked, value))
            labels_in, last = line.block, kind


def _description(findings: Findings) -> str:
    kept = []
    for line in findings.described:
        latin, other = split_twin(line)
        if other:
            findings.set_aside("description in another script", other, "text in another script was set aside")
        kept.append(latin)
    text = _CITATION.sub("", "\n".join(filter(None, kept)))
    return "\n".join(line for part in text.split("\n") if (line := part.strip()))


def _type(findings: Findings, classes: list[str]) -> str:
    written = findings.value("type")
    if written and classes and written.lower() not in classes:
        findings.remarks.append(f"the type reads {quoted(written)} and is marked up as '{classes[0]}'")
    if not written and classes:
        findings.remarks.append("the type is taken from the class of its markup")
    return written or (classes[0] if classes else "")


def _citation(findings: Findings, url: str) -> tuple[str, ...]:
    """The last link before the labels, made absolute; the other links of the description go to ``extra``."""
    hrefs = [href for href in findings.hrefs if not href.startswith("#")]
    for href in dict.fromkeys(hrefs):
        if href == hrefs[-1]:
            continue
        findings.set_aside("other links", href, "the description holds more links than the citation")
    if not hrefs:
        findings.remarks.append("no citation link")
        return ()
    if link := web_address(hrefs[-1], url):
        return (link,)
    findings.set_aside("citation that is no web address", hrefs[-1], "the citation is not an http(s) link")
    return ()


def _text(tag: Tag) -> str:
    return " ".join(filter(None, (line.text for line in entry_lines(tag))))


def _parse_copy(document: Document) -> Parsed:
    """A public scraper's copy, which dropped the links and the labels of the page."""
    entries = []
    for number, record in enumerate(records_of(document), start=1):
        type_, date, issues = (
            LABEL_AT_START.sub("", record.pop(name, "")).strip() for name in ("type", "date", "issue")
        )
        findings = Findings(type=type_, labelled={"date": [(False, date)], "issues": [(False, issues)]})
        findings.described = [record.pop("description", "")]
        findings.country = findings.in_latin_script([record.pop("country")], "country")
        findings.title = findings.in_latin_script([record.pop("title")], "title")
        for name, text in record.items():
            findings.set_aside(name, text, f"the copy has the unknown field {quoted(name)}")
        entry = _entry(findings, f"entry {number}", document.url or TRACKER_URL)
        entries.append(replace(entry, evidence="copy", reported_by="a public scraper of the page"))
    return Parsed(entries=tuple(entries), remarks=("a scraper's copy of the page, without the citation links",))
