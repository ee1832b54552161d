"""What a comparison looks at: one record of one tracker, in the same form whichever form it came in."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from civic_tracker.model.dates import PartialDate
from civic_tracker.model.schema import Record, Step
from civic_tracker.text import clean, web_address

NEEDED = ("source", "id", "iso3", "place", "date_start", "date_end", "category", "text", "url")
LONGEST_TEXT = 2_000
"""Characters of a text that are compared: an essay behind a measure says no more about which act it is."""

_STEP = re.compile(r"(?<!\s)\s*\(((?:update|phase-out)[^()]*)\)\s*$", re.IGNORECASE)
_INSTRUMENT = re.compile(r"(?<!\s)\s*\[([^\[\]]+)\]\s*$")
DECLARATION = "emergency declaration"
_LEGAL_BASIS = "main emergency instrument"
_BETWEEN_LINKS = re.compile(r"(?<!\s)\s*;\s+|(?<!\s)\s+(?=https?://)")
# Days that a publisher of step-by-step records fills in where a measure has no clear end: a measure of one day gets
# its start and two days; one without an end gets the day of the release, years later.
_FILLED_IN = (2,)
_LONGEST_SCHEDULED = 540


@dataclass(frozen=True, slots=True)
class LinkRecord:
    """One record: facts as the tracker gives them. ``step`` is the tracker's own word for a later step, if any.

    ``legal_basis`` marks records whose text names only the law an emergency rests on, and says nothing of the act.
    """

    source: str
    id: str
    country: str
    place: str
    start: PartialDate | None
    end: PartialDate | None
    category: str
    step: str
    text: str
    instrument: str
    urls: tuple[str, ...]
    legal_basis: bool


def from_row(row: Mapping[str, str]) -> LinkRecord:
    """The record of one row with the columns ``NEEDED``."""
    category = clean(row["category"])
    step = _STEP.search(category)
    text, instrument = clean(row["text"]), ""
    if named := _INSTRUMENT.search(text):
        text, instrument = text[: named.start()], named[1]
    start = partial(row["date_start"])
    return LinkRecord(
        source=row["source"],
        id=row["id"],
        country=row["iso3"],
        place=clean(row["place"]),
        start=start,
        end=_stated(start, partial(row["date_end"])),
        category=category[: step.start()] if step else category,
        step=step[1].lower() if step else "",
        text=text[:LONGEST_TEXT],
        instrument=instrument,
        urls=_links(_BETWEEN_LINKS.split(row["url"])),
        legal_basis=category.startswith(_LEGAL_BASIS),
    )


def from_measure(measure: Record) -> LinkRecord:
    """The record of a measure as it was introduced; :func:`steps_of` gives its later steps."""
    basis = _is_legal_basis(measure)
    text, labels = measure.title, [measure.instrument_as_written, *measure.tags_as_written]
    if measure.description and measure.title_by == "civic-tracker" and not measure.is_starter:
        text = measure.description  # the title is put together from labels
        labels.insert(0, measure.title)
    elif measure.description:
        text = f"{measure.title}. {measure.description}"
    if not any(labels):
        labels += measure.liberties
    if basis:
        labels.insert(0, _LEGAL_BASIS)
    if measure.declares_emergency == "yes":
        labels.append(DECLARATION)
    return LinkRecord(
        source=measure.source,
        id=measure.id,
        country=measure.country,
        place=measure.place,
        start=measure.introduced,
        end=measure.ended_on or measure.ends,
        category="; ".join(label for label in labels if label),
        step="phase-out" if measure.effect == "relaxes" else "",
        text=clean(text)[:LONGEST_TEXT],
        instrument="" if basis else measure.instrument_name,
        urls=_links([*measure.links, measure.source_url]),
        legal_basis=basis,
    )


def steps_of(measure: Record) -> list[LinkRecord]:
    """One record for each dated later step of a measure: an extension of it is an act that others may record too."""
    first = from_measure(measure)
    told = measure.updates if len(measure.updates) == len(measure.history) else ("",) * len(measure.history)
    return [
        _step(first, step, number, text)
        for number, (step, text) in enumerate(zip(measure.history, told, strict=True), start=1)
        if step.on
    ]


def _step(first: LinkRecord, step: Step, number: int, text: str) -> LinkRecord:
    return LinkRecord(
        source=first.source,
        id=f"{first.id}#{number}",
        country=first.country,
        place=first.place,
        start=step.on,
        end=None,
        category=first.category,
        step=f"update: {step.kind_as_written}".lower(),
        text=clean(f"{first.text} UPDATE: {text}" if text else first.text)[:LONGEST_TEXT],
        instrument="",
        urls=first.urls,
        legal_basis=first.legal_basis,
    )


def _is_legal_basis(measure: Record) -> bool:
    """Whether all that the record says of the act is the name of its legal basis."""
    name = clean(measure.instrument_name)
    return bool(name) and not measure.description and clean(measure.title).rstrip(" …")[:40] == name[:40].rstrip(" …")


def partial(text: str) -> PartialDate | None:
    """The date of a cell of the form 2020, 2020-03 or 2020-03-15; nothing for any other text."""
    try:
        return PartialDate.from_iso(text.strip())
    except ValueError:
        return None


def _stated(start: PartialDate | None, end: PartialDate | None) -> PartialDate | None:
    if not start or not end or start.day is None or end.day is None:
        return end
    length = end.first_day() - start.first_day()
    if length.days in _FILLED_IN or length > timedelta(days=_LONGEST_SCHEDULED):
        return None
    return end


def _links(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(address for text in texts if (address := web_address(text))))
