"""From a publisher's words to the schema: the same code for every source.

Meaning comes from the source's declaration, from the tables in ``mappings/`` and from the country matcher; nothing here
knows any publisher. What cannot be interpreted keeps its words and becomes a problem.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date
from typing import cast
from urllib.parse import urlsplit

from civic_tracker import leaving
from civic_tracker.building.problems import kept_back, problem
from civic_tracker.countries.country_of import country_of
from civic_tracker.declared.sources import Source
from civic_tracker.declared.terms import Term, Terms, plain, read_ending, suggested, words_read
from civic_tracker.documents.entries import RawEntry, RawStep
from civic_tracker.leaving import Leaves
from civic_tracker.model.dates import PartialDate, parse_date, parse_day_and_month
from civic_tracker.model.schema import DateMentioned, EndByPlace, Problem, Record, Step, StepKind, WholeWords
from civic_tracker.store.fitting import fits, fitting_terms, quoted
from civic_tracker.text import clean, clean_text, shorten, web_address

_DECLARED = leaving.kinds_of(Record)
_LONGEST_KEY = 40
_LONGEST_IN_IDENTITY = 500
"""Characters of a title that an id is made from; another number would change the ids of records."""
_KINDS: dict[str, str] = {"events": "event", "spells": "spell"}


@dataclass(frozen=True, slots=True)
class Origin:
    """The document an entry comes from: its name in records, its address, and the day it was retrieved.

    ``ours`` marks the starter facts: their titles, and their reading of effect and emergency, are this project's.
    """

    record: str
    url: str = ""
    retrieved: date | None = None
    ours: bool = False


@dataclass(slots=True)
class Reading:
    """The reading of one entry: what it says, and the problems met on the way."""

    entry: RawEntry
    source: Source
    origin: Origin
    terms: Terms
    problems: list[Problem] = dataclass_field(default_factory=list)
    whole: list[WholeWords] = dataclass_field(default_factory=list)

    @property
    def place_in_document(self) -> str:
        return f"{self.origin.record} {self.entry.locator}"

    def words(self, field: str, words: str, leaves: Leaves | None = None) -> str:
        """What of a publisher's words leaves in a field; the whole of what does not stays here, and is a problem."""
        whole = clean(words)
        if self.origin.ours:
            return whole
        leaving_now = fits(leaves or _DECLARED[field], whole)
        if leaving_now != whole:
            self.keep_back(field, whole, leaving_now)
        return leaving_now

    def terms_of(self, field: str, words: Iterable[str]) -> tuple[str, ...]:
        """The terms of a list that leave, as ``words`` does of one."""
        whole = tuple(cleaned for one in words if (cleaned := clean(one)))
        leaving_now = whole if self.origin.ours else fitting_terms(whole)
        if leaving_now != whole:
            self.keep_back(field, " | ".join(whole), " | ".join(leaving_now))
        return leaving_now

    def keep_back(self, field: str, whole: str, leaving_now: str) -> None:
        """Note that of the words of a field only some leave."""
        entry = self.place_in_document
        self.problems.append(kept_back(self.source.id, entry, field, whole, leaving_now, country=self.entry.country))
        self.whole.append(self.whole_words(field, whole))

    def whole_words(self, field: str, words: str) -> WholeWords:
        return WholeWords(source=self.source.id, entry=shorten(self.place_in_document), field=field, words=words)

    def problem(
        self, code: str, reason: str, *, kept: bool = True, field: str = "", value: str = "", suggestion: str = ""
    ) -> None:
        self.problems.append(
            problem(
                code,
                reason,
                source=self.source.id,
                entry=self.place_in_document,
                kept=kept,
                country=self.entry.country,
                title=self.entry.title,
                field=field,
                value=value,
                suggestion=suggestion,
            )
        )

    def look_up(self, field_name: str, term: str, *, leaves: bool = True) -> list[Term]:
        """What a published term gives; an unknown one becomes a problem, and gives nothing.

        The problem quotes it only where it ``leaves``: the members of a list are judged together.
        """
        if not term.strip():
            return []
        if field_name == "section" and not self.terms.knows_field(self.source.id, field_name):
            return []  # most sources have headings that say nothing about the entries below them
        found = self.terms.look_up(self.source.id, field_name, term)
        if found is None:
            shown = quoted(term) if leaves or self.origin.ours else leaving.length_of(term)
            value = term if leaves or self.origin.ours else ""
            self.problem(
                "unknown_term", f"{shown} is not a known value of {field_name}.", field=field_name, value=value
            )
        return found or []


