"""What the dataset holds on one country on one day: counts and spans, never a score, a rank or a verdict."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import get_args

from civic_tracker import countries
from civic_tracker.declared import members
from civic_tracker.declared.sources import Source, all_sources
from civic_tracker.model import schema
from civic_tracker.model.periods import Period
from civic_tracker.model.releases import release_order
from civic_tracker.model.schema import (
    ActRow,
    CountrySummary,
    Coverage,
    CoverageReason,
    CoverageState,
    Observation,
    Record,
    Tally,
)
from civic_tracker.model.status import has_end, is_confirmed, lacks_end, status, when
from civic_tracker.store.contents import Dataset, SourceState


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


def _acts(measures: Iterable[Record], rows: Iterable[ActRow]) -> int:
    """How many acts the records tell of: those that were put together count once."""
    act_of = {row.record: row.act for row in rows}
    return len({act_of.get(one.id, one.id) for one in measures})


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


def _tallies(
    measures: Sequence[Record], values: Sequence[str], of: Callable[[Record], tuple[str, ...]]
) -> tuple[Tally, ...]:
    tallies = (_tally(value, [measure for measure in measures if value in of(measure)]) for value in values)
    return tuple(tally for tally in tallies if tally.records)


def _tally(value: str, measures: Sequence[Record]) -> Tally:
    dates = sorted(found for measure in measures if (found := when(measure)))
    return Tally(
        value=value,
        records=len(measures),
        with_end=sum(has_end(measure) for measure in measures),
        without_end=sum(lacks_end(measure) for measure in measures),
        first=dates[0] if dates else None,
        latest=dates[-1] if dates else None,
    )


def _coverage(source: Source, state: SourceState | None, measures: list[Record], said: int, iso3: str) -> Coverage:
    own = [measure for measure in measures if measure.source == source.id]
    found, reason = _coverage_state(source, state, iso3, sum(one.evidence != "named" for one in own) + said)
    if found == "not_known" and own:
        reason = "only_named"
    stale = state.stale if state else None
    return Coverage(
        source=source.id,
        state=found,
        records=len(own),
        figures=said,
        confirmed=sum(map(is_confirmed, own)),
        checked=state.retrieved if state else None,
        reason=reason,
        loaded=_is_loaded(state),
        stale_since=stale.since if stale else None,
        stale_kind=stale.kind if stale else "",
    )


def _is_loaded(state: SourceState | None) -> bool:
    return bool(state and (state.measures or state.observations))


def _coverage_state(
    source: Source, state: SourceState | None, iso3: str, records: int
) -> tuple[CoverageState, CoverageReason]:
    complete = bool(state and state.complete)
    if records:
        return "has_entries", "" if complete else "excerpt"
    if source.coverage.kind == "listed" and iso3 not in source.coverage.countries:
        return "not_covered", "not_listed"
    if not _is_loaded(state):
        return "not_known", "nothing_loaded"
    if source.coverage.kind == "unknown":
        return "not_known", "coverage_unknown"
    if not complete:
        return "not_known", "excerpt_silent"
    return "none_recorded", "complete_silent"
