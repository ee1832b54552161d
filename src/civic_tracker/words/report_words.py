"""What the report of a country says about its records, in the reader's language: sentences, states and reasons."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from civic_tracker.declared.sources import Source, all_sources
from civic_tracker.findings.acts import ActStatus
from civic_tracker.model.schema import CountrySummary, Coverage, Observation, Record
from civic_tracker.model.status import has_end, is_confirmed, lacks_end, status
from civic_tracker.store.contents import SourceState
from civic_tracker.words.languages import SOURCE, Language


def headline(summary: CountrySummary, measures: Sequence[Record], on: date, say: Language) -> list[str]:
    """The report's first sentences: plain statements of what is recorded, and by whom."""
    country = say.country(summary.country)
    if not measures:
        return [
            say.gettext(
                "The loaded sources hold no record about {country} up to {day}.", country=country, day=say.date(on)
            ),
            say.gettext("No record does not mean no restriction: see below which sources cover the country."),
        ]
    lines = [_by_whom(summary, measures, country, say)]
    touched = [lower_first(say.liberty(tally.value)) for tally in summary.by_liberty]
    if touched:
        lines.append(say.gettext("Freedoms concerned: {freedoms}.", freedoms=say.listed(touched)))
    if summary.first and summary.latest:
        first, latest = say.date(summary.first), say.date(summary.latest)
        lines.append(say.gettext("The first is dated {first}, the latest {latest}.", first=first, latest=latest))
    return lines + _counts(summary, measures, on, say)


def _by_whom(summary: CountrySummary, measures: Sequence[Record], country: str, say: Language) -> str:
    """How many records there are, who published them, and how many no tracker's page confirms."""
    publishers = sorted({all_sources()[one.source].short_name for one in measures if is_confirmed(one)})
    others = summary.records - summary.confirmed
    if not publishers:
        return say.ngettext(
            "{n} record about {country}, not confirmed on a tracker's page.",
            "{n} records about {country}, not confirmed on a tracker's page.",
            others,
            country=country,
        )
    published = say.ngettext(
        "{n} record about {country} published by {publishers}.",
        "{n} records about {country} published by {publishers}.",
        summary.confirmed,
        country=country,
        publishers=say.join(publishers),
    )
    further = say.ngettext(
        "{n} further record is not confirmed on a tracker's page.",
        "{n} further records are not confirmed on a tracker's page.",
        others,
    )
    return f"{published} {further}" if others else published


def _counts(summary: CountrySummary, measures: Sequence[Record], on: date, say: Language) -> list[str]:
    """How many records restrict, declare an emergency, have no recorded end, or have one that has passed."""
    lines = []
    restricting = [one for one in measures if one.effect == "restricts"]
    inferred = sum(one.effect_basis == "inferred" for one in restricting)
    if inferred:
        lines.append(
            say.ngettext(
                "{n} record describes a restriction ({inferred} inferred from the title).",
                "{n} records describe a restriction ({inferred} inferred from the title).",
                len(restricting),
                inferred=say.number(inferred),
            )
        )
    elif restricting:
        lines.append(
            say.ngettext("{n} record describes a restriction.", "{n} records describe a restriction.", len(restricting))
        )
    if summary.emergencies:
        lines.append(
            say.ngettext(
                "{n} record declares or renews an emergency.",
                "{n} records declare or renew an emergency.",
                summary.emergencies,
            )
        )
    open_ended = sum(lacks_end(one) for one in measures)
    if open_ended:
        lines.append(
            say.ngettext(
                "For {n} measure no end is recorded; that does not say that it is in force.",
                "For {n} measures no end is recorded; that does not say that they are in force.",
                open_ended,
            )
        )
    ended = sum(status(one, on) in {"ended", "end_date_passed"} for one in measures)
    if ended:
        lines.append(
            say.ngettext(
                "For {n} measure the recorded end has passed.", "For {n} measures the recorded end has passed.", ended
            )
        )
    return lines


def on_acts(
    measures: Sequence[Record], summary: CountrySummary, states: Mapping[str, ActStatus], say: Language
) -> list[str]:
    """What the records tell together: how many acts, and which of them other evidence says are over."""
    lines = []
    if summary.acts < summary.records:
        lines.append(
            say.ngettext(
                "Together the records tell of {n} act; an act that several trackers record stands in one row.",
                "Together the records tell of {n} acts; an act that several trackers record stands in one row.",
                summary.acts,
            )
        )
    restricting = {one.id for one in measures if one.effect == "restricts"}
    over = sum(state.state == "contradicted" for record, state in states.items() if record in restricting)
    if over:
        lines.append(
            say.ngettext(
                "For {n} act no end is recorded, and other evidence says that the restriction is over.",
                "For {n} acts no end is recorded, and other evidence says that the restriction is over.",
                over,
            )
        )
    return lines


def stale(summary: CountrySummary, states: Mapping[str, SourceState], say: Language) -> list[str]:
    """A sentence for each source with entries for the country whose newer page could not be taken over."""
    old = [one.source for one in summary.coverage if one.stale_since and one.state == "has_entries"]
    return [say_stale(all_sources()[source], states[source], say) for source in old]


def on_languages(measures: Iterable[Record], say: Language) -> str:
    """One sentence when what is quoted is in other languages than the report; nothing when it is not."""
    found = set()
    for one in measures:
        found |= {one.language} | ({SOURCE} if one.note else set())
    names = sorted(say.language(code) for code in found - {None, "", say.code} if code)
    if not names:
        return ""
    return say.gettext(
        "Titles, names and notes of records are in the language of who wrote them and are not translated: {languages}.",
        languages=say.join(names),
    )