def out_of_scope(entry: RawEntry, source: Source, terms: Terms) -> str:
    """Why an entry does not concern civic space, by the terms that say so; empty when it may."""
    for field_name, words in (("type", (entry.type,)), ("tags", entry.tags), ("flags", entry.flags)):
        if not terms.can_give(source.id, field_name, "scope"):
            continue
        for word in words:
            found = terms.look_up(source.id, field_name, word) if word.strip() else None
            if found and _first(found, "scope") == "outside":
                return f"Out of scope by mappings/terms.csv: {field_name} {quoted(word)}."
    return ""


def measure_of(
    entry: RawEntry,
    source: Source,
    origin: Origin,
    terms: Terms,
    release: str = "",
    *,
    whole: list[WholeWords] | None = None,
) -> tuple[Record | None, list[Problem]]:
    """The measure that an entry describes, or ``None`` when it cannot be one, with the problems met.

    ``whole`` takes the words of which only a part leaves this machine.
    """
    reading = Reading(entry, source, origin, terms, whole=[] if whole is None else whole)
    iso3 = _country(reading)
    title = _title(reading)
    if iso3 is None or title is None:
        return None, reading.problems
    for remark in entry.remarks:
        reading.problem("incomplete_entry", remark)

    tags = [clean(tag) for tag in entry.tags if tag.strip()]
    tags_leaving = reading.terms_of("tags_as_written", tags)
    flags_leaving = reading.terms_of("flags", entry.flags)
    given = {
        "tags": [term for tag in tags for term in reading.look_up("tags", tag, leaves=tag in tags_leaving)],
        "type": reading.look_up("type", entry.type),
        "effect": reading.look_up("effect", entry.effect),
        "section": reading.look_up("section", entry.section),
        "stage": reading.look_up("stage", entry.stage),
        "assessment": reading.look_up("assessment", entry.assessment),
        "emergency": reading.look_up("emergency", entry.emergency),
        "flags": [
            term for flag in entry.flags for term in reading.look_up("flags", flag, leaves=clean(flag) in flags_leaving)
        ],
    }
    published = [term for terms_of_field in given.values() for term in terms_of_field]
    liberties, liberties_basis = _liberties(source, published, tags, title)
    effect, effect_basis = _effect(reading, given, liberties, title)
    emergency, emergency_basis = _emergency(reading, given["emergency"], tags, given["tags"], title)
    introduced = _date(reading, "introduced", entry.introduced)
    period = _date(reading, "period", entry.period)
    ending = read_ending(terms, source.id, clean(entry.ending), source.numeric_date_order)
    if not ending.understood:
        reading.problem(
            "ending_not_understood", "The words about the end were not understood.", field="ending", value=entry.ending
        )
    ends = _date(reading, "ends", entry.ends) or ending.ends
    ended_on = _date(reading, "ended", entry.ended) or ending.ended_on
    end = ended_on or ends
    if introduced and end and end.last_day() < introduced.first_day():
        reading.problem(
            "end_before_start",
            f"It ends on {end}, before it starts on {introduced}.",
            field="ends",
            value=entry.ending or entry.ended or entry.ends,
        )
    updates = tuple(clean_text(update) for update in entry.updates if update.strip())
    reversed_later = bool(updates) and bool(suggested("reversal", updates[-1]))
    evidence = entry.evidence or "publisher"
    fields: dict[str, object] = {
        "id": f"{source.id}-{iso3}-{_key(entry, introduced or period, title)}",
        "source": source.id,
        "evidence": evidence,
        "stated_by": stated_by(source, evidence, entry.reported_by, [entry.url, *entry.links]),
        "country": iso3,
        "country_as_written": reading.words("country_as_written", entry.country or entry.country_code) or iso3,
        "place": _place(reading),
        "title": reading.words("title", title),
        "title_by": "civic-tracker" if origin.ours or entry.title_is_ours else "publisher",
        "language": entry.language or source.language,
        "description": clean_text(entry.description),
        "record_kind": "event" if ending.once else _KINDS.get(source.holds, "measure"),
        "release": release,
        "stage": _first(published, "stage") or source.stage,
        "instrument": _first(given["type"], "instrument") or "unknown",
        "instrument_as_written": reading.words("instrument_as_written", entry.type),
        "instrument_name": reading.words("instrument_name", entry.instrument_name),
        "liberties": liberties,
        "liberties_basis": liberties_basis,
        "tags_as_written": tags_leaving,
        "effect": effect,
        "effect_basis": effect_basis,
        "effect_as_written": reading.words("effect_as_written", entry.effect or entry.section),
        "declares_emergency": emergency,
        "declares_emergency_basis": emergency_basis,
        "introduced": introduced,
        "introduced_as_written": reading.words("introduced_as_written", entry.introduced),
        "period": period,
        "period_as_written": reading.words("period_as_written", entry.period),
        "ends": ends,
        "ended_on": ended_on,
        "ending_as_written": _ending_words(reading),
        "ending_understood": ending.understood,
        "penalty_as_written": reading.words("penalty_as_written", entry.penalty),
        "history": tuple(_step(reading, step) for step in entry.history),
        "ends_by_place": tuple(_end_by_place(reading, place, value) for place, value in ending.by_place),
        "may_have_ended": reversed_later,
        "assessment": _first(given["assessment"] + given["flags"], "assessment"),
        "assessment_as_written": reading.words("assessment_as_written", entry.assessment),
        "flags": flags_leaving,
        "updates": updates,
        "updates_count": len(updates),
        "dates_mentioned": tuple(_mention(reading, words) for words in entry.dates_mentioned),
        "links": _links(reading),
        "source_url": web_address(entry.url)
        or web_address(origin.url)
        or (source.addresses[0] if source.addresses else ""),
        "source_record": reading.place_in_document,
        "retrieved": origin.retrieved,
        "note": clean_text(entry.note),
    }
    # What is empty is the model's default; a model that was told fewer fields takes half the memory.
    told = {name: value for name, value in fields.items() if value is not None and value != "" and value != ()}
    return Record.model_validate(told), reading.problems


