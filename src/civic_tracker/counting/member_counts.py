"""How many members of OGP fulfil a condition on published figures, as of a release; and how many have measures.

A figure is always asked as of a release: publishers code the past anew. Members that the source does not cover, and
members for which a figure is missing, are counted apart and named; neither is a "no".
"""

from collections.abc import Iterable, Sequence
from datetime import date

from pydantic import Field
from rapidfuzz import process

from civic_tracker import leaving
from civic_tracker.building.figures import words_for
from civic_tracker.counting.conditions import Figure, read_condition
from civic_tracker.declared import members
from civic_tracker.declared.sources import Source
from civic_tracker.errors import UsageError
from civic_tracker.model.periods import Period, parse_period
from civic_tracker.model.releases import release_order
from civic_tracker.model.schema import Effect, Iso3, Liberty, Model, Observation, Record
from civic_tracker.model.status import is_confirmed, when


class Variable(Model):
    """A figure that a source publishes."""

    all_words = leaving.OURS

    column: str = Field(description="Its column or label, as published.")
    indicator: str = Field(description="Our name of it.")
    name: str = Field(description="What it says, in English.")
    scale: str = Field(description="The publisher's scale.")


class MemberCount(Model):
    """The answer to a condition: how many members fulfil it, and which."""

    all_words = leaving.OURS

    source: str = Field(description="Id of the source declaration.")
    release: str = Field(description="The publisher's release.")
    period: str = Field(description="The period, as this tool writes it.")
    period_as_written: str = Field(description="The period, as the publisher names it.")
    condition: str = Field(description="The condition as asked.")
    variables: tuple[Variable, ...] = Field(description="The figures that it names.")
    members_on: date = Field(description="The day whose membership is meant.")
    members: int = Field(ge=0, description="Members of OGP on that day.")
    count: int = Field(ge=0, description="Members that fulfil the condition.")
    fulfil: tuple[Iso3, ...] = Field(description="Which ones.")
    do_not: tuple[Iso3, ...] = Field(description="Members that do not fulfil it.")
    missing: tuple[Iso3, ...] = Field(
        description="Members that the release covers, but without a figure that the condition needs."
    )
    not_covered: tuple[Iso3, ...] = Field(description="Members about which the release has no figure at all.")


class MembersWithMeasures(Model):
    """How many members have a measure of a kind by a day, by the evidence for it."""

    all_words = leaving.OURS

    sources: tuple[str, ...] = Field(description="Ids of the source declarations.")
    until: date = Field(description="Measures introduced later are left out; undated ones are counted.")
    members_on: date = Field(description="The day whose membership is meant.")
    members: int = Field(ge=0, description="Members of OGP on that day.")
    count: int = Field(ge=0, description="Members with such a measure.")
    confirmed: tuple[Iso3, ...] = Field(description="Read on the publisher's own page, or in a copy of it.")
    other: tuple[Iso3, ...] = Field(description="By other evidence only: second-hand, or compiled from cited pages.")
    only_places: tuple[Iso3, ...] = Field(description="Of all these: with measures of parts of the country only.")


def count_members(
    observations: Sequence[Observation],
    source: Source,
    *,
    where: str,
    members_on: date,
    period: str,
    release: str = "",
) -> MemberCount:
    """Count the members of OGP on a day that fulfil a condition.

    Args:
        observations: figures; those of other sources are ignored.
        where: a condition on columns as published, or on our names of them, in any case of letters.
        period: as this tool writes it (``2020-Q3``) or as the publisher names it (``Jul-Sep``).
        release: may be left out where only one is loaded.

    Raises:
        UsageError: for a condition that is not understood, or a release, period or variable that is not there.
    """
    condition = read_condition(where)
    own = [one for one in observations if one.source == source.id]
    chosen = _release(own, source, release)
    own = [one for one in own if one.release == chosen]
    counted = [one.country for one in members.members(members_on) if one.counted]
    covered = {one.country for one in own}
    within, written = _in_period(own, source, chosen, period)
    columns = {name: _column(own, source, name) for name in condition.names}
    # A source may publish a figure for a run of days or only for the period: one country has one of each column.
    values: dict[str, dict[str, Observation]] = {}
    for one in within:
        values.setdefault(one.country, {})[one.indicator_as_written] = one
    answers = {
        country: condition.holds(
            {name: _figure(values.get(country, {}).get(column)) for name, column in columns.items()}
        )
        for country in counted
        if country in covered
    }

    def those(answer: bool | None) -> tuple[Iso3, ...]:
        return tuple(sorted(country for country, found in answers.items() if found is answer))

    return MemberCount(
        source=source.id,
        release=chosen,
        period=str(within[0].period if not within[0].daily else parse_period(period)),
        period_as_written=written,
        condition=where,
        variables=tuple(_variable(own, column) for column in columns.values()),
        members_on=members_on,
        members=len(counted),
        count=len(those(True)),
        fulfil=those(True),
        do_not=those(False),
        missing=those(None),
        not_covered=tuple(sorted(set(counted) - covered)),
    )


