"""What an adapter hands on: entries in the publisher's own words, with the place where each was found.

Nothing here is interpreted. A field that the publisher does not have is the empty string.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RawEntry:
    """One entry of a publisher: a measure, an event, a statement.

    ``locator`` says where in the document it stands, in words a person can follow (``entry 14``, ``row 27``).
    ``rows`` is how many of the document's entries it was put together from: a measure that the publisher repeats or
    continues in later rows is one entry. ``key`` is the publisher's own stable key where there is one. ``ending`` holds
    words about the end; ``ends`` and ``ended`` hold dates of columns that state nothing else (a scheduled end; the day
    it was lifted). ``title_is_ours`` marks a title that the adapter put together from the publisher's labels.
    ``evidence`` is empty for the publisher's own
    document; else it says that the entry was read elsewhere, and ``reported_by`` where. ``extra`` holds what the
    adapter found and no field takes, so that it can be reported; ``remarks`` are the adapter's own notes on the entry
    (a missing part, text in another script that was set aside). ``identity`` is what an id is made from instead of the
    title, where an adapter leaves text out of a title of ours.
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
    ends: str = ""
    ended: str = ""
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
    penalty: str = ""
    history: tuple["RawStep", ...] = ()
    rows: int = 1
    title_is_ours: bool = False
    evidence: str = ""
    reported_by: str = ""
    note: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    identity: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class RawStep:
    """A later step in the life of a measure, as its publisher records it: a change, an extension, an end."""

    kind: str
    day: str
    locator: str


@dataclass(frozen=True, slots=True)
class RawFigure:
    """One published figure about a country in a period, as printed: nothing rounded, clipped or filled in.

    ``period_as_written`` is the publisher's name of the period where ``period`` is what the adapter made of it.
    ``daily`` marks a run of days, given as ``2020-03-15/2020-04-20``, on each of which the figure was published.
    """

    locator: str
    country: str
    indicator: str
    period: str
    value: str
    lower: str = ""
    upper: str = ""
    period_as_written: str = ""
    daily: bool = False
    country_code: str = ""
    url: str = ""
    evidence: str = ""
    reported_by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Aside:
    """An entry that is plainly not about one country's civic space, with the reason it is set aside.

    ``rows`` is how many of the document's entries it stands for.
    """

    locator: str
    reason: str
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Parsed:
    """All that one document holds. Every entry of the document is in exactly one of the three tuples, or counted in
    the ``rows`` of one that is.

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
        counted = sum(entry.rows for entry in self.entries) + sum(aside.rows for aside in self.asides)
        return counted + len(self.figures)

    def __iter__(self) -> Iterator[RawEntry | RawFigure | Aside]:
        yield from self.entries
        yield from self.figures
        yield from self.asides

    @property
    def sha256(self) -> str:
        """What tells whether two documents hold the same entries, whatever stands around them on the page."""
        digest = hashlib.sha256(f"{self.release}\n".encode())
        for one in self:
            digest.update(f"{one!r}\n".encode())
        return digest.hexdigest()


def countries_in(parsed: Sequence[Parsed]) -> int:
    """How many different countries the entries name, as written."""
    names = {one.country or one.country_code for part in parsed for one in part.entries}
    names |= {one.country or one.country_code for part in parsed for one in part.figures}
    return len(names - {""})


def entries_in(parsed: Sequence[Parsed]) -> int:
    """How many entries and figures documents hold, those set aside not counted: what all limits are about."""
    return sum(len(part) - sum(aside.rows for aside in part.asides) for part in parsed)
