"""The restriction report of one country: what the trackers record, on one day, with every line citable.

The report states facts and their sources. It gives no score, no rank and no verdict.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

import jinja2

from civic_tracker import members
from civic_tracker.acts import ActStatus, acts_of, status_of
from civic_tracker.dataset import TEXT_FIELDS, Dataset, SourceState, may_leave
from civic_tracker.dates import PartialDate
from civic_tracker.figures import words_for
from civic_tracker.periods import Period
from civic_tracker.schema import CountrySummary, Measure, Member, Observation
from civic_tracker.sources import Source, all_sources
from civic_tracker.status import has_end, lacks_end, status
from civic_tracker.summary import is_confirmed, say_stale, summarise, when
from civic_tracker.text import clean, web_address
from civic_tracker.vocabulary import (
    COVERAGE_WORDS,
    EFFECT_WORDS,
    EVIDENCE_WORDS,
    INSTRUMENT_WORDS,
    MEMBERSHIP_WORDS,
    SOURCE_STATE_WORDS,
    STAGE_WORDS,
    liberties,
    say_date,
)

_QUARTERS = ("first", "second", "third", "fourth")
_MARKDOWN_SPECIAL = str.maketrans({char: f"\\{char}" for char in "\\`*_{}[]()#+!|~$&"} | {"<": "&lt;", ">": "&gt;"})
_LINK_SPECIAL = str.maketrans({char: f"%{ord(char):02X}" for char in "()[]<>|`\\\"'"})


@dataclass(frozen=True, slots=True)
class Group:
    """Records that belong together in the report, with what they have in common."""

    title: str
    explanation: str
    measures: Sequence[Measure]


@dataclass(frozen=True, slots=True)
class Section:
    """What the report says about one freedom: measures, and beside them spells and figures as context.

    A measure that concerns several freedoms stands in the section of the first, in the schema's order; the others name
    it in ``also``. ``code`` is empty for what no freedom is known of.
    """

    code: str
    title: str
    groups: Sequence[Group]
    also: Sequence[Measure]
    spells: Sequence[Measure]
    figures: Sequence[Observation]


@dataclass(frozen=True, slots=True)
class Report:
    """All that the renderings of one country's report show.

    Records that tell of one act stand in one row, that of the first; ``company`` holds the others by its id, ``states``
    the state of its act.
    """

    summary: CountrySummary
    member: Member | None
    headline: Sequence[str]
    sections: Sequence[Section]
    company: Mapping[str, Sequence[Measure]]
    states: Mapping[str, ActStatus]
    sources: Sequence[Source]
    on: date


def build_report(dataset: Dataset, iso3: str, on: date) -> Report:
    """The report of a country on a day, from a dataset that holds at least this country."""
    summary = summarise(dataset, iso3, on)
    begun = [one for one in dataset.measures if one.country == iso3 and status(one, on) != "not_yet_introduced"]
    known = [one for one in begun if one.record_kind != "spell"]
    spells = [one for one in begun if one.record_kind == "spell"]
    used = {one.source for one in begun} | {one.source for one in summary.observations}
    by_id = {one.id: one for one in begun}
    company: dict[str, list[Measure]] = {}
    states: dict[str, ActStatus] = {}
    for act in acts_of(known, dataset.acts, dataset.links):
        first, *others = act.records
        company[first] = [by_id[one] for one in others]
        states[first] = status_of(act, by_id, spells, on)
    beside = {one.id for others in company.values() for one in others}
    leading = [one for one in known if one.id not in beside]
    return Report(
        summary=summary,
        member=members.member(iso3, on),
        headline=[*headline(summary, known, on), *_on_acts(known, summary, states), *_stale(summary, dataset.states)],
        sections=_sections(leading, spells, summary.observations, on),
        company=company,
        states=states,
        sources=[source for source in all_sources().values() if source.id in used],
        on=on,
    )


def headline(summary: CountrySummary, measures: Sequence[Measure], on: date) -> list[str]:
    """The report's first sentences: plain statements of what is recorded, and by whom."""
    if not measures:
        return [
            f"The loaded sources hold no record about {summary.name} up to {say_date(on)}.",
            "No record does not mean no restriction: see below which sources cover the country.",
        ]
    publishers = sorted({all_sources()[one.source].short_name for one in measures if is_confirmed(one)})
    others = summary.records - summary.confirmed
    if not publishers:
        lines = [f"{_count(others, 'record')} about {summary.name}, not confirmed on a tracker's page."]
    else:
        further = f", and {_count(others, 'further record')} not confirmed on a tracker's page" if others else ""
        by_whom = f"published by {join_words(publishers)}"
        lines = [f"{_count(summary.confirmed, 'record')} about {summary.name} {by_whom}{further}."]
    restricting = [one for one in measures if one.effect == "restricts"]
    touched = [liberties()[tally.value].name_en.lower() for tally in summary.by_liberty]
    if touched:
        lines.append(f"Freedoms concerned: {join_words(touched)}.")
    if summary.first and summary.latest:
        lines.append(f"The first is dated {say_date(summary.first)}, the latest {say_date(summary.latest)}.")
    if restricting:
        inferred = sum(one.effect_basis == "inferred" for one in restricting)
        how = f" ({inferred} inferred from the title)" if inferred else ""
        verb = "describes" if len(restricting) == 1 else "describe"
        lines.append(f"{_count(len(restricting), 'record')} {verb} a restriction{how}.")
    if summary.emergencies:
        verb = "declares or renews" if summary.emergencies == 1 else "declare or renew"
        lines.append(f"{_count(summary.emergencies, 'record')} {verb} an emergency.")
    open_ended = sum(lacks_end(one) for one in measures)
    if open_ended:
        they = "it is" if open_ended == 1 else "they are"
        lines.append(f"For {_count(open_ended, 'measure')} no end is recorded; that does not say that {they} in force.")
    ended = [one for one in measures if status(one, on) in {"ended", "end_date_passed"}]
    if ended:
        lines.append(f"For {_count(len(ended), 'measure')} the recorded end has passed.")
    return lines


