"""Which records of a country stand on its own page and which on further ones, so that no page is heavy.

A country with few records has one page. Of one with many, its page shows the first records of each freedom, those
without a recorded end before the others; each freedom that has more gets pages of its own with all of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from civic_tracker.model.schema import Record
from civic_tracker.publish.report.compose import Report
from civic_tracker.publish.report.sections import Group, Section

ROWS_OF_A_COUNTRY = 24
ROWS_OF_A_PAGE = 80
COUNTRY_PAGE = "index.html"
NO_FREEDOM = "other"


@dataclass(frozen=True, slots=True)
class FreedomPage:
    """A page with records of one freedom in one country: page ``number`` of ``pages``, counted from 1."""

    path: str
    section: Section
    number: int
    pages: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The sections as the country's page shows them, and the further pages by the code of the freedom."""

    sections: Sequence[Section]
    further: Mapping[str, Sequence[FreedomPage]]

    def pages(self) -> list[FreedomPage]:
        return [page for pages in self.further.values() for page in pages]

    def page_of_freedom(self, code: str) -> str:
        """Where all records of a freedom are listed: its first page, else its place on the country's page."""
        return self.further[code][0].path if code in self.further else f"{COUNTRY_PAGE}#{code or NO_FREEDOM}"

    def pages_of_records(self) -> dict[str, str]:
        """The page on which each leading record stands among all of its freedom."""
        found = {one.id: COUNTRY_PAGE for section in self.sections for one in _rows(section)}
        return found | {one.id: page.path for page in self.pages() for one in _rows(page.section)}


def lay_out(report: Report) -> Layout:
    """Share the rows of the country's page between its freedoms, and cut what is left into pages."""
    sizes = [len(_rows(section)) for section in report.sections]
    share = _fair_share(sizes, ROWS_OF_A_COUNTRY)
    sections, further = [], {}
    for section, size in zip(report.sections, sizes, strict=True):
        sections.append(_cut(section, 0, share))
        if size > share:
            further[section.code] = _pages(section, size)
    return Layout(sections, further)


def _pages(section: Section, size: int) -> list[FreedomPage]:
    stem = section.code or NO_FREEDOM
    starts = range(0, size, ROWS_OF_A_PAGE)
    return [
        FreedomPage(
            path=f"{stem}.html" if number == 1 else f"{stem}-{number}.html",
            section=_cut(section, start, start + ROWS_OF_A_PAGE),
            number=number,
            pages=len(starts),
        )
        for number, start in enumerate(starts, start=1)
    ]


def _fair_share(sizes: Sequence[int], room: int) -> int:
    """The greatest number of rows that every section may have, when all together have room for so many."""
    share = 1
    while share < max(sizes, default=0) and sum(min(size, share + 1) for size in sizes) <= room:
        share += 1
    return share


def _rows(section: Section) -> list[Record]:
    return [one for group in section.groups for one in group.measures]


def _cut(section: Section, start: int, end: int) -> Section:
    """The section with the rows from ``start`` to before ``end``, counted through its groups."""
    groups: list[Group] = []
    passed = 0
    for group in section.groups:
        rows = group.measures[max(0, start - passed) : max(0, end - passed)]
        passed += len(group.measures)
        if rows:
            groups.append(replace(group, measures=rows))
    return replace(section, groups=groups)
