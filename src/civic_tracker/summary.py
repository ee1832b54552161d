"""What the dataset holds on one country on one day: counts and spans, never a score, a rank or a verdict."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cache
from typing import get_args

from civic_tracker import countries, members, schema
from civic_tracker.dataset import Dataset, SourceState
from civic_tracker.dates import PartialDate
from civic_tracker.languages import SOURCE, Language, language
from civic_tracker.periods import Period
from civic_tracker.schema import ActRow, CountrySummary, Coverage, CoverageState, Measure, Observation, Tally
from civic_tracker.sources import Source, all_sources
from civic_tracker.status import has_end, lacks_end, status


def summarise(dataset: Dataset, iso3: str, on: date) -> CountrySummary:
    """The summary of a country on a day. Records dated later are left out; records without a date are counted.

    ``dataset`` may hold all countries or this one alone.
    """
    own = [measure for measure in dataset.measures if measure.country == iso3]
    begun = [measure for measure in own if status(measure, on) != "not_yet_introduced"]
    known = [measure for measure in begun if measure.record_kind != "spell"]
    figures = [one for one in dataset.observations if one.country == iso3 and one.period.first_day() <= on]
    said = Counter(one.source for one in figures)
    membership = members.member(iso3, on)
    total = _tally("all", known)
    return CountrySummary(
        country=iso3,
        name=membership.name_en if membership else countries.territory(iso3).name_en,
        on=on,
        membership=members.membership_state(iso3, on),
        region=membership.region if membership else "",
        records=total.records,
        acts=_acts(known, dataset.acts),
        restricting=sum(measure.effect == "restricts" for measure in known),
        confirmed=sum(is_confirmed(measure) for measure in known),
        emergencies=sum(measure.declares_emergency == "yes" for measure in known),
        with_end=total.with_end,
        without_end=total.without_end,
        unclassified=sum(not measure.liberties for measure in known),
        spells=len(begun) - len(known),
        undated=sum(when(measure) is None for measure in known),
        first=total.first,
        latest=total.latest,
        by_liberty=_tallies(known, get_args(schema.Liberty), lambda measure: measure.liberties),
        by_instrument=_tallies(known, get_args(schema.Instrument), lambda measure: (measure.instrument,)),
        by_status=_tallies(known, get_args(schema.Status), lambda measure: (status(measure, on),)),
        by_effect=_tallies(known, get_args(schema.Effect), lambda measure: (measure.effect,)),
        coverage=tuple(
            _coverage(source, dataset.states.get(source.id), own, said[source.id], iso3)
            for source in all_sources().values()
        ),
        observations=latest_observations(figures),
    )


def _acts(measures: Iterable[Measure], rows: Iterable[ActRow]) -> int:
    """How many acts the records tell of: those that were put together count once."""
    act_of = {row.record: row.act for row in rows}
    return len({act_of.get(one.id, one.id) for one in measures})


def is_confirmed(measure: Measure) -> bool:
    """Whether the record was read on the publisher's own page, or in a copy of it."""
    return measure.evidence in {"publisher", "copy"}


def say_stale(source: Source, state: SourceState | None, say: Language | None = None) -> str:
    """One sentence when a source's newer page could not be taken over: of which day its records are, and why.

    English unless a language is given.
    """
    if not state or not state.stale:
        return ""
    say = say or language(SOURCE)
    name, since, why = source.short_name, say.date(state.stale.since), say.word("failure", state.stale.kind)
    if state.retrieved:
        return say.gettext(
            "{source}'s records are those of {day}: since {since} its page could not be taken over ({why}).",
            source=name,
            day=say.date(state.retrieved),
            since=since,
            why=why,
        )
    if state.measures or state.observations:
        return say.gettext(
            "{source}'s records are the bundled starter facts: since {since} its page could not be taken over ({why}).",
            source=name,
            since=since,
            why=why,
        )
    return say.gettext(
        "{source}'s records are not here: since {since} its page could not be taken over ({why}).",
        source=name,
        since=since,
        why=why,
    )


def latest_observations(observations: Iterable[Observation]) -> tuple[Observation, ...]:
    """The newest figure of each indicator, of the newest release where several are loaded."""
    newest: dict[tuple[str, str], Observation] = {}
    for one in observations:
        key = (one.source, one.indicator)
        if key not in newest or _age(one) >= _age(newest[key]):
            newest[key] = one
    return tuple(newest[key] for key in sorted(newest))


def _age(one: Observation) -> tuple[Period, tuple[list[int], str]]:
    """What orders figures in time: the period, then the release."""
    return one.period, release_order(one.release)


@cache
def release_order(release: str) -> tuple[list[int], str]:
    """What orders releases: their numbers, since v10 is later than v9."""
    return [int(number) for number in re.findall(r"\d+", release)], release


def when(measure: Measure) -> PartialDate | None:
    """The date a record is placed at in time: its introduction, else the period it is reported under."""
    return measure.introduced or measure.period


def _tallies(
    measures: Sequence[Measure], values: Sequence[str], of: Callable[[Measure], tuple[str, ...]]
) -> tuple[Tally, ...]:
    tallies = (_tally(value, [measure for measure in measures if value in of(measure)]) for value in values)
    return tuple(tally for tally in tallies if tally.records)


def _tally(value: str, measures: Sequence[Measure]) -> Tally:
    dates = sorted(found for measure in measures if (found := when(measure)))
    return Tally(
        value=value,
        records=len(measures),
        with_end=sum(has_end(measure) for measure in measures),
        without_end=sum(lacks_end(measure) for measure in measures),
        first=dates[0] if dates else None,
        latest=dates[-1] if dates else None,
    )


def _coverage(source: Source, state: SourceState | None, measures: list[Measure], said: int, iso3: str) -> Coverage:
    own = [measure for measure in measures if measure.source == source.id]
    found, reason = _coverage_state(source, state, iso3, sum(one.evidence != "named" for one in own) + said)
    if found == "not_known" and own:
        reason = "No entry of this source was seen; its publisher names these records on another page."
    stale = state.stale if state else None
    return Coverage(
        source=source.id,
        state=found,
        records=len(own),
        figures=said,
        confirmed=sum(map(is_confirmed, own)),
        checked=state.retrieved if state else None,
        reason=" ".join(filter(None, (reason, say_stale(source, state)))),
        stale_since=stale.since if stale else None,
        stale_kind=stale.kind if stale else "",
    )


def _coverage_state(source: Source, state: SourceState | None, iso3: str, records: int) -> tuple[CoverageState, str]:
    loaded = bool(state and (state.measures or state.observations))
    complete = bool(state and state.complete)
    if records:
        return "has_entries", "" if complete else "Only an excerpt of this source is loaded; it may hold more."
    if source.coverage.kind == "listed" and iso3 not in source.coverage.countries:
        return "not_covered", "The country is not on the list of countries that this source covers."
    if not loaded:
        return "not_known", "Nothing of this source is loaded."
    if source.coverage.kind == "unknown":
        return "not_known", "It is not known which countries this source covers."
    if not complete:
        return "not_known", "Only an excerpt of this source is loaded, so its silence says nothing."
    return (
        "none_recorded",
        "The source covers the country and records nothing. That is not a finding of no restriction.",
    )
