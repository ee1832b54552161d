"""What the pages about many countries need to know of one: its summary, and a line for each of its records.

They are kept beside the site, so that a country whose records did not change need not be read again.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple, get_args

from pydantic import Field

from civic_tracker import leaving
from civic_tracker.model import schema
from civic_tracker.model.schema import CountrySummary, Iso3, Liberty, Model, Record, Status
from civic_tracker.model.status import status, when
from civic_tracker.text import cut, legible

LIBERTIES: tuple[Liberty, ...] = get_args(schema.Liberty)
STATUSES: tuple[Status, ...] = tuple(one for one in get_args(schema.Status) if one != "not_yet_introduced")


class RecordLine(NamedTuple):
    """A record as lists and searches show it. ``page`` is relative to the country's folder, with the row's anchor."""

    id: str
    page: str
    source: str
    liberties: tuple[Liberty, ...]
    status: Status
    when: str
    title: str
    language: str


class MemberFacts(Model):
    """What pages about many countries say of one."""

    all_words = leaving.TITLE

    country: Iso3 = Field(description="ISO 3166-1 alpha-3.")
    summary: CountrySummary = Field(description="Its summary, without figures.")
    lines: tuple[RecordLine, ...] = Field(
        description="Its records by page: id, page, source, liberties, status, date, title and its language."
    )
    freedom_pages: dict[str, str] = Field(description="By liberty, the page that lists its records.")

    @property
    def has_records(self) -> bool:
        return bool(self.lines)

    def sources_with_records(self) -> list[str]:
        """The sources that have a record about the country on the day, in the order of their ids."""
        return sorted({line.source for line in self.lines})


def line_of(measure: Record, page: str, summary: CountrySummary) -> RecordLine:
    """The line of a record that stands on a page."""
    return RecordLine(
        measure.id,
        page,
        measure.source,
        measure.liberties,
        status(measure, summary.on),
        str(when(measure) or ""),
        cut(legible(measure.title)),
        measure.language,
    )


def mask(liberties: Iterable[Liberty]) -> int:
    """A set of liberties as a number: the first of the schema is 1, the second 2, the third 4."""
    return sum(1 << LIBERTIES.index(one) for one in liberties)


def cells(facts: MemberFacts, sources: Sequence[str]) -> str:
    """How many records have which liberties, status and source, for the filters: ``liberties.status.source.number``.

    The liberties are a ``mask``, status and source their places in ``STATUSES`` and ``sources``.
    """
    counted = Counter(
        (mask(line.liberties), STATUSES.index(line.status), sources.index(line.source)) for line in facts.lines
    )
    return " ".join(".".join(map(str, (*key, number))) for key, number in sorted(counted.items()))
