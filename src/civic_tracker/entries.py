"""What an adapter hands on: entries in the publisher's own words, with the place where each was found.

Nothing here is interpreted. A field that the publisher does not have is the empty string.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RawEntry:
    """One entry of a publisher: a measure, an event, a statement.

    ``locator`` says where in the document it stands, in words a person can follow (``entry 14``, ``row 27``).
    ``key`` is the publisher's own stable key where there is one. ``evidence`` is empty for the publisher's own
    document; else it says that the entry was read elsewhere, and ``reported_by`` where. ``extra`` holds what the
    adapter found and no field takes, so that it can be reported; ``remarks`` are the adapter's own notes on the entry
    (a missing part, text in another script that was set aside).
    """

    locator: str
    country: str
    country_code: str = ""
    title: str = ""
    key: str = ""
    description: str = ""
    language: str = ""
    place: str = ""
    section: str = ""
    type: str = ""
    tags: tuple[str, ...] = ()
    introduced: str = ""
    ending: str = ""
    period: str = ""
    assessment: str = ""
    flags: tuple[str, ...] = ()
    instrument_name: str = ""
    effect: str = ""
    emergency: str = ""
    links: tuple[str, ...] = ()
    updates: tuple[str, ...] = ()
    dates_mentioned: tuple[str, ...] = ()
    url: str = ""
    stage: str = ""
    evidence: str = ""
    reported_by: str = ""
    note: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RawFigure:
    """One published figure about a country in a period, as printed: nothing rounded, clipped or filled in."""

    locator: str
    country: str
    indicator: str
    period: str
    value: str
    lower: str = ""
    upper: str = ""
    country_code: str = ""
    url: str = ""
    evidence: str = ""
    reported_by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Aside:
    """An entry that is plainly not about one country's civic space, with the reason it is set aside."""

    locator: str
    reason: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """All that one document holds. Every entry of the document is in exactly one of the three tuples.

    ``release`` names the publisher's version where the document is one of several that differ for the same period;
    ``as_of`` is the date the document says it was last updated, in its own words; ``remarks`` are the adapter's notes
    on the document as a whole (columns it does not read, a notice that updating has stopped).
    """

    entries: tuple[RawEntry, ...] = ()
    figures: tuple[RawFigure, ...] = ()
    asides: tuple[Aside, ...] = ()
    release: str = ""
    as_of: str = ""
    remarks: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.entries) + len(self.figures) + len(self.asides)

    def __iter__(self) -> Iterator[RawEntry | RawFigure | Aside]:
        yield from self.entries
        yield from self.figures
        yield from self.asides
