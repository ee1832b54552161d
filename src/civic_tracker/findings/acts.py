"""Acts: what several trackers record once, shown once, with everyone who reports it, and whether it still stands.

An act is one measure, or several that linking or people put together. Nothing is averaged: where records differ, each
value stands beside who says it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal

from pydantic import Field

from civic_tracker.declared.sources import all_sources
from civic_tracker.linking.identity import act_id
from civic_tracker.model.dates import PartialDate
from civic_tracker.model.schema import (
    ActRow,
    Code,
    CodeList,
    Effect,
    Instrument,
    Iso3,
    Liberty,
    LinkRow,
    Model,
    Names,
    Ours,
    OursList,
    Record,
    Status,
    StepKind,
    Title,
)
from civic_tracker.model.status import status, tells_of_end

ActState = Literal[
    "ended", "end_date_passed", "in_force_until", "contradicted", "no_end_recorded", "not_yet_introduced", "unknown"
]
EventKind = Literal["introduced", "changed", "extended", "relaxed", "ended", "ends", "other"]
STATE_WORDS: dict[ActState, str] = {
    "no_end_recorded": "No end recorded by anybody",
    "contradicted": "No end recorded, and other evidence says that it is over",
    "in_force_until": "Recorded to end on a day that has not come",
    "unknown": "Not known",
    "end_date_passed": "The recorded end has passed",
    "ended": "Recorded as ended",
    "not_yet_introduced": "Introduced later",
}
_SAYS_NOTHING = ("unknown", "unclear")
FIELDS = ("title", "introduced", "ends", "ended_on", "instrument", "instrument_name", "effect", "liberties")


class Said(Model):
    """A value of a field, and the records that have it."""

    value: Title = Field(description="The value as text.")
    records: CodeList = Field(description="Ids of the measures.")
    stated_by: OursList = Field(description="Who says so, in the same order.")


class FieldView(Model):
    """What the records of an act say in one field."""

    field: Code = Field(description="A field of a measure.")
    values: tuple[Said, ...] = Field(description="Every value that is given, the one most records give first.")
    agreed: bool = Field(description="Whether all that give a value give the same.")
    days_apart: int = Field(default=0, ge=0, description="Of dates: days between the earliest and the latest.")


class LifeEvent(Model):
    """One step in the life of an act."""

    kind: EventKind = Field(description="`ends`: a recorded or scheduled end; the others as for a step of a measure.")
    on: PartialDate | None = Field(description="The day, as precise as recorded.")
    stated_by: Ours = Field(description="Who says so.")
    record: Code = Field(description="Id of the measure that says so; for a related record, that one's.")
    words: Title = Field(default="", description="The source's words or, of a related record, its title.")
    related: bool = Field(default=False, description="True: another record, related to the act, says so.")


class Act(Model):
    """One act of a public authority, as all records of it tell."""

    id: Code = Field(description="Stable while records join or leave it.")
    country: Iso3 = Field(description="ISO 3166-1 alpha-3, `XKX` for Kosovo.")
    records: CodeList = Field(description="Ids of its measures, those of the first sources named first.")
    sources: CodeList = Field(description="Ids of their source declarations.")
    title: Title = Field(description="The title of its most telling record.")
    place: Names = Field(default="", description="The part of the country, where all records that name one agree.")
    liberties: tuple[Liberty, ...] = Field(description="Of all its records.")
    effect: Effect = Field(description="What its records agree on, else `unclear`.")
    instrument: Instrument = Field(description="The kind that a record names; `unknown` where they differ.")
    introduced: PartialDate | None = Field(description="The earliest day of introduction that a record gives.")
    views: tuple[FieldView, ...] = Field(description="Each field that some record fills.")
    life: tuple[LifeEvent, ...] = Field(description="What happened to it, in the order of days.")


class ActStatus(Model):
    """Whether an act still stands on a day, and by whose evidence."""

    state: ActState = Field(
        description="`ended`: somebody records that it was lifted; `end_date_passed`; `in_force_until`: a recorded end "
        "that is not reached; `contradicted`: no end is recorded and something else says that it is over; "
        "`no_end_recorded`; `unknown`. Never *in force* without a recorded end that is not reached."
    )
    on: date = Field(description="The day asked about.")
    since: PartialDate | None = Field(default=None, description="The day of the end, or from which it is contradicted.")
    last_confirmed: PartialDate | None = Field(
        default=None, description="The latest day on which a record says that it was there."
    )
    evidence: OursList = Field(description="One sentence for each piece of evidence.")


def acts_of(measures: Sequence[Record], rows: Iterable[ActRow], links: Iterable[LinkRow]) -> list[Act]:
    """The acts of these measures (all of a country, at least), in the order of their first day and id.

    A measure without a row is an act of its own. Spells and reports of a month are none.
    """
    by_id = {one.id: one for one in measures if one.is_act}
    act_of = {row.record: row.act for row in rows if row.record in by_id}
    members: dict[str, list[Record]] = {}
    for one in by_id.values():
        members.setdefault(act_of.get(one.id) or act_id(one.country, one.id), []).append(one)
    related: dict[str, list[tuple[Record, LinkRow]]] = {}
    for row in links:
        # Two that are the same by their score may stand in two acts: an act holds one record of a source.
        if row.verdict != "different" and row.left in by_id and row.right in by_id:
            related.setdefault(row.left, []).append((by_id[row.right], row))
            related.setdefault(row.right, []).append((by_id[row.left], row))
    acts = [_act(name, own, related) for name, own in members.items()]
    return sorted(acts, key=lambda act: (str(act.introduced or "9999"), act.id))


def status_of(act: Act, measures: Mapping[str, Record], spells: Sequence[Record], on: date) -> ActStatus:
    """The state of an act on a day, from its records, related ones, and the daily series of its country.

    ``measures`` holds at least the act's own records; ``spells`` those of its country.
    """
    own = [measures[record] for record in act.records]
    states = {one.id: status(one, on) for one in own}
    if set(states.values()) == {"not_yet_introduced"}:
        return ActStatus(state="not_yet_introduced", on=on, since=act.introduced, evidence=())
    begun = [one for one in own if states[one.id] != "not_yet_introduced"]
    confirmed = _last_confirmed(act, on)
    ended = [one for one in begun if states[one.id] == "ended"]
    if ended:
        evidence = tuple(f"{one.stated_by} records that it ended on {one.ended_on}." for one in ended)
        last = max((one.ended_on for one in ended if one.ended_on), key=lambda day: day.last_day())
        return ActStatus(state="ended", on=on, since=last, last_confirmed=confirmed, evidence=evidence)
    running = [one for one in begun if states[one.id] == "in_force_until"]
    if running:
        evidence = tuple(f"{one.stated_by} records an end on {one.ended_on or one.ends}." for one in running)
        last = max((end for one in running if (end := one.ended_on or one.ends)), key=lambda day: day.last_day())
        return ActStatus(state="in_force_until", on=on, since=last, last_confirmed=confirmed, evidence=evidence)
    passed = [one for one in begun if states[one.id] == "end_date_passed"]
    if passed:
        evidence = tuple(f"{one.stated_by} records an end on {one.ends}, which has passed." for one in passed)
        last = max((one.ends for one in passed if one.ends), key=lambda day: day.last_day())
        return ActStatus(state="end_date_passed", on=on, since=last, last_confirmed=confirmed, evidence=evidence)
    # Where one record tells of an end, if only of its month, the silence of another does not say that there is none.
    if any(states[one.id] == "no_end_recorded" for one in begun) and not any(map(tells_of_end, begun)):
        contrary = _contrary(act, spells, on)
        if contrary:
            since, sentences = contrary
            return ActStatus(state="contradicted", on=on, since=since, last_confirmed=confirmed, evidence=sentences)
        evidence = tuple(_on_the_end(one, states[one.id]) for one in begun)
        return ActStatus(state="no_end_recorded", on=on, last_confirmed=confirmed, evidence=evidence)
    evidence = tuple(_on_the_end(one, states[one.id]) for one in begun)
    return ActStatus(state="unknown", on=on, last_confirmed=confirmed, evidence=evidence)


def _on_the_end(one: Record, state: Status) -> str:
    """What a record says of the end, where none is certain for the day."""
    if end := one.ended_on or one.ends:
        return f"{one.stated_by} records an end on {end}."
    if state == "no_end_recorded":
        return f"{one.stated_by} records no end."
    return f"{one.stated_by} does not tell whether it ended."


def _act(name: str, own: list[Record], related: Mapping[str, Sequence[tuple[Record, LinkRow]]]) -> Act:
    order = {source: place for place, source in enumerate(all_sources())}
    own.sort(
        key=lambda one: (not one.instrument_name, one.title_by == "civic-tracker", order.get(one.source, 99), one.id)
    )
    effects = {one.effect for one in own} - {"unclear"}
    instruments = {one.instrument for one in own} - {"unknown"}
    places = {one.place for one in own} - {""}
    dates = [one.introduced for one in own if one.introduced]
    views = [_view(field, own) for field in FIELDS]
    return Act(
        id=name,
        country=own[0].country,
        records=tuple(one.id for one in own),
        sources=tuple(dict.fromkeys(one.source for one in own)),
        title=own[0].title,
        place=places.pop() if len(places) == 1 else "",
        liberties=tuple(dict.fromkeys(liberty for one in own for liberty in one.liberties)),
        effect=effects.pop() if len(effects) == 1 else "unclear",
        instrument=instruments.pop() if len(instruments) == 1 else "unknown",
        introduced=min(dates, key=lambda day: (day.first_day(), day.last_day())) if dates else None,
        views=tuple(view for view in views if view.values),
        life=_life(own, related),
    )


def _view(field: str, own: Sequence[Record]) -> FieldView:
    said: dict[str, list[Record]] = {}
    for one in own:
        value = getattr(one, field)
        if not value or (type(value) is str and value in _SAYS_NOTHING):
            continue
        said.setdefault(", ".join(value) if isinstance(value, tuple) else str(value), []).append(one)
    ordered = sorted(said.items(), key=lambda item: (-len(item[1]), item[0]))
    values = tuple(
        Said(value=value, records=tuple(one.id for one in by), stated_by=tuple(one.stated_by for one in by))
        for value, by in ordered
    )
    values_here = (getattr(one, field) for one in own) if len(said) > 1 else ()
    days = [value.first_day() for value in values_here if isinstance(value, PartialDate)]
    return FieldView(
        field=field, values=values, agreed=len(values) <= 1, days_apart=(max(days) - min(days)).days if days else 0
    )


def _life(own: Sequence[Record], related: Mapping[str, Sequence[tuple[Record, LinkRow]]]) -> tuple[LifeEvent, ...]:
    events: list[LifeEvent] = []
    members = {one.id for one in own}
    seen: set[str] = set()
    for one in own:

        def told(kind: EventKind | StepKind, on: PartialDate | None, words: str, one: Record = one) -> LifeEvent:
            return LifeEvent(kind=kind, on=on, stated_by=one.stated_by, record=one.id, words=words)

        events.append(told("introduced", one.introduced, one.introduced_as_written))
        events += [told(step.kind, step.on, step.kind_as_written) for step in one.history]
        if one.ended_on:
            events.append(told("ended", one.ended_on, one.ending_as_written))
        if one.ends and one.ends != one.ended_on:
            events.append(told("ends", one.ends, one.ending_as_written))
        for other, _ in related.get(one.id, ()):
            if other.id in members or other.id in seen:
                continue
            seen.add(other.id)
            # The end of a measure in one town says nothing about the measure of the whole country.
            ends_it = other.effect == "relaxes" and other.place in {"", one.place}
            kind: EventKind = "relaxed" if ends_it else "other"
            events.append(
                LifeEvent(
                    kind=kind,
                    on=other.introduced,
                    stated_by=other.stated_by,
                    record=other.id,
                    words=other.title,
                    related=True,
                )
            )
    return tuple(sorted(events, key=lambda event: (str(event.on or "9999"), event.record, event.kind)))


def _last_confirmed(act: Act, on: date) -> PartialDate | None:
    """The latest day on which a record of the act itself says that it was there: introduced, changed, extended."""
    days = [
        event.on
        for event in act.life
        if event.on
        and not event.related
        and event.kind in {"introduced", "changed", "extended"}
        and event.on.first_day() <= on
    ]
    return max(days, key=lambda day: day.last_day()) if days else None


def _contrary(act: Act, spells: Sequence[Record], on: date) -> tuple[PartialDate | None, tuple[str, ...]] | None:
    """What says that a restriction is over although nobody records its end, and from which day on.

    A related record that relaxes it; for a nationwide act a daily series that restricted the same liberty on its first
    day and came down from there.
    """
    began = act.introduced
    if began is None:
        return None
    found = [
        (event.on, f"{event.stated_by} records on {event.on}: {event.words}.")
        for event in act.life
        if event.related and event.kind == "relaxed" and event.on and began < event.on and event.on.first_day() <= on
    ]
    if not act.place and act.effect == "restricts":
        found += [over for liberty in act.liberties if (over := _series_over(liberty, began, spells, on))]
    if not found:
        return None
    ordered = sorted(set(found), key=lambda one: (str(one[0]), one[1]))
    return ordered[0][0], tuple(sentence for _, sentence in ordered)


def _series_over(
    liberty: Liberty, began: PartialDate, spells: Sequence[Record], on: date
) -> tuple[PartialDate, str] | None:
    """The first day after an act's first one on which no daily series restricts its liberty; none where one goes on,
    or stops without saying."""
    own = [one for one in spells if liberty in one.liberties and one.effect == "restricts"]
    day, running = began.last_day(), [one for one in own if _covers(one, began.last_day())]
    since: PartialDate | None = None
    said_by = running[0].stated_by if running else ""
    while running:
        ends = [one.ended_on for one in running if one.ended_on]
        if len(ends) < len(running):
            return None
        since = max(ends, key=lambda end: end.last_day())
        day = since.last_day()
        running = [one for one in own if _covers(one, day)]
    if since is None or day > on:
        return None
    return since, f"{said_by} shows no restriction in its daily series about {liberty} on {since}."


def _covers(spell: Record, day: date) -> bool:
    if spell.introduced is None or spell.introduced.first_day() > day:
        return False
    return spell.ended_on is None or spell.ended_on.first_day() > day