def _on_acts(measures: Sequence[Measure], summary: CountrySummary, states: Mapping[str, ActStatus]) -> list[str]:
    """What the records tell together: how many acts, and which of them other evidence says are over."""
    lines = []
    if summary.acts < summary.records:
        lines.append(
            f"Together the records tell of {_count(summary.acts, 'act')}; "
            "an act that several trackers record stands in one row."
        )
    restricting = {one.id for one in measures if one.effect == "restricts"}
    over = sum(state.state == "contradicted" for record, state in states.items() if record in restricting)
    if over:
        lines.append(
            f"For {_count(over, 'act')} no end is recorded, and other evidence says that the restriction is over."
        )
    return lines


def _stale(summary: CountrySummary, states: Mapping[str, SourceState]) -> list[str]:
    """A sentence for each source with entries for the country whose newer page could not be taken over."""
    old = [one.source for one in summary.coverage if one.stale_since and one.state == "has_entries"]
    return [say_stale(all_sources()[source], states[source]) for source in old]


def to_html(report: Report) -> str:
    """One self-contained page: no script, no request to anywhere, every text escaped."""
    return _environment(autoescape=True).get_template("report.html.j2").render(_context(report))


def to_markdown(report: Report) -> str:
    """The report as Markdown, with publishers' text escaped."""
    return _environment(autoescape=False).get_template("report.md.j2").render(_context(report))


def to_json(report: Report) -> str:
    """The summary and the records as JSON; a publisher's running text only where its licence lets it leave."""
    return json.dumps(as_json(report), ensure_ascii=False, indent=1) + "\n"


def as_json(report: Report) -> dict[str, Any]:
    shown = []
    for measure in records(report):
        hidden = set() if may_leave(measure) else set(TEXT_FIELDS)
        shown.append(measure.model_dump(mode="json", exclude=hidden) | {"status": status(measure, report.on)})
    return {
        "summary": report.summary.model_dump(mode="json"),
        "headline": list(report.headline),
        "measures": shown,
        "acts": [
            {"records": [first, *(one.id for one in report.company[first])]} | state.model_dump(mode="json")
            for first, state in report.states.items()
        ],
        "spells": [one.model_dump(mode="json") for section in report.sections for one in section.spells],
        "attribution": [source.attribution for source in report.sources],
    }


def say_period(period: Period) -> str:
    """A period in words: ``March 2020``, ``third quarter of 2020``, ``11 March 2020 to 30 June 2021``."""
    return " to ".join(map(_say_span, period.text.split("/")))


def _say_span(text: str) -> str:
    year, _, quarter = text.partition("-Q")
    return f"{_QUARTERS[int(quarter) - 1]} quarter of {year}" if quarter else say_date(PartialDate.from_iso(text))


def say_status(measure: Measure, on: date) -> str:
    """The status in words, with the date it hangs on."""
    found = status(measure, on)
    if found == "ended":
        return f"Ended {say_date(measure.ended_on)}"
    if found == "end_date_passed":
        return f"Recorded end {say_date(measure.ends)} has passed"
    if found == "in_force_until":
        return f"Recorded to end {say_date(measure.ended_on or measure.ends)}"
    if found == "no_end_recorded":
        return "No end recorded" if lacks_end(measure) else "It relaxes a restriction; no end recorded"
    return f"Unknown: {_why_unknown(measure)}"


def say_state(report: Report, measure: Measure) -> str:
    """Whether the act of a row still stands, in words: by its own record, or by all that tell of it."""
    state = report.states.get(measure.id)
    if state is None or (not report.company.get(measure.id) and state.state != "contradicted"):
        return say_status(measure, report.on)
    since = say_date(state.since)
    return {
        "ended": f"Ended {since}",
        "end_date_passed": f"Recorded end {since} has passed",
        "in_force_until": f"Recorded to end {since}",
        "contradicted": f"No end recorded; by other evidence over by {since}",
        "no_end_recorded": "No end recorded",
    }.get(state.state, say_status(measure, report.on))