def members_with_measures(
    measures: Iterable[Record],
    sources: Sequence[str],
    *,
    liberty: Liberty,
    effect: Effect,
    until: date,
    members_on: date,
) -> MembersWithMeasures:
    """Count the members with a measure of some sources that was taken and has an effect on a liberty."""
    counted = {one.country for one in members.members(members_on) if one.counted}
    found = [
        one
        for one in measures
        if one.source in sources
        and one.country in counted
        and one.stage == "taken"
        and one.effect == effect
        and liberty in one.liberties
        and not ((began := when(one)) and began.first_day() > until)
    ]
    confirmed = {one.country for one in found if is_confirmed(one)}
    everywhere = {one.country for one in found if not one.place}
    having = {one.country for one in found}
    return MembersWithMeasures(
        sources=tuple(sources),
        until=until,
        members_on=members_on,
        members=len(counted),
        count=len(having),
        confirmed=tuple(sorted(confirmed)),
        other=tuple(sorted(having - confirmed)),
        only_places=tuple(sorted(having - everywhere)),
    )


def releases(observations: Iterable[Observation], source: Source) -> dict[str, dict[str, str]]:
    """The releases of a source, oldest first, each with its periods in their order and the publisher's names of them.

    The days of a daily series are one period, from the first to the last.
    """
    found: dict[str, dict[Period, str]] = {}
    days: dict[str, list[date]] = {}
    for one in observations:
        if one.source != source.id:
            continue
        if one.daily:
            days.setdefault(one.release, []).extend((one.period.first_day(), one.period.last_day()))
        else:
            found.setdefault(one.release, {})[one.period] = one.period_as_written
    listed = {release: {str(period): found[release][period] for period in sorted(found[release])} for release in found}
    for release, ends in days.items():
        listed.setdefault(release, {})[f"{min(ends)}/{max(ends)}"] = "each day"
    return dict(sorted(listed.items(), key=lambda item: release_order(item[0])))


def variables(observations: Iterable[Observation], source: Source, release: str) -> list[Variable]:
    """The figures that a release of a source publishes, in the order of their columns."""
    own = [one for one in observations if one.source == source.id and one.release == release]
    return [_variable(own, column) for column in sorted({one.indicator_as_written for one in own})]


def _release(own: Sequence[Observation], source: Source, wanted: str) -> str:
    there = sorted({one.release for one in own}, key=release_order)
    if not there:
        raise UsageError(f"Nothing of {source.name} is loaded. Import it: civic-tracker import {source.id} FILE")
    same = [one for one in there if one.casefold() == wanted.strip().casefold()]
    if same:
        return same[0]
    if not wanted and len(there) == 1:
        return there[0]
    names = ", ".join(one or "(without a name)" for one in there)
    if wanted:
        raise UsageError(f"{source.name} has no release '{wanted}' here. Loaded are: {names}.")
    raise UsageError(
        f"{source.name} has several releases here, and a figure is asked as of one: --release, one of {names}."
    )


def _in_period(own: Sequence[Observation], source: Source, release: str, wanted: str) -> tuple[list[Observation], str]:
    asked = parse_period(wanted)
    within = [one for one in own if not one.daily and asked and one.period == asked]
    if not within and asked:
        within = [one for one in own if one.daily and one.period.first <= asked.first and asked.last <= one.period.last]
    if not within:
        named = wanted.strip().casefold()
        within = [one for one in own if one.period_as_written and one.period_as_written.casefold() == named]
    if within:
        return within, within[0].period_as_written or wanted.strip()
    there = releases(own, source)[release]
    names = ", ".join(f"{period} ({written})" if written else period for period, written in there.items())
    raise UsageError(f"{source.name} {release} has no period '{wanted}'. It has: {names}.")


def _column(own: Sequence[Observation], source: Source, name: str) -> str:
    """The column that a name of the condition means: as published, or our name of it, in any case of letters."""
    by_name = {one.indicator.casefold(): one.indicator_as_written for one in own}
    by_name |= {one.indicator_as_written.casefold(): one.indicator_as_written for one in own}
    found = by_name.get(name.casefold())
    if found:
        return found
    nearest = [match[0] for match in process.extract(name.casefold(), list(by_name), limit=3, score_cutoff=60)]
    hint = f" Near to it: {', '.join(by_name[one] for one in nearest)}." if nearest else ""
    raise UsageError(
        f"{source.name} has no figure '{name}'.{hint} List them: civic-tracker indicator --source {source.id} --list"
    )


def _figure(one: Observation | None) -> Figure | None:
    if one is None:
        return None
    return one.value if one.value is not None else one.value_as_written


def _variable(own: Iterable[Observation], column: str) -> Variable:
    one = next(one for one in own if one.indicator_as_written == column)
    words = words_for(one)
    return Variable(column=column, indicator=one.indicator, name=words.name_en, scale=words.scale)