def _step(reading: Reading, step: RawStep) -> Step:
    kind = _first(reading.look_up("step", step.kind), "step") or "other"
    return Step(
        kind=cast(StepKind, kind),
        kind_as_written=reading.words("history", step.kind, leaving.TERM),
        on=_date(reading, "history", step.day),
        source_record=f"{reading.origin.record} {step.locator}",
    )


def _country(reading: Reading) -> str | None:
    entry = reading.entry
    found = country_of(entry.country, entry.country_code, reading.source.id)
    if found.code:
        reading.problem(
            found.code,
            found.reason,
            kept=found.iso3 is not None,
            field="country",
            value=found.value,
            suggestion=found.nearest,
        )
    return found.iso3


def _title(reading: Reading) -> str | None:
    title = clean(reading.entry.title) or clean(reading.entry.section)
    if not title:
        reading.problem("no_title", "The entry has neither a title nor a heading.", kept=False, field="title")
        return None
    return title


def _key(entry: RawEntry, when: PartialDate | None, title: str) -> str:
    if entry.key.strip():
        slug = re.sub(r"[^a-z0-9]+", "-", plain(entry.key)).strip("-")
        if slug and not leaving.is_term(clean(entry.key), _LONGEST_KEY):  # no key that was seen: it may be text
            slug = hashlib.blake2s(slug.encode(), digest_size=5).hexdigest()
        if slug:
            return f"p{slug}"
    told = shorten(entry.identity or title, _LONGEST_IN_IDENTITY)
    identity = "\n".join([str(when or ""), plain(told), plain(entry.place)])
    return hashlib.blake2s(identity.encode(), digest_size=5).hexdigest()


def _first(terms: Iterable[Term], gives: str) -> str:
    return next((term.value for term in terms if term.gives == gives), "")


def _liberties(source: Source, published: list[Term], tags: list[str], title: str) -> tuple[tuple[str, ...], str]:
    found = list(source.liberties) + [term.value for term in published if term.gives == "liberty"]
    if found:
        return tuple(dict.fromkeys(found)), "published"
    if tags:
        return (), "none"
    inferred = suggested("liberty", title)
    return inferred, "inferred" if inferred else "none"


def _effect(reading: Reading, given: dict[str, list[Term]], liberties: tuple[str, ...], title: str) -> tuple[str, str]:
    if stated := _first(given["section"] + given["tags"] + given["type"], "effect"):
        return stated, "published"
    if stated := _first(given["effect"], "effect"):
        return stated, _own_reading(reading)
    words = suggested("effect", title)
    # "Bans marriage under 18" restricts nobody's liberty: without a liberty there is no effect on one.
    if len(words) == 1 and liberties:
        return words[0], "inferred"
    return "unclear", "none"