def say_differences(report: Report, measure: Measure) -> str:
    """On what the records of an act differ in days: nothing is averaged."""
    days: dict[str, list[str]] = {}
    for one in (measure, *report.company.get(measure.id, ())):
        if one.introduced:
            days.setdefault(say_date(one.introduced), []).append(one.stated_by)
    if len(days) < 2:
        return ""
    return "; ".join(f"{day}: {', '.join(dict.fromkeys(by))}" for day, by in days.items())


def join_words(words: Sequence[str]) -> str:
    """``a, b and c``."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _why_unknown(measure: Measure) -> str:
    if measure.stage != "taken":
        return STAGE_WORDS[measure.stage].lower()
    if not measure.ending_understood:
        return f"the source says '{measure.ending_as_written}'"
    if has_end(measure):
        return f"it ends in {say_date(measure.ended_on or measure.ends)}, day not recorded"
    if measure.may_have_ended:
        return "a later update may have ended it"
    return "the source records no duration"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _sections(
    measures: Sequence[Measure], spells: Sequence[Measure], figures: Sequence[Observation], on: date
) -> list[Section]:
    sections: list[Section] = []
    explained: set[str] = set()
    for code in (*liberties(), ""):
        here = [one for one in measures if (one.liberties or ("",))[0] == code]
        section = Section(
            code=code,
            title=liberties()[code].name_en if code else "No freedom named",
            groups=_groups(here, on, explained),
            also=[one for one in measures if code in one.liberties[1:]],
            spells=sorted(
                (one for one in spells if (one.liberties or ("",))[0] == code),
                key=lambda one: (one.source, one.title.split(":")[0], str(when(one) or "")),
            ),
            figures=[one for one in figures if words_for(one).liberty == code],
        )
        if section.groups or section.also or section.spells or section.figures:
            sections.append(section)
    return sections


def _groups(measures: Iterable[Measure], on: date, explained: set[str]) -> list[Group]:
    """The groups that have records, each kind explained once in a report: ``explained`` holds what has been."""
    ordered = sorted(measures, key=lambda one: (_rank(one, on), str(when(one) or "9999"), one.id))
    taken = [one for one in ordered if one.record_kind == "measure" and one.stage == "taken"]
    groups = [
        Group(
            "Measures recorded by the trackers",
            "Those with no recorded end come first, then in the order of dates.",
            [one for one in taken if is_confirmed(one)],
        ),
        Group(
            "Measures not confirmed on a tracker's page",
            "Real measures reported elsewhere; the column 'Who says so' names who reports them.",
            [one for one in taken if not is_confirmed(one)],
        ),
        Group(
            "Proposed or unconfirmed",
            "Listed by a source, but not as an act that was taken.",
            [one for one in ordered if one.stage != "taken"],
        ),
        Group(
            "Events and acts done once",
            "Reported for a month, or done once: the source records no duration. An event's act may be of the month "
            "before.",
            [one for one in ordered if one.record_kind == "event" and one.stage == "taken"],
        ),
    ]
    filled = [group for group in groups if group.measures]
    shown = [replace(group, explanation="") if group.title in explained else group for group in filled]
    explained.update(group.title for group in filled)
    return shown


def _rank(measure: Measure, on: date) -> int:
    order = ("no_end_recorded", "in_force_until", "unknown", "end_date_passed", "ended")
    found = status(measure, on)
    if found == "no_end_recorded" and not lacks_end(measure):
        return order.index("unknown")
    return order.index(found) if found in order else len(order)


def records(report: Report) -> list[Measure]:
    """Every record of the report, in its order."""
    return [
        one
        for section in report.sections
        for group in section.groups
        for measure in group.measures
        for one in (measure, *report.company.get(measure.id, ()))
    ]


def _context(report: Report) -> dict[str, Any]:
    return {
        "report": report,
        "summary": report.summary,
        "liberties": liberties(),
        "membership": MEMBERSHIP_WORDS[report.summary.membership],
        "sources": all_sources(),
        "words_for": words_for,
        "say_state": say_state,
        "say_differences": say_differences,
        "instrument_words": INSTRUMENT_WORDS,
        "effect_words": EFFECT_WORDS,
        "coverage_words": COVERAGE_WORDS,
        "state_words": SOURCE_STATE_WORDS,
        "evidence_words": EVIDENCE_WORDS,
    }


@cache
def _environment(*, autoescape: bool) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("civic_tracker"),
        autoescape=autoescape,  # noqa: S701  # Markdown has its own escaping, the filter md
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "date": say_date,
        "period": say_period,
        "status": say_status,
        "status_code": status,
        "lacks_end": lacks_end,
        "when": when,
        "web": web_address,
        "figure": say_figure,
        "md": lambda text: clean(str(text)).translate(_MARKDOWN_SPECIAL),
        "mdlink": lambda text: web_address(str(text)).translate(_LINK_SPECIAL),
        "lower_first": lambda text: text[:1].lower() + text[1:],
    }
    return environment


def say_figure(observation: Observation) -> str:
    if observation.value is None:
        return observation.value_as_written
    return f"{observation.value:.3g}" if "." in observation.value_as_written else observation.value_as_written