def say_status(measure: Record, on: date, say: Language) -> str:
    """The status in words, with the date it hangs on."""
    found = status(measure, on)
    if found == "no_end_recorded" and not lacks_end(measure):
        return say.gettext("It relaxes a restriction; no end recorded")
    if found == "unknown":
        return say.gettext("Unknown: {reason}", reason=_why_unknown(measure, say))
    return _say_end(found, say.date(measure.ended_on or measure.ends), say)


def say_state(measure: Record, state: ActStatus | None, *, alone: bool, on: date, say: Language) -> str:
    """Whether the act of a row still stands, in words: by its own record, or by all that tell of it.

    ``alone`` when no other record tells of the act.
    """
    if state is None or (alone and state.state != "contradicted"):
        return say_status(measure, on, say)
    since = say.date(state.since)
    if state.state == "contradicted":
        return say.gettext("No end recorded; by other evidence over by {day}", day=since)
    return _say_end(state.state, since, say) or say_status(measure, on, say)


def _say_end(state: str, day: str, say: Language) -> str:
    """A state that hangs on a day; empty for one that does not."""
    if state == "ended":
        return say.gettext("Ended {day}", day=day)
    if state == "end_date_passed":
        return say.gettext("Recorded end {day} has passed", day=day)
    if state == "in_force_until":
        return say.gettext("Recorded to end {day}", day=day)
    return say.gettext("No end recorded") if state == "no_end_recorded" else ""


def _why_unknown(measure: Record, say: Language) -> str:
    if measure.stage != "taken":
        return lower_first(say.word("stage", measure.stage))
    if not measure.ending_understood:
        return say.gettext("the source says '{words}'", words=measure.ending_as_written)
    if has_end(measure):
        return say.gettext("it ends in {day}, day not recorded", day=say.date(measure.ended_on or measure.ends))
    if measure.may_have_ended:
        return say.gettext("a later update may have ended it")
    return say.gettext("the source records no duration")


def say_differences(records: Sequence[Record], say: Language) -> str:
    """On what the records of an act differ in days: nothing is averaged."""
    days: dict[str, list[str]] = {}
    for one in records:
        if one.introduced:
            days.setdefault(say.date(one.introduced), []).append(say_stated_by(one, say))
    if len(days) < 2:
        return ""
    # Translators: a day, and who says so.
    told = [say.gettext("{day}: {names}", day=day, names=", ".join(dict.fromkeys(by))) for day, by in days.items()]
    return say.listed(told)


def say_reason(coverage: Coverage, say: Language) -> str:
    """Why a source says or does not say something, and since when its records could not be renewed."""
    reason = say.word("reason", coverage.reason)
    if not coverage.stale_since:
        return reason
    stale = _say_stale(
        all_sources()[coverage.source],
        (coverage.stale_since, coverage.stale_kind),
        coverage.checked,
        say,
        loaded=coverage.loaded,
    )
    return f"{reason} {stale}".strip()


def say_span(source: Source, say: Language) -> str:
    """From when to when the source records, as ``1 March 2020 to now``."""
    # Translators: the end of an interval that is still open.
    last = say.date(source.span.last) or say.pgettext("period", "now")
    return say.pgettext("period", "{first} to {last}", first=say.date(source.span.first), last=last)


def say_assessment(measure: Record, say: Language) -> str:
    """The publisher's own assessment: as it writes it, behind its word in the reader's language."""
    published = measure.assessment_as_written or ", ".join(measure.flags)
    word = say.word("assessment", measure.assessment) if measure.assessment else ""
    return f"{word} ({published})" if say.code != SOURCE and published and word != published else published or word


def say_who(measure: Record, say: Language) -> str:
    """Who says so; a record that no tracker's page confirms is never shown as that tracker's statement."""
    if is_confirmed(measure):
        return say_stated_by(measure, say)
    return say.gettext("{publisher} (not confirmed on a tracker's page)", publisher=say_stated_by(measure, say))


def say_stated_by(record: Record | Observation, say: Language) -> str:
    """``stated_by`` in the reader's language: two names with our English words between them, or one name."""
    if record.evidence == "copy":
        publisher, between, name = record.stated_by.partition(", as copied by: ")
        if between:
            # Translators: a publisher, and in whose copy its words were read.
            return say.gettext("{publisher}, as copied by: {name}", publisher=publisher, name=name)
    if record.evidence == "named":
        publisher, between, page = record.stated_by.partition(", named in: ")
        if between:
            # Translators: a publisher, and the page on which it names a measure that its tracker was not seen to list.
            return say.gettext("{publisher}, named in: {page}", publisher=publisher, page=page)
    if record.evidence == "second_hand":
        name, between, publisher = record.stated_by.rpartition(", about ")
        if between:
            # Translators: who reports it, and whose record it reports.
            return say.gettext("{name}, about {publisher}", name=name, publisher=publisher)
    return record.stated_by


def lower_first(text: str) -> str:
    """The words of a label, for the middle of a sentence."""
    return text[:1].lower() + text[1:]


def say_stale(source: Source, state: SourceState | None, say: Language) -> str:
    """One sentence when a source's newer page could not be taken over: of which day its records are, and why."""
    if not state or not state.stale:
        return ""
    loaded = bool(state.measures or state.observations)
    return _say_stale(source, (state.stale.since, state.stale.kind), state.retrieved, say, loaded=loaded)


def _say_stale(source: Source, stale: tuple[date, str], retrieved: date | None, say: Language, *, loaded: bool) -> str:
    name, since, why = source.short_name, say.date(stale[0]), say.word("failure", stale[1])
    if retrieved:
        return say.gettext(
            "{source}'s records are those of {day}: since {since} its page could not be taken over ({why}).",
            source=name,
            day=say.date(retrieved),
            since=since,
            why=why,
        )
    if loaded:
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