def _own_reading(reading: Reading) -> str:
    """The basis of a category that stands in a field of its own: ours when we collected another publisher's facts."""
    return "inferred" if reading.origin.ours and reading.source.adapter else "published"


def _emergency(
    reading: Reading, stated: list[Term], tags: list[str], given_by_tags: list[Term], title: str
) -> tuple[str, str]:
    """Whether the act declares an emergency.

    A tag such as ICNL's *Emergency* is broader than a declaration: the act declares one only when its words say so too.
    A source with such a tag that did not give it to a tagged entry says that there is none.
    """
    if stated:
        return _first(stated, "emergency"), _own_reading(reading)
    if _first(given_by_tags, "emergency"):
        words = suggested("emergency", f"{title}\n{reading.entry.description}")
        return (words[0], "inferred") if len(words) == 1 else ("unknown", "none")
    has_such_tag = reading.terms.can_give(reading.source.id, "tags", "emergency")
    return ("no", "published") if tags and has_such_tag else ("unknown", "none")


def _date(reading: Reading, name: str, words: str) -> PartialDate | None:
    words = clean(words)
    if not words:
        return None
    found = parse_date(words, order=reading.source.numeric_date_order)
    if found is None:
        reading.problem("date_not_understood", f"{quoted(words)} cannot be read as a date.", field=name, value=words)
    return found


def _place(reading: Reading) -> str:
    """The part of the country. One that is told in a sentence is not empty, which would mean the whole country."""
    place = clean(reading.entry.place)
    named = reading.words("place", place)
    return named or (_unnamed(place) if place else "")


def _unnamed(place: str) -> str:
    """A place that only text tells, in words of ours: the same text is the same place, another is another."""
    return f"not named (in words, {hashlib.blake2s(place.encode(), digest_size=3).hexdigest()})"


def _end_by_place(reading: Reading, place: str, ends: PartialDate) -> EndByPlace:
    return EndByPlace(place=reading.words("ends_by_place", place, leaving.NAMES) or _unnamed(place), ends=ends)


def _ending_words(reading: Reading) -> str:
    """The words about the end that were read, or all of them where they are no more than a term."""
    entry, source = reading.entry, reading.source
    whole = clean(entry.ending or entry.ended or entry.ends)
    if reading.origin.ours or fits(_DECLARED["ending_as_written"], whole):
        return whole
    read = words_read(reading.terms, source.id, whole, source.numeric_date_order)
    if read != whole:
        reading.keep_back("ending_as_written", whole, read)
    return read


def _mention(reading: Reading, words: str) -> DateMentioned:
    source, words = reading.source, reading.words("dates_mentioned", words, leaving.TERM)
    whole = parse_date(words, order=source.numeric_date_order)
    if whole or source.year_of_undated is None:
        return DateMentioned(as_written=words, date=whole)
    completed = parse_day_and_month(words, year=source.year_of_undated)
    return DateMentioned(as_written=words, date=completed, year_from_source=completed is not None)


def _links(reading: Reading) -> tuple[str, ...]:
    links = []
    for link in reading.entry.links:
        address = web_address(link)
        if address:
            links.append(address)
        elif link.strip():
            is_short = leaving.is_term(clean(link), leaving.ADDRESS.longest)
            if not is_short:
                reading.whole.append(reading.whole_words("links", clean(link)))
            shown = f"'{shorten(link, 80)}'" if is_short else leaving.length_of(link)
            reading.problem("link_not_web", f"{shown} is no web address.", field="links", value=link)
    return tuple(dict.fromkeys(links))


def stated_by(source: Source, evidence: str, reported_by: str, pages: Iterable[str] = ()) -> str:
    """Who says so: the publisher, with the page where it only names it, or whoever reports it; for a compiled record
    the sites of its pages."""
    reported_by = shorten(reported_by)
    if evidence == "publisher":
        return source.short_name
    if evidence == "copy":
        return f"{source.short_name}, as copied by: {reported_by}"
    if evidence == "named":
        return f"{source.short_name}, named in: {reported_by}"
    if evidence == "second_hand":
        return f"{reported_by}, about {source.short_name}"
    sites = [urlsplit(page).netloc.removeprefix("www.") for page in map(web_address, pages) if page]
    return ", ".join(dict.fromkeys(sites))
